"""The decoder against a reference that tries every path."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.tagger.decode import marginals, possible_stretches, viterbi

LABELS = 4


def sequences(number: int, lengths: list[int], *, spread: float = 2.0):
    """Return emissions of sequences one after the other, transitions, and how long each sequence is."""
    random = np.random.Generator(np.random.PCG64(number))
    emissions = (random.standard_normal((sum(lengths), LABELS)) * spread).astype(np.float32)
    emissions[:, 0] += 2.0
    transitions = random.standard_normal((LABELS, LABELS)).astype(np.float32)
    return emissions, transitions, np.array(lengths, dtype=np.int64)


def apart(rows, counts):
    """Return what belongs to each sequence."""
    return np.split(rows, np.cumsum(counts)[:-1])


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
    emissions, transitions, counts = sequences(number, sizes)
    found = viterbi(emissions, transitions, counts)
    for path, own in zip(apart(found, counts), apart(emissions, counts), strict=True):
        scores = every_path(own, transitions)
        assert scores[tuple(path.tolist())] == pytest.approx(max(scores.values()), abs=1e-4)


@seed(12)
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), lengths)
def test_marginals_are_the_shares_of_all_paths(number, sizes):
    """Each probability is the share that the paths through that label have of all paths."""
    emissions, transitions, counts = sequences(number, sizes)
    found = marginals(emissions, transitions, counts)
    for probabilities, own in zip(apart(found, counts), apart(emissions, counts), strict=True):
        scores = every_path(own, transitions)
        expected = np.zeros((len(own), LABELS))
        for path, score in scores.items():
            for step, label in enumerate(path):
                expected[step, label] += np.exp(score)
        np.testing.assert_allclose(probabilities, expected / expected.sum(axis=1, keepdims=True), atol=1e-4)


def test_marginals_of_a_long_sequence_stay_finite():
    """Hundreds of unlikely steps neither vanish nor overflow."""
    emissions, transitions, counts = sequences(1, [256, 3], spread=30.0)
    found = marginals(emissions, transitions * 5, counts)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)


@seed(13)
@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000), lengths, st.sampled_from((0.3, 1.0, 2.0)))
def test_stretches_decoded_alone_are_the_best_path(number, sizes, spread):
    """Words that are passed over have no label, and those that are not get the labels of their whole sequence."""
    emissions, transitions, counts = sequences(number, sizes, spread=spread)
    stretches = possible_stretches(emissions, transitions, counts)
    labels = np.zeros(len(emissions), dtype=np.int64)
    labels[stretches.rows] = viterbi(stretches.emissions, transitions, stretches.lengths)
    assert labels.tolist() == viterbi(emissions, transitions, counts).tolist()
    assert stretches.lengths.sum() == len(stretches.rows)


def test_what_is_plainly_nothing_is_passed_over():
    """Words far below every label need no decoding, beside one that stands out."""
    emissions = np.zeros((7, LABELS), dtype=np.float32)
    emissions[:, 0] = 9.0
    transitions = np.zeros((LABELS, LABELS), dtype=np.float32)
    counts = np.array([3, 4])
    assert possible_stretches(emissions, transitions, counts).rows.tolist() == []
    emissions[4, 2] = 12.0
    stretches = possible_stretches(emissions, transitions, counts)
    assert stretches.rows.tolist() == [4]
    assert stretches.lengths.tolist() == [1]


def test_no_sequences_have_no_paths():
    """Nothing in, nothing out."""
    none = np.zeros(0, dtype=np.int64)
    emissions, transitions = np.zeros((0, LABELS), dtype=np.float32), np.zeros((LABELS, LABELS), dtype=np.float32)
    assert len(possible_stretches(emissions, transitions, none).rows) == 0
    assert len(viterbi(emissions, transitions, none)) == 0
    assert len(marginals(emissions, transitions, none)) == 0
