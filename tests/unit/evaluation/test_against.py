"""Two detectors side by side: who finds what alone, under another label, and whom the gold confirms."""

import pytest

from pipeline.corpora import Conversation, GoldSpan, Turn
from pipeline.evaluation import against
from pipeline.evaluation.against import Comparison, Difference, compare, example_lines, meanings, their_predictions
from pipeline.evaluation.predictions import PredictedConversation, Prediction

#       0         1         2         3
#       0123456789012345678901234567890123
TEXT = "Ngozi ordered A17 for Lisbon today"
NGOZI, A17, LISBON = (0, 5), (14, 17), (22, 28)


class FakeView:
    """Says the same of every text."""

    version = "fake-1"

    def __init__(self, *found: tuple[int, int, str]) -> None:
        self.batches: list[int] = []
        self._found = [(*one, 1.0) for one in found]

    def find(self, texts):
        self.batches.append(len(texts))
        return [self._found for _ in texts]


def compared(
    ours: list[Prediction], *theirs: tuple[int, int, str], gold: tuple[GoldSpan, ...] = (), layers=None, **options
) -> Comparison:
    turn = Turn(speaker="user", text=TEXT, spans=gold, layers=layers)
    pair = Conversation(id="c", source="star", turns=(turn,)), PredictedConversation("c", (tuple(ours),))
    *_, comparison = compare([pair], FakeView(*theirs), **options)
    return comparison


def shape(one: Difference) -> tuple:
    return one.kind.value, one.ours, one.theirs, one.gold, one.count


def verdict(one: Difference) -> tuple:
    return one.ours_right, one.theirs_right, one.neither_right, one.open


def gold(place: tuple[int, int], label: str, **more) -> GoldSpan:
    return GoldSpan(start=place[0], end=place[1], label=label, **more)


def test_every_kind_of_relation_is_counted_under_its_labels():
    """A name by us alone, one by them alone, a place that they call a person, a name by both."""
    rows = compared(
        [Prediction(*NGOZI, "PERSON"), Prediction(*A17, "ORDER_ID"), Prediction(*LISBON, "LOCATION")],
        (0, 5, "PER"),
        (22, 28, "PERSON"),
        (29, 34, "ORG"),
    ).rows()
    assert [shape(row) for row in rows] == [
        ("only ours", "ORDER_ID", None, None, 1),
        ("only theirs", None, "ORG", None, 1),
        ("other label", "LOCATION", "PERSON", None, 1),
        ("both", "PERSON", "PER", None, 1),
    ]
    assert {verdict(row) for row in rows} == {(None, None, None, None)}


def test_the_gold_says_who_is_right_where_one_is_silent():
    """Who covers what is marked, and who leaves in clear what is not."""
    rows = compared(
        [Prediction(*NGOZI, "PERSON"), Prediction(*A17, "ORDER_ID")],
        (22, 28, "GPE"),
        (29, 34, "PERSON"),
        gold=(gold(NGOZI, "PERSON"), gold(LISBON, "LOCATION")),
    ).rows()
    assert [(row.ours or row.theirs, verdict(row)) for row in rows] == [
        ("ORDER_ID", (0, 1, 0, 0)),
        ("PERSON", (1, 0, 0, 0)),
        ("GPE", (0, 1, 0, 0)),
        ("PERSON", (1, 0, 0, 0)),
    ]


@pytest.mark.parametrize(
    ("label", "right"),
    [
        ("ORDER_ID", (1, 0, 0, 0)),
        ("PERSON", (0, 1, 0, 0)),
        ("ZIP", (0, 0, 1, 0)),
    ],
)
def test_of_two_labels_the_gold_chooses(label, right):
    """One of them, or neither."""
    (row,) = compared([Prediction(*A17, "ORDER_ID")], (14, 17, "PERSON"), gold=(gold(A17, label),)).rows()
    assert verdict(row) == right


@pytest.mark.parametrize(
    "marked",
    [{"gold": (gold(A17, "ORDER_ID", sure=False),)}, {"layers": 1, "gold": ()}, {"gold": (gold(A17, "VENUE"),)}],
    ids=["unsure span", "few annotators", "soft label"],
)
def test_where_the_gold_does_not_say_nobody_is_right(marked):
    """An unsure span, a turn that few annotators saw, context of another kind."""
    comparison = compared([Prediction(*A17, "ORDER_ID")], **marked)
    comparison.has_gold = True
    (row,) = comparison.rows()
    assert verdict(row) == (0, 0, 0, 1)


