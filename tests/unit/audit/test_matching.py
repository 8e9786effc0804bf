from dataclasses import asdict

import pytest

from pipeline.audit.matching import CLOCKS_APART_MS, PartitionAudit, RawPartition
from pipeline.audit.report import AuditCounts, AuditFinding, AuditProblem, Findings
from pipeline.errors import Reason, RejectedEvent
from pipeline.event.dead_letter import seal
from pipeline.event.receipt import (
    AmendmentOutcome,
    AmendmentReceipt,
    Outcome,
    PurposeReceipt,
    Receipt,
    WithheldReason,
    encode,
)
from pipeline.event.records import Position, SourceRecord, output_id, source_id
from pipeline.event.sanitized_event import Versions
from tests.support.events import key_ring

KEYS = key_ring()
RAW = "support.conversations.raw"
PURPOSES = ("analytics", "quality")
FIRST_MS = 1_770_000_000_000
VERSIONS = Versions(policy="p", names="off", keys=1, opt_outs=0, product="0")


class Audited:
    """One partition, number 2, whose records a test adds one by one as the worker would have written them."""

    def __init__(
        self, *, raw: range = range(10), committed: int | None = None, exactly_once: bool = True, since_ms: int = 0
    ) -> None:
        self.findings = Findings()
        self.counts = AuditCounts()
        bounds = RawPartition(RAW, 2, raw.start, raw.stop, committed)
        self.audit = PartitionAudit(
            bounds, PURPOSES, KEYS, self.findings, self.counts, exactly_once=exactly_once, since_ms=since_ms
        )
        self._receipts = 0
        for offset in raw:
            self.audit.add_raw(offset, FIRST_MS + offset)

    def receipt(self, receipt: Receipt, key: bytes | None = None) -> None:
        self.audit.add_receipt(self._receipts, receipt.recorded_at_ms + 50, key or receipt.id.encode(), encode(receipt))
        self._receipts += 1

    def output(self, offset: int, purpose: str = "analytics", *, present: bool = True, revision: int = 1) -> None:
        identity = output_id(KEYS, position(offset), purpose)
        revision = revision if present else 0
        self.audit.add_output(purpose, identity.encode(), revision=revision, timestamp_ms=FIRST_MS + offset + 50)

    def letter(self, offset: int, reason: Reason = Reason.INVALID_JSON, *, topic: str = RAW) -> None:
        where = position(offset)._replace(topic=topic)
        letter_id, letter = seal(SourceRecord(where, b"k", b"v"), where, RejectedEvent(reason), KEYS)
        self.audit.add_dead_letter(letter_id.encode(), letter, FIRST_MS + offset + 50)

    def letter_tombstone(self, offset: int) -> None:
        self.audit.add_dead_letter(source_id(KEYS, position(offset)).encode(), None, FIRST_MS + 90)

    def processed(self, *offsets: int) -> None:
        """Write what a worker writes of records that both purposes get."""
        for offset in offsets:
            self.receipt(redacted(offset))
            for purpose in PURPOSES:
                self.output(offset, purpose)

    def problems(self) -> list[tuple[AuditProblem, int | None]]:
        self.audit.finish()
        return sorted((finding.problem, finding.offset) for finding in self.findings.examples)


def test_a_complete_partition_has_no_findings() -> None:
    """Sanitized, withheld and dead-lettered records all add up."""
    audited = Audited(raw=range(4))
    audited.processed(0, 1)
    audited.receipt(withheld(2))
    audited.receipt(rejected(3))
    audited.letter(3)
    assert audited.problems() == []
    told = {name: count for name, count in asdict(audited.counts).items() if count}
    assert told == {"raw_records": 4, "receipts": 4, "sanitized": 4, "withheld": 2, "dead_lettered": 1}


def test_a_record_passed_without_a_receipt_is_missing() -> None:
    """Later receipts of the partition, or the group's committed offset, prove that it was passed."""
    between = Audited(raw=range(3))
    between.processed(0, 2)
    assert between.problems() == [(AuditProblem.RECEIPT_MISSING, 1)]
    lost_tail = Audited(raw=range(3), committed=3)
    lost_tail.processed(0)
    assert lost_tail.problems() == [(AuditProblem.RECEIPT_MISSING, 1), (AuditProblem.RECEIPT_MISSING, 2)]


