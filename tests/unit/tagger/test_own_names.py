"""The names tier of our own on the shipped weights: findings lie where they should, in any batch, in bounded memory."""

import time

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.corpora import bundled
from pipeline.detection.names import NamesTurn
from pipeline.detection.patterns.asked import asked_labels
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from pipeline.tagger.own_names import OwnNames, own_names
from pipeline.tagger.scoring import TURN_KINDS_MAX, WORDS_MAX, WordScorer
from pipeline.tagger.weights import read_weights

TIER = own_names()
BIASES = dict.fromkeys(Label, 0.5)


def spoken(text: str, *, locale: str = "en", role: Role = Role.CUSTOMER, question: str = "") -> NamesTurn:
    return NamesTurn(text, role, locale, asked_labels(question))


def found(text: str, label: Label = Label.PERSON, **turn) -> list[str]:
    """Return what the tier finds of a label, as text."""
    (findings,) = TIER.find([spoken(text, **turn)])
    return [text[one.start : one.end] for one in findings if one.label is label]


def turns_of_bundle(count: int) -> list[NamesTurn]:
    turns = [spoken(turn.text, role=turn.role) for conversation in bundled() for turn in conversation.turns]
    return turns[:: max(1, len(turns) // count)][:count]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("My name is Oluwaseun Adeyemi.", ["Oluwaseun Adeyemi"]),
        ("my name is priya raghunathan", ["priya raghunathan"]),
        ("Hello, this is Siobhán from the bank.", ["Siobhán"]),
        ("I would like to order two large pizzas, please.", []),
        ("ok thanks", []),
    ],
)
def test_people_are_found_and_ordinary_words_are_not(text, names):
    """Names never met, in any case, with accents; nothing in everyday turns."""
    assert found(text) == names


def test_what_was_asked_decides_what_a_bare_answer_is():
    """After a request for the name a single unknown word is a person."""
    assert found("kowalczuk", question="May I have your last name, please?") == ["kowalczuk"]


@pytest.mark.parametrize("size", [1, 7, 500])
def test_equal_turns_have_equal_findings_in_any_batch(size):
    """The findings of a turn do not depend on its neighbours, to the last digit of the score."""
    turns = turns_of_bundle(600)
    together = TIER.find(turns)
    fresh = OwnNames(read_weights())
    apart = [findings for start in range(0, len(turns), size) for findings in fresh.find(turns[start : start + size])]
    assert apart == together
    assert sum(map(bool, together)) > len(turns) // 20


@seed(31)
@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=5))
def test_findings_lie_inside_their_text_in_order(texts):
    """Whatever is typed: spans are not empty, sorted, apart, and their scores are probabilities."""
    for text, findings in zip(texts, TIER.find([spoken(text) for text in texts]), strict=True):
        end = 0
        for finding in findings:
            assert end <= finding.start < finding.end <= len(text)
            assert 0 <= finding.score <= 1
            end = finding.end


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my name is José Ibáñez", "José Ibáñez"),
        ("my name is Jose\u0301 Iba\u0301n\u0303ez", "Jose\u0301 Iba\u0301n\u0303ez"),
        ("\U0001f600\u200b my name is\u00a0Tomasz Wrona", "Tomasz Wrona"),
        ("my name is Toma\u00adsz Wrona \U0001f44d", "Toma\u00adsz Wrona"),
    ],
)
def test_offsets_are_code_points_of_the_original(text, value):
    """Accents, invisible characters, emoji and odd spaces shift nothing."""
    assert found(text) == [value]


def test_another_language_has_no_findings():
    """The tier speaks English alone, whatever the region."""
    assert TIER.find([spoken("My name is Anna Schmidt", locale="de")]) == [[]]
    assert found("My name is Anna Schmidt", locale="en-GB") == ["Anna Schmidt"]


def test_a_greater_bias_finds_no_less():
    """Leaning towards a label covers more characters, and shifts none of the scores' meaning."""
    turns = turns_of_bundle(400)
    covered = []
    for bias in (-1.0, 0.5, 3.0):
        tier = OwnNames(read_weights(), dict.fromkeys(Label, bias))
        covered.append(sum(one.end - one.start for findings in tier.find(turns) for one in findings))
    assert covered == sorted(covered)
    assert covered[0] < covered[2]


def test_a_bias_for_one_label_moves_that_label():
    """The bias of a label that is far below zero takes its findings away."""
    tier = OwnNames(read_weights(), {**BIASES, Label.PERSON: -50.0})
    labels = {one.label for findings in tier.find(turns_of_bundle(400)) for one in findings}
    assert labels
    assert Label.PERSON not in labels


def test_what_is_kept_of_words_is_bounded():
    """Ever new words do not fill the memory, and findings stay the same."""
    tier = OwnNames(read_weights(), BIASES)
    before = tier.find([spoken("my name is Tomasz Wrona")])
    for batch in range(8):
        tier.find([spoken(" ".join(f"w{batch}x{turn}y{word}" for word in range(50))) for turn in range(60)])
        assert tier.words_kept <= WORDS_MAX
    assert tier.find([spoken("my name is Tomasz Wrona")]) == before
    assert "Tomasz" not in repr(tier)


def test_a_small_store_of_words_gives_the_same_scores():
    """Starting afresh within a bound changes no score."""
    weights = read_weights()
    small, large = WordScorer(weights, words_max=8), WordScorer(weights)
    for words in (["my", "name", "is", "Ada"], ["order", "number", "A17", "please", "now"], ["my", "name"]):
        assert (small.scores([words], [(1,)])[0] == large.scores([words], [(1,)])[0]).all()
        assert small.words_kept <= 8


def test_ever_new_kinds_of_turns_change_no_score():
    """What is kept of kinds of turns is bounded as well, and one call may bring more of them than are kept."""
    scorer, turn = WordScorer(read_weights()), ["my", "name"]
    before, _ = scorer.scores([turn], [(1, 9)])
    for _ in range(2):
        kinds = [(number % 8, number // 8 % 8, number // 64) for number in range(TURN_KINDS_MAX + 8)]
        scores, _ = scorer.scores([turn] * len(kinds), kinds)
        assert len(scores) == 2 * len(kinds)
    assert (scorer.scores([turn], [(1, 9)])[0] == before).all()


def test_long_words_are_known_by_their_ends():
    """Two long words with the same beginning and end score alike, and are kept as one."""
    scorer = WordScorer(read_weights())
    first, second = ("a" * 30 + middle + "b" * 30 for middle in ("x", "y"))
    scores, _ = scorer.scores([[first], [second]], [(1,), (1,)])
    assert (scores[0] == scores[1]).all()
    assert scorer.words_kept == 1


@pytest.mark.parametrize("unit", ["my name is Tomasz Wrona. ", "x" * 50, "7 "])
def test_a_long_text_takes_time_in_proportion(unit):
    """Megabytes are searched to their end, in time that is linear in their length."""
    text = unit * (500_000 // len(unit)) + " my name is Tomasz Wrona"
    began_s = time.perf_counter()
    (findings,) = TIER.find([spoken(text)])
    assert time.perf_counter() - began_s < 20
    assert "Wrona" in text[findings[-1].start : findings[-1].end]


def test_no_turns_and_empty_turns_have_no_findings():
    """Nothing in, nothing out."""
    assert TIER.find([]) == []
    assert TIER.find([spoken(""), spoken("  \n")]) == [[], []]


def test_the_version_is_one_short_word():
    """Receipts state it."""
    assert TIER.version.startswith("own:")
    assert len(TIER.version.split()) == 1
