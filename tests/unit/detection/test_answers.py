"""Answers as people give them: spoken, corrected, told again, with a title or a story around them."""

import pytest

from pipeline.detection.patterns import PatternDetector
from pipeline.detection.patterns.answering import Expected
from pipeline.detection.patterns.asked import asked_kinds
from pipeline.event.labels import CONTEXT_LABELS, Label

DETECTOR = PatternDetector()


def found(text: str, question: str = "") -> set[tuple[str, str]]:
    return {
        (text[one.start : one.end], one.label.value)
        for one in DETECTOR.find(text, Expected(asked_kinds(question), prompted=bool(question)))
        if one.label not in CONTEXT_LABELS
    }


@pytest.mark.parametrize(
    ("question", "answer", "value", "label"),
    [
        ("Your PIN?", "nine nine four one", "nine nine four one", Label.PASSWORD),
        ("And your account number, Ms. Abara?", "61182. Sorry, I mean 61128", "61128", Label.ACCOUNT_ID),
        ("What's your mother's maiden name?", "mom was a wojcik", "wojcik", Label.PASSWORD),
        ("The name of your childhood pet?", "lady pawsworth", "lady pawsworth", Label.PASSWORD),
        ("Your childhood pet?", "There was none, so I wrote Zippo I believe", "Zippo", Label.PASSWORD),
        ("The answers do not match. Could you try again?", "Maybe it was Zippo?", "Zippo", Label.PASSWORD),
        ("I can't find that ride.", "Oops! K2291", "K2291", Label.ORDER_ID),
        ("I'm afraid that is not right.", "71 22 18 then", "71 22 18", Label.ORDER_ID),
        ("That PIN is incorrect.", "4 4 5 7", "4 4 5 7", Label.PASSWORD),
        ("When were you born?", "third of may nineteen sixty", "third of may nineteen sixty", Label.DATE_OF_BIRTH),
        ("May I have your name?", "Winona Three Hills", "Winona Three Hills", Label.PERSON),
        ("Is this Tolga?", "yes tolga", "tolga", Label.PERSON),
        ("Where are you leaving from?", "From 48 Harrow to the station", "48 Harrow", Label.ADDRESS),
        ("Which number on Oak Street?", "1127", "1127", Label.ADDRESS),
        ("I need it to verify your identity.", "fine, 3195", "3195", Label.PASSWORD),
        ("", "All done. The number is 5581902.", "5581902", Label.ORDER_ID),
        ("", "It's GK-214-RV.", "GK-214-RV", Label.ORDER_ID),
        ("", "It is 60417.", "60417", Label.ACCOUNT_ID),
        ("", "My account number, which is 7711902, is new", "7711902", Label.ACCOUNT_ID),
        ("", "maiden name Oduya, pet Zippo", "Zippo", Label.PASSWORD),
        ("", "a red car with the plate LMK 7732 arrives", "LMK 7732", Label.VEHICLE_ID),
        ("", "someone named K. Abernathy-Cole", "K. Abernathy-Cole", Label.PERSON),
        ("", "it's spelled T-O-L-G-A", "T-O-L-G-A", Label.PERSON),
        ("", "12 Chapel Hill Court", "12 Chapel Hill Court", Label.ADDRESS),
        ("", "send it to 14 Havnegata, 7010 Tromso", "14 Havnegata, 7010 Tromso", Label.ADDRESS),
    ],
)
def test_the_value_is_found_whole(question: str, answer: str, value: str, label: Label) -> None:
    assert (value, label.value) in found(answer, question)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Where are you going?", "10 miles north of town"),
        ("Where are you going?", "4 people to the station"),
        ("When should we pick you up?", "7 tomorrow morning"),
        ("Which number is on the door of the store?", "I forgot"),
        ("I can't find that ride.", "oh no, why?"),
        ("The answers do not match.", "I forgot them"),
        ("", "Plan B. Thanks"),
        ("", "the U.S. Bank at N. Main"),
        ("", "It is 1500."),
        ("", "The number is 12 guests"),
        ("I need it to verify your identity.", "why?"),
        ("", "It's 2024"),
        ("", "the first of june works for me"),
        ("", "do you have a pet policy"),
        ("", "May 14, 2024 Monday"),
    ],
)
def test_a_clean_turn_stays_clean(question: str, answer: str) -> None:
    assert found(answer, question) == set()


def test_a_description_is_no_second_answer() -> None:
    """What the pet was is not what it was called."""
    assert found("Zippo, he was a german shepherd", "Your childhood pet?") == {("Zippo", "PASSWORD")}
    assert found("A tortoise! Zippo", "Your childhood pet?") == {("Zippo", "PASSWORD")}
