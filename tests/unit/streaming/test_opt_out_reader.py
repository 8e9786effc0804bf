"""The opt-out reader: ready only when everything present at start is effective, behind means a lag above zero."""

import asyncio
import math
import threading
import time

import pytest
from confluent_kafka import KafkaError, KafkaException

from pipeline.consent.opt_outs import OptOutList, encode_entry
from pipeline.errors import Misconfigured, Unavailable
from pipeline.settings import Settings
from pipeline.streaming.opt_out_reader import HANDED_OVER_RECORDS_MAX, Backlog, OptOutReader
from tests.unit.streaming.memory_broker import MemoryBroker
from tests.unit.streaming.worlds import entry, request, wait_for

LIST, REQUESTS = "privacy.opt-outs", "privacy.requests"
PROGRESS = ("redaction-requests", REQUESTS, 0)


@pytest.fixture
def broker():
    made = MemoryBroker()
    made.create(LIST)
    made.create(REQUESTS)
    return made


@pytest.fixture
def reader(broker):
    fatal = []
    made = OptOutReader(broker.consumer, settings=Settings(), on_fatal=fatal.append)
    yield made
    made.stop()
    assert not fatal
    assert broker.open_clients == 0


def ready(reader, opt_outs, timeout_s=10):
    asyncio.run(reader.wait_until_ready(opt_outs, timeout_s=timeout_s))


def test_what_stands_on_the_list_is_effective_before_ready(broker, reader):
    """An entry, a null and an unreadable value are all applied, with the position they were read up to."""
    for key, value in (("a", encode_entry(entry())), ("b", None), ("c", b"?"), (None, b"names nobody")):
        broker.append(LIST, value, key)
    reader.start()
    opt_outs = OptOutList()
    ready(reader, opt_outs)
    assert all(opt_outs.excluded([key], ["analytics"]) for key in "abc")
    assert (len(opt_outs), opt_outs.position) == (3, 3)
    assert reader.lag_s(time.monotonic()) == 0


def test_an_empty_list_is_ready_at_once(reader):
    """No record and no request is no wait."""
    reader.start()
    opt_outs = OptOutList()
    ready(reader, opt_outs)
    assert len(opt_outs) == 0


def test_not_ready_before_the_requests_present_at_start_are_translated(broker, reader):
    """A request of before the start counts though its translator comes later; one of after the start does not."""
    broker.append(REQUESTS, request(1))
    reader.start()
    opt_outs = OptOutList()
    with pytest.raises(Unavailable, match="not translated in time"):
        ready(reader, opt_outs, timeout_s=0.3)
    broker.append(REQUESTS, request(2))
    broker.append(LIST, None, "a")
    broker.committed[PROGRESS] = 1
    ready(reader, opt_outs)
    assert opt_outs.holds("a")


def test_not_ready_before_the_translations_transaction_is_readable(broker, reader):
    """Progress may be visible a moment before the entry that it vouches for: the end is the very last offset."""
    producer = broker.producer({"transactional.id": "t"})
    producer.init_transactions(1)
    producer.begin_transaction()
    producer.produce(LIST, None, "a", 0, None)
    reader.start()
    opt_outs = OptOutList()
    with pytest.raises(Unavailable, match="not read to its end"):
        ready(reader, opt_outs, timeout_s=0.3)
    producer.commit_transaction(1)
    ready(reader, opt_outs)
    assert opt_outs.holds("a")


def test_the_list_changes_between_batches_only(broker, reader):
    """What comes in waits until the worker asks for it."""
    reader.start()
    opt_outs = OptOutList()
    ready(reader, opt_outs)
    broker.append(LIST, None, "a")
    wait_for(lambda: reader._position == 1, "the new record to be read")
    assert not opt_outs.holds("a")
    assert reader.drain_into(opt_outs) == 1
    assert opt_outs.holds("a")


def test_a_long_list_is_handed_over_in_bounded_parts(broker, reader):
    """The reader does not pile up what the worker has not taken, and nothing is lost by waiting."""
    count = 3 * HANDED_OVER_RECORDS_MAX
    for number in range(count):
        broker.append(LIST, None, str(number))
    reader.start()
    wait_for(lambda: len(reader._handed_over) >= HANDED_OVER_RECORDS_MAX, "the queue to fill")
    assert len(reader._handed_over) < 2 * HANDED_OVER_RECORDS_MAX
    opt_outs = OptOutList()
    ready(reader, opt_outs)
    assert len(opt_outs) == count


