"""The `Broker` protocol over kafka-python: admin requests, bounded reading, acknowledged publishing."""

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition, errors
from kafka.admin import ConfigResource, ConfigResourceType

from pipeline.errors import Misconfigured, Unavailable
from pipeline.operations.broker import Bounds, OutgoingRecord, Partition, StoredRecord, TopicPlan, TopicState
from pipeline.operations.connection import (
    BOOTSTRAP_TIMEOUT_MS,
    DELIVERY_TIMEOUT_MS,
    as_ours,
    client_options,
    require_reachable,
    silence_client,
    translated,
)
from pipeline.settings import Delivery, KafkaSettings

STALLED_S_MAX: Final = 30.0
_POLL_MS: Final = 200
_POLL_RECORDS_MAX: Final = 2_000
_IN_FLIGHT_RECORDS_MAX: Final = 2_000
_IN_FLIGHT_BYTES_MAX: Final = 64 * 1024 * 1024
_CLOSE_MS: Final = 5_000
_EXISTS: Final = errors.TopicAlreadyExistsError.errno
_UNKNOWN: Final = errors.UnknownTopicOrPartitionError.errno


class KafkaBroker:
    """One cluster, as `KafkaSettings` names it. Connects on first use; `close` lets go. Not thread-safe.

    Raises `Misconfigured` at once when the settings are insecure without saying so.
    """

    def __init__(self, kafka: KafkaSettings) -> None:
        silence_client()
        self._options = client_options(kafka)
        self._where = kafka.bootstrap_servers
        # The embedded broker names the base of its last batch plus one as the end: 3,423 where 3,500 records stood.
        self._end_is_inexact = kafka.delivery is Delivery.AT_LEAST_ONCE
        self._admin_client: Any = None
        self._reached = False

    def __repr__(self) -> str:
        return f"<KafkaBroker: {self._where}>"

    def describe(self, topics: Collection[str]) -> Mapping[str, TopicState]:
        """Return the topics that exist, by name; the others are left out."""
        names = sorted(topics)
        with translated(self._where, "describe topics"):
            admin = self._admin()
            found = [topic for topic in admin.describe_topics(names) if self._exists(topic)]
            present = [topic["name"] for topic in found]
            resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in present]
            told = admin.describe_configs(resources, config_filter="all").get("topic", {}) if resources else {}
        return {
            topic["name"]: TopicState(
                name=topic["name"],
                partitions=len(topic["partitions"]),
                configs={name: str(entry["value"]) for name, entry in told.get(topic["name"], {}).items()},
            )
            for topic in found
        }

    def create(self, plans: Sequence[TopicPlan]) -> frozenset[str]:
        """Create the topics that do not exist yet and return their names. An existing one is left as it is."""
        wanted = {
            plan.name: {
                "num_partitions": plan.partitions,
                "replication_factor": plan.replication,
                "configs": dict(plan.configs),
            }
            for plan in plans
        }
        if not wanted:
            return frozenset()
        with translated(self._where, "create topics"):
            answers = self._admin().create_topics(wanted, raise_errors=False)["topics"]
        refusals = [
            as_ours(errors.for_code(answer["error_code"])(), self._where, f"create topic {answer['name']}")
            for answer in answers
            if answer["error_code"] not in (0, _EXISTS)
        ]
        for refusal in refusals:
            if isinstance(refusal, Unavailable):
                raise refusal
        if refusals:
            raise Misconfigured([str(refusal) for refusal in refusals])
        created = frozenset(answer["name"] for answer in answers if not answer["error_code"])
        self._await_leaders(created)
        return created

    def bounds(self, topics: Collection[str]) -> Mapping[Partition, Bounds]:
        """Return where each partition of the topics starts and ends now, as a read_committed reader sees it."""
        with self._consumer("find the ends of topics") as consumer:
            partitions = [
                TopicPartition(topic, number) for topic in sorted(topics) for number in self._numbers(consumer, topic)
            ]
            consumer.assign(partitions)
            starts = consumer.beginning_offsets(partitions)
            ends = consumer.end_offsets(partitions)
            if self._end_is_inexact:
                ends = self._exact_ends(consumer, starts, ends)
        return {Partition(at.topic, at.partition): Bounds(starts[at], max(starts[at], ends[at])) for at in partitions}

    def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """Return the next offset a consumer group will read, by partition; partitions never committed are left out."""
        with translated(self._where, f"read the offsets of group {group}"):
            answer = self._group_offsets(group)
        offsets = answer.get(group, {})
        return {at.partition: place.offset for at, place in offsets.items() if at.topic == topic and place.offset >= 0}

    def read(self, spans: Mapping[Partition, Bounds]) -> Iterator[StoredRecord]:
        """Yield the committed records from each start to before each end; in order within a partition.

        Raises `Unavailable` when nothing arrives for `STALLED_S_MAX` before the ends are reached.
        """
        open_ends = {
            TopicPartition(*at): bounds.end for at, bounds in sorted(spans.items()) if bounds.start < bounds.end
        }
        if not open_ends:
            return
        with self._consumer("read topics back") as consumer:
            consumer.assign(list(open_ends))
            for at in open_ends:
                consumer.seek(at, spans[Partition(at.topic, at.partition)].start)
            moved_at = time.monotonic()
            while open_ends:
                before = {at: consumer.position(at) for at in open_ends}
                for at, records in consumer.poll(_POLL_MS, max_records=_POLL_RECORDS_MAX).items():
                    end = open_ends.get(at, 0)
                    yield from (_stored(record) for record in records if record.offset < end)
                # Transaction markers and compacted records have offsets too: the position tells, not the last record.
                after = {at: consumer.position(at) for at in open_ends}
                if after != before:
                    moved_at = time.monotonic()
                elif time.monotonic() - moved_at > STALLED_S_MAX:
                    raise Unavailable(f"{self._where}: reading back stopped for {STALLED_S_MAX:.0f} s; try again")
                done = [at for at, end in open_ends.items() if after[at] >= end]
                if done:
                    for at in done:
                        del open_ends[at]
                    consumer.pause(*done)

    def tail(self, starts: Mapping[Partition, int], *, wait_s_max: float) -> Iterator[StoredRecord]:
        """Yield committed records from the starts on, waiting for new ones until `wait_s_max` is over."""
        if not starts:
            return
        deadline = time.monotonic() + wait_s_max
        with self._consumer("follow topics") as consumer:
            consumer.assign([TopicPartition(*at) for at in sorted(starts)])
            for at, offset in starts.items():
                consumer.seek(TopicPartition(*at), offset)
            while time.monotonic() < deadline:
                for records in consumer.poll(_POLL_MS).values():
                    yield from map(_stored, records)

    def send(self, records: Iterable[OutgoingRecord], on_delivered: Callable[[int], None] | None = None) -> int:
        """Publish in order and return how many the broker acknowledged: all, or the first failure is raised.

        At most 2,000 records or 64 MiB wait for their acknowledgement.
        """
        delivered = in_flight_bytes = 0
        waiting: deque[tuple[Any, int]] = deque()
        known: set[str] = set()
        with self._producer() as producer:
            for record in records:
                if record.topic not in known:
                    self._require(record.topic)
                    known.add(record.topic)
                size = len(record.key or b"") + len(record.value or b"")
                while waiting and (
                    len(waiting) >= _IN_FLIGHT_RECORDS_MAX or in_flight_bytes + size > _IN_FLIGHT_BYTES_MAX
                ):
                    in_flight_bytes -= _settle(waiting)
                    delivered += 1
                    if on_delivered is not None and delivered % _IN_FLIGHT_RECORDS_MAX == 0:
                        on_delivered(delivered)
                future = producer.send(
                    record.topic,
                    value=record.value,
                    key=record.key,
                    partition=record.partition,
                    headers=list(record.headers),
                )
                waiting.append((future, size))
                in_flight_bytes += size
            while waiting:
                _settle(waiting)
                delivered += 1
        if on_delivered is not None:
            on_delivered(delivered)
        return delivered

    def close(self) -> None:
        """Let the connections go."""
        if self._admin_client is not None:
            self._admin_client.close()
            self._admin_client = None

    def _admin(self) -> Any:  # noqa: ANN401 - kafka-python is untyped
        if self._admin_client is None:
            self._reach()
            self._admin_client = KafkaAdminClient(**self._options.common)
        return self._admin_client

    def _reach(self) -> None:
        if not self._reached:
            require_reachable(self._where)
            self._reached = True

    @contextmanager
    def _consumer(self, doing: str) -> Iterator[Any]:
        with translated(self._where, doing):
            self._reach()
            consumer = KafkaConsumer(**self._options.common, **self._options.consumer)
            try:
                yield consumer
            finally:
                consumer.close(autocommit=False, timeout_ms=_CLOSE_MS)

    @contextmanager
    def _producer(self) -> Iterator[Any]:
        with translated(self._where, "publish"):
            self._reach()
            producer = KafkaProducer(**self._options.common, **self._options.producer)
            try:
                yield producer
            finally:
                producer.close(timeout=_CLOSE_MS / 1000)

    def _group_offsets(self, group: str) -> Any:  # noqa: ANN401 - kafka-python is untyped
        """Return what the group's coordinator says; a fresh cluster makes its topic at the first question."""
        deadline = time.monotonic() + BOOTSTRAP_TIMEOUT_MS / 1000
        while True:
            try:
                return self._admin().list_group_offsets({group: None})
            except errors.GroupIdNotFoundError:
                return {}
            except (
                errors.CoordinatorNotAvailableError,
                errors.CoordinatorLoadInProgressError,
                errors.NotCoordinatorError,
            ):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _numbers(self, consumer: Any, topic: str) -> list[int]:  # noqa: ANN401 - kafka-python is untyped
        found = consumer.partitions_for_topic(topic)
        if not found:
            raise Misconfigured([f"{self._where}: topic {topic} does not exist; run `redact topics create`"])
        return sorted(found)

    def _require(self, topic: str) -> None:
        # A broker may create what it does not know on the first produce request, with settings nobody chose.
        if topic not in self.describe([topic]):
            raise Misconfigured([f"{self._where}: topic {topic} does not exist; run `redact topics create`"])

    def _exists(self, topic: Any) -> bool:  # noqa: ANN401 - kafka-python is untyped
        """Tell an absent topic from one that may not be seen. Raises our error, with the name, for the latter."""
        if topic["error_code"] in (0, _UNKNOWN):
            return not topic["error_code"]
        raise as_ours(errors.for_code(topic["error_code"])(), self._where, f"describe topic {topic['name']}")

    def _await_leaders(self, topics: Collection[str]) -> None:
        """Wait until clients can use new topics: metadata follows creation after some milliseconds."""
        deadline = time.monotonic() + BOOTSTRAP_TIMEOUT_MS / 1000
        while topics:
            with translated(self._where, "await new topics"):
                told = self._admin().describe_topics(sorted(topics))
            ready = [
                topic["name"]
                for topic in told
                if not topic["error_code"] and all(not one["error_code"] for one in topic["partitions"])
            ]
            if set(ready) >= set(topics):
                return
            if time.monotonic() > deadline:
                raise Unavailable(f"{self._where}: new topics have no leader yet; try again, look at the broker's log")
            time.sleep(0.05)

    def _exact_ends(
        self,
        consumer: Any,  # noqa: ANN401 - kafka-python is untyped
        starts: Mapping[Any, int],
        ends: Mapping[Any, int],
    ) -> dict[Any, int]:
        """Return the high watermarks that fetch responses carry; they are right where the offset request is not."""
        exact = dict(ends)
        pending = {at for at, end in ends.items() if end > starts[at]}
        consumer.pause(*(at for at in ends if at not in pending))
        for at in pending:
            consumer.seek(at, ends[at] - 1)
        deadline = time.monotonic() + STALLED_S_MAX
        while pending:
            consumer.poll(_POLL_MS, max_records=1)
            for at in list(pending):
                mark = consumer.highwater(at)
                if mark is not None:
                    exact[at] = max(mark, ends[at])
                    pending.discard(at)
                    consumer.pause(at)
            if pending and time.monotonic() > deadline:
                raise Unavailable(f"{self._where}: the broker does not tell where its topics end; try again")
        return exact


def _settle(waiting: deque[tuple[Any, int]]) -> int:
    """Wait for the oldest record's acknowledgement; return its size in bytes."""
    future, size_bytes = waiting.popleft()
    future.get(timeout=DELIVERY_TIMEOUT_MS / 1000 + 5)
    return size_bytes


def _stored(record: Any) -> StoredRecord:  # noqa: ANN401 - kafka-python is untyped
    return StoredRecord(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp_ms=record.timestamp,
        key=record.key,
        value=record.value,
        headers=tuple(record.headers or ()),
    )
