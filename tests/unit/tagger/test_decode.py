"""The decoder against a reference that tries every path."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.tagger.decode import marginals, may_have_labels, viterbi

LABELS = 4


def sequences(number: int, lengths: list[int], *, spread: float = 2.0):
    """Return emissions of sequences one after the other, transitions, and where each sequence lies."""
    random = np.random.Generator(np.random.PCG64(number))
    emissions = (random.standard_normal((sum(lengths), LABELS)) * spread).astype(np.float32)
    emissions[:, 0] += 2.0
    transitions = random.standard_normal((LABELS, LABELS)).astype(np.float32)
    sizes = np.array(lengths, dtype=np.int64)
    return emissions, transitions, np.cumsum(sizes) - sizes, sizes


def every_path(emissions, transitions):
    """Return the score of each path through one sequence."""
    paths = {}
    for path in product(range(LABELS), repeat=len(emissions)):
        own = sum(float(emissions[step, label]) for step, label in enumerate(path))
        paths[path] = own + sum(float(transitions[pair]) for pair in pairwise(path))
    return paths


lengths = st.lists(st.integers(1, 5), min_size=1, max_size=6)


@seed(11)
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), lengths)
def test_the_best_path_is_the_best_of_all_paths(number, sizes):
    """The path found scores what the best of all paths scores, in sequences of any lengths side by side."""
    emissions, transitions, first, counts = sequences(number, sizes)
    found = viterbi(emissions, transitions, first, counts)
    for path, start, count in zip(found, first, counts, strict=True):
        scores = every_path(emissions[start : start + count], transitions)
        assert scores[tuple(path.tolist())] == pytest.approx(max(scores.values()), abs=1e-4)


@seed(12)
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), lengths)
def test_marginals_are_the_shares_of_all_paths(number, sizes):
    """Each probability is the share that the paths through that label have of all paths."""
    emissions, transitions, first, counts = sequences(number, sizes)
    found = marginals(emissions, transitions, first, counts)
    for probabilities, start, count in zip(found, first, counts, strict=True):
        scores = every_path(emissions[start : start + count], transitions)
        expected = np.zeros((count, LABELS))
        for path, score in scores.items():
            for step, label in enumerate(path):
                expected[step, label] += np.exp(score)
        np.testing.assert_allclose(probabilities, expected / expected.sum(axis=1, keepdims=True), atol=1e-4)


@seed(13)
@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), lengths, st.sampled_from((0.3, 1.0, 2.0)))
def test_a_sequence_that_is_passed_over_has_no_labels(number, sizes, spread):
    """What the quick bound calls clear has only "nothing" on its best path."""
    emissions, transitions, first, counts = sequences(number, sizes, spread=spread)
    possible = may_have_labels(emissions, transitions, first, counts)
    for path, may in zip(viterbi(emissions, transitions, first, counts), possible, strict=True):
        assert may or not path.any()


def test_the_bound_passes_over_what_is_plainly_nothing():
    """Words far below every label need no decoding."""
    emissions = np.zeros((7, LABELS), dtype=np.float32)
    emissions[:, 0] = 9.0
    transitions = np.zeros((LABELS, LABELS), dtype=np.float32)
    assert may_have_labels(emissions, transitions, np.array([0, 3]), np.array([3, 4])).tolist() == [False, False]


def test_no_sequences_have_no_paths():
    """Nothing in, nothing out."""
    none = np.zeros(0, dtype=np.int64)
    emissions, transitions = np.zeros((0, LABELS), dtype=np.float32), np.zeros((LABELS, LABELS), dtype=np.float32)
    assert viterbi(emissions, transitions, none, none) == []
    assert marginals(emissions, transitions, none, none) == []
