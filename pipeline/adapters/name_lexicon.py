"""How likely a word is to be a name, judged by the word alone."""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import Final

from pipeline.adapters.name_words import AMBIGUOUS_NAMES, GIVEN_NAMES, NEVER_NAMES


class Grade(Enum):
    """What a word is when nothing around it is known."""

    NEVER = auto()  # no phrase turns it into a name
    GIVEN = auto()  # a given name and hardly anything else
    AMBIGUOUS = auto()  # a given name, and an everyday word, a place or a brand
    COMMON = auto()  # an everyday word
    NOUN = auto()  # an everyday word that only names things, as many family names do
    UNKNOWN = auto()  # neither listed nor in the vocabulary: a name, a typo or a product


_ENDINGS: Final = (
    *(
        ("'s", ""),
        ("ies", "y"),
        ("es", ""),
        ("s", ""),
        ("ied", "y"),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
    ),
    *(("in", "ing"), ("er", ""), ("er", "e"), ("ier", "y"), ("est", ""), ("est", "e"), ("ly", ""), ("ness", "")),
    *(("able", ""), ("n't", ""), ("nt", "")),
)
"""What inflection adds to a word, and what it took away."""
RUN_TOGETHER_CHARACTERS_MIN: Final = 2
_STEM_MIN: Final = 3
_NO_NAME: Final = re.compile(r"(\w)\1\1|^(?:mo|tu|we|th|fr|sa|su)\w*d\w?ay$")
"""Drawn-out words, and weekdays with their usual typing mistakes."""
_IRISH: Final = re.compile(r"[odl]'[a-z]{3}")
"""O'Brien, D'Angelo: any other word with an apostrophe is a contraction."""


class NameLexicon:
    """Lists of names over a vocabulary of everyday words: nouns, and all other words (lower case, base forms)."""

    def __init__(self, nouns: Iterable[str], others: Iterable[str]) -> None:
        self._nouns = frozenset(nouns)
        self._others = frozenset(others)

    def grade(self, word: str) -> Grade:
        """Grade a word in lower case. Pure."""
        if word in NEVER_NAMES or _NO_NAME.search(word) or ("'" in word and not _IRISH.match(word)):
            return Grade.NEVER
        if word in AMBIGUOUS_NAMES:
            return Grade.AMBIGUOUS
        if word in GIVEN_NAMES:
            return Grade.GIVEN
        if "-" in word:
            return self._grade_double(word.split("-"))
        return self._grade_everyday(word)

    def _grade_double(self, parts: Sequence[str]) -> Grade:
        grades = {self.grade(part) for part in parts}
        if grades <= {Grade.GIVEN, Grade.AMBIGUOUS}:
            return Grade.GIVEN
        return Grade.COMMON if grades & {Grade.COMMON, Grade.NOUN, Grade.NEVER} else Grade.UNKNOWN

    def _grade_everyday(self, word: str) -> Grade:
        forms = list(_base_forms(word))
        if any(form in self._others for form in forms):
            return Grade.COMMON
        return Grade.NOUN if any(form in self._nouns for form in forms) else Grade.UNKNOWN


def is_run_together(word: str) -> bool:
    """Whether a word is two words of courtesy without the space: "okthanks", "nothanks". Pure."""
    return any(
        word[:place] in NEVER_NAMES and word[place:] in NEVER_NAMES
        for place in range(RUN_TOGETHER_CHARACTERS_MIN, len(word) - RUN_TOGETHER_CHARACTERS_MIN + 1)
    )


def _base_forms(word: str) -> Iterator[str]:
    """Yield the word, and what it may be an inflection of."""
    yield word
    for ending, base in _ENDINGS:
        stem = word.removesuffix(ending)
        if len(stem) < len(word) and len(stem) >= _STEM_MIN:
            yield stem + base
            if ending in {"ing", "ed", "er"} and stem[-1] == stem[-2]:
                yield stem[:-1]
