"""One privacy request: which entry, answer or dead letter it becomes."""

import json
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.consent.opt_outs import encode_entry, is_out
from pipeline.errors import Reason
from pipeline.event.dead_letter import decode, unseal
from pipeline.event.privacy_request import Choice, IdentifierKind, RequestResult, decode_entry
from pipeline.event.records import Position, SourceRecord, source_id
from pipeline.streaming.translation import Accepted, KnownEntries, Refused, translate
from tests.unit.streaming.worlds import KEYS, NOON, entry, list_key, policy, request

POSITION = Position("privacy.requests", 0, 5, int(NOON.timestamp() * 1000))


def translated(value, known=None, written=None, **options):
    record = SourceRecord(POSITION, b"whatever the sender wrote", value)
    return translate(record, known or KnownEntries(), written or {}, policy(**options), KEYS)


def answer(outcome):
    return msgspec.json.decode(outcome.result, type=RequestResult)


def knowing(value, timestamp_ms=0):
    known = KnownEntries()
    known.apply(list_key(), value, timestamp_ms)
    return known


def test_an_opt_out_becomes_an_entry_and_an_answer():
    """The entry stands under the keyed hash of the canonical identifier; neither holds the identifier."""
    outcome = translated(request(1, identifier="  SAM+news@Example.com"))
    assert isinstance(outcome, Accepted)
    assert outcome.key == list_key()
    assert is_out(decode_entry(outcome.value), "analytics")
    assert (outcome.result_key, answer(outcome).accepted) == ("r1", True)
    assert b"example" not in (outcome.value + outcome.result).lower()


def test_tags_count_where_the_policy_says_so():
    """With tags kept, the tagged address is another identifier."""
    assert translated(request(1, identifier="sam+news@example.com"), strip_email_tags=False).key != list_key()


@pytest.mark.parametrize(
    ("old", "new", "minute", "out"),
    [
        (Choice.OUT, "in", 1, False),
        (Choice.OUT, "in", -1, True),
        (Choice.OUT, "in", 0, True),
        (Choice.IN, "out", 0, True),
        (Choice.IN, "out", -1, False),
    ],
    ids=["later-in", "earlier-in", "tie-keeps-out", "tie-means-out", "earlier-out"],
)
def test_the_latest_choice_wins_and_a_tie_means_out(old, new, minute, out):
    """Arrival order says nothing; `requested_at` does."""
    outcome = translated(request(1, choice=new, minute=minute), knowing(encode_entry(entry(old))))
    assert is_out(outcome.entry, "analytics") is out


@pytest.mark.parametrize(
    ("choice", "minute", "accepted"), [("in", 4, True), ("in", 6, False), ("in", 10**6, False), ("out", 10**6, True)]
)
def test_an_opt_in_from_the_future_is_refused(choice, minute, accepted):
    """It would defeat every opt-out until then; a sender's clock may be a few minutes ahead."""
    outcome = translated(request(1, choice=choice, minute=minute))
    assert isinstance(outcome, Accepted) is accepted
    if not accepted:
        assert (answer(outcome).reason, answer(outcome).field) == (Reason.REQUEST_REFUSED, "requested_at")


def test_requests_of_one_batch_build_on_each_other():
    """The second request of a batch is merged with the first, though that is not committed yet."""
    first = translated(request(1, purposes=["analytics"]))
    second = translated(request(2, purposes=["quality"]), written={first.key: first.entry})
    assert set(second.entry.decisions) == {"analytics", "quality"}


@pytest.mark.parametrize("value", [None, b"not an entry"])
def test_an_unreadable_entry_stays_out_of_everything(value):
    """A request for one purpose does not lift the others, and one of before the damage lifts nothing."""
    noon_ms = int(NOON.timestamp() * 1000)
    known = knowing(value, noon_ms)
    later = translated(request(1, choice="in", minute=5, purposes=["analytics"]), known)
    assert not is_out(later.entry, "analytics")
    assert is_out(later.entry, "quality")
    earlier = translated(request(2, choice="in", minute=-5), known)
    assert is_out(earlier.entry, "analytics")
    assert later.entry.decisions["*"].requested_at == NOON


