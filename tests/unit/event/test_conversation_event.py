"""Strict decoding: each bad record of the design gets its reason, and no reason ever carries a value."""

import json
import time

import msgspec
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.errors import Reason, RejectedEvent
from pipeline.event.conversation_event import (
    NESTING_MAX,
    Author,
    ConversationEvent,
    decode,
    nesting_depth,
)
from pipeline.event.subject import subject_pairs
from tests.support.events import event_bytes, event_dict


def rejection(value: bytes | None) -> RejectedEvent:
    with pytest.raises(RejectedEvent) as caught:
        decode(value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value


def nested(levels: int) -> bytes:
    """Return an event whose undeclared field makes the record nest this deep."""
    inner = b"[" * (levels - 1) + b"]" * (levels - 1)
    return event_bytes().replace(b'"text"', b'"extra": ' + inner + b', "text"')


@pytest.mark.parametrize(
    ("value", "reason", "field"),
    [
        (None, Reason.NULL_VALUE, ""),
        (b"", Reason.INVALID_JSON, ""),
        (b"{", Reason.INVALID_JSON, ""),
        (event_bytes()[:-1], Reason.INVALID_JSON, ""),
        (event_bytes() + b"{}", Reason.INVALID_JSON, ""),
        (b"not json", Reason.INVALID_JSON, ""),
        (event_bytes().replace(b'"hello"', b'"\\q"'), Reason.INVALID_JSON, ""),
        (event_bytes().replace(b'"hello"', b'"\\\\ud800 \\q"'), Reason.INVALID_JSON, ""),
        (event_bytes().replace(b'"sequence": 1', b'"sequence": NaN'), Reason.INVALID_JSON, ""),
        (b"\xff\xfe", Reason.INVALID_UTF8, ""),
        (event_bytes().replace(b"hello", b"\xff"), Reason.INVALID_UTF8, ""),
        (event_bytes().replace(b"hello", b"\xed\xa0\x80"), Reason.INVALID_UTF8, ""),
        (event_bytes().replace(b'"text"', b'"extra": "\xff", "text"'), Reason.INVALID_UTF8, ""),
        (event_bytes().replace(b"hello", b"\\ud800"), Reason.LONE_SURROGATE, ""),
        (event_bytes().replace(b"hello", b"a \\uDC00 b"), Reason.LONE_SURROGATE, ""),
        (event_bytes().replace(b"hello", b"\\ud83d\\ude00 \\ud83d"), Reason.LONE_SURROGATE, ""),
        (nested(NESTING_MAX + 1), Reason.NESTING_TOO_DEEP, ""),
        (b"[" * 100_000, Reason.NESTING_TOO_DEEP, ""),
        (nested(100_000), Reason.NESTING_TOO_DEEP, ""),
        (b"[]", Reason.WRONG_TYPE, ""),
        (b"null", Reason.WRONG_TYPE, ""),
        (b'"event"', Reason.WRONG_TYPE, ""),
        (event_bytes(text=5), Reason.WRONG_TYPE, "text"),
        (event_bytes(schema_version=2), Reason.WRONG_TYPE, "schema_version"),
        (event_bytes(sequence="1"), Reason.WRONG_TYPE, "sequence"),
        (event_bytes(sequence=-1), Reason.WRONG_TYPE, "sequence"),
        (event_bytes(channel="pigeon"), Reason.WRONG_TYPE, "channel"),
        (event_bytes(author={"role": "boss"}), Reason.WRONG_TYPE, "author.role"),
        (event_bytes(author={"role": "agent", "id": ""}), Reason.WRONG_TYPE, "author.id"),
        (event_bytes(occurred_at="yesterday"), Reason.WRONG_TYPE, "occurred_at"),
        (event_bytes(occurred_at="2026-03-01T10:15:00"), Reason.WRONG_TYPE, "occurred_at"),
        (event_bytes(locale="Jane Doe"), Reason.WRONG_TYPE, "locale"),
        (event_bytes(subject={"email": {"work": "x"}}), Reason.WRONG_TYPE, "subject"),
        (event_bytes(subject={"email": ["x", 1]}), Reason.WRONG_TYPE, "subject"),
        (event_bytes(attributes={"queue": ["a"]}), Reason.WRONG_TYPE, "attributes"),
        (event_bytes(signals={"gpc": "yes"}), Reason.WRONG_TYPE, "signals.gpc"),
        (event_bytes(event_id="x" * 513), Reason.WRONG_TYPE, "event_id"),
        (event_bytes(conversation_id=""), Reason.WRONG_TYPE, "conversation_id"),
        (event_bytes(conversation_id=None), Reason.MISSING_FIELD, "conversation_id"),
        (event_bytes(text=None), Reason.MISSING_FIELD, "text"),
        (event_bytes(author={}), Reason.MISSING_FIELD, "author.role"),
        (b"{}", Reason.MISSING_FIELD, "schema_version"),
    ],
)
def test_a_bad_record_is_rejected_with_its_reason_and_a_field_of_our_schema(value, reason, field):
    found = rejection(value)
    assert (found.reason, found.field) == (reason, field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channel", "$.jane_doe"),
        ("channel", "missing required field `jane_doe`"),
        ("channel", "Object missing required field `jane_doe`"),
        ("channel", "x - at `$.jane_doe`"),
        ("channel", "unknown field jane_doe"),
        ("author", {"role": "$.jane_doe"}),
        ("subject", {"$.jane_doe": 1}),
        ("attributes", {"jane_doe": {}}),
    ],
)
def test_a_value_in_the_form_of_a_path_does_not_reach_the_reason(field, value):
    """The field of a dead letter stands in clear, so a publisher's value must not be able to pass for one."""
    found = rejection(event_bytes(**{field: value}))
    assert "jane" not in str(found)
    assert found.field.split(".")[0] == field


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\u202eright to left\u202c שלום مرحبا",
        "👩‍👩‍👧‍👦 🇩🇪",
        "\u200b\ufeff",
        "\U0010ffff",
        "\\ud800 as typed",
        "x" * 5_000_000,
    ],
    ids=["empty", "nul", "right-to-left", "emoji", "zero-width", "last code point", "backslash", "5 MB"],
)
def test_odd_but_valid_text_is_decoded_as_it_is(text):
    assert decode(event_bytes(text)).event.text == text