def test_a_request_that_nobody_translates_is_a_lag(broker, reader):
    """A dead translator pauses intake as surely as a dead list; translation ends the lag."""
    reader.start()
    ready(reader, OptOutList())
    broker.append(REQUESTS, request(1))
    wait_for(lambda: reader.lag_s(time.monotonic()) > 0.2, "the lag to show")
    assert reader.requests_pending == 1
    broker.committed[PROGRESS] = 1
    wait_for(lambda: reader.lag_s(time.monotonic()) == 0, "the lag to end")
    assert reader.requests_pending == 0


def test_brokers_that_do_not_answer_are_a_lag(broker, reader):
    """What cannot be known does not count as caught up."""
    reader.start()
    ready(reader, OptOutList())
    broker.answers = False
    wait_for(lambda: reader.lag_s(time.monotonic()) > 2, "the lag to show")
    broker.answers = True
    wait_for(lambda: reader.lag_s(time.monotonic()) == 0, "the lag to end")


@pytest.mark.parametrize("topic", [LIST, REQUESTS])
@pytest.mark.parametrize("partitions", [0, 2])
def test_a_topic_without_exactly_one_partition_is_refused(topic, partitions):
    """Order is the order of decisions; two partitions have none."""
    broker = MemoryBroker()
    broker.create({LIST: REQUESTS, REQUESTS: LIST}[topic])
    broker.create(topic, partitions)
    fatal = []
    reader = OptOutReader(broker.consumer, settings=Settings(), on_fatal=fatal.append)
    reader.start()
    with pytest.raises(Misconfigured, match=topic):
        ready(reader, OptOutList())
    reader.stop()
    assert isinstance(fatal[0], Misconfigured)
    assert reader.lag_s(time.monotonic()) == math.inf


@pytest.mark.parametrize("call", ["get_watermark_offsets", "committed"])
def test_a_right_that_is_missing_ends_the_reader(broker, call):
    """A worker without it would wait for ever, and read nothing."""
    broker.failures[call] = [KafkaError(KafkaError.GROUP_AUTHORIZATION_FAILED)]
    fatal = []
    reader = OptOutReader(broker.consumer, settings=Settings(), on_fatal=fatal.append)
    reader.start()
    with pytest.raises(Misconfigured, match="GROUP_AUTHORIZATION_FAILED; grant"):
        ready(reader, OptOutList())
    reader.stop()
    assert isinstance(fatal[0], Misconfigured)


def test_a_reader_that_breaks_tells_the_worker(broker):
    """A fatal error of the client ends the thread visibly, and the lag is infinite from then on."""
    consumers, fatal, told = [], [], threading.Event()

    def make(settings):
        consumers.append(broker.consumer(settings))
        return consumers[-1]

    def on_fatal(failure):
        fatal.append(failure)
        told.set()

    reader = OptOutReader(make, settings=Settings(), on_fatal=on_fatal)
    reader.start()
    ready(reader, OptOutList())
    consumers[0].events.append(KafkaError(KafkaError._ALL_BROKERS_DOWN))
    consumers[0].events.append(KafkaError(KafkaError._FATAL, "", True, False, False))
    assert told.wait(10)
    assert isinstance(fatal[0], KafkaException)
    wait_for(lambda: not reader.alive, "the thread to end")
    assert reader.lag_s(time.monotonic()) == math.inf


def test_a_backlog_is_as_old_as_its_oldest_unread_offset():
    """A steady stream that is read in time is no lag, however long it lasts."""
    backlog = Backlog()
    for second in range(100):
        backlog.observed(second, float(second))
        backlog.reached(second - 1)
        assert backlog.lag_s(second) <= 1
    backlog.reached(99)
    assert backlog.lag_s(99.0) == 0
    backlog.observed(120, 100.0)
    backlog.observed(130, 107.0)
    assert backlog.lag_s(108.0) == 8
    backlog.reached(120)
    assert backlog.lag_s(108.0) == 1


def test_a_backlog_of_many_marks_stays_bounded_and_never_looks_younger():
    """Too many observations to keep apart: the age of the oldest holds."""
    backlog = Backlog()
    for number in range(10_000):
        backlog.observed(number + 1, float(number))
    assert len(backlog._marks) <= 4_096
    assert backlog.lag_s(9_999.0) == 9_999
    backlog.reached(9_999)
    assert backlog.lag_s(9_999.0) > 0
    backlog.reached(10_000)
    assert backlog.lag_s(9_999.0) == 0
