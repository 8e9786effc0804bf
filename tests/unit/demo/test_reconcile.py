"""The demo's checks can fail: each defect turns its own check."""

import pytest

from pipeline.audit.report import AuditCounts, AuditReport
from pipeline.demo.reconcile import placed, reconcile
from pipeline.demo.scenario import PLANTED, Planned, Scenario, hostile_records, make_scenario
from pipeline.errors import Reason
from pipeline.event.conversation_event import decode
from pipeline.event.receipt import Outcome, PurposeReceipt, Receipt, WithheldReason
from pipeline.event.sanitized_event import Versions
from pipeline.operations.broker import StoredRecord

VERSIONS = Versions(policy="p", names="n", keys=1, opt_outs=0, product="0")
GOOD = Planned(b"c1", b"one", "alice")
OUT = Planned(b"c2", b"two", "bob")
BROKEN = Planned(b"c3", b"three", rejected_for=Reason.INVALID_JSON)
SCENARIO = Scenario([GOOD, OUT], [BROKEN, OUT], frozenset({"bob"}), frozenset({"bob"}), 2)
AUDIT = AuditReport(AuditCounts(), {}, (), ())


def receipt(offset, *, reason=None, dead=None):
    line = PurposeReceipt(
        purpose="analytics",
        outcome=Outcome.WITHHELD if reason else Outcome.SANITIZED,
        id=f"id-{offset}",
        reason=reason,
    )
    return Receipt(
        schema_version=1,
        id=f"r{offset}",
        topic="raw",
        partition=0,
        offset=offset,
        recorded_at_ms=0,
        versions=VERSIONS,
        purposes=() if dead else (line,),
        dead_letter=dead,
    )


RAW = [StoredRecord("raw", 0, n, 0, each.key, each.value) for n, each in enumerate([GOOD, OUT, BROKEN, OUT])]
RECEIPTS = [
    receipt(0),
    receipt(1, reason=WithheldReason.OPTED_OUT),
    receipt(2, dead=Reason.INVALID_JSON),
    receipt(3, reason=WithheldReason.OPTED_OUT),
]
OUTPUTS = {"analytics": [StoredRecord("out", 0, 0, 0, b"id-0", b"text")]}


def failing(receipts=RECEIPTS, outputs=OUTPUTS, audit=AUDIT, plain=(b"nothing",)):
    """Return the sentences that do not hold."""
    checks = reconcile(SCENARIO, placed(SCENARIO, RAW, receipts), outputs, audit, plain)
    return [check.sentence for check in checks if not check.holds]


def test_what_adds_up_passes_every_check():
    """Nothing is wrong with a run in which nothing went wrong."""
    assert failing() == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"receipts": RECEIPTS[:-1]}, "exactly one receipt"),
        ({"receipts": [*RECEIPTS, receipt(0)]}, "exactly one receipt"),
        ({"receipts": [*RECEIPTS[:2], receipt(2, dead=Reason.WRONG_TYPE), RECEIPTS[3]]}, "right reason"),
        ({"receipts": [RECEIPTS[0], receipt(1), *RECEIPTS[2:]]}, "opted out before"),
        ({"receipts": [*RECEIPTS[:3], receipt(3)]}, "opted out in the middle"),
        ({"outputs": {"analytics": []}}, "analytics stream"),
        ({"outputs": {"analytics": [*OUTPUTS["analytics"], StoredRecord("out", 0, 1, 0, b"x", b"y")]}}, "analytics"),
        ({"plain": [b"so " + PLANTED[0].encode()]}, "planted value"),
    ],
)
def test_each_defect_turns_its_check(changes, word):
    """A lost receipt, a doubled one, a wrong reason, a leak: each is seen."""
    assert any(word in sentence for sentence in failing(**changes))


def test_the_scenario_is_the_same_in_every_run_and_has_a_thousand_conversations():
    """A demo that differs each time proves nothing."""
    first, second = make_scenario(), make_scenario()
    assert first.conversations >= 1_000
    assert [each.value for each in first.first_half] == [each.value for each in second.first_half]
    assert (first.out_before, first.out_in_the_middle) == (second.out_before, second.out_in_the_middle)
    assert not first.out_before & first.out_in_the_middle


def test_every_broken_record_of_the_scenario_is_broken_and_the_others_are_not():
    """Each carries a planted value or none, and decodes or does not, as planned."""
    records = hostile_records()
    reasons = {record.rejected_for for record in records}
    assert len(reasons) == 10
    for record in records:
        if record.rejected_for is None:
            assert decode(record.value).event.tenant == "demo"
