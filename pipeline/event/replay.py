"""The replay header: it tells a worker that a raw record repeats a dead-lettered one and keeps its ids."""

import hmac
from typing import Final

import msgspec

from pipeline.errors import Reason, RejectedEvent
from pipeline.event.records import Position
from pipeline.keyed_hash import digest
from pipeline.keys import KeyRing, KeyUse

REPLAY_HEADER: Final = "redact-replay"
_TAG_LENGTH_BYTES: Final = 16


def replay_header(original: Position, key: bytes | None, value: bytes | None, keys: KeyRing) -> bytes:
    """Return the header's value: the original position, authenticated together with the record's key and value.

    Publishers cannot make one, and one that they copy onto another record is refused. Pure.
    """
    body = msgspec.json.encode(original)
    return _tag(body, key, value, keys).hex().encode() + body


def original_position(header: bytes, key: bytes | None, value: bytes | None, keys: KeyRing) -> Position:
    """Return the position that a record's header names. Pure.

    Raises `RejectedEvent` when the header was not made with these keys for this key and value.
    """
    tag, body = header[: 2 * _TAG_LENGTH_BYTES], header[2 * _TAG_LENGTH_BYTES :]
    if not hmac.compare_digest(tag, _tag(body, key, value, keys).hex().encode()):
        raise RejectedEvent(Reason.REPLAY_FORGED)
    return msgspec.json.decode(body, type=Position)


def _tag(body: bytes, key: bytes | None, value: bytes | None, keys: KeyRing) -> bytes:
    return digest(keys.derive(KeyUse.REPLAY), body, key or b"", value or b"")[:_TAG_LENGTH_BYTES]
