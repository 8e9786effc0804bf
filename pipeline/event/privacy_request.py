"""The privacy request (the public way in), its result, and the entry of the opt-out list that it becomes."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from pipeline.errors import Reason, RejectedEvent
from pipeline.event.concealed import Concealed
from pipeline.event.conversation_event import Identifier

EVERY_PURPOSE: Final = "*"
PurposeName = Annotated[str, Meta(pattern=r"^(\*|[a-z][a-z0-9-]{0,40})\Z")]


class IdentifierKind(StrEnum):
    """Which identifiers may opt out. Names and addresses are not among them: they are not one person's."""

    CUSTOMER_ID = "customer_id"
    EMAIL = "email"
    PHONE = "phone"
    DEVICE_ID = "device_id"
    ACCOUNT_ID = "account_id"
    USERNAME = "username"


class Choice(StrEnum):
    """What the data subject asks for."""

    OUT = "out"
    IN = "in"


class PrivacyRequest(Concealed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Opt an identifier out of purposes, or back in. `evidence` is a reference (a ticket number), not a text."""

    schema_version: Literal[1]
    request_id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
    tenant: Identifier
    kind: IdentifierKind
    identifier: Identifier
    choice: Choice
    purposes: Annotated[tuple[PurposeName, ...], Meta(min_length=1, max_length=64)] = (EVERY_PURPOSE,)
    requested_at: Annotated[datetime, Meta(tz=True)]
    source: Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,64}\Z")] = "api"
    evidence: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:-]{0,64}\Z")] = ""


class RequestResult(msgspec.Struct, frozen=True, kw_only=True):
    """The answer on the results topic: accepted, or refused with the reason. It names nobody."""

    schema_version: int
    request_id: str
    accepted: bool
    reason: Reason | None = None
    field: str = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The choice in force for one purpose of one identifier, and where it came from."""

    choice: Choice
    requested_at: Annotated[datetime, Meta(tz=True)]
    source: str
    evidence: str


class OptOutEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands on the opt-out list under the keyed hash of an identifier: a decision for each purpose named."""

    schema_version: Literal[1]
    decisions: dict[PurposeName, Decision]


_request_decoder = msgspec.json.Decoder(PrivacyRequest)
_entry_decoder = msgspec.json.Decoder(OptOutEntry)


def decode_request(value: bytes | None) -> PrivacyRequest:
    """Decode a request. Raises `RejectedEvent`: it then names nobody, and its sender gets a negative result."""
    if value is None:
        raise RejectedEvent(Reason.NULL_VALUE)
    request: PrivacyRequest | None = None
    try:
        request = _request_decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        request = None
    if request is None:
        raise RejectedEvent(Reason.REQUEST_REFUSED)
    return request


def decode_entry(value: bytes | None) -> OptOutEntry | None:
    """Decode an entry of the list; None where it is null or unreadable, which means out of all purposes. Pure."""
    if value is None:
        return None
    try:
        return _entry_decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
