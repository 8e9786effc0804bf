"""Bank, ride and hotel conversations that were written before anybody looked at how detection works.

Three sets: the first (`conversations.jsonl`) then showed what to improve, the second (`conversations_second.jsonl`) was
written after that, the third (`conversations_third.jsonl`) after what the second showed. All run through the real flow,
names by our own tier. Misses must match exactly, by kind: an unexpected find shows as well. What was found the first
time each set was run is in docs/evaluation.md.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.cli.detect import DetectOptions, detected_conversations, detection_rules
from pipeline.cli.invocation import Invocation
from pipeline.corpora import Conversation, Turn, read_conversations
from pipeline.evaluation.predictions import PredictedConversation, Prediction
from pipeline.evaluation.score import SOFT_LABELS, SourceScore, score
from pipeline.flow.rules import Rules

FOLDER = Path(__file__).parent
CLEAR = {"DATE", "LOCATION", "ORG", "NRP", "URL"}
"""What a policy keeps: no prediction of these counts."""


class Floor(NamedTuple):
    """What a set must reach: shares in percent, flagged clean turns per 1,000, spans not wholly found by label."""

    chats: str
    told: DetectOptions
    leak_max: float
    precision_min: float
    flagged_max: float
    missed: dict[str, int]


KNOWN = DetectOptions(with_known=True)
UNKNOWN = DetectOptions(with_known=False)
FLOORS = {
    # Names that nothing introduces, and that are words or products as well. A name more is missed in the second set
    # where values are known (leak 0.6), two and one more in the third (6.0), since the model has met more brands.
    "first": Floor("conversations", UNKNOWN, 1.5, 99.0, 1, {"PERSON": 6}),
    "first, values known": Floor("conversations", KNOWN, 0.9, 99.0, 1, {"PERSON": 4}),
    "second": Floor("conversations_second", UNKNOWN, 2.1, 99.0, 1, {"PERSON": 2, "PASSWORD": 1}),
    "second, values known": Floor("conversations_second", KNOWN, 1.3, 99.0, 1, {"PERSON": 1, "PASSWORD": 1}),
    # A goddess's and a devil's name; an account number in pairs after "she's on"; the article before a birth date.
    "third": Floor("conversations_third", UNKNOWN, 8.6, 99.0, 1, {"PERSON": 5, "ACCOUNT_ID": 1, "DATE_OF_BIRTH": 1}),
    "third, values known": Floor(
        "conversations_third", KNOWN, 7.0, 99.0, 1, {"PERSON": 4, "ACCOUNT_ID": 1, "DATE_OF_BIRTH": 1}
    ),
}

Found = list[tuple[Conversation, PredictedConversation]]


@pytest.fixture(scope="module")
def rules() -> Rules:
    return detection_rules(Invocation(None, {}), None, names=True)


def detected(chats: list[Conversation], rules: Rules, told: DetectOptions) -> Found:
    found = detected_conversations(chats, rules, told)
    return [(chat, one.predicted) for chat, one in zip(chats, found, strict=True)]


def core(pairs: Found) -> SourceScore:
    (source,) = score(pairs, drop=CLEAR).sources.values()
    return source


def missed(pairs: Found) -> Counter[str]:
    """Count the identity spans that are not wholly covered, by label."""
    return Counter(label for turn, predictions in _turns(pairs) for label in _uncovered(turn, predictions))


def _turns(pairs: Found) -> Iterator[tuple[Turn, tuple[Prediction, ...]]]:
    for chat, predicted in pairs:
        yield from zip(chat.turns, predicted.turns, strict=True)


def _uncovered(turn: Turn, predictions: tuple[Prediction, ...]) -> Iterator[str]:
    covered = {place for one in predictions if one.label not in CLEAR for place in range(one.start, one.end)}
    for span in turn.spans:
        if span.sure and span.label not in SOFT_LABELS and not covered.issuperset(range(span.start, span.end)):
            yield span.label


@pytest.mark.parametrize("name", FLOORS)
def test_a_set_stays_above_its_floor(rules: Rules, name: str) -> None:
    """Leak, precision and flagged clean turns hold, and exactly the known kinds are missed."""
    floor = FLOORS[name]
    pairs = detected(list(read_conversations(FOLDER / f"{floor.chats}.jsonl")), rules, floor.told)
    source = core(pairs)
    identity = source.identity()
    precision = 100 * source.hit_characters / (source.hit_characters + source.stray_characters)
    assert 100 * identity.uncovered / identity.characters <= floor.leak_max
    assert precision >= floor.precision_min
    assert 1_000 * source.flagged / source.clean_turns <= floor.flagged_max
    assert missed(pairs) == floor.missed


@pytest.mark.parametrize(
    ("name", "least"), [("conversations", 20), ("conversations_second", 6), ("conversations_third", 4)]
)
def test_each_domain_has_enough_conversations(name: str, least: int) -> None:
    domains = Counter(chat.domain for chat in read_conversations(FOLDER / f"{name}.jsonl"))
    assert set(domains) == {"bank", "ride", "hotel"}
    assert min(domains.values()) >= least


def test_a_question_for_a_pin_stays_readable(rules: Rules) -> None:
    """The model takes "PIN" for a company; the answer must be known for a password all the same."""
    turns = (Turn(speaker="agent", text="PIN?"), Turn(speaker="user", text="sure, 4419"))
    ((_, found),) = detected([Conversation(id="pin", turns=turns)], rules, UNKNOWN)
    assert [(one.start, one.end, one.label) for one in found.turns[1]] == [(6, 10, "PASSWORD")]
