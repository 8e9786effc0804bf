"""The last published turns of a conversation as they stand in the streams: what an amendment starts from.

They hold what was let out and nothing else, without what a new revision says anew (the versions it was decided under).
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from pipeline.event.concealed import Concealed
from pipeline.event.conversation_event import AttributeValue, Channel, Role
from pipeline.event.sanitized_event import SanitizedEvent, SanitizedFinding, Versions

TURNS_MAX: Final = 8
"""So far back a turn can be amended."""

TURNS_BYTES_MAX: Final = 16 << 10
"""Of a conversation's kept turns together, over all purposes; the oldest are dropped first."""

_Value = TypeVar("_Value")
FindingParts = tuple[str, str, str, int, int]
"""Label, operator, detector, start and end of a `SanitizedFinding`, without the names of its fields."""


class KeptOutput(Concealed, frozen=True, array_like=True):
    """A sanitized event with its text, as small as it can be kept. None is a field that its purpose does not see."""

    schema_version: int
    purpose: str
    id: str
    revision: int
    text: str
    findings: tuple[FindingParts, ...]
    processed_at: datetime
    occurred_at: str | None
    conversation: str | None
    author: str | None
    customer: str | None
    role: Role | None
    sequence: int | None
    channel: Channel | None
    locale: str | None
    attributes: dict[str, AttributeValue] | None


class KeptTurn(Concealed, frozen=True, array_like=True):
    """One turn: who spoke, what stands of it in the streams, and the mark of the rules it was decided under.

    `outputs` is empty where the turn was too large to be kept: it is still known that somebody spoke.
    """

    role: Role
    rules: bytes
    outputs: tuple[KeptOutput, ...]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(KeptTurn)


def keep(recent: tuple[bytes, ...], role: Role, rules: bytes, events: Iterable[SanitizedEvent]) -> tuple[bytes, ...]:
    """Return the kept turns with one more, the oldest dropped past the bounds. Pure."""
    turn = encode_turn(KeptTurn(role, rules, tuple([kept_output(event) for event in events])))
    if len(turn) > TURNS_BYTES_MAX:
        turn = encode_turn(KeptTurn(role, rules, ()))
    return bounded((*recent, turn))


def bounded(turns: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Return the newest of the turns that the bounds allow. Pure."""
    if len(turns) > TURNS_MAX:
        turns = turns[-TURNS_MAX:]
    size_bytes = sum(map(len, turns))
    while size_bytes > TURNS_BYTES_MAX:
        size_bytes -= len(turns[0])
        turns = turns[1:]
    return turns


def without(recent: tuple[bytes, ...], ids: Collection[str]) -> tuple[bytes, ...]:
    """Return the kept turns but for those with an output of these ids. Pure."""
    return tuple([turn for turn in recent if not any(output.id in ids for output in decode_turn(turn).outputs)])


def encode_turn(turn: KeptTurn) -> bytes:
    """Encode a turn for the state. Pure."""
    return _encoder.encode(turn)


def decode_turn(value: bytes) -> KeptTurn:
    """Return the turn that was encoded. Pure: what is kept in a state was written by `keep`."""
    return _decoder.decode(value)


def published_again(output: KeptOutput, tenant: str, versions: Versions) -> SanitizedEvent:
    """Return the sanitized event that was kept, as decided under these versions. Pure."""
    return SanitizedEvent(
        schema_version=output.schema_version,
        id=output.id,
        revision=output.revision,
        purpose=output.purpose,
        tenant=tenant,
        processed_at=output.processed_at,
        versions=versions,
        findings=tuple([SanitizedFinding(*parts) for parts in output.findings]),
        conversation=_unset(output.conversation),
        author=_unset(output.author),
        customer=_unset(output.customer),
        role=_unset(output.role),
        sequence=_unset(output.sequence),
        occurred_at=_unset(output.occurred_at),
        channel=_unset(output.channel),
        locale=_unset(output.locale),
        text=output.text,
        attributes=_unset(output.attributes),
    )


def kept_output(event: SanitizedEvent) -> KeptOutput:
    """Return a sanitized event in the form in which it is kept. Pure."""
    findings: tuple[FindingParts, ...] = ()
    if event.findings:
        findings = tuple([(each.label, each.operator, each.detector, each.start, each.end) for each in event.findings])
    return KeptOutput(
        event.schema_version,
        event.purpose,
        event.id,
        event.revision,
        "" if event.text is UNSET else event.text,
        findings,
        event.processed_at,
        _time(event.occurred_at),
        _none(event.conversation),
        _none(event.author),
        _none(event.customer),
        _none(event.role),
        _none(event.sequence),
        _none(event.channel),
        _none(event.locale),
        _none(event.attributes),
    )


def _time(moment: datetime | str | UnsetType) -> str | None:
    """Return a time as it is written in JSON: MessagePack would forget its zone."""
    if isinstance(moment, datetime):
        written: str = msgspec.to_builtins(moment)
        return written
    return _none(moment)


def _none(value: _Value | UnsetType) -> _Value | None:
    return None if isinstance(value, UnsetType) else value


def _unset(value: _Value | None) -> _Value | UnsetType:
    return UNSET if value is None else value
