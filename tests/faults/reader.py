"""What a read_committed reader sees, with a client that the workers do not use and no code of theirs."""

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError

_POLL_MS = 100
_METADATA_MS = 1000


@contextmanager
def _reader(bootstrap: str, topics: Collection[str]) -> Iterator[KafkaConsumer]:
    reader = KafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        reconnect_backoff_max_ms=200,
        metadata_max_age_ms=_METADATA_MS,
    )
    try:
        tps = [TopicPartition(topic, number) for topic in topics for number in reader.partitions_for_topic(topic) or ()]
        reader.assign(tps)
        reader.seek_to_beginning(*tps)
        yield reader
    finally:
        reader.close()


def _partitions(reader: KafkaConsumer, topic: str) -> int:
    return len(reader.partitions_for_topic(topic) or ())


def read_all(bootstrap: str, topics: Collection[str], *, limit_s: float = 60) -> list[ConsumerRecord]:
    """Return every committed record up to the ends of now, in order within a partition.

    Raises `TimeoutError` when a transaction stays open for longer than the limit.
    """
    found: list[ConsumerRecord] = []
    with _reader(bootstrap, topics) as reader:
        ends = reader.end_offsets(list(reader.assignment()))
        deadline_s = time.monotonic() + limit_s
        while any(reader.position(tp) < end for tp, end in ends.items()):
            if time.monotonic() > deadline_s:
                raise TimeoutError("the ends of the topics were not reached")
            for records in reader.poll(timeout_ms=_POLL_MS).values():
                found.extend(records)
    return found


class Watch:
    """Follows a topic of receipts, and notes when the first record made after a moment became visible."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._stopped = threading.Event()
        self._since_ms = 0.0
        self.seen = 0
        self._visible = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def resumed_s(self, *, limit_s: float) -> float:
        """Wait for a receipt that was written from now on, and return after how many seconds it could be read."""
        began_s = time.monotonic()
        self._visible.clear()
        self._since_ms = time.time() * 1000
        if not self._visible.wait(limit_s):
            raise TimeoutError(f"no output within {limit_s:.0f} s")
        return time.monotonic() - began_s

    def stop(self) -> None:
        """End."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            with suppress(KafkaError), _reader(self._bootstrap, [self._topic]) as reader:
                self.seen = 0
                while not self._stopped.is_set() and len(reader.assignment()) == _partitions(reader, self._topic):
                    for records in reader.poll(timeout_ms=_POLL_MS).values():
                        self.seen += len(records)
                        if records[-1].timestamp >= self._since_ms > 0:
                            self._visible.set()
