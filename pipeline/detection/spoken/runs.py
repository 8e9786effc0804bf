"""Find where a text reads out digits or spells letters: "four five uh double seven", "b as in bravo, k, 2"."""

import re
from collections.abc import Iterator
from typing import Final

from pipeline.detection.common_words import word_set
from pipeline.detection.spoken.atoms import LETTERS, WORDED, Atom, Kind, Run, worth_folding
from pipeline.detection.spoken.vocabulary import (
    CODE_WORDS,
    DIGITS,
    FILLER_PHRASES,
    FILLERS,
    FOR_I,
    HESITATION,
    HESITATIONS,
    JOINS,
    LETTER_NAMES,
    MARKS,
    MONTHS,
    ORDINAL_UNITS,
    ORDINALS,
    SCALES,
    SEQUENCE,
    TEENS,
    TENS,
    TIMES,
    UNITS,
)

_TOKEN: Final = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z]+)?")
_GAP: Final = re.compile(r"[ \t]{1,3}|[ \t]?[)]?(?:,|\.{1,4}|-{1,3}|;|/|[)]|[(])?[ \t]{0,3}[(]?")
_FIGURES_MAX: Final = 19
_MIXED_MAX: Final = 8
_SKIPPED_MAX: Final = 6
_HESITATION_CHARS_MIN: Final = 4
_ATOMS_MAX: Final = 64
_AHEAD: Final = 5
_NOT_A_COUNT: Final = word_set(
    "this that which the no any every another last first only each some other new old long short right wrong same good "
    "big small different correct spare nice bad blue red black white"
)
"""After these, "one" is a pronoun."""
_NUMBERED: Final = word_set("road route highway apartment apt unit suite room floor flat number box")
"""After these, and after a mark, one digit or two letters are worth folding: "county road nine", "dot a t"."""

_AFTER_I: Final = word_set(
    "think believe guess have had am was want wanted need needed can can't cannot could would will don't do did just "
    "got get know see said mean hope tried forgot"
)
_WORD_BEFORE: Final = re.compile(r"([A-Za-z']+)[ ]$")
_WORD_AFTER: Final = re.compile(r"[ ,]{1,2}([A-Za-z']+)")


_LINKS: Final = {
    "as": (("as", "in", "the", "word"), ("as", "in"), ("as",)),
    "is": (("is", "for"),),
    "for": (("for",),),
    "like": (("like",),),
}
"""What leads from a letter to the word that it begins, by its first word."""


_PHRASES: Final = {
    first: tuple(phrase for phrase in FILLER_PHRASES if phrase[0] == first) for first, *_ in FILLER_PHRASES
}
"""Phrases that say nothing, by their first word."""


