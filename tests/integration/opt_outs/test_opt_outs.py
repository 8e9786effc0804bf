"""Opt-outs on real brokers: what was asked for before the start is effective before the first decision."""

import asyncio
import math
import statistics
import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from pipeline.consent.opt_outs import OptOutList, encode_entry
from pipeline.event.dead_letter import decode, unseal
from pipeline.event.privacy_request import Choice
from tests.unit.streaming.worlds import KEYS, entry, list_key, request, wait_for

SAM = list_key()
EVERYTHING = ("analytics", "quality")


def ready(reader, opt_outs, timeout_s=40):
    asyncio.run(reader.wait_until_ready(opt_outs, timeout_s=timeout_s))


def out(opt_outs, key=SAM):
    return opt_outs.excluded([key], EVERYTHING) == set(EVERYTHING)


def caught_up(reader):
    return reader.lag_s(time.monotonic()) == 0


@pytest.mark.parametrize("translator_first", [True, False])
def test_a_request_of_before_the_start_is_effective_before_ready(place, running, fatal, translator_first):
    """Nobody ran when it was published; whichever part of the worker starts first, ready means it counts."""
    place.publish(place.settings.topics.requests, [("any key", request(1))])
    reader, translator = place.reader(fatal), place.translator(fatal)
    for part in (translator, reader) if translator_first else (reader, translator):
        running(part)
    opt_outs = OptOutList()
    ready(reader, opt_outs)
    assert out(opt_outs)
    assert caught_up(reader)


def test_a_restart_knows_what_was_decided_before(place, running, fatal):
    """Out, then in, then a restart: the new worker holds the latest choice, and an older one does not undo it."""
    requests = place.settings.topics.requests
    first = running(place.translator(fatal))
    place.publish(requests, [("1", request(1)), ("2", request(2, choice="in", minute=10))])
    wait_for(lambda: first.accepted == 2, "two translations")
    first.stop()
    place.publish(requests, [("3", request(3, minute=5))])
    running(place.translator(fatal))
    reader = running(place.reader(fatal))
    opt_outs = OptOutList()
    ready(reader, opt_outs)
    assert opt_outs.holds(SAM)
    assert not opt_outs.excluded([SAM], EVERYTHING)
    assert sorted(result.request_id for result in place.results()) == ["r1", "r2", "r3"]


def test_a_tie_means_out_in_whatever_order(place, running, fatal):
    """Two requests of the same instant, in both orders of arrival."""
    mia = list_key("mia@example.com")
    place.publish(
        place.settings.topics.requests,
        [
            ("1", request(1)),
            ("2", request(2, choice="in")),
            ("3", request(3, choice="in", identifier="mia@example.com")),
            ("4", request(4, identifier="mia@example.com")),
        ],
    )
    running(place.translator(fatal))
    reader = running(place.reader(fatal))
    opt_outs = OptOutList()
    ready(reader, opt_outs)
    assert out(opt_outs)
    assert out(opt_outs, mia)


def test_a_broken_request_stops_nobody(place, running, fatal):
    """Garbage before and after a good request: two dead letters, two refusals, and the good one counts."""
    requests = place.settings.topics.requests
    place.publish(
        requests,
        [(None, b'{"identifier": "sam@exa'), ("1", request(1)), ("x", None), ("2", request(2, tenant="nobody"))],
    )
    translator = running(place.translator(fatal))
    reader = running(place.reader(fatal))
    opt_outs = OptOutList()
    ready(reader, opt_outs)
    assert out(opt_outs)
    wait_for(lambda: sum(translator.refused.values()) == 3, "three refusals")
    assert sorted(result.request_id for result in place.results()) == ["", "", "r1", "r2"]
    letters = place.read(place.settings.topics.dead_letters)
    assert unseal(decode(letters[0][1]), KEYS).value == b'{"identifier": "sam@exa'
    topics = place.settings.topics
    written = [*letters, *place.read(topics.opt_outs), *place.read(topics.request_results)]
    assert b"sam@" not in b"".join(part or b"" for record in written for part in record)


