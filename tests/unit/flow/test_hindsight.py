"""What later turns reveal, as spans of the texts as they were typed."""

import pytest

from pipeline.event.conversation_event import Role
from pipeline.flow.hindsight import findings_in_hindsight
from pipeline.flow.local import LocalRedactor
from tests.support.events import analytics_rules, conversation_event, event_bytes

RULES = analytics_rules()


def found(*texts):
    """Return what is found at last in each turn of a customer: the texts of the spans."""
    events = [conversation_event(text, event_id=str(number)) for number, text in enumerate(texts)]
    outcomes = LocalRedactor(RULES).redact(events)
    spans = findings_in_hindsight(outcomes, [Role.CUSTOMER] * len(events), RULES)
    return [[text[each.start : each.end] for each in turn] for text, turn in zip(texts, spans, strict=True)]


@pytest.mark.parametrize(
    ("first", "at_last"),
    [
        ("Trevalko told me to write", ["Trevalko"]),
        (
            "jo@example.com is Trevalko, zoe@example.org is Trevalko",
            ["jo@example.com", "Trevalko", "zoe@example.org", "Trevalko"],
        ),
        ("\U0001f600 Trevalko, call 415 555 0142 or Trevalko", ["Trevalko", "415 555 0142", "Trevalko"]),
        ("he sang", []),
    ],
)
def test_an_amended_value_is_found_where_it_was_typed(first, at_last):
    """Between tokens that are longer or shorter than what they replaced."""
    assert found(first, "my name is Dina Trevalko")[0] == at_last


def test_amendments_add_up():
    """A second one starts from what the first one left."""
    turns = found("Trevalko, Broulsket and jo@example.com", "my name is Dina Broulsket", "my name is Dina Trevalko")
    assert turns[0] == ["Trevalko", "Broulsket", "jo@example.com"]


def test_pieces_of_a_number_are_found_with_its_last():
    """Those that a mask left, too."""
    assert found("2000", "1234", "5678", "9017") == [["2000"], ["1234"], ["5678"], ["9017"]]


def test_a_turn_that_could_not_be_processed_has_no_findings():
    """It would be a dead letter."""
    outcomes = LocalRedactor(RULES).redact_values([(b"conversation-1", event_bytes("hi")), (b"k", b"garbage")])
    assert findings_in_hindsight(outcomes, [Role.CUSTOMER] * 2, RULES) == [(), ()]
