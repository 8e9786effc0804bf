"""Where RE2 looks for an expression, it passes over nothing that `re` would find."""

import random

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.detection.patterns.catalogue import catalogue, record_patterns
from pipeline.detection.patterns.locator import Locator, with_vertical_tabs
from pipeline.detection.patterns.pattern import Pattern, compiled

EXPRESSIONS = [
    expression
    for entry in (*catalogue("US"), *record_patterns())
    for expression in [entry.expression, *[entry.reversed_expression] * entry.reversible]
]
LOCATORS = [(compiled(expression), Locator(expression)) for expression in EXPRESSIONS]
CUES = ["my name is ", "Dr. ", "account number ", "PIN: ", "call ", " is my pin ", "born on ", "password=", "\nFrom: "]
PIECES = [*CUES, *"0123456789 -.@:/#\v\n", "12 Elm Street", "Ann Hale", "robin@example.org", "GB82 WEST 1234", "a", "X"]


def starts(find, text):
    """Return every place that `find` gives, each search beginning one character after the one before."""
    found, position = [], 0
    while (place := find(position)) >= 0:
        found.append(place)
        position = place + 1
    return found


def assert_equal_places(text):
    for expression, locator in LOCATORS:

        def searched(position, expression=expression):
            match = expression.search(text, position)
            return -1 if match is None else match.start()

        located = starts(lambda position, locator=locator: locator.first(text.encode(), position), text)
        assert [place for place in located if expression.match(text, place)] == starts(searched, text)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@settings(max_examples=15, deadline=None)
def test_every_match_of_every_entry_begins_at_a_place_that_is_found(text):
    assert_equal_places(text)


def test_words_beside_digits_are_found_as_re_finds_them():
    randomness = random.Random(7)  # noqa: S311 - a fixed text, not a secret
    assert_equal_places("".join(randomness.choice(PIECES) for _ in range(150)))


@pytest.mark.parametrize(
    ("expression", "text", "first"),
    [(r"my\sname", "my\vname", 0), (r"[\s:]1", "a\v1", 1), (r"\b1", "a1 1", 3), ("x", "y", -1), ("(?i)k", "aK", 1)],
)
def test_the_first_place_is_where_the_first_match_begins(expression, text, first):
    assert Locator(expression).first(text.encode(), 0) == first


def test_the_character_before_the_start_says_whether_a_word_begins():
    assert Locator(r"\b1").first(b"a1 1", 1) == 3


def test_a_vertical_tab_is_white_space_inside_and_outside_of_classes():
    assert with_vertical_tabs(r"a\s\\s[\s.\]\s]\[\s") == r"a[\s\v]\\s[\s\v.\]\s\v]\[[\s\v]"


def test_lookaround_is_refused():
    with pytest.raises(re2.error):
        Locator("(?=a)b")


@pytest.mark.parametrize("entry", [*catalogue("US"), *record_patterns()], ids=lambda entry: entry.name)
def test_a_dollar_sign_stands_for_the_end_only_where_a_line_end_would_do(entry: Pattern):
    """`re` takes `$` to match before a last line end as well, RE2 does not: a place could be passed over."""
    written = entry.expression + (entry.reversed_expression if entry.reversible else "")
    outside = compiled(r"\\.|\[(?:\\.|[^\]\\])*\]").sub("", written.replace(r"(?:\n|$)", "").replace(r"|\n|$)", ")"))
    assert "$" not in outside
