"""What a conversation's memory becomes with one thing more, within its bounds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

from pipeline.conversation.values import Given
from pipeline.event.labels import Label

_Item = TypeVar("_Item", bytes, str)
EVENTS_MAX: Final = 64
NAME_PARTS_MAX: Final = 64
IDENTIFIERS_MAX: Final = 64
SUBJECTS_MAX: Final = 16
VALUES_MAX: Final = 64
GIVEN_MAX: Final = 4
GIVEN_TURNS_MAX: Final = 6


def is_duplicate(events: Mapping[bytes, int], event: bytes, offset: int) -> bool:
    """Say whether an event id was seen at another, earlier record. The same record read again is no duplicate. Pure."""
    seen_at = events.get(event)
    return seen_at is not None and seen_at < offset


def remember_event(events: dict[bytes, int], event: bytes, offset: int) -> dict[bytes, int]:
    """Return the fingerprints with one more, the oldest forgotten past the bound. Pure."""
    if event in events:
        return events
    grown = {**events, event: offset}
    if len(grown) > EVENTS_MAX:
        del grown[next(iter(grown))]
    return grown


def remember_names(parts: frozenset[bytes], new: frozenset[bytes]) -> frozenset[bytes]:
    """Return the name parts with more, as far as the bound allows: the first authors are the ones spoken of. Pure."""
    return _bounded_union(parts, new, NAME_PARTS_MAX)


def remember_identifiers(known: frozenset[str], new: frozenset[str]) -> frozenset[str]:
    """Return the opt-out keys of a conversation with more, as far as the bound allows. Pure."""
    return _bounded_union(known, new, IDENTIFIERS_MAX)


def remember_subject(subjects: tuple[bytes, ...], subject: bytes) -> tuple[bytes, ...]:
    """Return the fingerprints of subjects with one more that is not among them, the oldest forgotten. Pure."""
    return (*subjects, subject)[-SUBJECTS_MAX:]


def _bounded_union(known: frozenset[_Item], new: frozenset[_Item], size_max: int) -> frozenset[_Item]:
    if new <= known or len(known) >= size_max:
        return known
    return known | frozenset(sorted(new - known)[: size_max - len(known)])


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
