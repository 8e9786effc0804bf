"""The request translator: each request takes effect once, through failures, takeovers and fences."""

from dataclasses import replace

import msgspec
import pytest
from confluent_kafka import KafkaError

from pipeline.consent.opt_outs import encode_entry, is_out
from pipeline.errors import InvariantBroken, Misconfigured, Reason
from pipeline.event.privacy_request import Choice, RequestResult, decode_entry
from pipeline.settings import Delivery, Settings
from pipeline.streaming.request_translator import RequestTranslator
from tests.unit.streaming.memory_broker import MemoryBroker
from tests.unit.streaming.worlds import KEYS, NOON, entry, list_key, policy, request, wait_for

LIST, REQUESTS, RESULTS = "privacy.opt-outs", "privacy.requests", "privacy.request-results"
LETTERS = "support.conversations.dead-letters"
PROGRESS = ("redaction-requests", REQUESTS, 0)
RETRIABLE = KafkaError(KafkaError._TIMED_OUT, "", False, True, False)
ABORTABLE = KafkaError(KafkaError.CONCURRENT_TRANSACTIONS, "", False, False, True)
FENCED = KafkaError(KafkaError._FENCED, "", True, False, False)


@pytest.fixture
def broker():
    made = MemoryBroker()
    for topic in (LIST, REQUESTS, RESULTS, LETTERS):
        made.create(topic)
    return made


@pytest.fixture
def start(broker):
    """Start a translator; `slot` names its worker."""
    started = []

    def begin(slot="0", delivery=Delivery.EXACTLY_ONCE, current_policy=policy):
        fatal = []
        base = Settings()
        settings = replace(base, kafka=replace(base.kafka, delivery=delivery), worker=replace(base.worker, slot=slot))
        translator = RequestTranslator(
            broker.consumer,
            broker.producer,
            settings=settings,
            keys=KEYS,
            policy=current_policy,
            on_fatal=fatal.append,
        )
        translator.fatal = fatal
        started.append(translator)
        translator.start()
        return translator

    yield begin
    for translator in started:
        translator.stop()
    assert broker.open_clients == 0


def results(broker):
    return [msgspec.json.decode(value, type=RequestResult) for _, value in broker.records(RESULTS)]


def translated_up_to(broker, offset):
    wait_for(lambda: broker.committed.get(PROGRESS) == offset, f"progress {offset}")


def current(broker, key=None):
    entries = dict(broker.records(LIST))
    return decode_entry(entries[(key or list_key()).encode()])


@pytest.mark.parametrize("delivery", list(Delivery))
def test_requests_become_entries_answers_and_dead_letters(broker, start, delivery):
    """Whatever the record's key says; counted when committed."""
    broker.append(REQUESTS, request(1), key="not-the-request-id")
    broker.append(REQUESTS, b"garbage")
    broker.append(REQUESTS, request(3, tenant="other"))
    broker.append(REQUESTS, request(4, choice="in", minute=1), timestamp_ms=int(NOON.timestamp() * 1000))
    translator = start(delivery=delivery)
    translated_up_to(broker, 4)
    assert not is_out(current(broker), "analytics")
    assert [result.accepted for result in results(broker)] == [True, False, False, True]
    assert len(broker.records(LETTERS)) == 2
    wait_for(lambda: translator.accepted == 2, "the counts")
    assert translator.refused == {Reason.REQUEST_REFUSED: 1, Reason.UNKNOWN_TENANT: 1}
    assert translator.translating
    assert translator.alive
    assert translator.busy_s(0.0) == 0


def test_a_new_translator_builds_on_what_its_predecessors_wrote(broker, start):
    """The whole list is read before the first request: an earlier opt-in does not lift a later opt-out."""
    broker.append(LIST, encode_entry(entry(Choice.OUT, minute=10)), list_key())
    broker.append(REQUESTS, request(1, choice="in", minute=5))
    start()
    translated_up_to(broker, 1)
    assert is_out(current(broker), "analytics")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("send_offsets_to_transaction", RETRIABLE),
        ("commit_transaction", RETRIABLE),
        ("send_offsets_to_transaction", ABORTABLE),
        ("commit_transaction", ABORTABLE),
        ("commit_transaction", FENCED),
        ("init_transactions", RETRIABLE),
        ("init_transactions", ABORTABLE),
        ("committed", RETRIABLE),
        ("get_watermark_offsets", RETRIABLE),
        ("list_topics", RETRIABLE),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name(),
)
def test_a_failure_loses_and_doubles_nothing(broker, start, call, error):
    """Aborted, begun again from what is committed, and each request answered once."""
    for number in range(3):
        broker.append(REQUESTS, request(number, minute=number))
    broker.failures[call] = [error]
    translator = start()
    translated_up_to(broker, 3)
    assert [result.request_id for result in results(broker)] == ["r0", "r1", "r2"]
    assert not broker.failures[call]
    assert not translator.fatal


