"""What one entry of the catalogue is, and the words that may stand between a cue and its value."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from pipeline.event.labels import Label

Refine = Callable[[str], tuple[int, int] | None]
"""Looks at a candidate value and returns the part of it that counts, as a half-open span, or None to reject it."""


def verbose(expression: str) -> str:
    """Return the expression without blanks, line ends and `#` comments, which RE2 does not skip itself.

    A blank or `#` that is meant stands escaped or in a class. Pure.
    """
    kept: list[str] = []
    in_class = escaped = in_comment = False
    for character in expression:
        if in_comment:
            in_comment = character != "\n"
        elif escaped:
            kept.append(character)
            escaped = False
        elif character == "\\":
            kept.append(character)
            escaped = True
        elif in_class:
            kept.append(character)
            in_class = character != "]"
        elif character == "#":
            in_comment = True
        elif not character.isspace():
            kept.append(character)
            in_class = character == "["
    return "".join(kept)


GAP: Final = verbose(r"""
    (?: [\s:=\#,.;"'(*>-]{1,4}
        (?: is | are | was | were | r | s | number s? | num | no | nr | nbr | id | ids | code | it | its
          | that | would | be
          | should | will | ends? | ending | in | with | of | my | the | for | on | this | account | acct | card
            | here | you | your
          | currently | registered | entered | please | sir | as | to | set | changed | digits?
            | last[ ](?:four|4|six|few) | (?:four|4|six)[ -]digits? | ref
          | reference | i | have | got | think | believe | says | reads | has | full | new | old | correct | also
            | just | actually | which
          | again | either | so | yes | sure | ok | okay | been | starts | a | hi | mam | madam | and
        )\b
    ){0,8}
    [\s:=\#,.;"'(*>-]{0,4}
""")
"""Filler between a cue and its value: marks and up to eight words that say nothing."""

LINK: Final = verbose(r"""
    (?: \ (?: here | again | for \ (?: this | the | my ) (?: \ account )? | number | name | word | answer
      | currently ) ){0,2}
    (?: \s{0,3} (?: [:=] | - \s ) | \s (?: is | was | are | would \ be | will \ be | should \ be | is \ set \ to
      | changed \ to
      | set \ to | to \ be | named | called | as ) \b | 's \b )
    (?: \s (?: still | now | just | currently | probably | actually | named | called ) \b ){0,2}
    [\s:="'(*]{0,4}
""")
"""A filler that must link: a colon, an equals sign, or a form of "to be"; needed where the value is any word."""


IS_MINE: Final = r"(?:is|was)\s(?:my|the|our|his|her|their)\s"
"""What stands between a value and its cue where the value comes first."""

_SOME_DIGITS: Final = re.compile(r"\[[0-9](?:-?[0-9])*\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One way in which one kind of personal data is written.

    `regex` finds the value; with a `cue`, only where it follows the cue words and `gap` (or, if `reversible`, stands
    before "is my" and the cue). All expressions ignore case and are free of lookaround, so that RE2 and `re` read
    them alike. `refine` checks or narrows a candidate; `context` must stand within 64 code points before or 32 after
    it; `veto` must not stand directly before it (before its cue, if it has one), nor `veto_words` with a blank between,
    nor `veto_after` directly after.
    `trigger` replaces `regex` in the prefilter where that would be costly there; `needs_digit` says that a text
    without a digit cannot match. Without a cue, a value starts at a word boundary if `starts_word`. `open_ended` values
    may be longer than a window of a long text; after one that `repeats`, "and" and "or" may lead to more.
    """

    name: str
    label: Label
    regex: str
    source: str
    refine: Refine | None = None
    score: float = 0.9
    cue: str = ""
    gap: str = GAP
    context: str = ""
    veto: str = ""
    veto_words: str = ""
    veto_after: str = ""
    trigger: str = ""
    reversible: bool = False
    needs_digit: bool = True
    open_ended: bool = False
    starts_word: bool = True
    repeats: bool = False

    @property
    def prefilter(self) -> str:
        """The RE2 expression that a text must contain before `expression` is tried.

        Classes of some digits are widened to all: entries that differ in them alone then share the states of RE2's
        automaton, which on 100,000 random digits saves most of its time.
        """
        if self.trigger:
            return rf"(?i)(?:{_SOME_DIGITS.sub('[0-9]', self.trigger)})"
        return (
            rf"(?i)\b(?:{self.cue})" if self.cue else rf"(?i){self._start}(?:{_SOME_DIGITS.sub('[0-9]', self.regex)})"
        )

    @property
    def expression(self) -> str:
        """The whole expression, the value in a group of that name."""
        if self.cue:
            return rf"(?i)\b(?:{self.cue}){self.gap}(?P<value>{self.regex})"
        return rf"(?i){self._start}(?P<value>{self.regex})"

    @property
    def _start(self) -> str:
        return r"\b" if self.starts_word else ""

    @property
    def reversed_expression(self) -> str:
        """The expression for "4577 is my PIN"."""
        return rf"(?i)\b(?P<value>{self.regex})[\s,]{{1,3}}{IS_MINE}(?:\w{{1,12}}\s){{0,2}}(?:{self.cue})"


def accepted_by(check: Callable[[str], bool]) -> Refine:
    """Return the refinement that takes a candidate whole where `check` accepts it, and rejects it elsewhere."""

    def refine(value: str) -> tuple[int, int] | None:
        return (0, len(value)) if check(value) else None

    return refine


@cache
def compiled(expression: str) -> re.Pattern[str]:
    """Compile with ASCII classes, as RE2 has them; each expression once."""
    return re.compile(expression, re.ASCII)
