"""The text with its runs folded to digits and letters, and where each code point of that came from."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Final

from pipeline.detection.spoken.atoms import LETTERS, WORDED, Atom, Kind, Run
from pipeline.detection.spoken.vocabulary import HESITATION

_Piece = tuple[str, int, int]
"""Folded text, and the span it came from."""

_DAY_MAX: Final = 31
_MONTH_MAX: Final = 12
_CENTURIES: Final = frozenset({"19", "20"})
_HOURS: Final = range(1, 13)
_MINUTES: Final = range(60)


class NumeralView:
    """A text whose runs are folded. `text` may hold personal values, so `repr` does not show it."""

    __slots__ = ("_ends", "_folds", "_starts", "text")

    def __init__(self, text: str, starts: list[int], ends: list[int], folds: list[tuple[int, int, bool]]) -> None:
        self.text = text
        self._starts = starts
        self._ends = ends
        self._folds = folds

    def __repr__(self) -> str:
        return f"<NumeralView of {len(self.text)} code points, concealed>"

    def to_plain(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span of the text that a non-empty half-open span of `text` was folded from. Pure."""
        return self._starts[start], self._ends[end - 1]

    def touches_fold(self, start: int, end: int) -> bool:
        """Whether the span holds something folded; where it does not, the text itself says the same. Pure."""
        number = bisect_right(self._folds, (start, len(self.text), True))
        if number and self._folds[number - 1][1] > start:
            return True
        return number < len(self._folds) and self._folds[number][0] < end

    def is_clock_time(self, start: int, end: int) -> bool:
        """Whether the digits of the span are a run that is also how people say a time: "twelve thirty". Pure."""
        number = max(0, bisect_right(self._folds, (start, 0, False)) - 1)
        while number < len(self._folds) and self._folds[number][0] < end:
            if self._folds[number][2] and start < self._folds[number][1]:
                return True
            number += 1
        return False


def numeral_view(text: str, runs: Sequence[Run]) -> NumeralView:
    """Return the text with digits and letters of each run joined; pauses become blanks. Pure."""
    return _folded(text, runs, _joined)


def date_view(text: str, runs: Sequence[Run]) -> NumeralView | None:
    """Return the text with runs of day, month and year as `3/14/87`, or None where there is no such run. Pure."""
    dates = [run for run in runs if _slashed(run)]
    return _folded(text, dates, _slashed) if dates else None


def _folded(text: str, runs: Sequence[Run], fold: Callable[[Run], list[_Piece]]) -> NumeralView:
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    folds: list[tuple[int, int, bool]] = []

    def copy(start: int, end: int) -> None:
        parts.append(text[start:end])
        starts.extend(range(start, end))
        ends.extend(range(start + 1, end + 1))

    position = 0
    for run in (*runs, None):
        stop = len(text) if run is None else max(position, run.lead)
        for said in HESITATION.finditer(text, position, stop):
            copy(position, said.start())
            copy(said.end() - 1, said.end())
            position = said.end()
        copy(position, stop)
        if run is None:
            break
        before = len(starts)
        for folded, start, end in fold(run):
            parts.append(folded)
            starts.extend([start] * len(folded))
            ends.extend([end] * len(folded))
        folds.append((before, len(starts), _is_clock(run)))
        position = run.end
    return NumeralView("".join(parts), starts, ends, folds)


def _joined(run: Run) -> list[_Piece]:
    """Join what was read digit by digit with a pause after each; keep the pauses between groups as blanks."""
    atoms = run.atoms
    every = all(atom.paused and not atom.joint for atom in atoms[1:])
    pieces: list[_Piece] = []
    for place, atom in enumerate(atoms):
        if place:
            previous = atoms[place - 1]
            spelled = atom.kind in LETTERS or previous.kind in LETTERS
            blank = " " if atom.paused and not (spelled or every) else ""
            figures = atom.kind is previous.kind is Kind.FIGURES
            pieces.append((atom.joint or blank or " " * figures, previous.end, atom.start))
        pieces.append((atom.folded, atom.start, atom.end))
    return pieces


def _slashed(run: Run) -> list[_Piece]:
    """Return day, month and year with slashes between, or nothing where the run is no date of numbers."""
    groups = _groups(run.atoms)
    if len(groups) != 3:  # noqa: PLR2004 - day, month, year
        return []
    first, second, year = groups
    values = int(first[0]), int(second[0])
    if not (1 <= min(values) <= _MONTH_MAX and max(values) <= _DAY_MAX) or len(year[0]) not in {2, 4}:
        return []
    if len(first[0]) > 2 or len(second[0]) > 2 or (len(year[0]) == 4 and year[0][:2] not in _CENTURIES):  # noqa: PLR2004 - two digits each; four of a year
        return []
    return [first, ("/", first[2], second[1]), second, ("/", second[2], year[1]), year]


def _groups(atoms: Sequence[Atom]) -> list[_Piece]:
    """Unite a zero with the digit after it, and a century with the year in it."""
    groups: list[_Piece] = []
    for atom in atoms:
        if not (atom.kind in WORDED or atom.kind is Kind.FIGURES) or not atom.folded.isdecimal():
            return []
        last = groups[-1] if groups else None
        zero = last is not None and last[0] == "0" and atom.kind is Kind.DIGIT
        # the third group: "nineteen" before "eighty seven" is a century
        century = last is not None and len(groups) > 2 and last[0] in _CENTURIES and len(atom.folded) <= 2  # noqa: PLR2004 - digits of a year
        if last is not None and (zero or century):
            groups[-1] = (last[0] + atom.folded, last[1], atom.end)
        else:
            groups.append((atom.folded, atom.start, atom.end))
    return groups


def _is_clock(run: Run) -> bool:
    """Whether the run is an hour and minutes: "twelve thirty", "five oh five"."""
    folded = [atom.folded for atom in run.atoms if not atom.joint]
    if len(folded) not in {2, 3} or not folded[0].isdecimal():
        return False
    paired = False
    for atom in run.atoms:
        if atom.kind is Kind.PAIR:
            paired = True
        elif atom.kind is not Kind.DIGIT:
            return False
    minutes = "".join(folded[1:])
    return int(folded[0]) in _HOURS and len(minutes) == 2 and int(minutes) in _MINUTES and paired  # noqa: PLR2004 - digits of minutes