def test_an_unreadable_entry_without_a_sane_timestamp_is_still_out():
    """No timestamp makes the list unreadable."""
    for timestamp_ms in (-1, 2**62):
        assert is_out(knowing(None, timestamp_ms).entry(list_key()), "analytics")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, Reason.NULL_VALUE),
        (b"", Reason.REQUEST_REFUSED),
        (b'{"identifier": "sam@example.com"', Reason.REQUEST_REFUSED),
        (b"\xff\xfe", Reason.REQUEST_REFUSED),
        (request(1, kind="name"), Reason.REQUEST_REFUSED),
        (request(1, requested_at="2026-03-01T12:00:00"), Reason.REQUEST_REFUSED),
        (request(1, surprise=1), Reason.REQUEST_REFUSED),
        (b"[" * 100_000, Reason.REQUEST_REFUSED),
    ],
    ids=["null", "empty", "cut-off", "not-utf-8", "unknown-kind", "no-time-zone", "unknown-field", "deep"],
)
def test_what_cannot_be_decoded_is_sealed_and_refused(value, reason):
    """It names nobody: a dead letter under the record's id holds it as ciphertext, and the answer says no."""
    outcome = translated(value)
    assert isinstance(outcome, Refused)
    letter = decode(outcome.letter)
    assert (outcome.letter_key, letter.reason) == (source_id(KEYS, POSITION), reason)
    assert unseal(letter, KEYS).value == value
    assert b"sam@" not in outcome.letter + outcome.result
    assert outcome.result_key == source_id(KEYS, POSITION)
    assert answer(outcome) == RequestResult(schema_version=1, request_id="", accepted=False, reason=reason)


def test_an_unknown_tenant_is_refused_under_the_request_id():
    """Tenants stand in the policy; the sender learns which request and which field."""
    outcome = translated(request(1, tenant="other"))
    assert isinstance(outcome, Refused)
    found = answer(outcome)
    assert (outcome.result_key, found.reason, found.field) == ("r1", Reason.UNKNOWN_TENANT, "tenant")


@pytest.mark.parametrize("choice", ["out", "in"])
@pytest.mark.parametrize(("kind", "slip"), [("email", "sam"), ("email", "sam@examplecom"), ("phone", "12")])
def test_an_identifier_with_a_slip_in_it_is_refused(kind, slip, choice):
    """Accepted, it would protect nobody; the answer names the field, and only the sealed letter holds the slip."""
    outcome = translated(request(1, kind=kind, identifier=slip, choice=choice))
    assert isinstance(outcome, Refused)
    found = answer(outcome)
    assert (found.request_id, found.reason, found.field) == ("r1", Reason.REQUEST_REFUSED, "identifier")
    assert slip.encode() not in outcome.result


def test_an_entry_that_would_outgrow_its_record_is_refused():
    """Requests that name ever new purposes cannot grow an entry beyond what a record may hold."""
    many = entry(purpose="p")
    decision = many.decisions["p"]
    grown = msgspec.structs.replace(many, decisions={f"p{number}": decision for number in range(6_000)})
    outcome = translated(request(1, minute=1), knowing(encode_entry(grown)))
    assert isinstance(outcome, Refused)
    assert answer(outcome).field == "purposes"


def test_two_kinds_of_the_same_text_are_two_identifiers():
    """A user name that looks like an account id opts out of nothing but itself."""
    as_user = translated(request(1, kind="username", identifier="4711"))
    assert as_user.key == list_key("4711", IdentifierKind.USERNAME)
    assert as_user.key != list_key("4711", IdentifierKind.ACCOUNT_ID)
    assert as_user.entry.decisions["*"].requested_at - NOON == timedelta()


ODD_TIMES = [
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00-14:00",
    "9999-12-31T23:59:59.999999-14:00",
    "9999-12-31T23:59:59.999999+14:00",
    "2026-03-01T12:00:00Z",
]
odd_text = st.text(st.characters(), max_size=40)


@seed(20260301)
@settings(max_examples=300, deadline=None)
@given(
    changes=st.fixed_dictionaries(
        {},
        optional={
            "identifier": odd_text,
            "kind": st.sampled_from([*IdentifierKind, "name"]),
            "requested_at": st.sampled_from(ODD_TIMES),
            "purposes": st.lists(st.sampled_from(["*", "analytics", "A"]), max_size=3),
            "tenant": odd_text,
            "request_id": odd_text,
        },
    ),
    noise=st.binary(max_size=6),
    at=st.integers(0, 300),
)
def test_no_request_can_stop_the_translator(changes, noise, at):
    """Whatever stands in a request, it becomes an entry that can be read back, or a refusal."""
    known = knowing(encode_entry(entry(minute=3)))
    value = json.dumps({**json.loads(request(1)), **changes}).encode("utf-8", "surrogatepass")
    for each in (value, value[:at] + noise + value[at:]):
        match translated(each, known):
            case Accepted(entry=found, value=written):
                assert decode_entry(written) == found
            case Refused() as refusal:
                assert not answer(refusal).accepted


@pytest.mark.parametrize("first", ODD_TIMES)
@pytest.mark.parametrize("second", ODD_TIMES)
def test_times_at_the_edge_of_the_calendar_compare(first, second):
    """The first and last hours that can be written are times like others."""
    accepted = translated(request(1, requested_at=first))
    if isinstance(accepted, Accepted):
        again = translated(request(2, requested_at=second, choice="in"), knowing(accepted.value))
        assert isinstance(again, Accepted | Refused)
        assert answer(again).request_id in ("", "r2")
