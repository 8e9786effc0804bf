# ruff: noqa: S311 - text to learn from, no secret
"""Proper names of what is no person: listed ones and made-up ones, of every kind."""

from random import Random

import pytest

from pipeline.training.dialogues.things import LISTED, THINGS, invented, thing


@pytest.mark.parametrize("kind", sorted(THINGS))
def test_every_kind_has_many_things(kind: str) -> None:
    """Few would be learned by heart."""
    random = Random(1)
    found = {thing(random, kind) for _ in range(600)}
    assert len(found) >= 20
    assert all(one == one.strip() and one for one in found)


def test_another_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        thing(Random(1), "person")


def test_invented_names_hardly_recur() -> None:
    """The next company's products are on no list."""
    random = Random(2)
    assert len({invented(random) for _ in range(1_000)}) >= 950


def test_codes_of_parts_and_faults_have_fresh_digits() -> None:
    random = Random(3)
    assert {"part", "fault"} <= set(LISTED)
    assert len({thing(random, "part") for _ in range(300)}) >= 270


def test_a_made_up_name_may_stand_wherever_a_noun_does() -> None:
    """An unknown capitalised word in the place of a thing is a thing."""
    random = Random(4)
    found = [thing(random, "noun") for _ in range(1_000)]
    assert 0.1 < sum(one[0].isupper() for one in found) / len(found) < 0.3
