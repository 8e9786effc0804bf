"""The committed states of a partition: bounded bookkeeping, whatever the timestamps are."""

import sys

from pipeline.streaming.committed_states import CommittedStates

TTL_MS = 160
KEYS = [f"{number:032x}" for number in range(100)]


def silent(states, now_ms, looks_max=100, touched=()):
    for _ in range(9):
        states.saw(now_ms)
    return list(states.silent(looks_max, lambda key: key in touched, lambda _, value: int(value)))


def test_a_conversation_is_filed_once_for_each_bucket_of_time():
    """Timestamps that jump back and forth do not make the bookkeeping grow."""
    states = CommittedStates({}, TTL_MS)
    for number in range(1_000):
        states.keep(KEYS[0], b"x", 1_000 if number % 2 else 5_000)
    assert sum(map(len, states._buckets.values())) == 1
    assert silent(states, 5_000 + TTL_MS) == []
    assert silent(states, 5_000 + 2 * TTL_MS) == [KEYS[0]]


def test_a_conversation_that_went_on_is_looked_at_in_its_latest_bucket():
    """Its old bucket is due first and finds it alive."""
    states = CommittedStates({}, TTL_MS)
    for seen_ms in (1_000, 1_100, 1_200):
        states.keep(KEYS[0], b"x", seen_ms)
    assert silent(states, 1_000 + 2 * TTL_MS) == []
    assert silent(states, 1_200 + 2 * TTL_MS) == [KEYS[0]]


def test_a_restored_conversation_is_read_once_and_then_filed():
    """When it was last seen stands inside its ciphertext: that is asked for one time."""
    states = CommittedStates({bytes.fromhex(KEYS[0]): b"1000"}, TTL_MS)
    assert silent(states, 1_050) == []
    assert states.sealed(KEYS[0]) == b"1000"
    for _ in range(9):
        states.saw(1_000 + 2 * TTL_MS)
    assert list(states.silent(10, lambda _: False, lambda *_: sys.exit("read again"))) == [KEYS[0]]


def test_a_conversation_that_a_batch_holds_waits_for_its_turn():
    """It is neither forgotten now nor for ever kept."""
    states = CommittedStates({}, TTL_MS)
    states.keep(KEYS[0], b"x", 1_000)
    assert silent(states, 9_000, touched=[KEYS[0]]) == []
    assert silent(states, 9_000) == [KEYS[0]]


def test_sizes_follow_every_change():
    """Kept, replaced, restored, dropped: the bytes are those of the ciphertext held."""
    states = CommittedStates({bytes.fromhex(KEYS[0]): b"1000"}, TTL_MS)
    assert (len(states), states.stored_bytes) == (1, 4)
    states.keep(KEYS[0], b"12345", 1)
    states.keep(KEYS[1], b"12", 1)
    states.keep(KEYS[1], b"123", 1)
    assert (len(states), states.stored_bytes) == (2, 8)
    states.drop(KEYS[0])
    states.drop(KEYS[2])
    assert (len(states), states.stored_bytes) == (1, 3)
    assert states.sealed(KEYS[0]) is None


def test_extreme_timestamps_are_kept_apart():
    """The first and the last timestamp that a record can carry do no harm."""
    states = CommittedStates({}, TTL_MS)
    states.keep(KEYS[0], b"x", -(2**63))
    states.keep(KEYS[1], b"x", 2**63 - 1)
    assert silent(states, 1_000) == [KEYS[0]]
