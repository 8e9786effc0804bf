"""The operations one after the other, as an operator uses them, around the real core: publish, audit, replay, audit."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

from pipeline.audit.report import AuditProblem
from pipeline.bootstrap import build_rules
from pipeline.consent.opt_outs import OptOutList
from pipeline.errors import Reason
from pipeline.event.records import Position, SourceRecord
from pipeline.event.replay import REPLAY_HEADER
from pipeline.flow.local import StatesInMemory
from pipeline.flow.redact_batch import redact_batch
from pipeline.flow.rules import Rules
from pipeline.operations.audit import Audited, audit
from pipeline.operations.broker import Bounds, Broker, OutgoingRecord, Partition, StoredRecord
from pipeline.operations.dead_letters import list_letters, replay_letters
from pipeline.operations.publish import ConversationOrigin, publish_file
from pipeline.operations.read_back import read_back
from pipeline.operations.topics import create, plan
from pipeline.settings import Settings
from pipeline.streaming.effects import Effects
from tests.support.events import TENANT, analytics_policy, event_bytes, key_ring

KEYS = key_ring()
PURPOSES = ("analytics", "quality")
NEW_TENANT = "globex"


class OneShotWorker:
    """The core and the order of effects of a worker, over whatever raw records it has not processed yet."""

    def __init__(self, broker: Broker, settings: Settings) -> None:
        self._broker = broker
        self._settings = settings
        self._effects = Effects(settings)
        self._states = StatesInMemory()
        self._next: dict[Partition, int] = {}

    def work(self, rules: Rules) -> None:
        """Process every new raw record under these rules."""
        spans = {
            at: Bounds(self._next.get(at, bounds.start), bounds.end)
            for at, bounds in self._broker.bounds([self._settings.topics.raw]).items()
        }
        self._next = {at: bounds.end for at, bounds in spans.items()}
        for record in self._broker.read(spans):
            (outcome,) = redact_batch([_source(record)], self._states, OptOutList(), rules)
            self._broker.send(
                OutgoingRecord(write.topic, write.key, write.value, record.partition)
                for write in self._effects.writes(outcome)
            )


def test_publish_audit_replay_audit(broker: Broker, settings: Settings, tmp_path: Path) -> None:
    """A tenant that the policy did not know: its events are dead letters, replayed once the policy knows it."""
    create(broker, plan(settings, PURPOSES))
    worker = OneShotWorker(broker, settings)
    assert publish_file(broker, settings.topics.raw, _file(tmp_path), _origin(), lenient=True).records == 7

    worker.work(_rules())
    listed = list_letters(broker, settings).letters
    assert sorted(letter.reason for letter in listed) == [Reason.INVALID_JSON, *[Reason.UNKNOWN_TENANT] * 2]
    first = _audit(broker, settings)
    assert first.report.findings == ()
    assert (first.report.counts.sanitized, first.report.counts.dead_lettered) == (8, 3)

    waiting = [letter.id for letter in listed if letter.reason is Reason.UNKNOWN_TENANT]
    assert replay_letters(broker, settings, KEYS, waiting).replayed == 2
    worker.work(_rules(NEW_TENANT))
    listing = list_letters(broker, settings)
    assert [letter.reason for letter in listing.letters] == [Reason.INVALID_JSON]
    assert listing.replayed == 2

    second = _audit(broker, settings, first)
    assert second.report.findings == ()
    assert (second.report.counts.replays, second.report.counts.sanitized) == (2, 12)
    assert sum(seal.verified for seal in second.report.seals) == 7
    assert sum(seal.sealed_anew for seal in second.report.seals) == 2
    texts = [
        json.loads(record.value)["text"]
        for record in read_back(broker, [settings.sanitized_topic("analytics")])
        if record.value is not None
    ]
    assert len(texts) == 6
    assert not any("ada@" in text for text in texts)


def test_a_lost_receipt_and_a_forged_output_are_found(broker: Broker, settings: Settings, tmp_path: Path) -> None:
    """On a real log, offsets and all."""
    create(broker, plan(settings, PURPOSES))
    publish_file(broker, settings.topics.raw, _file(tmp_path), _origin(), lenient=True)
    OneShotWorker(broker, settings).work(_rules())
    broker.send([OutgoingRecord(settings.sanitized_topic("quality"), b"f" * 32, b"{}", 0)])
    broker.send([OutgoingRecord(settings.topics.receipts, b"e" * 32, b"{}", 0)])
    report = _audit(broker, settings).report
    assert report.totals == {AuditProblem.OUTPUT_UNEXPECTED: 1, AuditProblem.RECEIPT_UNREADABLE: 1}
    assert not report.sound


def _file(folder: Path) -> Path:
    path = folder / "mine.jsonl"
    turns = [{"speaker": "user", "text": "write to ada@quill.example"}, {"speaker": "agent", "text": "thank you"}]
    lines = [
        event_bytes("hello", conversation_id="c-1", event_id="1"),
        event_bytes("mail ada@quill.example", conversation_id="c-2", event_id="2"),
        b"not json at all",
        json.dumps({"id": "c-3", "turns": turns}).encode(),
        event_bytes("first", conversation_id="c-4", event_id="4", tenant=NEW_TENANT),
        event_bytes("second", conversation_id="c-4", event_id="5", tenant=NEW_TENANT),
    ]
    path.write_bytes(b"\n".join(lines))
    return path


def _origin() -> ConversationOrigin:
    return ConversationOrigin(tenant=TENANT, started_at=datetime(2026, 3, 1, tzinfo=UTC))


def _rules(*tenants: str) -> Rules:
    policy = analytics_policy()
    known = dataclasses.replace(policy, tenants=policy.tenants | {*tenants}, publish_unnamed_locales=True)
    return build_rules(known, KEYS, names=False)


def _source(record: StoredRecord) -> SourceRecord:
    position = Position(record.topic, record.partition, record.offset, record.timestamp_ms)
    replay = next((value for name, value in record.headers if name == REPLAY_HEADER), None)
    return SourceRecord(position, record.key, record.value, replay)


def _audit(broker: Broker, settings: Settings, before: Audited | None = None) -> Audited:
    sealed = before.checkpoint if before is not None else None
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    return audit(broker, settings, KEYS, PURPOSES, sealed=sealed, now_ms=now_ms, settle_s_max=1.0)
