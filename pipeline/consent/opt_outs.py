"""The opt-out list: what it says of an identifier, and how a request changes it."""

from collections.abc import Iterable

import msgspec

from pipeline.event.privacy_request import (
    EVERY_PURPOSE,
    Choice,
    Decision,
    OptOutEntry,
    PrivacyRequest,
    decode_entry,
)

_encoder = msgspec.json.Encoder(order="deterministic")


def merged(entry: OptOutEntry | None, request: PrivacyRequest) -> OptOutEntry:
    """Return the entry after a request: for each purpose the latest `requested_at` wins, and a tie means out. Pure."""
    decisions = dict(entry.decisions) if entry is not None else {}
    new = Decision(
        choice=request.choice,
        requested_at=request.requested_at,
        source=request.source,
        evidence=request.evidence,
    )
    for purpose in request.purposes:
        old = decisions.get(purpose)
        decisions[purpose] = new if old is None else _stronger(old, new)
    return OptOutEntry(schema_version=1, decisions=decisions)


def _stronger(old: Decision, new: Decision) -> Decision:
    if new.requested_at != old.requested_at:
        return new if new.requested_at > old.requested_at else old
    return new if new.choice is Choice.OUT else old


def is_out(entry: OptOutEntry | None, purpose: str) -> bool:
    """Say whether an entry excludes a purpose. No entry under a key that is present means out of all. Pure."""
    if entry is None:
        return True
    named = [entry.decisions[name] for name in (purpose, EVERY_PURPOSE) if name in entry.decisions]
    if not named:
        return False
    latest = max(decision.requested_at for decision in named)
    return any(decision.choice is Choice.OUT for decision in named if decision.requested_at == latest)


def encode_entry(entry: OptOutEntry) -> bytes:
    """Encode for the opt-out topic, equal entries to equal bytes. Pure."""
    return _encoder.encode(entry)


class OptOutList:
    """The whole list, as read up to `position` (the next offset of its topic). Not thread-safe: one thread owns it."""

    def __init__(self) -> None:
        self.position = 0
        self._entries: dict[str, OptOutEntry | None] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def apply(self, key: str, value: bytes | None, offset: int) -> None:
        """Take over one record of the list. A null or unreadable value excludes its key from every purpose."""
        self._entries[key] = decode_entry(value)
        self.position = offset + 1

    def holds(self, key: str) -> bool:
        """Say whether the list names a key at all."""
        return key in self._entries

    def excluded(self, keys: Iterable[str], purposes: Iterable[str]) -> frozenset[str]:
        """Return the purposes that any of the keys is out of: opting in never lifts another identifier's opt-out."""
        entries = self._entries
        hits = [entries[key] for key in keys if key in entries]
        if not hits:
            return frozenset()
        return frozenset(purpose for purpose in purposes if any(is_out(entry, purpose) for entry in hits))
