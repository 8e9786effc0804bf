"""A batch of source records and what goes out with it."""

import queue
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import TracebackType
from typing import Protocol, Self

import msgspec
from confluent_kafka import TopicPartition
from faust.types import TP

from pipeline.errors import InvariantBroken
from pipeline.streaming.transport.generations import Generation
from pipeline.streaming.transport.hands import Hands
from pipeline.streaming.transport.pending import SourceRecord


class Stage(IntEnum):
    """The order of effects. Without transactions, all of one stage is acknowledged before the next is sent."""

    OUTPUT = 0
    STATE = 1


class Output(msgspec.Struct, frozen=True, gc=False):
    """One record to be produced; `value` None is a tombstone, `partition` -1 means by key, `timestamp_ms` 0 now."""

    topic: str
    value: bytes | None
    key: bytes | None
    partition: int = -1
    timestamp_ms: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """What a batch holds of one partition. `next_offset` is what its commit says; times are record timestamps."""

    next_offset: int
    first_timestamp_ms: int
    last_timestamp_ms: int


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A batch that its agent left: to be committed, or given back because the agent failed."""

    batch: "Batch"
    failure: str | None = None


class Batch:
    """Records in the order of their partitions, and the outputs made from them.

    Use it as `async with batch:`. Leaving the block hands it to the commit thread and does not wait for it; an
    exception inside gives it back (nothing of it is sent, it is read again) and goes on to the caller. A batch of an
    epoch that is over is dropped without effect; whoever owns its partitions now reads it again. `number` counts the
    batches of an epoch from 0; they must be handed over in this order.
    """

    __slots__ = ("_generation", "_handovers", "_hands", "epoch", "number", "outputs", "records", "spans")

    def __init__(
        self,
        records: Sequence[SourceRecord],
        generation: Generation,
        number: int,
        hands: Hands,
        handovers: "queue.SimpleQueue[HandedOver | None]",
    ) -> None:
        self.records = records
        self.epoch = generation.epoch
        self.number = number
        self.outputs: tuple[list[Output], ...] = tuple([] for _ in Stage)
        self.spans: Mapping[TP, Span] = spans_of(records)
        self._generation = generation
        self._hands = hands
        self._handovers = handovers

    def __repr__(self) -> str:
        return f"Batch({len(self.records)} records, {len(self.spans)} partitions, epoch {self.epoch})"

    @property
    def partitions(self) -> frozenset[TP]:
        """Partitions that the batch has records of."""
        return frozenset(self.spans)

    def send(
        self,
        stage: Stage,
        topic: str,
        value: bytes | None,
        key: bytes | None,
        partition: int = -1,
        timestamp_ms: int = 0,
    ) -> None:
        """Add a record to what goes out with the batch."""
        self.outputs[stage].append(Output(topic, value, key, partition, timestamp_ms))

    def send_all(self, stage: Stage, outputs: Iterable[Output]) -> None:
        """Add records to what goes out with the batch, in their order."""
        self.outputs[stage].extend(outputs)

    def offsets(self) -> list[TopicPartition]:
        """Return the offsets that the commit of this batch says, one after its last record in each partition."""
        return [TopicPartition(tp.topic, tp.partition, span.next_offset) for tp, span in self.spans.items()]

    def release_slot(self) -> None:
        """Let the intake hand over another batch of this epoch. Once per batch."""
        self._generation.slots.release()

    def give_back(self, failure: str) -> None:
        """Leave the batch unprocessed, if it is still held: it will be read again."""
        if self._hands.holds(self):
            self._hands.leave(self)
            self._handovers.put(HandedOver(self, failure))

    async def __aenter__(self) -> Self:
        if not self._hands.holds(self):
            raise InvariantBroken("a batch can be entered once, in the loop that it was delivered to")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.give_back(f"the agent raised {kind.__name__}")
        elif self._hands.holds(self):
            self._hands.leave(self)
            self._handovers.put(HandedOver(self))


def spans_of(records: Sequence[SourceRecord]) -> dict[TP, Span]:
    """Return what a batch of one topic holds of each partition. Pure."""
    first: dict[int, SourceRecord] = {}
    last: dict[int, SourceRecord] = {}
    for record in records:
        partition = record.partition()
        if partition not in last:
            first[partition] = record
        last[partition] = record
    return {
        TP(record.topic(), partition): Span(record.offset() + 1, first[partition].timestamp()[1], record.timestamp()[1])
        for partition, record in last.items()
    }


class _Channel(Protocol):
    queue: "_Queue"


class _Queue(Protocol):
    async def get(self) -> Batch: ...


class _App(Protocol):
    consumer: "_Consumer"


class _Consumer(Protocol):
    hands: Hands

    def is_current(self, batch: Batch) -> bool: ...


class BatchStream(Protocol):
    """What `batches` needs of a Faust stream."""

    channel: _Channel
    app: _App
    should_stop: bool


async def batches(stream: BatchStream) -> AsyncIterator[Batch]:
    """Iterate over the batches that the transport delivers to an agent's stream, until the stream stops.

    Each must be entered (`async with batch`) before the next is asked for. Batches of an epoch that is over are
    skipped.
    """
    consumer = stream.app.consumer
    while not stream.should_stop:
        try:
            batch = await stream.channel.queue.get()
        except StopAsyncIteration:  # how Faust ends a stream; it must not leak out of a generator
            return
        if not consumer.is_current(batch):
            continue
        consumer.hands.take(batch)
        try:
            yield batch
        finally:
            left = not consumer.hands.holds(batch)
            batch.give_back("the agent never entered it")
        if not left:
            raise InvariantBroken("every batch must be entered with `async with` before the next one")
