"""A batch: what it says about its partitions, and what its agent may do with it."""

import asyncio
import queue
from types import SimpleNamespace

import pytest
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InvariantBroken
from pipeline.streaming.transport import Stage, batches
from pipeline.streaming.transport.batch import Span, spans_of
from pipeline.streaming.transport.generations import Generations
from pipeline.streaming.transport.hands import Hands
from tests.support.fake_records import FakeRecord, make_batch


class FakeStream:
    """A Faust stream with one queue, and a consumer that knows the current epoch."""

    def __init__(self, *made) -> None:
        self.queue = asyncio.Queue()
        self.channel = SimpleNamespace(queue=self)
        self.hands = Hands()
        self.epoch = 0
        self.app = SimpleNamespace(consumer=self)
        self.should_stop = False
        self.waiting = list(made)

    async def get(self):
        if not self.waiting:
            raise StopAsyncIteration
        return self.waiting.pop(0)

    def is_current(self, batch) -> bool:
        return batch.epoch == self.epoch


def delivered(stream: FakeStream, *records, **rest):
    batch = make_batch(*records, hands=stream.hands, **rest)
    stream.waiting.append(batch)
    return batch


@given(st.lists(st.integers(0, 4), max_size=40))
def test_spans_name_the_next_offset_of_every_partition(partitions):
    """The committed offset is one after the last record, never more."""
    counts: dict[int, int] = {}
    records = []
    for partition in partitions:
        offset = counts.get(partition, 0) + 100
        counts[partition] = counts.get(partition, 0) + 1
        records.append(FakeRecord(partition, offset, timestamp_ms=offset * 10))
    spans = spans_of(records)
    assert spans == {
        TP("raw", partition): Span(100 + count, 1000, (99 + count) * 10) for partition, count in counts.items()
    }


def test_repr_shows_no_record():
    """Logs may show a batch."""
    batch = make_batch(FakeRecord(1, 5, b"secret"))
    batch.send(Stage.OUTPUT, "out", b"secret", b"key", 1)
    assert repr(batch) == "Batch(1 records, 1 partitions, epoch 0)"


def test_outputs_keep_their_order_within_a_stage():
    """State goes out after outputs, whatever the order of the calls."""
    batch = make_batch(FakeRecord(0, 0))
    batch.send(Stage.STATE, "state", b"s", b"k", 0)
    batch.send(Stage.OUTPUT, "out", b"1", b"k", 0)
    batch.send(Stage.OUTPUT, "out", None, b"k", 0, 77)
    assert [output.value for output in batch.outputs[Stage.OUTPUT]] == [b"1", None]
    assert batch.outputs[Stage.OUTPUT][1].timestamp_ms == 77
    assert [output.topic for output in batch.outputs[Stage.STATE]] == ["state"]


def test_leaving_the_block_hands_the_batch_over():
    """The commit thread gets it at once; the agent waits for nothing."""
    handovers = queue.SimpleQueue()
    stream = FakeStream()
    batch = delivered(stream, FakeRecord(0, 0), handovers=handovers)

    async def agent() -> None:
        async for taken in batches(stream):
            async with taken:
                assert stream.hands.holds(taken)

    asyncio.run(agent())
    handed = handovers.get_nowait()
    assert (handed.batch, handed.failure) == (batch, None)


def test_an_exception_gives_the_batch_back_and_reaches_the_agent():
    """The reason names the type of the error and not its message."""
    handovers = queue.SimpleQueue()
    stream = FakeStream()
    delivered(stream, FakeRecord(0, 0), handovers=handovers)

    async def agent() -> None:
        async for taken in batches(stream):
            async with taken:
                raise ValueError("secret")

    with pytest.raises(ValueError, match="secret"):
        asyncio.run(agent())
    assert handovers.get_nowait().failure == "the agent raised ValueError"


def test_a_batch_of_an_old_epoch_is_never_shown():
    """Its records belong to somebody else, or will be read again."""
    generations = Generations(depth=1)
    stale = generations.current
    stream = FakeStream()
    stream.epoch = generations.advance().epoch
    delivered(stream, FakeRecord(0, 0), generation=stale)
    current = delivered(stream, FakeRecord(0, 1), generation=generations.current)

    async def agent() -> list:
        seen = []
        async for taken in batches(stream):
            async with taken:
                seen.append(taken)
        return seen

    assert asyncio.run(agent()) == [current]


def test_a_batch_that_is_not_entered_is_an_error():
    """It would otherwise be lost or hang; it is given back instead."""
    handovers = queue.SimpleQueue()
    stream = FakeStream()
    delivered(stream, FakeRecord(0, 0), handovers=handovers)

    async def agent() -> None:
        async for _ in batches(stream):
            pass

    with pytest.raises(InvariantBroken):
        asyncio.run(agent())
    assert handovers.get_nowait().failure == "the agent never entered it"


def test_a_batch_cannot_be_entered_twice():
    """It was handed over already."""
    stream = FakeStream()
    delivered(stream, FakeRecord(0, 0))

    async def agent() -> None:
        async for taken in batches(stream):
            async with taken:
                pass
            async with taken:
                pass

    with pytest.raises(InvariantBroken):
        asyncio.run(agent())
