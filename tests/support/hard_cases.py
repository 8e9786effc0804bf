"""Hard cases: how their files read, and how the whole detector does on them.

A case is one line of `tests/corpus/hard_cases/LABEL.txt`: its number, `+` (with values) or `-` (without any), and the
turns with ` || ` between them; `⏎` is a line break. The last turn is the one that is judged, and its speaker is the
customer. The turns before it are the agent's, but for those that begin with `U: `. A value stands between `<<` and
`>>` and has the label of the file, or its own, or one of several: `<<ZIP:43215>>`, `<<TAX_ID/ACCOUNT_ID:99/1>>`. What
may as well be covered as not stands between `<<?:` and `>>`.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.cli.detect import DetectOptions, detected_conversations
from pipeline.corpora import Conversation, Turn
from pipeline.evaluation.predictions import Prediction
from pipeline.event.labels import CONTEXT_LABELS, Label
from pipeline.flow.rules import Rules

FOLDER: Final = Path(__file__).parents[1] / "corpus" / "hard_cases"
KNOWN_FAILURES: Final = FOLDER / "known_failures.txt"
JUDGED: Final = tuple(label for label in Label if label not in CONTEXT_LABELS and label is not Label.PLACEHOLDER)
ALSO_RIGHT: Final[dict[str, set[str]]] = {
    "ACCOUNT_ID": {"ORDER_ID"},
    "API_SECRET": {"PASSWORD"},
    "DEVICE_ID": {"ACCOUNT_ID"},
    "HEALTH_ID": {"ACCOUNT_ID", "NATIONAL_ID"},
    "NATIONAL_ID": {"TAX_ID"},
    "ORDER_ID": {"ACCOUNT_ID"},
    "PASSWORD": {"API_SECRET"},
    "TAX_ID": {"NATIONAL_ID", "ACCOUNT_ID"},
}
"""Labels that treat a value no worse than its own, where the text alone cannot tell them apart."""

_LINE: Final = re.compile(r"(\d{2,3}) ([+-]) (.+)")
_MARK: Final = re.compile(r"<<(?:([A-Z_/]+|\?):)?(.+?)>>(?!>)", re.DOTALL)
_NEUTRAL: Final = "?"


class Value(NamedTuple):
    """Where a personal value stands in the judged turn, and its labels: none where it is as good covered as not."""

    start: int
    end: int
    labels: frozenset[str]


class Case(NamedTuple):
    """One case: its id (`person-07`), the turns, the last of them judged, and the values in that."""

    id: str
    turns: tuple[Turn, ...]
    values: tuple[Value, ...]


def cases(label: Label) -> Iterator[Case]:
    """Yield the cases of a label in the order of its file. A line that cannot be read raises `ValueError`."""
    path = FOLDER / f"{label.value.lower()}.txt"
    for place, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"{path.name}:{place} is not a case")
        *before, judged = match[3].replace("⏎", "\n").split(" || ")
        text, values = _unmarked(judged, label)
        if any(value.labels for value in values) != (match[2] == "+"):
            raise ValueError(f"{path.name}:{place} has a sign that does not fit its values")
        turns = (*map(_earlier, before), Turn(speaker="user", text=text))
        yield Case(f"{path.stem}-{match[1]}", turns, values)


def all_cases() -> list[Case]:
    """Return the cases of every identity label."""
    return [case for label in JUDGED for case in cases(label)]


def failures(judged: list[Case], rules: Rules) -> dict[str, str]:
    """Return the id of each case in which the detector fails, with what it does wrong, joined by `+`.

    `leak`: a letter or digit of a value stays in clear. `stray`: a letter or digit of nothing is covered. `label`: a
    value is covered, but nothing that covers it has a right label. Punctuation does not matter.
    """
    chats = [Conversation(id=case.id, turns=case.turns) for case in judged]
    detected = detected_conversations(chats, rules, DetectOptions(with_known=False))
    wrong: dict[str, str] = {}
    for case, found in zip(judged, detected, strict=True):
        if kinds := _wrong(case, found.predicted.turns[-1]):
            wrong[case.id] = "+".join(kinds)
    return wrong


def listed_failures() -> dict[str, str]:
    """Return the known failures: the ids of cases, and what the detector does wrong in each."""
    lines = KNOWN_FAILURES.read_text("utf-8").splitlines()
    return dict(line.split(" ") for line in lines if line and not line.startswith("#"))


def write_failures(found: dict[str, str]) -> None:
    """Replace the list of known failures, sorted, with their counts by kind on top."""
    kinds = [kind for wrong in found.values() for kind in wrong.split("+")]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("leak", "stray", "label"))
    head = [
        "# What the default policy is known to get wrong; made by: python -m tests.corpus.hard_cases.update",
        f"# {len(found)} of {len(all_cases())} cases: {counts}",
    ]
    KNOWN_FAILURES.write_text("\n".join([*head, *(f"{case} {found[case]}" for case in sorted(found))]) + "\n", "utf-8")


def _earlier(text: str) -> Turn:
    speaker, said = ("user", text[3:]) if text.startswith("U: ") else ("agent", text)
    return Turn(speaker=speaker, text=_unmarked(said, Label.PERSON)[0])


def _unmarked(text: str, label: Label) -> tuple[str, tuple[Value, ...]]:
    plain, values, position = "", [], 0
    for mark in _MARK.finditer(text):
        labels, value = _labelled(mark, label)
        plain += text[position : mark.start()]
        values.append(Value(len(plain), len(plain) + len(value), labels))
        plain += value
        position = mark.end()
    return plain + text[position:], tuple(values)


def _labelled(mark: re.Match[str], label: Label) -> tuple[frozenset[str], str]:
    """Tell a mark's own labels from a value that only looks like one, such as a MAC address."""
    if mark[1] == _NEUTRAL:
        return frozenset(), mark[2]
    own = frozenset((mark[1] or "").split("/"))
    if own <= Label.__members__.keys():
        return own, mark[2]
    return frozenset({label.value}), mark[0][2:-2]


def _wrong(case: Case, found: tuple[Prediction, ...]) -> list[str]:
    text = case.turns[-1].text
    covered = _letters(text, ((one.start, one.end) for one in found if one.label not in CONTEXT_LABELS))
    allowed = _letters(text, (value[:2] for value in case.values))
    expected = _letters(text, (value[:2] for value in case.values if value.labels))
    kinds = {
        "leak": expected - covered,
        "stray": covered - allowed,
        "label": [value for value in case.values if not _named(value, found)] if expected <= covered else [],
    }
    return [kind for kind, places in kinds.items() if places]


def _letters(text: str, places: Iterator[tuple[int, int]]) -> set[int]:
    return {place for start, end in places for place in range(start, end) if text[place].isalnum()}


def _named(value: Value, found: tuple[Prediction, ...]) -> bool:
    if not value.labels:
        return True
    right = value.labels.union(*(ALSO_RIGHT.get(label, ()) for label in value.labels))
    return any(one.label in right and one.start < value.end and value.start < one.end for one in found)
