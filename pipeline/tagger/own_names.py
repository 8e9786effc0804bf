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
from pipeline.tagger.decode import Probabilities, marginals, may_have_labels, viterbi
from pipeline.tagger.labels import COLUMNS, OUTSIDE, TAGGED, VENUE
from pipeline.tagger.layout import turn_features
from pipeline.tagger.plausible import is_plausible
from pipeline.tagger.scoring import WORDS_MAX, SplitTurn, WordScorer, places, split
from pipeline.tagger.weights import Weights, read_weights

LANGUAGE: Final = "en"
DETECTOR: Final = "names"
PIECE_WORDS_MAX: Final = 256
"""A longer turn is labelled in pieces of so many words."""
CALL_WORDS_MAX: Final = 8_192
_LOCALES_MAX: Final = 256
_SILENT: Final = frozenset({OUTSIDE, COLUMNS.index(VENUE)})


class _Piece(NamedTuple):
    """Part of a turn: the turn's number, its words, and the number of the first one in the turn.

    A `long` turn has more pieces.
    """

    turn: int
    split: SplitTurn
    begin: int
    long: bool


class _Run(NamedTuple):
    """Words of a piece in one label, from the first to the last, and the mean of their probabilities."""

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
    def words_kept(self) -> int:
        """How many words the tier keeps the scores of."""
        return self._scorer.words_kept

    def find(self, turns: Sequence[NamesTurn]) -> list[list[Finding]]:
        """Return the findings of each turn, sorted by start; a turn in another language than English gets none."""
        texts = [normalize(turn.text) if _english(turn.locale) else None for turn in turns]
        found: list[list[Finding]] = [[] for _ in turns]
        starts: dict[int, list[int]] = {}
        for call in _calls(_pieces(turns, texts)):
            for number, runs in self._tagged(call):
                piece = call[number]
                text = texts[piece.turn]
                if text is None:
                    continue
                if piece.turn not in starts:
                    starts = {piece.turn: places(text.text, split(text.text) if piece.long else piece.split.words)}
                begins = starts[piece.turn]
                for first, last, column, raw in runs:
                    end = begins[piece.begin + last] + len(piece.split.words[last])
                    begin = begins[piece.begin + first]
                    if not is_plausible(TAGGED[column - 1], text.text[begin:end]):
                        continue
                    span = text.to_original(begin, end)
                    score = self._calibrated(column, raw)
                    found[piece.turn].append(Finding(*span, TAGGED[column - 1], DETECTOR, score))
        return found

    def _tagged(self, call: Sequence[_Piece]) -> Iterator[tuple[int, list[_Run]]]:
        """Yield the number of each piece that has labels, with the runs of its words in one label."""
        scores, layout = self._scorer.scores([piece.split for piece in call])
        biased = scores + self._bias
        possible = np.flatnonzero(may_have_labels(biased, self._transitions, layout.first, layout.lengths))
        if not len(possible):
            return
        first, lengths = layout.first[possible], layout.lengths[possible]
        paths = viterbi(biased, self._transitions, first, lengths)
        labelled = [(place, path.tolist()) for place, path in enumerate(paths) if path.any()]
        if labelled:
            chosen = [place for place, _ in labelled]
            sure = marginals(scores, self._transitions, first[chosen], lengths[chosen])
            for (place, path), probabilities in zip(labelled, sure, strict=True):
                yield int(possible[place]), list(_runs(path, probabilities))

    def _calibrated(self, column: int, raw: float) -> float:
        """Return what a raw confidence is worth, between the two nearest of the calibration's steps."""
        worth = self._worth[column]
        place = min(raw, 1.0) * (len(worth) - 1)
        below = min(int(place), len(worth) - 2)
        return round(worth[below] + (worth[below + 1] - worth[below]) * (place - below), 3)


def _runs(path: list[int], probabilities: Probabilities) -> Iterator[_Run]:
    begin = 0
    for place in range(1, len(path) + 1):
        if place < len(path) and path[place] == path[begin]:
            continue
        column = path[begin]
        if column not in _SILENT:
            yield _Run(begin, place - 1, column, sum(probabilities[begin:place, column].tolist()) / (place - begin))
        begin = place


def _pieces(turns: Sequence[NamesTurn], texts: Sequence[NormalizedText | None]) -> Iterator[_Piece]:
    for number, text in enumerate(texts):
        if text is None:
            continue
        words = split(text.text)
        if not words:
            continue
        turn = turns[number]
        known = turn_features(len(words), turn.role, turn.asked)
        if len(words) <= PIECE_WORDS_MAX:
            yield _Piece(number, SplitTurn(words, known), 0, long=False)
            continue
        for begin in range(0, len(words), PIECE_WORDS_MAX):
            yield _Piece(number, SplitTurn(words[begin : begin + PIECE_WORDS_MAX], known), begin, long=True)


@lru_cache(maxsize=1)
def _shipped() -> Weights:
    return read_weights()


def own_names(bias: Mapping[Label, float] | None = None) -> OwnNames:
    """Return the tier on the shipped weights, which are read once. Raises `Misconfigured` where they are damaged."""
    return OwnNames(_shipped(), bias)


def _calls(pieces: Iterator[_Piece]) -> Iterator[list[_Piece]]:
    """Yield the pieces in groups of a bounded number of words."""
    call: list[_Piece] = []
    words = 0
    for piece in pieces:
        if call and words + len(piece.split.words) > CALL_WORDS_MAX:
            yield call
            call, words = [], 0
        call.append(piece)
        words += len(piece.split.words)
    if call:
        yield call


@lru_cache(_LOCALES_MAX)
def _english(locale: str) -> bool:
    return language_of(locale) == LANGUAGE
