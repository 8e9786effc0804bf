"""Who holds which batch, and waiting for it."""

import asyncio
import time

from pipeline.streaming.transport.hands import Hands


def test_nobody_inside_waits_for_the_agent_and_not_for_the_commit():
    """A batch that was handed over is still open."""

    async def scene() -> None:
        hands = Hands()
        hands.take("batch")
        waiting = asyncio.ensure_future(hands.nobody_inside())
        await asyncio.sleep(0)
        assert not waiting.done()
        hands.leave("batch")
        await asyncio.wait_for(waiting, 5)
        assert not await hands.all_settled(limit_s=0.01)
        hands.settle("batch")
        assert await hands.all_settled(limit_s=5)

    asyncio.run(scene())


def test_abandon_lets_everybody_go_on():
    """After a failure nobody settles batches any more, and a stop must not wait for them."""

    async def scene() -> None:
        hands = Hands()
        hands.take("batch")
        waiting = asyncio.ensure_future(hands.all_settled(limit_s=60))
        await asyncio.sleep(0)
        hands.abandon()
        assert await asyncio.wait_for(waiting, 5)

    asyncio.run(scene())


def test_held_grows_while_an_agent_holds_a_batch():
    """The watchdog looks at the oldest one."""
    hands = Hands()
    now = time.monotonic()
    assert hands.held_s(now) == 0
    hands.take("batch")
    assert hands.held_s(now + 100) > 99
    hands.leave("batch")
    assert hands.held_s(now + 100) == 0
