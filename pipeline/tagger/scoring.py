"""The scores of every word of a batch for every label: gathered from tables, most of them worked out only once."""

from collections.abc import Sequence
from threading import Lock
from typing import Final, NamedTuple

import numpy as np

from pipeline.tagger.labels import COLUMNS
from pipeline.tagger.layout import Ints, Rows, Scores, pair_rows
from pipeline.tagger.weights import Weights
from pipeline.tagger.words import CLASSES, OFFSETS, PAD_FEATURES, REACH, TOKEN, WordFeatures, word_features, word_key

WORDS_MAX: Final = 16_384
"""How many words one call scores, and how many distinct words are kept; with their scores some 9 MB."""
TURN_KINDS_MAX: Final = 1_024
_WIDTH: Final = len(COLUMNS)
_PADS: Final = {"": 0}
_GAP: Final = ("",) * REACH
_NEAR: Final = {-1: 0, 1: 1}
_FAR: Final = {-3: 0, -2: 1, 2: 2, 3: 3}


class SplitTurn(NamedTuple):
    """The words of a turn (or of a piece of one), and what is known of the turn. Words are half-open spans."""

    words: list[str]
    features: tuple[int, ...]


class Layout(NamedTuple):
    """Where sequences lie in the scores of a call."""

    first: Ints
    lengths: Ints


def split(text: str) -> list[str]:
    """Return the words of a text in order. Pure, linear."""
    words: list[str] = TOKEN.findall(text)
    return words


def places(text: str, words: Sequence[str]) -> list[int]:
    """Return where each word that `split` made of the text starts. Pure, linear: only blanks lie between words."""
    starts: list[int] = []
    end = 0
    for word in words:
        start = text.index(word, end)
        starts.append(start)
        end = start + len(word)
    return starts


class WordScorer:
    """Scores words by the weights. Keeps the scores of words it met, at most `WORDS_MAX`, then starts afresh.

    What it keeps changes nothing but speed: equal turns have equal scores in every batch.
    """

    def __init__(self, weights: Weights, *, words_max: int = WORDS_MAX) -> None:
        self._weights = weights
        self._words_max = words_max
        self._lock = Lock()
        self._numbers = dict(_PADS)
        self._tables = np.zeros((len(OFFSETS), words_max + 1, _WIDTH), dtype=np.float32)
        self._classes = np.zeros(words_max + 1, dtype=np.uint32)
        self._identities = np.zeros(words_max + 1, dtype=np.uint32)
        self._turns: dict[tuple[int, ...], Scores] = {}
        self._put(0, PAD_FEATURES)

    def __repr__(self) -> str:
        return f"<WordScorer of {self.words_kept} words, concealed>"

    @property
    def words_kept(self) -> int:
        """How many words are kept."""
        return len(self._numbers) - len(_PADS)

    def scores(self, turns: Sequence[SplitTurn]) -> tuple[Scores, Layout]:
        """Return the scores of all words of the turns, and where each turn's lie. No turn may be empty.

        Together they may have at most `words_max` words.
        """
        with self._lock:
            numbers, layout = self._numbered(turns)
            known = self._known(turns)
            gathered = self._gather(numbers, known, layout)
        return gathered, layout

    def _numbered(self, turns: Sequence[SplitTurn]) -> tuple[Ints, Layout]:
        """Lay the turns one after the other with a gap of `REACH` pads, as numbers of words."""
        lengths = np.array([len(turn.words) for turn in turns], dtype=np.int64)
        if len(self._numbers) + int(lengths.sum()) > self._words_max + 1:
            self._numbers = dict(_PADS)
        flat: list[str] = list(_GAP)
        for turn in turns:
            flat += turn.words
            flat += _GAP
        numbers: list[int | None] = list(map(self._numbers.get, flat))
        if None in numbers:
            numbers = [self._meet(word) for word in flat]
        first = np.cumsum(lengths + REACH) - lengths - REACH
        return np.array(numbers, dtype=np.int64), Layout(first, lengths)

    def _meet(self, word: str) -> int:
        key = word_key(word)
        number = self._numbers.get(key)
        if number is None:
            number = len(self._numbers)
            self._numbers[key] = number
            self._put(number, word_features(key, self._weights.vocabulary))
        return number

    def _put(self, number: int, features: WordFeatures) -> None:
        tables = self._weights.tables
        for place, offset in enumerate(OFFSETS):
            if offset == 0:
                scores = tables["rich"][features.rich].sum(axis=0)
            elif offset in _NEAR:
                scores = tables["near"][_NEAR[offset]][features.near].sum(axis=0)
            else:
                scores = tables["far"][_FAR[offset]][features.far].sum(axis=0)
            self._tables[place, number] = scores
        self._classes[number] = features.word_class
        self._identities[number] = features.identity

    def _known(self, turns: Sequence[SplitTurn]) -> list[Scores]:
        if len(self._turns) + len(turns) > TURN_KINDS_MAX:
            self._turns.clear()
        kinds = []
        for turn in turns:
            kind = self._turns.get(turn.features)
            if kind is None:
                kind = self._weights.tables["turns"][list(turn.features)].sum(axis=0)
                self._turns[turn.features] = kind
            kinds.append(kind)
        return kinds

    def _gather(self, numbers: Ints, known: list[Scores], layout: Layout) -> Scores:
        size = len(numbers) - 2 * REACH
        scores: Scores = self._tables[REACH].take(numbers[REACH : REACH + size], axis=0)
        for place, offset in enumerate(OFFSETS):
            if offset:
                scores += self._tables[place].take(numbers[REACH + offset : REACH + offset + size], axis=0)
        classes: Rows = self._classes[numbers]
        pairs = self._weights.tables["pairs"]
        for rows in pair_rows(self._identities[numbers], classes, REACH):
            scores += pairs.take(rows, axis=0)
        distinct = {id(kind): place for place, kind in enumerate(known)}
        stacked = np.concatenate([known[place] for place in distinct.values()])
        row_of = {kind: row for row, kind in enumerate(distinct)}
        row = np.array([row_of[id(kind)] for kind in known], dtype=np.int64)
        widths = layout.lengths + REACH
        widths[-1] -= REACH
        rows_of_words = np.repeat(row, widths) * CLASSES + classes[REACH : REACH + size]
        scores += stacked.take(rows_of_words, axis=0)
        return scores
