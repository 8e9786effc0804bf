"""Labels are bounded by construction, and children are cached."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from pipeline.telemetry.catalogue import DEAD_LETTERS, FINDINGS, PARTITION_POSITION
from pipeline.telemetry.instruments import Instruments, LabelBound
from pipeline.telemetry.metric import LABEL_DOMAINS, OTHER


@given(name=st.sampled_from(sorted(LABEL_DOMAINS)), words=st.lists(st.text(), max_size=300))
def test_whatever_the_words_the_values_stay_in_their_domain(name, words):
    """A value is of the list, or has the form and the number of distinct ones is limited, or it is `other`."""
    domain = LABEL_DOMAINS[name]
    bound = LabelBound(domain)
    values = {bound(word) for word in words} - {OTHER}
    if domain.form is None:
        assert values <= domain.values
    else:
        assert len(values) <= domain.distinct_max
        assert all(domain.form.fullmatch(value) for value in values)


@pytest.fixture
def make() -> Instruments:
    """Return a maker of instruments with a registry of its own."""
    return Instruments(CollectorRegistry())


def test_the_same_words_give_the_same_child(make):
    """The hot path pays for the lookup of a label once."""
    family = make.counter(FINDINGS)
    words = ("analytics", "EMAIL", "tokenize", "pattern")
    assert family.child(*words) is family.child(*words)


def test_words_that_are_refused_do_not_fill_the_cache(make):
    """Hostile words cost no memory."""
    family = make.counter(DEAD_LETTERS)
    before = len(family._children)
    for index in range(100):
        family.child(f"reason {index}").inc()
    assert len(family._children) == before


def test_a_wrong_number_of_words_is_an_error(make):
    """A label that was forgotten is noticed at once."""
    with pytest.raises(ValueError, match="zip"):
        make.counter(FINDINGS).child("analytics")


def test_what_is_kept_can_be_used_on_and_what_is_not_is_gone(make):
    """A partition that comes back starts anew."""
    family = make.gauge(PARTITION_POSITION)
    family.child("0").set(5)
    family.child("1").set(6)
    family.keep_only(frozenset({("1",)}))
    assert family.child("1")._value.get() == 6
    assert family.child("0")._value.get() == 0
