"""The best labels of many sequences at once, and how sure the model is of them: a linear-chain model in plain numpy.

Sequences are rows of one array, one sequence after the other, of which `lengths` says how many rows each has; none is
empty. They are walked side by side, so that a step of all of them is a handful of calls. Sources: A. Viterbi, "Error
bounds for convolutional codes", 1967; L. Rabiner, "A tutorial on hidden Markov models", 1989, section III (forward and
backward sums, scaled); J. Lafferty et al., "Conditional random fields", 2001; J. Bentley, "Programming pearls:
algorithm design techniques", 1984 (the run with the greatest sum).
"""

from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.tagger.labels import OUTSIDE
from pipeline.tagger.layout import Ints, Scores

_Float = TypeVar("_Float", np.float32, np.float64)
Probabilities = npt.NDArray[np.float64]
LabelledWord = tuple[int, int, int, float]
"""The numbers of a sequence, of a word in it and of its label, and the probability of the label."""

_ROUNDING: Final = 1e-3
_TINY: Final = 1e-30
_SCALED_EVERY: Final = 8
"""Steps between two scalings: a double holds the product of so many transitions down to 1e-30 each."""


class Stretches(NamedTuple):
    """Neighbouring words that may have labels: their rows among all, and their emissions to be decoded alone."""

    rows: Ints
    emissions: Scores
    lengths: Ints


class _Steps(NamedTuple):
    """The rows of sequences by step: the first rows of all, then the second ones; at each step the longest go first.

    `backward` are the rows that a walk from the other ends meets. `counts` says how many sequences have a step.
    """

    forward: Ints
    backward: Ints
    counts: list[int]


def labelled_words(
    scores: Scores, bias: Scores, transitions: Scores, lengths: Ints, skipped: int
) -> list[LabelledWord]:
    """Return the words with a label on the best path of their sequence, in order, each with how sure that is. Pure.

    `bias` is added to the scores for the path, and not for how sure it is. `skipped` is a label that is told apart and
    is not returned. Where the package was compiled, `chain.c` does the same in a fraction of the time.
    """
    stretches = possible_stretches(scores + bias, transitions, lengths)
    labels = viterbi(stretches.emissions, transitions, stretches.lengths)
    said = (labels != OUTSIDE) & (labels != skipped)
    rows, labels = stretches.rows[said], labels[said]
    if not len(rows):
        return []
    ends = np.cumsum(lengths)
    sequences = np.searchsorted(ends, rows, side="right")
    chosen = np.zeros(len(lengths), dtype=np.bool_)
    chosen[sequences] = True
    within = np.repeat(chosen, lengths)
    sure = marginals(scores[within], transitions, lengths[chosen])[np.cumsum(within)[rows] - 1, labels]
    numbers = rows - (ends - lengths)[sequences]
    return list(zip(sequences.tolist(), numbers.tolist(), labels.tolist(), sure.tolist(), strict=True))


def possible_stretches(emissions: Scores, transitions: Scores, lengths: Ints) -> Stretches:
    """Return the words that may have a label on the best path of their sequence; all others have none. Pure.

    All labels are taken together as one, with the best score and the cheapest transitions that any of them has. Where
    even so every run of words through a word is worth less than nothing, a path without the run is better. Most words
    of support conversations end here, for a fraction of the cost of `viterbi`. What the words beside a stretch add to
    its paths, which are nothing for sure, is part of its emissions.
    """
    margins = _greatest(np.delete(emissions, OUTSIDE, axis=1)) - emissions[:, OUTSIDE]
    relative = transitions - transitions[OUTSIDE, OUTSIDE]
    ends = np.cumsum(lengths)
    is_first, is_last = np.zeros((2, len(emissions)), dtype=np.bool_)
    is_first[ends - lengths] = is_last[ends - 1] = True
    entering = np.where(is_first, 0.0, np.delete(relative[OUTSIDE], OUTSIDE).max())
    leaving = np.where(is_last, 0.0, np.delete(relative[:, OUTSIDE], OUTSIDE).max())
    staying = np.delete(np.delete(relative, OUTSIDE, axis=0), OUTSIDE, axis=1).max()
    worth = margins.astype(np.float64) + staying
    # A sequence begins so far below the one before it that no run from one into the other is ever the best.
    depth = 2 * (np.abs(worth).sum() + np.abs(entering).max(initial=0) + np.abs(leaving).max(initial=0))
    total = np.cumsum(worth - depth * is_first)
    best_begin = np.minimum.accumulate(total - worth - entering)
    best_end = np.maximum.accumulate((total + leaving)[::-1])[::-1]
    # Rounding may differ from that of `viterbi`: what is this close is decoded.
    rows = np.flatnonzero(best_end - best_begin - staying > -_ROUNDING)
    begins = is_first[rows] | (np.diff(rows, prepend=-2) > 1)
    first = np.flatnonzero(begins)
    sizes = np.diff(first, append=len(rows))
    last = first + sizes - 1
    chosen = emissions[rows]
    chosen[first[~is_first[rows[first]]]] += transitions[OUTSIDE]
    chosen[last[~is_last[rows[last]]]] += transitions[:, OUTSIDE]
    return Stretches(rows, chosen, sizes)