class _Reader:
    """Reads the atoms of one text, left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._coded = False  # inside a run that has code words already, one needs no other beside it
        # Lists side by side, since a record for each token would cost more than all else that is done with most.
        self._words: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        for match in _TOKEN.finditer(text):
            word = match[0].lower()
            if word not in HESITATIONS:
                self._words.append(word)
                self._starts.append(match.start())
                self._ends.append(match.end())

    def runs(self) -> Iterator[Run]:
        """Yield every run that is worth folding, in order."""
        number = 0
        while number < len(self._words):
            first = self._atom(number)
            if first is None or (first[0].kind is not Kind.ORDINAL and self._is_hyphenated(number)):
                number += 1
                continue
            first = self._with_plus(number, first[0]), first[1]
            atoms, following = self._rest(*first)
            after = self._word(number - 1)
            lead = self._lead(number)
            for part in worth_folding(self._trimmed(atoms), short=after in _NUMBERED or after in MARKS):
                yield Run(tuple(part), min(lead, part[0].start) if part[0] is atoms[0] else part[0].start)
            number = following

    def _with_plus(self, number: int, first: Atom) -> Atom:
        """Put the plus sign of an international number before its first digits."""
        if self._word(number - 1) != "plus" or first.kind in LETTERS or self._gap(number) != " ":
            return first
        return first._replace(folded="+" + first.folded, start=self._starts[number - 1])

    def _rest(self, first: Atom, following: int) -> tuple[list[Atom], int]:
        atoms = [first]
        self._coded = first.kind is Kind.CODE_WORD
        while first.kind is not Kind.ORDINAL and len(atoms) < _ATOMS_MAX:
            step = self._next(atoms, following)
            if step is None:
                break
            atoms.append(step[0])
            self._coded = self._coded or step[0].kind is Kind.CODE_WORD
            following = step[1]
        self._coded = False
        return atoms, following

    def _next(self, atoms: list[Atom], number: int) -> tuple[Atom, int] | None:
        """Return the atom that goes on after fillers and marks, and the number of the token after it."""
        joint, paused = "", False
        for _ in range(_SKIPPED_MAX):
            if number >= len(self._words):
                return None
            word, gap = self._words[number], self._gap(number)
            if gap != " ":
                if _GAP.fullmatch(gap) is None:
                    return None
                mark = gap.strip()
                if gap == "." or (mark == "." and len(atoms) < 2):  # noqa: PLR2004 - "I have four. Five came"
                    return None
                paused = paused or mark != ""
                joint += "/" if mark == "/" else ""
            found = self._atom(number, inside=True)
            if found is not None and found[0].kind is not Kind.ORDINAL:
                return (found[0]._replace(joint=joint, paused=paused) if joint or paused else found[0]), found[1]
            skipped = self._filler(number)
            if skipped:
                number += skipped
            elif word in MARKS:
                joint += MARKS[word]
                number += 1
            elif len(atoms) > 1 and (
                word in SEQUENCE or (word in JOINS and all(atom.kind in WORDED for atom in atoms))
            ):
                paused = True
                number += 1
            else:
                return None
        return None

    def _gap(self, number: int) -> str:
        gap = self._text[self._ends[number - 1] : self._starts[number]]
        return gap if len(gap) < _HESITATION_CHARS_MIN else HESITATION.sub(" ", gap)

    def _word(self, number: int) -> str:
        return self._words[number] if 0 <= number < len(self._words) else ""

    def _is_hyphenated(self, number: int) -> bool:
        """Whether a token hangs on a word before it: "all-in-one", "covid-nineteen"."""
        start = self._starts[number]
        return start > 1 and self._text[start - 1] in "-'_@$" and self._text[start - 2].isalpha()

    def _filler(self, number: int) -> int:
        """Return how many tokens from here on say nothing."""
        word = self._word(number)
        if word in FILLERS:
            return 1
        for phrase in _PHRASES.get(word, ()):
            if all(self._word(number + place) == said for place, said in enumerate(phrase)):
                return len(phrase)
        return 0

    def _lead(self, number: int) -> int:
        """Return where the fillers before the token begin."""
        lead = self._starts[number]
        while number:
            for length in (1, 2, 3):
                first = number - length
                if first >= 0 and self._filler(first) == length and _GAP.fullmatch(self._gap(number)):
                    number, lead = first, self._starts[first]
                    break
            else:
                break
        return lead

    def _adjacent(self, number: int, gaps: tuple[str, ...] = (" ", "-")) -> bool:
        return number < len(self._words) and self._gap(number) in gaps

    def _atom(self, number: int, *, inside: bool = False) -> tuple[Atom, int] | None:
        """Return the atom that begins with this token, and the number of the token after it."""
        word = self._word(number)
        if len(word) == 1 and word.isalpha():
            return self._letter(number, inside=inside)
        if word.isdecimal() or word in DIGITS or word in TEENS or word in TENS:
            return self._ordinal(number) or self._number(number)
        if word in TIMES:
            return self._repeated(number)
        if word in CODE_WORDS:
            return self._code_word(number)
        if word in ORDINALS:
            return self._ordinal(number)
        if inside and word in LETTER_NAMES:
            return Atom(Kind.LETTER, LETTER_NAMES[word], self._starts[number], self._ends[number]), number + 1
        if word in {"capital", "uppercase", "lowercase", "letter"} and self._adjacent(number + 1):
            return self._cased(number, number + 1)
        if word in {"upper", "lower"} and self._word(number + 1) == "case" and self._adjacent(number + 2):
            return self._cased(number, number + 2)
        if inside and len(word) <= _MIXED_MAX and any(map(str.isdecimal, word)):
            return (
                None
                if re.fullmatch(r"[0-9]+(?:st|nd|rd|th|am|pm|k|gb|mb|x|h)", word)
                else (
                    Atom(Kind.FIGURES, word.upper(), self._starts[number], self._ends[number]),
                    number + 1,
                )
            )
        return None

    def _small(self, number: int) -> tuple[str, int] | None:
        """Return a number below a hundred in words, and the number of the token after it."""
        word = self._word(number)
        if word in DIGITS:
            return DIGITS[word], number + 1
        if word in TEENS:
            return TEENS[word], number + 1
        if word in TENS:
            unit = self._word(number + 1)
            if unit in UNITS and self._adjacent(number + 1):
                return TENS[word] + UNITS[unit], number + 2
            return TENS[word] + "0", number + 1
        return None

    def _number(self, number: int) -> tuple[Atom, int] | None:
        word, start = self._words[number], self._starts[number]
        if word.isdecimal():
            if len(word) > _FIGURES_MAX or self._text[start - 1 : start] in {"$", ":"}:
                return None
            value, following, kind = word, number + 1, Kind.FIGURES
        else:
            small = self._small(number)
            if small is None or (word == "o" and self._text[self._ends[number] : self._ends[number] + 1] == "'"):
                return None
            value, following = small
            kind = Kind.DIGIT if len(value) == 1 else Kind.PAIR
        if self._word(following) in SCALES and self._adjacent(following) and len(value) < 3 and int(value):  # noqa: PLR2004 - "2 thousand" counts, "2019 thousand" does not
            value, following = self._scaled(int(value), following)
            kind = Kind.NUMBER
        if self._hangs_on(following):
            return None
        return Atom(kind, value, start, self._ends[following - 1]), following

    def _hangs_on(self, following: int) -> bool:
        """Whether the token goes on with a hyphen and a word that is no numeral: "one-way", "e-mail"."""
        return (
            following < len(self._words)
            and self._gap(following) == "-"
            and not (len(self._word(following)) == 1 or self._is_numeral(following))
        )

    def _is_numeral(self, number: int) -> bool:
        word = self._word(number)
        return word.isdecimal() or any(word in words for words in (DIGITS, TEENS, TENS, TIMES, CODE_WORDS))

    def _scaled(self, value: int, number: int) -> tuple[str, int]:
        """Read "thousand" and "hundred" with what they are added to: "two thousand and five", "eight hundred"."""
        for name in ("thousand", "hundred"):
            if self._word(number) != name:
                continue
            value *= SCALES[name]
            number += 1
            then = number + (self._word(number) == "and")
            small = self._small(then)
            if small is None or not self._adjacent(then):
                return str(value), number
            if self._word(small[1]) == "hundred" and name == "thousand":
                rest, number = self._scaled(int(small[0]), small[1])
                return str(value + int(rest)), number
            goes_on = self._is_numeral(small[1]) and self._adjacent(small[1])
            if small[0] == "0" or (goes_on and len(small[0]) == 1):
                return str(value), number  # "eight hundred five five five" is read digit by digit
            return str(value + int(small[0])), small[1]
        return str(value), number

    def _repeated(self, number: int) -> tuple[Atom, int] | None:
        """Read "double seven" and "double l"."""
        if not self._adjacent(number + 1):
            return None
        start, word, end = self._starts[number], self._word(number + 1), self._ends[number + 1]
        times = TIMES[self._word(number)]
        if word in DIGITS and word != "o":
            return Atom(Kind.DIGIT, DIGITS[word] * times, start, end), number + 2
        if len(word) == 1 and word.isdecimal():
            return Atom(Kind.DIGIT, word * times, start, end), number + 2
        if word in {"u", "you"} and times == TIMES["double"]:
            return Atom(Kind.LETTER, "W", start, end), number + 2
        letter = self._letter(number + 1, inside=True) if len(word) == 1 else None
        if letter is None:
            return None
        return letter[0]._replace(folded=letter[0].folded * times, start=start), letter[1]

    def _cased(self, number: int, letter: int) -> tuple[Atom, int] | None:
        """Read "capital b", "lower case m as in mike", "letter q"."""
        word = self._word(letter)
        if len(word) != 1 or not word.isalpha():
            return None
        found = self._letter(letter, inside=True)
        if found is None:
            return None
        folded = found[0].folded.lower() if self._word(number).startswith("lower") else found[0].folded
        return found[0]._replace(folded=folded, start=self._starts[number], sure=True), found[1]

    def _letter(self, number: int, *, inside: bool) -> tuple[Atom, int] | None:
        word, start = self._words[number], self._starts[number]
        if word == "x" and self._word(number + 1) == "ray" and self._adjacent(number + 1):
            return Atom(Kind.CODE_WORD, "X", start, self._ends[number + 1]), number + 2
        for link in _LINKS.get(self._word(number + 1), ()):
            if all(self._word(number + 1 + place) == word for place, word in enumerate(link)):
                last = number + 1 + len(link)
                example = self._word(last)
                if not example.isalpha() or len(example) == 1:
                    continue
                exact = link[:2] == ("as", "in")
                if word == "i" and not exact and example not in FOR_I and not inside:
                    continue
                if exact or example.startswith(word):
                    end = self._ends[last]
                    return Atom(Kind.LETTER, word.upper(), start, end, sure=True), last + 1
        shown = CODE_WORDS.get(self._word(number + 1))
        if shown == word.upper() and self._adjacent(number + 1, (" ", ", ", " - ", "-")):
            end = self._ends[number + 1]
            return Atom(Kind.LETTER, shown, start, end, sure=True), number + 2
        if self._hangs_on(number + 1) or (self._is_hyphenated(number) and not inside):
            return None
        return Atom(Kind.LETTER, word.upper(), start, self._ends[number]), number + 1

    def _code_word(self, number: int) -> tuple[Atom, int] | None:
        """Read "bravo" where a letter or another such word stands beside it: "hotel" alone is a hotel."""
        word, start = self._words[number], self._starts[number]
        beside = (
            [self._word(number - 1)] * bool(number and _GAP.fullmatch(self._gap(number)))
            + [self._word(number + 1)]
            * bool(number + 1 < len(self._words) and _GAP.fullmatch(self._gap(number + 1)))
        )  # fmt: skip
        ahead = [self._word(number + place) for place in range(2, _AHEAD)]
        told = self._is_numeral(number + 1) and any(word in CODE_WORDS for word in ahead)
        if not (self._coded or told) and not any(
            word in CODE_WORDS or (len(word) == 1 and word.isalpha() and word not in "aiu") for word in beside
        ):
            return None
        return Atom(Kind.CODE_WORD, CODE_WORDS[word], start, self._ends[number]), number + 1

    def _ordinal(self, number: int) -> tuple[Atom, int] | None:
        """Read a day in words beside a month or before "of the"."""
        word, start = self._words[number], self._starts[number]
        last = number
        if word in {"twenty", "thirty"} and self._word(number + 1) in ORDINAL_UNITS and self._adjacent(number + 1):
            day = int(TENS[word]) * 10 + ORDINAL_UNITS[self._word(number + 1)]
            last += 1
        elif word in ORDINALS:
            day = ORDINALS[word]
        else:
            return None
        before = self._word(number - 1) if self._word(number - 1) != "the" else self._word(number - 2)
        after = last + 1 + (self._word(last + 1) == "day")
        following = self._word(after + 1) if self._word(after) == "of" else self._word(after)
        if not (before in MONTHS or following in MONTHS or following == "the" or before == "of"):
            return None
        ending = "th" if day in range(11, 14) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
        return Atom(Kind.ORDINAL, f"{day}{ending}", start, self._ends[last]), last + 1

    def _trimmed(self, atoms: list[Atom]) -> list[Atom]:
        """Take words off both ends that only look like digits or letters: "oh", "a", "I", "this one"."""
        while atoms and self._is_no_start(atoms):
            del atoms[0]
        while atoms and self._is_no_end(atoms):
            del atoms[-1]
        return atoms

    def _is_no_start(self, atoms: list[Atom]) -> bool:
        first, word = atoms[0], self._text[atoms[0].start : atoms[0].end].lower()
        if word in {"a", "i", "u"}:
            before = _WORD_BEFORE.search(self._text, max(0, first.start - 24), first.start)
            with_a = word == "a" and before is not None and before[1].lower() == "with"  # "Kathryn with a k"
            return len(atoms) == 1 or atoms[1].kind not in LETTERS or with_a
        if word in {"oh", "o"}:
            following = [atom for atom in atoms[1:] if atom.kind not in LETTERS]
            return len(atoms) == 1 or (atoms[1].paused and word == "oh") or not (following or word == "o")
        if word == "one":
            before = _WORD_BEFORE.search(self._text, max(0, first.start - 24), first.start)
            return before is not None and before[1].lower() in _NOT_A_COUNT
        return False

    def _is_no_end(self, atoms: list[Atom]) -> bool:
        last, word = atoms[-1], self._text[atoms[-1].start : atoms[-1].end].lower()
        if word not in {"a", "i", "o", "u"}:
            return False
        after = _WORD_AFTER.match(self._text, last.end)
        if word == "o":
            return after is not None and after[1].lower() == "clock"
        if word == "i" and after is not None and after[1].lower() in _AFTER_I:
            return True
        return word in {"a", "i", "u"} and after is not None and len(atoms) > 1 and atoms[-2].kind not in LETTERS


def read_runs(text: str) -> list[Run]:
    """Return the runs of a plain ASCII text, in order and disjoint. Linear in the text. Pure."""
    return list(_Reader(text).runs())
