"""The audit against a cluster: read what there is, compare it, verify the last seal, and seal what is new."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.audit.checkpoint import Checkpoint, PartitionChain
from pipeline.audit.matching import PartitionAudit, RawPartition
from pipeline.audit.report import AuditCounts, AuditReport, Findings, SealReport
from pipeline.audit.seal import PartitionSeal
from pipeline.errors import Misconfigured
from pipeline.event.sanitized_event import revision_of
from pipeline.keys import KeyRing
from pipeline.operations.broker import Bounds, Broker, Partition
from pipeline.operations.topics import RETENTION
from pipeline.settings import Delivery, Settings

_NOTHING: Final = Bounds(0, 0)


@dataclass(frozen=True, slots=True)
class Audited:
    """The report, and the checkpoint to sign and keep for the next audit."""

    report: AuditReport
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class _View:
    """The cluster's bounds, taken in the order in which a record travels, so that a live pipeline fits together."""

    committed: Mapping[int, int]
    raw: Mapping[Partition, Bounds]
    receipts: Mapping[Partition, Bounds]
    outputs: Mapping[Partition, Bounds]


def audit(
    broker: Broker,
    settings: Settings,
    keys: KeyRing,
    purposes: Collection[str],
    *,
    sealed: Checkpoint | None,
    now_ms: int,
    since_ms: int = 0,
    settle_s_max: float = 10.0,
    on_partition: Callable[[int, int], None] | None = None,
) -> Audited:
    """Match raw records, receipts, outputs and dead letters, verify the receipts against `sealed`, and seal them.

    What arrived before `since_ms` is sealed and verified, but not matched: that bounds the memory where receipts are
    kept for years. The pipeline may be running: what it has not processed yet is counted as waiting, and an output
    whose receipt is being written is given `settle_s_max`. `on_partition` is told (done, of) after each partition.

    Raises `Misconfigured` where a topic is missing or `sealed` is of another receipts topic, `Unavailable` when the
    broker does not answer.
    """
    names = settings.topics
    if sealed is not None and sealed.topic != names.receipts:
        raise Misconfigured([f"the checkpoint seals {sealed.topic}, not {names.receipts}: name the right file"])
    view = _view(broker, settings, purposes)
    retention_ms = _retention_ms(broker, names.receipts)
    findings, counts = Findings(), AuditCounts()
    seals: list[SealReport] = []
    chains: dict[str, PartitionChain] = {}
    partitions = sorted({at.number for at in (*view.receipts, *view.raw)})
    for done, number in enumerate(partitions, 1):
        raw = view.raw.get(Partition(names.raw, number), _NOTHING)
        matching = PartitionAudit(
            RawPartition(names.raw, number, raw.start, raw.end, view.committed.get(number)),
            purposes,
            keys,
            findings,
            counts,
            exactly_once=settings.kafka.delivery is Delivery.EXACTLY_ONCE,
            since_ms=since_ms,
        )
        receipts = Partition(names.receipts, number)
        bounds = view.receipts.get(receipts, _NOTHING)
        previous = sealed.segments(number) if sealed is not None else ()
        seal = PartitionSeal(number, previous, log_start=bounds.start, findings=findings)
        _read_partition(broker, settings, purposes, view, number, matching, seal)
        if receipts in view.receipts:
            _settle(broker, receipts, bounds, matching, settle_s_max)
        matching.finish()
        segments, seal_report = seal.finish(now_ms, retention_ms)
        seals.append(seal_report)
        count = seal_report.sealed_anew + (sealed.count(number) if sealed is not None else 0)
        chains[str(number)] = PartitionChain(
            next=seal_report.next_offset, chain=seal_report.chain, count=count, segments=segments
        )
        if on_partition is not None:
            on_partition(done, len(partitions))
    report = AuditReport(counts, dict(findings.totals), tuple(findings.examples), tuple(seals))
    checkpoint = Checkpoint(schema_version=1, topic=names.receipts, sealed_at_ms=now_ms, partitions=chains)
    return Audited(report, checkpoint)


def _view(broker: Broker, settings: Settings, purposes: Collection[str]) -> _View:
    names = settings.topics
    committed = broker.committed(settings.worker.group, names.raw)
    raw = broker.bounds([names.raw])
    receipts = broker.bounds([names.receipts])
    outputs = broker.bounds([names.dead_letters, *(settings.sanitized_topic(purpose) for purpose in purposes)])
    return _View(committed, raw, receipts, outputs)


def _read_partition(
    broker: Broker,
    settings: Settings,
    purposes: Collection[str],
    view: _View,
    number: int,
    matching: PartitionAudit,
    seal: PartitionSeal,
) -> None:
    names = settings.topics
    for record in broker.read(_span(view.raw, Partition(names.raw, number))):
        matching.add_raw(record.offset, record.timestamp_ms)
    receipts = _span(view.receipts, Partition(names.receipts, number))
    matching.receipts_begin(min((bounds.start for bounds in receipts.values()), default=0))
    for record in broker.read(receipts):
        matching.add_receipt(record.offset, record.timestamp_ms, record.key, record.value)
        seal.add(record.offset, record.key, record.value, record.timestamp_ms)
    for purpose in purposes:
        outputs = _span(view.outputs, Partition(settings.sanitized_topic(purpose), number))
        matching.begins(purpose, min((bounds.start for bounds in outputs.values()), default=0))
        for record in broker.read(outputs):
            revision = 0 if record.value is None else revision_of(record.value)
            matching.add_output(purpose, record.key, revision=revision, timestamp_ms=record.timestamp_ms)
    letters = _span(view.outputs, Partition(names.dead_letters, number))
    matching.begins(None, min((bounds.start for bounds in letters.values()), default=0))
    for record in broker.read(letters):
        matching.add_dead_letter(record.key, record.value, record.timestamp_ms)


def _settle(broker: Broker, receipts: Partition, bounds: Bounds, matching: PartitionAudit, settle_s_max: float) -> None:
    """Read the receipts written since the view was taken; wait for more while something stands unexplained."""
    end = broker.bounds([receipts.topic])[receipts].end
    for record in broker.read({receipts: Bounds(bounds.end, end)}):
        matching.add_later_receipt(record.value)
    if not matching.unexplained():
        return
    for record in broker.tail({receipts: end}, wait_s_max=settle_s_max):
        matching.add_later_receipt(record.value)
        if not matching.unexplained():
            return


def _span(view: Mapping[Partition, Bounds], at: Partition) -> dict[Partition, Bounds]:
    return {at: view[at]} if at in view else {}


def _retention_ms(broker: Broker, topic: str) -> int | None:
    state = broker.describe([topic]).get(topic)
    told = int(state.configs.get(RETENTION, "-1")) if state is not None else -1
    return told if told >= 0 else None
