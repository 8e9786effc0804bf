"""The best labels of many sequences at once, and how sure the model is of them: a linear-chain model in plain numpy.

Sources: A. Viterbi, "Error bounds for convolutional codes", 1967; L. Rabiner, "A tutorial on hidden Markov models",
1989, section III (forward and backward sums, scaled); J. Lafferty et al., "Conditional random fields", 2001.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.tagger.labels import OUTSIDE
from pipeline.tagger.layout import Ints, Scores

Paths = npt.NDArray[np.int64]
Probabilities = npt.NDArray[np.float64]
_ROUNDING: Final = 1e-3
_TINY: Final = 1e-30


def may_have_labels(emissions: Scores, transitions: Scores, first: Ints, lengths: Ints) -> npt.NDArray[np.bool_]:
    """Return of each sequence whether a path with labels could be the best; where not, all its words are outside. Pure.

    All labels are taken together as one, with the best score and the cheapest transitions that any of them has: an
    upper bound on every path, for a fraction of the cost of `viterbi`. Most turns of support conversations end here.
    """
    margins = np.delete(emissions, OUTSIDE, axis=1).max(axis=1) - emissions[:, OUTSIDE]
    relative = transitions - transitions[OUTSIDE, OUTSIDE]
    entering = np.delete(relative[OUTSIDE], OUTSIDE).max()
    leaving = np.delete(relative[:, OUTSIDE], OUTSIDE).max()
    staying = np.delete(np.delete(relative, OUTSIDE, axis=0), OUTSIDE, axis=1).max()
    order = np.argsort(-lengths, kind="stable")
    starts, sizes = first[order], lengths[order]
    labelled = margins[starts]
    after = np.full_like(labelled, -np.inf)
    for step in range(1, int(sizes[0]) if len(sizes) else 0):
        count = int(np.searchsorted(-sizes, -step, side="left"))
        before, past = labelled[:count], after[:count]
        entered = np.maximum(before + staying, np.maximum(past, 0.0) + entering) + margins[starts[:count] + step]
        after[:count] = np.maximum(past, before + leaving)
        labelled[:count] = entered
    possible = np.empty(len(sizes), dtype=np.bool_)
    # Rounding may differ from that of `viterbi`: what is this close is decoded.
    possible[order] = np.maximum(labelled, after) > -_ROUNDING
    return possible


def viterbi(emissions: Scores, transitions: Scores, first: Ints, lengths: Ints) -> list[Paths]:
    """Return the best path of each sequence; of equal ones that with the lower labels, from the end. Pure.

    Sequence `i` has the `lengths[i]` rows of `emissions` from `first[i]` on; none is empty.
    """
    order = np.argsort(-lengths, kind="stable")
    starts, sizes = first[order], lengths[order]
    steps = int(sizes[0]) if len(sizes) else 0
    active = [int(np.searchsorted(-sizes, -step, side="left")) for step in range(steps)]
    incoming = np.ascontiguousarray(transitions.T)
    reached = [emissions[starts]]
    for step in range(1, steps):
        count = active[step]
        before = np.ascontiguousarray(reached[-1][:count].T)
        best = (before[:, :, None] + transitions[:, None, :]).max(axis=0)
        reached.append(best + emissions[starts[:count] + step])
    paths = np.zeros((len(sizes), max(steps, 1)), dtype=np.int64)
    for step in range(steps - 1, -1, -1):
        # Where each path came from is worked out on the way back, for one label of each word instead of all.
        scores = reached[step].copy()
        after = active[step + 1] if step + 1 < steps else 0
        if after:
            scores[:after] += incoming[paths[:after, step + 1]]
        paths[: active[step], step] = scores.argmax(axis=1)
    found: list[Paths] = [paths[:0]] * len(sizes)
    for row, number in enumerate(order.tolist()):
        found[number] = paths[row, : sizes[row]]
    return found


def marginals(emissions: Scores, transitions: Scores, first: Ints, lengths: Ints) -> list[Probabilities]:
    """Return of each sequence the probability of each label of each word, given the whole sequence. Pure.

    Shapes and order as in `viterbi`; each row of a result sums to 1.
    """
    order = np.argsort(-lengths, kind="stable")
    starts, sizes = first[order], lengths[order]
    steps = int(sizes[0]) if len(sizes) else 0
    active = [int(np.searchsorted(-sizes, -step, side="left")) for step in range(steps)]
    weights = np.exp(transitions.astype(np.float64) - transitions.max())
    potentials = np.zeros((max(steps, 1), len(sizes), emissions.shape[1]))
    forward = np.zeros_like(potentials)
    for step in range(steps):
        count = active[step]
        scores = emissions[starts[:count] + step].astype(np.float64)
        potentials[step, :count] = np.exp(scores - scores.max(axis=1, keepdims=True)) + _TINY
        reached = potentials[step, :count]
        if step:
            reached = reached * (forward[step - 1, :count] @ weights)
        forward[step, :count] = reached / reached.sum(axis=1, keepdims=True)
    backward = np.ones((len(sizes), emissions.shape[1]))
    for step in range(steps - 1, -1, -1):
        count = active[step]
        forward[step, :count] *= backward[:count]
        if step:
            received = (backward[:count] * potentials[step, :count]) @ weights.T
            backward[:count] = received / received.sum(axis=1, keepdims=True)
    found: list[Probabilities] = [np.empty(0)] * len(sizes)
    for row, number in enumerate(order.tolist()):
        own = forward[: sizes[row], row]
        found[number] = own / own.sum(axis=1, keepdims=True)
    return found
