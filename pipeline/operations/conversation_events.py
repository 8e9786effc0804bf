"""Whole conversations as the events a support system would have published. No I/O."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from pipeline.corpora import Conversation
from pipeline.event.conversation_event import Author, Channel, ConversationEvent, SubjectValue

SECONDS_PER_TURN: Final = 20

_encoder = msgspec.json.Encoder()


def events_of(
    conversation: Conversation,
    tenant: str,
    *,
    started_at: datetime,
    channel: Channel = Channel.CHAT,
    locale: str = "en",
    subject: Mapping[str, SubjectValue] | None = None,
) -> list[ConversationEvent]:
    """Return the conversation's events in order, a turn each, 20 seconds apart. Deterministic. Pure.

    The subject is what the conversation's back end knew (`known`) and, over it, `subject`. `started_at` needs a zone.
    """
    customer = {**conversation.known, **(subject or {})}
    return [
        ConversationEvent(
            schema_version=1,
            event_id=f"{conversation.id}/{number}",
            tenant=tenant,
            conversation_id=conversation.id,
            sequence=number,
            occurred_at=started_at + timedelta(seconds=number * SECONDS_PER_TURN),
            channel=channel,
            locale=locale,
            author=Author(role=turn.role),
            subject=customer,
            text=turn.text,
        )
        for number, turn in enumerate(conversation.turns)
    ]


def encode_event(event: ConversationEvent) -> bytes:
    """Encode an event as the raw topic holds it. Pure."""
    return _encoder.encode(event)
