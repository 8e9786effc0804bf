"""The replay header: it tells a worker that a raw record repeats a dead-lettered one and keeps its ids."""

import hmac
from typing import Final

import msgspec

from pipeline.errors import Reason, RejectedEvent
from pipeline.event.records import Position
from pipeline.keys import KeyRing, KeyUse, digest

REPLAY_HEADER: Final = "redact-replay"
_TAG_LENGTH_BYTES: Final = 16


def replay_header(original: Position, keys: KeyRing) -> bytes:
    """Return the header's value: the original position, authenticated, so that publishers cannot make one. Pure."""
    body = msgspec.json.encode(original)
    return _tag(body, keys).hex().encode() + body


def original_position(header: bytes, keys: KeyRing) -> Position:
    """Return the position that a header names. Raises `RejectedEvent` when it was not made with these keys. Pure."""
    tag, body = header[: 2 * _TAG_LENGTH_BYTES], header[2 * _TAG_LENGTH_BYTES :]
    if not hmac.compare_digest(tag, _tag(body, keys).hex().encode()):
        raise RejectedEvent(Reason.REPLAY_FORGED)
    return msgspec.json.decode(body, type=Position)


def _tag(body: bytes, keys: KeyRing) -> bytes:
    return digest(keys.derive(KeyUse.REPLAY), body)[:_TAG_LENGTH_BYTES]
