"""What is read out or spelled is folded, and every span leads back to the words that made it."""

import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.detection.patterns import PatternDetector
from pipeline.detection.patterns.detector import WINDOW_CHARS
from pipeline.detection.spoken import date_view, numeral_view, parts_of, read_runs
from pipeline.event.labels import Label
from tests.support.timing import least_time_s

DETECTOR = PatternDetector()
DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
PAUSES = (" ", " uh ", ", ", " - ", "... ", ", um, ", " sorry ")


def folded(text: str) -> str:
    return numeral_view(text, read_runs(text)).text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("four five double seven", "4577"),
        ("oh four twenty six", "0426"),
        ("o one o two", "0102"),
        ("triple nine nought", "9990"),
        ("four five uh 7 seven", "4577"),
        ("nineteen eighty four", "1984"),
        ("two thousand and five, please", "2005, please"),
        ("twelve hundred main street", "1200 main street"),
        ("eight hundred five five five", "800555"),
        ("one hundred and forty two", "142"),
        ("two oh two, five five five, oh one four three", "202 555 0143"),
        ("four, five, seven, seven", "4577"),
        ("four five, four five six", "45 456"),
        ("four dash five five", "4-55"),
        ("plus four four two", "+442"),
        ("b as in bravo k four two", "BK42"),
        ("s m i t h", "SMITH"),
        ("D-E-N-V-E-R", "DENVER"),
        ("w e double s", "WESS"),
        ("double u a l", "WAL"),
        ("alpha bravo four two", "AB42"),
        ("x ray kilo nine two", "XK92"),
        ("lower case m capital p q", "mPQ"),
        ("my s s n is four five", "my SSN is 45"),
        ("march um fourteenth eighty seven", "march 14th 87"),
        ("the third of the fourth", "the 3rd of the 4th"),
    ],
)
def test_a_run_is_folded_to_what_was_meant(said: str, meant: str) -> None:
    assert folded(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "one of them",
        "oh, five",
        "this one",
        "i am in",
        "hotel india",
        "november rain",
        "a one-way ticket",
        "an e-mail",
        "at five o'clock",
        "q and a",
        "the first of all",
        "I have four. Five came",
        "the third one",
    ],
)
def test_ordinary_words_stay(said: str) -> None:
    assert folded(said) == said


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("three fourteen eighty seven", "3/14/87"),
        ("oh three oh four seventy one", "03/04/71"),
        ("twelve twelve nineteen eighty one", "12/12/1981"),
        ("fourteen slash three slash eighty seven", "14/3/87"),
    ],
)
def test_day_month_and_year_become_a_date(said: str, date: str) -> None:
    view = date_view(said, read_runs(said))
    assert view is not None
    assert view.text == date


@pytest.mark.parametrize("said", ["forty two fifty ninety", "one two", "eighty seven", "three forty one eighty"])
def test_other_numbers_are_no_date(said: str) -> None:
    assert date_view(said, read_runs(said)) is None


def test_neither_view_nor_run_shows_what_it_holds() -> None:
    """A log line with one of them tells nothing."""
    text = "four five double seven"
    runs = read_runs(text)
    assert not any(word in repr((runs, numeral_view(text, runs))) for word in ("45", "four", "7"))


@seed(20261123)
@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet="0123456789", min_size=6, max_size=12).filter(lambda digits: len(set(digits)) > 3),
    st.lists(st.sampled_from(PAUSES), min_size=12, max_size=12),
    st.sampled_from(["", "well, uh ", "é, yes ", "\u200bok "]),
    st.sampled_from(["", " thanks", ". Bye"]),
)
def test_the_span_of_an_account_number_is_the_words_that_made_it(
    digits: str, pauses: list[str], before: str, after: str
) -> None:
    """From the first word to the last, whatever stands between, before and after them."""
    words = [DIGIT_WORDS[int(digit)] for digit in digits]
    said = words[0] + "".join(pause + word for pause, word in zip(pauses, words[1:], strict=False))
    text = f"{before}my account number is {said}{after}"
    start = text.index(said)
    found = [one for one in DETECTOR.find(text) if one.start <= start and one.end >= start + len(said)]
    assert (start, start + len(said)) in {one[:2] for one in found}
    assert {one.label for one in found if one[:2] == (start, start + len(said))} & {Label.ACCOUNT_ID}


