"""Last step: the sanitized event of one purpose, of nothing but what the policy lets out."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from msgspec import UNSET, UnsetType

from pipeline.deidentification.deidentifier import Deidentifier
from pipeline.deidentification.generalization import cut_time, generalized_time, in_utc
from pipeline.detection.finding import Finding
from pipeline.errors import Reason, RejectedEvent
from pipeline.event.concealed import Concealed
from pipeline.event.conversation_event import AttributeValue, ConversationEvent
from pipeline.event.receipt import FindingCount, Outcome, PurposeReceipt, WithheldReason
from pipeline.event.records import Position, output_id
from pipeline.event.sanitized_event import SanitizedEvent, SanitizedFinding, Versions, encode, exceeds_limit
from pipeline.flow.outcome import Sanitized
from pipeline.flow.rules import Rules
from pipeline.policy.compiled import Attribute, AttributeType, Generalization, Operator, Treatment

SCHEMA_VERSION = 1
_LENGTH_BANDS = ((0, "0"), (20, "1-20"), (100, "21-100"), (500, "101-500"), (2_000, "501-2000"))
_NUMBER_END: Final = 100_000_000  # nine digits may be a social security number, more a telephone or card number
# RFC 5646, section 2.1: language, script, region. Of scripts those in use, since any four letters have their shape.
_LOCALE: Final = re.compile(
    r"[A-Za-z]{2,3}(?:[-_](?:Latn|Cyrl|Arab|Hans|Hant|Deva|Guru|Beng))?(?:[-_](?:[A-Za-z]{2}|[0-9]{3}))?(?![A-Za-z0-9])",
    re.ASCII,
)
_FIXED_FIELDS = 5  # conversation_id, author.role, occurred_at, channel, locale: in every event


class DetectedEvent(Concealed, frozen=True):
    """An event whose text and free-text attributes have been searched for personal data."""

    event: ConversationEvent
    origin: Position
    recorded_at: datetime
    findings: Sequence[Finding]
    attribute_findings: Mapping[str, Sequence[Finding]]

    def __repr__(self) -> str:
        return f"<DetectedEvent: {self.origin}, {len(self.findings)} findings, concealed>"


def sanitize(detected: DetectedEvent, deidentifier: Deidentifier, rules: Rules, versions: Versions) -> Sanitized:
    """Return the event as the purpose may see it. Pure. Raises `RejectedEvent` when a record could not hold it."""
    event, purpose = detected.event, deidentifier.purpose
    text, findings = deidentifier.de_identify(event.text, detected.findings, event.tenant, event.conversation_id)
    attributes, attribute_findings = _attributes(detected, deidentifier, rules)
    fields, token, scope = purpose.fields, rules.token, (event.tenant, purpose.name)
    author_id, customer_id = event.author.id, _customer_id(event)
    sanitized = SanitizedEvent(
        schema_version=SCHEMA_VERSION,
        id=output_id(rules.keys, detected.origin, purpose.name),
        revision=1,
        purpose=purpose.name,
        tenant=event.tenant,
        processed_at=_processed_at(detected.recorded_at, fields.get("occurred_at")),
        versions=versions,
        findings=findings,
        conversation=token(*scope, "conversation", event.conversation_id) if "conversation_id" in fields else UNSET,
        author=token(*scope, "author", author_id) if "author.id" in fields and author_id is not UNSET else UNSET,
        customer=token(*scope, "customer", customer_id) if "subject.customer_id" in fields and customer_id else UNSET,
        role=event.author.role if "author.role" in fields else UNSET,
        sequence=event.sequence if "sequence" in fields and event.sequence is not None else UNSET,
        occurred_at=_time(event.occurred_at, fields.get("occurred_at")),
        channel=event.channel if "channel" in fields else UNSET,
        locale=published_locale(event.locale) if "locale" in fields else UNSET,
        text=text,
        attributes=attributes or UNSET,
    )
    dropped = _count_fields(event) - _count_kept(sanitized)
    return _encoded(sanitized, (*findings, *attribute_findings), dropped)


def metadata_only(
    detected: DetectedEvent, purpose: str, reason: WithheldReason, rules: Rules, versions: Versions
) -> Sanitized:
    """Return channel, role, day and a length band, without token, text, finding or attribute. Pure."""
    event = detected.event
    sanitized = SanitizedEvent(
        schema_version=SCHEMA_VERSION,
        id=output_id(rules.keys, detected.origin, purpose),
        revision=1,
        purpose=purpose,
        tenant=event.tenant,
        processed_at=_processed_at(detected.recorded_at, None),
        versions=versions,
        role=event.author.role,
        occurred_at=generalized_time(in_utc(event.occurred_at), Generalization.DAY),
        channel=event.channel,
        length=next((band for most, band in _LENGTH_BANDS if len(event.text) <= most), "over 2000"),
    )
    return _encoded(sanitized, (), _count_fields(event) - _count_kept(sanitized), reason)


def _encoded(
    sanitized: SanitizedEvent, findings: Sequence[SanitizedFinding], dropped: int, reason: WithheldReason | None = None
) -> Sanitized:
    value = encode(sanitized)
    if exceeds_limit(value):
        raise RejectedEvent(Reason.OUTPUT_TOO_LARGE)
    receipt = PurposeReceipt(
        purpose=sanitized.purpose,
        outcome=Outcome.SANITIZED,
        id=sanitized.id,
        reason=reason,
        metadata_only=reason is not None,
        findings=_counted(findings) if findings else (),
        dropped_fields=dropped,
    )
    return Sanitized(receipt, value)


def _counted(findings: Sequence[SanitizedFinding]) -> tuple[FindingCount, ...]:
    counts = Counter([(found.label, found.operator, found.detector) for found in findings])
    return tuple(FindingCount(*kind, count) for kind, count in sorted(counts.items()))


def _time(moment: datetime, treatment: Treatment | None) -> datetime | str | UnsetType:
    if treatment is None:
        return UNSET
    if treatment.operator is Operator.GENERALIZE and treatment.to is not None:
        return generalized_time(moment, treatment.to)
    return moment


def _processed_at(recorded_at: datetime, treatment: Treatment | None) -> datetime:
    """Return the record's time as coarse as the event's, which it would give away: the day where that is dropped."""
    if treatment is not None and treatment.operator is Operator.KEEP:
        return recorded_at
    return cut_time(recorded_at, Generalization.DAY if treatment is None or treatment.to is None else treatment.to)


def _customer_id(event: ConversationEvent) -> str:
    value = event.subject.get("customer_id", "")
    if isinstance(value, list):
        return value[0] if value else ""
    return value


def _attributes(
    detected: DetectedEvent, deidentifier: Deidentifier, rules: Rules
) -> tuple[dict[str, AttributeValue], list[SanitizedFinding]]:
    kept: dict[str, AttributeValue] = {}
    findings: list[SanitizedFinding] = []
    event = detected.event
    if not event.attributes:
        return kept, findings
    for name in deidentifier.purpose.attributes & event.attributes.keys():
        declared, value = rules.policy.attributes[name], event.attributes[name]
        if declared.type is AttributeType.TEXT and isinstance(value, str):
            text, found = deidentifier.de_identify(
                value, detected.attribute_findings.get(name, ()), event.tenant, event.conversation_id
            )
            kept[name] = text
            findings += found
        elif fits(declared, value):
            kept[name] = value
    return dict(sorted(kept.items())), findings


def fits(declared: Attribute, value: AttributeValue) -> bool:
    """Say whether a value is of an attribute's declared type; one that is not is dropped and counted. Pure."""
    match declared.type:
        case AttributeType.BOOLEAN:
            return isinstance(value, bool)
        case AttributeType.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _NUMBER_END
        case AttributeType.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _NUMBER_END
        case AttributeType.CHOICE:
            return value in declared.choices
        case AttributeType.TEXT:
            return isinstance(value, str)


@lru_cache(1_024)
def published_locale(locale: str) -> str:
    """Return language, script and region of a locale; further subtags could spell a name or a number. Pure."""
    return _LOCALE.match(locale)[0]  # type: ignore[index]  # the decoder saw to the language


def _count_fields(event: ConversationEvent) -> int:
    author = event.author
    optional = (author.id is not UNSET) + (author.display_name is not UNSET) + (event.sequence is not None)
    return _FIXED_FIELDS + optional + len(event.subject) + len(event.attributes)


def _count_kept(sanitized: SanitizedEvent) -> int:
    fields = (
        sanitized.conversation,
        sanitized.author,
        sanitized.customer,
        sanitized.role,
        sanitized.sequence,
        sanitized.occurred_at,
        sanitized.channel,
        sanitized.locale,
    )
    attributes = 0 if sanitized.attributes is UNSET else len(sanitized.attributes)
    return attributes + len(fields) - fields.count(UNSET)