def test_records_that_no_worker_has_reached_wait() -> None:
    """They are counted, not found missing."""
    audited = Audited(raw=range(5), committed=2)
    audited.processed(0, 1)
    assert audited.problems() == []
    assert audited.counts.waiting == 3


def test_a_second_receipt_is_a_finding_only_where_delivery_is_exactly_once() -> None:
    """At least once redelivers, under the same ids: that is counted."""
    strict, lax = Audited(raw=range(1)), Audited(raw=range(1), exactly_once=False)
    for audited in (strict, lax):
        audited.processed(0)
        audited.processed(0)
    assert strict.problems() == [(AuditProblem.RECEIPT_DOUBLED, 0)]
    assert lax.problems() == []
    assert lax.counts.redelivered == 1


def test_receipts_of_expired_raw_records_are_allowed() -> None:
    """Receipts are kept for years, raw records for days."""
    audited = Audited(raw=range(5, 7))
    audited.processed(3, 4, 5, 6)
    assert audited.problems() == []
    assert audited.counts.expired_raw == 2


def test_a_receipt_for_a_record_that_never_was_is_found() -> None:
    """Within the bounds of the raw log there is no such record: another timestamp, another record."""
    audited = Audited(raw=range(2))
    audited.processed(0, 1)
    audited.receipt(withheld(1, at_ms=FIRST_MS + 77))
    assert audited.problems() == [(AuditProblem.RECEIPT_WITHOUT_RAW, 2)]


def test_a_receipt_ahead_of_the_view_is_no_finding() -> None:
    """The pipeline runs on while the audit reads: the raw record arrived after the audit began."""
    audited = Audited(raw=range(1))
    audited.processed(0, 1)
    assert audited.problems() == []


@pytest.mark.parametrize("forgery", ["partition", "offset", "output", "key"])
def test_receipts_whose_ids_do_not_fit_are_misplaced(forgery: str) -> None:
    """Nobody without the keys can write one that fits."""
    audited = Audited(raw=range(1), committed=0)
    good = withheld(0)
    match forgery:
        case "partition":
            audited.receipt(changed(good, partition=1))
        case "offset":
            audited.receipt(changed(good, offset=1))
        case "output":
            stolen = withheld(5).purposes
            audited.receipt(changed(good, purposes=stolen))
        case _:
            audited.receipt(good, key=b"0" * 32)
    assert audited.problems() == [(AuditProblem.RECEIPT_MISPLACED, 0)]


def test_a_dead_letters_receipt_is_tied_to_its_position_too() -> None:
    """It names no outputs, so its own id alone can tell."""
    audited = Audited(raw=range(2), committed=0)
    audited.receipt(changed(rejected(0), offset=1))
    assert audited.problems() == [(AuditProblem.RECEIPT_MISPLACED, 0)]


@pytest.mark.parametrize("value", [None, b"", b"{}", b'{"id": 1}', b"\xff\xfe"])
def test_unreadable_receipts_are_found(value: bytes | None) -> None:
    """Somebody else writes to the topic, or a tombstone wiped one."""
    audited = Audited(raw=range(0))
    audited.audit.add_receipt(7, FIRST_MS, b"key", value)
    assert audited.problems() == [(AuditProblem.RECEIPT_UNREADABLE, 7)]


def test_a_receipt_without_any_outcome_is_unreadable() -> None:
    """Every record ends in one dead letter or in an outcome for each purpose."""
    audited = Audited(raw=range(1))
    audited.receipt(changed(withheld(0), purposes=()))
    assert (AuditProblem.RECEIPT_UNREADABLE, 0) in audited.problems()


