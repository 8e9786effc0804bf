"""How fast one program works off a backlog: from a warmed-up worker's first outputs to its last."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.bench.load import Arrivals
from pipeline.bench.processes import Together
from pipeline.errors import Unavailable

WARM_UP_SHARE: Final = 0.25
DRAIN_S_MAX: Final = 180.0
_US_PER_S: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Drained:
    """What one program did with a backlog; usage is None where the system does not tell."""

    events_per_s: float
    cpu_us_per_event: float | None
    rss_mb: float | None


def drain(process: Together, arrivals: Arrivals, events: int, log: Path) -> Drained:
    """Wait until so many outputs arrived, and return the rate after a first quarter. The process runs already.

    Raises `Unavailable` when the process ends or takes longer than `DRAIN_S_MAX`.
    """
    deadline_s = time.monotonic() + DRAIN_S_MAX
    arrived = _wait_for(int(events * WARM_UP_SHARE), 0, process, arrivals, deadline_s, log)
    warm, warm_at_s, warm_usage = arrived, time.monotonic(), process.usage()
    arrived = _wait_for(events, arrived, process, arrivals, deadline_s, log)
    seconds, usage = time.monotonic() - warm_at_s, process.usage()
    counted = arrived - warm
    cpu_us = None
    if usage.cpu_s is not None and warm_usage.cpu_s is not None:
        cpu_us = (usage.cpu_s - warm_usage.cpu_s) * _US_PER_S / counted
    return Drained(counted / seconds, cpu_us, usage.rss_mb)


def _wait_for(wanted: int, arrived: int, process: Together, arrivals: Arrivals, deadline_s: float, log: Path) -> int:
    while arrived < wanted:
        arrived += arrivals.count()
        if not process.alive:
            raise Unavailable(f"the program under measurement ended after {arrived} of {wanted} events, see {log}")
        if time.monotonic() > deadline_s:
            raise Unavailable(f"{arrived} of {wanted} events within {DRAIN_S_MAX:.0f} s, see {log}")
    return arrived
