"""Words: how a text is cut, and what a word's features are."""

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.tagger.scoring import WORDS_MAX, SplitTokens, places, split
from pipeline.tagger.words import (
    FAR_ROWS,
    KEY_CHARS_MAX,
    NEAR_ROWS,
    RICH_ROWS,
    TOKEN,
    WordClass,
    word_class,
    word_features,
    word_key,
)

EVERYDAY = frozenset({"order", "please", "is"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("My name is O'Brien.", ["My", "name", "is", "O'Brien", "."]),
        ("Ana's order", ["Ana", "'s", "order"]),
        ("ann-marie.lee@mail.example, ok", ["ann-marie.lee@mail.example", ",", "ok"]),
        ("12/05/1990 AB-12", ["12/05/1990", "AB-12"]),
        ("(hi)", ["(", "hi", ")"]),
        (" \n\t ", []),
        ("", []),
    ],
)
def test_a_text_is_cut_into_words_and_marks(text, words):
    """Marks inside a word belong to it, others stand alone."""
    assert split(text) == words


@seed(21)
@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_words_stand_where_their_places_say(text):
    """Words and places fit the text, and all that is left out is blank."""
    words = split(text)
    starts = places(text, words)
    rest = list(text)
    for word, start in zip(words, starts, strict=True):
        assert text[start : start + len(word)] == word
        rest[start : start + len(word)] = " " * len(word)
    assert not "".join(rest).strip()
    assert words == TOKEN.findall(text)


def test_what_is_kept_of_tokens_is_bounded():
    """Ever new tokens do not fill the memory, long ones are not kept at all, and `repr` shows none."""
    tokens = SplitTokens()
    for number in range(WORDS_MAX + 10):
        assert tokens[f"no.{number},"] == [f"no.{number}", ","]
        assert len(tokens) <= WORDS_MAX
    kept = len(tokens)
    assert tokens["a," * 50] == ["a", ","] * 50
    assert len(tokens) == kept
    assert "no." not in repr(tokens)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("4577", WordClass.DIGITS_4),
        ("123456789", WordClass.DIGITS_LONG),
        ("A1B2", WordClass.MIXED),
        ("x", WordClass.LETTER),
        ("I", WordClass.KNOWN_LOWER),
        ("?", WordClass.MARK),
        ("order", WordClass.KNOWN_LOWER),
        ("Order", WordClass.KNOWN_CAPITAL),
        ("zorblat", WordClass.UNKNOWN_LOWER),
        ("Zorblat", WordClass.UNKNOWN_CAPITAL),
        ("ZORBLAT", WordClass.UNKNOWN_UPPER),
        ("some.where", WordClass.JOINED),
    ],
)
def test_a_word_has_a_coarse_kind(word, kind):
    """Digits by their number, letters by capitals and by whether the word is an everyday one."""
    assert word_class(word, EVERYDAY) is kind


@seed(22)
@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=("Z", "Cc")), min_size=1, max_size=60))
def test_every_word_has_rows_inside_the_tables(word):
    """Whatever is typed, rows exist; a longer word is bounded."""
    features = word_features(word_key(word), EVERYDAY)
    assert len(word_key(word)) <= KEY_CHARS_MAX + 1
    for rows, size in ((features.rich, RICH_ROWS), (features.near, NEAR_ROWS), (features.far, FAR_ROWS)):
        assert rows
        assert all(0 <= row < size for row in rows)


def test_a_hidden_word_shows_no_identity():
    """Two words of one form are told apart by their spelling alone once their identities are hidden."""
    hidden = word_features("Rossi", EVERYDAY, hidden=True)
    shown = word_features("Rossi", EVERYDAY)
    assert hidden.identity == word_features("Bianchi", EVERYDAY, hidden=True).identity
    assert hidden.identity != shown.identity
    assert set(hidden.rich) < set(shown.rich)


def test_words_put_together_from_everyday_ones_share_features():
    """Brands are, and names of people seldom; hiding a word's identity leaves this in sight."""
    everyday = frozenset({"swift", "board", "hive"})
    plain = set(word_features("Swiftora", EVERYDAY, hidden=True).rich)
    one, other = (set(word_features(word, everyday, hidden=True).rich) - plain for word in ("Swiftora", "Swiftane"))
    assert one & other
    assert set(word_features("Hiveboard", everyday).rich) != set(word_features("Hiveboard", EVERYDAY).rich)
    assert word_features("Rossi", everyday).rich == word_features("Rossi", frozenset()).rich
