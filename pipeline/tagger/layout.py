"""How turns lie in flat arrays of words, and which rows pairs of words and turns have in their tables.

Training and run time share this file, so that a feature means the same in both.
"""

from bisect import bisect_left
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from pipeline.tagger.labels import TAGGED

Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.uint32]
Scores = npt.NDArray[np.float32]

PAIR_ROWS_BITS: Final = 18
PAIR_ROWS: Final = 1 << PAIR_ROWS_BITS
_LENGTHS: Final = (1, 2, 3, 4, 6, 9, 15)
"""Upper bounds of the buckets of a turn's length in words; a longer one is in the last bucket."""
_TITLE_WORDS_MIN: Final = 3


class Casing(IntEnum):
    """How a turn uses capitals: what a capital or a small letter says of a word depends on it."""

    NONE = 0
    LOWER = 1
    UPPER = 2
    TITLE = 3
    SENTENCE = 4
    LOOSE = 5


_SPEAKER: Final = {Role.CUSTOMER: 0, Role.THIRD_PARTY: 0, Role.AGENT: 1, Role.BOT: 1, Role.SYSTEM: 2}
"""Third parties speak like customers and bots like agents; there are too few to learn from apart."""
_ASKED: Final = {label: number for number, label in enumerate(TAGGED)}
_CASING_FIRST: Final = len(_LENGTHS) + 1 + len(set(_SPEAKER.values()))
_ASKED_FIRST: Final = _CASING_FIRST + len(Casing)
_ASKED_OTHER: Final = _ASKED_FIRST + len(TAGGED)
_ASKED_NOTHING: Final = _ASKED_OTHER + 1
TURN_FEATURES: Final = _ASKED_NOTHING + 1
_KINDS_MAX: Final = 4_096

MIXERS: Final = (2654435761, 2246822519, 3266489917)
"""Odd constants that mix the bits of two or three values (those of the xxHash 32-bit specification)."""
_MULTIPLIERS: Final = tuple(map(np.uint32, MIXERS))


class _Part(NamedTuple):
    """One word of a pair: its offset from the word that is tagged, and whether its identity counts or its class."""

    offset: int
    identity: bool


PAIRS: Final = (
    (_Part(-1, True), _Part(0, False)),
    (_Part(0, False), _Part(1, True)),
    (_Part(-1, True), _Part(0, False), _Part(1, True)),
    (_Part(-1, True), _Part(0, True)),
    (_Part(0, False), _Part(1, True), _Part(2, True)),
    (_Part(-1, False), _Part(0, False), _Part(1, False)),
    (_Part(-2, True), _Part(-1, True), _Part(0, False)),
)
"""Words that tell together what none tells alone: "is" before a capital, "name is" before anything."""

PARTS: Final = np.array(
    [[(part.offset, part.identity, 1) for part in pair] + [(0, 0, 0)] * (len(MIXERS) - len(pair)) for pair in PAIRS],
    dtype=np.int64,
)
"""`PAIRS` in numbers, for `sums.c`: offset, whether the identity counts, whether there is such a part."""


def pair_rows(identities: Rows, classes: Rows, reach: int) -> list[Rows]:
    """Return for each of `PAIRS` the rows of all words but the first and last `reach` ones. Pure."""
    size = len(identities) - 2 * reach
    products = [(identities * multiplier, classes * multiplier) for multiplier in _MULTIPLIERS]
    rows = []
    for number, parts in enumerate(PAIRS):
        mixed = np.full(size, 0x9E3779B9 * (number + 1) & 0xFFFFFFFF, dtype=np.uint32)
        for part, (of_identities, of_classes) in zip(parts, products, strict=False):
            values = of_identities if part.identity else of_classes
            mixed += values[reach + part.offset : reach + part.offset + size]
            mixed ^= mixed >> np.uint32(15)
            mixed *= _MULTIPLIERS[1]
        mixed ^= mixed >> np.uint32(13)
        rows.append(mixed >> np.uint32(32 - PAIR_ROWS_BITS))
    return rows


@lru_cache(_KINDS_MAX)
def _turn_features(bucket: int, casing: Casing, role: Role | None, asked: tuple[Label, ...]) -> tuple[int, ...]:
    features = [bucket, casing_row(casing)]
    if role is not None:
        features.append(len(_LENGTHS) + 1 + _SPEAKER[role])
    features += sorted({_ASKED_FIRST + _ASKED[label] if label in _ASKED else _ASKED_OTHER for label in asked})
    if not asked:
        features.append(_ASKED_NOTHING)
    return tuple(features)


def casing_of(text: str, words: Sequence[str]) -> Casing:
    """Return how a text of these words uses capitals. Pure, linear.

    `TITLE`: of three words or more that begin with a letter at most a third begin with a small one. `SENTENCE`: the
    first letter is a capital. `LOOSE`: there are capitals, and not at the beginning.
    """
    if text.islower():
        return Casing.LOWER
    if text.isupper():
        return Casing.UPPER
    initials = [word[0] for word in words]
    small = sum(map(str.islower, initials))
    capital = sum(map(str.isupper, initials))
    if capital >= _TITLE_WORDS_MIN and 2 * small <= capital:
        return Casing.TITLE
    for initial in initials:
        if initial.isupper():
            return Casing.SENTENCE
        if initial.islower():
            return Casing.LOOSE
    return Casing.NONE


def casing_row(casing: Casing) -> int:
    """Return the row of what such a use of capitals tells. Pure."""
    return _CASING_FIRST + casing


def turn_features(text: str, words: Sequence[str], role: Role | None, asked: Sequence[Label]) -> tuple[int, ...]:
    """Return the rows of what is known of a turn: length in words, capitals, who speaks, what was asked before. Pure.

    A `role` of None is a speaker of whom nothing is known. The first two rows are those of the text itself.
    """
    return _turn_features(bisect_left(_LENGTHS, len(words)), casing_of(text, words), role, tuple(asked))
