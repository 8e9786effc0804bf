"""One entry of the catalogue at work: RE2 says where it can match, `re` and the checks look only there."""

import re
from typing import Final

from pipeline.detection.patterns.locator import Locator
from pipeline.detection.patterns.pattern import IS_MINE, Pattern, compiled

_CONTEXT_BEFORE_CHARS: Final = 64
_CONTEXT_AFTER_CHARS: Final = 32
_VETO_CHARS: Final = 24
_REPEATS_MAX: Final = 8
_SEARCHED_CHARS_MAX: Final = 512
"""Longer stretches are worth the states that RE2 builds for words it has not met."""

_CLOSE_CHARS: Final = 32
_CLOSE_MIN: Final = 4
"""After so many matches so close to each other, `re` is at the next before RE2 has told its place."""

_IS_MINE: Final = Locator(rf"(?i){IS_MINE}")
_CORRECTED: Final = r"[\s,.;-]{1,3}(?:no|sorry|wait|i mean|make that|actually|correction)\b[\s,.;-]{1,3}"
_AND_THEN: Final = rf"(?:,\s?|\s?[&/]\s?|\s(?:and|or|not)\s|{_CORRECTED}){{1,3}}"
"""What stands between two values of an enumeration, or a wrong one and the right one: "55 10 2, no, 55 10 3"."""


class Entry:
    """A pattern with its expressions compiled. May be shared by threads."""

    __slots__ = ("_again", "_context", "_expressions", "_locators", "_veto", "_veto_after", "pattern")

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        expressions = [pattern.expression] + [pattern.reversed_expression] * pattern.reversible
        self._expressions = [compiled(expression) for expression in expressions]
        self._locators = [Locator(expression) for expression in expressions]
        self._again = compiled(rf"(?i){_AND_THEN}(?P<value>{pattern.regex})") if pattern.repeats else None
        self._context = compiled(rf"(?i)(?:\b|_)(?:{pattern.context})") if pattern.context else None
        vetoes = [pattern.veto] * bool(pattern.veto) + [rf"\b(?:{pattern.veto_words})\W{{0,3}}"] * bool(
            pattern.veto_words
        )
        # `$` would match before a line end as well: of numbers in lines, the one above is no veto.
        self._veto = compiled(rf"(?i)(?:{'|'.join(vetoes)})\Z") if vetoes else None
        self._veto_after = compiled(rf"(?i)(?:{pattern.veto_after})") if pattern.veto_after else None

    def spans(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return the spans of accepted values between `start` and `end` of ASCII text, in no order. Pure."""
        found: list[tuple[int, int]] = []
        is_long = end - start > _SEARCHED_CHARS_MAX
        offset = max(0, start - 1)  # a word boundary looks at one character before
        searched = text[offset:end].encode() if is_long else b""
        for number, expression in enumerate(self._expressions):
            if number and not is_long and _IS_MINE.first(text[start:end].encode(), 0) < 0:
                break  # in half of all texts, at a tenth of the cost
            position, close = start, 0
            while True:
                if is_long and close < _CLOSE_MIN:
                    place = self._locators[number].first(searched, position - offset)
                    if place < 0:
                        break
                    match = expression.match(text, offset + place, end)
                    if match is None:
                        position = offset + place + 1
                        continue
                else:
                    match = expression.search(text, position, end)
                    if match is None:
                        break
                close = close + 1 if match.start() - position < _CLOSE_CHARS else 0
                accepted = self._accept(text, match)
                if accepted is not None:
                    found.append(accepted)
                    if self._again is not None:
                        found += self._more(text, match.end(), end)
                    position = accepted[1]
                    continue
                value_start = match.start("value")
                position = value_start if value_start > match.start() else match.end()
        return found

    def _more(self, text: str, position: int, end: int) -> list[tuple[int, int]]:
        """Return the values of an enumeration: "either 9431 or 9503"."""
        found: list[tuple[int, int]] = []
        for _ in range(_REPEATS_MAX):
            match = self._again.match(text, position, end) if self._again is not None else None
            if match is None:
                break
            accepted = self._accept(text, match)
            if accepted is not None:
                found.append(accepted)
            position = match.end()
        return found

    def _accept(self, text: str, match: re.Match[str]) -> tuple[int, int] | None:
        start, end = match.span("value")
        refine = self.pattern.refine
        if refine is not None:
            part = refine(text[start:end])
            if part is None:
                return None
            start, end = start + part[0], start + part[1]
        if start < end and _stands_alone(text, start, end) and self._situation_allows(text, start, end, match):
            return start, end
        return None

    def _situation_allows(self, text: str, start: int, end: int, match: re.Match[str]) -> bool:
        before = match.start() if self.pattern.cue else start
        if self._veto is not None and self._veto.search(text[max(0, before - _VETO_CHARS) : before]):
            return False
        if self._veto_after is not None and self._veto_after.match(text, end):
            return False
        if self._context is None:
            return True
        around = text[max(0, start - _CONTEXT_BEFORE_CHARS) : start] + "\n" + text[end : end + _CONTEXT_AFTER_CHARS]
        return self._context.search(around) is not None


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the value is not a part of a longer run of letters or digits."""
    if start and text[start].isalnum() and text[start - 1].isalnum():
        return False
    return not (end < len(text) and text[end].isalnum() and text[end - 1].isalnum())
