"""Names beside other names, names that only call somebody, and questions that stay readable."""

import pytest

from pipeline.adapters.spacy_names import SpacyNames
from pipeline.detection.names import NamesTurn
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label

SCORE_MIN = 0.5


@pytest.fixture(scope="module")
def tier() -> SpacyNames:
    return SpacyNames()


def words_found(tier: SpacyNames, text: str, role: Role, label: Label = Label.PERSON) -> set[str]:
    (findings,) = tier.find([NamesTurn(text, role, "en")])
    spans = [one for one in findings if one.label is label and one.score >= SCORE_MIN]
    return {word for one in spans for word in text[one.start : one.end].split()}


@pytest.mark.parametrize(
    ("text", "role", "expected"),
    [
        ("It is for my kids Nico and Imani-Rose.", Role.CUSTOMER, {"Nico", "Imani-Rose"}),
        ("Anna, Bolormaa and Zsuzsi are coming too", Role.CUSTOMER, {"Anna", "Bolormaa", "Zsuzsi"}),
        ("Tsering and Anna share the room", Role.CUSTOMER, {"Tsering", "Anna"}),
        ("Enjoy your dinner, Kazuko.", Role.AGENT, {"Kazuko"}),
        ("Bolormaa", Role.AGENT, {"Bolormaa"}),
        ("send 40 to Bolormaa now", Role.CUSTOMER, {"Bolormaa"}),
        ("Bolormaa, your room is ready.", Role.AGENT, {"Bolormaa"}),
        ("I have changed the name to Evander Lark.", Role.AGENT, {"Evander", "Lark"}),
        ("zsuzsi, account number 55120", Role.CUSTOMER, {"zsuzsi"}),
        ("ok. reserve it for me, teyo brisk, two nights", Role.CUSTOMER, {"teyo"}),
        ("The name is Anna Thistle. Thistle, not Whistle.", Role.CUSTOMER, {"Anna", "Thistle"}),
    ],
)
def test_a_name_is_found_by_what_stands_beside_it(tier: SpacyNames, text: str, role: Role, expected: set[str]) -> None:
    assert expected <= words_found(tier, text, role)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("No, San Marcos.", Role.AGENT),
        ("Congrats, your booking is made.", Role.AGENT),
        ("We ship to Canada, Mexico.", Role.AGENT),
        ("danke", Role.CUSTOMER),
        ("breakfast, room service and parking", Role.CUSTOMER),
        ("a double, room with a view", Role.CUSTOMER),
        ("see you later!", Role.AGENT),
        ("it is under warranty", Role.CUSTOMER),
    ],
)
def test_no_name_is_found_where_there_is_none(tier: SpacyNames, text: str, role: Role) -> None:
    assert words_found(tier, text, role) == set()


@pytest.mark.parametrize("text", ["PIN?", "And your SSN or PIN?", "PIN please"])
def test_what_an_agent_asks_for_is_no_company(tier: SpacyNames, text: str) -> None:
    """A finding would take the word out of the remembered question."""
    assert words_found(tier, text, Role.AGENT, Label.ORG) == set()