def test_a_surrogate_pair_is_one_character():
    assert decode(event_bytes().replace(b"hello", b"\\ud83d\\ude00")).event.text == "😀"


def test_nesting_up_to_the_limit_is_accepted_and_dropped_unread():
    assert decode(nested(NESTING_MAX)).undeclared_fields == 1


def test_undeclared_fields_are_counted_on_every_level_that_has_a_schema():
    value = event_bytes(
        note="x", extra={"deep": [1]}, author={"role": "agent", "team": "blue"}, signals={"gpc": True, "dnt": True}
    )
    decoded = decode(value)
    assert decoded.undeclared_fields == 4
    assert decoded.event.signals.gpc


def test_a_declared_event_has_no_undeclared_fields():
    value = event_bytes(
        author={"role": "agent", "id": "a-1", "display_name": "Robin"},
        subject={"name": "Jo", "email": ["a@example.com", "b@example.com"]},
        attributes={"csat": 5, "ratio": 0.5, "resolved": True, "queue": "billing", "none": None},
    )
    assert decode(value).undeclared_fields == 0


def test_absent_optional_fields_take_their_defaults():
    event = decode(event_bytes(sequence=None, locale=None)).event
    assert (event.sequence, event.locale, event.subject, event.signals.gpc) == (None, "en", {}, False)


def test_of_a_field_given_twice_the_last_counts():
    assert decode(event_bytes().replace(b'"text"', b'"text": "first", "text"')).event.text == "hello"


@pytest.mark.parametrize(
    "hostile",
    [b'{"a":"' + b'\\"' * 500_000, b'{"a":"' + b'\\"' * 500_000 + b"\\", b'"' * 1_000_000, b"\\" * 1_000_000],
    ids=["unterminated", "unterminated, then a backslash", "quotes", "backslashes"],
)
def test_hostile_bytes_are_rejected_in_linear_time(hostile):
    """A quadratic search takes an hour for these; the limit is generous to slow machines."""
    begun = time.perf_counter()
    rejection(hostile)
    assert time.perf_counter() - begun < 5


def test_brackets_inside_strings_do_not_nest():
    assert nesting_depth(b'{"a":"[[[\\"[[[","b":[{}]}') == 3


def test_a_subjects_values_come_one_by_one_without_the_empty_ones():
    subject = {"name": "Jo", "email": ["a@example.com", " "], "phone": ""}
    assert subject_pairs(subject).pairs == (("name", "Jo"), ("email", "a@example.com"))


def test_only_a_small_subject_is_remembered_between_events():
    assert subject_pairs({"name": "Jo"}).cacheable
    assert not subject_pairs({"name": ["Jo"] * 5_000}).cacheable


def test_the_repr_of_a_subject_shows_no_value():
    assert "Jo" not in repr(subject_pairs({"name": "Jo"}))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
DECLARED = sorted(ConversationEvent.__struct_fields__)


@seed(20260301)
@settings(max_examples=300, deadline=None)
@given(changes=st.dictionaries(st.sampled_from(DECLARED), json_values, min_size=1, max_size=4))
def test_any_json_in_any_field_is_decoded_or_rejected_under_a_name_of_ours(changes):
    event = event_dict() | changes
    value = json.dumps(event).encode()
    try:
        decoded = decode(value).event
    except RejectedEvent as refusal:
        assert refusal.field == "" or refusal.field.split(".")[0] in DECLARED  # noqa: PT017 - either outcome is right
    else:
        again = msgspec.json.encode(decoded)
        assert msgspec.json.encode(decode(again).event) == again


@seed(20260301)
@settings(max_examples=300, deadline=None)
@given(value=st.binary(max_size=200))
def test_any_bytes_are_rejected_without_a_crash(value):
    assert rejection(value).reason in Reason


@seed(20260301)
@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200), cut=st.integers(min_value=0, max_value=400))
def test_a_truncated_record_is_never_taken_for_a_whole_one(text, cut):
    value = event_bytes(text)
    if cut < len(value):
        rejection(value[:cut])
    else:
        assert decode(value).event.text == text


@seed(20260301)
@settings(max_examples=200, deadline=None)
@given(value=json_values)
def test_nesting_depth_is_that_of_the_parsed_value(value):
    def depth(item):
        if isinstance(item, list):
            return 1 + max(map(depth, item), default=0)
        if isinstance(item, dict):
            return 1 + max(map(depth, item.values()), default=0)
        return 0

    assert nesting_depth(json.dumps(value).encode()) == depth(value)
    assert nesting_depth(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")) == depth(value)


def test_an_author_is_required_to_have_a_role_only():
    assert Author(role="agent").id is msgspec.UNSET
