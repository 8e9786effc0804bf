"""The scores of every word of a batch for every label: gathered from tables, most of them worked out only once."""

from collections.abc import Sequence
from itertools import chain
from threading import Lock
from typing import Final

import numpy as np

from pipeline.tagger.labels import COLUMNS
from pipeline.tagger.layout import MIXERS, PAIR_ROWS_BITS, PARTS, Ints, Scores
from pipeline.tagger.weights import Weights
from pipeline.tagger.words import (
    CLASSES,
    KEY_CHARS_MAX,
    OFFSETS,
    PAD_FEATURES,
    REACH,
    TOKEN,
    WordFeatures,
    word_features,
    word_key,
)

try:
    from pipeline.tagger.sums import add_up
except ModuleNotFoundError:  # not compiled
    from pipeline.tagger.adding import add_up

WORDS_MAX: Final = 16_384
"""How many words one call scores, and how many distinct words are kept; with their scores some 9 MB."""
TURN_KINDS_MAX: Final = 1_024
_WIDTH: Final = len(COLUMNS)
_PAD: Final = ""
_GAP: Final = (_PAD,) * REACH
_ADDED: Final = (0, *(offset for offset in OFFSETS if offset))
"""The offsets in the order in which their tables are added up."""
_NEAR: Final = [_ADDED.index(offset) for offset in (-1, 1)]
_FAR: Final = [_ADDED.index(offset) for offset in (-3, -2, 2, 3)]
_OFFSETS: Final = np.array(_ADDED, dtype=np.int64)


class SplitTokens(dict[str, list[str]]):
    """The words of what stands between two blanks, worked out when first met: most of it comes again and again.

    It begins anew past its bound. It holds parts of texts, so `repr` shows none.
    """

    __slots__ = ()

    def __missing__(self, token: str) -> list[str]:
        words: list[str] = TOKEN.findall(token)
        if len(token) <= KEY_CHARS_MAX:
            if len(self) >= WORDS_MAX:
                self.clear()
            self[token] = words
        return words

    def __repr__(self) -> str:
        return f"<SplitTokens of {len(self)} tokens, concealed>"


_words_of: Final = SplitTokens().__getitem__
_one_after_the_other: Final = chain.from_iterable


def split(text: str) -> list[str]:
    """Return the words of a text in order. Pure, linear: no word has a blank in it."""
    return list(_one_after_the_other(map(_words_of, text.split())))


def places(text: str, words: Sequence[str]) -> list[int]:
    """Return where each word that `split` made of the text starts. Pure, linear: only blanks lie between words."""
    starts: list[int] = []
    end = 0
    for word in words:
        start = text.index(word, end)
        starts.append(start)
        end = start + len(word)
    return starts


class _Numbers(dict[str, int]):
    """The numbers of words, given in the order in which words are met; `fresh` are those met since it was emptied."""

    __slots__ = ("fresh",)

    def __init__(self) -> None:
        super().__init__({_PAD: 0})
        self.fresh: list[str] = []

    def __missing__(self, word: str) -> int:
        key = word_key(word)
        if key != word:
            return self[key]
        self.fresh.append(word)
        number = self[word] = len(self)
        return number

    def __repr__(self) -> str:
        return f"<_Numbers of {len(self)} words, concealed>"


class WordScorer:
    """Scores words by the weights. Keeps the scores of words it met, at most `WORDS_MAX`, then starts afresh.

    What it keeps changes nothing but speed: equal turns have equal scores in every batch.
    """

    def __init__(self, weights: Weights, *, words_max: int = WORDS_MAX) -> None:
        self._weights = weights
        self._words_max = words_max
        self._lock = Lock()
        self._numbers = _Numbers()
        self._tables = np.zeros((len(OFFSETS), words_max + 1, _WIDTH), dtype=np.float32)
        self._classes = np.zeros(words_max + 1, dtype=np.uint32)
        self._identities = np.zeros(words_max + 1, dtype=np.uint32)
        self._kinds: dict[tuple[int, ...], int] = {}
        self._turns = np.zeros((0, CLASSES, _WIDTH), dtype=np.float32)
        self._put(0, PAD_FEATURES)

    def __repr__(self) -> str:
        return f"<WordScorer of {self.words_kept} words, concealed>"

    @property
    def words_kept(self) -> int:
        """How many words are kept."""
        return len(self._numbers) - 1

    def scores(self, turns: Sequence[list[str]], known: Sequence[tuple[int, ...]]) -> tuple[Scores, Ints]:
        """Return the scores of all words of the turns, one turn after the other, and how many words each turn has.

        `known` are the rows of what is known of each turn. No turn may be empty; together they may have at most
        `words_max` words.
        """
        lengths = np.fromiter(map(len, turns), dtype=np.int64, count=len(turns))
        with self._lock:
            numbers = self._numbered(turns, int(lengths.sum()))
            kinds = self._kinds_of(known)
            return self._gather(numbers, kinds, lengths), lengths

    def _numbered(self, turns: Sequence[list[str]], count: int) -> Ints:
        """Lay the turns one after the other with a gap of `REACH` pads, as numbers of words."""
        if len(self._numbers) + count > self._words_max + 1:
            self._numbers = _Numbers()
        flat: list[str] = list(_GAP)
        for words in turns:
            flat += words
            flat += _GAP
        numbers = np.fromiter(map(self._numbers.__getitem__, flat), dtype=np.int64, count=len(flat))
        for word in self._numbers.fresh:
            self._put(self._numbers[word], word_features(word, self._weights.vocabulary))
        self._numbers.fresh.clear()
        return numbers

    def _put(self, number: int, features: WordFeatures) -> None:
        tables = self._weights.tables
        self._tables[0, number] = tables["rich"].take(features.rich, axis=0).sum(axis=0)
        self._tables[_NEAR, number] = tables["near"].take(features.near, axis=1).sum(axis=1)
        self._tables[_FAR, number] = tables["far"].take(features.far, axis=1).sum(axis=1)
        self._classes[number] = features.word_class
        self._identities[number] = features.identity

    def _kinds_of(self, known: Sequence[tuple[int, ...]]) -> Ints:
        """Return the numbers of what is known of turns, by which their scores lie for each class of word."""
        if len(self._kinds) > TURN_KINDS_MAX:
            self._kinds, self._turns = {}, self._turns[:0]
        fresh = [rows for rows in dict.fromkeys(known) if rows not in self._kinds]
        if fresh:
            table = self._weights.tables["turns"]
            self._turns = np.concatenate((self._turns, np.stack([table[list(rows)].sum(axis=0) for rows in fresh])))
            self._kinds.update({rows: number for number, rows in enumerate(fresh, len(self._kinds))})
        return np.fromiter(map(self._kinds.__getitem__, known), dtype=np.int64, count=len(known))

    def _gather(self, numbers: Ints, kinds: Ints, lengths: Ints) -> Scores:
        """Add up what tables say of each word: itself, its neighbours, pairs of them, and its turn."""
        scores: Scores = np.empty((len(numbers) - (len(lengths) + 1) * REACH, _WIDTH), dtype=np.float32)
        words = self._tables, _OFFSETS, self._classes, self._identities
        sizes = _WIDTH, REACH, CLASSES, PAIR_ROWS_BITS
        add_up(
            scores, numbers, lengths, kinds, *words, self._weights.tables["pairs"], PARTS, self._turns, *sizes, MIXERS
        )
        return scores
