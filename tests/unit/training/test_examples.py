"""Examples: what a turn carries into training."""

from pipeline.corpora import Conversation, GoldSpan, Turn
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from pipeline.training.examples import NEUTRAL, Marked, examples
from pipeline.training.recipe import held_out

ASKED = "May I have your full name, please?"


def one_conversation(*turns: Turn, source: str = "own") -> Conversation:
    return Conversation(id="a", turns=turns, source=source)


def test_an_answer_knows_what_was_asked():
    """The agent's question right before a customer's turn is what the turn answers, once."""
    agent, customer = Turn(speaker="agent", text=ASKED), Turn(speaker="user", text="Ada Okoye")
    (found,) = examples([one_conversation(agent, customer, Turn(speaker="user", text="hello?"))])
    assert [one.role for one in found] == [Role.AGENT, Role.CUSTOMER, Role.CUSTOMER]
    assert [one.asked for one in found] == [(), (Label.PERSON,), ()]


def test_bots_and_systems_have_roles_of_their_own():
    """What a bot asks is asked; a system's line is nobody's answer."""
    bot, system = Turn(speaker="bot", text=ASKED), Turn(speaker="system", text="Session resumed")
    (found,) = examples([one_conversation(bot, system, Turn(speaker="user", text="Ada Okoye"))])
    assert [one.role for one in found] == [Role.BOT, Role.SYSTEM, Role.CUSTOMER]
    assert found[2].asked == (Label.PERSON,)


def test_sources_without_speakers_have_no_role():
    """A tweet's author is neither customer nor agent."""
    ((found,),) = examples([one_conversation(Turn(speaker="author", text="hi"), source="btc")])
    assert found.role is None


def test_labels_become_columns_and_the_unsure_neutral():
    """Soft labels are dropped or kept as competitors; what gold is not sure of teaches nothing."""
    spans = (
        GoldSpan(start=0, end=3, label="PERSON"),
        GoldSpan(start=4, end=8, label="DATE"),
        GoldSpan(start=9, end=12, label="PASSPORT"),
        GoldSpan(start=13, end=16, label="PERSON", sure=False),
    )
    ((found,),) = examples([one_conversation(Turn(speaker="user", text="Ann noon X12 Bob", spans=spans))])
    assert found.marks == (Marked(0, 3, "PERSON"), Marked(9, 12, "NATIONAL_ID"), Marked(13, 16, NEUTRAL))


def test_offsets_follow_the_plain_spelling():
    """Invisible characters vanish from text and spans alike."""
    spans = (GoldSpan(start=2, end=6, label="PERSON"),)
    ((found,),) = examples([one_conversation(Turn(speaker="user", text="\u200b A\u200bnn", spans=spans))])
    assert found.text[found.marks[0].start : found.marks[0].end] == "Ann"


def test_a_clean_turn_that_one_annotator_saw_counts_less():
    """A lack of labels proves less there."""
    ((clean, sure),) = examples(
        [one_conversation(Turn(speaker="user", text="hi", layers=1), Turn(speaker="user", text="hi"))]
    )
    assert clean.weight < sure.weight


def test_the_bundled_conversations_are_held_out():
    """Both samples are never learned from."""
    assert len(held_out()) == 1_200
