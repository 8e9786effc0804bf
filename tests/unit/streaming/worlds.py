"""What the tests of the side readers share: keys, a policy, requests, waiting with a deadline."""

import time
from datetime import UTC, datetime, timedelta

import msgspec

from pipeline.consent.identifiers import opt_out_key
from pipeline.event.privacy_request import Choice, Decision, IdentifierKind, OptOutEntry
from pipeline.keys import KeyRing
from pipeline.policy.compiled import CompiledPolicy, Unidentified

KEYS = KeyRing(bytes(range(32)), {1: bytes(range(32, 64)), 2: bytes(range(64, 96))}, 2)
OTHER_KEYS = KeyRing(bytes(range(100, 132)), {1: bytes(range(132, 164)), 2: bytes(range(164, 196))}, 2)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WAIT_S_MAX = 20.0


def policy(*, strip_email_tags=True):
    """Return a policy of the tenant `acme`; only what the translator reads matters."""
    return CompiledPolicy(
        name="test",
        version="1",
        tenants=frozenset({"acme"}),
        purposes=(),
        attributes={},
        names={},
        publish_unnamed_locales=False,
        names_bias={},
        score_min={},
        known_values=True,
        unidentified=Unidentified.PUBLISH,
        strip_email_tags=strip_email_tags,
        default_region="US",
    )


def request(number, *, choice="out", minute=0, **changes):
    """Return a request record's value; `minute` shifts its `requested_at`."""
    fields = {
        "schema_version": 1,
        "request_id": f"r{number}",
        "tenant": "acme",
        "kind": "email",
        "identifier": "sam@example.com",
        "choice": choice,
        "requested_at": (NOON + timedelta(minutes=minute)).isoformat(),
        **changes,
    }
    return msgspec.json.encode(fields)


def list_key(identifier="sam@example.com", kind=IdentifierKind.EMAIL):
    """Return an identifier's key on the opt-out list."""
    return opt_out_key(KEYS, "acme", kind, identifier, strip_email_tags=True, default_region="US")


def entry(choice=Choice.OUT, minute=0, purpose="*"):
    """Return an entry of the list."""
    decision = Decision(choice=choice, requested_at=NOON + timedelta(minutes=minute), source="api", evidence="")
    return OptOutEntry(schema_version=1, decisions={purpose: decision})


def wait_for(condition, what, *, seconds=WAIT_S_MAX):
    """Return once the condition holds; fail with `what` when it does not within the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.005)
