"""What a listener hears: one call at a time, in order, and never while an agent holds a batch."""

import asyncio
from collections.abc import Set as AbstractSet

import pytest
from faust.types import TP

from pipeline.streaming.transport import Batch
from pipeline.streaming.transport.hands import Hands
from pipeline.streaming.transport.lifecycle import Lifecycle
from tests.support.fake_records import FakeRecord, make_batch

PARTITIONS = {TP("raw", 0)}


class FakeListener:
    """Writes down what it hears; answers when it is let."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.may_answer = asyncio.Event()
        self.error: Exception | None = None

    async def assigned(self, partitions: AbstractSet[TP]) -> None:
        self.heard.append("assigned")
        if self.error is not None:
            raise self.error
        await self.may_answer.wait()
        self.heard.append("restored")

    async def revoked(self, partitions: AbstractSet[TP]) -> None:
        self.heard.append("revoked")

    def committed(self, batch: Batch) -> None:
        if self.error is not None:
            raise self.error
        self.heard.append("committed")

    async def aborted(self) -> None:
        self.heard.append("aborted")


class Scene:
    """A lifecycle on the running loop."""

    def __init__(self) -> None:
        self.hands = Hands()
        self.listener = FakeListener()
        self.failures: list[BaseException] = []
        self.lifecycle = Lifecycle(
            asyncio.get_running_loop(), self.listener, self.hands, on_failure=self.failures.append
        )

    async def settle(self) -> None:
        """Let everything that is ready run."""
        for _ in range(10):
            await asyncio.sleep(0)


def test_an_assignment_is_answered_before_its_future_is_done():
    """The intake waits for this future."""

    async def scene() -> None:
        on = Scene()
        answer = on.lifecycle.assigned(PARTITIONS)
        await on.settle()
        assert not answer.done()
        on.listener.may_answer.set()
        await asyncio.wait_for(asyncio.wrap_future(answer), 5)
        assert on.listener.heard == ["assigned", "restored"]

    asyncio.run(scene())


@pytest.mark.parametrize("news", ["assigned", "revoked", "aborted"])
def test_no_news_while_an_agent_holds_a_batch(news: str):
    """State does not change under an agent's feet."""

    async def scene() -> None:
        on = Scene()
        on.listener.may_answer.set()
        on.hands.take("batch")
        answer = on.lifecycle.aborted() if news == "aborted" else getattr(on.lifecycle, news)(PARTITIONS)
        await on.settle()
        assert on.listener.heard == []
        on.hands.leave("batch")
        await asyncio.wait_for(asyncio.wrap_future(answer), 5)
        assert on.listener.heard[0] == news

    asyncio.run(scene())


def test_a_revocation_supersedes_a_restore():
    """A restore of partitions that are gone is cancelled, and the revocation follows it."""

    async def scene() -> None:
        on = Scene()
        answer = on.lifecycle.assigned(PARTITIONS)
        await on.settle()
        revoked = on.lifecycle.revoked(PARTITIONS)
        await asyncio.wait_for(asyncio.wrap_future(revoked), 5)
        assert answer.cancelled()
        assert on.listener.heard == ["assigned", "revoked"]

    asyncio.run(scene())


def test_commits_are_heard_before_the_abort_that_followed_them():
    """What was committed is not thrown away."""

    async def scene() -> None:
        on = Scene()
        on.lifecycle.committed(make_batch(FakeRecord(0, 0)))
        on.lifecycle.committed(make_batch(FakeRecord(0, 1)))
        await asyncio.wait_for(asyncio.wrap_future(on.lifecycle.aborted()), 5)
        assert on.listener.heard == ["committed", "committed", "aborted"]

    asyncio.run(scene())


def test_a_listener_that_fails_is_reported():
    """Whatever it raised, from whichever call."""

    async def scene() -> None:
        on = Scene()
        on.listener.error = OSError("no state")
        on.lifecycle.committed(make_batch(FakeRecord(0, 0)))
        answer = on.lifecycle.assigned(PARTITIONS)
        with pytest.raises(OSError, match="no state"):
            await asyncio.wait_for(asyncio.wrap_future(answer), 5)
        assert on.failures == [on.listener.error] * 2

    asyncio.run(scene())
