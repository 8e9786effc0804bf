"""Examples as arrays: numbered words laid one after the other, labels, and chains of words that are learned from."""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.tagger.labels import COLUMNS, OUTSIDE
from pipeline.tagger.layout import PAIR_ROWS, Ints, Rows, pair_rows, turn_features
from pipeline.tagger.scoring import places, split
from pipeline.tagger.words import (
    FAR_ROWS,
    NEAR_ROWS,
    PAD_FEATURES,
    REACH,
    RICH_ROWS,
    WordFeatures,
    word_features,
    word_key,
)
from pipeline.training.examples import NEUTRAL, Example, Marked

CHAIN_WORDS_MAX: Final = 60
SKIPPED: Final = -1
"""The label of words that nothing is learned from."""
VOCABULARY_COUNT_MIN: Final = 4
_COLUMN: Final = {column: number for number, column in enumerate(COLUMNS)} | {NEUTRAL: SKIPPED}


@dataclass(frozen=True, slots=True)
class Ragged:
    """Lists of rows, one after the other: list `i` is `rows[starts[i] : starts[i + 1]]`; none is empty."""

    rows: Ints
    starts: Ints

    def of(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Return the lists of these numbers one after the other, and where each begins. Pure."""
        sizes = self.starts[numbers + 1] - self.starts[numbers]
        ends = np.cumsum(sizes)
        begins = ends - sizes
        places = np.arange(int(ends[-1])) - np.repeat(begins - self.starts[numbers], sizes)
        return self.rows[places], begins


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every word of the training set and its features; word `i` without its identity is word `i + words`."""

    words: int
    rich: Ragged
    near: Ragged
    far: Ragged
    classes: Rows
    identities: Rows


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Turns as arrays. Turn `i` lies at `first[i]` in `numbers` and `labels`, `REACH` pads before and behind it.

    `kinds` holds the rows of what is known of each turn; `weights` how much it counts.
    """

    inventory: Inventory
    numbers: Ints
    labels: npt.NDArray[np.int8]
    first: Ints
    lengths: Ints
    kinds: Ragged
    weights: npt.NDArray[np.float32]


def labelled_words(example: Example) -> tuple[list[str], list[int]]:
    """Return the words of an example and the column of each one's label. Pure."""
    words = split(example.text)
    starts = places(example.text, words)
    labels = [OUTSIDE] * len(words)
    marks = iter(example.marks)
    mark: Marked | None = next(marks, None)
    for place, (word, start) in enumerate(zip(words, starts, strict=True)):
        while mark is not None and mark.end <= start:
            mark = next(marks, None)
        if mark is not None and mark.start < start + len(word):
            labels[place] = _COLUMN[mark.column]
    return words, labels


def vocabulary(examples: Iterable[Example], known: Collection[str]) -> frozenset[str]:
    """Return the everyday words: those of `known`, and lower-case ones that stand outside labels again and again."""
    outside: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for example in examples:
        for word, label in zip(*labelled_words(example), strict=True):
            if word.isalpha() and len(word) > 1:
                if label == OUTSIDE:
                    outside[word.lower()] += word.islower()
                else:
                    inside[word.lower()] += 1
    frequent = {word for word, count in outside.items() if count >= VOCABULARY_COUNT_MIN and count > 4 * inside[word]}
    return frozenset(frequent | {word for word in known if word.isalpha() and len(word) > 1})


def training_set(examples: Sequence[Example], everyday: Collection[str]) -> TrainingSet:
    """Return the examples as arrays; those without words are left out. Pure."""
    number_of: dict[str, int] = {}
    numbers, labels = array("q", [0] * REACH), array("b", [SKIPPED] * REACH)
    first, lengths, kinds, kind_starts, weights = array("q"), array("q"), array("q"), array("q", [0]), array("f")
    gap, no_labels = [0] * REACH, [SKIPPED] * REACH
    for example in examples:
        words, columns = labelled_words(example)
        if not words:
            continue
        first.append(len(numbers))
        lengths.append(len(words))
        numbers.extend(number_of.setdefault(word_key(word), len(number_of) + 1) for word in words)
        numbers.extend(gap)
        labels.extend(columns)
        labels.extend(no_labels)
        kinds.extend(turn_features(example.text, words, example.role, example.asked))
        kind_starts.append(len(kinds))
        weights.append(example.weight)
    return TrainingSet(
        inventory=_inventory(number_of, everyday),
        numbers=np.frombuffer(numbers, dtype=np.int64),
        labels=np.frombuffer(labels, dtype=np.int8),
        first=np.frombuffer(first, dtype=np.int64),
        lengths=np.frombuffer(lengths, dtype=np.int64),
        kinds=Ragged(np.frombuffer(kinds, dtype=np.int64), np.frombuffer(kind_starts, dtype=np.int64)),
        weights=np.frombuffer(weights, dtype=np.float32),
    )


def row_counts(turns: TrainingSet) -> dict[str, Ints]:
    """Return how often each row of the hashed tables is used in the training set, identities shown. Pure."""
    inventory = turns.inventory
    uses = np.bincount(turns.numbers, minlength=2 * inventory.words)
    counts = {}
    for name, lists, rows in (
        ("rich", inventory.rich, RICH_ROWS),
        ("near", inventory.near, NEAR_ROWS),
        ("far", inventory.far, FAR_ROWS),
    ):
        sizes = np.diff(lists.starts)
        counts[name] = np.bincount(lists.rows, weights=np.repeat(uses, sizes), minlength=rows).astype(np.int64)
    pairs = np.zeros(PAIR_ROWS, dtype=np.int64)
    for rows_of_pair in pair_rows(inventory.identities[turns.numbers], inventory.classes[turns.numbers], REACH):
        pairs += np.bincount(rows_of_pair, minlength=PAIR_ROWS)
    counts["pairs"] = pairs
    return counts


def chains(labels: npt.NDArray[np.int8]) -> tuple[Ints, Ints]:
    """Return where the runs of learned words begin and how long they are, none longer than a bound. Pure."""
    learned = np.concatenate(([False], labels != SKIPPED, [False])).astype(np.int8)
    edges = np.diff(learned)
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    pieces = (ends - begins + CHAIN_WORDS_MAX - 1) // CHAIN_WORDS_MAX
    owner = np.repeat(np.arange(len(begins)), pieces)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    first = begins[owner] + within * CHAIN_WORDS_MAX
    return first, np.minimum(ends[owner] - first, CHAIN_WORDS_MAX)


def _inventory(number_of: dict[str, int], everyday: Collection[str]) -> Inventory:
    shown = [PAD_FEATURES, *(word_features(word, everyday) for word in number_of)]
    hidden = [PAD_FEATURES, *(word_features(word, everyday, hidden=True) for word in number_of)]
    features = shown + hidden
    return Inventory(
        words=len(shown),
        rich=_ragged([one.rich for one in features]),
        near=_ragged([one.near for one in features]),
        far=_ragged([one.far for one in features]),
        classes=np.array([one.word_class for one in features], dtype=np.uint32),
        identities=np.array([one.identity for one in features], dtype=np.uint32),
    )


def _ragged(lists: list[list[int]]) -> Ragged:
    starts = np.concatenate(([0], np.cumsum([len(one) for one in lists])))
    return Ragged(np.array([row for one in lists for row in one], dtype=np.int64), starts)


__all__ = ["TrainingSet", "WordFeatures", "chains", "row_counts", "training_set", "vocabulary"]
