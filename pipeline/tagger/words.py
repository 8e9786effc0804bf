"""What a single word tells: its features, as rows of hashed tables, and its coarse class.

Features look at one word alone, so that its scores for every neighbour offset are worked out once and kept.
"""

import re
from collections.abc import Collection, Iterator
from enum import IntEnum
from typing import Final, NamedTuple
from zlib import crc32

TOKEN: Final = re.compile(r"[^\W_]+(?:(?!'[sS]\b)[.@'\-/_&][^\W_]+)*|'[sS]\b|\S")
"""A word with the marks inside it (O'Brien, jane.doe@mail, 12/05/1990; a possessive 's apart), or one other mark."""

KEY_CHARS_MAX: Final = 40
"""A longer word is known by its first and last characters: what the tables keep of a text is bounded."""

OFFSETS: Final = (-3, -2, -1, 0, 1, 2, 3)
"""The neighbours that a word's label depends on."""
REACH: Final = 3
RICH_ROWS: Final = 1 << 18
NEAR_ROWS: Final = 1 << 16
FAR_ROWS: Final = 1 << 15
_NGRAMS_MAX: Final = 40
_DIGIT: Final = re.compile(r"\d")
_LONG_DIGITS: Final = 7
_SHAPE_MAX: Final = 12
_ENDINGS: Final = (
    *(("n't", ""), ("'ll", ""), ("'ve", ""), ("'re", ""), ("'d", ""), ("s", ""), ("es", ""), ("ies", "y")),
    *(("ed", ""), ("ed", "e"), ("ied", "y"), ("ing", ""), ("ing", "e"), ("ly", ""), ("er", ""), ("est", "")),
)
"""What inflection adds to a word, and what it took away."""
_DOUBLING: Final = frozenset({"ed", "ing", "er", "est"})
_STEM_MIN: Final = 3
_COMPOUND_MIN: Final = 5
_PART_MIN: Final = 4
_REST_MIN: Final = 2
_YEARS: Final = (1930, 2040)
_YEAR_DIGITS: Final = 4


class WordClass(IntEnum):
    """The coarse kind of a word, for what depends on the turn and on pairs of words."""

    PAD = 0
    MARK = 1
    DIGIT = 2
    DIGITS_2 = 3
    DIGITS_3 = 4
    DIGITS_4 = 5
    DIGITS_5_6 = 6
    DIGITS_LONG = 7
    MIXED = 8
    LETTER = 9
    KNOWN_LOWER = 10
    KNOWN_CAPITAL = 11
    UNKNOWN_LOWER = 12
    UNKNOWN_CAPITAL = 13
    UNKNOWN_UPPER = 14
    JOINED = 15


CLASSES: Final = len(WordClass)
_BY_DIGITS: Final = (
    WordClass.DIGIT,
    WordClass.DIGIT,
    WordClass.DIGITS_2,
    WordClass.DIGITS_3,
    WordClass.DIGITS_4,
    WordClass.DIGITS_5_6,
    WordClass.DIGITS_5_6,
)


class WordFeatures(NamedTuple):
    """The rows of a word in the tables of the word itself, its nearest neighbours, and those further away."""

    rich: list[int]
    near: list[int]
    far: list[int]
    word_class: WordClass
    identity: int


PAD_FEATURES: Final = WordFeatures([0], [0], [0], WordClass.PAD, crc32(b"pad"))
"""What stands before and after a turn."""


