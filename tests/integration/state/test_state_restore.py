"""State on real brokers: a worker that takes over remembers what was committed, and nothing else."""

import threading

import pytest

from pipeline.conversation.state import NEW_CONVERSATION, ConversationState, state_key
from pipeline.errors import Misconfigured
from pipeline.streaming.state_restorer import StateRestorer
from pipeline.streaming.state_store import StateStore
from tests.unit.streaming.worlds import KEYS, OTHER_KEYS, wait_for

TTL_MS = 3_600_000
SEEN_MS = 1_000_000
NAMES = [state_key(KEYS, "acme", f"c{number}") for number in range(50)]


def state(number):
    return ConversationState(last_offset=number, last_seen_ms=SEEN_MS)


def restored(place, partitions, keys=KEYS, **options):
    states = StateRestorer(place.consumer, keys, settings=place.settings).restore(partitions, timeout_s=30, **options)
    store = StateStore(keys, ttl_ms=TTL_MS)
    for partition, found in states.items():
        store.install(partition, found)
    return store


def write(producer, place, records):
    for partition, key, value in records:
        producer.produce(place.settings.topics.state, value, key, partition)
    assert producer.flush(20) == 0


def begun(store, batch_id, changes, partition=0):
    store.begin(batch_id, [partition])
    for key, number in changes.items():
        store.put(batch_id, partition, key, state(number))
    return store.sealed(batch_id)


def test_what_one_worker_wrote_the_next_remembers(place):
    """Three partitions, several batches: the last state of each conversation, tombstones honoured."""
    producer = place.producer({})
    store = restored(place, [0, 1, 2])
    for batch_id in range(6):
        partition = batch_id % 3
        records = begun(store, batch_id, dict.fromkeys(NAMES[: 10 + batch_id], batch_id), partition)
        write(producer, place, records)
        store.committed(batch_id)
    write(producer, place, [(2, NAMES[0], None)])
    successor = restored(place, [0, 1, 2])
    assert successor.conversations == store.conversations - 1
    assert successor.get(2, NAMES[0], SEEN_MS) is NEW_CONVERSATION
    for partition in range(3):
        for key in NAMES[1:]:
            assert successor.get(partition, key, SEEN_MS) == store.get(partition, key, SEEN_MS)


def test_only_assigned_partitions_are_read(place):
    """A worker holds the conversations of its own partitions."""
    write(place.producer({}), place, begun(restored(place, [0, 1, 2]), 1, {NAMES[0]: 1}, partition=1))
    assert restored(place, [0, 2]).conversations == 0
    assert restored(place, [1]).conversations == 1


def test_other_keys_refuse_to_take_over(place):
    """The message names the place and the remedy, and no conversation."""
    write(place.producer({}), place, begun(restored(place, [0]), 1, {NAMES[0]: 1}))
    with pytest.raises(Misconfigured, match=r"partition 0 offset 0: .*key file") as refused:
        restored(place, [0], keys=OTHER_KEYS)
    assert NAMES[0] not in str(refused.value)


@pytest.mark.kafka
def test_aborted_batches_are_never_remembered(kafka_place):
    """Committed and aborted batches in turn: the store after its aborts and the restored one agree."""
    place = kafka_place
    producer = place.producer({"transactional.id": "worker"})
    producer.init_transactions(20)
    store = restored(place, [0])
    for batch_id in range(10):
        producer.begin_transaction()
        write(producer, place, begun(store, batch_id, dict.fromkeys(NAMES[batch_id : batch_id + 20], batch_id)))
        if batch_id % 3:
            producer.abort_transaction(20)
            store.aborted()
        else:
            producer.commit_transaction(20)
            store.committed(batch_id)
    successor = restored(place, [0])
    assert successor.conversations == store.conversations
    for key in NAMES:
        assert successor.get(0, key, SEEN_MS) == store.get(0, key, SEEN_MS)
    assert successor.get(0, NAMES[0], SEEN_MS).last_offset == 0


@pytest.mark.kafka
@pytest.mark.parametrize("commits", [True, False])
def test_a_predecessors_transaction_is_waited_for(kafka_place, commits):
    """A batch that is being committed while the partition changes hands is remembered if it is, and only then."""
    place = kafka_place
    producer = place.producer({"transactional.id": "worker"})
    producer.init_transactions(20)
    producer.begin_transaction()
    write(producer, place, begun(restored(place, [0]), 1, {NAMES[0]: 7}))
    reports, found = [], []
    thread = threading.Thread(target=lambda: found.append(restored(place, [0], progress=lambda: reports.append(1))))
    thread.start()
    wait_for(lambda: len(reports) > 3, "progress reports, so that the caller may stay in its group")
    assert not found
    (producer.commit_transaction if commits else producer.abort_transaction)(20)
    thread.join(30)
    assert found[0].get(0, NAMES[0], SEEN_MS) == (state(7) if commits else NEW_CONVERSATION)
