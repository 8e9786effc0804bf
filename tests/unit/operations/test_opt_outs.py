from datetime import UTC, datetime

import msgspec
import pytest

from pipeline.consent.identifiers import opt_out_key
from pipeline.consent.opt_outs import encode_entry, merged
from pipeline.errors import Misconfigured, Reason, Unavailable
from pipeline.event.privacy_request import (
    Choice,
    IdentifierKind,
    PrivacyRequest,
    RequestResult,
    decode_request,
)
from pipeline.operations.broker import OutgoingRecord, Partition
from pipeline.operations.opt_outs import Canonical, Identity, OptOutStatus, ask, make_request, status
from pipeline.settings import Settings
from tests.support.events import key_ring
from tests.support.fake_broker import FakeBroker

SETTINGS = Settings()
NAMES = SETTINGS.topics
KEYS = key_ring()
JANE = Identity("acme", IdentifierKind.EMAIL, "jane.doe@example.com")
CANONICAL = Canonical(strip_email_tags=True, default_region="US")
AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_ask_publishes_the_request_and_returns_the_workers_answer(broker: FakeBroker) -> None:
    """The answer is found by the request's id among other answers, older and newer."""
    _answer(broker, RequestResult(schema_version=1, request_id="r-1", accepted=False))
    broker.before_poll = lambda: [  # type: ignore[func-returns-value]
        _answer(broker, RequestResult(schema_version=1, request_id="r-0", accepted=False)),
        broker.append(OutgoingRecord(NAMES.request_results, b"r-1", b"garbage", 0)),
        _answer(broker, RequestResult(schema_version=1, request_id="r-1", accepted=True)),
    ]
    result = ask(broker, SETTINGS, _request(), wait_s_max=1)
    assert result == RequestResult(schema_version=1, request_id="r-1", accepted=True)
    (stored,) = broker.logs[Partition(NAMES.requests, 0)]
    assert stored.key == b"r-1"
    assert decode_request(stored.value) == _request()


def test_ask_returns_refusals_too(broker: FakeBroker) -> None:
    """A refused request comes back with reason and field."""
    refused = RequestResult(
        schema_version=1, request_id="r-1", accepted=False, reason=Reason.UNKNOWN_TENANT, field="tenant"
    )
    broker.before_poll = lambda: _answer(broker, refused)
    assert ask(broker, SETTINGS, _request(), wait_s_max=1) == refused


def test_without_an_answer_the_request_still_counts(broker: FakeBroker) -> None:
    """The error says that it was delivered and what to look at; it names nobody."""
    with pytest.raises(Unavailable, match="no worker answered within 1 s") as caught:
        ask(broker, SETTINGS, _request(), wait_s_max=1)
    assert "jane" not in str(caught.value)
    assert len(broker.logs[Partition(NAMES.requests, 0)]) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"request_id": "jane doe"},
        {"purposes": ("Analytics!",)},
        {"purposes": ()},
        {"evidence": "she called and said"},
        {"source": "Call Centre"},
        {"requested_at": datetime(2026, 3, 1)},  # noqa: DTZ001 - the missing zone is the point
    ],
)
def test_requests_that_no_worker_could_read_are_refused_at_once(changes: dict[str, object]) -> None:
    """And the refusal shows none of what was typed."""
    arguments = {"request_id": "r-1", "requested_at": AT} | changes
    with pytest.raises(Misconfigured) as caught:
        make_request(JANE, Choice.OUT, **arguments)  # type: ignore[arg-type]
    assert "jane" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_status_of_someone_unknown(broker: FakeBroker) -> None:
    """Nobody is out until the list says so."""
    found = _status(broker)
    assert not found.listed
    assert not found.out_of("analytics")


def test_status_reads_the_latest_entry_under_the_keyed_hash(broker: FakeBroker) -> None:
    """The identifier may be written differently: it is canonicalised like the worker does."""
    _listed(broker, encode_entry(merged(None, _request(purposes=("analytics",)))))
    _listed(broker, encode_entry(merged(None, _request(purposes=("quality",)))))
    found = _status(broker, Identity("acme", IdentifierKind.EMAIL, "Jane.Doe+shop@EXAMPLE.com"))
    assert found.listed
    assert found.out_of("quality")
    assert not found.out_of("analytics")
    assert found.decisions["quality"].choice is Choice.OUT


@pytest.mark.parametrize("value", [None, b"garbage"])
def test_null_or_unreadable_entries_mean_out_of_everything(broker: FakeBroker, value: bytes | None) -> None:
    """Removing the record from the list does not bring anybody back in."""
    _listed(broker, value)
    found = _status(broker)
    assert (found.listed, found.unreadable) == (True, True)
    assert found.out_of("analytics")


def test_opting_in_again_is_an_entry_not_an_absence(broker: FakeBroker) -> None:
    """The identifier stays listed, with the newer choice."""
    entry = merged(None, _request())
    later = make_request(JANE, Choice.IN, request_id="r-2", requested_at=datetime(2026, 4, 1, tzinfo=UTC))
    _listed(broker, encode_entry(merged(entry, later)))
    found = _status(broker)
    assert found.listed
    assert not found.out_of("analytics")


def test_an_identity_shows_nothing() -> None:
    """Its `repr` tells the kind alone."""
    assert repr(JANE) == "<Identity: email, concealed>"


def _request(purposes: tuple[str, ...] = ("*",)) -> PrivacyRequest:
    return make_request(JANE, Choice.OUT, request_id="r-1", requested_at=AT, purposes=purposes)


def _answer(broker: FakeBroker, result: RequestResult) -> None:
    value = msgspec.json.encode(result)
    broker.append(OutgoingRecord(NAMES.request_results, result.request_id.encode(), value, 0))


def _listed(broker: FakeBroker, value: bytes | None) -> None:
    key = opt_out_key(KEYS, "acme", JANE.kind, JANE.identifier, strip_email_tags=True, default_region="US")
    broker.append(OutgoingRecord(NAMES.opt_outs, key.encode(), value, 0))


def _status(broker: FakeBroker, identity: Identity = JANE) -> OptOutStatus:
    return status(broker, SETTINGS, KEYS, identity, CANONICAL)
