"""Learn the tables from the training set: minibatches, forward and backward sums, AdaGrad, averaged weights.

Sources: J. Lafferty et al., "Conditional random fields", 2001 (the likelihood and its gradient); J. Duchi et al.,
"Adaptive subgradient methods", 2011 (AdaGrad); B. Polyak, A. Juditsky, "Acceleration of stochastic approximation by
averaging", 1992. One thread and no product of matrices whose rounding depends on the processor's threads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.tagger.labels import COLUMNS
from pipeline.tagger.layout import Ints, Scores, pair_rows
from pipeline.tagger.weights import SHAPES
from pipeline.tagger.words import CLASSES, OFFSETS, REACH
from pipeline.training.sequences import SKIPPED, Ragged, TrainingSet, chains, row_counts

_WIDTH: Final = len(COLUMNS)
_TABLE_OF_OFFSET: Final = {
    -3: ("far", 0),
    -2: ("far", 1),
    -1: ("near", 0),
    0: ("rich", 0),
    1: ("near", 1),
    2: ("far", 2),
    3: ("far", 3),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to learn. Equal recipes on equal training sets give equal weights.

    `hidden_share` of the words show no identity; `unknown_share` of the turns neither speaker nor question. `decay`
    draws weights to zero. Rows used fewer than `uses_min` times stay zero.
    """

    seed: int = 1
    epochs: int = 4
    batch_words: int = 12_000
    rate: float = 0.12
    decay: float = 2e-3
    hidden_share: float = 0.08
    unknown_share: float = 0.25
    uses_min: int = 3


