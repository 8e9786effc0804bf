"""The dead letter: a raw record that can never be processed, as ciphertext, with the reason in clear."""

import base64
import zlib
from typing import Final

import msgspec

from pipeline.errors import Reason, RejectedEvent
from pipeline.event.concealed import Concealed
from pipeline.event.records import RAW_BYTES_MAX, Position, SourceRecord, source_id
from pipeline.keys import KeyRing, KeyUse


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the dead-letter topic. `ciphertext` (base64) holds the original record and its position.

    `field` is a path of our own schema. The ciphertext is bound to `id`, so it cannot be moved under another.
    """

    schema_version: int
    id: str
    reason: Reason
    field: str
    recorded_at_ms: int
    ciphertext: str


class OriginalRecord(Concealed, frozen=True, kw_only=True):
    """The raw record inside a dead letter: where it stood, its key and its value.

    `left_out` says that key and value did not fit into a record, even compressed, and stand on the raw topic alone.
    """

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    left_out: bool = False

    @property
    def position(self) -> Position:
        """Where the record stood on the raw topic."""
        return Position(self.topic, self.partition, self.offset, self.timestamp_ms)


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(DeadLetter)
_original_encoder = msgspec.msgpack.Encoder()
_original_decoder = msgspec.msgpack.Decoder(OriginalRecord)
_LEVEL: Final = 1
_FRAME_BYTES_MAX: Final = 64 * 1024  # the position and the names of the fields
_COMPRESSED: Final = b"\x78"  # how zlib's format begins (RFC 1950, section 2.2); MessagePack's map never does


def seal(record: SourceRecord, position: Position, rejection: RejectedEvent, keys: KeyRing) -> tuple[str, bytes]:
    """Return the id and the dead letter of a record. `position` is the original one (a replay keeps it).

    Effects: reads the system's randomness for the nonce.
    """
    letter_id = source_id(keys, position)
    original = OriginalRecord(
        topic=position.topic,
        partition=position.partition,
        offset=position.offset,
        timestamp_ms=position.timestamp_ms,
        key=record.key,
        value=record.value,
    )
    ciphertext = keys.encrypt(KeyUse.DEAD_LETTER, _packed(original), letter_id.encode())
    letter = DeadLetter(
        schema_version=1,
        id=letter_id,
        reason=rejection.reason,
        field=rejection.field,
        recorded_at_ms=position.timestamp_ms,
        ciphertext=base64.b64encode(ciphertext).decode(),
    )
    return letter_id, _encoder.encode(letter)


def _packed(original: OriginalRecord) -> bytes:
    """Encode so that a letter fits into a record: a broker bounds batches as they came, compressed. Pure."""
    packed = _original_encoder.encode(original)
    if len(packed) <= RAW_BYTES_MAX + _FRAME_BYTES_MAX:
        return packed
    compressed = zlib.compress(packed, _LEVEL)
    if len(compressed) <= RAW_BYTES_MAX:
        return compressed
    return _original_encoder.encode(msgspec.structs.replace(original, key=None, value=None, left_out=True))


def decode(value: bytes) -> DeadLetter:
    """Decode a dead letter, still sealed. Raises `msgspec.DecodeError` (it holds nothing personal in clear)."""
    return _decoder.decode(value)


def unseal(letter: DeadLetter, keys: KeyRing) -> OriginalRecord:
    """Return the original record to whoever holds the key. Raises `CannotDecrypt`."""
    plain = keys.decrypt(KeyUse.DEAD_LETTER, base64.b64decode(letter.ciphertext), letter.id.encode())
    return _original_decoder.decode(zlib.decompress(plain) if plain.startswith(_COMPRESSED) else plain)
