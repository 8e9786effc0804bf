"""The scores, held against cases that were counted by hand."""

import pytest

from pipeline.corpora import Conversation, GoldSpan, Turn
from pipeline.evaluation.predictions import PredictedConversation, Prediction
from pipeline.evaluation.report import mistake_lines, rows, table
from pipeline.evaluation.score import Scores, resolve, score, values

#         0         1         2
#         0123456789012345678901234567
ORDER = "Ngozi ordered A17 in Lisbon"
NGOZI = GoldSpan(start=0, end=5, label="PERSON")
A17 = GoldSpan(start=14, end=17, label="ORDER_ID")
LISBON = GoldSpan(start=21, end=27, label="LOCATION")


def one(text: str, spans: tuple[GoldSpan, ...], *found: Prediction, source: str = "star", layers: int | None = None):
    conversation = Conversation(
        id="c", source=source, turns=(Turn(speaker="user", text=text, spans=spans, layers=layers),)
    )
    return conversation, PredictedConversation("c", (found,))


def core(scores: Scores, source: str = "star"):
    (row,) = [row for row in rows(scores) if row.source == source and row.label == "core"]
    return row


def test_leak_counts_characters_and_full_and_half_count_spans() -> None:
    """Of 8 identity characters, 2 of the name's 5 and all 3 of the order's are covered: 3 of 8 leak."""
    row = core(score([one(ORDER, (NGOZI, A17), Prediction(0, 2, "PERSON"), Prediction(14, 17, "ORDER_ID"))]))
    assert row.spans == 2
    assert row.leak == pytest.approx(100 * 3 / 8)
    assert (row.full, row.half) == (50.0, 50.0)


def test_exactly_half_counts_as_half() -> None:
    """A span of two characters with one covered is half covered."""
    row = core(score([one("ab", (GoldSpan(start=0, end=2, label="PERSON"),), Prediction(0, 1, "PERSON"))]))
    assert (row.full, row.half, row.leak) == (0.0, 100.0, 50.0)


def test_cover_is_the_union_of_predictions_of_any_label() -> None:
    """Overlapping predictions with the wrong label still hide the value."""
    row = core(score([one(ORDER, (NGOZI,), Prediction(0, 3, "ORG"), Prediction(2, 5, "DATE"))]))
    assert (row.leak, row.full) == (0.0, 100.0)
    assert row.typed_f1 == 0.0


def test_precision_leaves_out_soft_and_neutral_gold() -> None:
    """5 characters on the name, 6 on a place (neutral), 4 of "in L" with 1 on the place: 5 of 8 count as right."""
    row = core(score([one(ORDER, (NGOZI, LISBON), Prediction(0, 5, "PERSON"), Prediction(18, 27, "ORG"))]))
    assert row.precision == pytest.approx(100 * 5 / 8)
    assert not row.precision_is_bound


def test_precision_is_a_bound_where_labels_are_incomplete() -> None:
    """Sources outside the complete ones say so."""
    row = core(score([one(ORDER, (NGOZI,), Prediction(0, 5, "PERSON"), source="multidogo")]), "multidogo")
    assert row.precision_is_bound


def test_typed_f1_asks_for_borders_and_label_and_takes_alternatives() -> None:
    """One of two spans is exact by an alternative label, of two predictions: F1 is 2 * 1 / (2 + 2)."""
    order = GoldSpan(start=14, end=17, label="ORDER_ID", alt=("ACCOUNT_ID",))
    found = (Prediction(0, 4, "PERSON"), Prediction(14, 17, "ACCOUNT_ID"))
    scores = score([one(ORDER, (NGOZI, order), *found)])
    assert core(scores).typed_f1 == pytest.approx(50.0)
    by_label = {row.label: row.typed_f1 for row in rows(scores)}
    assert by_label["ORDER_ID"] == pytest.approx(200.0)
    assert by_label["PERSON"] == pytest.approx(0.0)


