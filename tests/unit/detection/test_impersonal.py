"""What the words around a code, its shape or the question say belongs to a thing, and what they leave to a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.patterns.answering import UNPROMPTED, Expected
from pipeline.detection.patterns.asked import asks_for_thing
from pipeline.detection.patterns.impersonal import is_impersonal, lead_of
from pipeline.event.labels import Label

THING_ASKED = Expected(prompted=True, thing=True)


def given_to_a_thing(text: str, value: str, label: Label = Label.ORDER_ID, expected: Expected = UNPROMPTED) -> bool:
    start = text.index(value)
    return is_impersonal(text, start, start + len(value), label, expected)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("it runs build 22631 now", "22631"),
        ("error code is 80070643", "80070643"),
        ("SKU: 88213-BLK", "88213-BLK"),
        ("the BX-7740 printer", "BX-7740"),
        ("canon LBP6030", "LBP6030"),
        ("use FALL24 at checkout", "FALL24"),
        ("the boiler shows F28", "F28"),
        ("flight AA 1123 to Dallas", "AA 1123"),
        ("open 0830 to 1730", "0830"),
        ("we went back to commit 4be81d07", "4be81d07"),
        ("the cropped one is 1920 x 1080", "1920 x 1080"),
        ("table 14 is free", "14"),
        ("PORT=8080", "8080"),
        ("Service.java:88:20417", "20417"),
        ("it says 04417 point 3", "04417"),
        ("the hardback is 978-0-306-40615-7", "978-0-306-40615-7"),
        ("see scan_40417.pdf for it", "40417"),
        ("ready at store #114 today", "#114"),
    ],
)
def test_a_thing_keeps_its_codes(text: str, value: str) -> None:
    """A version, an error, a product, an offer, a journey or a measure is nobody's."""
    assert given_to_a_thing(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my order is AB88120", "AB88120"),
        ("i raised a fault, the number is 771044", "771044"),
        ("there is an error in ticket 88120", "88120"),
        ("api key 9f3c2ab1d0 for the build", "9f3c2ab1d0"),
        ("the gate is 0852", "0852"),
        ("tw 68 v 5", "tw 68 v 5"),
    ],
)
def test_a_person_keeps_theirs(text: str, value: str) -> None:
    """The nearest word decides, and what opens something is a secret."""
    assert not given_to_a_thing(text, value, Label.PASSWORD if "gate" in text else Label.ORDER_ID)


@pytest.mark.parametrize(
    ("text", "value", "impersonal"),
    [
        ("is that b for bravo or p for papa", "b for bravo", True),
        ("b as in bravo?", "b as in bravo", True),
        ("k for kilo yes", "k for kilo", True),
        ("so that's b as in bravo, 4, 4?", "b as in bravo", False),
        ("the f y i mail", "f y i", True),
        ("it is k o w a l", "k o w a l", False),
    ],
)
def test_one_letter_that_is_made_sure_of_is_no_code(text: str, value: str, *, impersonal: bool) -> None:
    """Letters are a code or a name only with others, and abbreviations are neither."""
    assert given_to_a_thing(text, value) is impersonal


def test_what_was_asked_for_decides_over_a_bare_code() -> None:
    """After "which part number?" a short code is a part's; after a personal question a bare count may be the answer."""
    assert given_to_a_thing("it's 0B36404", "0B36404", expected=THING_ASKED)
    assert not given_to_a_thing("it's 0B36404", "0B36404")
    assert not given_to_a_thing("5510092207", "5510092207", expected=THING_ASKED)
    assert given_to_a_thing("500", "500")
    assert not given_to_a_thing("500", "500", expected=Expected(("ACCOUNT_ID.codes",)))


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Which flight number, please?", True),
        ("and the reading on the night tariff", True),
        ("How many did you get?", True),
        ("Your order number?", False),
        ("The new version is out.", False),
    ],
)
def test_a_question_for_a_thing_is_heard(text: str, *, asks: bool) -> None:
    """A turn asks for the number, name or measure of a thing, or it does not."""
    assert asks_for_thing(text) is asks


@pytest.mark.parametrize(
    ("value", "label", "rest"),
    [
        ("awb 176-2204 4188", Label.ORDER_ID, "176-2204 4188"),
        ("um w w dash", Label.ORDER_ID, "w w dash"),
        ("seven one eight", Label.ACCOUNT_ID, "seven one eight"),
        ("the old forge", Label.ADDRESS, "the old forge"),
    ],
)
def test_what_a_code_is_called_is_no_part_of_it(value: str, label: Label, rest: str) -> None:
    """Names of numbers and hesitations at the beginning are left out; numerals and addresses stay whole."""
    assert value[lead_of(value, label) :] == rest


@given(st.text(st.characters(max_codepoint=127), min_size=1, max_size=80), st.data(), st.sampled_from(list(Label)))
def test_any_span_of_any_text_is_judged(text: str, data: st.DataObject, label: Label) -> None:
    """No text and no span raises, and what begins a value is shorter than it."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert is_impersonal(text, start, end, label) in {True, False}
    assert lead_of(text[start:end], label) < end - start
