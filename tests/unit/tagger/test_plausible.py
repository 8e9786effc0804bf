"""Courtesies are nobody's name; prices, versions and hours are no codes."""

import pytest

from pipeline.event.labels import Label
from pipeline.tagger.plausible import is_plausible


@pytest.mark.parametrize("value", ["namaste", "Kia ora", "thanks", "OMG", "Dankie", "yes please"])
def test_a_courtesy_in_any_language_is_no_person(value):
    assert not is_plausible(Label.PERSON, value)


@pytest.mark.parametrize("value", ["Sana", "thanks Robin", "Cam", "Ola", "O'Neil", "李"])
def test_a_name_stays_one_beside_a_courtesy_or_alike(value):
    assert is_plausible(Label.PERSON, value)


@pytest.mark.parametrize(
    "value",
    ["12.99", "£1,240.50", "x 12.99", "3.2s", "500mb", "40%", "0.0004 btc", "v1.2.3.4", "2 pm", "10:45", "sha256"],
)
def test_prices_amounts_versions_and_hours_are_no_codes(value):
    assert not is_plausible(Label.ORDER_ID, value)
    assert not is_plausible(Label.ZIP, value)


@pytest.mark.parametrize("value", ["4577", "QX7LPT", "94107", "AB-12.345-6", "1045", "2a", "four five seven"])
def test_what_may_be_a_code_stays_one(value):
    assert is_plausible(Label.ORDER_ID, value)


def test_labels_that_are_not_codes_are_not_judged():
    assert is_plausible(Label.ADDRESS, "10.45")
