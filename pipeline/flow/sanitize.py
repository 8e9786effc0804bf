"""Last step: the sanitized event of one purpose, of nothing but what the policy lets out."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from msgspec import UNSET, UnsetType

from pipeline.deidentification.deidentifier import Deidentifier
from pipeline.deidentification.generalization import generalized_time, in_utc
from pipeline.errors import Reason, RejectedEvent
from pipeline.event.conversation_event import AttributeValue, ConversationEvent
from pipeline.event.receipt import FindingCount, Outcome, PurposeReceipt, WithheldReason
from pipeline.event.sanitized_event import SanitizedEvent, SanitizedFinding, Versions, encode, exceeds_limit
from pipeline.flow.outcome import Sanitized
from pipeline.flow.publication import FieldTokens, Publication, cut_record_time
from pipeline.flow.rules import Rules
from pipeline.flow.stages import DetectedEvent
from pipeline.policy.compiled import Attribute, AttributeType, Generalization

SCHEMA_VERSION = 1
_LENGTH_BANDS = ((0, "0"), (20, "1-20"), (100, "21-100"), (500, "101-500"), (2_000, "501-2000"))
_NUMBER_END: Final = 100_000_000  # nine digits may be a social security number, more a telephone or card number
# RFC 5646, section 2.1: language, script, region. Of scripts those in use, since any four letters have their shape.
_LOCALE: Final = re.compile(
    r"[A-Za-z]{2,3}(?:[-_](?:Latn|Cyrl|Arab|Hans|Hant|Deva|Guru|Beng))?(?:[-_](?:[A-Za-z]{2}|[0-9]{3}))?(?![A-Za-z0-9])",
    re.ASCII,
)
_SANITIZED: Final = Outcome.SANITIZED
_FIXED_FIELDS: Final = 5  # conversation_id, author.role, occurred_at, channel, locale: in every event
_METADATA_FIELDS: Final = 3  # author.role, occurred_at, channel


def sanitize(
    detected: DetectedEvent,
    publication: Publication,
    tokens: FieldTokens,
    output_id: str,
    rules: Rules,
    versions: Versions,
) -> Sanitized:
    """Return the event as the purpose may see it. Pure. Raises `RejectedEvent` when a record could not hold it."""
    event = detected.event
    tenant = event.tenant
    text, findings = publication.deidentifier.de_identify(event.text, detected.findings, tenant, event.conversation_id)
    attributes: dict[str, AttributeValue] | UnsetType = UNSET
    attribute_findings: Sequence[SanitizedFinding] = ()
    if event.attributes:
        attributes, attribute_findings = _attributes(detected, publication.deidentifier, rules)
    sequence = UNSET if event.sequence is None or not publication.sequence else event.sequence
    sanitized = SanitizedEvent(
        schema_version=SCHEMA_VERSION,
        id=output_id,
        revision=1,
        purpose=publication.purpose.name,
        tenant=tenant,
        processed_at=publication.processed_at(detected.origin.timestamp_ms),
        versions=versions,
        findings=findings,
        conversation=tokens.conversation,
        author=tokens.author,
        customer=tokens.customer,
        role=event.author.role if publication.role else UNSET,
        sequence=sequence,
        occurred_at=publication.occurred_at(event.occurred_at),
        channel=event.channel if publication.channel else UNSET,
        locale=published_locale(event.locale) if publication.locale else UNSET,
        text=text,
        attributes=attributes,
    )
    kept = publication.kept_always + tokens.people + (sequence is not UNSET)
    if attributes is not UNSET:
        kept += len(attributes)
        findings = (*findings, *attribute_findings)
    return _encoded(sanitized, findings, detected.fields - kept)


def metadata_only(
    detected: DetectedEvent, purpose: str, output_id: str, reason: WithheldReason, versions: Versions
) -> Sanitized:
    """Return channel, role, day and a length band, without token, text, finding or attribute. Pure."""
    event = detected.event
    sanitized = SanitizedEvent(
        schema_version=SCHEMA_VERSION,
        id=output_id,
        revision=1,
        purpose=purpose,
        tenant=event.tenant,
        processed_at=cut_record_time(detected.origin.timestamp_ms, Generalization.DAY),
        versions=versions,
        role=event.author.role,
        occurred_at=generalized_time(in_utc(event.occurred_at), Generalization.DAY),
        channel=event.channel,
        length=next((band for most, band in _LENGTH_BANDS if len(event.text) <= most), "over 2000"),
    )
    return _encoded(sanitized, (), detected.fields - _METADATA_FIELDS, reason)


def _encoded(
    sanitized: SanitizedEvent, findings: Sequence[SanitizedFinding], dropped: int, reason: WithheldReason | None = None
) -> Sanitized:
    value = encode(sanitized)
    if exceeds_limit(value):
        raise RejectedEvent(Reason.OUTPUT_TOO_LARGE)
    receipt = PurposeReceipt(
        purpose=sanitized.purpose,
        outcome=_SANITIZED,
        id=sanitized.id,
        reason=reason,
        metadata_only=reason is not None,
        findings=counted(findings) if findings else (),
        dropped_fields=dropped,
    )
    return Sanitized(receipt, value)


def counted(findings: Sequence[SanitizedFinding]) -> tuple[FindingCount, ...]:
    """Return how many findings there are of each label, operator and detector. Pure."""
    counts = Counter([(found.label, found.operator, found.detector) for found in findings])
    return tuple(FindingCount(*kind, count) for kind, count in sorted(counts.items()))


def _attributes(
    detected: DetectedEvent, deidentifier: Deidentifier, rules: Rules
) -> tuple[dict[str, AttributeValue] | UnsetType, Sequence[SanitizedFinding]]:
    kept: dict[str, AttributeValue] = {}
    findings: list[SanitizedFinding] = []
    event = detected.event
    for name, value in event.attributes.items():
        if name not in deidentifier.purpose.attributes:
            continue
        declared = rules.policy.attributes[name]
        if declared.type is AttributeType.TEXT and isinstance(value, str):
            text, found = deidentifier.de_identify(
                value, detected.attribute_findings.get(name, ()), event.tenant, event.conversation_id
            )
            kept[name] = text
            findings += found
        elif fits(declared, value):
            kept[name] = value
    return dict(sorted(kept.items())) or UNSET, findings


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


def count_fields(event: ConversationEvent) -> int:
    """Return how many fields an event has that a policy may let out or drop. Pure."""
    author = event.author
    optional = (author.id is not UNSET) + (author.display_name is not UNSET) + (event.sequence is not None)
    return _FIXED_FIELDS + optional + len(event.subject) + len(event.attributes)