def test_promised_outputs_that_are_absent_are_found_with_purpose_and_id() -> None:
    """A tombstone under a sanitized receipt is as absent as nothing."""
    audited = Audited(raw=range(2))
    audited.receipt(redacted(0))
    audited.output(0, "analytics")
    audited.receipt(redacted(1))
    audited.output(1, "analytics", present=False)
    audited.output(1, "quality")
    audited.audit.finish()
    assert set(audited.findings.examples) == {
        AuditFinding(AuditProblem.OUTPUT_MISSING, 2, None, output_id(KEYS, position(0), "quality"), "quality"),
        AuditFinding(AuditProblem.OUTPUT_MISSING, 2, None, output_id(KEYS, position(1), "analytics"), "analytics"),
    }


def test_outputs_that_expired_are_counted() -> None:
    """Outputs may be kept shorter than receipts: what is older than the first retained record may be gone."""
    audited = Audited(raw=range(3))
    for offset in range(3):
        audited.receipt(redacted(offset))
    for purpose in PURPOSES:
        audited.audit.begins(purpose, 40)
        audited.output(2, purpose)
    assert audited.problems() == []
    assert audited.counts.expired_outputs == 4


def test_a_withheld_output_that_stands_is_found() -> None:
    """The worst case: something of an opted-out customer is readable. A tombstone in its place is right."""
    audited = Audited(raw=range(2))
    audited.receipt(withheld(0))
    audited.output(0)
    audited.receipt(withheld(1))
    audited.output(1)
    audited.output(1, present=False)
    assert audited.problems() == [(AuditProblem.OUTPUT_NOT_WITHHELD, None)]


def test_metadata_only_stands_as_an_output() -> None:
    """It is published, if little of it."""
    audited = Audited(raw=range(1))
    receipt = withheld(0)
    slight = tuple(
        PurposeReceipt(purpose=one.purpose, outcome=one.outcome, id=one.id, reason=one.reason, metadata_only=True)
        for one in receipt.purposes
    )
    audited.receipt(changed(receipt, purposes=slight))
    for purpose in PURPOSES:
        audited.output(0, purpose)
    assert audited.problems() == []


def test_the_last_receipt_of_an_id_decides() -> None:
    """Redelivered under a newer opt-out list: withheld over sanitized, and the tombstone is right."""
    audited = Audited(raw=range(1), exactly_once=False)
    audited.processed(0)
    audited.receipt(withheld(0))
    for purpose in PURPOSES:
        audited.output(0, purpose, present=False)
    assert audited.problems() == []


def test_a_record_that_became_a_dead_letter_later_may_keep_its_outputs_or_not() -> None:
    """Redelivered after a detector was changed: nothing can be said about the first outputs."""
    audited = Audited(raw=range(1), exactly_once=False)
    audited.receipt(redacted(0))
    audited.output(0, "analytics")
    audited.receipt(rejected(0))
    audited.letter(0)
    assert audited.problems() == []


def test_an_output_that_no_receipt_explains_is_found() -> None:
    """Until a later receipt explains it."""
    audited = Audited(raw=range(3))
    audited.processed(0)
    audited.output(2)
    audited.output(1)
    assert audited.audit.unexplained()
    audited.audit.add_later_receipt(encode(redacted(1)))
    assert audited.audit.unexplained()
    assert audited.problems() == [(AuditProblem.OUTPUT_UNEXPECTED, None)]


def test_later_receipts_explain_outputs_and_letters() -> None:
    """The live pipeline wrote them while the audit was reading."""
    audited = Audited(raw=range(3))
    audited.output(0)
    audited.letter(1)
    assert audited.audit.unexplained()
    audited.audit.add_later_receipt(encode(redacted(0)))
    audited.audit.add_later_receipt(encode(rejected(1)))
    audited.audit.add_later_receipt(b"garbage")
    assert not audited.audit.unexplained()
    assert audited.problems() == []


def test_outputs_older_than_the_oldest_receipt_are_left_alone() -> None:
    """Their receipts expired."""
    audited = Audited(raw=range(9, 10))
    audited.audit.receipts_begin(100)
    audited.processed(9)
    audited.output(3)
    assert audited.problems() == []


