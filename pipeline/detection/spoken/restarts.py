"""A number that is begun anew while it is read out: "eight eight one two no sorry eight eight two one" are two."""

import re
from typing import Final

from pipeline.detection.spoken.vocabulary import DIGITS, TEENS, TENS

_MARKS: Final = r"[ ,.;-]{0,4}"
_RESTART: Final = re.compile(
    rf"(?i){_MARKS}\b(?:(?:no|oh|uh|um|er|ah),? )?"
    r"(?:sorry|wait|let me see|let me check|hold on|i mean|scratch that|my mistake|correction|oops)\b"
    rf"(?:,? (?:no|wait|sorry|it's|its|uh|um|that's|i mean)\b){{0,3}}{_MARKS}",
    re.ASCII,
)
_PART: Final = re.compile(
    rf"(?i)[0-9]|\b(?:[b-hj-z]|{'|'.join(sorted({*DIGITS, *TEENS, *TENS} - {'o', 'oh'}))})\b", re.ASCII
)
_VALUE_CHARS_MIN: Final = 12


def parts_of(value: str) -> list[tuple[int, int]]:
    """Return the half-open spans of a value's parts, in order: all of it, where it was not begun anew. Pure."""
    if len(value) < _VALUE_CHARS_MIN or _RESTART.search(value) is None:
        return [(0, len(value))]
    spans, position = [], 0
    for restart in _RESTART.finditer(value):
        spans.append((position, restart.start()))
        position = restart.end()
    spans.append((position, len(value)))
    told = all(_PART.search(value, *span) for span in spans)
    return spans if told else [(0, len(value))]
