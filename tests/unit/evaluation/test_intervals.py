"""Bootstrap intervals: around the figure, seeded, as wide as the conversations differ."""

import math

import numpy as np
import pytest

from pipeline.corpora import Conversation, GoldSpan, Turn
from pipeline.evaluation.intervals import RESAMPLES, intervals
from pipeline.evaluation.predictions import PredictedConversation, Prediction
from pipeline.evaluation.report import rows, table
from pipeline.evaluation.score import CoreCounts, score

TEXT = "Ngozi ordered it"
NAME = GoldSpan(start=0, end=5, label="PERSON")


def counts(**given: int) -> CoreCounts:
    return CoreCounts(**{**dict.fromkeys(CoreCounts._fields, 0), **given})


def scored(found_in: list[bool]):
    """Return the scores of conversations with one name each, found in those that are True."""
    return score(
        (
            Conversation(
                id=str(number),
                source="star",
                turns=(Turn(speaker="user", text=TEXT, spans=(NAME,)), Turn(speaker="user", text="all good")),
            ),
            PredictedConversation(
                str(number),
                ((Prediction(0, 5, "PERSON"),) if found else (), () if found else (Prediction(0, 3, "ORG"),)),
            ),
        )
        for number, found in enumerate(found_in)
    )


def core(found_in: list[bool]):
    (row,) = rows(scored(found_in), brief=True)
    return row


def test_every_figure_of_the_core_row_lies_inside_its_interval():
    """With one name in four missed, and a finding in each of these turns."""
    row = core([True, True, True, False] * 50)
    assert set(row.intervals) == {"leak", "full", "half", "typed_f1", "precision", "flagged_per_1000"}
    for name, (low, high) in row.intervals.items():
        assert low < getattr(row, name) < high


def test_an_interval_is_as_wide_as_that_of_a_share():
    """A quarter of 400 conversations: the binomial's 95% interval is 25 plus or minus 4.2 points."""
    low, high = core([True, True, True, False] * 100).intervals["leak"]
    half_width = 1.96 * 100 * math.sqrt(0.25 * 0.75 / 400)
    assert low == pytest.approx(25 - half_width, abs=0.8)
    assert high == pytest.approx(25 + half_width, abs=0.8)


def test_equal_counts_have_equal_intervals_and_order_decides_nothing_much():
    """The draws are seeded; nothing depends on a clock or a run."""
    found_in = [True, False, True] * 40
    assert core(found_in).intervals == core(found_in).intervals
    low, high = core(sorted(found_in)).intervals["leak"]
    assert (low, high) == pytest.approx(core(found_in).intervals["leak"], abs=2.5)


def test_conversations_are_drawn_not_turns():
    """Ten conversations that repeat one thing a hundred times tell no more than ten."""
    few = [counts(spans=100, characters=500, uncovered=500 * (number % 2)) for number in range(10)]
    low, high = intervals(few)["leak"]
    assert high - low > 40


def test_figures_that_never_differ_have_a_closed_interval():
    """Nothing leaks in any resample."""
    assert intervals([counts(spans=1, characters=5)] * 5)["leak"] == (0.0, 0.0)


def test_one_conversation_has_no_interval():
    """Every resample would be the same, which would look like certainty."""
    assert intervals([counts(spans=3, characters=9, uncovered=4)]) == {}
    assert core([True]).intervals == {}


def test_a_figure_without_anything_to_count_has_no_interval():
    """No clean turn: no rate of flagged ones."""
    assert "flagged_per_1000" not in intervals([counts(spans=1, characters=5)] * 5)


def test_draws_in_parts_are_the_same_draws(monkeypatch):
    """Large files are drawn in parts, for memory's sake."""
    some = [counts(spans=1, characters=5, uncovered=number % 6) for number in range(60)]
    whole = intervals(some)
    monkeypatch.setattr("pipeline.evaluation.intervals._DRAWS_AT_ONCE", 60 * 7)
    assert RESAMPLES % 7
    assert np.allclose(intervals(some)["leak"], whole["leak"])


def test_the_table_shows_the_intervals_below_the_rows():
    """One line a source, with the figures beside their intervals."""
    lines = table("t", scored([True, True, True, False] * 100)).splitlines()
    assert lines[-2] == "core figures with 95% intervals (1,000 resamples of the conversations):"
    assert lines[-1].startswith("star       leak% 25.0 [2")
    assert "fp/1k 250 [2" in lines[-1]