def test_missing_letters_are_found_and_expired_ones_counted() -> None:
    """Letters are kept as short as raw records."""
    missing = Audited(raw=range(2))
    missing.receipt(rejected(0))
    missing.receipt(rejected(1))
    missing.letter(1)
    assert missing.problems() == [(AuditProblem.DEAD_LETTER_MISSING, None)]
    expired = Audited(raw=range(1))
    expired.audit.begins(None, 12)
    expired.receipt(rejected(0))
    assert expired.problems() == []
    assert expired.counts.expired_dead_letters == 1


def test_a_letter_removed_without_a_replay_is_found() -> None:
    """A tombstone belongs to a replay; without one somebody threw the record away."""
    removed = Audited(raw=range(1))
    removed.receipt(rejected(0))
    removed.letter(0)
    removed.letter_tombstone(0)
    assert removed.problems() == [(AuditProblem.DEAD_LETTER_REMOVED, None)]


def test_a_replay_keeps_the_original_ids() -> None:
    """Its receipt has its own id, its outputs and its letter those of the original record."""
    audited = Audited(raw=range(2))
    audited.receipt(rejected(0))
    audited.letter(0)
    audited.receipt(redacted(1, origin=0))
    for purpose in PURPOSES:
        audited.output(0, purpose)
    audited.letter_tombstone(0)
    assert audited.problems() == []
    assert audited.counts.replays == 1


def test_a_replay_that_failed_again_expects_the_letter_again() -> None:
    """Under the original id."""
    audited = Audited(raw=range(2))
    audited.receipt(rejected(0))
    audited.letter(0)
    audited.receipt(rejected(1, origin=0))
    assert audited.problems() == []


def test_letters_of_privacy_requests_need_no_receipt() -> None:
    """They share the topic; nobody else may write letters."""
    audited = Audited(raw=range(0))
    audited.letter(0, Reason.REQUEST_REFUSED, topic="privacy.requests")
    audited.letter(1, Reason.NULL_VALUE, topic="privacy.requests")
    audited.letter(3, Reason.UNKNOWN_TENANT, topic="privacy.requests")
    audited.letter(2, Reason.NULL_VALUE)
    assert audited.problems() == [(AuditProblem.DEAD_LETTER_UNEXPECTED, None)]


def test_purposes_that_the_policy_no_longer_names_are_counted() -> None:
    """Their topics are not read."""
    audited = Audited(raw=range(1))
    receipt = redacted(0)
    extra = PurposeReceipt(purpose="old", outcome=Outcome.SANITIZED, id=output_id(KEYS, position(0), "old"))
    audited.receipt(changed(receipt, purposes=(*receipt.purposes, extra)))
    for purpose in PURPOSES:
        audited.output(0, purpose)
    assert audited.problems() == []
    assert audited.counts.unchecked_outputs == 1


def test_what_is_older_than_asked_for_is_not_compared() -> None:
    """Neither missed nor unexpected; near the boundary receipts still explain outputs. What is newer is compared."""
    audited = Audited(raw=range(10), since_ms=FIRST_MS + 5)
    audited.receipt(withheld(0, at_ms=FIRST_MS - 4 * CLOCKS_APART_MS))
    audited.processed(3, 4, 5, 6, 7, 8, 9)
    audited.audit.add_output("analytics", b"e" * 32, revision=1, timestamp_ms=FIRST_MS + 1)
    audited.audit.add_output("quality", b"f" * 32, revision=1, timestamp_ms=FIRST_MS + 60)
    audited.audit.finish()
    assert audited.findings.examples == [AuditFinding(AuditProblem.OUTPUT_UNEXPECTED, 2, None, "f" * 32, "quality")]
    assert audited.counts.not_compared == 3
    assert audited.counts.raw_records == 5


def test_findings_are_counted_beyond_the_examples() -> None:
    """Twenty of a kind are listed."""
    audited = Audited(raw=range(50), committed=50)
    audited.audit.finish()
    assert audited.findings.totals[AuditProblem.RECEIPT_MISSING] == 50
    assert len(audited.findings.examples) == 20


