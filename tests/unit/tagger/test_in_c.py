"""What is written in C does what is written in numpy."""

import importlib

import numpy as np
import pytest

from pipeline.corpora import bundled
from pipeline.tagger import adding, decode
from pipeline.tagger.layout import MIXERS, PAIR_ROWS_BITS, PARTS
from pipeline.tagger.scoring import split
from pipeline.tagger.words import CLASSES, REACH
from tests.support.components import missing

WIDTH = 16
SKIPPED = WIDTH - 1


def in_c(name: str):
    """Return a module that is compiled from C."""
    try:
        return importlib.import_module(f"pipeline.tagger.{name}")
    except ModuleNotFoundError:
        missing("the arithmetic in C", "run `make native`")


def sequences(seed: int, *, spread: float = 2.0):
    """Return scores, bias and transitions of sequences, and how long each is."""
    random = np.random.Generator(np.random.PCG64(seed))
    lengths = random.integers(1, 40, size=int(random.integers(1, 30)))
    scores = (random.standard_normal((int(lengths.sum()), WIDTH)) * spread).astype(np.float32)
    scores[:, 0] += 3
    transitions = random.standard_normal((WIDTH, WIDTH)).astype(np.float32)
    bias = (random.standard_normal(WIDTH) * 0.3).astype(np.float32)
    return scores, bias, transitions, lengths.astype(np.int64)


@pytest.mark.parametrize("seed", range(200))
def test_words_have_the_same_labels_and_probabilities(seed):
    """The best path and the shares of all paths, in sequences of any lengths side by side."""
    given = (*sequences(seed), SKIPPED)
    compiled, plain = in_c("chain").labelled_words(*given), decode.labelled_words(*given)
    assert [word[:3] for word in compiled] == [word[:3] for word in plain]
    np.testing.assert_allclose([word[3] for word in compiled], [word[3] for word in plain], rtol=0, atol=1e-12)


def test_a_long_sequence_keeps_its_probabilities():
    """Thousands of unlikely steps neither vanish nor overflow."""
    scores, bias, transitions, _ = sequences(3)
    scores, lengths = np.tile(scores, (40, 1)), np.array([40 * len(scores)], dtype=np.int64)
    compiled = in_c("chain").labelled_words(scores, bias, transitions, lengths, SKIPPED)
    plain = decode.labelled_words(scores, bias, transitions, lengths, SKIPPED)
    np.testing.assert_allclose([word[3] for word in compiled], [word[3] for word in plain], rtol=0, atol=1e-9)


@pytest.mark.parametrize("lengths", [[0], [1], [3], [2, -1, 1], [1 << 62, 2]])
def test_lengths_that_are_not_those_of_the_rows_are_refused(lengths):
    """Nothing is read past the end of what was given."""
    scores, bias = np.zeros((2, WIDTH), dtype=np.float32), np.zeros(WIDTH, dtype=np.float32)
    transitions = np.zeros((WIDTH, WIDTH), dtype=np.float32)
    with pytest.raises(ValueError, match="lengths must be those of the rows"):
        in_c("chain").labelled_words(scores, bias, transitions, np.array(lengths, dtype=np.int64), SKIPPED)


def turns_of_words(seed: int):
    """Return the arguments of `add_up` for turns of the bundled conversations, on random tables."""
    random = np.random.Generator(np.random.PCG64(seed))
    texts = [turn.text for conversation in list(bundled())[seed::97] for turn in conversation.turns][:50]
    words = [found for text in texts if (found := split(text))]
    known = {word: number for number, word in enumerate(sorted({word for turn in words for word in turn}), 1)}
    numbers = [0] * REACH
    for turn in words:
        numbers += [known[word] for word in turn] + [0] * REACH
    lengths = np.array([len(turn) for turn in words], dtype=np.int64)

    def rows(*shape: int):
        return random.standard_normal((*shape, WIDTH)).astype(np.float32)

    size = len(known) + 1
    return {
        "out": np.empty((int(lengths.sum()), WIDTH), dtype=np.float32),
        "numbers": np.array(numbers, dtype=np.int64),
        "lengths": lengths,
        "kinds": random.integers(0, 3, size=len(words)),
        "tables": rows(7, size),
        "offsets": np.array((0, -3, -2, -1, 1, 2, 3), dtype=np.int64),
        "classes": random.integers(0, CLASSES, size=size).astype(np.uint32),
        "identities": random.integers(0, 1 << 32, size=size).astype(np.uint32),
        "pairs": rows(1 << PAIR_ROWS_BITS),
        "parts": PARTS,
        "turns": rows(3, CLASSES),
        "width": WIDTH,
        "reach": REACH,
        "classes_number": CLASSES,
        "pair_bits": PAIR_ROWS_BITS,
        "mixers": MIXERS,
    }


@pytest.mark.parametrize("seed", range(5))
def test_scores_are_the_same_to_the_last_bit(seed):
    """Sums are made in one order, so that they are rounded alike."""
    given = turns_of_words(seed)
    adding.add_up(*given.values())
    plain = given["out"].copy()
    given["out"][:] = 0
    in_c("sums").add_up(*given.values())
    np.testing.assert_array_equal(given["out"], plain)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("numbers", lambda array: array + (1 << 40)),
        ("numbers", lambda array: array - 5),
        ("numbers", lambda array: array[:-1]),
        ("lengths", lambda array: array + 1),
        ("lengths", lambda array: array - (1 << 40)),
        ("kinds", lambda array: array + 3),
        ("kinds", lambda array: array[:-1]),
        ("tables", lambda array: array[:-1]),
        ("offsets", lambda array: array + 1),
        ("classes", lambda array: array + np.uint32(CLASSES)),
        ("identities", lambda array: array[:-1]),
        ("pairs", lambda array: array[:-1]),
        ("parts", lambda array: array - 4),
        ("turns", lambda array: array[:1]),
        ("out", lambda array: array[:-1]),
    ],
)
def test_what_does_not_fit_together_is_refused(name, spoil):
    """Nothing is read or written outside of what was given."""
    given = turns_of_words(0)
    given[name] = np.ascontiguousarray(spoil(given[name]))
    with pytest.raises(ValueError, match="does not fit together"):
        in_c("sums").add_up(*given.values())
