"""A published turn of a conversation as its memory keeps it: what was let out, and nothing else."""

import msgspec
from msgspec import UNSET, UnsetType

from pipeline.event.concealed import Concealed
from pipeline.event.conversation_event import AttributeValue, Channel, Role
from pipeline.event.sanitized_event import SanitizedFinding


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


def encode_turn(turn: KeptTurn) -> bytes:
    """Return a turn in the form in which it is kept. Pure."""
    return _encoder.encode(turn)


def decode_turn(value: bytes) -> KeptTurn:
    """Return the turn that was kept. Pure: what a state holds was written by `encode_turn`."""
    return _decoder.decode(value)


def content_of(output: KeptOutput) -> KeptContent:
    """Return what a kept output says. Pure."""
    return _content.decode(b"{" + output.rest)
