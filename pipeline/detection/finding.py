"""What a detector says: here, from this code point to that one, stands this kind of personal data."""

from typing import NamedTuple

from pipeline.event.labels import Label


class Finding(NamedTuple):
    """A half-open span of code points in the original text. It never holds the text itself, so its `repr` is safe.

    `detector` is a short fixed word (`pattern`, `known_value`, `spacy`, ...); `score` is in [0, 1].
    """

    start: int
    end: int
    label: Label
    detector: str
    score: float = 1.0
