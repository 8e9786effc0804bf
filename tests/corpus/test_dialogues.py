"""Support dialogues written for this test, with what must be found without any model and without known values.

A line is `A` (agent) or `U` (customer), then the text with its gold as `<LABEL:value>`. The question of a customer's
turn is the agent's turn before it. `KNOWN_FAILURES` must match exactly, so an unexpected fix shows as well.
"""

import re
from pathlib import Path

from pipeline.detection.overlap import resolve
from pipeline.detection.patterns import PatternDetector
from pipeline.detection.patterns.answering import UNPROMPTED, Expected
from pipeline.detection.patterns.asked import asked_kinds
from pipeline.event.labels import CONTEXT_LABELS

LINES = Path(__file__).with_name("dialogues.txt").read_text("utf-8").splitlines()
MARK = re.compile(r"<([A-Z_]+):(.*?)>")

KNOWN_FAILURES = {
    "U put it under <PERSON:Greg>",  # a bare name: the names tier's
    "U <PERSON:Jane Dow>, account <ACCOUNT_ID:123456>, pin <PASSWORD:4321>",  # likewise
    "A I am sorry, but '<PASSWORD:Fluffy>' is not the correct answer.",  # an echo: the conversation's memory
    "U <PASSWORD:fluffy> the cat",  # "cat" is taken for a second answer
}


def marked(text: str, detector: PatternDetector, expected: Expected) -> str:
    """Return the text with its findings in the notation of the gold."""
    for finding in reversed(resolve(detector.find(text, expected), drop_labels=CONTEXT_LABELS)):
        value = text[finding.start : finding.end]
        text = f"{text[: finding.start]}<{finding.label.value}:{value}>{text[finding.end :]}"
    return text


def test_dialogues_are_found_but_for_the_known_failures() -> None:
    """Every turn, clean ones included, gives exactly its gold."""
    detector = PatternDetector()
    failing = set()
    expected = UNPROMPTED
    for line in LINES:
        speaker, text = line[0], MARK.sub(r"\2", line[2:])
        if marked(text, detector, expected if speaker == "U" else UNPROMPTED) != line[2:]:
            failing.add(line)
        if speaker == "A":
            expected = Expected(asked_kinds(text), prompted=True)
    assert failing == KNOWN_FAILURES


def test_there_are_enough_dialogues_to_mean_something() -> None:
    assert len(LINES) > 150
    assert sum(len(MARK.findall(line)) for line in LINES) > 60
