"""Turns to learn from: labelled conversations with, for each turn, who speaks and what was asked just before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pipeline.conversation.questions import NOTHING_ASKED
from pipeline.corpora import Conversation, Turn, read_conversations
from pipeline.detection.normalization import normalize
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from pipeline.flow.remember import heard, labels_asked
from pipeline.tagger.labels import COLUMNS, VENUE

CORPORA: Final = ("multidogo", "star", "btc", "irc")
FOLDER: Final = Path(__file__).parent / "data"
NEUTRAL: Final = "?"
"""The label of words that may or may not be personal: nothing is learned from them."""

_ONE_SIDED: Final = frozenset({"multidogo", "btc", "irc"})
_SPEAKERLESS: Final = frozenset({"btc", "irc"})
_NO_PEOPLE: Final = {"bot": Role.BOT, "system": Role.SYSTEM}
_UNPROVEN_WEIGHT: Final = 0.3
"""How much a turn counts whose lack of labels proves less, since only one annotator had it."""

_MAPPED: Final[Mapping[str, str]] = {
    **{column: column for column in COLUMNS if column},
    "VENUE": VENUE,
    "DRIVING_LICENCE": "NATIONAL_ID",
    "PASSPORT": "NATIONAL_ID",
    "TAX_ID": "NATIONAL_ID",
    "HEALTH_ID": "NATIONAL_ID",
    "VEHICLE_ID": "ACCOUNT_ID",
    "DEVICE_ID": "ACCOUNT_ID",
    "IBAN": "ACCOUNT_ID",
    "CARD_SECURITY": "PASSWORD",
    "API_SECRET": "PASSWORD",
    **dict.fromkeys(("DATE", "AGE", "TITLE", "NRP", "URL", "CARD_EXPIRY"), ""),
}


@dataclass(frozen=True, slots=True)
class Marked:
    """A half-open span of the text with the column of its label, or `NEUTRAL`."""

    start: int
    end: int
    column: str


@dataclass(frozen=True, slots=True)
class Example:
    """One turn in plain spelling. A `role` of None is unknown. `weight` is how much the turn counts."""

    text: str
    marks: tuple[Marked, ...]
    role: Role | None = None
    asked: tuple[Label, ...] = ()
    weight: float = 1.0

    def __repr__(self) -> str:
        return f"<Example of {len(self.text)} code points, concealed>"


def corpus_path(name: str) -> Path:
    """Return where the labelled conversations of a corpus lie."""
    return FOLDER / f"{name}.jsonl.gz"


def corpus(name: str) -> Iterator[Conversation]:
    """Yield the conversations of one of `CORPORA`, in its order."""
    return read_conversations(corpus_path(name))


def examples(conversations: Iterable[Conversation]) -> Iterator[list[Example]]:
    """Yield the examples of each conversation, in order. Pure."""
    for conversation in conversations:
        speakerless = conversation.source in _SPEAKERLESS
        yield [
            _example(turn, None if speakerless else role_of(turn), asked)
            for turn, asked in zip(conversation.turns, asked_before(conversation), strict=True)
        ]


def asked_before(conversation: Conversation) -> list[tuple[Label, ...]]:
    """Return what each turn was asked for, as a worker would know it: nothing where one side alone is heard. Pure."""
    questions = NOTHING_ASKED
    found: list[tuple[Label, ...]] = []
    for turn in conversation.turns:
        if conversation.source in _ONE_SIDED:
            found.append(())
            continue
        found.append(labels_asked(questions, role_of(turn)))
        questions = heard(questions, role_of(turn), turn.text)
    return found


def role_of(turn: Turn) -> Role:
    """Return the role of a turn's speaker, bots and systems among them. Pure."""
    return _NO_PEOPLE.get(turn.speaker.casefold(), turn.role)


def _example(turn: Turn, role: Role | None, asked: tuple[Label, ...]) -> Example:
    normalized = normalize(turn.text)
    marks = []
    for span in turn.spans:
        column = _MAPPED.get(span.label, NEUTRAL) if span.sure else NEUTRAL
        start, end = normalized.to_normalized(span.start, span.end)
        if column and start < end:
            marks.append(Marked(start, end, column))
    weight = _UNPROVEN_WEIGHT if turn.layers is not None and not marks else 1.0
    return Example(normalized.text, tuple(marks), role, asked, weight)


def with_text(example: Example, text: str, marks: tuple[Marked, ...]) -> Example:
    """Return the example with other words. Pure."""
    return replace(example, text=text, marks=marks)
