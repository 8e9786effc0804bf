"""Ids of records, dead letters and replay headers: deterministic, bound to their place, worthless without the keys."""

import json
from hashlib import shake_128

import msgspec
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.errors import Reason, RejectedEvent
from pipeline.event.dead_letter import decode, seal, unseal
from pipeline.event.records import RAW_BYTES_MAX, Position, SourceRecord, output_id, source_id
from pipeline.event.replay import original_position, replay_header
from pipeline.event.sanitized_event import exceeds_limit
from pipeline.keys import CannotDecrypt
from tests.support.events import key_ring

POSITION = Position("support.raw", 3, 41, 1_700_000_000_000)
KEYS = key_ring()
positions = st.builds(
    Position,
    st.text(min_size=1, max_size=20),
    st.integers(0, 100),
    st.integers(0, 2**40),
    st.integers(0, 2**42),
)


def test_the_same_record_has_the_same_id_in_every_run():
    assert source_id(key_ring(), POSITION) == source_id(key_ring(), POSITION)
    assert len(source_id(KEYS, POSITION)) == 32


def test_an_id_differs_by_position_purpose_use_and_keys():
    ids = {
        source_id(KEYS, POSITION),
        source_id(key_ring("other"), POSITION),
        output_id(KEYS, POSITION, "analytics"),
        output_id(KEYS, POSITION, "quality"),
        *(
            source_id(KEYS, POSITION._replace(**{field: value}))
            for field, value in {"topic": "other", "partition": 4, "offset": 42, "timestamp_ms": 1}.items()
        ),
    }
    assert len(ids) == 8


def test_an_id_survives_a_rotation_of_the_keys():
    """Ids come from the fixed secret: a replay after a rotation must replace the output it repeats."""
    assert output_id(key_ring(current=1), POSITION, "quality") == output_id(key_ring(current=2), POSITION, "quality")


def test_a_dead_letter_gives_the_record_back_to_whoever_holds_the_keys():
    record = SourceRecord(POSITION, b"c-1", b'{"text": "I am Jo"}')
    letter_id, value = seal(record, POSITION, RejectedEvent(Reason.WRONG_TYPE, "text"), KEYS)
    letter = decode(value)
    assert (letter.id, letter.reason, letter.field) == (letter_id, Reason.WRONG_TYPE, "text")
    original = unseal(letter, KEYS)
    assert (original.position, original.key, original.value) == (POSITION, record.key, record.value)


@pytest.mark.parametrize(("key", "value"), [(None, None), (b"", b""), (b"k", None), (None, b"\xff\x00")])
def test_a_dead_letter_keeps_null_and_empty_apart(key, value):
    _, sealed = seal(SourceRecord(POSITION, key, value), POSITION, RejectedEvent(Reason.NULL_VALUE), KEYS)
    original = unseal(decode(sealed), KEYS)
    assert (original.key, original.value) == (key, value)


def test_a_dead_letter_shows_nothing_of_the_record():
    record = SourceRecord(POSITION, b"jo@example.com", b"my PIN is 9431")
    _, value = seal(record, POSITION, RejectedEvent(Reason.INVALID_JSON), KEYS)
    assert b"jo@example" not in value
    assert b"9431" not in value
    assert set(json.loads(value)) == {"schema_version", "id", "reason", "field", "recorded_at_ms", "ciphertext"}


def test_a_dead_letter_cannot_be_read_under_other_keys_or_another_id():
    _, value = seal(SourceRecord(POSITION, b"k", b"v"), POSITION, RejectedEvent(Reason.INVALID_JSON), KEYS)
    letter = decode(value)
    with pytest.raises(CannotDecrypt):
        unseal(letter, key_ring("other"))
    with pytest.raises(CannotDecrypt):
        unseal(msgspec.structs.replace(letter, id="0" * 32), KEYS)


@seed(20260301)
@settings(max_examples=100, deadline=None)
@given(position=positions)
def test_a_replay_header_names_the_original_position(position):
    assert original_position(replay_header(position, b"k", b"v", KEYS), b"k", b"v", KEYS) == position


@seed(20260301)
@settings(max_examples=100, deadline=None)
@given(position=positions, at=st.integers(0, 200), flip=st.integers(1, 255))
def test_a_changed_replay_header_is_refused(position, at, flip):
    header = bytearray(replay_header(position, b"k", b"v", KEYS))
    header[at % len(header)] ^= flip
    with pytest.raises(RejectedEvent) as caught:
        original_position(bytes(header), b"k", b"v", KEYS)
    assert caught.value.reason is Reason.REPLAY_FORGED


@pytest.mark.parametrize("header", [b"", b"x", b"\xff" * 40, replay_header(POSITION, b"k", b"v", key_ring("other"))])
def test_a_header_that_was_not_made_with_these_keys_is_refused(header):
    with pytest.raises(RejectedEvent) as caught:
        original_position(header, b"k", b"v", KEYS)
    assert caught.value.reason is Reason.REPLAY_FORGED


@pytest.mark.parametrize(("key", "value"), [(b"other", b"v"), (b"k", b"other"), (b"kv", b""), (None, b"v")])
def test_a_header_copied_onto_another_record_is_refused(key, value):
    header = replay_header(POSITION, b"k", b"v", KEYS)
    with pytest.raises(RejectedEvent) as caught:
        original_position(header, key, value, KEYS)
    assert caught.value.reason is Reason.REPLAY_FORGED


def incompressible(length):
    """Return bytes that look random and are the same in every run."""
    return shake_128(b"incompressible").digest(length)


def test_a_dead_letter_of_a_record_that_was_compressed_on_its_way_fits_into_a_record():
    """A broker bounds a batch as it came: 30 MB of one letter pass, and must not stop the partition."""
    record = SourceRecord(POSITION, b"c-1", b"x" * 30_000_000)
    _, value = seal(record, POSITION, RejectedEvent(Reason.RECORD_TOO_LARGE), KEYS)
    original = unseal(decode(value), KEYS)
    assert not exceeds_limit(value)
    assert (original.key, original.value, original.left_out) == (record.key, record.value, False)


def test_a_dead_letter_that_cannot_hold_its_record_says_so():
    record = SourceRecord(POSITION, b"c-1", incompressible(12_500_000))
    _, value = seal(record, POSITION, RejectedEvent(Reason.RECORD_TOO_LARGE), KEYS)
    original = unseal(decode(value), KEYS)
    assert not exceeds_limit(value)
    assert (original.position, original.value, original.left_out) == (POSITION, None, True)


def test_a_dead_letter_holds_the_largest_raw_record():
    """Also one that cannot be compressed."""
    record = SourceRecord(POSITION, b"c-1", incompressible(RAW_BYTES_MAX))
    _, value = seal(record, POSITION, RejectedEvent(Reason.INVALID_UTF8), KEYS)
    assert not exceeds_limit(value)
    assert unseal(decode(value), KEYS).value == record.value
