"""What is learned from, and how much each turn counts."""

import numpy as np

from pipeline.event.labels import Label
from pipeline.tagger.labels import COLUMNS
from pipeline.tagger.layout import Casing, casing_row
from pipeline.tagger.weights import SHAPES
from pipeline.tagger.words import WordClass
from pipeline.training.examples import CORPORA
from pipeline.training.recipe import CAPITAL_LEANING, LOWER_LEANING, Portions, gathered, lean


def test_clean_generated_turns_weigh_by_their_capitals() -> None:
    """Where a capital stands inside a clean turn a thing looks like a person: such turns weigh most."""
    portions = Portions(generated=60, look_alikes=0)
    examples = list(gathered(portions, without=CORPORA))
    marked = {one.weight for one in examples if one.marks}
    cased = {one.weight for one in examples if not one.marks and any(letter.isupper() for letter in one.text[1:])}
    small = {one.weight for one in examples if not one.marks and one.text.islower()}
    assert marked == {1.0}
    assert portions.generated_cased_weight in cased
    assert small == {portions.generated_clean_weight}


def test_the_same_portions_give_the_same_examples() -> None:
    portions = Portions(generated=20, look_alikes=50)
    first, again = (list(gathered(portions, without=CORPORA)) for _ in range(2))
    assert first == again
    assert len(first) > 150


def test_capitals_lean_away_from_people_and_their_absence_towards_them() -> None:
    """A capital may be a brand's; a crowd that types none is one the model knows little of."""
    tables = {"turns": np.zeros(SHAPES["turns"], dtype=np.float32)}
    lean(tables)
    person, address = COLUMNS.index(Label.PERSON), COLUMNS.index(Label.ADDRESS)
    cased, lower = (tables["turns"][casing_row(casing)] for casing in (Casing.SENTENCE, Casing.LOWER))
    assert cased[WordClass.UNKNOWN_CAPITAL, person] == -np.float32(CAPITAL_LEANING)
    assert not cased[WordClass.UNKNOWN_LOWER].any()
    assert lower[WordClass.UNKNOWN_LOWER, address] == np.float32(LOWER_LEANING[Label.ADDRESS])
    assert not tables["turns"][casing_row(Casing.UPPER)].any()