@seed(20261124)
@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            (
                *(
                    "one",
                    "two",
                    "oh",
                    "o",
                    "double",
                    "triple",
                    "seven",
                    "twenty",
                    "hundred",
                    "thousand",
                    "and",
                    "uh",
                    "um",
                ),
                *("sorry", "dash", "dot", "at", "a", "i", "b", "c", "x", "ray", "as", "in", "bravo", "for", "like"),
                *("capital", "march", "third", "of", "the", "4", "55", "b2", "nineteen", ",", ".", "-", "'", "plus"),
                *("gmail", "com", "one-way", "é"),
            )
        ),
        max_size=30,
    ).map(" ".join)
)
def test_every_place_of_a_view_leads_into_the_text_and_in_order(text: str) -> None:
    """No span is empty, leaves the text, or runs backwards."""
    ascii_text = text.replace("é", "x")
    runs = read_runs(ascii_text)
    assert all(first.end <= second.start for first, second in pairwise(runs))
    view = numeral_view(ascii_text, runs)
    places = [view.to_plain(place, place + 1) for place in range(len(view.text))]
    assert all(0 <= start <= end <= len(ascii_text) for start, end in places)
    assert all(first[0] <= second[0] for first, second in pairwise(places))
    for found in DETECTOR.find(text):
        assert 0 <= found.start < found.end <= len(text)


def test_a_number_across_the_edge_of_a_window_is_found() -> None:
    said = "four one one one, one one one one, one one one one, one one one one"
    for shift in range(-40, 40, 7):
        text = "x " * ((WINDOW_CHARS + shift) // 2) + f"my card is {said} thanks"
        start = text.index(said)
        assert any(
            one.label is Label.CREDIT_CARD and one[:2] == (start, start + len(said)) for one in DETECTOR.find(text)
        )


@pytest.mark.parametrize(
    "fragment", ["four five uh ", "s m i t h ", "o ", "b as in bravo ", "double ", "march third ", "uh "]
)
def test_time_is_linear_in_the_text(fragment: str) -> None:
    """Ten times the text takes at most some twenty times as long."""
    short, long = [(fragment * length)[:length] for length in (20_000, 200_000)]
    assert least_time_s(lambda: DETECTOR.find(long)) < 25 * max(least_time_s(lambda: DETECTOR.find(short)), 0.02)


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("eight eight one two no sorry eight eight two one", ["eight eight one two", "eight eight two one"]),
        ("oh one six three two, let me see, oh one six", ["oh one six three two", "oh one six"]),
        ("4471 wait no 4472", ["4471", "4472"]),
        ("nine oh two um double four one", ["nine oh two um double four one"]),
        ("wait for the second mail", ["wait for the second mail"]),
    ],
)
def test_a_number_that_is_begun_anew_is_two(value: str, parts: list[str]) -> None:
    """Words of correction part a value where either side is a number; a hesitation does not."""
    assert [value[start:end] for start, end in parts_of(value)] == parts


def test_a_number_read_out_across_the_border_of_two_portions_is_found_whole():
    """A long text is read in portions that overlap; wherever the number lies, nothing of it is lost."""
    said = "my phone is four one five five five five oh one nine nine"
    for before in range(65_400, 65_560, 40):
        text = ("b " * before)[:before] + " ok " + said + " bye" * 2_000
        number = text.index("four one")
        spans = [(each.start, each.end) for each in DETECTOR.find(text) if each.label is Label.PHONE]
        assert (number, text.index(" bye")) in spans, before


def test_a_text_of_nothing_but_letters_takes_little_memory():
    """It could be spelled from end to end."""
    peak = _peak_bytes("b " * 200_000)
    assert peak < 60_000_000


def _peak_bytes(text):
    tracemalloc.start()
    try:
        DETECTOR.find(text)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
