"""What a read_committed reader sees, with a client that the workers do not use and no code of theirs."""

import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError

Place = tuple[str, int]
"""A topic and a partition of it."""

NOWHERE: Mapping[Place, int] = {}
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


def ends_of(bootstrap: str, topics: Collection[str]) -> dict[Place, int]:
    """Return where each partition ends for a reader of committed records."""
    with _reader(bootstrap, topics) as reader:
        return {(tp.topic, tp.partition): end for tp, end in reader.end_offsets(list(reader.assignment())).items()}


def read_all(
    bootstrap: str, topics: Collection[str], *, since: Mapping[Place, int] = NOWHERE, limit_s: float = 60
) -> list[ConsumerRecord]:
    """Return every committed record from `since`, or the beginning, up to the ends of now, in order within a partition.

    Raises `TimeoutError` when a transaction stays open for longer than the limit.
    """
    found: list[ConsumerRecord] = []
    with _reader(bootstrap, topics) as reader:
        ends = reader.end_offsets(list(reader.assignment()))
        for tp in reader.assignment():
            reader.seek(tp, since.get((tp.topic, tp.partition), reader.position(tp)))
        deadline_s = time.monotonic() + limit_s
        while any(reader.position(tp) < end for tp, end in ends.items()):
            if time.monotonic() > deadline_s:
                raise TimeoutError("the ends of the topics were not reached")
            for records in reader.poll(timeout_ms=_POLL_MS).values():
                found.extend(records)
    return found


class Watch:
    """Follows a topic, and notes when each of its partitions had a record again that was written after a moment."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._since_ms = 0.0
        self._back_s: dict[int, float] = {}
        self.seen = 0
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def resumed_s(self, partitions: int, *, limit_s: float) -> tuple[float, float]:
        """Wait for records that are written from now on in so many partitions.

        Returns after how many seconds the first could be read, and that of the last of the partitions.
        """
        began_s = time.monotonic()
        with self._lock:
            self._back_s = {}
            self._since_ms = time.time() * 1000
        while len(self._back_s) < partitions:
            if time.monotonic() > began_s + limit_s:
                raise TimeoutError(
                    f"within {limit_s:.0f} s only {len(self._back_s)} of {partitions} partitions went on"
                )
            time.sleep(_POLL_MS / 1000)
        back_s = self._back_s.values()
        return min(back_s) - began_s, max(back_s) - began_s

    def stop(self) -> None:
        """End."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            with suppress(KafkaError), _reader(self._bootstrap, [self._topic]) as reader:
                self.seen = 0
                while not self._stopped.is_set() and len(reader.assignment()) == _partitions(reader, self._topic):
                    for tp, records in reader.poll(timeout_ms=_POLL_MS).items():
                        self._note(tp.partition, records)

    def _note(self, partition: int, records: list[ConsumerRecord]) -> None:
        self.seen += len(records)
        with self._lock:
            if records[-1].timestamp >= self._since_ms:
                self._back_s.setdefault(partition, time.monotonic())
