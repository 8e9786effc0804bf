"""The `Broker` protocol in memory: topics are lists of records; offsets, timestamps and partitions as Kafka's."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count

from kafka.partitioner import murmur2

from pipeline.errors import Misconfigured
from pipeline.operations.broker import Bounds, OutgoingRecord, Partition, StoredRecord, TopicPlan, TopicState

FIRST_MS = 1_770_000_000_000


class FakeBroker:
    """One cluster. `before_poll` runs before each record that `tail` waits for, so that a test can answer a request."""

    def __init__(self) -> None:
        self.plans: dict[str, TopicPlan] = {}
        self.logs: dict[Partition, list[StoredRecord]] = defaultdict(list)
        self.starts: dict[Partition, int] = defaultdict(int)
        self.group_offsets: dict[tuple[str, str], dict[int, int]] = {}
        self.before_poll: Callable[[], None] = lambda: None
        self._clock = count(FIRST_MS)

    def describe(self, topics: Collection[str]) -> Mapping[str, TopicState]:
        found = [self.plans[name] for name in topics if name in self.plans]
        return {plan.name: TopicState(plan.name, plan.partitions, plan.configs) for plan in found}

    def create(self, plans: Sequence[TopicPlan]) -> frozenset[str]:
        new = {plan.name: plan for plan in plans if plan.name not in self.plans}
        self.plans |= new
        return frozenset(new)

    def bounds(self, topics: Collection[str]) -> Mapping[Partition, Bounds]:
        return {
            at: Bounds(self.starts[at], self._end(at))
            for topic in topics
            for at in (Partition(topic, number) for number in range(self._plan(topic).partitions))
        }

    def committed(self, group: str, topic: str) -> Mapping[int, int]:
        return self.group_offsets.get((group, topic), {})

    def read(self, spans: Mapping[Partition, Bounds]) -> Iterator[StoredRecord]:
        for at, bounds in sorted(spans.items()):
            yield from [record for record in self.logs[at] if bounds.start <= record.offset < bounds.end]

    def tail(self, starts: Mapping[Partition, int], *, wait_s_max: float) -> Iterator[StoredRecord]:
        self.before_poll()
        for at, start in sorted(starts.items()):
            yield from [record for record in self.logs[at] if record.offset >= start]

    def send(self, records: Iterable[OutgoingRecord], on_delivered: Callable[[int], None] | None = None) -> int:
        delivered = 0
        for record in records:
            self.append(record)
            delivered += 1
            if on_delivered is not None:
                on_delivered(delivered)
        return delivered

    def close(self) -> None:
        pass

    def append(self, record: OutgoingRecord) -> StoredRecord:
        """Store one record and return it as it stands; a record without a key goes to partition 0."""
        number = record.partition
        if number is None:
            partitions = self._plan(record.topic).partitions
            number = 0 if record.key is None else (murmur2(record.key) & 0x7FFFFFFF) % partitions
        at = Partition(record.topic, number)
        stored = StoredRecord(
            at.topic, at.number, self._end(at), next(self._clock), record.key, record.value, record.headers
        )
        self.logs[at].append(stored)
        return stored

    def expire(self, at: Partition, start: int) -> None:
        """Remove the records below an offset, as retention does."""
        self.starts[at] = start
        self.logs[at] = [record for record in self.logs[at] if record.offset >= start]

    def _end(self, at: Partition) -> int:
        return self.logs[at][-1].offset + 1 if self.logs[at] else self.starts[at]

    def _plan(self, topic: str) -> TopicPlan:
        if topic not in self.plans:
            raise Misconfigured([f"fake: topic {topic} does not exist; run `redact topics create`"])
        return self.plans[topic]
