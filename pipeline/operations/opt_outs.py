"""Opt-outs from an operator's seat: ask for one and wait for the answer, or look an identifier up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from pipeline.consent.identifiers import opt_out_key, required_form
from pipeline.consent.opt_outs import is_out
from pipeline.errors import Misconfigured, RejectedEvent, Unavailable
from pipeline.event.privacy_request import (
    EVERY_PURPOSE,
    Choice,
    Decision,
    IdentifierKind,
    OptOutEntry,
    PrivacyRequest,
    RequestResult,
    decode_entry,
    decode_request,
)
from pipeline.keys import KeyRing
from pipeline.operations.broker import Broker, OutgoingRecord
from pipeline.operations.read_back import read_back
from pipeline.settings import Settings

_result_decoder = msgspec.json.Decoder(RequestResult)


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Whom an opt-out is about."""

    tenant: str
    kind: IdentifierKind
    identifier: str

    def __repr__(self) -> str:
        return f"<Identity: {self.kind.value}, concealed>"


@dataclass(frozen=True, slots=True)
class Canonical:
    """How the policy reads identifiers; the worker and the person who asks must read alike."""

    strip_email_tags: bool
    default_region: str


@dataclass(frozen=True, slots=True)
class OptOutStatus:
    """What the list says of one identifier. `unreadable` entries exclude from every purpose."""

    listed: bool
    unreadable: bool
    decisions: Mapping[str, Decision]

    def out_of(self, purpose: str) -> bool:
        """Say whether events of the identifier are kept from a purpose. Pure."""
        if not self.listed:
            return False
        return is_out(
            None if self.unreadable else OptOutEntry(schema_version=1, decisions=dict(self.decisions)), purpose
        )


def demand_form(identity: Identity, canonical: Canonical) -> None:
    """Refuse an address or a number that no event can match. Raises `Misconfigured`, which names no value. Pure."""
    if required := required_form(identity.kind, identity.identifier, default_region=canonical.default_region):
        raise Misconfigured([f"{identity.kind.value}: {required}; correct what was typed, nothing was sent"])


def make_request(
    identity: Identity,
    choice: Choice,
    *,
    request_id: str,
    requested_at: datetime,
    purposes: Sequence[str] = (EVERY_PURPOSE,),
    source: str = "cli",
    evidence: str = "",
) -> PrivacyRequest:
    """Return a request that the worker will be able to read. Raises `Misconfigured`, which names no value. Pure."""
    request = PrivacyRequest(
        schema_version=1,
        request_id=request_id,
        tenant=identity.tenant,
        kind=identity.kind,
        identifier=identity.identifier,
        choice=choice,
        purposes=tuple(purposes),
        requested_at=requested_at,
        source=source,
        evidence=evidence,
    )
    try:
        return decode_request(msgspec.json.encode(request))
    except (RejectedEvent, UnicodeEncodeError):
        problem = "opt-out: see the patterns of schemas/privacy-request.schema.json; "
    raise Misconfigured(
        [problem + "purposes are lower-case names or *, evidence is a reference such as a ticket number, not a text"]
    )


def ask(broker: Broker, settings: Settings, request: PrivacyRequest, *, wait_s_max: float) -> RequestResult:
    """Publish a request and return the worker's answer to it.

    Raises `Unavailable` when no answer arrives within `wait_s_max`: the request then stays on its topic and is applied
    as soon as a worker reads it.
    """
    names = settings.topics
    starts = {at: bounds.end for at, bounds in broker.bounds([names.request_results]).items()}
    key = request.request_id.encode()
    broker.send([OutgoingRecord(names.requests, key, msgspec.json.encode(request))])
    for record in broker.tail(starts, wait_s_max=wait_s_max):
        if record.key == key and record.value is not None and (result := _result(record.value)) is not None:
            return result
    raise Unavailable(
        f"request {request.request_id} was delivered, but no worker answered within {wait_s_max:.0f} s; it takes effect"
        " when a worker reads it: is one running?"
    )


def status(broker: Broker, settings: Settings, keys: KeyRing, identity: Identity, canonical: Canonical) -> OptOutStatus:
    """Look an identifier up on the list, under its keyed hash. Raises `Unavailable` when the broker does not answer."""
    wanted = opt_out_key(
        keys,
        identity.tenant,
        identity.kind,
        identity.identifier,
        strip_email_tags=canonical.strip_email_tags,
        default_region=canonical.default_region,
    ).encode()
    listed = False
    value: bytes | None = None
    for record in read_back(broker, [settings.topics.opt_outs]):
        if record.key == wanted:
            listed, value = True, record.value
    entry = decode_entry(value)
    decisions = entry.decisions if entry is not None else {}
    return OptOutStatus(listed=listed, unreadable=listed and entry is None, decisions=decisions)


def _result(value: bytes) -> RequestResult | None:
    try:
        return _result_decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
