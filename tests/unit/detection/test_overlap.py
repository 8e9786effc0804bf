"""Overlapping findings become disjoint ones that cover the same text."""

import time
from itertools import pairwise

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.detection.finding import Finding
from pipeline.detection.overlap import WHOLE_LABELS, cut_apart, resolve
from pipeline.event.labels import CONTEXT_LABELS, Label

FINDINGS = st.lists(
    st.builds(
        lambda start, length, label, score: Finding(start, start + length, label, "test", score),
        st.integers(0, 40),
        st.integers(0, 12),
        st.sampled_from(list(Label)),
        st.sampled_from([0.3, 0.6, 0.9, 1.0]),
    ),
    max_size=12,
)


def covered(findings: object) -> set[int]:
    return {position for finding in findings for position in range(finding.start, finding.end)}


@seed(20240601)
@settings(max_examples=500, deadline=None)
@given(FINDINGS)
def test_the_result_is_sorted_disjoint_and_covers_exactly_the_union(findings: list[Finding]) -> None:
    resolved = resolve(findings)
    assert covered(resolved) == covered(findings)
    assert all(before.end <= after.start for before, after in pairwise(resolved))
    assert all(finding.start < finding.end for finding in resolved)


@seed(20240602)
@settings(max_examples=300, deadline=None)
@given(FINDINGS, st.randoms(use_true_random=False))
def test_the_order_of_the_findings_does_not_matter(findings: list[Finding], random: object) -> None:
    shuffled = list(findings)
    random.shuffle(shuffled)
    assert resolve(shuffled) == resolve(findings)


@seed(20240603)
@settings(max_examples=300, deadline=None)
@given(FINDINGS)
def test_identity_is_never_left_under_a_context_label(findings: list[Finding]) -> None:
    """A policy leaves context labels in clear, so they may hold nothing that an identity label found."""
    identity = covered(finding for finding in findings if finding.label not in CONTEXT_LABELS)
    assert not identity & covered(finding for finding in resolve(findings) if finding.label in CONTEXT_LABELS)


@seed(20240604)
@settings(max_examples=200, deadline=None)
@given(FINDINGS)
def test_resolving_twice_changes_nothing(findings: list[Finding]) -> None:
    assert resolve(resolve(findings)) == resolve(findings)


def test_the_higher_score_names_the_union() -> None:
    findings = [Finding(0, 10, Label.PHONE, "a", 0.6), Finding(5, 15, Label.ORDER_ID, "b", 0.9)]
    assert resolve(findings) == (Finding(0, 15, Label.ORDER_ID, "b", 0.9),)


def test_with_equal_scores_the_longer_span_names_the_union() -> None:
    findings = [Finding(0, 4, Label.PHONE, "a", 0.9), Finding(2, 15, Label.ORDER_ID, "b", 0.9)]
    assert resolve(findings) == (Finding(0, 15, Label.ORDER_ID, "b", 0.9),)


def test_a_secret_names_the_union_whatever_its_score() -> None:
    findings = [Finding(0, 10, Label.ACCOUNT_ID, "a", 1.0), Finding(2, 6, Label.PASSWORD, "b", 0.5)]
    assert resolve(findings) == (Finding(0, 10, Label.PASSWORD, "b", 0.5),)


def test_findings_that_only_touch_stay_apart() -> None:
    findings = (Finding(0, 4, Label.PERSON, "a", 0.9), Finding(4, 9, Label.EMAIL, "b", 0.9))
    assert resolve(findings) == findings


def test_a_context_finding_keeps_what_no_other_covers() -> None:
    findings = [Finding(0, 20, Label.ORG, "a", 0.9), Finding(8, 12, Label.PERSON, "b", 0.4)]
    assert resolve(findings) == (
        Finding(0, 8, Label.ORG, "a", 0.9),
        Finding(8, 12, Label.PERSON, "b", 0.4),
        Finding(12, 20, Label.ORG, "a", 0.9),
    )


def test_labels_to_drop_leave_no_trace() -> None:
    findings = [Finding(0, 20, Label.URL, "a", 0.9), Finding(8, 12, Label.PERSON, "b", 0.4)]
    assert resolve(findings, drop_labels={Label.URL}) == (Finding(8, 12, Label.PERSON, "b", 0.4),)


def test_a_hundred_thousand_findings_take_less_than_two_seconds() -> None:
    """No pair is compared with every other."""
    nested = [Finding(start, start + 50_000, Label.PERSON, "a", 0.9) for start in range(50_000)]
    apart = [Finding(200_000 + 3 * number, 200_002 + 3 * number, Label.URL, "a", 0.9) for number in range(50_000)]
    started = time.process_time()
    resolved = resolve(nested + apart)
    assert len(resolved) == 50_001
    assert time.process_time() - started < 2


def cut(text, rough, exact):
    """Return the pieces of one finding beside the exact values, as (label, text)."""
    whole = [
        Finding(text.index(value), text.index(value) + len(value), label, "pattern", 1.0) for label, value in exact
    ]
    label, value = rough
    start = text.index(value)
    pieces = cut_apart([Finding(start, start + len(value), label, "names", 0.9)], whole, text)
    return [(piece.label, text[piece.start : piece.end]) for piece in pieces]


def test_neighbours_that_a_names_tier_joined_are_told_apart():
    """An opt-out looks for each address by itself."""
    both = "a@x.example b@y.example zebra"
    exact = [(Label.EMAIL, "a@x.example"), (Label.EMAIL, "b@y.example")]
    assert cut(both, (Label.ACCOUNT_ID, both), exact) == [(Label.ACCOUNT_ID, "zebra")]
    numbers = "415-555-0199/415-555-0132"
    exact = [(Label.PHONE, "415-555-0199"), (Label.PHONE, "415-555-0132")]
    assert cut(numbers, (Label.PHONE, numbers), exact) == []


def test_a_number_of_which_a_pattern_knows_a_part_stays_whole():
    text = "1234 415 555 0199 5678"
    assert cut(text, (Label.ACCOUNT_ID, text), [(Label.PHONE, "415 555 0199")]) == [(Label.ACCOUNT_ID, text)]


def test_a_secret_stays_whole():
    """A password that holds an address is redacted, not tokenized in part."""
    text = "a@x.example hush!"
    assert cut(text, (Label.PASSWORD, text), [(Label.EMAIL, "a@x.example")]) == [(Label.PASSWORD, text)]


@seed(20261124)
@settings(max_examples=300)
@given(FINDINGS, FINDINGS, st.text("ab1 @-", min_size=52, max_size=52))
def test_cutting_uncovers_nothing_but_marks(rough, exact, text):
    exact = sorted(finding for finding in exact if finding.label in WHOLE_LABELS)
    pieces = cut_apart(rough, exact, text)
    covered = {place for finding in (*pieces, *exact) for place in range(finding.start, finding.end)}
    before = {place for finding in rough for place in range(finding.start, finding.end)}
    assert not [place for place in before - covered if text[place].isalnum()]
