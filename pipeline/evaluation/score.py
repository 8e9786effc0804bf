"""Scores of predictions against labelled conversations: what is left in clear, what is covered for nothing."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pipeline.corpora import Conversation, GoldSpan, Turn
from pipeline.evaluation.predictions import PredictedConversation, Prediction
from pipeline.event.concealed import Concealed

SOFT_LABELS: Final = frozenset(
    {"LOCATION", "ORG", "DATE", "AGE", "TITLE", "NRP", "URL", "PUBLIC_PERSON", "VENUE", "OPTIONAL"}
)
"""Gold labels that are context rather than identity: scored apart, never a false positive."""
COMPLETE_SOURCES: Final = frozenset({"star", "sgd"})
"""Sources in which every personal value is labelled; elsewhere precision is a lower bound."""


@dataclass(slots=True)
class Tally:
    """Counts over the gold spans of one label: spans, characters, and what the predictions did to them.

    `fully` spans are wholly covered by the union of predictions, `half` at least 50%; `exact` ones have a prediction
    with the same borders and a right label.
    """

    spans: int = 0
    characters: int = 0
    uncovered: int = 0
    fully: int = 0
    half: int = 0
    exact: int = 0

    def count(self, *, covered: int, length: int, exact: bool) -> None:
        """Count one gold span of `length` characters, `covered` of them by predictions."""
        self.spans += 1
        self.characters += length
        self.uncovered += length - covered
        self.fully += covered == length
        self.half += 2 * covered >= length
        self.exact += exact

    def merge(self, other: "Tally") -> None:
        """Add the counts of another tally to these."""
        self.spans += other.spans
        self.characters += other.characters
        self.uncovered += other.uncovered
        self.fully += other.fully
        self.half += other.half
        self.exact += other.exact


class CoreCounts(NamedTuple):
    """The counts of one conversation that the core figures are made of: see `Tally` and `SourceScore`."""

    spans: float
    characters: float
    uncovered: float
    fully: float
    half: float
    exact: float
    predicted: float
    hit_characters: float
    stray_characters: float
    clean_turns: float
    flagged: float


@dataclass(slots=True)
class SourceScore:
    """Counts over one source of conversations.

    `hit_characters` are predicted and identity, `stray_characters` predicted and nothing; neutral and soft gold is in
    neither. `clean_turns` have no gold of any kind; `flagged` counts the predictions in them. `predicted` counts, by
    label, the predictions left after overlaps are resolved, identity labels away from neutral gold only.
    `conversations` are the counts of each conversation, in order, of which the figures' intervals are made.
    """

    labels: dict[str, Tally] = field(default_factory=dict)
    predicted: Counter[str] = field(default_factory=Counter)
    hit_characters: int = 0
    stray_characters: int = 0
    turns: int = 0
    clean_turns: int = 0
    flagged: int = 0
    conversations: list[CoreCounts] = field(default_factory=list)

    def add(self, conversation: "SourceScore") -> None:
        """Add the counts of one conversation to these."""
        for label, tally in conversation.labels.items():
            self.labels.setdefault(label, Tally()).merge(tally)
        self.predicted.update(conversation.predicted)
        self.hit_characters += conversation.hit_characters
        self.stray_characters += conversation.stray_characters
        self.turns += conversation.turns
        self.clean_turns += conversation.clean_turns
        self.flagged += conversation.flagged
        self.conversations.append(conversation.core())

    def core(self) -> CoreCounts:
        """Return the counts that the core figures are made of. Pure."""
        identity = self.identity()
        return CoreCounts(
            spans=identity.spans,
            characters=identity.characters,
            uncovered=identity.uncovered,
            fully=identity.fully,
            half=identity.half,
            exact=identity.exact,
            predicted=self.predicted.total(),
            hit_characters=self.hit_characters,
            stray_characters=self.stray_characters,
            clean_turns=self.clean_turns,
            flagged=self.flagged,
        )

    def identity(self) -> Tally:
        """Return the counts of all identity labels together. Pure."""
        together = Tally()
        for label, tally in self.labels.items():
            if label not in SOFT_LABELS:
                together.merge(tally)
        return together


class Mistake(Concealed, frozen=True):
    """A gold span mostly missed, or a prediction in a clean turn. It holds the value: show it only when asked to."""

    source: str
    missed: bool
    label: str
    value: str
    text: str


class Scores(NamedTuple):
    """Scores by source, in the order in which the sources first appear, and the mistakes where they were asked for."""

    sources: Mapping[str, SourceScore]
    mistakes: Sequence[Mistake]


def score(
    pairs: Iterable[tuple[Conversation, PredictedConversation]],
    *,
    drop: Collection[str] = (),
    score_min: float = 0.0,
    seen: Collection[str] = (),
    collect_mistakes: bool = False,
) -> Scores:
    """Score predictions, without those of the labels in `drop` or below `score_min`.

    Gold values in `seen` (lower case) count as neutral. Pure.
    """
    sources: dict[str, SourceScore] = {}
    mistakes: list[Mistake] = []
    for conversation, predicted in pairs:
        own = SourceScore()
        for turn, findings in zip(conversation.turns, predicted.turns, strict=True):
            kept = [found for found in findings if found.label not in drop and found.score >= score_min]
            missed = _score_turn(own, turn, kept, seen)
            if collect_mistakes:
                mistakes += _mistakes(conversation.source, turn, kept, missed)
        sources.setdefault(conversation.source, SourceScore()).add(own)
    return Scores(sources, mistakes)


def values(conversations: Iterable[Conversation]) -> frozenset[str]:
    """Return every gold value of the conversations in lower case, for `score`'s `seen`. Pure."""
    return frozenset(
        turn.text[span.start : span.end].lower()
        for conversation in conversations
        for turn in conversation.turns
        for span in turn.spans
    )


