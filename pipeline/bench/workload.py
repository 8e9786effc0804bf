"""What every measurement reads: the bundled conversations as raw records, as many times over as asked."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, islice
from typing import Final, NamedTuple

from pipeline.corpora import Conversation, bundled
from pipeline.operations.conversation_events import encode_event, events_of

TENANT: Final = "demo"
CONCURRENT_CONVERSATIONS: Final = 60
_STARTED_AT: Final = datetime(2026, 3, 1, 9, tzinfo=UTC)


class RawRecord(NamedTuple):
    """One event as the raw topic holds it, and its text for the references that read nothing else."""

    key: bytes
    value: bytes
    text: str

    def __repr__(self) -> str:
        return f"<RawRecord of {len(self.value)} bytes, concealed>"


def records(number: int) -> list[RawRecord]:
    """Return so many records, the same in every run, `CONCURRENT_CONVERSATIONS` of them interleaved as at a busy desk.

    When the conversations are used up they start again under new ids and with new customers: to the pipeline they are
    new conversations, though their texts were seen before. Pure.
    """
    return list(islice(_interleaved(), number))


def _interleaved() -> Iterator[RawRecord]:
    waiting = _conversations()
    desk = [_events(*next(waiting)) for _ in range(CONCURRENT_CONVERSATIONS)]
    while True:
        for seat in range(CONCURRENT_CONVERSATIONS):
            record = next(desk[seat], None)
            while record is None:
                desk[seat] = _events(*next(waiting))
                record = next(desk[seat], None)
            yield record


def _conversations() -> Iterator[tuple[int, Conversation]]:
    conversations = tuple(bundled())
    for number in count():
        yield number, conversations[number % len(conversations)]


def _events(number: int, conversation: Conversation) -> Iterator[RawRecord]:
    customer = f"customer-{number:06}"
    renamed = Conversation(id=f"{conversation.id}-{number}", turns=conversation.turns, known=conversation.known)
    for event in events_of(renamed, TENANT, started_at=_STARTED_AT, subject={"customer_id": customer}):
        yield RawRecord(event.conversation_id.encode(), encode_event(event), event.text)
