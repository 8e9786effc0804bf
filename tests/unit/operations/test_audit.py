from collections.abc import Iterable
from dataclasses import replace

import msgspec
import pytest

from pipeline.audit.checkpoint import Checkpoint
from pipeline.audit.report import CANNOT_TELL, AuditProblem
from pipeline.errors import Misconfigured
from pipeline.event.receipt import Outcome, PurposeReceipt, Receipt, encode
from pipeline.event.records import Position, output_id, source_id
from pipeline.event.sanitized_event import Versions
from pipeline.operations.audit import Audited, audit
from pipeline.operations.broker import OutgoingRecord, Partition, StoredRecord
from pipeline.settings import Delivery, KafkaSettings, Settings
from tests.support.events import key_ring
from tests.support.fake_broker import FIRST_MS, FakeBroker

KEYS = key_ring()
SETTINGS = Settings()
NAMES = SETTINGS.topics
PURPOSES = ("analytics", "quality")


def test_a_processed_topic_is_sound(broker: FakeBroker) -> None:
    """Every partition is matched and sealed, and the report says what it cannot tell."""
    _process(broker, _publish(broker, 20))
    told: list[tuple[int, int]] = []
    audited = _audit(broker, on_partition=lambda done, of: told.append((done, of)))
    report = audited.report
    assert report.sound
    assert report.findings == ()
    assert (report.counts.raw_records, report.counts.receipts, report.counts.sanitized) == (20, 20, 40)
    assert sum(seal.sealed_anew for seal in report.seals) == 20
    assert report.cannot_tell == CANNOT_TELL
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_the_report_is_json_for_scripts(broker: FakeBroker) -> None:
    """Problems are counted under their names."""
    _publish(broker, 2, partition=1)
    broker.group_offsets["redaction", NAMES.raw] = {1: 2}
    document = msgspec.json.decode(msgspec.json.encode(_audit(broker).report))
    assert document["totals"] == {"receipt_missing": 2}
    assert document["findings"][0]["partition"] == 1
    assert document["counts"]["raw_records"] == 2


def test_lost_and_added_outputs_are_found(broker: FakeBroker) -> None:
    """In the topic of each purpose."""
    _process(broker, _publish(broker, 6, partition=0))
    del broker.logs[Partition(SETTINGS.sanitized_topic("quality"), 0)][3]
    broker.append(OutgoingRecord(SETTINGS.sanitized_topic("analytics"), b"f" * 32, b"{}", 2))
    report = _audit(broker).report
    assert not report.sound
    assert report.totals == {AuditProblem.OUTPUT_MISSING: 1, AuditProblem.OUTPUT_UNEXPECTED: 1}


def test_a_running_pipeline_is_sound(broker: FakeBroker) -> None:
    """An output whose receipt is still being written is waited for."""
    records = _publish(broker, 5, partition=0)
    _process(broker, records[:4])
    receipt = _outputs(broker, records[4])
    broker.before_poll = lambda: _write_receipt(broker, receipt)
    assert _audit(broker).report.sound


def test_the_checkpoint_of_one_audit_is_verified_by_the_next(broker: FakeBroker) -> None:
    """A receipt that was changed since is found in its partition."""
    _process(broker, _publish(broker, 12))
    first = _audit(broker)
    again = _audit(broker, sealed=first.checkpoint)
    assert again.report.sound
    assert sum(seal.verified for seal in again.report.seals) == 12
    assert [chain.chain for chain in again.checkpoint.partitions.values()] == [
        chain.chain for chain in first.checkpoint.partitions.values()
    ]
    number = next(at.number for at in broker.logs if at.topic == NAMES.receipts)
    log = broker.logs[Partition(NAMES.receipts, number)]
    log[0] = replace(log[0], timestamp_ms=log[0].timestamp_ms, value=(log[0].value or b"").replace(b'"p"', b'"q"'))
    forged = _audit(broker, sealed=first.checkpoint)
    assert forged.report.totals == {AuditProblem.SEAL_BROKEN: 1}
    assert forged.report.findings[0].partition == number


