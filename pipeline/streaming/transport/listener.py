"""What the owner of per-partition state hears, and in which order."""

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Protocol

from faust.types import TP

if TYPE_CHECKING:
    from pipeline.streaming.transport.batch import Batch


class PartitionListener(Protocol):
    """Keeps state that was built from the records of assigned partitions.

    All four are called on the event loop's thread, one at a time and in the order in which things happened.

    While `assigned`, `revoked` or `aborted` runs, no batch is inside its `async with` block, and the next batch is
    delivered only after it returned. They may take long: awaiting is free (restore with a client of your own in
    `asyncio.to_thread`), because the intake thread keeps polling and the group's heartbeat has a thread of its own. If
    the partitions are taken away meanwhile, a running `assigned` or `aborted` is cancelled, and `revoked` follows (a
    thread that it waits for goes on; its result must then go nowhere). An exception ends the worker.
    """

    async def assigned(self, partitions: AbstractSet[TP]) -> None:
        """All partitions of this worker from now on. No record of them was delivered since they were assigned."""
        ...

    async def revoked(self, partitions: AbstractSet[TP]) -> None:
        """They are no longer this worker's: drop what was built on them.

        Every rebalance revokes all partitions and assigns the new set. Batches that were not reported by `committed`
        before this call were not committed by this worker.
        """
        ...

    def committed(self, batch: "Batch") -> None:
        """Take note that a batch is durable: its outputs, its state records and its offsets.

        Called once per committed batch, in the order of delivery, and before any later `aborted` or `revoked`. Must
        return at once.
        """
        ...

    async def aborted(self) -> None:
        """Batches delivered and not reported by `committed` were thrown away and will be read again.

        Drop, or restore, all that was built on them.
        """
        ...


class NoState:
    """The listener of a worker that keeps nothing between batches."""

    async def assigned(self, partitions: AbstractSet[TP]) -> None:
        """Do nothing."""

    async def revoked(self, partitions: AbstractSet[TP]) -> None:
        """Do nothing."""

    def committed(self, batch: "Batch") -> None:
        """Do nothing."""

    async def aborted(self) -> None:
        """Do nothing."""
