"""How long something takes, on a machine that has other things to do."""

import gc
import time
from collections.abc import Callable
from typing import Final

_ROUNDS: Final = 3


def least_time_s(call: Callable[[], object]) -> float:
    """Return the processor time of the fastest of three calls.

    The collector is off meanwhile: in a process that has run thousands of tests, one of its rounds takes longer than
    what is measured.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        best_s = float("inf")
        for _ in range(_ROUNDS):
            started_at_s = time.process_time()
            call()
            best_s = min(best_s, time.process_time() - started_at_s)
    finally:
        if was_on:
            gc.enable()
    return best_s
