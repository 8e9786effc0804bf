"""The figures of the tables: the whole detector with a given names tier over labelled conversations."""

from collections.abc import Sequence

import pytest

from pipeline.corpora import Conversation, GoldSpan, Turn
from pipeline.detection.finding import Finding
from pipeline.detection.names import NamesTurn, NoNames
from pipeline.event.labels import Label
from pipeline.training.leave_one_out import row, table
from pipeline.training.whole_detector import predictions

TEXT = "it is Zorblat, mail z@example.com"
SPANS = (GoldSpan(start=6, end=13, label="PERSON"), GoldSpan(start=20, end=33, label="EMAIL"))
CONVERSATION = Conversation(
    id="a", turns=(Turn(speaker="user", text=TEXT, spans=SPANS), Turn(speaker="agent", text="Zorblat is a product"))
)


class FindsWord:
    """A names tier that finds one word as a person."""

    version = "fake"
    is_quick = False

    def find(self, turns: Sequence[NamesTurn]) -> list[list[Finding]]:
        places = [turn.text.find("Zorblat") for turn in turns]
        return [[Finding(place, place + 7, Label.PERSON, "fake", 0.9)] if place >= 0 else [] for place in places]


def test_patterns_and_the_tier_find_together():
    """A turn's predictions are those of all detectors."""
    (predicted,) = predictions([CONVERSATION], FindsWord())
    assert [[(one.start, one.end, one.label) for one in turn] for turn in predicted.turns] == [
        [(6, 13, "PERSON"), (20, 33, "EMAIL")],
        [(0, 7, "PERSON")],
    ]


def test_a_row_counts_what_stays_in_clear_and_what_is_covered_for_nothing():
    """Leak, precision and flagged clean turns, as the evaluation counts them."""
    with_names, without = row("own", [CONVERSATION], FindsWord()), row("own", [CONVERSATION], NoNames())
    assert (with_names.leak_share, with_names.flagged_per_1k) == (0.0, 1_000.0)
    assert with_names.precise_share == pytest.approx(20 / 27)
    assert without.leak_share == pytest.approx(7 / 20)
    assert (without.precise_share, without.flagged_per_1k) == (1.0, 0.0)
    assert "| own | 2 | 35.0 | 100.0 | 0 |" in list(table([without]))
