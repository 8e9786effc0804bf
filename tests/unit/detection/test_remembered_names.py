"""A names tier whose short turns are read once."""

from collections.abc import Sequence

import pytest

from pipeline.detection.finding import Finding
from pipeline.detection.names import NamesTurn
from pipeline.detection.names.remembered import TURN_CHARS_MAX, TURNS_MAX, RememberedNames
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label


class CountingTier:
    """Finds the first word of each turn, and counts the turns that it was shown."""

    version = "counting"
    is_quick = False

    def __init__(self) -> None:
        self.shown: list[str] = []

    def find(self, turns: Sequence[NamesTurn]) -> list[list[Finding]]:
        """Return the first word of each turn as a person."""
        self.shown += [turn.text for turn in turns]
        return [[Finding(0, len(turn.text.split()[0]), Label.PERSON, "names", 0.9)] for turn in turns]


def turn(text: str, role: Role = Role.CUSTOMER, asked: tuple[Label, ...] = ()) -> NamesTurn:
    return NamesTurn(text, role, "en", asked)


def test_every_turn_gets_what_the_tier_finds_in_it_in_order():
    """Whether a turn was said before, twice in the batch, or never."""
    tier = CountingTier()
    remembered = RememberedNames(tier)
    remembered.find([turn("Ann here")])
    found = remembered.find([turn("Bartholomew here"), turn("Ann here"), turn("Bob here"), turn("Ann here")])
    assert [findings[0].end for findings in found] == [11, 3, 3, 3]
    assert tier.shown == ["Ann here", "Bartholomew here", "Bob here"]


@pytest.mark.parametrize("other", [turn("yes", Role.AGENT), turn("yes", asked=(Label.PERSON,))])
def test_the_same_words_of_another_turn_are_read_again(other: NamesTurn):
    """Who speaks, and what was asked, may change what a word is."""
    tier = CountingTier()
    RememberedNames(tier).find([turn("yes"), other])
    assert tier.shown == ["yes", "yes"]


def test_long_turns_are_read_each_time():
    """Nobody writes an e-mail twice, and the memory stays small."""
    tier = CountingTier()
    remembered = RememberedNames(tier)
    text = "a" * (TURN_CHARS_MAX + 1)
    remembered.find([turn(text)])
    remembered.find([turn(text)])
    assert tier.shown == [text, text]


def test_no_more_than_two_generations_are_remembered():
    """What was not said for long is read again; what is said all the time is not."""
    tier = CountingTier()
    remembered = RememberedNames(tier)
    for number in range(3 * TURNS_MAX):
        remembered.find([turn("hello"), turn(f"number {number}")])
    assert tier.shown.count("hello") == 1
    remembered.find([turn("number 0")])
    assert tier.shown.count("number 0") == 2


def test_a_tier_that_raises_is_not_remembered():
    """What could not be read is tried again, turn by turn."""

    class Failing(CountingTier):
        def find(self, turns: Sequence[NamesTurn]) -> list[list[Finding]]:
            if not self.shown:
                self.shown.append("")
                raise ValueError
            return super().find(turns)

    remembered = RememberedNames(Failing())
    with pytest.raises(ValueError, match=r"^$"):
        remembered.find([turn("Ann here")])
    assert remembered.find([turn("Ann here")])[0][0].end == 3


def test_it_says_which_model_it_asks():
    """Receipts state the version of the tier behind it."""
    assert RememberedNames(CountingTier()).version == "counting"
