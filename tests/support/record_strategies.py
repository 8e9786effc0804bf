"""Hypothesis strategies for the records of the product: everything that their contracts allow."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st
from msgspec import UNSET

from pipeline.errors import Reason
from pipeline.event.conversation_event import Channel, Role
from pipeline.event.labels import Label
from pipeline.event.privacy_request import Choice, IdentifierKind, RequestResult
from pipeline.event.receipt import (
    AmendmentOutcome,
    AmendmentReceipt,
    FindingCount,
    Outcome,
    PurposeReceipt,
    Receipt,
    WithheldReason,
)
from pipeline.event.sanitized_event import SanitizedEvent, SanitizedFinding, Versions
from pipeline.policy.compiled import Operator

identifiers = st.text(min_size=1, max_size=512)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - the zone is drawn apart
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - likewise
    timezones=zones,
).map(datetime.isoformat)
scalars = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(-1e15, 1e15) | st.text(max_size=20)
subjects = st.dictionaries(st.text(max_size=20), st.text(max_size=20) | st.lists(st.text(max_size=20), max_size=3))
authors = st.fixed_dictionaries(
    {"role": st.sampled_from(Role)}, optional={"id": identifiers, "display_name": st.text(max_size=512)}
)
events = st.fixed_dictionaries(
    {
        "schema_version": st.just(1),
        "event_id": identifiers,
        "tenant": identifiers,
        "conversation_id": identifiers,
        "occurred_at": moments,
        "channel": st.sampled_from(Channel),
        "author": authors,
        "text": st.text(),
    },
    optional={
        "sequence": st.none() | st.integers(0, 999_999_999),
        "locale": st.sampled_from(["en", "de-AT", "pt_BR", "zh-Hant-TW"]),
        "subject": subjects,
        "signals": st.fixed_dictionaries({}, optional={"gpc": st.booleans()}),
        "attributes": st.dictionaries(st.text(max_size=20), scalars),
        "undeclared": scalars,
    },
)
purposes = st.from_regex(r"\A(\*|[a-z][a-z0-9-]{0,40})\Z")
requests = st.fixed_dictionaries(
    {
        "schema_version": st.just(1),
        "request_id": st.from_regex(r"\A[A-Za-z0-9_-]{1,64}\Z"),
        "tenant": identifiers,
        "kind": st.sampled_from(IdentifierKind),
        "identifier": identifiers,
        "choice": st.sampled_from(Choice),
        "requested_at": moments,
    },
    optional={
        "purposes": st.lists(purposes, min_size=1, max_size=64),
        "source": st.from_regex(r"\A[a-z0-9_-]{1,64}\Z"),
        "evidence": st.from_regex(r"\A[A-Za-z0-9_.:-]{0,64}\Z"),
    },
)
entries = st.fixed_dictionaries(
    {
        "schema_version": st.just(1),
        "decisions": st.dictionaries(
            purposes,
            st.fixed_dictionaries(
                {
                    "choice": st.sampled_from(Choice),
                    "requested_at": moments,
                    "source": st.text(max_size=20),
                    "evidence": st.text(max_size=20),
                }
            ),
            max_size=5,
        ),
    }
)

small = st.integers(0, 2**40)
hexes = st.from_regex(r"\A[0-9a-f]{32}\Z")
versions = st.builds(Versions, policy=st.text(), names=st.text(), keys=small, opt_outs=small, product=st.text())
purpose_names = st.from_regex(r"\A[a-z][a-z0-9-]{0,40}\Z")
attributes = st.dictionaries(st.text(max_size=9), scalars)


def maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Return a strategy for a field that may be absent."""
    return st.just(UNSET) | values


sanitized_events = st.builds(
    SanitizedEvent,
    schema_version=st.just(1),
    id=hexes,
    revision=st.integers(1, 99),
    purpose=purpose_names,
    tenant=st.text(),
    processed_at=st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - drawn apart
    versions=versions,
    findings=st.lists(
        st.builds(
            SanitizedFinding,
            label=st.sampled_from([label.value for label in Label]),
            operator=st.sampled_from([operator.value for operator in Operator]),
            detector=st.text(),
            start=small,
            end=small,
        ),
        max_size=3,
    ).map(tuple),
    conversation=maybe(st.text()),
    author=maybe(st.text()),
    customer=maybe(st.text()),
    role=maybe(st.sampled_from(Role)),
    sequence=maybe(st.integers(0, 999_999_999)),
    occurred_at=maybe(st.datetimes(timezones=st.just(UTC)) | st.sampled_from(["2026", "2026-03", "2026-03-01"])),
    channel=maybe(st.sampled_from(Channel)),
    locale=maybe(st.text()),
    text=maybe(st.text()),
    length=maybe(st.text()),
    attributes=maybe(attributes),
)
finding_counts = st.lists(
    st.builds(
        FindingCount,
        label=st.sampled_from([label.value for label in Label]),
        operator=st.sampled_from([operator.value for operator in Operator]),
        detector=st.text(),
        count=st.integers(1, 10_000),
    ),
    max_size=3,
).map(tuple)
purpose_receipts = st.builds(
    PurposeReceipt,
    purpose=purpose_names,
    outcome=st.sampled_from(Outcome),
    id=hexes,
    reason=st.none() | st.sampled_from(WithheldReason),
    metadata_only=st.booleans(),
    findings=finding_counts,
    dropped_fields=small,
)
amendments = st.builds(
    AmendmentReceipt,
    purpose=purpose_names,
    id=hexes,
    revision=st.integers(2, 1_000),
    outcome=st.sampled_from(AmendmentOutcome),
    findings=finding_counts,
)
outcomes = st.builds(
    lambda purposes, amended: {"purposes": tuple(purposes), "amendments": tuple(amended)},
    st.lists(purpose_receipts, min_size=1, max_size=3),
    st.lists(amendments, max_size=2),
)
rejections = st.sampled_from(Reason).map(lambda reason: {"dead_letter": reason})
receipts = st.builds(
    lambda outcome, **values: Receipt(**values, **outcome),
    outcomes | rejections,
    schema_version=st.just(1),
    id=hexes,
    topic=st.text(),
    partition=small,
    offset=small,
    recorded_at_ms=small,
    versions=versions,
    field=st.none() | st.text(),
    replay_of=st.none() | hexes,
    undeclared_fields=small,
    sequence_regressed=st.booleans(),
    unidentified=st.booleans(),
)
results = st.builds(
    RequestResult,
    schema_version=st.just(1),
    request_id=st.text(),
    accepted=st.booleans(),
    reason=st.none() | st.sampled_from(Reason),
    field=st.text(),
)
