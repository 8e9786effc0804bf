"""A short answer is labelled by the question before it, and a clean answer is left alone."""

import pytest

from pipeline.detection.patterns import PatternDetector
from pipeline.detection.patterns.answering import ANSWER_CHARS_MAX, Expected
from pipeline.detection.patterns.asked import asked_kinds, asked_labels
from pipeline.event.labels import CONTEXT_LABELS, Label

DETECTOR = PatternDetector()


def answered(question: str, answer: str) -> list[tuple[str, str]]:
    return [
        (answer[finding.start : finding.end], finding.label.value)
        for finding in DETECTOR.find(answer, Expected(asked_kinds(question), prompted=bool(question)))
        if finding.detector == "asked"
    ]


@pytest.mark.parametrize(
    ("question", "answer", "value", "label"),
    [
        ("Your PIN, please?", "4577", "4577", Label.PASSWORD),
        ("Please enter your PIN.", "it's 4 5 7 7", "4 5 7 7", Label.PASSWORD),
        ("What is your account number?", "sure, 88120045", "88120045", Label.ACCOUNT_ID),
        ("Account number", "12-445", "12-445", Label.ACCOUNT_ID),
        ("Could I have your booking ID?", "I believe it is 19", "19", Label.ORDER_ID),
        ("Can you give me the ride number?", "RD 4412", "RD 4412", Label.ORDER_ID),
        ("What was the name of your first pet?", "Biscuit", "Biscuit", Label.PASSWORD),
        ("What's your mother's maiden name?", "Her maiden name is Kowalczyk", "Kowalczyk", Label.PASSWORD),
        ("Which elementary school did you attend?", "it was Lakeside", "Lakeside", Label.PASSWORD),
        ("What is your favorite color?", "blue", "blue", Label.PASSWORD),
        ("And the password?", "hunter2", "hunter2", Label.PASSWORD),
        ("What code did we text? Type the code we just sent.", "992211", "992211", Label.PASSWORD),
        ("What is your user name?", "jdoe42", "jdoe42", Label.USERNAME),
        ("When were you born?", "March 3", "March 3", Label.DATE_OF_BIRTH),
        ("Could I get your date of birth?", "03/07/84", "03/07/84", Label.DATE_OF_BIRTH),
        ("May I have your name?", "jane doe", "jane doe", Label.PERSON),
        ("May I have your name, please?", "Yes, it's Katarzyna.", "Katarzyna", Label.PERSON),
        ("What is the name of the host?", "Pedro", "Pedro", Label.PERSON),
        ("Who is your doctor?", "Okonkwo I think", "Okonkwo", Label.PERSON),
        ("What's your zip code?", "94105", "94105", Label.ZIP),
        ("Last four of your social?", "4577", "4577", Label.NATIONAL_ID),
        ("What are the three digits on the back of your card? I need the security code", "904", "904", Label.PASSWORD),
        ("What phone number can we reach you at?", "98765432", "98765432", Label.PHONE),
        ("What is your passport number?", "X1234567", "X1234567", Label.PASSPORT),
        ("License plate?", "7ABC123", "7ABC123", Label.VEHICLE_ID),
        ("What is your address?", "88 Sunset Blvd Apt 5", "88 Sunset Blvd Apt 5", Label.ADDRESS),
    ],
)
def test_the_answer_gets_the_label_that_was_asked_for(question: str, answer: str, value: str, label: Label) -> None:
    assert (value, label.value) in answered(question, answer)


@pytest.mark.parametrize(
    "question",
    [
        "May I have your name, please?",
        "What's your account number?",
        "Please enter your PIN.",
        "What was the name of your first pet?",
        "What is your password?",
        "What is your user name?",
        "What is your date of birth?",
        "What is your address?",
        "What's your booking number?",
    ],
)
@pytest.mark.parametrize(
    "answer",
    [
        "yes",
        "ok thanks",
        "Tuesday at 4",
        "I forgot",
        "I don't remember it",
        "Why do you need it?",
        "one moment please",
        "no",
        "not sure",
        "Sorry, what?",
        "I want to speak to a human",
        "around 300 dollars",
    ],
)
def test_what_is_no_answer_is_left_alone(question: str, answer: str) -> None:
    assert answered(question, answer) == []


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is your budget?", "3996"),
        ("How many people?", "6"),
        ("What is the flight id?", "158"),
        ("What is the name of the restaurant?", "Lucca"),
        ("What time works?", "4:30 pm"),
        ("Anything else?", "Biscuit"),
        ("Which venue would you like?", "Southside"),
        ("Your booking ID is 4412.", "great"),
        ("How can I help you with your account?", "I want to close it"),
    ],
)
def test_other_questions_label_nothing(question: str, answer: str) -> None:
    assert answered(question, answer) == []


def test_a_question_for_several_things_labels_each_part() -> None:
    question = "Could you give me your date of birth, mother's maiden name and the name of your childhood pet?"
    assert answered(question, "12/03/1987, Kowalczyk and Biscuit") == [
        ("12/03/1987", "DATE_OF_BIRTH"),
        ("Kowalczyk", "PASSWORD"),
        ("Biscuit", "PASSWORD"),
    ]


def test_the_labels_asked_for_come_each_once() -> None:
    assert set(asked_labels("Your full name, account number and PIN please?")) == {
        Label.PERSON,
        Label.ACCOUNT_ID,
        Label.PASSWORD,
    }
    assert asked_labels("Thank you, goodbye.") == ()


def test_a_story_is_no_answer() -> None:
    assert answered("Your PIN?", "x" * ANSWER_CHARS_MAX + " 4577") == []


def test_without_a_question_a_bare_code_is_an_account_and_a_year_is_not() -> None:
    assert answered("", "katarzyna 88120045") == [("88120045", "ACCOUNT_ID")]
    assert answered("", "2015") == []
    assert answered("", "yes 88120045") == []


def test_no_context_label_is_ever_asked() -> None:
    """What an agent asks for identifies: a policy must not leave it in clear."""
    assert not {label for label in CONTEXT_LABELS if label in asked_labels("name? age? date? city?")}


def test_the_end_of_a_long_turn_is_what_asks() -> None:
    """A pasted log before the question changes nothing, and does not stay in memory."""
    assert answered("log line. " * 100_000 + "What is your PIN?", "4577") == [("4577", "PASSWORD")]
