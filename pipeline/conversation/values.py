"""Values that were found in a conversation, as keyed fingerprints: enough to know them again, not to read them."""

from typing import Final

from pipeline.event.concealed import Concealed
from pipeline.event.labels import Label


class Given(Concealed, frozen=True, array_like=True):
    """A number given lately: how many digits it has, what it is, and for how many turns more a correction is due."""

    digits: int
    label: Label
    turns_left: int


class ValuesSeen(Concealed, frozen=True, array_like=True):
    """Fingerprints of values with their labels, oldest first, and what a text must have to hold one of them.

    `shapes` and `mixed` are sets of bits (`detection/seen_values.py` says which), so that most texts are passed over at
    once; a forgotten value's bits stay. `given` are the last numbers, newest first.
    """

    labels: dict[bytes, Label] = {}
    shapes: int = 0
    mixed: int = 0
    given: tuple[Given, ...] = ()


NOTHING_SEEN: Final = ValuesSeen()