def resolve(findings: Iterable[Prediction]) -> list[Prediction]:
    """Resolve overlaps as a redactor would: the highest score wins, then the longest, then the first. Pure."""
    kept: list[Prediction] = []
    for found in sorted(findings, key=lambda found: (-found.score, found.start - found.end)):
        if all(found.end <= other.start or found.start >= other.end for other in kept):
            kept.append(found)
    return kept


def _score_turn(source: SourceScore, turn: Turn, findings: Sequence[Prediction], seen: Collection[str]) -> set[int]:
    """Add one turn to the counts of its source; return the starts of the identity spans that were mostly missed."""
    source.turns += 1
    if _is_clean(turn):
        source.clean_turns += 1
        source.flagged += len(findings)
    size = len(turn.text)
    covered = _marks(size, ((found.start, found.end) for found in findings))
    resolved = resolve(findings)
    exact = {(found.start, found.end): found.label for found in resolved}
    neutral: list[tuple[int, int]] = []
    identity: list[tuple[int, int]] = []
    missed: set[int] = set()
    for span in turn.spans:
        place = (span.start, span.end)
        if not _counts(turn, span, seen):
            neutral.append(place)
            continue
        soft = span.label in SOFT_LABELS
        (neutral if soft else identity).append(place)
        length = span.end - span.start
        hidden = covered.count(1, *place)
        is_exact = exact.get(place) in {span.label, *span.alt}
        source.labels.setdefault(span.label, Tally()).count(covered=hidden, length=length, exact=is_exact)
        if not soft and 2 * hidden < length:
            missed.add(span.start)
    neutral_marks = _marks(size, neutral)
    for found in resolved:
        if found.label not in SOFT_LABELS and not neutral_marks.count(1, found.start, found.end):
            source.predicted[found.label] += 1
    identity_marks = _marks(size, identity)
    source.hit_characters += _both(covered, identity_marks)
    source.stray_characters += covered.count(1) - _both(covered, _marks(size, neutral + identity))
    return missed


def _is_clean(turn: Turn) -> bool:
    return not turn.spans and not turn.layers


def _counts(turn: Turn, span: GoldSpan, seen: Collection[str]) -> bool:
    return span.sure and turn.text[span.start : span.end].lower() not in seen


def _marks(size: int, places: Iterable[tuple[int, int]]) -> bytearray:
    """One byte a character, 1 inside any of the places."""
    marks = bytearray(size)
    for start, end in places:
        marks[start:end] = b"\1" * (end - start)
    return marks


def _both(one: bytearray, other: bytearray) -> int:
    return (int.from_bytes(one) & int.from_bytes(other)).bit_count()


def _mistakes(source: str, turn: Turn, findings: Sequence[Prediction], missed: set[int]) -> list[Mistake]:
    if findings and _is_clean(turn):
        first = findings[0]
        return [Mistake(source, False, first.label, turn.text[first.start : first.end], turn.text)]
    return [
        Mistake(source, True, span.label, turn.text[span.start : span.end], turn.text)
        for span in turn.spans
        if span.start in missed
    ]
