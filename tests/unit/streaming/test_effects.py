"""What is written for an outcome, and in which order."""

import dataclasses

import pytest

from pipeline.consent.opt_outs import OptOutList
from pipeline.event.privacy_request import IdentifierKind
from pipeline.event.records import Position, SourceRecord
from pipeline.event.replay import replay_header
from pipeline.flow.local import StatesInMemory
from pipeline.flow.redact_batch import redact_batch
from pipeline.settings import Delivery, KafkaSettings, Settings
from pipeline.streaming.effects import Effects
from tests.support.events import CONVERSATION, analytics_rules, event_bytes

RULES = analytics_rules()
GPC = {"signals": {"gpc": True}}  # withheld from analytics, published for quality


def effects(delivery):
    return Effects(dataclasses.replace(Settings(), kafka=KafkaSettings(delivery=delivery)))


def writes(value, delivery=Delivery.EXACTLY_ONCE, replay_of=None):
    """Return (topic's last word, is tombstone) of each write for one record."""
    key = CONVERSATION.encode()
    header = None if replay_of is None else replay_header(replay_of, key, value, RULES.keys)
    record = SourceRecord(Position("t", 0, 9, 900), key, value, header)
    (outcome,) = redact_batch([record], StatesInMemory(), OptOutList(), RULES)
    return [(write.topic.rsplit(".", 1)[-1], write.value is None) for write in effects(delivery).writes(outcome)]


def test_outputs_come_before_the_receipt():
    """A receipt never promises what is not yet written."""
    assert writes(event_bytes("hi")) == [("analytics", False), ("quality", False), ("receipts", False)]


def test_a_dead_letter_comes_before_its_receipt():
    """Nothing else is written for a record that is rejected."""
    assert writes(b"garbage") == [("dead-letters", False), ("receipts", False)]


def test_amendments_come_after_the_outputs_and_before_the_receipt():
    """To the topics and under the keys of what they replace, so at its partition; a retraction is a tombstone."""
    turns = (
        event_bytes("Trevalko told me to write", event_id="1"),
        event_bytes("my name is Dina Trevalko", event_id="2", **GPC),
    )
    records = [SourceRecord(Position("t", 0, number, 900), CONVERSATION.encode(), turns[number]) for number in (0, 1)]
    first, second = redact_batch(records, StatesInMemory(), OptOutList(), RULES)
    ids = {line.purpose: line.id.encode() for line in first.receipt.purposes}
    written = list(effects(Delivery.EXACTLY_ONCE).writes(second))
    assert [write.topic.rsplit(".", 1)[-1] for write in written] == ["quality", "analytics", "quality", "receipts"]
    assert [(write.key, write.value is None) for write in written[1:3]] == [
        (ids["analytics"], True),
        (ids["quality"], False),
    ]


def test_with_transactions_a_withheld_event_leaves_no_record():
    """There is nothing to retract: no earlier reading of the record was committed."""
    assert writes(event_bytes("hi", **GPC)) == [("quality", False), ("receipts", False)]


def test_with_transactions_offsets_that_were_set_back_retract_what_the_first_reading_published():
    """The conversation's state has come further than the record, so an output from before an opt-out may stand."""
    states, opt_outs = StatesInMemory(), OptOutList()
    values = (event_bytes("hi", event_id="1", subject={"email": "robin@example.org"}), event_bytes("ho", event_id="2"))
    records = [
        SourceRecord(Position("t", 0, offset, 900), CONVERSATION.encode(), value) for offset, value in enumerate(values)
    ]
    redact_batch(records, states, opt_outs, RULES)
    opt_outs.apply(RULES.identifiers.key("acme", IdentifierKind.EMAIL, "robin@example.org"), None, 0)
    again = redact_batch(records, states, opt_outs, RULES)
    eos = effects(Delivery.EXACTLY_ONCE)
    found = [write.value is None for outcome in again for write in eos.writes(outcome) if "sanitized" in write.topic]
    assert found == [True] * 4


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (event_bytes("hi", **GPC), [("analytics", True), ("quality", False), ("receipts", False)]),
        (b"garbage", [("dead-letters", False), ("analytics", True), ("quality", True), ("receipts", False)]),
    ],
    ids=["withheld", "dead letter"],
)
def test_without_transactions_what_an_earlier_reading_published_is_retracted(value, expected):
    """A tombstone takes the place of an output that a crash may have left behind."""
    assert writes(value, Delivery.AT_LEAST_ONCE) == expected


def test_a_replay_settles_its_dead_letter():
    """Once the record was processed, the letter under the original id is gone."""
    found = writes(event_bytes("hi"), replay_of=Position("t", 0, 3, 300))
    assert found == [("analytics", False), ("quality", False), ("dead-letters", True), ("receipts", False)]
