"""Run the catalogue over a text: one RE2 pass says which entries can match, only those are looked for."""

import sys
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import Final

from pipeline.detection.finding import Finding
from pipeline.detection.normalization import NormalizedText, normalize
from pipeline.detection.patterns.answering import UNPROMPTED, Expected, find_answers
from pipeline.detection.patterns.catalogue import RECORD_TRIGGER, catalogue, record_patterns
from pipeline.detection.patterns.entry import Entry
from pipeline.detection.patterns.prefilter import Prefilter
from pipeline.detection.patterns.read_aloud import read_aloud
from pipeline.detection.patterns.tables import TABLE_TRIGGER, find_tables
from pipeline.detection.spoken import TRIGGER, NumeralView, date_view, numeral_view, read_runs
from pipeline.event.labels import CONTEXT_LABELS, Label

WINDOW_CHARS: Final = 2048
"""Longer texts are searched window by window, so that an entry costs time only where it can match."""

STEP_CHARS: Final = 1024
"""How far apart windows begin: the narrower they are, the less an entry searches in vain."""

MARGIN_CHARS: Final = 256
"""Overlap of windows: longer than any value of an entry that is not open-ended, with its cue."""

_SCANNED_TEXTS_MAX: Final = 1_024
_SCANNED_CHARS_MAX: Final = 160
"""Four turns of ten of human support chats were said a while ago in the same words, all of them short."""
_SPOKEN_CHARS: Final = 1 << 16
_DATED: Final = frozenset({Label.DATE_OF_BIRTH, Label.DATE})
_TOLD_SCORE_MIN: Final = 0.9
"""What a cue or question names so plainly that "twelve thirty" after it is no time."""

_Spans = dict[tuple[int, int, Label], tuple[float, str]]


class _Apart(Enum):
    """What is searched for apart from the entries, where the prefilter says that it may be there."""

    SPOKEN = "spoken"
    TABLE = "table"


_Sought = Entry | _Apart


