"""What is known of a turn: rows of its length, capitals, speaker and question."""

import pytest

from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from pipeline.tagger.layout import TURN_FEATURES, Casing, casing_of, turn_features
from pipeline.tagger.scoring import split


@pytest.mark.parametrize(
    ("text", "casing"),
    [
        ("my kettle, again", Casing.LOWER),
        ("WHERE IS MY KETTLE?", Casing.UPPER),
        ("Refund For Damaged Kettle", Casing.TITLE),
        ("The kettle of Mia broke", Casing.SENTENCE),
        ("Two words", Casing.SENTENCE),
        ("the kettle of Mia broke", Casing.LOOSE),
        ("4577", Casing.NONE),
        ("", Casing.NONE),
        ("42 Main St", Casing.SENTENCE),
    ],
)
def test_the_use_of_capitals_is_told(text: str, casing: Casing) -> None:
    """What a capital says of a word depends on whether the turn has small letters at all."""
    assert casing_of(text, split(text)) is casing


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("asked", [(), (Label.PERSON,), tuple(Label)])
def test_rows_lie_in_the_table_and_the_texts_own_come_first(role: Role | None, asked: tuple[Label, ...]) -> None:
    """Training hides all rows but the first two, so these must depend on the text alone."""
    text = "My name is Mia"
    rows = turn_features(text, split(text), role, asked)
    assert all(0 <= row < TURN_FEATURES for row in rows)
    assert rows[:2] == turn_features(text, split(text), None, ())[:2]
    assert len(set(rows)) == len(rows)
