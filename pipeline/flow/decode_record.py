"""First step: from a raw record to an event that is ours to process."""

from pipeline.errors import Reason, RejectedEvent
from pipeline.event.conversation_event import ConversationEvent, decode
from pipeline.event.records import RAW_BYTES_MAX, SourceRecord
from pipeline.event.replay import original_position
from pipeline.event.subject import subject_pairs
from pipeline.flow.rules import Rules
from pipeline.flow.stages import AcceptedRecord, RejectedRecord


def decode_record(record: SourceRecord, rules: Rules) -> AcceptedRecord | RejectedRecord:
    """Decode a raw record and check that its tenant is known and its key the right one. Pure."""
    origin = record.position
    try:
        if record.replay is not None:
            origin = original_position(record.replay, record.key, record.value, rules.keys)
        event, undeclared_fields = _decoded(record)
        _check(event, record, rules)
    except RejectedEvent as rejection:
        return RejectedRecord(record, origin, rejection)
    key = rules.state_key(event.tenant, event.conversation_id)
    return AcceptedRecord(record, origin, event, subject_pairs(event.subject), undeclared_fields, key)


def _decoded(record: SourceRecord) -> tuple[ConversationEvent, int]:
    if record.value is not None and len(record.value) > RAW_BYTES_MAX:
        raise RejectedEvent(Reason.RECORD_TOO_LARGE)
    decoded = decode(record.value)
    return decoded.event, decoded.undeclared_fields


def _check(event: ConversationEvent, record: SourceRecord, rules: Rules) -> None:
    if event.tenant not in rules.policy.tenants:
        raise RejectedEvent(Reason.UNKNOWN_TENANT, "tenant")
    if rules.key_is_conversation_id and record.key != event.conversation_id.encode():
        raise RejectedEvent(Reason.KEY_MISMATCH, "conversation_id")
