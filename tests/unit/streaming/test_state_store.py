"""The state store: uncommitted batches over committed states, expiry without a clock, compact memory."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pipeline.conversation.state import NEW_CONVERSATION, ConversationState, seal_state, state_key, unseal_state
from pipeline.errors import InvariantBroken
from pipeline.streaming.state_store import FORGOTTEN_PER_BATCH_MAX, StateStore
from tests.unit.streaming.worlds import KEYS, OTHER_KEYS

TTL_MS = 160_000
NAMES = [state_key(KEYS, "acme", f"c{number}") for number in range(6)]


def store(*partitions, ttl_ms=TTL_MS):
    made = StateStore(KEYS, ttl_ms=ttl_ms)
    for partition in partitions or (0,):
        made.install(partition, {})
    return made


def state(number, seen_ms=1_000):
    return ConversationState(last_offset=number, last_seen_ms=seen_ms)


def restored(states):
    return {bytes.fromhex(key): seal_state(value, key, KEYS) for key, value in states.items()}


def run_batch(a_store, batch_id, changes, partition=0):
    a_store.begin(batch_id, [partition])
    for key, value in changes.items():
        a_store.put(batch_id, partition, key, value)
    records = a_store.sealed(batch_id)
    a_store.committed(batch_id)
    return records


def test_a_conversation_never_seen_is_new():
    """Nothing under a key means a new conversation."""
    assert store().get(0, NAMES[0], 5) is NEW_CONVERSATION


def test_the_newest_batch_in_flight_wins():
    """Two batches in flight: the later one's state is what the next event builds on."""
    made = store()
    made.begin(1, [0])
    made.put(1, 0, NAMES[0], state(1))
    made.begin(2, [0])
    assert made.get(0, NAMES[0], 1_000) == state(1)
    made.put(2, 0, NAMES[0], state(2))
    assert made.get(0, NAMES[0], 1_000) == state(2)


def test_an_abort_returns_to_what_is_committed():
    """After a rewind all that was built on uncommitted batches is gone."""
    made = store()
    run_batch(made, 1, {NAMES[0]: state(1)})
    made.begin(2, [0])
    made.put(2, 0, NAMES[0], state(2))
    made.begin(3, [0])
    made.put(3, 0, NAMES[0], state(3))
    made.aborted()
    assert made.get(0, NAMES[0], 1_000) == state(1)
    run_batch(made, 2, {NAMES[0]: state(4)})
    assert made.get(0, NAMES[0], 1_000) == state(4)


def test_a_batch_writes_one_record_for_each_conversation_it_changed():
    """Ten turns of one conversation in a batch are one state record, that of the last."""
    made = store()
    made.begin(1, [0])
    for number in range(10):
        made.put(1, 0, NAMES[0], state(number))
    ((partition, key, value),) = made.sealed(1)
    assert (partition, key) == (0, NAMES[0])
    assert unseal_state(value, key, KEYS) == state(9)


def test_what_was_written_is_what_is_remembered():
    """The record for the topic installs as the same state, and the store holds its size."""
    made = store()
    records = run_batch(made, 1, {NAMES[0]: state(1), NAMES[1]: state(2)})
    assert made.conversations == 2
    assert made.stored_bytes == sum(len(record.value) for record in records)
    other = StateStore(KEYS, ttl_ms=TTL_MS)
    other.install(0, {bytes.fromhex(record.key): record.value for record in records})
    assert other.get(0, NAMES[1], 1_000) == state(2)
    assert other.stored_bytes == made.stored_bytes


def test_a_revoked_partition_is_forgotten_with_its_uncommitted_changes():
    """Another worker owns it now; a late commit of the old batch leaves nothing behind."""
    made = store(0, 1)
    made.begin(1, [0, 1])
    made.put(1, 0, NAMES[0], state(1))
    made.put(1, 1, NAMES[1], state(2))
    made.sealed(1)
    made.revoke([0])
    made.committed(1)
    assert made.partitions == {1}
    assert made.get(1, NAMES[1], 1_000) == state(2)
    made.install(0, {})
    assert made.get(0, NAMES[0], 1_000) is NEW_CONVERSATION


