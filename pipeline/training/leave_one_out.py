"""What the detector is worth on a crowd it never met: each corpus in turn is left out of what is learned from."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from pipeline.corpora import Conversation
from pipeline.detection.names import NamesTier
from pipeline.evaluation.score import SourceScore, score
from pipeline.tagger.own_names import OwnNames
from pipeline.training.examples import corpus
from pipeline.training.optimise import Recipe
from pipeline.training.recipe import Portions, Report, gathered, learned
from pipeline.training.whole_detector import predictions

CONTEXT: Final = frozenset({"DATE", "LOCATION", "ORG", "NRP", "URL"})
"""Labels that the figures leave aside: context that the default policy keeps in clear."""
PORTIONS: Final = Portions()
RECIPE: Final = Recipe(epochs=3)
LEFT_OUT: Final = (("multidogo",), ("star",), ("btc", "irc"))
"""What is left out at a time: each company's chats alone, and together what is no support chat."""


class Row(NamedTuple):
    """Identity labels over one corpus, by the whole detector without known values.

    `leak_share` of the personal characters stay in clear; a `precise_share` of the covered ones is personal;
    `flagged_per_1k` findings stand in 1,000 turns without personal data.
    """

    what: str
    turns: int
    leak_share: float
    precise_share: float
    flagged_per_1k: float


def rows(report: Report = lambda _line: None) -> Iterator[Row]:
    """Yield for each corpus what a model is worth that learned nothing from it."""
    for names in LEFT_OUT:
        weights = learned(list(gathered(PORTIONS, without=names)), RECIPE, 1, report=report)
        for name in names:
            yield row(name, list(corpus(name)), OwnNames(weights))
            report(f"{name}: measured")


def row(what: str, conversations: Sequence[Conversation], tier: NamesTier) -> Row:
    """Return the figures of the whole detector with this tier over some conversations."""
    pairs = zip(conversations, predictions(conversations, tier), strict=True)
    scores = score(pairs, drop=CONTEXT).sources.values()
    uncovered, characters = _sum(scores, "uncovered"), _sum(scores, "characters")
    hits, strays = sum(one.hit_characters for one in scores), sum(one.stray_characters for one in scores)
    clean, flagged = sum(one.clean_turns for one in scores), sum(one.flagged for one in scores)
    return Row(
        what,
        sum(one.turns for one in scores),
        uncovered / max(1, characters),
        hits / max(1, hits + strays),
        1_000 * flagged / max(1, clean),
    )


def table(rows_of_table: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a Markdown table, each as its row is there. Pure."""
    yield "| corpus | turns | leak % | precision % | flagged per 1,000 |"
    yield "| --- | --- | --- | --- | --- |"
    for one in rows_of_table:
        shares = f"{100 * one.leak_share:.1f} | {100 * one.precise_share:.1f}"
        yield f"| {one.what} | {one.turns:,} | {shares} | {one.flagged_per_1k:.0f} |"


def _sum(scores: Iterable[SourceScore], count: str) -> int:
    return sum(getattr(one.identity(), count) for one in scores)