def test_an_abort_that_fails_too_gets_a_new_producer(broker, start):
    """Neither the failed write nor the failed abort stays behind."""
    broker.append(REQUESTS, request(1))
    broker.failures["commit_transaction"] = [ABORTABLE]
    broker.failures["abort_transaction"] = [ABORTABLE]
    start()
    translated_up_to(broker, 1)
    assert len(results(broker)) == 1


@pytest.mark.parametrize("call", ["produce", "commit"])
def test_without_transactions_a_failure_repeats_until_acknowledged(broker, start, call):
    """At least once: the entry is the same, and progress comes last."""
    broker.append(REQUESTS, request(1))
    broker.failures[call] = [KafkaError(KafkaError._MSG_TIMED_OUT)]
    start(delivery=Delivery.AT_LEAST_ONCE)
    translated_up_to(broker, 1)
    assert is_out(current(broker), "analytics")
    assert {result.request_id for result in results(broker)} == {"r1"}


def test_one_translator_at_a_time_and_the_next_takes_over(broker, start):
    """Two workers: one translates; when it leaves, the other goes on with all that was written."""
    first = start("0")
    wait_for(lambda: first.translating, "the first translator")
    second = start("1")
    broker.append(REQUESTS, request(1, minute=10))
    translated_up_to(broker, 1)
    first.stop()
    wait_for(lambda: second.translating, "the second translator")
    broker.append(REQUESTS, request(2, choice="in", minute=5))
    translated_up_to(broker, 2)
    assert is_out(current(broker), "analytics")
    assert [result.request_id for result in results(broker)] == ["r1", "r2"]


def test_a_translator_of_a_past_generation_is_fenced(broker, start):
    """Its write fails with the group's generation; the request is translated once, in the new one."""
    translator = start()
    wait_for(lambda: translator.translating, "the translator")
    with broker.lock:
        broker.append(REQUESTS, request(1))
        broker.evict(broker.members["redaction-requests"][0])
    translated_up_to(broker, 1)
    assert [result.request_id for result in results(broker)] == ["r1"]


def test_the_end_of_the_partition_counts_as_progress(broker, start):
    """Behind the last request may stand what is no request: without progress past it the list would look behind."""
    producer = broker.producer({"transactional.id": "publisher"})
    producer.init_transactions(1)
    producer.begin_transaction()
    producer.produce(REQUESTS, request(1), "r1", 0, None)
    producer.commit_transaction(1)
    start()
    translated_up_to(broker, 2)


def test_a_slot_used_twice_ends_the_worker(broker, start):
    """Producers that are fenced one after the other: somebody else uses the name, and going on would help nobody."""
    broker.append(REQUESTS, request(1))
    broker.failures["commit_transaction"] = [FENCED] * 50
    translator = start()
    wait_for(lambda: translator.fatal, "the end")
    assert isinstance(translator.fatal[0], InvariantBroken)
    wait_for(lambda: not translator.alive, "the thread to end")
    assert broker.records(RESULTS) == []


@pytest.mark.parametrize("call", ["init_transactions", "committed", "commit_transaction"])
def test_a_right_that_is_missing_ends_the_worker(broker, start, call):
    """Beginning again would not help, and nobody would look into the log."""
    broker.append(REQUESTS, request(1))
    broker.failures[call] = [KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)]
    translator = start()
    wait_for(lambda: translator.fatal, "the end")
    assert isinstance(translator.fatal[0], Misconfigured)
    assert "TOPIC_AUTHORIZATION_FAILED; grant" in str(translator.fatal[0])


def test_a_list_of_two_partitions_is_refused(start, broker):
    """Writing to partition 0 of two would hide nothing from readers, but order demands one."""
    broker.create(LIST, 2)
    translator = start()
    wait_for(lambda: translator.fatal, "the refusal")
    assert isinstance(translator.fatal[0], Misconfigured)


def test_a_policy_change_is_seen_by_the_next_request(broker, start):
    """The current policy is asked for each batch: a tenant that leaves it is refused from then on."""
    policies = [policy()]
    translator = start(current_policy=lambda: policies[-1])
    broker.append(REQUESTS, request(1))
    translated_up_to(broker, 1)
    policies.append(replace(policy(), tenants=frozenset()))
    broker.append(REQUESTS, request(2))
    translated_up_to(broker, 2)
    wait_for(lambda: translator.refused == {Reason.UNKNOWN_TENANT: 1}, "the refusal")
    assert translator.accepted == 1