@pytest.mark.parametrize(
    "misuse",
    [
        lambda made: made.get(7, NAMES[0], 0),
        lambda made: made.begin(1, [7]),
        lambda made: (made.begin(1, [0]), made.begin(1, [0])),
        lambda made: (made.begin(1, [0]), made.put(1, 7, NAMES[0], state(1))),
        lambda made: (made.begin(1, [0]), made.sealed(1), made.put(1, 0, NAMES[0], state(1))),
        lambda made: (made.begin(1, [0]), made.committed(1)),
        lambda made: (made.begin(1, [0]), made.begin(2, [0]), made.sealed(2), made.committed(2)),
        lambda made: made.committed(9),
        lambda made: (made.begin(1, [0]), made.install(0, {})),
    ],
    ids=[
        "get-unrestored", "begin-unrestored", "begin-twice", "put-foreign-partition", "put-after-sealed",
        "commit-unsealed", "commit-out-of-order", "commit-unknown", "install-under-a-batch",
    ],
)  # fmt: skip
def test_a_use_out_of_turn_is_a_broken_invariant(misuse):
    """A wrong order of calls crashes the worker instead of deciding on a wrong memory."""
    with pytest.raises(InvariantBroken):
        misuse(store())


def test_state_of_other_keys_is_refused_at_its_first_use():
    """A state that cannot be decrypted stops the worker; it never counts as a new conversation."""
    made = StateStore(OTHER_KEYS, ttl_ms=TTL_MS)
    made.install(0, restored({NAMES[0]: state(1)}))
    with pytest.raises(InvariantBroken, match="partition 0"):
        made.get(0, NAMES[0], 1_000)


@pytest.mark.parametrize("committed", [True, False])
def test_silence_beyond_the_ttl_begins_a_conversation_anew(committed):
    """Whether the last turn is committed or in flight makes no difference: batch size decides nothing."""
    made = store()
    made.begin(1, [0])
    made.put(1, 0, NAMES[0], state(1, seen_ms=1_000))
    if committed:
        made.sealed(1)
        made.committed(1)
    assert made.get(0, NAMES[0], 1_000 + TTL_MS) == state(1)
    assert made.get(0, NAMES[0], 1_001 + TTL_MS) is NEW_CONVERSATION


def silent_later(made, *, first_batch, at_ms, batches=1):
    """Let another conversation's turns tell the time; return the keys of the tombstones."""
    tombstones = []
    for batch_id in range(first_batch, first_batch + batches):
        made.begin(batch_id, [0])
        for _ in range(9):
            made.put(batch_id, 0, NAMES[5], state(1, seen_ms=at_ms))
        tombstones += [record.key for record in made.sealed(batch_id) if record.value is None]
        made.committed(batch_id)
    return tombstones


@pytest.mark.parametrize("from_topic", [True, False])
def test_a_silent_conversation_gets_a_tombstone(from_topic):
    """Written here or restored: the record goes, once, and the store shrinks; a live one stays."""
    made = store()
    old, live = state(1, seen_ms=1_000), state(2, seen_ms=3 * TTL_MS)
    if from_topic:
        made.install(0, restored({NAMES[0]: old, NAMES[1]: live}))
    else:
        run_batch(made, 1, {NAMES[0]: old, NAMES[1]: live})
    assert silent_later(made, first_batch=2, at_ms=3 * TTL_MS, batches=3) == [NAMES[0]]
    assert made.get(0, NAMES[1], 3 * TTL_MS) == live
    assert (made.conversations, made.expired) == (2, 1)
    assert silent_later(made, first_batch=5, at_ms=9 * TTL_MS, batches=3) == [NAMES[1]]


def test_an_aborted_tombstone_comes_again():
    """A batch with a tombstone that did not commit forgets nobody, and the next one tries again."""
    made = store()
    run_batch(made, 1, {NAMES[0]: state(1)})
    made.begin(2, [0])
    for _ in range(9):
        made.put(2, 0, NAMES[5], state(1, seen_ms=9 * TTL_MS))
    assert NAMES[0] in {record.key for record in made.sealed(2)}
    made.aborted()
    assert made.conversations == 1
    assert silent_later(made, first_batch=3, at_ms=9 * TTL_MS) == [NAMES[0]]


