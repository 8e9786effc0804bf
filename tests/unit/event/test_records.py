"""Ids of records, dead letters and replay headers: deterministic, bound to their place, worthless without the keys."""

import json

import msgspec
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.errors import Reason, RejectedEvent
from pipeline.event.dead_letter import decode, seal, unseal
from pipeline.event.records import Position, SourceRecord, output_id, source_id
from pipeline.event.replay import original_position, replay_header
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
    assert original_position(replay_header(position, KEYS), KEYS) == position


@seed(20260301)
@settings(max_examples=100, deadline=None)
@given(position=positions, at=st.integers(0, 200), flip=st.integers(1, 255))
def test_a_changed_replay_header_is_refused(position, at, flip):
    header = bytearray(replay_header(position, KEYS))
    header[at % len(header)] ^= flip
    with pytest.raises(RejectedEvent) as caught:
        original_position(bytes(header), KEYS)
    assert caught.value.reason is Reason.REPLAY_FORGED


@pytest.mark.parametrize("header", [b"", b"x", b"\xff" * 40, replay_header(POSITION, key_ring("other"))])
def test_a_header_that_was_not_made_with_these_keys_is_refused(header):
    with pytest.raises(RejectedEvent) as caught:
        original_position(header, KEYS)
    assert caught.value.reason is Reason.REPLAY_FORGED
