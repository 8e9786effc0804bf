"""The names tier of our own: findings of a batch of turns, from the weights in this package."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from pipeline.detection.finding import Finding
from pipeline.detection.names import NamesTurn
from pipeline.detection.normalization import NormalizedText, normalize
from pipeline.event.conversation_event import language_of
from pipeline.event.labels import Label
from pipeline.policy.compiled import NAMES_BIAS
from pipeline.tagger import decode
from pipeline.tagger.decode import LabelledWord
from pipeline.tagger.labels import COLUMNS, TAGGED, VENUE
from pipeline.tagger.layout import turn_features
from pipeline.tagger.plausible import is_everyday_word, is_plausible
from pipeline.tagger.scoring import WORDS_MAX, WordScorer, places, split
from pipeline.tagger.weights import Weights, read_weights

try:
    from pipeline.tagger.chain import labelled_words
except ModuleNotFoundError:  # not compiled
    labelled_words = decode.labelled_words

LANGUAGE: Final = "en"
DETECTOR: Final = "names"
PIECE_WORDS_MAX: Final = 256
"""A longer turn is labelled in pieces of so many words."""
CALL_WORDS_MAX: Final = 8_192
_LOCALES_MAX: Final = 256
_VENUE: Final = COLUMNS.index(VENUE)


class _Piece:
    """Words of a turn, the number of the first one in it, and what is known of it. A `long` turn has more pieces."""

    __slots__ = ("begin", "known", "long", "text", "turn", "words")

    def __init__(
        self, turn: int, text: NormalizedText, words: list[str], known: tuple[int, ...], begin: int, *, long: bool
    ) -> None:
        self.turn = turn
        self.text = text
        self.words = words
        self.known = known
        self.begin = begin
        self.long = long


class _Run(NamedTuple):
    """Words of a piece in one label, from the first to the last, and the mean of their probabilities."""

    piece: int
    first: int
    last: int
    column: int
    raw: float


class OwnNames:
    """Finds names, addresses and codes in the turns of English conversations.

    `bias` raises the score of each label against "nothing": more is found and more of it is wrong. Deterministic:
    equal turns have equal findings, whatever the batch. Time is linear in the text, memory bounded.
    """

    def __init__(self, weights: Weights, bias: Mapping[Label, float] | None = None) -> None:
        self._weights = weights
        self._transitions = weights.tables["transitions"]
        self._bias = np.array(
            [0.0, *((NAMES_BIAS if bias is None else bias).get(label, 0.0) for label in TAGGED), 0.0], dtype=np.float32
        )
        self._worth: list[list[float]] = weights.calibration.tolist()
        self._scorer = WordScorer(weights, words_max=WORDS_MAX)

    @property
    def version(self) -> str:
        """Name and version of the weights, as receipts state them."""
        return f"own:{self._weights.version}"

    @property
    def is_quick(self) -> bool:
        """Whether its arithmetic was compiled; numpy's costs hundreds of microseconds a call."""
        return labelled_words is not decode.labelled_words

    @property
    def words_kept(self) -> int:
        """How many words the tier keeps the scores of."""
        return self._scorer.words_kept

    def find(self, turns: Sequence[NamesTurn]) -> list[list[Finding]]:
        """Return the findings of each turn, sorted by start; a turn in another language than English gets none."""
        found: list[list[Finding]] = [[] for _ in turns]
        starts: dict[int, list[int]] = {}
        for call in _calls(turns):
            for number, first, last, column, raw in self._runs(call):
                piece = call[number]
                text, words = piece.text, piece.words
                if piece.turn not in starts:
                    starts = {piece.turn: places(text.text, split(text.text) if piece.long else words)}
                begins = starts[piece.turn]
                begin, end = begins[piece.begin + first], begins[piece.begin + last] + len(words[last])
                label = TAGGED[column - 1]
                everyday = label is Label.PERSON and is_everyday_word(text.text, begin, end, self._weights.vocabulary)
                if is_plausible(label, text.text[begin:end]) and not (
                    everyday and Label.PERSON not in turns[piece.turn].asked
                ):
                    span = text.to_original(begin, end)
                    found[piece.turn].append(Finding(*span, label, DETECTOR, self._calibrated(column, raw)))
        return found

    def _runs(self, call: Sequence[_Piece]) -> list[_Run]:
        """Return the runs of words with a label, in order."""
        scores, lengths = self._scorer.scores([piece.words for piece in call], [piece.known for piece in call])
        words = labelled_words(scores, self._bias, self._transitions, lengths, _VENUE)
        return _joined(words) if words else []

    def _calibrated(self, column: int, raw: float) -> float:
        """Return what a raw confidence is worth, between the two nearest of the calibration's steps."""
        worth = self._worth[column]
        place = min(raw, 1.0) * (len(worth) - 1)
        below = min(int(place), len(worth) - 2)
        return round(worth[below] + (worth[below + 1] - worth[below]) * (place - below), 3)


def _joined(words: Sequence[LabelledWord]) -> list[_Run]:
    """Join words that are neighbours in one column."""
    runs: list[_Run] = []
    begin = 0
    for number in range(1, len(words) + 1):
        piece, first, column, _ = words[begin]
        last = first + number - begin - 1
        if number < len(words) and words[number][:3] == (piece, last + 1, column):
            continue
        raw = sum([word[3] for word in words[begin:number]]) / (number - begin)
        runs.append(_Run(piece, first, last, column, raw))
        begin = number
    return runs


@lru_cache(maxsize=1)
def _shipped() -> Weights:
    return read_weights()


def own_names(bias: Mapping[Label, float] | None = None) -> OwnNames:
    """Return the tier on the shipped weights, which are read once. Raises `Misconfigured` where they are damaged."""
    return OwnNames(_shipped(), bias)


def _calls(turns: Sequence[NamesTurn]) -> Iterator[list[_Piece]]:
    """Yield the English turns that have words, in pieces, in groups of a bounded number of words."""
    call: list[_Piece] = []
    count = 0
    for number, (said, role, locale, asked) in enumerate(turns):
        if not _english(locale):
            continue
        text = normalize(said)
        every = split(text.text)
        known = turn_features(text.text, every, role, asked)
        long = len(every) > PIECE_WORDS_MAX
        for begin in range(0, len(every), PIECE_WORDS_MAX):
            words = every[begin : begin + PIECE_WORDS_MAX] if long else every
            if call and count + len(words) > CALL_WORDS_MAX:
                yield call
                call, count = [], 0
            call.append(_Piece(number, text, words, known, begin, long=long))
            count += len(words)
    if call:
        yield call


@lru_cache(_LOCALES_MAX)
def _english(locale: str) -> bool:
    return language_of(locale) == LANGUAGE
