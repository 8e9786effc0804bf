"""The last published turns of a conversation as they stand in the streams: what an amendment starts from.

They hold what was let out and nothing else, less what a new revision says anew (the versions it was decided under).
"""

from collections.abc import Collection
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from pipeline.event.concealed import Concealed
from pipeline.event.conversation_event import AttributeValue, Channel, Role
from pipeline.event.sanitized_event import SanitizedFinding

TURNS_MAX: Final = 8
"""So far back a turn can be amended."""

TURNS_BYTES_MAX: Final = 16 << 10
"""Of a conversation's kept turns together, over all purposes; the oldest are dropped first."""

_KEPT_FROM: Final = b'"findings":'
_ENVELOPE_BYTES_MIN: Final = 100  # what is surely before it: more than the names of the fields
_TEXT: Final = b'"text":'


class KeptOutput(Concealed, frozen=True, array_like=True):
    """A sanitized event: `rest` is its JSON from the findings on, as it was published."""

    purpose: str
    id: str
    revision: int
    rest: bytes


class KeptTurn(Concealed, frozen=True, array_like=True):
    """One turn: who spoke, when its record was written, what stands of it, and the mark of the rules it stands under.

    `outputs` is empty where the turn was too large to be kept: it is still known that somebody spoke.
    """

    role: Role
    rules: bytes
    timestamp_ms: int
    outputs: tuple[KeptOutput, ...]


class KeptContent(Concealed, frozen=True):
    """What the rest of a kept output says. Times stay as they were written."""

    findings: tuple[SanitizedFinding, ...]
    conversation: str | UnsetType = UNSET
    author: str | UnsetType = UNSET
    customer: str | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    sequence: int | UnsetType = UNSET
    occurred_at: str | UnsetType = UNSET
    channel: Channel | UnsetType = UNSET
    locale: str | UnsetType = UNSET
    text: str = ""
    attributes: dict[str, AttributeValue] | UnsetType = UNSET


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(KeptTurn)
_content = msgspec.json.Decoder(KeptContent)


def keep(recent: tuple[bytes, ...], turn: KeptTurn) -> tuple[bytes, ...]:
    """Return the kept turns with one more, the oldest dropped past the bounds. Pure."""
    value = _encoder.encode(turn)
    if len(value) > TURNS_BYTES_MAX:
        value = _encoder.encode(msgspec.structs.replace(turn, outputs=()))
    return bounded((*recent, value))


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


def decode_turn(value: bytes) -> KeptTurn:
    """Return the turn that was kept. Pure: what a state holds was written by `keep`."""
    return _decoder.decode(value)


def encode_turn(turn: KeptTurn) -> bytes:
    """Return a turn in the form in which it is kept. Pure."""
    return _encoder.encode(turn)


def kept_rest(value: bytes) -> bytes:
    """Return what is kept of an encoded sanitized event. Pure."""
    return value[value.find(_KEPT_FROM, _ENVELOPE_BYTES_MIN) :]


def text_in_json(output: KeptOutput) -> bytes:
    """Return the end of a kept output's JSON that holds its text, and its attributes: to look whether to read it."""
    return output.rest[output.rest.find(_TEXT) :]


def content_of(output: KeptOutput) -> KeptContent:
    """Return what a kept output says. Pure."""
    return _content.decode(b"{" + output.rest)