def viterbi(emissions: Scores, transitions: Scores, lengths: Ints) -> Ints:
    """Return the label of each row on its sequence's best path; of equal paths the lower labels, from the end. Pure."""
    labels = np.zeros(len(emissions), dtype=np.int64)
    forward, _, counts = _by_step(lengths)
    reached: list[Scores] = []
    stepwise = emissions[forward]
    done = 0
    for count in counts:
        scores = stepwise[done : done + count]
        if reached:
            before = np.ascontiguousarray(reached[-1][:count].T)
            scores += (before[:, :, None] + transitions[:, None, :]).max(axis=0)
        reached.append(scores)
        done += count
    incoming = np.ascontiguousarray(transitions.T)
    after = labels[:0]
    while reached:
        # Where each path came from is worked out on the way back, for one label of each word instead of all.
        scores = reached.pop()
        scores[: len(after)] += incoming[after]
        after = scores.argmax(axis=1)
        done -= len(after)
        labels[forward[done : done + len(after)]] = after
    return labels


def marginals(emissions: Scores, transitions: Scores, lengths: Ints) -> Probabilities:
    """Return of each row the probability of each label, given its whole sequence; a row sums to 1. Pure.

    Both directions are walked at once: they differ in the order of the rows, and in that of the transitions.
    """
    forward, backward, counts = _by_step(lengths)
    scores = emissions.astype(np.float64)
    potentials = np.exp(scores - _greatest(scores)[:, None]) + _TINY
    own = potentials[np.stack((forward, backward))]
    weights = np.exp(transitions.astype(np.float64) - transitions.max())
    both = np.stack((weights, weights.T))
    received, reached = np.ones_like(own), own.copy()
    done = 0
    for step, count in enumerate(counts[1:]):
        before, place = slice(done, done + count), slice(done + counts[step], done + counts[step] + count)
        if step % _SCALED_EVERY == 0:
            reached[:, before] /= reached[:, before].sum(axis=2, keepdims=True)
        np.matmul(reached[:, before], both, out=received[:, place])
        np.multiply(received[:, place], own[:, place], out=reached[:, place])
        done = place.start
    found: Probabilities = np.empty_like(potentials)
    found[forward] = reached[0]
    found[backward] *= received[1]
    found /= found.sum(axis=1, keepdims=True)
    return found


def _greatest(scores: npt.NDArray[_Float]) -> npt.NDArray[_Float]:
    """Return the greatest score of each row: by columns, an eighth of the time that short rows take."""
    greatest: npt.NDArray[_Float] = np.ascontiguousarray(scores.T).max(axis=0)
    return greatest


def _by_step(lengths: Ints) -> _Steps:
    order = np.argsort(-lengths, kind="stable")
    sizes = lengths[order]
    first = (np.cumsum(lengths) - lengths)[order]
    place = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    by_step = np.argsort(place, kind="stable")
    forward = np.repeat(first, sizes) + place
    backward = np.repeat(first + sizes - 1, sizes) - place
    return _Steps(forward[by_step], backward[by_step], np.bincount(place).tolist())
