"""What another policy would change, finding by finding."""

import dataclasses

import msgspec
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.detection.finding import Finding
from pipeline.evaluation.policy_effects import PolicyEffects
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from pipeline.flow.local import LocalRedactor
from tests.support.events import analytics_policy, analytics_rules, conversation_event

POLICY = analytics_policy()
ONE_PURPOSE = dataclasses.replace(POLICY, purposes=POLICY.purposes[:1])
TURN = LocalRedactor(analytics_rules()).redact([conversation_event("x" * 60, subject={"customer_id": "c-1"})])[0]


def found(*findings: tuple[int, int, Label]):
    """Return the outcome of a turn in which just this was found."""
    return msgspec.structs.replace(TURN, findings=tuple(Finding(*one, "pattern") for one in findings))


def changes(old, new):
    effects = PolicyEffects(ONE_PURPOSE, ONE_PURPOSE)
    places = effects.compare(Role.CUSTOMER, 60, found(*old), found(*new))
    shown = [(row.effect.value, row.label, row.before, row.after, count) for row, count in effects.rows()]
    return shown, [(place.start, place.end) for place in places]


EMAIL, ORDER, PERSON, DATE = Label.EMAIL, Label.ORDER_ID, Label.PERSON, Label.DATE
AFTER = ("only after", "ORDER_ID", None, "tokenize", 1)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([(0, 5, EMAIL)], [(0, 5, EMAIL)], []),
        ([(0, 5, EMAIL)], [], [("only before", "EMAIL", "tokenize", None, 1)]),
        ([], [(0, 5, PERSON)], [("only after", "PERSON", None, "placeholder", 1)]),
        ([(0, 5, EMAIL)], [(0, 5, ORDER)], [("label", "EMAIL", "EMAIL tokenize", "ORDER_ID tokenize", 1)]),
        ([(0, 5, EMAIL)], [(0, 9, EMAIL)], [("borders", "EMAIL", "tokenize", "tokenize", 1)]),
        ([(0, 5, DATE)], [], []),
        ([(0, 5, DATE)], [(0, 5, PERSON)], [("only after", "PERSON", None, "placeholder", 1)]),
        ([(0, 5, EMAIL), (5, 9, EMAIL)], [(0, 9, EMAIL)], [("borders", "EMAIL", "tokenize", "tokenize", 2)]),
        ([(0, 9, EMAIL)], [(0, 4, EMAIL), (5, 9, EMAIL)], [("borders", "EMAIL", "tokenize", "tokenize", 2)]),
        ([(0, 5, EMAIL)], [(5, 9, ORDER)], [("only before", "EMAIL", "tokenize", None, 1), AFTER]),
    ],
)  # fmt: skip
def test_a_place_is_told_once_by_what_became_of_it(old, new, expected):
    """Dates are kept in clear by this policy, so to find one or not is the same."""
    assert changes(old, new)[0] == expected


def test_a_difference_says_where_it_lies():
    """From the first to the last character of either finding."""
    assert changes([(2, 9, EMAIL)], [(4, 12, EMAIL)])[1] == [(2, 12)]


spans = (
    st.lists(st.integers(0, 12), max_size=8, unique=True)
    .map(sorted)
    .map(lambda ends: list(zip(ends[::2], ends[1::2], strict=False)))
)


@seed(20250131)
@settings(max_examples=150, deadline=None)
@given(old=spans, new=spans)
def test_every_finding_that_differs_is_told_and_no_other(old, new):
    """Whatever two disjoint lists: a difference lies where one has a finding that the other has not as it is."""
    shown, places = changes([(*one, EMAIL) for one in old], [(*one, EMAIL) for one in new])
    differing = set(old) ^ set(new)
    assert bool(shown) == bool(differing)
    for start, end in differing:
        assert any(first <= start and end <= last for first, last in places)
    for first, last in places:
        assert any(first <= start and end <= last for start, end in differing)
    back = changes([(*one, EMAIL) for one in new], [(*one, EMAIL) for one in old])[1]
    assert sorted(places) == sorted(back)
