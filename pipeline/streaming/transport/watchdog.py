"""Ends the program when a part of it hangs: a call into librdkafka may never return, and only leaving helps then."""

import faulthandler
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)

# The exit code of `redact` for a dependency that is unavailable: restart the worker, its transaction will be aborted.
EXIT_STUCK = 3
_LOOK_S = 0.25
# librdkafka's threads wait until times of the wall clock: set back, it has them wait for as much longer, without
# heartbeats, and calls with a time limit do not return. Less than this is waited for.
_SET_BACK_S_MAX = 2.0


def _leave(code: int) -> None:
    faulthandler.dump_traceback(all_threads=True)  # files and lines of every thread: which call hangs
    for handler in logging.getLogger().handlers:
        handler.flush()
    os._exit(code)


class Watchdog:
    """Watches named sections of code, ages, and the wall clock, from a thread of its own.

    `leave` ends the program without running anything else of it; it is an argument for the tests.
    """

    def __init__(self, *, leave: Callable[[int], None] = _leave) -> None:
        self._leave = leave
        self._sections: dict[object, tuple[str, float, float]] = {}
        self._ages: list[tuple[str, Callable[[float], float], float]] = []
        self._clocks: tuple[float, float] | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="transport-watchdog", daemon=True)

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopped.set()

    @contextmanager
    def watching(self, name: str, *, limit_s: float) -> Iterator[None]:
        """End the program if the block takes longer than `limit_s`."""
        token = object()
        self._sections[token] = (name, time.monotonic(), limit_s)
        try:
            yield
        finally:
            del self._sections[token]

    def watch_age(self, name: str, age_s: Callable[[float], float], *, limit_s: float) -> None:
        """End the program if `age_s(now)` grows over `limit_s`."""
        self._ages.append((name, age_s, limit_s))

    def leave_after(self, name: str, *, limit_s: float) -> None:
        """End the program `limit_s` from now, unless it has ended by itself."""
        self._sections[object()] = (name, time.monotonic(), limit_s)

    def look(self, now: float) -> None:
        """Look once, at monotonic time `now`."""
        for name, since, limit_s in tuple(self._sections.values()):
            self._judge(name, now - since, limit_s)
        for name, age_s, limit_s in self._ages:
            self._judge(name, age_s(now), limit_s)

    def look_at_clocks(self, now: float, wall_s: float) -> None:
        """End the program if the wall clock was set back since the last look, at monotonic time `now`."""
        before, self._clocks = self._clocks, (now, wall_s)
        if before is None:
            return
        back_s = (now - before[0]) - (wall_s - before[1])
        if back_s > _SET_BACK_S_MAX:
            logger.critical("the wall clock was set back by %.0f s: the worker ends, restart it", back_s)
            self._leave(EXIT_STUCK)

    def _judge(self, name: str, age_s: float, limit_s: float) -> None:
        if age_s > limit_s:
            logger.critical("%s took longer than %.0f s: the worker ends, restart it", name, limit_s)
            self._leave(EXIT_STUCK)

    def _run(self) -> None:
        while not self._stopped.wait(_LOOK_S):
            self.look(time.monotonic())
            self.look_at_clocks(time.monotonic(), time.time())
