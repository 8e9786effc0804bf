"""Canonical forms: every way of writing the same address, number or id comes to one."""

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.event.canonical import _phone, canonical_code, canonical_email, canonical_phone, canonical_value
from pipeline.event.labels import CONTEXT_LABELS, SECRET_LABELS, Label


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("Jo@Example.COM", "jo@example.com"),
        ("  jo@example.com. ", "jo@example.com"),
        ("ｊｏ@example.com", "jo@example.com"),
        ("jo+news@example.com", "jo@example.com"),
        ("jo + news @ example.com", "jo@example.com"),
        ("+tag@example.com", "+tag@example.com"),
        ("no address", "noaddress"),
    ],
)
def test_an_email_address_has_one_form_without_tags(written, canonical):
    assert canonical_email(written, strip_tags=True) == canonical


def test_a_tag_stays_where_the_policy_keeps_it():
    assert canonical_email("Jo+News@example.com", strip_tags=False) == "jo+news@example.com"


@pytest.mark.parametrize("written", ["+1 202 555 0143", "(202) 555-0143", "1-202-555-0143", "＋１ 202.555.0143"])
def test_a_phone_number_is_e164_of_its_region(written):
    assert canonical_phone(written, "US") == "+12025550143"


@pytest.mark.parametrize(("written", "canonical"), [("12", "12"), ("ext. 4-5", "45"), ("unknown", "unknown")])
def test_what_is_no_phone_number_keeps_its_digits_or_its_words(written, canonical):
    assert canonical_phone(written, "US") == canonical


@pytest.mark.parametrize("written", ["AB-12 3", "ab123", "ＡＢ１２３", "AB.1.2.3"])
def test_an_id_has_no_separators(written):
    assert canonical_code(written) == "ab123"


def test_a_possessive_name_is_the_name():
    assert canonical_value(Label.PERSON, "Rosa\u2019s", "US") == canonical_value(Label.PERSON, "ROSA", "US")


@seed(20260301)
@settings(max_examples=200, deadline=None)
@given(value=st.text(max_size=40), label=st.sampled_from(Label))
def test_a_canonical_form_does_not_depend_on_case_or_spaces_around(value, label):
    assert canonical_value(label, f" {value} ", "US") == canonical_value(label, value, "US")


def test_secret_labels_are_no_context():
    assert not SECRET_LABELS & CONTEXT_LABELS


@pytest.mark.parametrize(
    "written",
    [
        "jo.hale at example dot com",
        "jo dot hale at example dot com",
        "Jo.Hale (at) example (dot) com",
        "jo.hale[at]example[dot]com",
        "jo.hale@example (dot) com",
        "jo\u200b.hale@exam\u00adple.com",
    ],
)
def test_an_address_in_words_or_with_invisible_characters_is_the_address(written):
    """The detectors find these forms, so an opt-out must be found under them too."""
    assert canonical_email(written, strip_tags=True) == "jo.hale@example.com"


def test_a_long_number_is_not_remembered():
    """A publisher cannot fill the memory of a worker."""
    before = _phone.cache_info().currsize
    assert canonical_phone("5" * 600, "US") == "5" * 600
    assert _phone.cache_info().currsize == before
