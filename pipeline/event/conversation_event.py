"""The conversation event that a support system publishes, and its strict decoding."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pipeline.errors import Reason, RejectedEvent
from pipeline.event.concealed import Concealed

NESTING_MAX: Final = 32
LOCALE_PATTERN: Final = r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}\Z"
"""The shape of a BCP 47 tag (RFC 5646, section 2.1), so that a locale cannot carry anything else."""
IDENTIFIER_LENGTH_MAX: Final = 512
Identifier = Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_LENGTH_MAX)]
SubjectValue = str | list[str]
AttributeValue = str | int | float | bool | None


class Channel(StrEnum):
    """How the customer reached support."""

    CHAT = "chat"
    EMAIL = "email"
    VOICE = "voice"
    SMS = "sms"
    SOCIAL = "social"


class Role(StrEnum):
    """Who speaks in a turn."""

    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"
    THIRD_PARTY = "third_party"


class Author(Concealed, frozen=True, kw_only=True):
    """Who wrote the turn. `id` and `display_name` are personal."""

    role: Role
    id: Identifier | UnsetType = UNSET
    display_name: Annotated[str, Meta(max_length=512)] | UnsetType = UNSET


class Signals(Concealed, frozen=True, kw_only=True):
    """Privacy signals sent with the event. `gpc` is Global Privacy Control (W3C draft, `Sec-GPC: 1`)."""

    gpc: bool = False


class ConversationEvent(Concealed, frozen=True, kw_only=True):
    """One turn of one conversation, as published. `subject` says who the customer is, as far as the publisher knows.

    `subject` maps a field (`name`, `email`, `phone`, `customer_id`, ...) to a value or several; every value is looked
    for in the text. `attributes` holds typed extras, of which only those that the policy names are ever read.
    """

    schema_version: Literal[1]
    event_id: Identifier
    tenant: Identifier
    conversation_id: Identifier
    occurred_at: Annotated[datetime, Meta(tz=True)]
    channel: Channel
    author: Author
    text: str
    sequence: Annotated[int, Meta(ge=0, lt=1_000_000_000)] | None = None
    locale: Annotated[str, Meta(max_length=35, pattern=LOCALE_PATTERN)] = "en"
    subject: dict[str, SubjectValue] = {}
    signals: Signals = Signals()
    attributes: dict[str, AttributeValue] = {}


class DecodedEvent(Concealed, frozen=True):
    """An event and the number of fields in its record that the schema does not declare (they were dropped unread)."""

    event: ConversationEvent
    undeclared_fields: int


class _StrictAuthor(Author, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class _StrictSignals(Signals, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class _StrictEvent(ConversationEvent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    author: _StrictAuthor
    signals: _StrictSignals = _StrictSignals()


_strict = msgspec.json.Decoder(_StrictEvent)
_lenient = msgspec.json.Decoder(ConversationEvent)
_untyped = msgspec.json.Decoder(dict[str, msgspec.Raw])
# Possessive, and a string may lack its end: the search never steps back, so hostile text costs linear time.
_BRACKETS: Final = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?|[\[\]{}]', re.DOTALL)
# Anchored: a verdict about an enumeration quotes the publisher's value, which must not pass for a path of our schema.
_FIELD: Final = re.compile(r" - at (?:`key` in )?`\$((?:\.[a-z_]+)*)(?:\[(?:\.\.\.|\d+)\])*`\Z")
_MISSING: Final = re.compile(r"\AObject missing required field `([a-z_]+)`")


def decode(value: bytes | None) -> DecodedEvent:
    """Decode one raw record's value. Raises `RejectedEvent` with the reason a dead letter carries. Pure.

    Undeclared fields are dropped and counted rather than refused: a publisher may add a field before we know it.
    """
    if value is None:
        raise RejectedEvent(Reason.NULL_VALUE)
    # A decoding error's context holds the payload: the rejection is raised outside `except`, so that nothing chains it.
    try:
        return DecodedEvent(_strict.decode(value), 0)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        verdict = str(error)
        kind = type(error)
    if kind is msgspec.ValidationError and "unknown field" in verdict:
        return _decode_lenient(value)
    raise _rejection(kind, verdict, value)


def _decode_lenient(value: bytes) -> DecodedEvent:
    rejection: RejectedEvent
    if not _is_utf8(value):  # undeclared fields were skipped unread
        raise RejectedEvent(Reason.INVALID_UTF8)
    if nesting_depth(value) > NESTING_MAX:
        raise RejectedEvent(Reason.NESTING_TOO_DEEP)
    try:
        event = _lenient.decode(value)
        return DecodedEvent(event, _count_undeclared(value))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        rejection = _rejection(type(error), str(error), value)
    raise rejection


def _count_undeclared(value: bytes) -> int:
    record = _untyped.decode(value)
    count = sum(name not in ConversationEvent.__struct_fields__ for name in record)
    for name, struct in (("author", Author), ("signals", Signals)):
        if name in record:
            count += sum(field not in struct.__struct_fields__ for field in _untyped.decode(record[name]))
    return count


def _rejection(kind: type[Exception], verdict: str, value: bytes) -> RejectedEvent:
    """Name what was wrong from msgspec's verdict, which quotes paths of our schema and never the value. Pure."""
    if kind is UnicodeDecodeError or not _is_utf8(value):
        return RejectedEvent(Reason.INVALID_UTF8)
    if kind is RecursionError or nesting_depth(value) > NESTING_MAX:
        return RejectedEvent(Reason.NESTING_TOO_DEEP)
    if kind is msgspec.ValidationError:
        path = _declared_path(verdict)
        if missing := _MISSING.search(verdict):
            return RejectedEvent(Reason.MISSING_FIELD, f"{path}.{missing[1]}".lstrip("."))
        return RejectedEvent(Reason.WRONG_TYPE, path)
    return RejectedEvent(Reason.LONE_SURROGATE if _has_lone_surrogate(value) else Reason.INVALID_JSON)


def _declared_path(verdict: str) -> str:
    found = _FIELD.search(verdict)
    return found[1].lstrip(".") if found else ""


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


_SURROGATE: Final = re.compile(
    rb"(?<!\\)(?:\\\\)*\\u(d[89ab][0-9a-f]{2}(?:\\ud[c-f][0-9a-f]{2})?|d[c-f][0-9a-f]{2})", re.IGNORECASE
)
_PAIR_LENGTH_BYTES: Final = len(rb"d83d\ude00")


def _has_lone_surrogate(value: bytes) -> bool:
    return any(len(found) != _PAIR_LENGTH_BYTES for found in _SURROGATE.findall(value))


def nesting_depth(value: bytes) -> int:
    """Return how deeply arrays and objects nest in JSON text, without parsing it. Linear. Pure."""
    depth = deepest = 0
    for token in _BRACKETS.finditer(value):
        mark = token[0]
        if mark in (b"[", b"{"):
            depth += 1
            deepest = max(deepest, depth)
        elif mark in (b"]", b"}"):
            depth -= 1
    return deepest


def language_of(locale: str) -> str:
    """Return the language subtag of a locale in lower case: `de` of `de-AT` and `de_AT` (RFC 5646, 2.2.1). Pure."""
    return locale.replace("_", "-").split("-", 1)[0].lower()
