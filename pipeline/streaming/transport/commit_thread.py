"""The commit thread: takes the batches that agents left and makes them durable, one after the other."""

import logging
import queue
import threading
import time
from typing import Protocol

from pipeline.errors import InvariantBroken, Unavailable
from pipeline.streaming.transport.batch import Batch, HandedOver
from pipeline.streaming.transport.committers import Committer, GaveBack
from pipeline.streaming.transport.generations import Generations
from pipeline.streaming.transport.options import TransportOptions
from pipeline.streaming.transport.progress import Progress
from pipeline.streaming.transport.watchdog import Watchdog

logger = logging.getLogger(__name__)

_IDLE_S = 1.0
_BACK_OFF_S_MAX = 5.0
# Between two looks for a broker that is away; each look takes seconds itself.
_AWAY_S = 0.1


class CommitSite(Protocol):
    """Where the commit thread reports to. All calls return at once."""

    def membership(self) -> object:
        """Return this worker's group membership in the current epoch."""
        ...

    def durable(self, batch: Batch) -> None:
        """Take note of a batch whose outputs, state and offsets are committed."""
        ...

    def settled(self, batch: Batch) -> None:
        """Take note that the commit thread is done with a batch, whatever came of it."""
        ...

    def failed(self, error: BaseException) -> None:
        """End the worker."""
        ...


class CommitThread:
    """Runs commits under the epoch's lock, drops stale batches, and starts a rewind when a batch is given back."""

    def __init__(
        self,
        site: CommitSite,
        committer: Committer,
        generations: Generations,
        progress: Progress,
        watchdog: Watchdog,
        options: TransportOptions,
    ) -> None:
        self.handovers: queue.SimpleQueue[HandedOver | None] = queue.SimpleQueue()
        self._site = site
        self._committer = committer
        self._generations = generations
        self._progress = progress
        self._watchdog = watchdog
        self._options = options
        self._aborts_in_a_row = 0
        self._epoch = self._next_number = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="transport-commit", daemon=True)

    def start(self) -> None:
        """Start committing; the committer must have been started."""
        self._thread.start()

    def stop(self) -> None:
        """Commit what was handed over before, and end."""
        self._stopped.set()
        self.handovers.put(None)
        if self._thread.is_alive():
            self._thread.join(self._options.stuck_s)

    def _run(self) -> None:
        try:
            while (handed := self._next()) is not None:
                self._settle(handed)
        except BaseException as error:  # noqa: BLE001, whatever ends this thread must end the worker
            self._site.failed(error)

    def _next(self) -> HandedOver | None:
        while True:
            try:
                return self.handovers.get(timeout=_IDLE_S)
            except queue.Empty:
                self._committer.idle()

    def _settle(self, handed: HandedOver) -> None:
        batch = handed.batch
        with self._generations.transaction:
            gave_back = self._outcome(handed)
        if gave_back:
            self._progress.aborted()
            self._recover()
            self._rewind(batch.epoch)
        batch.release_slot()
        self._site.settled(batch)
        if gave_back:
            self._back_off(gave_back)

    def _outcome(self, handed: HandedOver) -> str:
        """Commit the batch, or drop it; return why it was given back, or nothing."""
        batch = handed.batch
        if batch.epoch != self._generations.current.epoch:
            self._progress.dropped()
            return ""
        if handed.failure is not None:
            return handed.failure
        self._check_order(batch)
        return self._commit(batch)

    def _recover(self) -> None:
        """Wait until nothing of the batch can become visible; the epoch's lock is free meanwhile."""
        deadline_s = time.monotonic() + self._options.away_s_max
        while not self._stopped.is_set():
            try:
                self._committer.recover()
            except Unavailable as reason:
                if time.monotonic() > deadline_s:
                    raise
                logger.warning("waiting for the broker: %s", reason)
                self._stopped.wait(_AWAY_S)
            else:
                return

    def _rewind(self, epoch: int) -> None:
        """Have the batch read again, unless a rebalance has seen to that: only now are the committed offsets final."""
        with self._generations.transaction:
            if self._generations.current.epoch == epoch:
                self._generations.advance(rewind=True)

    def _check_order(self, batch: Batch) -> None:
        if batch.epoch != self._epoch:
            self._epoch, self._next_number = batch.epoch, 0
        if batch.number != self._next_number:
            raise InvariantBroken("batches were handed over out of order: use one agent with concurrency 1")
        self._next_number += 1

    def _commit(self, batch: Batch) -> str:
        """Return why the batch was given back, or nothing."""
        with self._watchdog.watching("a transaction", limit_s=self._options.stuck_s):
            try:
                durable = self._committer.commit(batch, self._site.membership())
            except GaveBack as outcome:
                return str(outcome)
        self._aborts_in_a_row = 0
        if durable:
            self._site.durable(batch)
        return ""

    def _back_off(self, reason: str) -> None:
        self._aborts_in_a_row += 1
        logger.warning("a batch was given back and is read again: %s", reason)
        if self._aborts_in_a_row > self._options.aborts_in_a_row_max:
            raise Unavailable(f"{self._aborts_in_a_row} batches in a row were given back, the last for: {reason}")
        self._stopped.wait(min(_BACK_OFF_S_MAX, 0.05 * 2**self._aborts_in_a_row))
