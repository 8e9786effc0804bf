"""Where delivered batches are: inside an agent, waiting for their commit, or settled. Event loop thread only."""

import asyncio
import time
from collections.abc import Callable, Hashable


class Hands:
    """Tracks the batches that an agent took until they are committed, given back or dropped."""

    def __init__(self) -> None:
        self._inside: dict[Hashable, float] = {}
        self._open: set[Hashable] = set()
        self._waiters: list[asyncio.Future[None]] = []

    def take(self, batch: Hashable) -> None:
        """Note that an agent holds the batch from now on."""
        self._inside[batch] = time.monotonic()
        self._open.add(batch)

    def leave(self, batch: Hashable) -> None:
        """Note that the agent is done with the batch; it is still open."""
        self._inside.pop(batch, None)
        self._wake()

    def settle(self, batch: Hashable) -> None:
        """Note that the batch was committed, given back or dropped."""
        self._open.discard(batch)
        self._wake()

    def abandon(self) -> None:
        """Forget all: nobody will settle them any more, because the transport failed."""
        self._inside.clear()
        self._open.clear()
        self._wake()

    def holds(self, batch: Hashable) -> bool:
        """Tell whether an agent holds the batch."""
        return batch in self._inside

    def held_s(self, now: float) -> float:
        """Return for how long an agent has held its oldest batch, 0 for none. Safe from any thread."""
        return max((now - since for since in tuple(self._inside.values())), default=0.0)

    async def nobody_inside(self) -> None:
        """Wait until no agent holds a batch."""
        await self._until(lambda: not self._inside)

    async def all_settled(self, *, limit_s: float) -> bool:
        """Wait until every taken batch is settled; False when `limit_s` passed before."""
        try:
            await asyncio.wait_for(self._until(lambda: not self._open), limit_s)
        except TimeoutError:
            return False
        return True

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()
