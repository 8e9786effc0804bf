"""Plain spelling, and offsets that lead back to the original whatever stood there."""

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.detection.normalization import normalize

HOSTILE = (
    "aZ09 .@-\n\u00e9e\u0301\u200b\u200d\u00ad\ufeff\u2019\u2014\u00a0\u3000\uff11\uff21"
    "\u0661\u0968\U0001f600\ufe0f\u00df\u0130\u202e\u2460\ufb01\U0001d7d9"
)
TEXTS = st.text(alphabet=st.one_of(st.sampled_from(HOSTILE), st.characters(exclude_categories=["Cs"])), max_size=60)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("４１１１", "4111"),
        ("ＪＡＮＥ＠example．com", "JANE@example.com"),
        ("١٢٣", "123"),
        ("१२३", "123"),
        ("𝟙𝟚", "12"),
        ("4\u200b1\u200d1\u00ad1", "4111"),
        ("a\u00a0b\u2009c\u3000d", "a b c d"),
        ("it\u2019s", "it's"),
        ("1\u20132\u20143\u22124", "1-2-3-4"),
        ("\u201cx\u201d", '"x"'),
        ("Jos\u00e9", "Jose"),
        ("Jose\u0301", "Jose"),
        ("a\u2028b", "a\nb"),
        ("Stra\u00dfe", "Stra\u00dfe"),
        ("\ufb01", "\ufb01"),
        ("", ""),
    ],
)
def test_what_people_type_gets_one_plain_spelling(typed: str, plain: str) -> None:
    assert normalize(typed).text == plain


def test_plain_ascii_is_the_very_same_object() -> None:
    """The common case costs no copy."""
    text = "call 415-555-0134"
    normalized = normalize(text)
    assert normalized.text is text
    assert normalized.ascii_text is text
    assert normalized.to_original(5, 17) == (5, 17)


def test_invisible_characters_inside_a_value_belong_to_it_and_those_around_do_not() -> None:
    text = "\u200bpin \u200b4\u200b5\u200b7\u200b7\u200b!"
    normalized = normalize(text)
    start = normalized.text.index("4577")
    first, last = normalized.to_original(start, start + 4)
    assert text[first:last] == "4\u200b5\u200b7\u200b7"


def test_the_accent_of_the_last_letter_belongs_to_the_value() -> None:
    text = "Jose\u0301 called"
    assert normalize(text).to_original(0, 4) == (0, 5)


def test_the_repr_shows_no_text() -> None:
    assert "4111" not in repr(normalize("4111 1111"))


@seed(20240501)
@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_every_code_point_leads_back_to_the_one_it_came_from(text: str) -> None:
    """Each plain character, taken alone, normalizes from exactly the original characters that it maps to."""
    normalized = normalize(text)
    for index, character in enumerate(normalized.text):
        first, last = normalized.to_original(index, index + 1)
        assert normalize(text[first:last]).text == character
        assert normalized.to_normalized(first, last) == (index, index + 1)


@seed(20240502)
@settings(max_examples=400, deadline=None)
@given(TEXTS, st.integers(0, 60), st.integers(1, 60))
def test_any_span_leads_back_to_text_that_normalizes_to_it(text: str, start: int, length: int) -> None:
    normalized = normalize(text)
    start, end = min(start, len(normalized.text)), min(start + length, len(normalized.text))
    if start < end:
        first, last = normalized.to_original(start, end)
        assert 0 <= first < last <= len(text)
        assert normalize(text[first:last]).text == normalized.text[start:end]


@seed(20240503)
@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_the_ascii_text_is_ascii_and_as_long(text: str) -> None:
    normalized = normalize(text)
    assert normalized.ascii_text.isascii()
    assert len(normalized.ascii_text) == len(normalized.text)
    assert all(
        shown == plain for shown, plain in zip(normalized.ascii_text, normalized.text, strict=True) if plain.isascii()
    )


@seed(20240504)
@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_normalizing_twice_changes_nothing_more(text: str) -> None:
    plain = normalize(text).text
    assert normalize(plain).text == plain


def test_no_character_has_another_plain_spelling_the_second_time() -> None:
    """A superscript minus is compatible with a minus sign, and that is a hyphen."""
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    once = [normalize(character).text for character in every]
    assert [normalize(plain).text for plain in once] == once
    assert normalize("4111\u207b1111\u03741").text == "4111-1111'1"


@pytest.mark.parametrize("invisible", ["", "\u200b", "\u0301"])
def test_a_long_text_is_normalized_as_its_pieces_are(invisible: str) -> None:
    """Most of a long text is ASCII and is passed over in pieces, wherever the other characters stand."""
    pieces = ["plain words, 4577 of them", "caf\u00e9", "\uff14\uff15", "\u2019", invisible, "\u4e16"] * 60
    text = "x" * 240 + "".join(pieces)
    normalized = normalize(text)
    assert normalized.text == "".join(normalize(character).text for character in text)
    assert normalized.ascii_text == "".join(normalize(character).ascii_text for character in text)
    visible = [place for place, character in enumerate(text) if normalize(character).text]
    places = range(len(normalized.text))
    assert [normalized.to_original(place, place + 1)[0] for place in places] == visible
