"""Dead letters: list them without opening them, show one to whoever holds the keys, replay them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from pipeline.errors import Misconfigured, Reason, RejectedEvent
from pipeline.event.dead_letter import DeadLetter, OriginalRecord, decode, unseal
from pipeline.event.records import Position
from pipeline.event.replay import REPLAY_HEADER, original_position, replay_header
from pipeline.keys import CannotDecrypt, KeyRing
from pipeline.operations.broker import Bounds, Broker, OutgoingRecord, Partition, StoredRecord
from pipeline.operations.read_back import read_back
from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class LetterSummary:
    """One dead letter from outside: nothing in it needs a key, and nothing is personal."""

    id: str
    reason: Reason
    field: str
    recorded_at_ms: int
    partition: int
    sealed_bytes: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The letters that wait, oldest first; how many were replayed, and how many the list cannot read."""

    letters: tuple[LetterSummary, ...]
    replayed: int
    unreadable: int


class Refusal(StrEnum):
    """Why a letter was not replayed."""

    NULL_VALUE = "the original has no value: there is nothing to process"
    OTHER_KEYS = "sealed under other keys: load the key file it was sealed with"
    FORGED = "it came with a forged replay header, and ours would vouch for it: see who writes to the raw topic"
    PRIVACY_REQUEST = "a privacy request that names nobody: its sender must send a corrected one"
    NO_PARTITION = "the raw topic has fewer partitions than when the record arrived"
    IN_FLIGHT = "its last replay waits for a worker"
    ALREADY_REPLAYED = "it was replayed already"
    NO_LETTER = "no such letter: see `redact dead-letters list`"


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many letters were published again, and which were refused."""

    replayed: int
    refused: tuple[tuple[str, Refusal], ...]


def list_letters(broker: Broker, settings: Settings) -> Listing:
    """Return what the dead-letter topic holds, the latest record of each key counting. Raises `Unavailable`."""
    waiting: dict[str, LetterSummary] = {}
    replayed: set[str] = set()
    unreadable: set[str] = set()
    for record in read_back(broker, [settings.topics.dead_letters]):
        key = _id(record)
        letter = _letter(record)
        waiting.pop(key, None)
        replayed.discard(key)
        unreadable.discard(key)
        if record.value is None:
            replayed.add(key)
        elif letter is None:
            unreadable.add(key)
        else:
            waiting[key] = LetterSummary(
                id=letter.id,
                reason=letter.reason,
                field=letter.field,
                recorded_at_ms=letter.recorded_at_ms,
                partition=record.partition,
                sealed_bytes=len(letter.ciphertext),
            )
    ordered = sorted(waiting.values(), key=lambda letter: (letter.recorded_at_ms, letter.partition, letter.id))
    return Listing(tuple(ordered), len(replayed), len(unreadable))


def show_letter(broker: Broker, settings: Settings, keys: KeyRing, letter_id: str) -> tuple[DeadLetter, OriginalRecord]:
    """Open one letter. Raises `Misconfigured` when there is none under the id, `CannotDecrypt` under other keys."""
    found: StoredRecord | None = None
    for record in read_back(broker, [settings.topics.dead_letters]):
        if _id(record) == letter_id:
            found = record
    letter = _letter(found) if found is not None else None
    if letter is None:
        refusal = Refusal.ALREADY_REPLAYED if found is not None and found.value is None else Refusal.NO_LETTER
        raise Misconfigured([f"dead letter {letter_id}: {refusal.value}"])
    return letter, unseal(letter, keys)


def replay_letters(
    broker: Broker, settings: Settings, keys: KeyRing, letter_ids: Collection[str] | None = None
) -> Replayed:
    """Publish the originals of these letters (all that wait, if none are named) onto the raw topic again, and report.

    Each goes to its original partition with its original key and value, and a header that makes the worker publish
    under the original ids. The worker replaces the letter when it has processed the record; until then a second replay
    of the letter is refused. Raises `Unavailable`, and nothing is lost by starting again.
    """
    topic = settings.topics.dead_letters
    latest: dict[str, tuple[Partition, int, bool]] = {}
    for record in read_back(broker, [topic]):
        latest[_id(record)] = (Partition(topic, record.partition), record.offset, record.value is None)
    wanted = sorted(letter_ids) if letter_ids is not None else [key for key, place in latest.items() if not place[2]]
    refused: list[tuple[str, Refusal]] = []
    chosen: dict[tuple[Partition, int], str] = {}
    for letter_id in wanted:
        place = latest.get(letter_id)
        if place is None or place[2]:
            refused.append((letter_id, Refusal.NO_LETTER if place is None else Refusal.ALREADY_REPLAYED))
        else:
            chosen[place[0], place[1]] = letter_id
    raw = settings.topics.raw
    states = broker.describe([raw])
    partitions = states[raw].partitions if raw in states else 0
    in_flight = _in_flight(broker, settings, keys) if chosen else frozenset()

    def outgoing() -> Iterator[OutgoingRecord]:
        for record in broker.read(_spans_of(chosen)):
            letter_id = chosen.get((Partition(topic, record.partition), record.offset))
            if letter_id is None:
                continue
            letter = _letter(record)
            original = _opened(letter, keys)
            forged = letter is not None and letter.reason is Reason.REPLAY_FORGED
            refusal = Refusal.FORGED if forged else _refusal(original, settings, partitions, in_flight)
            if original is None or refusal is not None:
                refused.append((letter_id, refusal or Refusal.OTHER_KEYS))
                continue
            header = (REPLAY_HEADER, replay_header(original.position, original.key, original.value, keys))
            yield OutgoingRecord(raw, original.key, original.value, original.partition, (header,))

    replayed = broker.send(outgoing())
    return Replayed(replayed, tuple(refused))


def _refusal(
    original: OriginalRecord | None, settings: Settings, partitions: int, in_flight: frozenset[Position]
) -> Refusal | None:
    if original is None:
        return Refusal.OTHER_KEYS
    if original.topic == settings.topics.requests:
        return Refusal.PRIVACY_REQUEST
    if original.value is None:
        return Refusal.NULL_VALUE
    if original.partition >= partitions:
        return Refusal.NO_PARTITION
    return Refusal.IN_FLIGHT if original.position in in_flight else None


def _opened(letter: DeadLetter | None, keys: KeyRing) -> OriginalRecord | None:
    try:
        return unseal(letter, keys) if letter is not None else None
    except CannotDecrypt:
        return None


def _in_flight(broker: Broker, settings: Settings, keys: KeyRing) -> frozenset[Position]:
    """Return the original positions of replays that stand on the raw topic and that no worker has committed yet."""
    raw = settings.topics.raw
    committed = broker.committed(settings.worker.group, raw)
    spans = {
        at: Bounds(max(bounds.start, committed.get(at.number, bounds.start)), bounds.end)
        for at, bounds in broker.bounds([raw]).items()
    }
    found = set()
    for record in broker.read(spans):
        for name, value in record.headers:
            if name == REPLAY_HEADER and (position := _position(value, record, keys)) is not None:
                found.add(position)
    return frozenset(found)


def _position(header: bytes, record: StoredRecord, keys: KeyRing) -> Position | None:
    try:
        return original_position(header, record.key, record.value, keys)
    except RejectedEvent:
        return None


def _spans_of(chosen: Collection[tuple[Partition, int]]) -> dict[Partition, Bounds]:
    """Return the spans that hold the chosen records, and little else. Pure."""
    offsets: dict[Partition, list[int]] = {}
    for at, offset in chosen:
        offsets.setdefault(at, []).append(offset)
    return {at: Bounds(min(found), max(found) + 1) for at, found in offsets.items()}


def _id(record: StoredRecord) -> str:
    return (record.key or b"").decode("utf-8", "replace")


def _letter(record: StoredRecord) -> DeadLetter | None:
    """Return the sealed letter of a record; None for a tombstone, and for what is no letter."""
    if record.value is None:
        return None
    try:
        return decode(record.value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
