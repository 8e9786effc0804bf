"""Read partitions from their beginning to where they end now, in the form that every reader of the worker shares.

A client comes from a `ConsumerFactory`: bootstrap hands in one that knows the brokers and how to speak to them, the
reader adds what it needs. So a test can hand in a broker that lives in memory.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, Protocol

from confluent_kafka import OFFSET_BEGINNING, KafkaError, KafkaException, TopicPartition

from pipeline.errors import Misconfigured, Unavailable
from pipeline.settings import Delivery
from pipeline.streaming.rights import require_right

logger = logging.getLogger(__name__)

READ_RECORDS_MAX: Final = 5_000
REQUEST_S_MAX: Final = 5.0
_POLL_S: Final = 0.1
_READ_AHEAD_KIB: Final = 32_768


class LogRecord(Protocol):
    """What a consumer hands out: a record, or an event that `error()` describes (the end of a partition is one)."""

    def error(self) -> Any:  # noqa: ANN401 - the client library has no types
        """Return None for a record."""

    def topic(self) -> str:
        """Return the topic's name."""

    def partition(self) -> int:
        """Return the partition's number."""

    def offset(self) -> int:
        """Return the record's offset; at the end of a partition, the offset that comes next."""

    def key(self) -> bytes | None:
        """Return the key."""

    def value(self) -> bytes | None:
        """Return the value; None is a tombstone."""

    def timestamp(self) -> tuple[int, int]:
        """Return the kind of timestamp and the milliseconds since 1970."""


class LogConsumer(Protocol):
    """The part of the Kafka consumer that the readers use."""

    def assign(self, partitions: list[Any]) -> None:
        """Read these partitions, without joining a group."""

    def subscribe(self, topics: list[str], **callbacks: Callable[..., None]) -> None:
        """Join the group and read what it assigns."""

    def poll(self, timeout: float) -> LogRecord | None:
        """Return the next record or event, or None after `timeout` seconds."""

    def consume(self, num_messages: int, timeout: float) -> list[LogRecord]:
        """Return up to `num_messages` records and events; waits the whole time for that many."""

    def get_watermark_offsets(self, partition: Any, timeout: float) -> tuple[int, int] | None:  # noqa: ANN401
        """Ask for the first offset and the one after the last; None after `timeout` seconds."""

    def committed(self, partitions: list[Any], timeout: float) -> list[Any]:
        """Ask for the group's committed offsets."""

    def commit(self, *, offsets: list[Any], asynchronous: bool) -> Any:  # noqa: ANN401
        """Commit offsets for the group."""

    def consumer_group_metadata(self) -> Any:  # noqa: ANN401
        """Return who this consumer is in which generation of its group."""

    def list_topics(self, topic: str, timeout: float) -> Any:  # noqa: ANN401
        """Ask for a topic's partitions."""

    def close(self) -> None:
        """Leave the group and free the client."""


class LogProducer(Protocol):
    """The part of the Kafka producer that the worker's side writers use."""

    def init_transactions(self, timeout: float) -> None:
        """Take over the transactional id; aborts what its last owner left open."""

    def begin_transaction(self) -> None:
        """Open a transaction."""

    def produce(
        self, topic: str, value: bytes, key: str, partition: int, on_delivery: Callable[[Any, Any], None]
    ) -> None:
        """Write a record; partition -1 lets the key choose."""

    def send_offsets_to_transaction(self, positions: list[Any], group_metadata: Any, timeout: float) -> None:  # noqa: ANN401
        """Make the group's progress part of the transaction."""

    def commit_transaction(self, timeout: float) -> None:
        """Commit what was produced."""

    def abort_transaction(self, timeout: float) -> None:
        """Take back what was produced."""

    def flush(self, timeout: float) -> int:
        """Wait for acknowledgements; returns how many are missing."""

    def purge(self) -> None:
        """Drop what was not sent yet."""

    def poll(self, timeout: float) -> int:
        """Let the client log and report."""


ConsumerFactory = Callable[[Mapping[str, object]], LogConsumer]
"""Makes a consumer with some of librdkafka's settings replaced. The brokers and credentials are its own business."""

ProducerFactory = Callable[[Mapping[str, object]], LogProducer]
"""Makes a producer with some of librdkafka's settings replaced, as `ConsumerFactory` does a consumer."""


def isolation_level(delivery: Delivery) -> str:
    """Return how to read a topic that the worker writes: what was aborted is never seen. Pure."""
    return "read_committed" if delivery is Delivery.EXACTLY_ONCE else "read_uncommitted"


def reader_settings(group: str, isolation: str) -> dict[str, object]:
    """Return the settings of a consumer that never joins `group`; the client demands the name all the same. Pure."""
    return {
        "group.id": group,
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "earliest",
        "isolation.level": isolation,
        "enable.partition.eof": True,
        "fetch.wait.max.ms": 50,
        "queued.max.messages.kbytes": _READ_AHEAD_KIB,
    }


def polled(consumer: LogConsumer, records_max: int, timeout_s: float) -> tuple[LogRecord, ...]:
    """Return what is there, at once; wait up to `timeout_s` only for the first."""
    first = consumer.poll(timeout_s)
    if first is None:
        return ()
    return (first, *consumer.consume(records_max - 1, 0)) if records_max > 1 else (first,)


