from datetime import UTC, datetime

import pytest

from pipeline.corpora import Conversation, Turn
from pipeline.event.conversation_event import Channel, Role, decode
from pipeline.operations.conversation_events import encode_event, events_of

STARTED_AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
CONVERSATION = Conversation(
    id="shop/17",
    turns=(Turn(speaker="customer", text="where is my parcel"), Turn(speaker="agent", text="let me look")),
    known={"person": ["Ada Quill"], "email": "ada@quill.example"},
)


def test_each_turn_becomes_an_event_in_order() -> None:
    """Numbered from 0, 20 seconds apart, under one conversation id."""
    events = events_of(CONVERSATION, "acme", started_at=STARTED_AT)
    assert [event.text for event in events] == ["where is my parcel", "let me look"]
    assert [event.sequence for event in events] == [0, 1]
    assert [event.author.role for event in events] == [Role.CUSTOMER, Role.AGENT]
    assert (events[1].occurred_at - events[0].occurred_at).total_seconds() == 20
    assert {event.conversation_id for event in events} == {"shop/17"}
    assert len({event.event_id for event in events}) == 2


def test_known_values_become_the_subject() -> None:
    """What the caller adds stands beside them, and over them under the same field."""
    subject = {"customer_id": "c-1", "email": "other@quill.example"}
    (event, _) = events_of(CONVERSATION, "acme", started_at=STARTED_AT, subject=subject)
    assert event.subject == {"person": ["Ada Quill"], "customer_id": "c-1", "email": "other@quill.example"}


def test_events_decode_as_a_worker_decodes_them() -> None:
    """The encoded event passes the strict decoder without undeclared fields and comes back equal."""
    for event in events_of(CONVERSATION, "acme", started_at=STARTED_AT, channel=Channel.EMAIL, locale="de-AT"):
        decoded = decode(encode_event(event))
        assert decoded.undeclared_fields == 0
        assert encode_event(decoded.event) == encode_event(event)


def test_equal_conversations_give_equal_bytes() -> None:
    """Publishing a file twice publishes the same values."""
    once, again = (
        [encode_event(event) for event in events_of(CONVERSATION, "acme", started_at=STARTED_AT)] for _ in range(2)
    )
    assert once == again


@pytest.mark.parametrize(("speaker", "role"), [("USER", Role.CUSTOMER), ("assistant", Role.AGENT)])
def test_speakers_have_the_role_that_detection_uses(speaker: str, role: Role) -> None:
    """Roles come from the conversation format itself, so that `detect` and `publish` agree."""
    conversation = Conversation(id="1", turns=(Turn(speaker=speaker, text="hello"),))
    assert events_of(conversation, "acme", started_at=STARTED_AT)[0].author.role is role
