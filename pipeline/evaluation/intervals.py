"""How far a figure might be off: percentile bootstrap over conversations.

B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), section 13.3. Conversations are drawn, not turns:
values repeat inside a conversation, so its turns say the same thing more than once.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.score import CoreCounts

RESAMPLES: Final = 1_000
SEED: Final = 0
PERCENTILES: Final = (2.5, 97.5)
CONVERSATIONS_MIN: Final = 2
"""Of one conversation every resample is the same, which would look like certainty."""
_DRAWS_AT_ONCE: Final = 1 << 20

Interval: TypeAlias = tuple[float, float]
"""The lower and the upper end, in the unit of the figure."""


def intervals(conversations: Sequence[CoreCounts]) -> dict[str, Interval]:
    """Return the 95% interval of each core figure, by the name it has in a row of the report.

    Empty for fewer than two conversations; a figure that no resample has, for want of anything to count, is left out.
    Pure: the draws are seeded, so equal counts in equal order give equal intervals.
    """
    if len(conversations) < CONVERSATIONS_MIN:
        return {}
    resampled = _figures(_resampled(np.asarray(conversations, dtype=np.float64)))
    found: dict[str, Interval] = {}
    for name, values in resampled.items():
        there = values[~np.isnan(values)]
        if there.size:
            low, high = np.percentile(there, PERCENTILES)
            found[name] = (float(low), float(high))
    return found


def _resampled(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the summed counts of `RESAMPLES` draws, with replacement, of as many conversations as there are."""
    size = len(counts)
    generator = np.random.default_rng(SEED)
    at_once = max(1, _DRAWS_AT_ONCE // size)
    sums = np.empty((RESAMPLES, counts.shape[1]))
    for first in range(0, RESAMPLES, at_once):
        number = min(at_once, RESAMPLES - first)
        drawn = generator.integers(size, size=(number, size)) + size * np.arange(number)[:, None]
        times = np.bincount(drawn.ravel(), minlength=number * size).reshape(number, size)
        sums[first : first + number] = times @ counts
    return sums


def _figures(sums: NDArray[np.float64]) -> Mapping[str, NDArray[np.float64]]:
    """Return the core figures of each row of summed counts, as `pipeline.evaluation.report` defines them."""
    of = CoreCounts(*sums.T)
    shares = {
        "leak": (100 * of.uncovered, of.characters),
        "full": (100 * of.fully, of.spans),
        "half": (100 * of.half, of.spans),
        "typed_f1": (200 * of.exact, of.spans + of.predicted),
        "precision": (100 * of.hit_characters, of.hit_characters + of.stray_characters),
        "flagged_per_1000": (1_000 * of.flagged, of.clean_turns),
    }
    nothing = np.full(len(sums), np.nan)
    return {
        name: np.divide(part, whole, out=nothing.copy(), where=np.asarray(whole) > 0)
        for name, (part, whole) in shares.items()
    }