def word_key(word: str) -> str:
    """Return what the tables know a word by: the word, of a long one the two ends. Pure."""
    if len(word) <= KEY_CHARS_MAX:
        return word
    return word[: KEY_CHARS_MAX // 2] + "\u2026" + word[-KEY_CHARS_MAX // 2 :]


def word_class(word: str, vocabulary: Collection[str]) -> WordClass:
    """Return the coarse kind of a word; `vocabulary` holds everyday words in lower case. Pure."""
    if word.isdecimal():
        return _BY_DIGITS[len(word)] if len(word) < _LONG_DIGITS else WordClass.DIGITS_LONG
    if len(word) == 1:
        return (
            WordClass.LETTER
            if word.isalpha() and word not in ("a", "i", "I", "A")
            else (WordClass.KNOWN_LOWER if word.isalpha() else WordClass.MARK)
        )
    if _DIGIT.search(word):
        return WordClass.MIXED
    known = is_everyday(word.lower(), vocabulary)
    if not word.isalpha() and not known and ("@" in word or "." in word or "/" in word or "_" in word):
        return WordClass.JOINED
    if word.islower():
        return WordClass.KNOWN_LOWER if known else WordClass.UNKNOWN_LOWER
    if known:
        return WordClass.KNOWN_CAPITAL
    return WordClass.UNKNOWN_UPPER if word.isupper() else WordClass.UNKNOWN_CAPITAL


def is_everyday(word: str, vocabulary: Collection[str]) -> bool:
    """Whether a word in lower case, or what it is a form of, is an everyday one. Pure."""
    if word in vocabulary:
        return True
    for ending, base in _ENDINGS:
        stem = word.removesuffix(ending)
        if _STEM_MIN <= len(stem) < len(word):
            if stem + base in vocabulary:
                return True
            if ending in _DOUBLING and stem[-1] == stem[-2] and stem[:-1] in vocabulary:
                return True
    return False


def word_features(word: str, vocabulary: Collection[str], *, hidden: bool = False) -> WordFeatures:
    """Return the rows of a word. A `hidden` word shows its form and no identity, as one never met before. Pure."""
    kind = word_class(word, () if hidden else vocabulary)
    lower = _DIGIT.sub("0", word.lower())
    shape = _shape(word)
    seen = [f"k{kind.value}", f"s{shape}"]
    if word.isdecimal():
        seen += _amount(word)
    far = list(seen)
    near = [*seen, f"3{lower[-3:]}", f"<{lower[:3]}", f"n{min(len(word), 12)}"]
    rich = [*near, *_forms(word, lower)]
    if kind >= WordClass.UNKNOWN_LOWER and word.isalpha():
        compound = _compound(lower, vocabulary)
        rich += compound
        near += compound
    identity = crc32(lower.encode())
    if hidden:
        identity = crc32(f"?{kind.value}".encode())
    else:
        rich += (f"w{lower}", f"W{word}")
        near.append(f"w{lower}")
        far.append(f"w{lower}")
    return WordFeatures(_rows(rich, RICH_ROWS), _rows(near, NEAR_ROWS), _rows(far, FAR_ROWS), kind, identity)


def _forms(word: str, lower: str) -> Iterator[str]:
    """Yield the parts of a word's spelling: ends of one to five characters, and all runs of three and four."""
    case = "U" if word[0].isupper() else "l"
    for size in (1, 2, 3, 4, 5):
        if len(lower) >= size:
            yield f"p{lower[:size]}"
            yield f"e{lower[-size:]}"
    yield f"c{case}{lower[-2:]}"
    yield f"c{case}"
    if word.isalpha():
        ringed = f"^{lower}$"
        for size in (3, 4):
            for start in range(min(len(ringed) - size + 1, _NGRAMS_MAX)):
                yield f"g{ringed[start : start + size]}"


def _compound(word: str, vocabulary: Collection[str]) -> tuple[str, ...]:
    """Return what tells a word that is put together from an everyday one and more, as brands are and few names."""
    if len(word) < _COMPOUND_MIN:
        return ()
    longest = len(word) - _REST_MIN
    first = next((size for size in range(longest, _PART_MIN - 1, -1) if word[:size] in vocabulary), 0)
    last = next((size for size in range(longest, _PART_MIN - 1, -1) if word[-size:] in vocabulary), 0)
    if not first and not last:
        return ("m0",)
    rest = word[first:]
    after = f"{len(rest)}{rest in vocabulary}" if first else "none0"
    return (f"m{first}", f"M{last}", f"o{after}")


def _amount(digits: str) -> Iterator[str]:
    """Yield what tells amounts, years and counts from codes: small numbers, round ones, those that may be a year."""
    if len(digits) <= 2:  # noqa: PLR2004 - small enough to be told one by one
        yield f"#{int(digits)}"
    yield f"z{min(len(digits) - len(digits.rstrip('0')), 4)}"
    yield f"0{digits[0] == '0'}"
    if len(digits) == _YEAR_DIGITS and digits.isascii() and _YEARS[0] <= int(digits) <= _YEARS[1]:
        yield f"y{digits[:3]}"


def _shape(word: str) -> str:
    """Return the pattern of capitals, small letters and digits; runs of letters are cut to two."""
    shape: list[str] = []
    for character in word[:KEY_CHARS_MAX]:
        mark = "0" if character.isdigit() else "X" if character.isupper() else "x" if character.isalpha() else character
        if mark in "Xx" and shape[-2:] == [mark, mark]:
            continue
        shape.append(mark)
    return "".join(shape[:_SHAPE_MAX])


def _rows(features: list[str], rows: int) -> list[int]:
    """Return the rows of features in a table of that many rows, a power of two; the hash is CRC-32 (RFC 1952)."""
    return [crc32(feature.encode("utf-8", "surrogatepass")) & (rows - 1) for feature in features]
