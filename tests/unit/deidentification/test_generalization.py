"""Generalized values say less, still truly."""

from datetime import UTC, datetime

import pytest

from pipeline.deidentification.generalization import RESTRICTED_ZIP3, cut_time, generalized_time, year_of, zip3_of
from pipeline.policy.compiled import Generalization


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ("12/03/1984", "1984"),
        ("March 3rd, 2001", "2001"),
        ("1984-03-12", "1984"),
        ("3/12/84", None),
        ("1984 or 1985", None),
    ],
)
def test_a_birth_date_becomes_its_year_or_is_unreadable(value, year):
    """Where no single year is named, nothing is guessed."""
    assert year_of(value) == year


@pytest.mark.parametrize(
    ("value", "area"), [("94105", "941"), ("94105-1234", "941"), ("03602", "000"), ("SW1A 1AA", None), ("941", None)]
)
def test_a_zip_code_becomes_its_area(value, area):
    """Sparsely populated areas become 000, other countries' codes are unreadable."""
    assert zip3_of(value) == area


def test_the_restricted_areas_are_the_seventeen_of_the_guidance():
    """The list is that of the HHS guidance, whole."""
    assert len(RESTRICTED_ZIP3) == 17


@pytest.mark.parametrize(
    ("to", "text"),
    [
        (Generalization.HOUR, "2026-03-04T05"),
        (Generalization.DAY, "2026-03-04"),
        (Generalization.MONTH, "2026-03"),
        (Generalization.YEAR, "2026"),
    ],
)
def test_a_time_is_cut_to_the_unit_asked_for(to, text):
    """A generalized time is the beginning of its ISO form."""
    assert generalized_time(datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC), to) == text


@pytest.mark.parametrize(
    ("to", "cut"),
    [
        (Generalization.YEAR, datetime(2026, 1, 1, tzinfo=UTC)),
        (Generalization.MONTH, datetime(2026, 3, 1, tzinfo=UTC)),
        (Generalization.DAY, datetime(2026, 3, 31, tzinfo=UTC)),
        (Generalization.HOUR, datetime(2026, 3, 31, 10, tzinfo=UTC)),
    ],
)
def test_a_time_is_cut_to_the_first_moment_of_its_period(to, cut):
    """So a time that stays a time is no finer than one that becomes text."""
    assert cut_time(datetime(2026, 3, 31, 10, 15, 9, 7, tzinfo=UTC), to) == cut
