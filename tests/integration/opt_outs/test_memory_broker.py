"""One suite on the broker that lives in memory and on Apache Kafka: what the readers rest on is the same on both."""

import time

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from pipeline.settings import Delivery
from pipeline.streaming.partition_log import is_end, polled, position_after, read_to_end, reader_settings, watermarks
from tests.integration.opt_outs.places import make_place
from tests.unit.streaming.memory_broker import MemoryBroker


class MemoryPlace:
    def __init__(self):
        self.broker = MemoryBroker()
        self.consumer = self.broker.consumer
        self.producer = self.broker.producer
        self.broker.create("log")
        self.log = "log"


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.kafka)])
def place(request):
    """Make a log in memory, and one on Apache Kafka."""
    if request.param == "memory":
        return MemoryPlace()
    made = make_place(request.getfixturevalue("kafka_bootstrap"), Delivery.EXACTLY_ONCE)
    object.__setattr__(made, "log", made.settings.topics.opt_outs)
    return made


def transactional(place, name="t"):
    producer = place.producer({"transactional.id": f"{place.log}-{name}"})
    producer.init_transactions(10)
    return producer


def write(producer, place, *values):
    producer.begin_transaction()
    for value in values:
        producer.produce(place.log, value, b"k", 0, on_delivery=lambda *_: None)
    producer.flush(10)


def reading(place, isolation="read_committed", offset=0):
    consumer = place.consumer(reader_settings(f"{place.log}-group", isolation))
    consumer.assign([TopicPartition(place.log, 0, offset)])
    return consumer


def until_end(consumer):
    """Return values up to the next end of the partition, and the offset there."""
    found = []
    deadline = time.monotonic() + 20
    while True:
        assert time.monotonic() < deadline
        for record in polled(consumer, 100, 0.1):
            if is_end(record):
                return found, position_after(record)
            found.append(record.value())


def ends(place):
    found = []
    for isolation in ("read_committed", "read_uncommitted"):
        consumer = reading(place, isolation)
        found.append(watermarks(consumer, place.log, 0, 10)[1])
        consumer.close()
    return tuple(found)


def test_an_aborted_record_is_skipped_and_the_end_lies_behind_the_markers(place):
    """Committed, aborted: one value is seen, and four offsets are passed."""
    producer = transactional(place)
    write(producer, place, b"a")
    producer.commit_transaction(10)
    write(producer, place, b"b")
    producer.abort_transaction(10)
    consumer = reading(place)
    assert until_end(consumer) == ([b"a"], 4)
    consumer.close()


def test_an_open_transaction_holds_the_committed_end_only(place):
    """A read_committed reader stops before it; the very last offset lies behind it."""
    producer = transactional(place)
    write(producer, place, b"a")
    assert ends(place) == (0, 1)
    producer.commit_transaction(10)
    assert ends(place) == (2, 2)


def test_the_end_is_told_again_after_each_record(place):
    """A reader that waits at the end learns of the next one."""
    producer = transactional(place)
    consumer = reading(place)
    assert until_end(consumer) == ([], 0)
    write(producer, place, b"a")
    producer.commit_transaction(10)
    assert until_end(consumer) == ([b"a"], 2)
    consumer.close()


def test_taking_over_a_transactional_id_aborts_what_was_left_open(place):
    """The first owner is fenced, and what it wrote is never seen."""
    first = transactional(place)
    write(first, place, b"a")
    second = transactional(place)
    with pytest.raises(KafkaException) as fenced:
        first.commit_transaction(10)
    assert fenced.value.args[0].fatal()
    write(second, place, b"b")
    second.commit_transaction(10)
    consumer = reading(place)
    assert until_end(consumer)[0] == [b"b"]
    consumer.close()


def member(place, assigned):
    def on_assign(consumer, partitions):
        consumer.assign([])
        assigned.append([each.partition for each in partitions])

    settings = {
        **reader_settings(f"{place.log}-group", "read_committed"),
        "session.timeout.ms": 2_000,
        "heartbeat.interval.ms": 500,
        "partition.assignment.strategy": "range",
    }
    consumer = place.consumer(settings)
    consumer.subscribe([place.log], on_assign=on_assign, on_revoke=lambda *_: None, on_lost=lambda *_: None)
    return consumer


def test_progress_of_a_past_generation_is_refused(place):
    """Once the group went on without it, a member's offsets cannot be committed with its records."""
    assigned, others = [], []
    consumer = member(place, assigned)
    deadline = time.monotonic() + 20
    while not assigned and time.monotonic() < deadline:
        consumer.poll(0.1)
    assert assigned == [[0]]
    past = consumer.consumer_group_metadata()
    other = member(place, others)
    while not others and time.monotonic() < deadline:
        consumer.poll(0.05)
        other.poll(0.05)
    producer = transactional(place)
    write(producer, place, b"a")
    with pytest.raises(KafkaException) as refused:
        producer.send_offsets_to_transaction([TopicPartition(place.log, 0, 1)], past, 10)
    assert refused.value.args[0].code() in (KafkaError.ILLEGAL_GENERATION, KafkaError.UNKNOWN_MEMBER_ID)
    producer.abort_transaction(10)
    consumer.close()
    other.close()


def test_reading_to_the_end_waits_for_what_is_committed_meanwhile(place):
    """The transaction that is open at the call is part of what is read, once it is decided."""
    producer = transactional(place)
    write(producer, place, b"a")
    decided = []

    def progress():
        if not decided:
            producer.commit_transaction(10)
        decided.append(1)

    batches = read_to_end(
        place.consumer, place.log, [0], group="g", delivery=Delivery.EXACTLY_ONCE, timeout_s=20, progress=progress
    )
    assert [record.value() for records in batches for record in records] == [b"a"]
