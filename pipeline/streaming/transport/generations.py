"""Which batches still count: every rebalance and every rewind starts a new epoch, and older batches are dropped."""

import threading
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Generation:
    """One epoch: read it once, and everything in it belongs together.

    `slots` bounds the batches of this epoch that are read and not yet committed. `rewind_due` says that positions must
    go back to the committed offsets before anything is read in this epoch.
    """

    epoch: int
    slots: threading.Semaphore
    rewind_due: bool = False


class Generations:
    """The current epoch, shared by the intake thread, the commit thread and the event loop.

    `transaction` is held for one whole transaction, and by whoever starts a new epoch, so an epoch never ends under a
    running transaction. `current` is one reference, replaced as a whole: it is read without waiting for a transaction,
    and an epoch cannot be seen without its rewind.
    """

    def __init__(self, *, depth: int) -> None:
        self._depth = depth
        self.transaction = threading.RLock()
        self._change = threading.Lock()
        self.current = self._next(0, rewind_due=False)

    def advance(self, *, rewind: bool = False) -> Generation:
        """Start a new epoch, waiting for the running transaction to end; all older batches are stale from here on."""
        with self.transaction, self._change:
            self.current = self._next(self.current.epoch + 1, rewind_due=rewind)
            return self.current

    def rewound(self, epoch: int) -> None:
        """Say that positions of `epoch` were set back. A later epoch keeps what is due to it."""
        with self._change:
            if self.current.epoch == epoch:
                self.current = replace(self.current, rewind_due=False)

    def _next(self, epoch: int, *, rewind_due: bool) -> Generation:
        return Generation(epoch, threading.Semaphore(self._depth), rewind_due)
