"""Long texts through the whole core: generous bounds, which anything quadratic would miss by far."""

import pytest

from pipeline.flow.local import LocalRedactor
from pipeline.flow.outcome import Redacted
from tests.support.events import analytics_rules, conversation_event
from tests.support.timing import least_time_s

SAID = ["one", "nine", "two", "eight", "three", "seven", "four", "six", "five"]
RULES = analytics_rules(names=True)


def redacted(text):
    (outcome,) = LocalRedactor(RULES).redact([conversation_event(text)])
    assert isinstance(outcome, Redacted)
    return outcome


def took_s(text):
    return least_time_s(lambda: redacted(text))


def test_a_text_of_a_megabyte_takes_seconds():
    sentence = "I called about my order yesterday and nobody could tell me where it is, so Dagmar Hale will call back. "
    assert took_s((sentence * 10_000)[:1_000_000]) < 15


@pytest.mark.parametrize("unit", ["qwertzuiop", "a.", "a@b.", "0123456789", "x=/8_%41&"])
def test_a_line_of_a_hundred_thousand_characters_without_a_blank_takes_a_part_of_a_second(unit):
    assert took_s((unit * 100_000)[:100_000]) < 4


@pytest.mark.parametrize(
    "written",
    [
        lambda number: f"call +1 {200 + number // 100 % 700} 555 01{number % 100:02},",
        lambda number: "my number is " + " ".join(SAID[number % 9 :] + SAID[: number % 9]) + ".",
        lambda number: f'"ip":"198.51.100.{number % 250}","token":"ab{number}cd","ssn":"219-09-{number % 10_000:04}",',
    ],
    ids=["telephone numbers", "numbers read out", "fields of a record"],
)
def test_a_text_of_ten_thousand_findings_grows_with_their_number(written):
    """Ten times the findings take at most some twenty times as long."""
    few, many = (" ".join(map(written, range(number))) for number in (1_000, 10_000))
    assert len(redacted(many).findings) >= 10_000
    assert took_s(many) < 20 * max(took_s(few), 0.02)