def test_expired_receipts_are_no_longer_verifiable_and_said_so(broker: FakeBroker) -> None:
    """After their retention; before it, their removal is a finding."""
    _process(broker, _publish(broker, 6, partition=1))
    first = _audit(broker).checkpoint
    broker.expire(Partition(NAMES.receipts, 1), 2)
    for at in (Partition(NAMES.raw, 1), *(Partition(SETTINGS.sanitized_topic(one), 1) for one in PURPOSES)):
        broker.expire(at, broker.logs[at][-1].offset + 1)
    years_later = _audit(broker, sealed=first, now_ms=FIRST_MS * 2)
    assert years_later.report.sound
    assert sum(seal.no_longer_verifiable for seal in years_later.report.seals) == 6
    soon = _audit(broker, sealed=first, now_ms=FIRST_MS)
    assert soon.report.totals == {AuditProblem.SEALED_REMOVED_EARLY: 1}


def test_a_checkpoint_counts_every_receipt_ever_sealed(broker: FakeBroker) -> None:
    """The ones that expired included."""
    _process(broker, _publish(broker, 6, partition=1))
    first = _audit(broker).checkpoint
    _process(broker, _publish(broker, 3, partition=1))
    assert _audit(broker, sealed=first).checkpoint.partitions["1"].count == 9


def test_a_checkpoint_of_another_topic_is_refused(broker: FakeBroker) -> None:
    """It would find everything changed."""
    other = Checkpoint(schema_version=1, topic="elsewhere", sealed_at_ms=0, partitions={})
    with pytest.raises(Misconfigured, match="seals elsewhere"):
        _audit(broker, sealed=other)


def test_redelivery_is_normal_at_least_once(broker: FakeBroker) -> None:
    """And a finding where delivery is exactly once."""
    records = _publish(broker, 1)
    _process(broker, records)
    _process(broker, records)
    assert _audit(broker).report.totals == {AuditProblem.RECEIPT_DOUBLED: 1}
    at_least_once = Settings(kafka=KafkaSettings(delivery=Delivery.AT_LEAST_ONCE))
    assert _audit(broker, settings=at_least_once).report.sound


def _publish(broker: FakeBroker, count: int, partition: int | None = None) -> list[StoredRecord]:
    return [
        broker.append(OutgoingRecord(NAMES.raw, b"c-%d" % number, b"secret words", partition))
        for number in range(count)
    ]


def _process(broker: FakeBroker, records: Iterable[StoredRecord]) -> None:
    for record in records:
        _write_receipt(broker, _outputs(broker, record))


def _outputs(broker: FakeBroker, record: StoredRecord) -> Receipt:
    position = Position(record.topic, record.partition, record.offset, record.timestamp_ms)
    purposes = []
    for purpose in PURPOSES:
        identity = output_id(KEYS, position, purpose)
        purposes.append(PurposeReceipt(purpose=purpose, outcome=Outcome.SANITIZED, id=identity))
        topic = SETTINGS.sanitized_topic(purpose)
        broker.append(OutgoingRecord(topic, identity.encode(), b"{}", record.partition))
    return Receipt(
        schema_version=1,
        id=source_id(KEYS, position),
        topic=position.topic,
        partition=position.partition,
        offset=position.offset,
        recorded_at_ms=position.timestamp_ms,
        versions=Versions(policy="p", names="off", keys=1, opt_outs=0, product="0"),
        purposes=tuple(purposes),
    )


def _write_receipt(broker: FakeBroker, receipt: Receipt) -> None:
    broker.append(OutgoingRecord(NAMES.receipts, receipt.id.encode(), encode(receipt), receipt.partition))


def _audit(
    broker: FakeBroker,
    *,
    sealed: Checkpoint | None = None,
    now_ms: int = FIRST_MS + 1_000_000,
    settings: Settings = SETTINGS,
    **options: object,
) -> Audited:
    return audit(broker, settings, KEYS, PURPOSES, sealed=sealed, now_ms=now_ms, **options)  # type: ignore[arg-type]
