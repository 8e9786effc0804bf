"""The workload: the same for every contestant and every run, and new customers when the conversations start again."""

import msgspec

from pipeline.bench.workload import CONCURRENT_CONVERSATIONS, TENANT, records
from pipeline.corpora import bundled
from pipeline.event.conversation_event import decode

TURNS = sum(len(conversation.turns) for conversation in bundled())


def test_two_runs_read_the_same_records():
    assert records(500) == records(500)


def test_a_longer_workload_begins_with_the_shorter_one():
    assert records(700)[:500] == records(500)


def test_every_record_is_an_event_under_its_conversations_key():
    for record in records(500):
        event = decode(record.value).event
        assert event.tenant == TENANT
        assert event.conversation_id.encode() == record.key
        assert event.text == record.text


def test_turns_of_one_conversation_stay_in_their_order():
    last: dict[bytes, int] = {}
    for record in records(5_000):
        sequence = decode(record.value).event.sequence
        assert sequence == last.get(record.key, -1) + 1
        last[record.key] = sequence


def test_many_conversations_run_at_once():
    assert len({record.key for record in records(CONCURRENT_CONVERSATIONS)}) == CONCURRENT_CONVERSATIONS


def test_conversations_that_start_again_are_new_ones_of_new_customers():
    """Otherwise the second time round would be answered from memory."""
    workload = records(TURNS + 2_000)
    first, again = workload[:2_000], workload[TURNS:]
    assert not {record.key for record in first} & {record.key for record in again}
    customers = [
        {msgspec.json.decode(record.value)["subject"]["customer_id"] for record in part} for part in (first, again)
    ]
    assert not customers[0] & customers[1]


def test_a_record_does_not_show_its_text():
    record = records(1)[0]
    assert record.text not in repr(record)