def test_one_wrong_timestamp_forgets_nobody():
    """A publisher whose clock is a century ahead moves its own conversation only."""
    made = store()
    run_batch(made, 1, {NAMES[number]: state(1, seen_ms=5_000) for number in range(5)})
    far = 10**13
    run_batch(made, 2, {NAMES[5]: state(1, seen_ms=far)})
    for batch_id in range(3, 20):
        assert all(record.value for record in run_batch(made, batch_id, {NAMES[0]: state(1, seen_ms=6_000)}))
    assert made.get(0, NAMES[1], 6_000) == state(1, seen_ms=5_000)


def test_tombstones_are_bounded_per_batch():
    """Ten times the bound go silent at once: ten batches clear them, oldest first."""
    made = store()
    many = [state_key(KEYS, "acme", f"x{number}") for number in range(10 * FORGOTTEN_PER_BATCH_MAX)]
    made.install(0, restored({key: state(1) for key in many}))
    found = []
    for round_number in range(10):
        tombstones = silent_later(made, first_batch=round_number, at_ms=9 * TTL_MS)
        assert len(tombstones) <= FORGOTTEN_PER_BATCH_MAX
        found += tombstones
    assert found == many


class StoreAgainstModel(RuleBasedStateMachine):
    """The store against two dictionaries for each batch: what is committed, and what is in flight."""

    def __init__(self):
        super().__init__()
        self.store = StateStore(KEYS, ttl_ms=10**15, decoded_max=2)
        self.store.install(0, {})
        self.store.install(1, {})
        self.committed = {0: {}, 1: {}}
        self.flights = []
        self.batch_id = 0

    def expected(self, partition, key):
        for _, changes in reversed(self.flights):
            if (partition, key) in changes:
                return changes[partition, key]
        return self.committed[partition].get(key, NEW_CONVERSATION)

    @precondition(lambda self: len(self.flights) < 3 and self.committed)
    @rule(
        data=st.data(),
        numbers=st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 99)), max_size=5),
    )
    def work(self, data, numbers):
        partitions = data.draw(st.sets(st.sampled_from(sorted(self.committed)), min_size=1))
        self.batch_id += 1
        self.store.begin(self.batch_id, partitions)
        changes = {}
        for key, number in numbers:
            for partition in partitions:
                self.store.put(self.batch_id, partition, key, state(number))
                changes[partition, key] = state(number)
        written = {(record.partition, record.key) for record in self.store.sealed(self.batch_id)}
        assert written == set(changes)
        self.flights.append((self.batch_id, changes))

    @precondition(lambda self: self.flights)
    @rule()
    def commit(self):
        batch_id, changes = self.flights.pop(0)
        self.store.committed(batch_id)
        for (partition, key), value in changes.items():
            self.committed[partition][key] = value

    @rule()
    def abort(self):
        self.store.aborted()
        self.flights.clear()

    @rule(partition=st.sampled_from([0, 1]))
    def revoke(self, partition):
        self.store.revoke([partition])
        self.committed.pop(partition, None)
        for _, changes in self.flights:
            for name in [name for name in changes if name[0] == partition]:
                del changes[name]

    @rule(partition=st.sampled_from([0, 1]), numbers=st.dictionaries(st.sampled_from(NAMES), st.integers(0, 99)))
    def restore(self, partition, numbers):
        self.revoke(partition)
        states = {key: state(number) for key, number in numbers.items()}
        self.store.install(partition, restored(states))
        self.committed[partition] = states

    @invariant()
    def agrees(self):
        assert self.store.partitions == self.committed.keys()
        assert self.store.conversations == sum(map(len, self.committed.values()))
        for partition in self.committed:
            for key in NAMES:
                assert self.store.get(partition, key, 1_000) == self.expected(partition, key)


StoreAgainstModel.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None, derandomize=True)
TestStoreAgainstModel = StoreAgainstModel.TestCase
