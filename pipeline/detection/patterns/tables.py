"""Rows under a head that names the columns: CSV, TSV, drawn tables, and the values of an SQL INSERT."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.detection.patterns.field_kinds import FIELD_KINDS, holds_name, unquoted
from pipeline.detection.patterns.pattern import compiled
from pipeline.event.labels import Label

TABLE_TRIGGER: Final = (
    r"(?i)(?:name|mail|phone|mobile|contact|customer|client|patient|address|street|ssn|dob|birth|account|order|id"
    r"|number|user|login|password|card|zip|no|#)[\"'` ]{0,3}(?:[,;|\t]|  )|\)\s{0,3}values\b"
)
"""The RE2 expression that a text must contain before `find_tables` is worth calling."""

_COLUMNS_MAX: Final = 40
_HEAD_CHARS_MAX: Final = 400
_COLUMN_CHARS_MAX: Final = 32
_ROW_CHARS_MAX: Final = 2_000
_SCORE: Final = 0.9
_LINE: Final = re.compile(r"[^\n]+")
_RULE: Final = re.compile(r"[\s|+:=_-]*")
_COLUMN: Final = compiled(r"[A-Za-z][A-Za-z0-9_ .#/-]*")
_INSERT: Final = compiled(
    r"(?i)\((?P<head>[^()]{3,400})\)\s{0,3}values\s{0,3}"
    r"(?P<rows>\([^()]{1,2000}\)(?:\s{0,3},\s{0,3}\([^()]{1,2000}\)){0,200})"
)
_TUPLE: Final = compiled(r"\([^()]*\)")
_SEPARATORS: Final = {
    mark: re.compile(rf"(?:\"[^\"\n]*\"|'[^'\n]*'(?=\s*(?:{mark}|$))|(?!{mark})[^\n])*")
    for mark in (r"\t", r"\|", ";", ",", r"[ ]{2,}")
}
_SEPARATOR_LENGTHS: Final = {mark: re.compile(mark) for mark in _SEPARATORS}


class _Column(NamedTuple):
    label: Label
    holds: Callable[[str], bool]


_MORE_COLUMNS: Final = (
    (
        compiled(r"(?i)name|customer|client|contact|patient|guest|employee|agent|owner|member|driver|student|to|from"),
        _Column(Label.PERSON, holds_name),
    ),
    (
        compiled(r"(?i)(?:[a-z]+[_ .-]?)?e-?mail(?:[_ -]?(?:address|id))?"),
        _Column(Label.EMAIL, lambda cell: "@" in cell),
    ),
    (
        compiled(r"(?i)(?:account|acct|customer|member|client|user)[ _.]?(?:\#|nr\.?)"),
        _Column(Label.ACCOUNT_ID, lambda cell: any(map(str.isdecimal, cell))),
    ),
    (
        compiled(r"(?i)(?:order|booking|ticket|case|invoice|claim|reference|ref|tracking)[ _.]?(?:\#|nr\.?)?"),
        _Column(Label.ORDER_ID, lambda cell: sum(map(str.isdecimal, cell)) > 2),  # noqa: PLR2004 - shorter are ranks
    ),
)  # fmt: skip
_FIELD_NAMES: Final = tuple(
    (compiled(rf"(?i)(?:{kind.keys})"), _Column(kind.label, kind.holds)) for kind in FIELD_KINDS
)


@lru_cache(maxsize=512)
def _column(name: str) -> _Column | None:
    for expression, column in (*_FIELD_NAMES, *_MORE_COLUMNS):
        if expression.fullmatch(name):
            return column
    return None


def find_tables(text: str) -> Iterator[tuple[int, int, Label, float]]:
    """Yield the cells whose column's name tells what they hold, with label and score. Linear in the text. Pure.

    A head is a line of at least two short names of which one tells something; rows are the lines under it with as many
    cells. A row counts where half of its telling cells hold what the column says, so a list in a sentence is no head.
    """
    head: tuple[str, list[_Column | None]] | None = None
    for line in _LINE.finditer(text):
        start, end = line.span()
        if head is not None:
            if _RULE.fullmatch(text, start, min(end, start + _ROW_CHARS_MAX)):
                continue
            cells = list(_cells(text, start, end, head[0])) if end - start <= _ROW_CHARS_MAX else []
            if len(cells) == len(head[1]):
                yield from _told(text, cells, head[1])
                continue
        head = _head(text, start, end) if end - start <= _HEAD_CHARS_MAX else None
    for match in _INSERT.finditer(text):
        columns = [_column(text[a:b]) for a, b in _cells(text, *match.span("head"), ",")]
        for row in _TUPLE.finditer(text, *match.span("rows")):
            cells = list(_cells(text, row.start() + 1, row.end() - 1, ","))
            if len(cells) == len(columns):
                yield from _told(text, cells, columns)


def _head(text: str, start: int, end: int) -> tuple[str, list[_Column | None]] | None:
    for mark in _SEPARATORS:
        cells = list(_cells(text, start, end, mark))
        if not 1 < len(cells) <= _COLUMNS_MAX:
            continue
        names = [text[a:b] for a, b in cells]
        if not all(len(name) <= _COLUMN_CHARS_MAX and (not name or _COLUMN.fullmatch(name)) for name in names):
            continue
        columns = [_column(name.strip()) for name in names]
        if any(columns):
            return mark, columns
    return None


def _cells(text: str, start: int, end: int, mark: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the cells of a line without blanks and quotes; bars at its ends make no cells."""
    while start < end and text[start] in " \t|#>" and (mark != r"\t" or text[start] != "\t"):
        start += 1
    while end > start and (text[end - 1] in " |\r;"):
        end -= 1
    position = start
    for _ in range(_COLUMNS_MAX + 1):
        match = _SEPARATORS[mark].match(text, position, end)
        stop = match.end() if match else position
        first, last = unquoted(text[position:stop].replace("`", '"'))
        yield position + first, position + max(first, last)
        separator = _SEPARATOR_LENGTHS[mark].match(text, stop, end)
        if separator is None:
            return
        position = separator.end()


def _told(
    text: str, cells: Sequence[tuple[int, int]], columns: Sequence[_Column | None]
) -> Iterator[tuple[int, int, Label, float]]:
    telling = [
        (start, end, column)
        for (start, end), column in zip(cells, columns, strict=True)
        if column is not None and start < end
    ]
    held = [(start, end, column.label) for start, end, column in telling if column.holds(text[start:end])]
    if 2 * len(held) >= len(telling):
        for start, end, label in held:
            yield start, end, label, _SCORE
