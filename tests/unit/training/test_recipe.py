"""What is learned from, and how much each turn counts."""

from pipeline.training.examples import CORPORA
from pipeline.training.recipe import Portions, gathered


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
