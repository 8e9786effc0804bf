"""The opt-out list: the latest request wins, a tie means out, and what is unreadable excludes."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.consent.opt_outs import OptOutList, encode_entry, is_out, merged
from pipeline.event.privacy_request import Choice, IdentifierKind, PrivacyRequest

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def request(choice, minutes=0, purposes=("*",)):
    return PrivacyRequest(
        schema_version=1,
        request_id="r1",
        tenant="acme",
        kind=IdentifierKind.EMAIL,
        identifier="a@example.org",
        choice=choice,
        purposes=tuple(purposes),
        requested_at=NOON + timedelta(minutes=minutes),
    )


def entry_of(*requests):
    entry = None
    for each in requests:
        entry = merged(entry, each)
    return entry


@pytest.mark.parametrize(
    ("requests", "out"),
    [
        ([request(Choice.OUT)], True),
        ([request(Choice.OUT), request(Choice.IN, 1)], False),
        ([request(Choice.IN, 1), request(Choice.OUT)], False),
        ([request(Choice.OUT), request(Choice.IN)], True),
        ([request(Choice.IN), request(Choice.OUT)], True),
        ([request(Choice.OUT, 0, ["*"]), request(Choice.IN, 1, ["analytics"])], False),
        ([request(Choice.IN, 0, ["analytics"]), request(Choice.OUT, 1, ["*"])], True),
        ([request(Choice.OUT, 0, ["*"]), request(Choice.IN, 0, ["analytics"])], True),
        ([request(Choice.OUT, 0, ["quality"])], False),
    ],
    ids=[
        "out",
        "in after out",
        "late arrival of an earlier out",
        "tie, in last",
        "tie, out last",
        "in for this purpose after out of all",
        "out of all after in for this purpose",
        "tie between all and this purpose",
        "out of another purpose",
    ],
)
def test_the_latest_request_decides_and_a_tie_means_out(requests, out):
    """Whatever the order of arrival, `requested_at` decides."""
    assert is_out(entry_of(*requests), "analytics") is out


@pytest.mark.parametrize("value", [None, b"", b"{}", b"not json", b'{"schema_version":2,"decisions":{}}', b"\xff"])
def test_a_null_or_unreadable_entry_excludes_from_every_purpose(value):
    """What cannot be read is taken as an opt-out of everything."""
    opt_outs = OptOutList()
    opt_outs.apply("k", value, 0)
    assert opt_outs.excluded(["k"], ["analytics", "quality"]) == {"analytics", "quality"}


def test_opting_in_never_lifts_anothers_opt_out():
    """With two identifiers, one of which is out, the event is out."""
    opt_outs = OptOutList()
    opt_outs.apply("in", encode_entry(entry_of(request(Choice.IN))), 0)
    opt_outs.apply("out", encode_entry(entry_of(request(Choice.OUT, 0, ["analytics"]))), 1)
    assert opt_outs.excluded(["in", "out"], ["analytics", "quality"]) == {"analytics"}


def test_the_position_is_the_next_offset_to_read():
    """Outputs name the position they were decided under."""
    opt_outs = OptOutList()
    opt_outs.apply("k", None, 41)
    assert opt_outs.position == 42


def test_nobody_known_is_out_of_nothing():
    """Keys that the list does not hold exclude nothing."""
    assert OptOutList().excluded(["k"], ["analytics"]) == frozenset()
