"""Who an event's customer is, as far as its publisher knows: the subject's fields one by one."""

from collections.abc import Mapping
from typing import Final, final

from pipeline.event.conversation_event import SubjectValue

_CACHEABLE_CHARS_MAX: Final = 4_096


@final
class SubjectPairs:
    """What an event says about its customer, as (field, value) pairs without empty values.

    `cacheable` says that they are few enough to be remembered: a publisher's large subjects must not fill the memory.
    """

    __slots__ = ("cacheable", "pairs")

    def __init__(self, pairs: tuple[tuple[str, str], ...], *, cacheable: bool) -> None:
        self.pairs = pairs
        self.cacheable = cacheable

    def __repr__(self) -> str:
        return f"<SubjectPairs: {len(self.pairs)}, concealed>"


def subject_pairs(subject: Mapping[str, SubjectValue]) -> SubjectPairs:
    """Return every (field, value) of a subject, several values of a field one by one. Pure."""
    pairs: list[tuple[str, str]] = []
    size_chars = 0
    for field, values in subject.items():
        for value in (values,) if isinstance(values, str) else values:
            if value.strip():
                pairs.append((field, value))
                size_chars += len(field) + len(value)
    return SubjectPairs(tuple(pairs), cacheable=size_chars <= _CACHEABLE_CHARS_MAX)