def test_identity_that_neither_finds_is_told_by_its_gold_label():
    """Soft and unsure gold is not."""
    marked = (gold(NGOZI, "PERSON"), gold(A17, "ORDER_ID", sure=False), gold(LISBON, "LOCATION"))
    (row,) = compared([], gold=marked).rows()
    assert shape(row) == ("neither", None, None, "PERSON", 1)


def test_both_may_be_wrong_together():
    """What is not marked and found by both was wrong twice."""
    (row, silent) = compared([Prediction(*A17, "PERSON")], (14, 17, "PERSON"), gold=(gold(NGOZI, "PERSON"),)).rows()
    assert verdict(row) == (0, 0, 1, 0)
    assert silent.kind == "neither"


def test_what_only_they_find_counts_if_its_usual_meaning_is_looked_for():
    """A number or a place is no disagreement with a policy that keeps both; `drop` holds on both sides."""
    theirs = ((14, 17, "CARDINAL"), (22, 28, "GPE"), (0, 5, "PERSON"))
    assert [row.theirs for row in compared([], *theirs, labels=["PERSON"]).rows()] == ["PERSON"]
    assert [row.theirs for row in compared([], *theirs).rows()] == ["GPE", "PERSON"]
    assert compared([Prediction(*A17, "PERSON")], *theirs, drop={"PERSON", "LOCATION"}).rows() == []


def test_overlaps_are_resolved_and_low_scores_left_out_before_comparing():
    """As scoring does."""
    ours = [Prediction(0, 5, "PERSON", 0.9), Prediction(0, 8, "ORG", 0.4), Prediction(*A17, "ORDER_ID", 0.2)]
    rows = compared(ours, (0, 5, "PERSON"), score_min=0.3).rows()
    assert [shape(row) for row in rows] == [("both", "PERSON", "PERSON", None, 1)]


def test_turns_are_handed_over_in_batches(monkeypatch):
    """Progress can be told, and memory stays bounded."""
    monkeypatch.setattr(against, "TURNS_AT_ONCE", 2)
    turns = (Turn(speaker="user", text=TEXT),) * 5
    view = FakeView()
    pair = Conversation(id="c", turns=turns), PredictedConversation("c", ((),) * 5)
    assert [comparison.turns for comparison in compare([pair], view)][-1] == 5
    assert view.batches == [2, 2, 1]


def test_examples_hold_values_only_where_they_are_asked_for():
    """And neither the comparison nor an example shows them by itself."""
    ours = [Prediction(*A17, "ORDER_ID")]
    assert compared(ours).examples == []
    comparison = compared(ours, (0, 5, "PERSON"), (22, 28, "PERSON"), examples=True)
    assert "A17" not in repr(comparison)
    assert "A17" not in repr(comparison.examples)
    assert list(example_lines(comparison.examples, 1)) == [
        f"   star ONLY OURS ORDER_ID 'A17' | {TEXT}",
        f"   star ONLY THEIRS PERSON 'Ngozi' | {TEXT}",
    ]


def test_their_findings_can_be_scored_like_ours():
    """Under our labels, without what means no personal data or is not looked for."""
    turns = (Turn(speaker="user", text=TEXT, spans=(gold(NGOZI, "PERSON"),)), Turn(speaker="user", text=TEXT))
    pairs = [(Conversation(id="c", turns=turns), PredictedConversation("c", ((), ())))]
    view = FakeView((0, 5, "PER"), (14, 17, "CARDINAL"), (22, 28, "GPE"))
    *_, comparison = compare(pairs, view, labels=["PERSON"])
    ((conversation, theirs),) = their_predictions(comparison, pairs)
    assert conversation is pairs[0][0]
    assert theirs.turns == ((Prediction(*NGOZI, "PERSON"),),) * 2


def test_their_labels_mean_ours():
    """The usual meaning comes first; a label of ours means itself; a count of things means nothing personal."""
    assert meanings("GPE")[0] == "LOCATION"
    assert meanings("PASSWORD") == ("PASSWORD",)
    assert meanings("CARDINAL") == ()
