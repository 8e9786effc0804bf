"""The documents in `schemas/` and the code say the same: field by field, and by what they accept and refuse."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, seed, settings
from jsonschema import Draft202012Validator
from msgspec import NODEFAULT, UNSET
from msgspec.structs import fields

from pipeline.errors import Reason, RejectedEvent
from pipeline.event.conversation_event import Author, Channel, ConversationEvent, Role, Signals, decode
from pipeline.event.dead_letter import DeadLetter
from pipeline.event.labels import Label
from pipeline.event.privacy_request import (
    Choice,
    Decision,
    IdentifierKind,
    OptOutEntry,
    PrivacyRequest,
    RequestResult,
    decode_entry,
    decode_request,
)
from pipeline.event.receipt import (
    AmendmentOutcome,
    AmendmentReceipt,
    FindingCount,
    Outcome,
    PurposeReceipt,
    Receipt,
    WithheldReason,
    encode,
)
from pipeline.event.sanitized_event import SanitizedEvent, SanitizedFinding, Versions
from pipeline.flow.local import LocalRedactor
from pipeline.flow.outcome import DeadLettered, Redacted, Sanitized
from pipeline.policy.compiled import Operator
from tests.support.events import CONVERSATION, analytics_rules, event_bytes, event_dict
from tests.support.record_strategies import entries, events, receipts, requests, results, sanitized_events

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
EVENT, REQUEST, ENTRY = "conversation-event", "privacy-request", "opt-out-entry"
SANITIZED, RECEIPT, LETTER, RESULT = "sanitized-event", "receipt", "dead-letter", "request-result"
NAMES = (EVENT, SANITIZED, RECEIPT, LETTER, REQUEST, RESULT, ENTRY)

STRUCTS = [
    (EVENT, "", ConversationEvent),
    (EVENT, "properties/author", Author),
    (EVENT, "properties/signals", Signals),
    (SANITIZED, "", SanitizedEvent),
    (SANITIZED, "properties/versions", Versions),
    (SANITIZED, "properties/findings/items", SanitizedFinding),
    (RECEIPT, "", Receipt),
    (RECEIPT, "properties/versions", Versions),
    (RECEIPT, "properties/purposes/items", PurposeReceipt),
    (RECEIPT, "properties/purposes/items/properties/findings/items", FindingCount),
    (RECEIPT, "properties/amendments/items", AmendmentReceipt),
    (LETTER, "", DeadLetter),
    (REQUEST, "", PrivacyRequest),
    (RESULT, "", RequestResult),
    (ENTRY, "", OptOutEntry),
    (ENTRY, "properties/decisions/additionalProperties", Decision),
]
ENUMS = [
    (EVENT, "properties/channel", Channel),
    (EVENT, "properties/author/properties/role", Role),
    (SANITIZED, "properties/channel", Channel),
    (SANITIZED, "properties/role", Role),
    (SANITIZED, "properties/findings/items/properties/label", Label),
    (SANITIZED, "properties/findings/items/properties/operator", Operator),
    (RECEIPT, "properties/purposes/items/properties/outcome", Outcome),
    (RECEIPT, "properties/purposes/items/properties/reason", WithheldReason),
    (RECEIPT, "properties/purposes/items/properties/findings/items/properties/label", Label),
    (RECEIPT, "properties/purposes/items/properties/findings/items/properties/operator", Operator),
    (RECEIPT, "properties/amendments/items/properties/outcome", AmendmentOutcome),
    (RECEIPT, "properties/dead_letter", Reason),
    (LETTER, "properties/reason", Reason),
    (REQUEST, "properties/kind", IdentifierKind),
    (REQUEST, "properties/choice", Choice),
    (RESULT, "properties/reason", Reason),
    (ENTRY, "properties/decisions/additionalProperties/properties/choice", Choice),
]
ALWAYS_WRITTEN = {SanitizedEvent: {"findings"}}
"""Fields that have a default in the code and stand in every record all the same."""


def schema(name: str, at: str = "") -> dict[str, object]:
    """Return a schema document, or the part of it that a path names."""
    part = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    for step in at.split("/") if at else ():
        part = part[step]
    return part


VALIDATORS = {
    name: Draft202012Validator(schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER) for name in NAMES
}


@pytest.mark.parametrize("name", NAMES)
def test_documents_are_json_schema_2020_12(name: str) -> None:
    """Valid, titled, versioned, and described down to every field."""
    document = schema(name)
    Draft202012Validator.check_schema(document)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["$id"] == f"urn:redaction-pipeline:schema:{name}:1"
    undescribed = [field for field, part in _properties(document) if not part.get("description")]
    assert undescribed == []


@pytest.mark.parametrize(("name", "at", "struct"), STRUCTS)
def test_fields_are_the_structs(name: str, at: str, struct: type[msgspec.Struct]) -> None:
    """No field is undocumented, none is documented that does not exist, and both demand the same ones."""
    part = schema(name, at)
    declared = {field.encode_name: field for field in fields(struct)}
    assert set(part["properties"]) == set(declared)  # type: ignore[call-overload]
    demanded = {
        name for name, field in declared.items() if field.default is NODEFAULT and field.default_factory is NODEFAULT
    }
    assert set(part.get("required", ())) == demanded | ALWAYS_WRITTEN.get(struct, set())  # type: ignore[call-overload]


@pytest.mark.parametrize(("name", "at", "values"), ENUMS)
def test_enumerations_are_the_codes(name: str, at: str, values: type) -> None:
    """Every word of the code stands in the schema and no other, null aside."""
    words = schema(name, at)["enum"]
    assert set(words) - {None} == {value.value for value in values}  # type: ignore[call-overload,attr-defined]


@pytest.mark.parametrize(("name", "at", "struct"), STRUCTS)
def test_defaults_are_the_codes(name: str, at: str, struct: type[msgspec.Struct]) -> None:
    """A default that the schema states is the one that the decoder fills in."""
    stated = {field: part["default"] for field, part in _own_properties(schema(name, at)) if "default" in part}
    assert stated == {name: value for name, value in _defaults(struct).items() if name in stated}


@pytest.mark.parametrize("name", [EVENT, REQUEST])
def test_examples_are_accepted_by_both(name: str) -> None:
    """What people copy must work."""
    read = decode if name == EVENT else decode_request
    examples = schema(name)["examples"]
    assert examples
    for example in examples:  # type: ignore[attr-defined]
        VALIDATORS[name].validate(example)
        assert read(json.dumps(example).encode()) is not None


# Whole floats are left out: JSON Schema takes 1.0 for an integer, the decoder does not.
WRONG = [
    None,
    True,
    0,
    -1,
    1,
    2,
    1.5,
    1_000_000_000,
    "",
    "chat",
    "x y",
    "en-",
    "x" * 64,
    "x" * 65,
    "x" * 512,
    "x" * 513,
    "2026-02-30T10:00:00Z",
    "2026-03-01T10:00:00",
    "2026-03-01",
    [],
    [1],
    ["ok", None],
    ["*", "NOT A PURPOSE"],
    ["a"] * 64,
    ["a"] * 65,
    {},
    {"role": "boss"},
    {"role": "agent", "id": ""},
    {"role": "agent", "id": 5},
    {"role": "agent", "display_name": "x" * 513},
    {"gpc": 1},
    {"any": {"nested": 1}},
    {"any": None},
    {"any": [1]},
    {"analytics": {"choice": "out"}},
]

Document = dict[str, object]


@seed(11)
@settings(max_examples=120, deadline=None)
@given(event=events)
def test_valid_events_are_accepted_by_schema_and_decoder(event: Document) -> None:
    """Whatever the schema promises a publisher, the worker reads."""
    VALIDATORS[EVENT].validate(event)
    assert decode(_encoded(event)).event.text == event["text"]


@seed(12)
@settings(max_examples=120, deadline=None)
@given(request=requests, entry=entries)
def test_valid_requests_and_entries_are_accepted_by_both(request: Document, entry: Document) -> None:
    """Whatever the schemas promise, the worker reads."""
    VALIDATORS[REQUEST].validate(request)
    assert decode_request(_encoded(request)).identifier == request["identifier"]
    VALIDATORS[ENTRY].validate(entry)
    assert decode_entry(_encoded(entry)) is not None


@pytest.mark.parametrize("field", sorted(schema(EVENT)["properties"]))  # type: ignore[call-overload]
def test_schema_and_decoder_agree_on_every_wrong_value_of_an_event(field: str) -> None:
    """Each field is removed and replaced by values of every kind: both accept, or both refuse."""
    _agree(EVENT, field, event_dict(subject={"name": "Ada"}, signals={"gpc": True}), decode)


@pytest.mark.parametrize("field", sorted(schema(REQUEST)["properties"]))  # type: ignore[call-overload]
def test_schema_and_decoder_agree_on_every_wrong_value_of_a_request(field: str) -> None:
    """The public way in is as strict as its schema."""
    _agree(REQUEST, field, schema(REQUEST)["examples"][0], decode_request)  # type: ignore[index]


@pytest.mark.parametrize("field", sorted(schema(ENTRY)["properties"]))  # type: ignore[call-overload]
def test_schema_and_decoder_agree_on_every_wrong_value_of_an_entry(field: str) -> None:
    """An entry that the schema refuses is unreadable, and so means out of everything."""
    decision = {"choice": "in", "requested_at": "2026-03-01T10:00:00Z", "source": "api", "evidence": ""}
    _agree(ENTRY, field, {"schema_version": 1, "decisions": {"analytics": decision}}, decode_entry)


def test_unknown_fields_are_counted_in_events_and_refused_in_requests() -> None:
    """A publisher may be ahead of us; whoever exercises a right must be understood in full."""
    event = event_dict(undeclared=1, author={"role": "agent", "mood": "good"}, signals={"dnt": True})
    VALIDATORS[EVENT].validate(event)
    assert decode(_encoded(event)).undeclared_fields == 3
    request = {**schema(REQUEST)["examples"][0], "undeclared": 1}  # type: ignore[index]
    assert not VALIDATORS[REQUEST].is_valid(request)
    with pytest.raises(RejectedEvent):
        decode_request(_encoded(request))


@pytest.mark.parametrize("moment", ["2026-03-01 10:00:00Z", "2026-03-01T10:00:00+0200"])
def test_the_decoder_is_more_lenient_than_rfc_3339_in_exactly_this(moment: str) -> None:
    """A blank for the T and a zone without a colon are read, though no publisher may rely on it."""
    event = event_dict(occurred_at=moment)
    assert not VALIDATORS[EVENT].is_valid(event)
    assert decode(_encoded(event)).event.occurred_at.tzinfo is not None


def test_what_the_pipeline_writes_is_valid() -> None:
    """Outputs, receipts and dead letters of real events, hostile ones among them."""
    written = list(_written())
    assert {name for name, _ in written} == {SANITIZED, RECEIPT, LETTER}
    for name, value in written:
        VALIDATORS[name].validate(json.loads(value))


@seed(13)
@settings(max_examples=120, deadline=None)
@given(event=sanitized_events, receipt=receipts, result=results)
def test_every_record_that_the_structs_allow_is_valid(
    event: SanitizedEvent, receipt: Receipt, result: RequestResult
) -> None:
    """No combination of fields that the code can write breaks the contract with its readers."""
    for name, record in ((SANITIZED, event), (RECEIPT, receipt), (RESULT, result)):
        VALIDATORS[name].validate(json.loads(msgspec.json.encode(record)))


def test_a_receipt_has_outcomes_or_a_dead_letter_and_never_both() -> None:
    """Nor neither."""
    receipt = next(json.loads(value) for name, value in _written() if name == RECEIPT and b'"purposes":[{' in value)
    assert VALIDATORS[RECEIPT].is_valid(receipt)
    assert not VALIDATORS[RECEIPT].is_valid(receipt | {"dead_letter": "invalid_json"})
    assert not VALIDATORS[RECEIPT].is_valid(receipt | {"purposes": []})


def _agree(name: str, field: str, valid: Document, read: Callable[[bytes], object]) -> None:
    assert VALIDATORS[name].is_valid(valid)
    removed = {key: value for key, value in valid.items() if key != field}
    for document in [removed, *({**valid, field: value} for value in WRONG)]:
        value = document.get(field, "(removed)")
        assert VALIDATORS[name].is_valid(document) == _reads(read, _encoded(document)), (field, value)


def _reads(read: Callable[[bytes], object], value: bytes) -> bool:
    try:
        return read(value) is not None
    except RejectedEvent:
        return False


def _encoded(document: Document) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _written() -> Iterator[tuple[str, bytes]]:
    key = CONVERSATION.encode()
    values: Sequence[tuple[bytes | None, bytes | None]] = [
        (key, event_bytes("write to ada@quill.example or 202 555 0143", author={"role": "customer", "id": "c-1"})),
        (key, event_bytes("", event_id="event-2", subject={"customer_id": "c-1", "name": "Ada Quill"}, sequence=0)),
        (key, event_bytes("again", event_id="event-2", attributes={"queue": "orders"})),
        (key, event_bytes("no", event_id="event-3", signals={"gpc": True})),
        (key, b"not json"),
        (key, None),
        (b"wrong", event_bytes()),
    ]
    for outcome in LocalRedactor(analytics_rules()).redact_values(values):
        yield RECEIPT, encode(outcome.receipt)
        match outcome:
            case DeadLettered():
                yield LETTER, outcome.letter
            case Redacted():
                yield from ((SANITIZED, one.value) for one in outcome.outcomes if isinstance(one, Sanitized))


def _properties(part: object) -> Iterator[tuple[str, dict[str, object]]]:
    if isinstance(part, dict):
        own = part.get("properties", {}) if "description" in part or part.get("type") == "object" else {}
        yield from own.items()
        for name, inner in part.items():
            if name not in ("examples", "default", "oneOf"):
                yield from _properties(inner)


def _own_properties(part: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    yield from part["properties"].items()  # type: ignore[attr-defined]


def _defaults(struct: type[msgspec.Struct]) -> dict[str, object]:
    found: dict[str, object] = {}
    for field in fields(struct):
        if field.default_factory is not NODEFAULT:
            found[field.encode_name] = field.default_factory()
        elif field.default is not NODEFAULT and field.default is not UNSET:
            default = {} if isinstance(field.default, Signals) else field.default
            found[field.encode_name] = msgspec.to_builtins(default)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}
