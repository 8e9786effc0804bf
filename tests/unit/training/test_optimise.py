"""Learning: the gradient is that of the likelihood, a small run learns, and the same run gives the same tables."""

import numpy as np
import pytest

from pipeline.detection.common_words import word_set
from pipeline.detection.names import NamesTurn
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from pipeline.tagger.labels import COLUMNS, OUTSIDE
from pipeline.tagger.own_names import OwnNames
from pipeline.tagger.weights import Weights
from pipeline.training.examples import NEUTRAL, Example, Marked
from pipeline.training.optimise import Recipe, _gradient, learn
from pipeline.training.sequences import SKIPPED, chains, labelled_words, training_set

WIDTH = len(COLUMNS)
NAMES = (
    "Ada Okoye",
    "Bram Visser",
    "Chioma Eze",
    "Davor Kranj",
    "Elif Aydin",
    "Farid Nouri",
    "Goran Ilic",
    "Hana Sato",
)
CLEAN = ("where is my parcel", "the order is late", "thank you", "i need help with the order", "is it late")


def examples() -> list[Example]:
    """Return introductions and everyday turns."""
    said = [Example(f"my name is {name}", (Marked(11, 11 + len(name), "PERSON"),), Role.CUSTOMER) for name in NAMES]
    answered = [Example(name, (Marked(0, len(name), "PERSON"),), Role.CUSTOMER, (Label.PERSON,)) for name in NAMES]
    return [*said, *answered, *(Example(text, (), Role.CUSTOMER) for text in CLEAN * 3)]


def test_the_gradient_is_the_slope_of_the_loss():
    """Moving a score or a transition changes the loss as the gradient says."""
    random = np.random.Generator(np.random.PCG64(5))
    labels = np.array([0, 1, 1, 0, SKIPPED, 2, 0, 3], dtype=np.int8)
    scores = random.standard_normal((len(labels), WIDTH)).astype(np.float32)
    transitions = random.standard_normal((WIDTH, WIDTH)).astype(np.float32)
    weights = np.ones(len(labels), dtype=np.float32)
    first, lengths = chains(labels)

    def loss(scores, transitions):
        return _gradient(scores, transitions, labels, weights, first, lengths)[2]

    by_score, by_transition, _ = _gradient(scores, transitions, labels, weights, first, lengths)
    step = np.float32(1e-2)
    for place in ((0, 0), (1, 1), (4, 2), (6, 5), (7, 3)):
        moved = scores.copy()
        moved[place] += step
        back = scores.copy()
        back[place] -= step
        assert (loss(moved, transitions) - loss(back, transitions)) / (2 * step) == pytest.approx(
            by_score[place], abs=3e-3
        )
    for place in ((0, 1), (1, 1), (2, 0), (4, 4)):
        moved = transitions.copy()
        moved[place] += step
        back = transitions.copy()
        back[place] -= step
        assert (loss(scores, moved) - loss(scores, back)) / (2 * step) == pytest.approx(by_transition[place], abs=3e-3)


def test_a_small_run_learns_and_is_the_same_each_time():
    """The loss falls, names never met are found after what introduces them, and equal runs give equal tables."""
    everyday = word_set("my name is where parcel the order late thank you need help with it")
    turns = training_set(examples(), everyday)
    losses = []
    recipe = Recipe(epochs=12, batch_words=60, uses_min=2)
    tables = learn(turns, recipe, on_epoch=lambda _epoch, loss: losses.append(loss))
    assert losses[-1] < losses[0] / 4
    again = learn(turns, recipe)
    for name, table in tables.items():
        np.testing.assert_array_equal(table, again[name])
    raw = np.tile(np.linspace(0, 1, 3, dtype=np.float32), (WIDTH, 1))
    tier = OwnNames(Weights(tables, everyday, raw, "tiny"))
    (found, none) = tier.find(
        [NamesTurn("my name is Zofia Lis", Role.CUSTOMER, "en"), NamesTurn("the parcel is late", Role.CUSTOMER, "en")]
    )
    assert [(one.start, one.end, one.label) for one in found] == [(11, 20, Label.PERSON)]
    assert none == []


def test_another_seed_gives_other_tables():
    """The seed is what orders the turns."""
    turns = training_set(examples(), frozenset())
    one, two = (learn(turns, Recipe(seed=seed, epochs=2, batch_words=40)) for seed in (1, 2))
    assert any((one[name] != two[name]).any() for name in one)


def test_words_take_the_labels_of_what_they_overlap():
    """A word in a span has its label, one in a neutral span none that is learned, all others are outside."""
    words, labels = labelled_words(Example("call Ann at 12 noon", (Marked(5, 8, "PERSON"), Marked(12, 14, NEUTRAL))))
    assert words == ["call", "Ann", "at", "12", "noon"]
    assert labels == [OUTSIDE, COLUMNS.index("PERSON"), OUTSIDE, SKIPPED, OUTSIDE]


def test_chains_are_cut_where_nothing_is_learned_and_where_they_are_long():
    """Neutral words part a turn in two; no chain is longer than the bound."""
    labels = np.array([0, 0, SKIPPED, *[0] * 130], dtype=np.int8)
    first, lengths = chains(labels)
    assert first.tolist() == [0, 3, 63, 123]
    assert lengths.tolist() == [2, 60, 60, 10]
