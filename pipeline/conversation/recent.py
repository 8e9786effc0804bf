"""The last published turns of a conversation as they stand in the streams: what an amendment starts from.

They hold what was let out and nothing else, less what a new revision says anew (the versions it was decided under).
"""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

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


class Published(NamedTuple):
    """An output that goes out now: its purpose, its id, its revision and its encoded value."""

    purpose: str
    id: str
    revision: int
    value: bytes

    def __repr__(self) -> str:
        return f"<Published: {self.id}, concealed>"


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(KeptTurn)
_content = msgspec.json.Decoder(KeptContent)


def keep(
    recent: tuple[bytes, ...], role: Role, rules: bytes, timestamp_ms: int, published: Iterable[Published]
) -> tuple[bytes, ...]:
    """Return the kept turns with one more, the oldest dropped past the bounds. Pure."""
    outputs = [KeptOutput(purpose, id_, revision, _rest(value)) for purpose, id_, revision, value in published]
    turn = _encoder.encode(KeptTurn(role, rules, timestamp_ms, tuple(outputs)))
    if len(turn) > TURNS_BYTES_MAX:
        turn = _encoder.encode(KeptTurn(role, rules, timestamp_ms, ()))
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


def decode_turn(value: bytes) -> KeptTurn:
    """Return the turn that was kept. Pure: what a state holds was written by `keep`."""
    return _decoder.decode(value)


def encode_turn(turn: KeptTurn) -> bytes:
    """Return a turn in the form in which it is kept. Pure."""
    return _encoder.encode(turn)


def newer(output: KeptOutput, revision: int, value: bytes) -> KeptOutput:
    """Return a kept output as its newer revision has it. Pure."""
    return KeptOutput(output.purpose, output.id, revision, _rest(value))


def text_in_json(output: KeptOutput) -> bytes:
    """Return the end of a kept output's JSON that holds its text, and its attributes: to look whether to read it."""
    return output.rest[output.rest.find(_TEXT) :]


def content_of(output: KeptOutput) -> KeptContent:
    """Return what a kept output says. Pure."""
    return _content.decode(b"{" + output.rest)


def _rest(value: bytes) -> bytes:
    return value[value.index(_KEPT_FROM) :]
