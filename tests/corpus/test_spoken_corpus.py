"""Gold cases of what is read out, spelled, or named by a field: found under their label, and look-alikes left alone.

A case is a line: `+` or `-`, the question before it and ` => ` if there is one, then the text with its gold as
`<LABEL:value>`; line ends and tabs are written as escapes. `KNOWN_FAILURES` must match exactly.
"""

import re
from functools import cache
from pathlib import Path

import pytest

from pipeline.detection.overlap import resolve
from pipeline.detection.patterns import PatternDetector
from pipeline.detection.patterns.answering import Expected
from pipeline.detection.patterns.asked import asked_kinds
from pipeline.event.labels import CONTEXT_LABELS, Label

CASES = Path(__file__).with_name("spoken")
KINDS = ("digits", "letters", "emails", "dates", "records")
MARK = re.compile(rf"<({'|'.join(Label)}):((?:[^<>])*)>")
KNOWN_FAILURES: dict[str, set[str]] = {}


@cache
def detector() -> PatternDetector:
    return PatternDetector()


def cases(kind: str) -> list[str]:
    return (CASES / f"{kind}.txt").read_text("utf-8").splitlines()


def parts(line: str) -> tuple[str, str]:
    """Return the question and the marked text of a case."""
    question, arrow, text = line[2:].partition(" => ")
    question, text = (question, text) if arrow else ("", question)
    return question, text.replace("\\n", "\n").replace("\\t", "\t")


def marked(text: str, question: str) -> str:
    """Return the text with its findings in the notation of the gold."""
    for found in reversed(resolve(detector().find(text, Expected(asked_kinds(question))), drop_labels=CONTEXT_LABELS)):
        text = f"{text[: found.start]}<{found.label}:{text[found.start : found.end]}>{text[found.end :]}"
    return text


@pytest.mark.parametrize("kind", KINDS)
def test_every_case_but_the_known_failures_gives_exactly_its_values(kind: str) -> None:
    """The set of failing lines is the known one, neither more nor less."""
    failing = set()
    for line in cases(kind):
        question, gold = parts(line)
        if marked(MARK.sub(r"\2", gold), question) != gold:
            failing.add(line)
    assert failing == KNOWN_FAILURES.get(kind, set())


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_thirty_cases_of_either_sort(kind: str) -> None:
    """A kind without enough cases is not tested."""
    lines = cases(kind)
    assert sum(line.startswith("+ ") for line in lines) >= 30
    assert sum(line.startswith("- ") for line in lines) >= 30
    assert len(set(lines)) == len(lines)
    assert all(bool(MARK.search(line)) == line.startswith("+ ") for line in lines)
