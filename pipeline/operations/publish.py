"""Publish a JSON Lines file onto the raw topic: conversation events, or whole conversations turned into events."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from pipeline.corpora import Conversation, numbered_lines
from pipeline.errors import Misconfigured, Reason, RejectedEvent
from pipeline.event.concealed import Concealed
from pipeline.event.conversation_event import Channel, decode
from pipeline.event.records import RAW_BYTES_MAX
from pipeline.operations.broker import Broker, OutgoingRecord
from pipeline.operations.conversation_events import encode_event, events_of

_PROBLEMS_MAX: Final = 50
_CONVERSATION_ID_LENGTH_MAX: Final = 500  # an event id is the conversation's and a number, 512 in all


@dataclass(frozen=True, slots=True)
class ConversationOrigin:
    """What a whole conversation does not say of itself and its events need."""

    tenant: str
    started_at: datetime
    channel: Channel = Channel.CHAT
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Published:
    """What was delivered. `invalid` records were sent as they are and will become dead letters."""

    records: int
    invalid: int
    conversations: int
    value_bytes: int


_ABSENT: Final = msgspec.Raw()


class _LineEvent(Concealed, frozen=True):
    """What tells a whole conversation from an event, and the one field that a record key needs."""

    conversation_id: str | None = None
    turns: msgspec.Raw = _ABSENT


_glance = msgspec.json.Decoder(_LineEvent)
_conversation_decoder = msgspec.json.Decoder(Conversation)


def publish_file(
    broker: Broker,
    topic: str,
    path: Path,
    origin: ConversationOrigin,
    *,
    lenient: bool = False,
    on_delivered: Callable[[int], None] | None = None,
) -> Published:
    """Publish every line of a file (`.gz` is unpacked) in order, keyed by conversation id; return what was delivered.

    The file is checked before the first record is sent. Raises `Misconfigured` with file, line and field of every
    invalid line, unless `lenient` sends those as they are, and `Unavailable` when the broker does not acknowledge.
    """
    problems, tally = _survey(path, origin)
    refused = [problem.text for problem in problems if not (lenient and problem.sendable)]
    if refused:
        more = [f"{path}: {len(refused) - _PROBLEMS_MAX} more"] if len(refused) > _PROBLEMS_MAX else []
        raise Misconfigured([*refused[:_PROBLEMS_MAX], *more])
    invalid = {problem.line for problem in problems}
    records = (
        OutgoingRecord(topic=topic, key=key, value=value)
        for number, line in numbered_lines(path)
        for key, value in (((_key(line), line.strip()),) if number in invalid else records_of(line.strip(), origin))
    )
    delivered = broker.send(records, on_delivered)
    return Published(delivered, len(invalid), tally.conversations, tally.value_bytes)


def records_of(line: bytes, origin: ConversationOrigin) -> list[tuple[bytes, bytes]]:
    """Return the raw (key, value) pairs of a line: an event, or a whole conversation. Raises `RejectedEvent`. Pure."""
    if not _is_conversation(line):
        return [(decode(line).event.conversation_id.encode(), line)]
    conversation: Conversation | None = None
    try:
        conversation = _conversation_decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        conversation = None
    if conversation is None:
        raise RejectedEvent(Reason.WRONG_TYPE, "turns")
    if len(conversation.id) > _CONVERSATION_ID_LENGTH_MAX:
        raise RejectedEvent(Reason.WRONG_TYPE, "id")
    events = events_of(
        conversation, origin.tenant, started_at=origin.started_at, channel=origin.channel, locale=origin.locale
    )
    return [(event.conversation_id.encode(), encode_event(event)) for event in events]


@dataclass(frozen=True, slots=True)
class _Problem:
    line: int
    text: str
    sendable: bool


@dataclass(slots=True)
class _Tally:
    conversations: int = 0
    value_bytes: int = 0


def _survey(path: Path, origin: ConversationOrigin) -> tuple[list[_Problem], _Tally]:
    problems: list[_Problem] = []
    tally = _Tally()
    for number, untrimmed in numbered_lines(path):
        line = untrimmed.strip()
        where = f"{path}:{number}"
        try:
            values = [value for _, value in records_of(line, origin)]
            tally.conversations += _is_conversation(line)
        except RejectedEvent as rejection:
            field = f"{rejection.field}: " if rejection.field else ""
            problems.append(
                _Problem(number, f"{where}: {field}{rejection.reason.value.replace('_', ' ')}", sendable=True)
            )
            values = [line]
        tally.value_bytes += sum(map(len, values))
        if any(len(value) > RAW_BYTES_MAX for value in values):
            problems.append(_Problem(number, f"{where}: a record may have {RAW_BYTES_MAX:,} bytes", sendable=False))
    return problems, tally


def _is_conversation(line: bytes) -> bool:
    glanced = _glanced(line)
    return glanced is not None and glanced.turns is not _ABSENT


def _key(line: bytes) -> bytes | None:
    glanced = _glanced(line)
    return glanced.conversation_id.encode() if glanced is not None and glanced.conversation_id else None


def _glanced(line: bytes) -> _LineEvent | None:
    try:
        return _glance.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
