"""Reads the `tests` of a policy document."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from pipeline.event.conversation_event import Author, Channel, ConversationEvent, Role, Signals
from pipeline.event.labels import Label
from pipeline.event.receipt import WithheldReason
from pipeline.policy.compiled import FIELD_OPERATORS
from pipeline.policy.expectation import Expectation, PolicyTest
from pipeline.policy.problems import suggest
from pipeline.policy.section import Section
from pipeline.policy.tree import Items, Leaf, Plain, ScalarValue, Table, plain

TESTS_MAX: Final = 500
TEST_SETTINGS: Final = ("name", "purpose", "event", "opted_out", "expect")
TEST_REQUIRED: Final = ("name", "purpose", "event", "expect")
EVENT_FIELDS: Final = (
    "text",
    "author",
    "subject",
    "signals",
    "attributes",
    "channel",
    "locale",
    "occurred_at",
    "sequence",
    "tenant",
    "conversation_id",
)
QUESTION: Final = "question"
EXPECT_SETTINGS: Final = ("text", "contains", "absent", "withheld", "metadata_only", "labels", "fields")
OUTPUT_SETTINGS: Final = ("text", "contains", "labels", "fields", "metadata_only")
ATTRIBUTE_PREFIX: Final = "attributes."
_DEFAULTS: Final[Mapping[str, Plain]] = {
    "schema_version": 1,
    "event_id": "event-1",
    "conversation_id": "conversation-1",
    "occurred_at": "2025-01-31T14:05:09Z",
    "channel": Channel.CHAT.value,
    "author": {"role": Role.CUSTOMER.value},
    "text": "",
}
_TYPES: Final[Mapping[str, object]] = {member.name: member.type for member in msgspec.structs.fields(ConversationEvent)}


def read_tests(top: Section, purposes: Sequence[str], tenant: str) -> tuple[PolicyTest, ...]:
    """Read every test; note what is wrong. Events without a tenant get the one given."""
    node = top.node("tests")
    if node is None:
        return ()
    if not isinstance(node, Items) or len(node.items) > TESTS_MAX:
        top.refuse("tests", f"must be a list of at most {TESTS_MAX} tests", "write one `- name: ...` for each")
        return ()
    tests: list[PolicyTest] = []
    names: set[str] = set()
    for index, item in enumerate(node.items):
        path = f"tests[{index}]"
        if not isinstance(item, Table):
            top.problems.add(item.line, path, "must be a mapping", "write `name`, `purpose`, `event` and `expect`")
            continue
        test = _read_test(Section(item, path, top.problems), purposes, tenant)
        if test is not None and test.name in names:
            top.problems.add(item.line, f"{path}.name", "is the name of an earlier test", "give each its own name")
        if test is not None:
            names.add(test.name)
            tests.append(test)
    return tuple(tests)


def _read_test(section: Section, purposes: Sequence[str], tenant: str) -> PolicyTest | None:
    section.allow(TEST_SETTINGS, required=TEST_REQUIRED)
    name = section.text("name", r".*\S.*", "must say in a line what the test expects")
    purpose = section.text("purpose", required="must be the name of a purpose")
    if purpose is not None and purpose not in purposes:
        section.refuse("purpose", "must name a purpose of this document", suggest(purpose, purposes))
    opted_out = section.flag("opted_out")
    written = section.section("event")
    event = None if written is None else _read_event(written, tenant)
    question = None if written is None else written.text(QUESTION)
    expected = section.section("expect")
    expect = None if expected is None else _read_expectation(expected)
    if name is None or purpose is None or event is None or expect is None:
        return None
    return PolicyTest(
        name=name,
        line=section.line,
        purpose=purpose,
        event=event,
        question=question or "",
        opted_out=opted_out or False,
        expect=expect,
    )


def _read_event(section: Section, tenant: str) -> ConversationEvent | None:
    section.allow((*EVENT_FIELDS, QUESTION), what="field of the event")
    written: dict[str, Plain] = {**_DEFAULTS, "tenant": tenant}
    for key, node in section.entries():
        if key in EVENT_FIELDS:
            written[key] = plain(node)
    nested: tuple[tuple[str, type[msgspec.Struct]], ...] = (("author", Author), ("signals", Signals))
    for key, struct in nested:
        below = section.section(key)
        if below is not None:
            below.allow(struct.__struct_fields__, what=f"field of {key}")
            written[key] = {**_mapping(_DEFAULTS.get(key)), **_mapping(written[key])}
    whole = True
    for key, value in written.items():
        if not _fits(value, _TYPES[key]):
            whole = False
            if key in section:
                required = "must be what a conversation event holds there"
                section.refuse(key, required, "see its JSON Schema; text that looks like a number needs quotes")
    return msgspec.convert(written, ConversationEvent) if whole else None


def _mapping(value: Plain) -> dict[str, Plain]:
    return value if isinstance(value, dict) else {}


def _fits(value: Plain, expected: object) -> bool:
    try:
        msgspec.convert(value, expected)
    except msgspec.ValidationError:
        return False
    return True


def _read_expectation(section: Section) -> Expectation:
    section.allow(EXPECT_SETTINGS)
    if not section:
        section.problems.add(section.line, section.path, "must expect something", f"use {', '.join(EXPECT_SETTINGS)}")
    withheld = section.choice("withheld", WithheldReason)
    if "withheld" in section:
        for key in OUTPUT_SETTINGS:
            if key in section:
                section.refuse(key, "cannot be expected of an event that is withheld", "remove it, or `withheld`")
    labels = _some(section, "labels", "|".join(Label), "must be a label")
    return Expectation(
        text=section.text("text"),
        contains=_some(section, "contains", r".+", "must be text of at least one character"),
        absent=_some(section, "absent", r".+", "must be text of at least one character"),
        withheld=withheld,
        metadata_only=section.flag("metadata_only") or False,
        labels=frozenset(map(Label, labels)),
        fields=_read_fields(section),
    )


def _some(section: Section, key: str, pattern: str, required: str) -> tuple[str, ...]:
    found = section.texts(key, pattern, required)
    if found == ():
        section.refuse(key, "must list something", "an empty list would expect nothing")
    return found or ()


def _read_fields(expect: Section) -> dict[str, str | None]:
    section = expect.section("fields")
    fields: dict[str, str | None] = {}
    if section is None:
        return fields
    if not section:
        expect.refuse("fields", "must name at least one field", "an empty mapping would expect nothing")
    for name, node in section.entries():
        known = name in FIELD_OPERATORS or (name.startswith(ATTRIBUTE_PREFIX) and name != ATTRIBUTE_PREFIX)
        if not known:
            remedy = suggest(name, (*FIELD_OPERATORS, f"{ATTRIBUTE_PREFIX}NAME"))
            section.refuse(name, "must be a field that may leave", remedy)
        elif not isinstance(node, Leaf):
            section.refuse(name, "must be a value, or null where it must be dropped", "put text in quotes")
        else:
            fields[name] = _as_text(node.value)
    return fields


def _as_text(value: ScalarValue) -> str | None:
    """Return a value as outcomes show it: `true`, `3`; None for one that must not leave. Pure."""
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
