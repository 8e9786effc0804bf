"""Restoring state: what was committed, in the order of last writes; wrong keys refuse to go on."""

import threading
from dataclasses import replace

import pytest

from pipeline.conversation.state import ConversationState, seal_state, state_key, unseal_state
from pipeline.errors import InvariantBroken, Misconfigured, Unavailable
from pipeline.keys import KeyRing, KeyUse
from pipeline.settings import Settings
from pipeline.streaming.state_restorer import StateRestorer
from tests.unit.streaming.memory_broker import MemoryBroker
from tests.unit.streaming.worlds import KEYS, OTHER_KEYS, wait_for

TOPIC = "redaction.state"
NAMES = [state_key(KEYS, "acme", f"c{number}") for number in range(4)]


@pytest.fixture
def broker():
    made = MemoryBroker()
    made.create(TOPIC, partitions=2)
    return made


def restorer(broker, keys=KEYS):
    return StateRestorer(broker.consumer, keys, settings=Settings())


def sealed(number, name, keys=KEYS):
    return seal_state(ConversationState(last_offset=number), name, keys)


def offsets(states):
    return [(key.hex(), unseal_state(value, key.hex(), KEYS).last_offset) for key, value in states.items()]


def test_restores_the_last_write_of_each_conversation_in_order(broker):
    """A rewritten conversation stands behind those that were written before its last write; a tombstone removes."""
    for number, name in enumerate([NAMES[0], NAMES[1], NAMES[2], NAMES[0]]):
        broker.append(TOPIC, sealed(number, name), name)
    broker.append(TOPIC, None, NAMES[1])
    broker.append(TOPIC, sealed(9, NAMES[3]), NAMES[3], partition=1)
    states = restorer(broker).restore([0, 1], timeout_s=5)
    assert offsets(states[0]) == [(NAMES[2], 2), (NAMES[0], 3)]
    assert offsets(states[1]) == [(NAMES[3], 9)]
    assert broker.open_clients == 0


def test_an_empty_partition_restores_to_nothing(broker):
    """No record is no wait."""
    assert restorer(broker).restore([0, 1], timeout_s=5) == {0: {}, 1: {}}


def test_an_aborted_write_is_never_seen(broker):
    """The state of a batch that was rewound is not in the memory of the next worker."""
    producer = broker.producer({"transactional.id": "w0"})
    producer.init_transactions(1)
    for number, end in ((1, producer.commit_transaction), (2, producer.abort_transaction)):
        producer.begin_transaction()
        producer.produce(TOPIC, sealed(number, NAMES[0]), NAMES[0], 0, None)
        end(1)
    assert offsets(restorer(broker).restore([0], timeout_s=5)[0]) == [(NAMES[0], 1)]


def test_a_transaction_still_open_is_waited_for(broker):
    """A predecessor's commit that is under way belongs to the state; progress is reported meanwhile."""
    producer = broker.producer({"transactional.id": "w0"})
    producer.init_transactions(1)
    producer.begin_transaction()
    producer.produce(TOPIC, sealed(7, NAMES[0]), NAMES[0], 0, None)
    reports = []
    found = []
    thread = threading.Thread(
        target=lambda: found.append(
            restorer(broker).restore([0], timeout_s=20, progress=lambda: reports.append(len(reports)))
        )
    )
    thread.start()
    wait_for(lambda: len(reports) > 2, "progress reports")
    assert not found
    producer.commit_transaction(1)
    thread.join()
    assert offsets(found[0][0]) == [(NAMES[0], 7)]


def test_a_transaction_open_for_too_long_is_unavailable(broker):
    """The deadline holds, and the client is freed."""
    producer = broker.producer({"transactional.id": "w0"})
    producer.init_transactions(1)
    producer.begin_transaction()
    producer.produce(TOPIC, sealed(7, NAMES[0]), NAMES[0], 0, None)
    with pytest.raises(Unavailable, match=r"partitions \[0\]"):
        restorer(broker).restore([0], timeout_s=0.2)
    assert broker.open_clients == 0


@pytest.mark.parametrize("keys", [OTHER_KEYS, KeyRing(bytes(range(32)), {1: bytes(range(32, 64))}, 1)])
def test_wrong_keys_refuse_and_name_the_place(broker, keys):
    """Another secret or an unknown key version: the worker must not begin with an empty memory."""
    broker.append(TOPIC, sealed(1, NAMES[0]), NAMES[0], partition=1)
    with pytest.raises(Misconfigured, match=r"partition 1 offset 0: state of key version 2"):
        restorer(broker, keys).restore([0, 1], timeout_s=5)
    assert broker.open_clients == 0


@pytest.mark.parametrize(
    "plain", [b"", b"\x00", b"\x98" + b"\x07" * 8, b"garbage"], ids=["empty", "number", "other shape", "text"]
)
def test_a_state_of_another_shape_refuses_and_says_what_to_do(broker, plain):
    """Right keys, wrong version: beginning anew would forget who opted out."""
    broker.append(TOPIC, KEYS.encrypt(KeyUse.STATE, plain, NAMES[0].encode()), NAMES[0])
    with pytest.raises(Misconfigured, match=r"partition 0 offset 0: .* start the version of redact that wrote it"):
        restorer(broker).restore([0], timeout_s=5)
    assert broker.open_clients == 0


@pytest.mark.parametrize("key", [None, "", "zz", "00ff", "no-state-key-at-all-32-characters"])
def test_a_record_that_is_no_state_is_a_broken_invariant(broker, key):
    """The topic is ours alone; a foreign record says that something is very wrong."""
    broker.append(TOPIC, b"x", key)
    with pytest.raises(InvariantBroken, match=r"partition 0 offset 0"):
        restorer(broker).restore([0], timeout_s=5)


def test_without_transactions_everything_is_read():
    """On a broker without transactions the reader does not wait for any."""
    broker = MemoryBroker()
    broker.create(TOPIC)
    broker.append(TOPIC, sealed(1, NAMES[0]), NAMES[0])
    at_least_once = replace(Settings(), kafka=replace(Settings().kafka, delivery="at_least_once"))
    states = StateRestorer(broker.consumer, KEYS, settings=at_least_once).restore([0], timeout_s=5)
    assert offsets(states[0]) == [(NAMES[0], 1)]
