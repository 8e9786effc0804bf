"""What an event says about its people is found again in the texts, and nothing else."""

import time

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.detection.known_values import KnownValues, canonical_word, field_label, name_parts, shape_label
from pipeline.event.labels import Label

SUBJECT = [
    ("name", "Dr. Katarzyna Maria Wieczorek"),
    ("email", "k.wieczorek@example.com"),
    ("phone", "+14155550134"),
    ("customer_id", "C-1042-77"),
    ("pin", "4577"),
    ("birth_date", "1984-03-07"),
    ("card_number", "4111111111111111"),
    ("address", "12 Elm Court, Springfield"),
]


def found(pairs: list[tuple[str, str]], text: str, names: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(text[f.start : f.end], f.label.value) for f in KnownValues.build(pairs, names).find(text)]


@pytest.mark.parametrize(
    ("text", "value", "label"),
    [
        ("is KATARZYNA there", "KATARZYNA", Label.PERSON),
        ("ms wieczorek called", "wieczorek", Label.PERSON),
        ("write to K.Wieczorek@Example.com", "K.Wieczorek@Example.com", Label.EMAIL),
        ("k wieczorek 7", "wieczorek", Label.PERSON),
        ("call (415) 555-0134 now", "415) 555-0134", Label.PHONE),
        ("call 1-415-555-0134 now", "1-415-555-0134", Label.PHONE),
        ("call 4155550134 now", "4155550134", Label.PHONE),
        ("call ４１５ ５５５ ０１３４", "４１５ ５５５ ０１３４", Label.PHONE),
        ("customer c104277", "c104277", Label.ACCOUNT_ID),
        ("customer C 1042 77.", "C 1042 77", Label.ACCOUNT_ID),
        ("it is 4 5 7 7", "4 5 7 7", Label.PASSWORD),
        ("card 4111-1111-1111-1111", "4111-1111-1111-1111", Label.CREDIT_CARD),
        ("born 3/7/1984", "3/7/1984", Label.DATE_OF_BIRTH),
        ("born 07.03.1984", "07.03.1984", Label.DATE_OF_BIRTH),
        ("on March 7th, 1984", "March 7th, 1984", Label.DATE_OF_BIRTH),
        ("on 7 mar 1984", "7 mar 1984", Label.DATE_OF_BIRTH),
        ("at 12 elm court", "12 elm court", Label.ADDRESS),
        ("ask k.wieczorek there", "k.wieczorek", Label.EMAIL),
        ("K\u200batarzyna", "K\u200batarzyna", Label.PERSON),
    ],
)
def test_a_value_is_found_in_the_forms_that_people_write(text: str, value: str, label: Label) -> None:
    assert (value, label.value) in found(SUBJECT, text)


@pytest.mark.parametrize(
    "text",
    [
        "the katarzynas",
        "45771 is another",
        "pin 14577",
        "C-1042-778",
        "12 Elms Court",
        "4111 1111 1111 1112",
        "kat arzyna",
        "born 1984",
        "dr",
    ],
)
def test_parts_of_other_words_and_numbers_are_not_found(text: str) -> None:
    assert found(SUBJECT, text) == []


def test_a_name_that_is_also_a_word_counts_only_with_its_capital() -> None:
    names = [("name", "Will Rose"), ("name", "Hope")]
    assert found(names, "I will hope for a rose") == []
    assert found(names, "ask Will or Hope") == [("Will", "PERSON"), ("Hope", "PERSON")]
    assert ("will rose", "PERSON") in found(names, "it is will rose")


def test_authors_are_found_as_persons() -> None:
    assert found([], "thanks Priya", ("Priya N.",)) == [("Priya", "PERSON")]


def test_short_and_empty_values_are_passed_over() -> None:
    assert found([("pin", "1"), ("name", ""), ("name", "J"), ("note", ".")], "1 J . x") == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("A-.....-77", "code A-.....-77 there"),
        ("x" * 600 + " 12", f"is it {'x' * 600} 12?"),
        ("12", "room 12"),
    ],
    ids=["far apart", "long", "short"],
)
def test_a_value_is_found_as_it_is_written_whatever_its_form(value: str, text: str) -> None:
    assert found([("note", value)], text) == [(value, Label.ACCOUNT_ID.value)]


def test_two_digits_apart_are_no_known_number() -> None:
    assert found([("room", "12")], "from 1 to 2, or 1-2") == []


def test_without_values_nothing_is_found() -> None:
    assert KnownValues.build([]).find("Jane Doe") == []


def test_an_accent_more_or_less_does_not_matter() -> None:
    assert found([("name", "Jos\u00e9")], "jose was here") == [("jose", "PERSON")]
    assert found([("name", "Jose")], "Jos\u00e9 was here") == [("Jos\u00e9", "PERSON")]


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("jane@example.com", Label.EMAIL),
        ("+49 30 901820", Label.PHONE),
        ("415-555-0134", Label.PHONE),
        ("4111 1111 1111 1111", Label.CREDIT_CARD),
        ("1984-03-07", Label.DATE_OF_BIRTH),
        ("219-09-9999", Label.NATIONAL_ID),
        ("203.0.113.9", Label.IP),
        ("GB82 WEST 1234 5698 7654 32", Label.IBAN),
        ("12 Elm Court", Label.ADDRESS),
        ("Jane van Doe", Label.PERSON),
        ("Zo\u00eb", Label.PERSON),
        ("A-1042", Label.ACCOUNT_ID),
        ("4577", Label.ACCOUNT_ID),
    ],
)
def test_an_unknown_field_gets_the_label_of_its_shape(value: str, label: Label) -> None:
    assert shape_label(value) is label
    assert field_label("something", value) is label


def test_a_known_field_gets_its_own_label() -> None:
    assert field_label("Customer-ID", "jane@example.com") is Label.ACCOUNT_ID


def test_name_parts_leave_out_titles_particles_and_initials() -> None:
    assert name_parts("Dr. Ana-Mar\u00eda de la Cruz J.") == ["ana-maria", "cruz"]


def test_words_of_a_text_compare_with_name_parts() -> None:
    assert name_parts("Will SMITHSON") == ["Will", "smithson"]
    assert canonical_word("Smithson") == "smithson"
    assert canonical_word("Will") == "Will"
    assert canonical_word("will") == "will"


def test_no_value_is_in_any_repr() -> None:
    """State is logged by its repr."""
    known = KnownValues.build(SUBJECT)
    assert "atarzyna" not in repr(known)
    assert all("atarzyna" not in repr(finding) for finding in known.find("Katarzyna"))


@seed(20240701)
@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_a_name_between_any_texts_is_found_at_its_place(before: str, after: str) -> None:
    text = f"{before}\n Wieczorek \n{after}"
    spans = KnownValues.build(SUBJECT).find(text)
    assert any(text[finding.start : finding.end] == "Wieczorek" for finding in spans)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in spans)


def test_a_long_text_full_of_the_values_takes_linear_time() -> None:
    known = KnownValues.build(SUBJECT)
    text = "Katarzyna 4577 4155550134 " * 10_000
    started = time.process_time()
    assert len(known.find(text)) == 30_000
    assert time.process_time() - started < 3


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_a_name_and_stands_in_an_address_too_is_a_name(order: int) -> None:
    """Whatever the order of the subject's fields: a name never becomes a token."""
    subject = [("email", "ottoline.brackenbury@mail.example"), ("name", "Ottoline Brackenbury")][::order]
    found = KnownValues.build(subject).find("Ottoline Brackenbury, ottoline brackenbury")
    assert {finding.label for finding in found} == {Label.PERSON}