class _Learner:
    """The tables while they are learned, their gradients' squares, and the sum for the average."""

    def __init__(self, turns: TrainingSet, recipe: Recipe) -> None:
        self._turns = turns
        self._recipe = recipe
        self._random = np.random.Generator(np.random.PCG64(recipe.seed))
        self._flat = {name: int(np.prod(shape[:-1])) for name, shape in SHAPES.items()}
        self.tables = {name: np.zeros((rows, _WIDTH), dtype=np.float32) for name, rows in self._flat.items()}
        self._squares = {name: np.full_like(table, 1e-2) for name, table in self.tables.items()}
        self._kept = {name: counts >= recipe.uses_min for name, counts in row_counts(turns).items()}

    def learn(self, batch: Ints) -> float:
        """Take one step on the turns of these numbers; return the loss per turn."""
        turns, inventory = self._turns, self._turns.inventory
        places = _windows(turns.first[batch], turns.lengths[batch])
        shown = turns.numbers[places]
        hide = (self._random.random(len(shown)) < self._recipe.hidden_share) & (shown > 0)
        numbers = np.where(hide, shown + inventory.words, shown)
        labels = turns.labels[places]
        distinct, inverse = np.unique(numbers, return_inverse=True)
        size = len(numbers) - 2 * REACH
        scores = np.zeros((size, _WIDTH), dtype=np.float32)
        lists = {name: getattr(inventory, name).of(distinct) for name in ("rich", "near", "far")}
        for offset in OFFSETS:
            name, part = _TABLE_OF_OFFSET[offset]
            rows, begins = lists[name]
            table = np.add.reduceat(self.tables[name][rows + part * self._rows(name)], begins)
            scores += table.take(inverse[REACH + offset : REACH + offset + size], axis=0)
        classes = inventory.classes[numbers]
        pairs = pair_rows(inventory.identities[numbers], classes, REACH)
        for rows in pairs:
            scores += self.tables["pairs"].take(rows, axis=0)
        turn_of_word = np.repeat(np.arange(len(batch)), turns.lengths[batch] + REACH)[:size]
        kinds, kind_begins = self._kinds(batch)
        class_of_word = classes[REACH : REACH + size].astype(np.int64)
        known = self._known(kinds, kind_begins)
        scores += known.reshape(-1, _WIDTH).take(turn_of_word * CLASSES + class_of_word, axis=0)

        first, lengths = chains(labels[REACH : REACH + size])
        weights = turns.weights[batch][turn_of_word]
        gradient, between, loss = _gradient(
            scores, self.tables["transitions"], labels[REACH : REACH + size], weights, first, lengths
        )
        self._step_words(gradient, lists, inverse, len(distinct))
        self._step_rows("pairs", np.concatenate(pairs).astype(np.int64), np.tile(gradient, (len(pairs), 1)))
        self._step_turns(gradient, turn_of_word * CLASSES + class_of_word, kinds, kind_begins, len(batch))
        self._apply("transitions", np.arange(_WIDTH), between)
        return loss / len(batch)

    def _rows(self, name: str) -> int:
        return SHAPES[name][-2]

    def _kinds(self, batch: Ints) -> tuple[Ints, Ints]:
        """Return what is known of the turns; of some only length and capitals, which stand first."""
        rows, begins = self._turns.kinds.of(batch)
        sizes = np.diff(np.append(begins, len(rows)))
        unknown = self._random.random(len(batch)) < self._recipe.unknown_share
        own = np.zeros(len(rows), dtype=np.bool_)
        own[begins] = own[begins + 1] = True
        keep = own | ~np.repeat(unknown, sizes)
        kept_sizes = np.add.reduceat(keep.astype(np.int64), begins)
        return rows[keep], np.cumsum(kept_sizes) - kept_sizes

    def _known(self, kinds: Ints, begins: Ints) -> Scores:
        tables = self.tables["turns"].reshape(-1, CLASSES * _WIDTH)
        return np.asarray(np.add.reduceat(tables[kinds], begins))

    def _step_words(self, gradient: Scores, lists: dict[str, tuple[Ints, Ints]], inverse: Ints, distinct: int) -> None:
        size = len(gradient)
        for name in ("rich", "near", "far"):
            rows, begins = lists[name]
            sizes = np.diff(np.append(begins, len(rows)))
            every_row, every_gradient = [], []
            for offset in OFFSETS:
                of_table, part = _TABLE_OF_OFFSET[offset]
                if of_table == name:
                    by_word = _summed(inverse[REACH + offset : REACH + offset + size], gradient, distinct)
                    every_row.append(rows + part * self._rows(name))
                    every_gradient.append(np.repeat(by_word, sizes, axis=0))
            self._step_rows(name, np.concatenate(every_row), np.concatenate(every_gradient))

    def _step_turns(self, gradient: Scores, places: Ints, kinds: Ints, begins: Ints, count: int) -> None:
        by_turn = _summed(places, gradient, count * CLASSES).reshape(count, CLASSES * _WIDTH)
        owner = np.repeat(np.arange(count), np.diff(np.append(begins, len(kinds))))
        distinct, inverse = np.unique(kinds, return_inverse=True)
        by_kind = np.zeros((len(distinct), CLASSES * _WIDTH), dtype=np.float32)
        for place in range(len(distinct)):
            by_kind[place] = by_turn[owner[inverse == place]].sum(axis=0)
        rows = (distinct[:, None] * CLASSES + np.arange(CLASSES)).ravel()
        self._apply("turns", rows, by_kind.reshape(-1, _WIDTH))

    def _step_rows(self, name: str, rows: Ints, gradient: Scores) -> None:
        distinct, inverse = np.unique(rows, return_inverse=True)
        self._apply(name, distinct, _summed(inverse, gradient, len(distinct)))

    def _apply(self, name: str, rows: Ints, gradient: Scores) -> None:
        """Take an AdaGrad step on some rows of a table."""
        kept = self._kept.get(name)
        if kept is not None:
            chosen = kept[rows % len(kept)]
            rows, gradient = rows[chosen], gradient[chosen]
        table, squares = self.tables[name], self._squares[name]
        gradient = gradient + self._recipe.decay * table[rows]
        gathered = squares[rows] + gradient * gradient
        squares[rows] = gathered
        table[rows] -= self._recipe.rate * gradient / np.sqrt(gathered)


