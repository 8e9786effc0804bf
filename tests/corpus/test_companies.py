"""Sets that nobody wrote patterns for: chats of many companies, and the hardest transcripts, logs and e-mails.

`companies.jsonl` has two-sided chats and e-mails of companies of many trades by sloppy writers; `hardest.jsonl` has
phone transcripts with spoken and spelled values, pasted logs, JSON and tables, numbers in pieces and long e-mails. Both
were written before the detector was run on them. The first run, without known values: 18.7% of the personal characters
in clear, precision 96.8%, 18 flagged in 1,000 clean turns for the companies; 61.1%, 93.5% and 21 for the hardest. With
names by our own tier instead of spaCy's, far fewer leak and a few more clean turns are flagged. The second sets are by
another writer who had seen neither the first sets nor the detector; nobody has looked at what is missed in them, and it
should stay so: they say what the first ones no longer can.

The third sets are by a third writer who had read neither detector nor templates nor other sets, and was asked for many
look-alikes among the clean turns. Their first run, before anybody had looked: 5.6%, 89.3% and 88 for the companies,
7.1%, 84.9% and 115 for the hardest. Their false positives have been looked at since, by kind.

`brands.jsonl` and `brands_second.jsonl` are chats far denser with unknown brands, products, foreign courtesies and rare
names than customers' chats are. Errors of the first became kinds of templates; those of the second nobody has seen, but
its figures chose between recipes.

The bounds are what the default policy reached last, with a point of leak, half a point of precision and three flags in
1,000 to spare. After a change to detection, write them anew from

    python -m pipeline evaluate --gold tests/corpus/companies.jsonl --drop DATE,LOCATION,ORG,NRP,URL --brief
    python -m pipeline evaluate --gold tests/corpus/hardest.jsonl --drop DATE,LOCATION,ORG,NRP,URL --brief

and the same with `--without-known`. A bound is tightened when the product gets better, and never loosened silently:
the leak of the second companies was 8.3 when 43 clean turns in 1,000 were flagged instead of 36; the flags of the
second hardest were 17 with weights that flagged 185 instead of 123 clean turns in 1,000 of the second brands.
"""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.cli.detect import DetectOptions, detected_conversations
from pipeline.corpora import Conversation, read_conversations
from pipeline.evaluation.score import SOFT_LABELS, SourceScore, score
from pipeline.event.labels import Label
from pipeline.flow.rules import Rules

FOLDER = Path(__file__).parent
CLEAR = {"DATE", "LOCATION", "ORG", "NRP", "URL"}
"""What a policy keeps: no prediction of these counts."""


class Bounds(NamedTuple):
    """What a set must keep to: leak and precision in percent of characters, flags per 1,000 clean turns."""

    leak_max: float
    precision_min: float
    flagged_max: float


BOUNDS = {
    ("companies", "values known"): Bounds(2.7, 98.0, 6),
    ("companies", "nothing known"): Bounds(2.9, 98.1, 3),
    ("hardest", "values known"): Bounds(3.2, 96.8, 8),
    ("hardest", "nothing known"): Bounds(3.2, 96.8, 8),
    ("companies_second", "nothing known"): Bounds(10.0, 94.6, 36),
    ("hardest_second", "nothing known"): Bounds(13.4, 93.1, 21),
    ("companies_third", "nothing known"): Bounds(7.2, 88.9, 67),
    ("hardest_third", "nothing known"): Bounds(6.8, 84.2, 106),
    ("brands", "nothing known"): Bounds(11.5, 81.2, 90),
    ("brands_second", "nothing known"): Bounds(9.6, 79.5, 126),
}


def chats(name: str) -> list[Conversation]:
    return list(read_conversations(FOLDER / f"{name}.jsonl"))


def scored(name: str, rules: Rules, *, with_known: bool) -> SourceScore:
    gold = chats(name)
    found = detected_conversations(gold, rules, DetectOptions(with_known=with_known))
    pairs = [(chat, one.predicted) for chat, one in zip(gold, found, strict=True)]
    return score(pairs, drop=CLEAR).sources[name]


@pytest.mark.parametrize(("name", "told"), BOUNDS)
def test_a_set_keeps_to_its_bounds(default_rules: Rules, name: str, told: str) -> None:
    """Leak, precision and flagged clean turns are no worse than when they were last written down."""
    bounds = BOUNDS[name, told]
    source = scored(name, default_rules, with_known=told == "values known")
    identity = source.identity()
    assert 100 * identity.uncovered / identity.characters <= bounds.leak_max
    assert 100 * source.hit_characters / (source.hit_characters + source.stray_characters) >= bounds.precision_min
    assert 1_000 * source.flagged / source.clean_turns <= bounds.flagged_max


@pytest.mark.parametrize(("name", "least", "trades"), [("companies", 60, 45), ("hardest", 30, 30)])
def test_a_set_is_broad_enough_to_mean_something(name: str, least: int, trades: int) -> None:
    """Many trades, two sides, dialogues of some length, half of the turns clean, known values in a third."""
    gold = chats(name)
    turns = [turn for chat in gold for turn in chat.turns]
    assert len(gold) >= least
    assert len({chat.id for chat in gold}) == len(gold)
    assert len({chat.domain for chat in gold}) >= trades
    assert all(6 <= len(chat.turns) <= 14 for chat in gold)
    assert all({"user"} < {turn.speaker for turn in chat.turns} for chat in gold)
    assert 0.4 < sum(not turn.spans for turn in turns) / len(turns) < 0.6
    assert sum(bool(chat.known) for chat in gold) >= len(gold) / 3


def test_the_sets_speak_of_every_kind_of_identity() -> None:
    """No gold label is misspelled, and no identity label is missing from both sets together."""
    counted = Counter(
        span.label
        for name in ("companies", "hardest")
        for chat in chats(name)
        for turn in chat.turns
        for span in turn.spans
    )
    assert counted.keys() <= set(Label) | SOFT_LABELS
    own_tests = {Label.PLACEHOLDER, Label.URL_WITH_PERSONAL_DATA}  # its parameters are marked one by one
    assert set(Label) - SOFT_LABELS - own_tests <= counted.keys()
