"""Values that were found in a conversation, as keyed fingerprints: enough to know them again, not to read them."""

from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.event.concealed import Concealed
from pipeline.event.labels import Label

VALUES_MAX: Final = 64
GIVEN_MAX: Final = 4
GIVEN_TURNS_MAX: Final = 6


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


def remember_values(labels: dict[bytes, Label], new: Iterable[tuple[bytes, Label]]) -> dict[bytes, Label]:
    """Return the fingerprints with more, the oldest forgotten past the bound; the first label stays. Pure."""
    unknown = {key: label for key, label in new if key not in labels}
    if not unknown:
        return labels
    grown = {**labels, **unknown}
    for key in list(grown)[: max(0, len(grown) - VALUES_MAX)]:
        del grown[key]
    return grown


def remember_given(given: tuple[Given, ...], new: Sequence[tuple[int, Label]]) -> tuple[Given, ...]:
    """Return the last numbers after one more turn, with the (digits, label) of its own in front. Pure."""
    aged = [Given(each.digits, each.label, each.turns_left - 1) for each in given if each.turns_left > 1]
    fresh = [Given(digits, label, GIVEN_TURNS_MAX) for digits, label in dict.fromkeys(new)]
    kept = [each for each in aged if (each.digits, each.label) not in set(new)]
    return tuple((fresh + kept)[:GIVEN_MAX])