def test_a_request_without_a_translator_is_a_lag_and_holds_readiness(place, running, fatal):
    """With the translators gone the list looks current but is not: the lag says so until one is back."""
    translator = running(place.translator(fatal))
    reader = running(place.reader(fatal))
    opt_outs = OptOutList()
    assert reader.lag_s(time.monotonic()) == math.inf
    ready(reader, opt_outs)
    wait_for(lambda: caught_up(reader), "no lag")
    translator.stop()
    place.publish(place.settings.topics.requests, [("1", request(1))])
    wait_for(lambda: reader.lag_s(time.monotonic()) > 1, "the lag to grow")
    running(place.translator(fatal, "1"))
    wait_for(lambda: caught_up(reader), "the lag to end")
    reader.drain_into(opt_outs)
    assert out(opt_outs)


@pytest.mark.alone
def test_from_request_to_effect_in_a_second(place, running, fatal):
    """p99 of 1 s from the broker's timestamp of a request to its effect, while requests keep coming."""
    translator = running(place.translator(fatal))
    reader = running(place.reader(fatal))
    opt_outs = OptOutList()
    ready(reader, opt_outs)
    wait_for(lambda: translator.settled, "the translator to join")
    producer = place.producer({})
    waiting, took_s = {}, []
    for number in range(300):
        address = f"person{number}@example.com"
        waiting[list_key(address)] = time.time()
        producer.produce(place.settings.topics.requests, request(number, identifier=address), str(number), 0)
        deadline = time.monotonic() + 0.01  # about a hundred requests a second
        while time.monotonic() < deadline or (number == 299 and waiting):
            producer.poll(0.002)
            reader.drain_into(opt_outs)
            now = time.time()
            took_s += [now - waiting.pop(key) for key in list(waiting) if opt_outs.holds(key)]
            assert now - min(waiting.values(), default=now) < 20, "a request took no effect"
    assert len(took_s) == 300
    assert statistics.quantiles(took_s, n=100)[98] < 1.0


@pytest.mark.kafka
def test_entries_of_an_aborted_transaction_never_count(kafka_place, running, fatal):
    """A translator that died between writing and committing has changed nothing."""
    place = kafka_place
    opt_outs_topic = place.settings.topics.opt_outs
    dying = place.producer({"transactional.id": "dying", "transaction.timeout.ms": 10_000})
    dying.init_transactions(10)
    dying.begin_transaction()
    dying.produce(opt_outs_topic, encode_entry(entry(Choice.OUT)), SAM, 0)
    dying.flush(10)
    running(place.translator(fatal))
    reader = running(place.reader(fatal))
    successor = place.producer({"transactional.id": "dying"})
    successor.init_transactions(10)
    opt_outs = OptOutList()
    ready(reader, opt_outs)
    assert not opt_outs.holds(SAM)


def test_a_null_and_garbage_on_the_list_mean_out(place, running, fatal):
    """Whoever wrote them: the key is out of every purpose, and a request for one purpose does not lift the rest."""
    topics = place.settings.topics
    ben = list_key("ben@example.com")
    place.publish(topics.opt_outs, [(SAM, None), (ben, b"garbage")])
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    place.publish(topics.requests, [("1", request(1, choice="in", requested_at=later, purposes=["quality"]))])
    running(place.translator(fatal))
    reader = running(place.reader(fatal))
    opt_outs = OptOutList()
    ready(reader, opt_outs)
    assert out(opt_outs, ben)
    assert opt_outs.excluded([SAM], EVERYTHING) == {"analytics"}
    assert msgspec.json.decode(place.read(topics.opt_outs)[-1][1])["decisions"]["*"]["source"] == "unreadable"


def test_a_translator_stopped_while_it_joins_leaves_the_group_usable(place, running, fatal):
    """A worker that is stopped in its first moments does not keep the next one from translating."""
    running(place.translator(fatal)).stop()
    place.publish(place.settings.topics.requests, [("1", request(1))])
    successor = running(place.translator(fatal, "1"))
    wait_for(lambda: successor.accepted == 1, "the successor to translate")