def is_end(record: LogRecord) -> bool:
    """Say whether this is no record but the news that a partition was read to its end. Pure."""
    error = record.error()
    return error is not None and error.code() == KafkaError._PARTITION_EOF  # noqa: SLF001 - the library's public name


def is_failure(record: LogRecord) -> bool:
    """Say whether this is neither record nor end, but an error that the client itself will get over: logged.

    Raises `Misconfigured` for a right that is missing, `KafkaException` for whatever else the client does not get over.
    """
    error = record.error()
    if error is None or error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - the library's public name
        return False
    require_right(error, record.topic() or "the worker's consumer group")
    if error.fatal():
        raise KafkaException(error)
    logger.warning("%s: %s", record.topic() or "kafka", error.name())
    return True


def position_after(record: LogRecord) -> int:
    """Return the offset that comes next after a record, or after the end of a partition. Pure."""
    return record.offset() if is_end(record) else record.offset() + 1


def watermarks(consumer: LogConsumer, topic: str, partition: int, timeout_s: float) -> tuple[int, int]:
    """Return a partition's first offset and the one after its last. Raises `Unavailable`, or `Misconfigured`.

    To a read_committed consumer the last is that before the oldest open transaction; to others it is the very last.
    """
    found: tuple[int, int] | None = None
    try:
        found = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=timeout_s)
    except KafkaException as failure:
        require_right(failure.args[0], topic)
        find_leader(consumer, topic, timeout_s)
        raise Unavailable(f"{topic}-{partition}: its end cannot be asked for ({failure.args[0].name()})") from None
    if found is None:
        raise Unavailable(f"{topic}-{partition}: no answer within {timeout_s:g} s when asked for its end")
    return found


def find_leader(consumer: LogConsumer, topic: str, timeout_s: float) -> None:
    """Have a client ask who leads a topic's partitions now; without answer it goes on with what it knows.

    A client that reads nothing asks a broker that died again and again, for minutes, though another leads by then.
    """
    with suppress(KafkaException):
        consumer.list_topics(topic, timeout=timeout_s)


def demand_single_partition(consumer: LogConsumer, topic: str, timeout_s: float) -> None:
    """Refuse a topic without exactly one partition: its order is the order of decisions.

    Raises `Misconfigured`, or `Unavailable` when the brokers do not answer.
    """
    found = None
    try:
        found = consumer.list_topics(topic, timeout=timeout_s).topics[topic]
    except KafkaException as failure:
        require_right(failure.args[0], topic)
        raise Unavailable(f"{topic}: its partitions cannot be asked for ({failure.args[0].name()})") from None
    if found.error is not None and found.error.code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
        require_right(found.error, topic)
        raise Unavailable(f"{topic}: its partitions cannot be asked for ({found.error.name()})")
    count = len(found.partitions)
    if count == 0:
        raise Misconfigured([f"{topic}: no such topic; make it with `redact topics create`"])
    if count != 1:
        raise Misconfigured([f"{topic}: must have exactly one partition, has {count}; make it anew"])


def read_to_end(
    consumers: ConsumerFactory,
    topic: str,
    partitions: Collection[int],
    *,
    group: str,
    delivery: Delivery,
    timeout_s: float,
    progress: Callable[[], None] = lambda: None,
) -> Iterator[list[LogRecord]]:
    """Yield every record of the partitions, in the order of each, up to their ends at the time of the call.

    The end is the very last offset, so a transaction that is still open there is waited for: what its writer committed
    is read, what it aborted is not. `progress` is called between reads, every 100 ms while the broker answers and every
    5 s while it does not. Raises `Unavailable` after `timeout_s`.
    """
    deadline = time.monotonic() + timeout_s
    ends = _ends(consumers(reader_settings(group, "read_uncommitted")), topic, partitions, deadline, progress)
    open_ends = {partition: end for partition, (begin, end) in ends.items() if end > begin}
    reader = consumers(reader_settings(group, isolation_level(delivery)))
    try:
        reader.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in sorted(open_ends)])
        while open_ends:
            progress()
            if time.monotonic() > deadline:
                raise Unavailable(f"{topic}: partitions {sorted(open_ends)} were not read to their end in time")
            read = polled(reader, READ_RECORDS_MAX, _POLL_S)
            records = [record for record in read if record.error() is None]
            if records:
                yield records
            for record in read:
                _close_reached(open_ends, record, told_exactly=delivery is Delivery.EXACTLY_ONCE)
    finally:
        reader.close()


def _ends(
    asker: LogConsumer, topic: str, partitions: Collection[int], deadline: float, progress: Callable[[], None]
) -> dict[int, tuple[int, int]]:
    """Return the first offset and the end of each partition; a partition whose leader moves is asked for again."""
    found: dict[int, tuple[int, int]] = {}
    try:
        while len(found) < len(partitions):
            partition = next(each for each in partitions if each not in found)
            progress()
            try:
                found[partition] = watermarks(asker, topic, partition, REQUEST_S_MAX)
            except Unavailable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_POLL_S)
    finally:
        asker.close()
    return found


def _close_reached(open_ends: dict[int, int], record: LogRecord, *, told_exactly: bool) -> None:
    """Note a partition read to its end; the embedded broker tells too small an end, but knows when it is there."""
    partition = record.partition()
    if partition not in open_ends or is_failure(record) or not (told_exactly or is_end(record)):
        return
    if position_after(record) >= open_ends[partition]:
        del open_ends[partition]
