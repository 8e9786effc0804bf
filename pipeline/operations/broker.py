"""What an operation needs of a broker, as a protocol: `kafka_broker.py` fills it, and so does the tests' fake."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

Headers = tuple[tuple[str, bytes], ...]


class Partition(NamedTuple):
    """One partition of one topic."""

    topic: str
    number: int


class Bounds(NamedTuple):
    """The offsets a partition held at one moment: the first one retained, and the next one to be written."""

    start: int
    end: int


class TopicRole(StrEnum):
    """What a topic is for."""

    RAW = "raw"
    SANITIZED = "sanitized"
    DEAD_LETTERS = "dead_letters"
    RECEIPTS = "receipts"
    STATE = "state"
    REQUESTS = "requests"
    REQUEST_RESULTS = "request_results"
    OPT_OUTS = "opt_outs"


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """A topic as `topics create` makes it. `configs` are Kafka's own names and values."""

    role: TopicRole
    name: str
    partitions: int
    replication: int
    configs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as the broker describes it. `configs` holds what the broker tells, which may be little."""

    name: str
    partitions: int
    configs: Mapping[str, str]


@dataclass(frozen=True, slots=True, repr=False)
class OutgoingRecord:
    """A record to publish. Without a `partition` Kafka's default partitioner chooses: murmur2 of the key."""

    topic: str
    key: bytes | None
    value: bytes | None
    partition: int | None = None
    headers: Headers = field(default=())

    def __repr__(self) -> str:
        return f"<OutgoingRecord: {self.topic}, concealed>"


@dataclass(frozen=True, slots=True, repr=False)
class StoredRecord:
    """A record as it stands on a topic. Its `repr` tells the position alone."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = field(default=())

    def __repr__(self) -> str:
        return f"<StoredRecord: {self.topic}[{self.partition}]@{self.offset}, concealed>"


class Broker(Protocol):
    """One Kafka cluster. Every method raises `Unavailable` when it does not answer, `Misconfigured` when it refuses."""

    def describe(self, topics: Collection[str]) -> Mapping[str, TopicState]:
        """Return the topics that exist, by name; the others are left out."""
        ...

    def create(self, plans: Sequence[TopicPlan]) -> frozenset[str]:
        """Create the topics that do not exist yet and return their names. An existing one is left as it is."""
        ...

    def bounds(self, topics: Collection[str]) -> Mapping[Partition, Bounds]:
        """Return where each partition of the topics starts and ends now, as a read_committed reader sees it."""
        ...

    def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """Return the next offset a consumer group will read, by partition; partitions never committed are left out."""
        ...

    def read(self, spans: Mapping[Partition, Bounds]) -> Iterator[StoredRecord]:
        """Yield the committed records from each start to before each end; in order within a partition."""
        ...

    def tail(self, starts: Mapping[Partition, int], *, wait_s_max: float) -> Iterator[StoredRecord]:
        """Yield committed records from the starts on, waiting for new ones until `wait_s_max` is over."""
        ...

    def send(self, records: Iterable[OutgoingRecord], on_delivered: Callable[[int], None] | None = None) -> int:
        """Publish in order and return how many the broker acknowledged: all, or the first failure is raised.

        `on_delivered` is told the count so far, now and then.
        """
        ...

    def close(self) -> None:
        """Let the connections go."""
        ...
