"""A purpose's de-identification: every operator, and findings re-based into the sanitized text."""

import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from pipeline.adapters.presidio import PresidioOperators
from pipeline.deidentification.deidentifier import Deidentifier
from pipeline.deidentification.operators import PlainOperators
from pipeline.detection.finding import Finding
from pipeline.event.labels import Label
from pipeline.keys import KeyRing
from pipeline.policy.compiled import CompiledPurpose, Generalization, Operator, OptOutEffect, Treatment

KEYS = KeyRing(bytes(range(32)), {1: bytes(range(1, 33))}, 1)
REDACT = Treatment(Operator.REDACT)


def deidentifier(operators=None, **treatments):
    by_label = {label: treatments.get(label.value, REDACT) for label in Label}
    purpose = CompiledPurpose("analytics", by_label, {}, frozenset(), True, OptOutEffect.WITHHELD)
    return Deidentifier(purpose, KEYS, operators or PresidioOperators(), "US")


def de_identify(text, value, label, treatment):
    start = text.index(value)
    finding = Finding(start, start + len(value), label, "pattern")
    return deidentifier(**{label.value: treatment}).de_identify(text, [finding], "acme", "c1")


@pytest.mark.parametrize(
    ("value", "label", "treatment", "replacement"),
    [
        ("1 High St", Label.ADDRESS, REDACT, "[ADDRESS]"),
        ("hunter2", Label.PASSWORD, Treatment(Operator.DROP), "[PASSWORD]"),
        ("4242424242424242", Label.CREDIT_CARD, Treatment(Operator.MASK, keep_last=4), "************4242"),
        ("4242", Label.CREDIT_CARD, Treatment(Operator.MASK, keep_last=4), "4242"),
        ("four two", Label.CREDIT_CARD, Treatment(Operator.MASK, keep_last=4), "[CREDIT_CARD]"),
        ("424", Label.CREDIT_CARD, Treatment(Operator.MASK, keep_last=4), "[CREDIT_CARD]"),
        ("3 May 1984", Label.DATE_OF_BIRTH, Treatment(Operator.GENERALIZE, to=Generalization.YEAR), "1984"),
        ("3/5/84", Label.DATE_OF_BIRTH, Treatment(Operator.GENERALIZE, to=Generalization.YEAR), "[DATE_OF_BIRTH]"),
        ("94105", Label.ZIP, Treatment(Operator.GENERALIZE, to=Generalization.ZIP3), "941"),
        ("Paris", Label.LOCATION, Treatment(Operator.KEEP), "Paris"),
    ],
)
def test_each_operator_replaces_as_it_says(value, label, treatment, replacement):
    """A value in the middle of a text becomes its replacement, and nothing else changes."""
    sanitized, _ = de_identify(f"so {value} it is", value, label, treatment)
    assert sanitized == f"so {replacement} it is"


def test_what_is_kept_is_not_reported():
    """A kept value is no treated finding."""
    assert de_identify("in Paris", "Paris", Label.LOCATION, Treatment(Operator.KEEP))[1] == ()


def test_ways_of_writing_one_phone_number_share_a_token():
    """A token is of the canonical value."""
    tokenize = Treatment(Operator.TOKENIZE)
    first, _ = de_identify("(415) 555-0132", "(415) 555-0132", Label.PHONE, tokenize)
    second, _ = de_identify("+1 415 555 0132", "+1 415 555 0132", Label.PHONE, tokenize)
    assert first == second


def test_a_possessive_is_the_same_name():
    """`Robin's` and `robin` are one placeholder."""
    name = Treatment(Operator.PLACEHOLDER)
    possessive, _ = de_identify("Robin's", "Robin's", Label.PERSON, name)
    assert possessive == de_identify("robin", "robin", Label.PERSON, name)[0]


@st.composite
def findings_in(draw):
    text = draw(st.text(max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b]
    labels = st.sampled_from([Label.PERSON, Label.EMAIL, Label.ADDRESS, Label.LOCATION])
    return text, [Finding(a, b, draw(labels), "pattern") for a, b in spans]


TREATMENTS = {
    "PERSON": Treatment(Operator.PLACEHOLDER),
    "EMAIL": Treatment(Operator.TOKENIZE),
    "LOCATION": Treatment(Operator.KEEP),
}


@seed(1)
@given(findings_in())
def test_re_based_findings_are_where_their_replacements_stand(case):
    """Each treated finding's span in the sanitized text is a whole replacement, in order; the rest is unchanged."""
    text, findings = case
    sanitized, treated = deidentifier(**TREATMENTS).de_identify(text, findings, "acme", "c1")
    expected = [finding for finding in findings if finding.label is not Label.LOCATION]
    assert [found.label for found in treated] == [finding.label for finding in expected]
    rest, done = "", 0
    for found in treated:
        assert sanitized[found.start : found.end].startswith(f"[{found.label}")
        rest += sanitized[done : found.start]
        done = found.end
    original, done = "", 0
    for finding in expected:
        original += text[done : finding.start]
        done = finding.end
    assert rest + sanitized[treated[-1].end if treated else 0 :] == original + text[done:]


@seed(2)
@given(st.text(max_size=30), st.integers(0, 6))
def test_the_engine_masks_and_replaces_as_the_plain_operators_do(value, kept):
    """The adapter of the third party meets the same contract as the reference."""
    engine, plain = PresidioOperators(), PlainOperators()
    assert engine.mask(value, kept) == plain.mask(value, kept)
    assert engine.replace(value, "[X]") == plain.replace(value, "[X]")
