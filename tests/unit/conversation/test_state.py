"""The state of a conversation: bounded, sealed, and blind to a record read twice."""

import random
from datetime import UTC, datetime

import msgspec
import pytest
import zstandard

from pipeline.conversation.bounds import (
    EVENTS_MAX,
    GIVEN_MAX,
    IDENTIFIERS_MAX,
    NAME_PARTS_MAX,
    SUBJECTS_MAX,
    VALUES_MAX,
    is_duplicate,
    remember_event,
    remember_names,
)
from pipeline.conversation.kept_turns import KeptOutput, KeptTurn
from pipeline.conversation.questions import KINDS_MAX, Prompt, Question, Questions
from pipeline.conversation.recent import TURNS_BYTES_MAX, keep, kept_rest
from pipeline.conversation.state import (
    STATE_BYTES_MAX,
    ConversationState,
    NotAState,
    seal_state,
    state_key,
    unseal_state,
)
from pipeline.conversation.values import Given, ValuesSeen
from pipeline.event.conversation_event import Channel, Role
from pipeline.event.labels import Label
from pipeline.event.receipt import WithheldReason
from pipeline.event.sanitized_event import SanitizedEvent, SanitizedFinding, Versions, encode
from pipeline.keys import CannotDecrypt, KeyUse
from tests.support.events import key_ring

KEYS = key_ring()


def test_sealing_and_unsealing_give_the_state_back():
    """Everything remembered survives a restart, the order of events too."""
    state = ConversationState(
        last_offset=7,
        last_sequence=3,
        last_seen_ms=9,
        events={b"zz": 1, b"aa": 2},
        withheld={"analytics": WithheldReason.GPC},
        identifiers=frozenset({"k"}),
        name_parts=frozenset({b"n"}),
        asked=Questions(Question(("ACCOUNT_ID.codes",), ("ACCOUNT_ID.codes",), 1, Label.PHONE, 2, Prompt.SPOKE)),
        seen=ValuesSeen({b"f": Label.PHONE}, 5, 8, (Given(4, Label.PASSWORD, 3),)),
    )
    again = unseal_state(seal_state(state, "key", KEYS), "key", KEYS)
    assert again == state
    assert list(again.events) == [b"zz", b"aa"]


def test_a_sealed_state_is_bound_to_its_conversation_and_keys():
    """A state moved to another key, or read with other keys, is refused."""
    sealed = seal_state(ConversationState(), "key", KEYS)
    for key, keys in (("other", KEYS), ("key", key_ring("other"))):
        with pytest.raises(CannotDecrypt):
            unseal_state(sealed, key, keys)


def test_the_same_conversation_id_of_two_tenants_is_two_conversations():
    """State keys are scoped to the tenant."""
    assert state_key(KEYS, "acme", "c1") != state_key(KEYS, "demo", "c1")


def test_an_event_id_is_a_duplicate_at_another_record_only():
    """A record that is read again after a restart is not its own duplicate."""
    events = remember_event({}, b"e", 5)
    assert is_duplicate(events, b"e", 6)
    assert not is_duplicate(events, b"e", 5)
    assert not is_duplicate(events, b"f", 6)


def test_the_memory_of_events_is_bounded_and_forgets_the_oldest():
    """Only so many fingerprints are kept."""
    events = {}
    for offset in range(EVENTS_MAX + 3):
        events = remember_event(events, b"%d" % offset, offset)
    assert len(events) == EVENTS_MAX
    assert b"0" not in events
    assert b"%d" % (EVENTS_MAX + 2) in events


def test_the_memory_of_names_is_bounded_and_keeps_the_first():
    """A flood of names cannot grow a state."""
    first = remember_names(frozenset(), frozenset({b"first"}))
    flood = remember_names(first, frozenset(b"%d" % n for n in range(500)))
    assert len(flood) == NAME_PARTS_MAX
    assert b"first" in flood
    assert remember_names(flood, frozenset({b"late"})) == flood


@pytest.mark.parametrize("written", [bytes, zstandard.compress], ids=["not compressed", "compressed"])
def test_a_state_of_another_shape_is_refused_without_its_content(written):
    """Not even the error's context holds what was decrypted."""
    sealed = KEYS.encrypt(KeyUse.STATE, written(msgspec.msgpack.encode(["secret"] * 9)), b"key")
    with pytest.raises(NotAState) as refused:
        unseal_state(sealed, "key", KEYS)
    assert "secret" not in str(refused.value)
    assert refused.value.__context__ is None


def test_what_two_purposes_got_of_a_turn_is_stored_once():
    """The outputs of a turn differ in little, and a million conversations are held in memory."""
    turn = random.Random(1).randbytes(400)  # noqa: S311, so that it is the same each time
    once, twice = (len(seal_state(ConversationState(recent=(turn * times,)), "key", KEYS)) for times in (1, 2))
    assert twice < once + 40


def test_what_every_kept_turn_is_written_in_takes_hardly_any_room():
    """A million conversations of one turn each fit: the names of fields are not stored with each of them."""
    published = SanitizedEvent(
        schema_version=1,
        id="0" * 32,
        revision=1,
        purpose="analytics",
        tenant="demo",
        processed_at=datetime(2026, 3, 1, tzinfo=UTC),
        versions=Versions(policy="p", names="n", keys=1, opt_outs=0, product="redact"),
        findings=(SanitizedFinding("PERSON", "tokenize", "names", 0, 3),),
        conversation="c1",
        author="a1",
        customer="s1",
        role=Role.AGENT,
        sequence=1,
        occurred_at="2026-03-01",
        channel=Channel.CHAT,
        locale="en",
        text="Hi.",
    )
    rest = kept_rest(encode(published))
    turn = KeptTurn(Role.AGENT, b"rules", 1, (KeptOutput("analytics", "0" * 32, 1, rest),))
    kept = len(seal_state(ConversationState(recent=keep((), turn)), "key", KEYS))
    assert kept - len(seal_state(ConversationState(), "key", KEYS)) < len(rest) / 2


def test_a_state_has_a_size_that_nothing_said_can_exceed():
    """Every part at its bound, with the longest labels, the largest numbers, and nothing that could be compressed."""
    noise = random.Random(1).randbytes  # noqa: S311, so that it is the same each time
    largest, kind = 2**62, "URL_WITH_PERSONAL_DATA.secret_words"
    question = Question((kind,) * KINDS_MAX, (kind,) * KINDS_MAX, largest, Label.URL_WITH_PERSONAL_DATA, largest)
    given = Given(largest, Label.URL_WITH_PERSONAL_DATA, largest)
    state = ConversationState(
        last_offset=largest,
        last_sequence=largest,
        last_seen_ms=largest,
        events={noise(8): largest for _ in range(EVENTS_MAX)},
        withheld={f"purpose with a long name {number}": WithheldReason.NO_NAMES_TIER for number in range(16)},
        identifiers=frozenset(noise(32).hex() for _ in range(IDENTIFIERS_MAX)),
        name_parts=frozenset(noise(8) for _ in range(NAME_PARTS_MAX)),
        asked=Questions(question, question),
        seen=ValuesSeen(
            {noise(8): Label.URL_WITH_PERSONAL_DATA for _ in range(VALUES_MAX)},
            largest,
            largest,
            (given,) * GIVEN_MAX,
        ),
        subjects=tuple(noise(8) for _ in range(SUBJECTS_MAX)),
        recent=(noise(TURNS_BYTES_MAX),),
    )
    assert len(seal_state(state, "key", KEYS)) <= STATE_BYTES_MAX