def test_overlaps_are_resolved_by_score_then_length() -> None:
    """The surest wins; among equals the longest; what touches only is kept."""
    short, long, sure, beside = (
        Prediction(0, 4, "A", 0.5),
        Prediction(0, 6, "B", 0.5),
        Prediction(5, 8, "C", 0.9),
        Prediction(8, 9, "D", 0.1),
    )
    assert resolve([short, long, sure, beside]) == [sure, short, beside]
    assert resolve([short, long]) == [long]


def test_flagged_counts_predictions_in_turns_without_any_gold() -> None:
    """Two predictions in one of two clean turns are 1,000 per 1,000; a turn of one annotation layer is not clean."""
    clean = Turn(speaker="user", text="all good")
    unproven = Turn(speaker="user", text="all good", layers=1)
    conversation = Conversation(id="c", source="star", turns=(clean, clean, unproven))
    found = (Prediction(0, 3, "PERSON"), Prediction(4, 8, "PERSON"))
    row = core(score([(conversation, PredictedConversation("c", (found, (), found)))]))
    assert row.flagged_per_1000 == 1000.0
    assert row.turns == 3


def test_an_unsure_span_counts_neither_for_nor_against() -> None:
    """It is no gold, its characters are no mistakes, and its turn is not clean."""
    unsure = GoldSpan(start=0, end=5, label="PERSON", sure=False)
    row = core(score([one(ORDER, (unsure,), Prediction(0, 5, "PERSON"))]))
    assert (row.spans, row.leak, row.precision, row.flagged_per_1000) == (0, None, None, None)


def test_values_seen_before_are_neutral() -> None:
    """What a detector may have memorised is left out, whatever its case."""
    shouted = Conversation(
        id="d", turns=(Turn(speaker="user", text="NGOZI", spans=(GoldSpan(start=0, end=5, label="PERSON"),)),)
    )
    row = core(score([one(ORDER, (NGOZI, A17))], seen=values([shouted])))
    assert (row.spans, row.leak) == (1, 100.0)


def test_dropped_labels_and_low_scores_are_no_predictions() -> None:
    """A score at the limit stays."""
    found = (Prediction(0, 5, "PERSON", 0.5), Prediction(14, 17, "ORDER_ID", 0.49), Prediction(21, 27, "LOCATION", 1.0))
    row = core(score([one(ORDER, (NGOZI, A17), *found)], drop={"LOCATION"}, score_min=0.5))
    assert row.leak == pytest.approx(100 * 3 / 8)
    assert row.precision == 100.0


def test_the_table_has_a_line_a_label_identity_first() -> None:
    """Columns and order of the table are what scripts and people are used to."""
    optional = GoldSpan(start=6, end=13, label="OPTIONAL")
    text = table("pred.jsonl ", score([one(ORDER, (NGOZI, optional, A17, LISBON), Prediction(0, 5, "PERSON"))]))
    assert text.splitlines() == [
        "",
        "== pred.jsonl ",
        "source     label               n  leak%  full%  half%  typF1   prec%  fp/1k  turns",
        "star       core                2   37.5   50.0   50.0   66.7   100.0      -      1",
        "           PERSON              1    0.0  100.0  100.0  100.0",
        "           ORDER_ID            1  100.0    0.0    0.0    0.0",
        "           (LOCATION)          1  100.0    0.0    0.0      -",
    ]


def test_the_brief_table_has_the_core_lines_alone() -> None:
    """One line a source."""
    assert [row.label for row in rows(score([one(ORDER, (NGOZI, A17))]), brief=True)] == ["core"]


def test_mistakes_are_collected_only_when_asked_for() -> None:
    """Misses of identity spans and predictions in clean turns, with their values; nothing by default."""
    pairs = [
        one(ORDER, (NGOZI, A17, LISBON), Prediction(0, 5, "PERSON")),
        one("all good", (), Prediction(0, 3, "PERSON")),
    ]
    assert score(pairs).mistakes == []
    found = score(pairs, collect_mistakes=True).mistakes
    assert list(mistake_lines(found, ["star"], 5)) == [
        "   star MISS ORDER_ID 'A17' | Ngozi ordered A17 in Lisbon",
        "   star FP PERSON 'all' | all good",
    ]
    assert "A17" not in repr(found)
