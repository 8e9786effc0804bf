"""Variations of turns: other people, codes and addresses in the place of the labelled ones; other habits of typing.

A few names recur in every corpus, and a model that may would learn them by heart. Every value is drawn anew from the
random numbers that are given.
"""

import random
import re
import string
from collections.abc import Callable
from typing import Final

from pipeline.detection.common_words import word_set
from pipeline.training.dialogues.names import fresh_name
from pipeline.training.examples import NEUTRAL, Example, Marked, with_text

_RUN: Final = re.compile(r"[A-Za-z]+|\d")
_WORD: Final = re.compile(r"[^\W\d_]+")
_MARKS: Final = re.compile(r"[^\w\s]")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_MAIL_WORDS: Final = word_set(
    "com co in net org uk us edu io gmail gmailcom yahoo yahoocom yahoomail hotmail hotmailcom outlook outlookcom ymail"
    " rediff rediffmail mail email icloud at dot live aol the my is id"
)
_PLACE_WORDS: Final = word_set(
    "street st road rd avenue ave lane ln drive dr court ct place pl boulevard blvd way circle cir terrace square"
    " apartment apt suite unit floor block house number no north south east west n s e w near the of and in at main"
    " colony nagar cross phase sector building flat room po box highway hwy parkway pkwy route county state city"
)
_CODES: Final = frozenset({"ZIP", "ORDER_ID", "ACCOUNT_ID", "NATIONAL_ID", "PHONE", "CREDIT_CARD"})
_CODE_WORD_MAX: Final = 3
"""Longer runs of letters in a code are words (`order`, `alpha`) and stay."""


class Swapper:
    """Puts fresh values in the place of labelled ones, written in their style. Deterministic for its random numbers."""

    def __init__(self, randomness: random.Random) -> None:
        self._random = randomness
        self._swaps: dict[str, Callable[[str], str]] = {
            "PERSON": self._person,
            "USERNAME": self._username,
            "EMAIL": self._email,
            "ADDRESS": self._address,
            **dict.fromkeys(_CODES, self._code),
        }

    def swapped(self, example: Example) -> Example:
        """Return the example with every value replaced for which there is a way to make another."""
        pieces: list[str] = []
        marks: list[Marked] = []
        end = length = 0
        for mark in example.marks:
            value = example.text[mark.start : mark.end]
            swap = self._swaps.get(mark.column)
            fresh = swap(value) if swap is not None else value
            pieces += (example.text[end : mark.start], fresh)
            length += mark.start - end
            marks.append(Marked(length, length + len(fresh), mark.column))
            length += len(fresh)
            end = mark.end
        pieces.append(example.text[end:])
        return with_text(example, "".join(pieces), tuple(marks))

    def _name(self, *, given: bool) -> str:
        name = fresh_name(self._random)
        return name.given if given else name.family

    def _person(self, value: str) -> str:
        words = value.split()
        name = fresh_name(self._random)
        fresh = [name.given, *(self._name(given=True) for _ in words[2:]), name.family][: len(words)]
        if len(words) == 1 and self._random.random() < 0.15:  # noqa: PLR2004 - people give a family name alone
            fresh = [name.family]
        return " ".join(_styled(new, old) for new, old in zip(fresh, words, strict=True))

    def _code(self, value: str) -> str:
        return _RUN.sub(lambda run: self._code_run(run[0]), value)

    def _code_run(self, run: str) -> str:
        if run.isdigit():
            return self._random.choice(string.digits)
        if len(run) > _CODE_WORD_MAX:
            return run
        return _styled("".join(self._random.choice(_LETTERS) for _ in run), run)

    def _username(self, value: str) -> str:
        first = True

        def fresh(run: re.Match[str]) -> str:
            nonlocal first
            if run[0].isdigit():
                return self._random.choice(string.digits)
            name = self._name(given=first).lower().replace(" ", "")
            first = False
            return _styled(name, run[0])

        return _RUN.sub(fresh, value)

    def _email(self, value: str) -> str:
        def fresh(run: re.Match[str]) -> str:
            if run[0].isdigit():
                return self._random.choice(string.digits)
            if run[0].lower() in _MAIL_WORDS or (run[0].lower().endswith("com") and "mail" in run[0].lower()):
                return run[0]
            return _styled(self._name(given=self._random.random() < 0.6).replace(" ", ""), run[0])  # noqa: PLR2004 - share

        return _RUN.sub(fresh, value)

    def _address(self, value: str) -> str:
        def fresh(run: re.Match[str]) -> str:
            if run[0].isdigit():
                return self._random.choice(string.digits)
            if run[0].lower() in _PLACE_WORDS or len(run[0]) < 4 or self._random.random() < 0.4:  # noqa: PLR2004 - shares
                return run[0]
            return _styled(self._name(given=False), run[0])

        return _RUN.sub(fresh, value)


def retyped(example: Example, randomness: random.Random) -> Example:
    """Return the example as another person would type it: all lower case, without marks, capitals on each word."""
    habit = randomness.random()
    if habit < 0.5:  # noqa: PLR2004 - half of the retyped turns
        text, marks = example.text.lower(), example.marks
        if len(text) != len(example.text):
            return example
        if habit < 0.25:  # noqa: PLR2004 - of them half, without marks
            return _unmarked(with_text(example, text, marks))
        return with_text(example, text, marks)
    if habit < 0.6:  # noqa: PLR2004 - shouting
        upper = example.text.upper()
        return with_text(example, upper, example.marks) if len(upper) == len(example.text) else example
    if habit < 0.75:  # noqa: PLR2004 - Every Word With A Capital
        return (
            with_text(example, _WORD.sub(lambda word: word[0][0].upper() + word[0][1:], example.text), example.marks)
            if example.text.isascii()
            else example
        )
    return _unmarked(example)


def _unmarked(example: Example) -> Example:
    """Return the example without marks between words; those inside labelled values stay."""
    inside = {place for mark in example.marks for place in range(mark.start, mark.end) if mark.column != NEUTRAL}
    kept = [place for place, character in enumerate(example.text) if place in inside or not _MARKS.match(character)]
    place_of = {old: new for new, old in enumerate(kept)}
    marks = []
    for mark in example.marks:
        places = [place_of[place] for place in range(mark.start, mark.end) if place in place_of]
        if places:
            marks.append(Marked(places[0], places[-1] + 1, mark.column))
    return with_text(example, "".join(example.text[place] for place in kept), tuple(marks))


def _styled(fresh: str, old: str) -> str:
    """Return a word in the case of another. Pure."""
    if old.islower():
        return fresh.lower()
    if len(old) > 1 and old.isupper():
        return fresh.upper()
    return fresh