def learn(
    turns: TrainingSet, recipe: Recipe, *, on_epoch: Callable[[int, float], None] = lambda _epoch, _loss: None
) -> dict[str, Scores]:
    """Return the tables by their names and shapes. `on_epoch` is told each epoch's number and loss per turn. Pure."""
    learner = _Learner(turns, recipe)
    order = np.random.Generator(np.random.PCG64(recipe.seed + 1_000))
    sums = {name: np.zeros_like(table) for name, table in learner.tables.items()}
    summed = 0
    for epoch in range(recipe.epochs):
        batches = _batches(order.permutation(len(turns.first)), turns.lengths, recipe.batch_words)
        losses = 0.0
        for number, batch in enumerate(batches):
            losses += learner.learn(batch)
            last = number == len(batches) - 1
            # The average over the second half of the epochs, a few times in each, is steadier than the last weights.
            if 2 * epoch >= recipe.epochs and (last or number % max(1, len(batches) // 4) == 0):
                for name, table in learner.tables.items():
                    sums[name] += table
                summed += 1
        on_epoch(epoch, losses / max(1, len(batches)))
    return {name: (sums[name] / np.float32(max(1, summed))).reshape(shape) for name, shape in SHAPES.items()}


def _batches(order: Ints, lengths: Ints, words: int) -> list[Ints]:
    ends = np.cumsum(lengths[order]) // words
    return np.split(order, np.flatnonzero(np.diff(ends)) + 1)


def _windows(first: Ints, lengths: Ints) -> Ints:
    """Return the places of the turns with `REACH` pads before each and after the last. Pure."""
    sizes = lengths + REACH
    begins = np.cumsum(sizes) - sizes
    places = np.arange(int(sizes.sum())) + np.repeat(first - REACH - begins, sizes)
    return np.concatenate((places, np.arange(REACH)))  # the set begins with pads


def _summed(places: Ints, values: Scores, size: int) -> Scores:
    """Return the sums of rows by place. Pure."""
    flat = (places[:, None] * _WIDTH + np.arange(_WIDTH)).ravel()
    return np.bincount(flat, weights=values.ravel(), minlength=size * _WIDTH).reshape(size, _WIDTH).astype(np.float32)


def _gradient(
    scores: Scores,
    transitions: Scores,
    labels: npt.NDArray[np.int8],
    weights: npt.NDArray[np.float32],
    first: Ints,
    lengths: Ints,
) -> tuple[Scores, Scores, float]:
    """Return the gradients of the negative log likelihood by scores and transitions, and its value. Pure."""
    order = np.argsort(-lengths, kind="stable")
    starts, sizes = first[order], lengths[order]
    steps = int(sizes[0])
    active = [int(np.searchsorted(-sizes, -step, side="left")) for step in range(steps)]
    mixing = np.exp(transitions.astype(np.float64))
    peak = scores.max(axis=1, keepdims=True)
    potentials = np.exp((scores - peak).astype(np.float64))
    forward = [potentials[starts]]
    norms = np.log(forward[0].sum(axis=1)) + peak[starts, 0]
    forward[0] = forward[0] / forward[0].sum(axis=1, keepdims=True)
    chain_weights = weights[starts].astype(np.float64)
    for step in range(1, steps):
        places = starts[: active[step]] + step
        reached = np.einsum("bi,ij->bj", forward[-1][: active[step]], mixing) * potentials[places]
        sums = reached.sum(axis=1)
        norms[: active[step]] += np.log(sums) + peak[places, 0]
        forward.append(reached / sums[:, None])
    expected = np.zeros(scores.shape, dtype=np.float64)
    between = np.zeros_like(mixing)
    backward = np.ones((len(starts), _WIDTH))
    gold = np.clip(labels, 0, None).astype(np.int64)
    for step in range(steps - 1, -1, -1):
        count = active[step]
        places = starts[:count] + step
        both = forward[step] * backward[:count]
        both *= (chain_weights[:count] / both.sum(axis=1))[:, None]
        expected[places] = both
        if step:
            received = backward[:count] * potentials[places]
            before = forward[step - 1][:count]
            carried = np.einsum("bj,ij->bi", received, mixing)
            scale = chain_weights[:count] / np.einsum("bi,bi->b", before, carried)
            between += np.einsum("bi,bj->ij", before * scale[:, None], received) * mixing
            np.subtract.at(between, (gold[places - 1], gold[places]), chain_weights[:count])
            backward[:count] = carried / carried.sum(axis=1, keepdims=True)
    learned = labels != SKIPPED
    rows = np.flatnonzero(learned)
    expected[rows, gold[rows]] -= weights[rows]
    expected[~learned] = 0.0
    chosen = float((scores[rows, gold[rows]] * weights[rows]).sum())
    inner = learned[1:] & learned[:-1]
    chosen += float((transitions[gold[:-1], gold[1:]] * weights[1:])[inner].sum())
    loss = float((norms * chain_weights).sum()) - chosen
    return expected.astype(np.float32), between.astype(np.float32), loss


__all__ = ["Ragged", "Recipe", "learn"]