def position(offset: int) -> Position:
    return Position(RAW, 2, offset, FIRST_MS + offset)


def redacted(offset: int, origin: int | None = None) -> Receipt:
    return _receipt(offset, origin, Outcome.SANITIZED, None)


def withheld(offset: int, at_ms: int | None = None) -> Receipt:
    where = position(offset) if at_ms is None else position(offset)._replace(timestamp_ms=at_ms)
    return _receipt(offset, None, Outcome.WITHHELD, WithheldReason.OPTED_OUT, where)


def rejected(offset: int, origin: int | None = None) -> Receipt:
    return changed(_receipt(offset, origin, Outcome.WITHHELD, None), purposes=(), dead_letter=Reason.INVALID_JSON)


def _receipt(
    offset: int, origin: int | None, outcome: Outcome, reason: WithheldReason | None, where: Position | None = None
) -> Receipt:
    own = where or position(offset)
    original = own if origin is None else position(origin)
    purposes = tuple(
        PurposeReceipt(purpose=purpose, outcome=outcome, id=output_id(KEYS, original, purpose), reason=reason)
        for purpose in PURPOSES
    )
    return Receipt(
        schema_version=1,
        id=source_id(KEYS, own),
        topic=own.topic,
        partition=own.partition,
        offset=own.offset,
        recorded_at_ms=own.timestamp_ms,
        versions=VERSIONS,
        purposes=purposes,
        replay_of=None if origin is None else source_id(KEYS, original),
    )


def changed(receipt: Receipt, **fields: object) -> Receipt:
    values = {name: getattr(receipt, name) for name in receipt.__struct_fields__}
    return Receipt(**(values | fields))  # type: ignore[arg-type]


def amending(
    offset: int, earlier: int, revision: int = 2, outcome: AmendmentOutcome = AmendmentOutcome.AMENDED
) -> Receipt:
    """Return the receipt of a record that reveals what the earlier one's output for analytics holds."""
    identity = output_id(KEYS, position(earlier), "analytics")
    line = AmendmentReceipt(purpose="analytics", id=identity, revision=revision, outcome=outcome)
    return changed(redacted(offset), amendments=(line,))


def test_an_amended_output_stands_in_its_newest_revision() -> None:
    """The newest receipt that names an id says which one."""
    audited = Audited(raw=range(3))
    audited.processed(0)
    audited.receipt(amending(1, 0))
    audited.receipt(amending(2, 0, revision=3))
    for offset in (1, 2):
        for purpose in PURPOSES:
            audited.output(offset, purpose)
    audited.output(0, revision=2)
    audited.output(0, revision=3)
    assert audited.problems() == []
    assert audited.counts.amended == 2


@pytest.mark.parametrize("standing", [1, 2])
def test_an_amendment_that_is_not_written_is_missing(standing: int) -> None:
    """An older revision, or the first, stands where a receipt promises a newer one."""
    audited = Audited(raw=range(2))
    audited.processed(0, 1)
    audited.receipt(amending(1, 0, revision=3))
    audited.output(0, revision=standing)
    assert (AuditProblem.AMENDMENT_MISSING, None) in audited.problems()


def test_a_retracted_output_is_a_tombstone() -> None:
    """One that still stands was not withheld."""
    for present, problems in ((False, []), (True, [AuditProblem.OUTPUT_NOT_WITHHELD])):
        audited = Audited(raw=range(2))
        audited.processed(0)
        audited.receipt(amending(1, 0, outcome=AmendmentOutcome.RETRACTED))
        for purpose in PURPOSES:
            audited.output(1, purpose)
        audited.output(0, present=present)
        assert [problem for problem, _ in audited.problems()] == problems
        assert audited.counts.retracted == 1


def test_an_amendment_whose_receipt_came_after_the_view_is_not_compared() -> None:
    """A running pipeline retracts while the audit reads."""
    audited = Audited(raw=range(2))
    audited.processed(0)
    audited.output(0, present=False)
    audited.audit.add_later_receipt(encode(amending(1, 0, outcome=AmendmentOutcome.RETRACTED)))
    assert audited.problems() == []
