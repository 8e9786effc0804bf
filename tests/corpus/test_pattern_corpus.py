"""Gold cases per label: each expected value is found under its label, each look-alike is not.

A case file holds one case a line: `+` with the values between `<<` and `>>`, `-` without any. `KNOWN_FAILURES` must
match exactly: a case that starts to work fails here as well, until its line is taken off the list.
"""

import re
from functools import cache
from pathlib import Path

import pytest

from pipeline.detection.overlap import resolve
from pipeline.detection.patterns import PatternDetector
from pipeline.detection.patterns.answering import Expected
from pipeline.event.labels import Label

CASES = Path(__file__).with_name("patterns")
WITHOUT_SHAPE = {Label.LOCATION, Label.ORG, Label.NRP}
KNOWN_FAILURES: dict[str, set[str]] = {}


@cache
def detector() -> PatternDetector:
    return PatternDetector()


def cases(label: Label) -> list[str]:
    return (CASES / f"{label.value.lower()}.txt").read_text("utf-8").splitlines()


def expected(line: str) -> tuple[str, set[tuple[int, int]]]:
    """Return the text of a case and its gold spans."""
    text, spans, position = "", set(), 0
    body = line[2:]
    for marked in re.finditer(r"<<(.*?)>>(?!>)", body):
        text += body[position : marked.start()]
        spans.add((len(text), len(text) + len(marked[1])))
        text += marked[1]
        position = marked.end()
    return text + body[position:], spans


def found(text: str, label: Label) -> set[tuple[int, int]]:
    findings = resolve(detector().find(text, Expected(prompted=True)))
    return {finding[:2] for finding in findings if finding.label is label}


@pytest.mark.parametrize("label", [label for label in Label if label not in WITHOUT_SHAPE], ids=str)
def test_every_case_but_the_known_failures_gives_exactly_its_values(label: Label) -> None:
    """The set of failing lines is the known one, neither more nor less."""
    failing = {line for line in cases(label) if found(expected(line)[0], label) != expected(line)[1]}
    assert failing == KNOWN_FAILURES.get(label.value, set())


@pytest.mark.parametrize("label", [label for label in Label if label not in WITHOUT_SHAPE], ids=str)
def test_each_label_has_ten_cases_of_either_kind(label: Label) -> None:
    """A label without enough cases is not tested."""
    lines = cases(label)
    assert sum(line.startswith("+ ") for line in lines) >= 10
    assert sum(line.startswith("- ") for line in lines) >= 10
    assert len(set(lines)) == len(lines)
    assert all(("<<" in line) == line.startswith("+ ") for line in lines)
