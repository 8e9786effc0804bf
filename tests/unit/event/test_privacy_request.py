"""The public way in: what a privacy request may say, and what an unreadable one means."""

import json

import pytest

from pipeline.errors import Reason, RejectedEvent
from pipeline.event.privacy_request import Choice, IdentifierKind, decode_entry, decode_request


def request_bytes(**changes: object) -> bytes:
    request = {
        "schema_version": 1,
        "request_id": "request-1",
        "tenant": "acme",
        "kind": "email",
        "identifier": "jo@example.com",
        "choice": "out",
        "requested_at": "2026-03-01T10:00:00Z",
    }
    return json.dumps({**request, **changes}).encode()


def test_a_request_without_purposes_is_about_all_of_them():
    request = decode_request(request_bytes())
    assert (request.kind, request.choice, list(request.purposes)) == (IdentifierKind.EMAIL, Choice.OUT, ["*"])


@pytest.mark.parametrize(
    "change",
    [
        {"schema_version": 2},
        {"request_id": "has spaces"},
        {"request_id": ""},
        {"kind": "name"},
        {"identifier": ""},
        {"choice": "maybe"},
        {"purposes": []},
        {"purposes": ["Analytics"]},
        {"requested_at": "2026-03-01T10:00:00"},
        {"evidence": "she said so on the phone"},
        {"source": "Web Form"},
        {"extra": 1},
    ],
)
def test_a_request_that_does_not_fit_is_refused_without_a_word_of_it(change):
    with pytest.raises(RejectedEvent) as caught:
        decode_request(request_bytes(**change))
    assert (caught.value.reason, caught.value.field) == (Reason.REQUEST_REFUSED, "")
    assert caught.value.__context__ is None


@pytest.mark.parametrize("value", [b"", b"{", b"\xff", b"[]", b"[" * 100_000])
def test_a_request_that_is_no_json_is_refused(value):
    with pytest.raises(RejectedEvent) as caught:
        decode_request(value)
    assert caught.value.reason is Reason.REQUEST_REFUSED


def test_a_null_request_is_refused_as_null():
    with pytest.raises(RejectedEvent) as caught:
        decode_request(None)
    assert caught.value.reason is Reason.NULL_VALUE


@pytest.mark.parametrize(
    "value", [None, b"", b"\xff", b"{}", b'{"schema_version":2,"decisions":{}}', b'{"schema_version":1,"extra":1}']
)
def test_an_entry_that_cannot_be_read_is_none(value):
    """Nothing means out of every purpose: an unreadable list must not let anybody in."""
    assert decode_entry(value) is None


def test_an_entry_whose_time_has_no_zone_cannot_be_read():
    """Times with and without a zone cannot be compared, so it would stop every worker; unreadable means out."""
    decision = {"choice": "in", "requested_at": "2026-03-01T10:15:00", "source": "api", "evidence": ""}
    assert decode_entry(json.dumps({"schema_version": 1, "decisions": {"*": decision}}).encode()) is None
