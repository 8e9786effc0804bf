"""Reading partitions: what counts as their end, and what a client's errors mean."""

from types import SimpleNamespace

import pytest
from confluent_kafka import KafkaError, KafkaException

from pipeline.errors import Misconfigured, Unavailable
from pipeline.settings import Delivery
from pipeline.streaming.partition_log import (
    demand_single_partition,
    is_failure,
    polled,
    position_after,
    read_to_end,
    reader_settings,
    watermarks,
)
from tests.unit.streaming.memory_broker import Entry, MemoryBroker, Record

END = KafkaError(KafkaError._PARTITION_EOF)
FORBIDDEN = KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)


@pytest.fixture
def broker():
    made = MemoryBroker()
    made.create("log", 2)
    return made


def asker(broker):
    return broker.consumer(reader_settings("g", "read_uncommitted"))


def values(broker, **options):
    batches = read_to_end(
        broker.consumer, "log", [0, 1], group="g", delivery=Delivery.EXACTLY_ONCE, **{"timeout_s": 5, **options}
    )
    return [(record.partition(), record.value()) for records in batches for record in records]


def test_reads_each_partition_in_order_and_frees_its_clients(broker):
    """Thousands of records over two partitions: all of them, in the order of each."""
    for number in range(12_000):
        broker.append("log", str(number), partition=number % 2)
    found = values(broker)
    for partition in (0, 1):
        assert [int(value) for place, value in found if place == partition] == list(range(partition, 12_000, 2))
    assert broker.open_clients == 0


def test_a_partition_whose_leader_moves_is_asked_for_again(broker):
    """A new topic has no leader for a moment; that is no reason to fail."""
    broker.append("log", b"a")
    broker.failures["get_watermark_offsets"] = [KafkaError(KafkaError.NOT_LEADER_FOR_PARTITION)] * 2
    assert values(broker) == [(0, b"a")]


def test_no_answer_until_the_deadline_is_unavailable(broker):
    """The clients are freed, and nothing that was read counts."""
    broker.answers = False
    with pytest.raises(Unavailable, match="log-0"):
        values(broker, timeout_s=0.01)
    assert broker.open_clients == 0


def test_the_position_lies_behind_a_record_and_at_an_end():
    """An end names the offset that comes next, a record its own."""
    assert position_after(Record("log", 0, 7, Entry(None, None, 0))) == 8
    assert position_after(Record("log", 0, 7, error=END)) == 7


def test_errors_that_pass_are_failures_to_skip_and_fatal_ones_end_the_reader():
    """A record and an end are no failures."""
    assert not is_failure(Record("log", 0, 7, Entry(None, None, 0)))
    assert not is_failure(Record("log", 0, 7, error=END))
    assert is_failure(Record("", -1, -1, error=KafkaError(KafkaError._TRANSPORT)))
    with pytest.raises(KafkaException):
        is_failure(Record("", -1, -1, error=KafkaError(KafkaError._FATAL, "", True, False, False)))


@pytest.mark.parametrize("code", [KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED])
def test_a_missing_right_ends_the_reader(code):
    """Waiting does not help; the error says what to grant."""
    with pytest.raises(Misconfigured, match=r"log: .*_AUTHORIZATION_FAILED; grant"):
        is_failure(Record("log", -1, -1, error=KafkaError(code)))


def test_a_missing_right_is_no_missing_answer(broker):
    """To an end that may not be asked for, and to a topic that may not be seen."""
    broker.failures["get_watermark_offsets"] = [FORBIDDEN]
    with pytest.raises(Misconfigured, match="log: TOPIC_AUTHORIZATION_FAILED"):
        values(broker)
    broker.failures["list_topics"] = [FORBIDDEN]
    with pytest.raises(Misconfigured, match="log: TOPIC_AUTHORIZATION_FAILED"):
        demand_single_partition(asker(broker), "log", 1)
    found = SimpleNamespace(topics={"log": SimpleNamespace(partitions={}, error=FORBIDDEN)})
    with pytest.raises(Misconfigured, match="log: TOPIC_AUTHORIZATION_FAILED"):
        demand_single_partition(SimpleNamespace(list_topics=lambda *_, **__: found), "log", 1)


def test_polling_takes_what_is_there_and_waits_for_the_first_only(broker):
    """Up to the bound, and nothing where nothing is."""
    consumer = broker.consumer({**reader_settings("g", "read_uncommitted"), "enable.partition.eof": False})
    consumer.assign([SimpleNamespace(topic="log", partition=0, offset=0)])
    assert polled(consumer, 10, 0.01) == ()
    for number in range(5):
        broker.append("log", str(number))
    assert len(polled(consumer, 3, 1)) == 3
    assert len(polled(consumer, 1, 1)) == 1
    assert len(polled(consumer, 3, 1)) == 1


def test_who_leads_is_asked_for_when_the_end_cannot_be():
    """By itself a client that reads nothing would ask the broker that died for minutes."""
    asked = []

    def refuse(*_: object, **__: object) -> None:
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT))

    client = SimpleNamespace(get_watermark_offsets=refuse, list_topics=lambda topic, **_: asked.append(topic))
    with pytest.raises(Unavailable, match="_TIMED_OUT"):
        watermarks(client, "log", 0, 1.0)
    assert asked == ["log"]


def test_an_unanswered_question_is_unavailable():
    """The client says so by returning nothing."""
    silent = SimpleNamespace(get_watermark_offsets=lambda *_, **__: None)
    with pytest.raises(Unavailable, match="no answer"):
        watermarks(silent, "log", 0, 1.0)


def test_a_topic_of_one_partition_is_demanded(broker):
    """None and two are refused with a remedy; brokers that do not answer are another matter."""
    broker.create("single")
    demand_single_partition(asker(broker), "single", 1)
    with pytest.raises(Misconfigured, match="has 2"):
        demand_single_partition(asker(broker), "log", 1)
    with pytest.raises(Misconfigured, match="topics create"):
        demand_single_partition(asker(broker), "absent", 1)
    broker.answers = False
    with pytest.raises(Unavailable):
        demand_single_partition(asker(broker), "single", 1)


def test_a_topic_that_cannot_be_described_is_unavailable():
    """An error of the topic other than its absence may pass."""
    error = KafkaError(KafkaError.LEADER_NOT_AVAILABLE)
    found = SimpleNamespace(topics={"log": SimpleNamespace(partitions={}, error=error)})
    with pytest.raises(Unavailable, match="LEADER_NOT_AVAILABLE"):
        demand_single_partition(SimpleNamespace(list_topics=lambda *_, **__: found), "log", 1)