class PatternDetector:
    """Finds what has a shape, or stands next to a word that says what it is.

    Time is linear in the text. Several findings may overlap. A detector may be shared by threads.
    """

    def __init__(self, *, default_region: str = "US") -> None:
        """Compile the catalogue; `default_region` (ISO 3166 alpha-2) is where phone numbers without a `+` belong."""
        patterns, records = catalogue(default_region), record_patterns()
        self._entries = tuple(Entry(pattern) for pattern in patterns if not pattern.needs_digit)
        self._with_digits = tuple(Entry(pattern) for pattern in patterns if pattern.needs_digit)
        self._records = tuple(Entry(pattern) for pattern in records)
        # Two sets, since the states of a set's automaton tell which of its expressions matched so far: one would have
        # as many as both multiplied, and most texts of a conversation hold no digit.
        self._set = Prefilter([*(entry.pattern.prefilter for entry in self._entries), "[0-9]", RECORD_TRIGGER, TRIGGER])
        self._digit, self._record, self._spoken = range(len(self._entries), len(self._entries) + 3)
        self._digit_set = Prefilter([entry.pattern.prefilter for entry in self._with_digits])
        self._scanned = lru_cache(_SCANNED_TEXTS_MAX)(self._scan)
        self._record_set = Prefilter([*(entry.pattern.prefilter for entry in self._records), TABLE_TRIGGER])

    def find(self, text: str | NormalizedText, expected: Expected = UNPROMPTED) -> list[Finding]:
        """Return findings sorted by start, offsets in the original text; they may overlap. Pure.

        `expected` is what the other side asked for, or nothing: a short answer is then labelled by it.
        """
        normalized = normalize(text) if isinstance(text, str) else text
        text = normalized.ascii_text
        scanned, apart = self._scanned(text) if len(text) <= _SCANNED_CHARS_MAX else self._scan(text)
        spans = scanned.copy()
        _add_asked(spans, find_answers(text, expected, _taken(spans)))
        if apart:
            self._add_apart(spans, text, apart, expected)
        return _findings(normalized, spans.items()) if spans else []

    def _scan(self, text: str) -> tuple[_Spans, list[tuple[_Apart, int, int]]]:
        """Return what the entries find, and the stretches where something is to be searched for apart.

        Both are remembered for a text that comes again, and so not to be changed.
        """
        spans: _Spans = {}
        apart: list[tuple[_Apart, int, int]] = []
        for entry, start, end in self._regions(text):
            if isinstance(entry, _Apart):
                apart.append((entry, start, end))
                continue
            pattern = entry.pattern
            for first, last in entry.spans(text, start, end):
                _add(spans, (first, last, pattern.label), (pattern.score, "pattern"))
        if len(spans) > 1:
            _leave_links_whole(spans)
        return spans, apart

    def _add_apart(
        self, spans: _Spans, text: str, apart: Sequence[tuple[_Apart, int, int]], expected: Expected
    ) -> None:
        for sought, start, end in apart:
            if sought is _Apart.SPOKEN:
                for first, last in _portions(text, start, end):
                    self._add_spoken(spans, text[first:last], first, expected)
        if any(sought is _Apart.TABLE for sought, _, _ in apart):
            for first, last, label, score in find_tables(text):
                _add(spans, (first, last, label), (score, "pattern"))

    def _add_spoken(self, spans: _Spans, text: str, offset: int, expected: Expected) -> None:
        """Add what a stretch of the text holds once its numerals and letters are folded."""
        runs = read_runs(text)
        if not runs:
            return
        for first, last, label, score in read_aloud(text, runs):
            _add(spans, (offset + first, offset + last, label), (score, "spoken"))
        views: list[tuple[NumeralView, Collection[Label]]] = [(numeral_view(text, runs), frozenset(Label))]
        dated = date_view(text, runs)
        if dated is not None:
            views.append((dated, _DATED))
        for view, labels in views:
            found, _ = self._scan(view.text)
            if expected.kinds or expected.begun is not None:
                _add_asked(found, find_answers(view.text, expected, _taken(found)))
            for (start, end, label), (score, detector) in found.items():
                told = score >= _TOLD_SCORE_MIN or not view.is_clock_time(start, end)
                if label in labels and told and view.touches_fold(start, end):
                    first, last = view.to_plain(start, end)
                    _add(spans, (offset + first, offset + last, label), (score, detector))

    def _regions(self, text: str) -> Iterable[tuple[_Sought, int, int]]:
        """Return the entries that can match, each with the stretches of the text where they can."""
        if len(text) <= WINDOW_CHARS:
            return [(entry, 0, len(text)) for entry in self._possible(text)]
        regions: list[tuple[_Sought, int, int]] = []
        stretches: dict[_Sought, list[list[int]]] = {}
        for position in range(0, len(text), STEP_CHARS):
            start, end = max(0, position - MARGIN_CHARS), position + STEP_CHARS + MARGIN_CHARS
            for entry in self._possible(text[start:end]):
                known = stretches.setdefault(entry, [])
                # What is read out, or stands in a row, goes on where the prefilter sees nothing of it.
                wider = STEP_CHARS if isinstance(entry, _Apart) else 0
                if known and known[-1][1] >= start - wider:
                    known[-1][1] = min(len(text), end + wider)
                else:
                    known.append([max(0, start - wider), min(len(text), end + wider)])
        for entry, known in stretches.items():
            open_ended = isinstance(entry, Entry) and entry.pattern.open_ended
            for start, end in known[:1] if open_ended else known:
                regions.append((entry, start, len(text) if open_ended else end))
        return regions

    def _possible(self, text: str) -> list[_Sought]:
        """Return what can be in the text."""
        numbers = self._set.match(text)
        if not numbers:
            return []
        entries, with_digits = self._entries, self._with_digits
        possible: list[_Sought] = [entries[number] for number in numbers if number < len(entries)]
        if self._digit in numbers:
            possible += [with_digits[number] for number in self._digit_set.match(text)]
        if self._record in numbers:
            records = self._records
            numbered = self._record_set.match(text)
            possible += [records[number] for number in numbered if number < len(records)]
            if len(records) in numbered:
                possible.append(_Apart.TABLE)
        if self._spoken in numbers:
            possible.append(_Apart.SPOKEN)
        return possible


def _portions(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a stretch in overlapping portions that begin and end at blanks: a reading takes 200 bytes a character."""
    while end - start > _SPOKEN_CHARS:
        middle = start + _SPOKEN_CHARS
        last = text.rfind(" ", middle - MARGIN_CHARS, middle)
        yield start, middle if last < 0 else last
        again = middle - 4 * MARGIN_CHARS
        start = again if (blank := text.find(" ", again, again + MARGIN_CHARS)) < 0 else blank + 1
    yield start, end


def _add(spans: _Spans, key: tuple[int, int, Label], found: tuple[float, str]) -> None:
    spans[key] = max(spans.get(key, (0.0, "")), found)


def _add_asked(spans: _Spans, found: _Spans) -> None:
    """Add answers: what a pattern found as well was asked for, and is as sure as the surer of the two."""
    for key, (score, detector) in found.items():
        spans[key] = max(score, spans.get(key, (0.0, ""))[0]), detector


def _leave_links_whole(spans: _Spans) -> None:
    """Drop what is found inside a personal link: a token in it is a part of what is redacted as a link."""
    links = sorted(key[:2] for key in spans if key[2] is Label.URL_WITH_PERSONAL_DATA)
    if not links:
        return
    for key in list(spans):
        number = bisect_right(links, (key[0], sys.maxsize)) - 1
        if number >= 0 and key[:2] != links[number] and key[1] <= links[number][1]:
            del spans[key]


def _taken(spans: _Spans) -> set[tuple[int, int]]:
    return {key[:2] for key in spans if key[2] not in CONTEXT_LABELS}


def _findings(
    normalized: NormalizedText, spans: Iterable[tuple[tuple[int, int, Label], tuple[float, str]]]
) -> list[Finding]:
    found = []
    for (start, end, label), (score, detector) in spans:
        first, last = normalized.to_original(start, end)
        found.append(Finding(first, last, label, detector, score))
    found.sort()
    return found
