"""What holds for the output of any turn: nothing found is left, and nothing new is found in it."""

import msgspec
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.detection.overlap import resolve
from pipeline.detection.patterns import PatternDetector
from pipeline.event.conversation_event import Role
from pipeline.event.labels import CONTEXT_LABELS
from pipeline.flow.local import LocalRedactor
from pipeline.policy.compiled import Operator
from tests.support.events import analytics_rules, conversation_event

RULES = analytics_rules()
PATTERNS = PatternDetector()
(PURPOSE, *_) = RULES.publications_by_role[Role.CUSTOMER]
VALUES = st.one_of(
    st.integers(0, 99).map(lambda number: f"+1 415 555 01{number:02}"),
    st.integers(1, 9_999).map(lambda number: f"person{number}@shop.example"),
    st.integers(10_000_000, 99_999_999).map(lambda number: f"order id {number}"),
    st.integers(100_000, 999_999).map(lambda number: f"my PIN is {number}"),
    st.integers(1, 9_999).map(lambda number: f"https://shop.example/reset?token=ab{number}CD9x"),
    st.integers(0, 250).map(lambda number: f"198.51.100.{number}"),
    st.sampled_from(
        [
            "4111 1111 1111 1111",
            "my name is Dagmar Hale",
            "born 14 March 1987",
            "four one five five five five oh one three two",
            "12 Elm Court, Springfield",
        ]
    ),
)
JOINS = st.sampled_from([" and ", ", ", ". ", "\n", "; then ", " (again) ", " uh ", "\u00a0\u2026 ", ": "])
SAID = st.sampled_from(
    ["please help me", "thank you", "it is wrong", "\u00e9t\u00e9 \U0001f600", "that is all", "I see"]
)
TURNS = st.lists(st.tuples(st.one_of(VALUES, SAID), JOINS), min_size=1, max_size=6).map(
    lambda parts: "".join(part + join for part, join in parts)
)


def treated(text):
    found = resolve(PATTERNS.find(text))
    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)
    return found, *PURPOSE.deidentifier.de_identify(text, found, "acme", "conversation-1")


@seed(20261201)
@settings(max_examples=300, deadline=None)
@given(TURNS)
def test_the_patterns_find_nothing_new_in_an_output(text):
    """What they find there overlaps a replacement, or is a place or date that they found before as well.

    Spelled words are left out: what was said before them decides whether they are a name, and that is replaced.
    Values are set apart by more than blanks and dashes: digits with nothing else between them may be one number.
    """
    _, output, placed = treated(text)
    replaced = {place for each in placed for place in range(each.start, each.end)}
    new = [
        output[finding.start : finding.end]
        for finding in PATTERNS.find(output)
        if finding.label not in CONTEXT_LABELS and not replaced & set(range(finding.start, finding.end))
    ]
    assert not new


@seed(20261202)
@settings(max_examples=150, deadline=None)
@given(TURNS)
def test_of_what_is_found_nothing_is_left_and_all_else_stands(text):
    """Through the whole core, in the output of every purpose, by the places that it states itself."""
    (outcome,) = LocalRedactor(RULES).redact([conversation_event(text)])
    assert all(0 <= finding.start < finding.end <= len(text) for finding in outcome.findings)
    publications = RULES.publications_by_role[Role.CUSTOMER]
    for output, publication in zip(outcome.outcomes, publications, strict=True):
        sanitized = msgspec.json.decode(output.value)
        treatments = publication.deidentifier.purpose.treatments
        treated = [each for each in outcome.findings if treatments[each.label].operator is not Operator.KEEP]
        kept = outside(text, [(each.start, each.end) for each in treated])
        assert outside(sanitized["text"], [(each["start"], each["end"]) for each in sanitized["findings"]]) == kept


def outside(text, spans):
    starts = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]
