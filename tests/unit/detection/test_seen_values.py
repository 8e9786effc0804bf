"""The forms in which a value comes back, and texts of any size searched for them in linear time."""

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.conversation.values import Given, ValuesSeen
from pipeline.detection.finding import Finding
from pipeline.detection.normalization import normalize
from pipeline.detection.seen_values import Form, Memory, WordFingerprints, forms_of, given_number, is_remembered
from pipeline.event.labels import Label
from tests.support.timing import least_time_s

VALUES = [
    ("Dagmar van der Hale", Label.PERSON),
    ("AB-12-CD", Label.ORDER_ID),
    ("4111 1111 1111 1111", Label.CREDIT_CARD),
    ("dhale77@example.org", Label.EMAIL),
    ("12 Elm Court, Springfield", Label.ADDRESS),
    ("Biscuit", Label.PASSWORD),
]


def memory(values=VALUES, given=()):
    """Return a memory whose fingerprints are the forms themselves."""
    forms = [(form, label) for value, label in values for form in forms_of(value, label)]
    shapes = mixed = 0
    for form, _ in forms:
        shapes |= form.shapes
        mixed |= form.mixed
    seen = ValuesSeen({form.text.encode(): label for form, label in forms}, shapes, mixed, given)
    return Memory(seen, frozenset(), str.encode, WordFingerprints(str.encode))


@pytest.mark.parametrize(
    ("value", "label", "forms"),
    [
        ("Dr. Dagmar van der Hale", Label.PERSON, {"dagmar", "hale", ".dh"}),
        ("Will Rose", Label.PERSON, {"Will", "Rose", ".wr"}),
        ("AB-12-CD", Label.ORDER_ID, {"#ab12cd"}),
        ("4111 1111 1111 1111", Label.CREDIT_CARD, {"#4111111111111111", "\u20261111"}),
        ("123-45-6789", Label.NATIONAL_ID, {"#123456789", "\u20266789"}),
        ("4577", Label.PASSWORD, {"#4577"}),
        ("dhale77@example.org", Label.EMAIL, {"#dhale77"}),
        ("rhaleworth@example.org", Label.EMAIL, {"rhaleworth"}),
        ("Lucky Biscuit", Label.PASSWORD, {"Lucky", "biscuit"}),
        ("12", Label.ORDER_ID, set()),
        ("300", Label.ORDER_ID, set()),
        ("J", Label.PERSON, set()),
        ("five five five", Label.NATIONAL_ID, set()),
    ],
)
def test_a_value_comes_back_in_these_forms(value: str, label: Label, forms: set[str]) -> None:
    assert {form.text for form in forms_of(value, label)} == forms


def test_no_form_shows_its_value() -> None:
    assert "4577" not in repr(Form("#4577", 16))
    words = WordFingerprints(str.encode)
    assert words["Dagmar's"] == (b"dagmar",)
    assert "agmar" not in repr(words) + repr(memory())


@pytest.mark.parametrize(
    ("finding", "remembered"),
    [
        (Finding(0, 1, Label.PERSON, "pattern", 0.85), True),
        (Finding(0, 1, Label.PERSON, "spacy", 0.8), True),
        (Finding(0, 1, Label.PERSON, "spacy", 0.6), False),
        (Finding(0, 1, Label.ACCOUNT_ID, "asked", 0.4), False),
        (Finding(0, 1, Label.LOCATION, "spacy", 0.9), False),
        (Finding(0, 1, Label.ORDER_ID, "seen", 0.9), False),
    ],
)
def test_only_what_is_sure_is_remembered(finding: Finding, remembered: bool) -> None:  # noqa: FBT001 - a row of a table
    assert is_remembered(finding) is remembered


def test_a_lone_word_is_looked_for_as_a_person_only_where_the_tier_is_very_sure() -> None:
    """A brand taken for a person would be flagged in every turn that names it; two words are hardly ever one."""
    unsure = Finding(0, 6, Label.PERSON, "names", 0.9)
    assert not is_remembered(unsure, "Dagmar")
    assert is_remembered(unsure._replace(score=0.95), "Dagmar")
    assert is_remembered(unsure, "Dagmar Hale")
    assert is_remembered(unsure._replace(detector="asked"), "Dagmar")


def test_only_numbers_can_be_corrected_by_others() -> None:
    assert given_number("45-77", Label.PASSWORD) == (4, Label.PASSWORD)
    assert given_number("12 Elm Court", Label.ADDRESS) is None
    assert given_number("19", Label.ORDER_ID) is None


@seed(20261123)
@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.sampled_from(VALUES), st.text(max_size=60))
def test_a_value_between_any_texts_is_found_at_its_place(before: str, value: tuple[str, Label], after: str) -> None:
    """Whatever stands around it, findings lie in the text, and a value with blanks around it is found."""
    text = f"{before} . {value[0]} . {after}"
    findings = memory().find(normalize(text))
    assert all(0 <= each.start < each.end <= len(text) for each in findings)
    if value[1] in {Label.PERSON, Label.CREDIT_CARD, Label.ORDER_ID, Label.PASSWORD}:
        start = text.index(value[0], len(before))
        assert any(start <= each.start and each.end <= start + len(value[0]) for each in findings)


@pytest.mark.parametrize("piece", ["1", "12 ", "1111 ", "A.", "AB-12-", "dagmar ", "a", "12 elm ", "no 1111 ", "- "])
def test_long_texts_take_linear_time(piece: str) -> None:
    """Eight times the text takes no more than some sixteen times the time."""
    searched = memory(given=(Given(4, Label.PASSWORD, 3),))

    def took_s(count: int) -> float:
        text = normalize(piece * count)
        return least_time_s(lambda: searched.find(text))

    took_s(100)
    assert took_s(16_000) < 16 * took_s(2_000) + 0.2
