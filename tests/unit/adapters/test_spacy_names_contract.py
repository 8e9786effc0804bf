"""What every names tier promises, held against spaCy and against a fake of the same shape."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.adapters.spacy_names import SpacyNames
from pipeline.detection.finding import Finding
from pipeline.detection.names import NamesTier, NamesTurn, NoNames
from pipeline.detection.patterns.asked import asked_labels
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label


class FakeNames:
    """Finds the word Zubeida in English turns."""

    version = "fake:1"

    def find(self, turns: Sequence[NamesTurn]) -> list[list[Finding]]:
        return [
            [Finding(hit.start(), hit.end(), Label.PERSON, "fake", 0.9) for hit in re.finditer("Zubeida", turn.text)]
            if turn.locale.startswith("en")
            else []
            for turn in turns
        ]


SPACY = SpacyNames()
TIERS = pytest.mark.parametrize("tier", [SPACY, FakeNames(), NoNames()], ids=["spacy", "fake", "none"])
FINDERS = pytest.mark.parametrize("tier", [SPACY, FakeNames()], ids=["spacy", "fake"])
FRAGMENTS = [
    "my name is ",
    "Zubeida",
    "Mr. ",
    "I'm ",
    "Hi ",
    "\n",
    "\u200b",
    "🙂",
    "É",
    "’s ",
    "PIN 4411",
    "\x00",
    "san ",
    "to ",
]
texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=12).map("".join)


def spoken(text: str, *, locale: str = "en", role: Role = Role.CUSTOMER, question: str = "") -> NamesTurn:
    return NamesTurn(text, role, locale, asked_labels(question))


@TIERS
def test_no_turns_have_no_findings(tier: NamesTier) -> None:
    """An empty batch is answered by an empty list."""
    assert tier.find([]) == []


@TIERS
def test_each_turn_has_its_own_list(tier: NamesTier) -> None:
    """A batch has one list for each turn, in the turns' order, empty turns included."""
    turns = [spoken(""), spoken("My name is Zubeida."), spoken("   "), spoken("ok")]
    found = tier.find(turns)
    assert len(found) == len(turns)
    assert found[0] == found[2] == []


@FINDERS
def test_a_plain_introduction_is_found_where_it_stands(tier: NamesTier) -> None:
    """Offsets are code points of the original text, also behind characters outside the basic plane."""
    text = "🙂🙂 Hello, my name is Zubeida."
    (found,) = [one for one in tier.find([spoken(text)])[0] if one.label is Label.PERSON]
    assert text[found.start : found.end] == "Zubeida"


@FINDERS
def test_a_language_that_the_tier_does_not_speak_has_no_findings(tier: NamesTier) -> None:
    """Locales are told apart by their language alone, and a foreign turn leaves its neighbours' findings in place."""
    text = "My name is Zubeida."
    german, british, bare = tier.find(
        [spoken(text, locale="de-DE"), spoken(text, locale="en-GB"), spoken(text, locale="en")]
    )
    assert german == []
    assert british == bare != []


@TIERS
def test_the_version_is_one_short_word(tier: NamesTier) -> None:
    """Receipts can state it."""
    assert re.fullmatch(r"\S{1,100}", tier.version)


@TIERS
@seed(20240501)
@settings(max_examples=40, deadline=None)
@given(batch=st.lists(texts, max_size=4))
def test_findings_lie_inside_their_text_sorted_and_the_same_in_any_batch(tier: NamesTier, batch: list[str]) -> None:
    """Whatever the text, spans are not empty, inside, sorted by start, scored in [0, 1], and equal turn by turn."""
    together = tier.find([spoken(text) for text in batch])
    alone = [tier.find([spoken(text)])[0] for text in batch]
    assert together == alone
    for text, findings in zip(batch, together, strict=True):
        assert [found.start for found in findings] == sorted(found.start for found in findings)
        assert all(0 <= found.start < found.end <= len(text) and 0 <= found.score <= 1 for found in findings)
