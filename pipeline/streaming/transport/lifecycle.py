"""Calls a `PartitionListener` on the event loop: one call at a time, and never while an agent holds a batch."""

import asyncio
from collections.abc import Callable, Coroutine
from collections.abc import Set as AbstractSet
from concurrent.futures import Future

from faust.types import TP

from pipeline.streaming.transport.batch import Batch
from pipeline.streaming.transport.hands import Hands
from pipeline.streaming.transport.listener import PartitionListener

_Call = Callable[[], Coroutine[None, None, None]]


class Lifecycle:
    """Puts the news of the intake and commit threads into the order in which they happened.

    The methods may be called from any thread, and return at once. What one thread says is heard in the
    order in which it was said. A returned future is done when the listener is; an exception of the listener also goes
    to `on_failure`.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        listener: PartitionListener,
        hands: Hands,
        *,
        on_failure: Callable[[BaseException], None],
    ) -> None:
        self._loop = loop
        self._on_failure = on_failure
        self._listener = listener
        self._hands = hands
        self._turn = asyncio.Lock()
        self._cancellable: set[asyncio.Task[None]] = set()

    def assigned(self, partitions: AbstractSet[TP]) -> Future[None]:
        """Report an assignment; deliver nothing before the future is done."""
        return self._post(self._cancellable_call(lambda: self._listener.assigned(partitions)))

    def aborted(self) -> Future[None]:
        """Report that batches were thrown away; read nothing again before the future is done."""
        return self._post(self._cancellable_call(self._listener.aborted))

    def revoked(self, partitions: AbstractSet[TP]) -> Future[None]:
        """Report a revocation, cancelling what the listener still does for the assignment before."""
        return self._post(self._revoked(partitions))

    def committed(self, batch: Batch) -> None:
        """Report a durable batch."""
        self._loop.call_soon_threadsafe(self._committed, batch)

    def _committed(self, batch: Batch) -> None:
        try:
            self._listener.committed(batch)
        except Exception as error:  # noqa: BLE001, a listener that fails must end the worker, whatever it raised
            self._on_failure(error)

    def _post(self, call: Coroutine[None, None, None]) -> Future[None]:
        future = asyncio.run_coroutine_threadsafe(call, self._loop)
        future.add_done_callback(self._report)
        return future

    def _report(self, future: Future[None]) -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            self._on_failure(error)

    async def _cancellable_call(self, call: _Call) -> None:
        task = asyncio.ensure_future(self._in_turn(call))
        self._cancellable.add(task)
        task.add_done_callback(self._cancellable.discard)
        await task

    async def _revoked(self, partitions: AbstractSet[TP]) -> None:
        superseded = tuple(self._cancellable)
        for task in superseded:
            task.cancel()
        await asyncio.gather(*superseded, return_exceptions=True)
        await self._in_turn(lambda: self._listener.revoked(partitions))

    async def _in_turn(self, call: _Call) -> None:
        async with self._turn:
            await self._hands.nobody_inside()
            await call()
