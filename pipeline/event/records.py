"""Where a record stands in Kafka, and the ids that follow from it."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from pipeline.keyed_hash import KeyedHash
from pipeline.keys import KeyRing, KeyUse

_ID_LENGTH_BYTES: Final = 16
RAW_BYTES_MAX: Final = 8 * 1024 * 1024
TIMESTAMP_MS_MAX: Final = 253_402_300_799_999
"""The last millisecond of the year 9999, where Python's calendar ends."""


class Position(NamedTuple):
    """The coordinates of a raw record. The broker's timestamp tells a topic from one deleted and made again.

    `timestamp_ms` lies between 0 and `TIMESTAMP_MS_MAX`, whatever a publisher claimed.
    """

    topic: str
    partition: int
    offset: int
    timestamp_ms: int


class SourceRecord(NamedTuple):
    """One raw record: where it stands and what it holds. `replay` is the value of the replay header, if any."""

    position: Position
    key: bytes | None
    value: bytes | None
    replay: bytes | None = None

    def __repr__(self) -> str:
        return f"<SourceRecord: {self.position}, concealed>"


def source_id(keys: KeyRing, position: Position) -> str:
    """Return the id of a raw record: deterministic, not enumerable without the key. Pure."""
    return RecordIds(keys, ()).source(position)


def output_id(keys: KeyRing, position: Position, purpose: str) -> str:
    """Return the id of a raw record's sanitized event for a purpose, which is also its key. Pure."""
    return RecordIds(keys, (purpose,)).outputs(position)[0]


class RecordIds:
    """The ids of raw records, and of their sanitized events for several purposes, under one key ring."""

    __slots__ = ("_outputs", "_source")

    def __init__(self, keys: KeyRing, purposes: Iterable[str]) -> None:
        self._source = KeyedHash(keys.derive(KeyUse.SOURCE_ID))
        self._outputs = [KeyedHash(keys.derive(KeyUse.OUTPUT_ID, purpose=purpose)) for purpose in purposes]

    def source(self, position: Position) -> str:
        """Return the id of a raw record. Pure."""
        return self._source.of(_place(position))[:_ID_LENGTH_BYTES].hex()

    def outputs(self, position: Position) -> list[str]:
        """Return the ids of a raw record's sanitized events, in the purposes' order. Pure."""
        place = _place(position)
        return [hashed.of(place)[:_ID_LENGTH_BYTES].hex() for hashed in self._outputs]


def _place(position: Position) -> bytes:
    topic, partition, offset, timestamp_ms = position
    # The numbers cannot hold a bar, so no two positions are written alike.
    return f"{partition}|{offset}|{timestamp_ms}|{topic}".encode()
