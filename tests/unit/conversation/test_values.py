"""The memory of values is bounded: the newest values and numbers are kept."""

from pipeline.conversation.bounds import GIVEN_MAX, GIVEN_TURNS_MAX, VALUES_MAX, remember_given, remember_values
from pipeline.conversation.values import Given, ValuesSeen
from pipeline.event.labels import Label


def test_the_oldest_values_are_forgotten_past_the_bound():
    """A flood of values cannot grow a state, in one turn or in many."""
    labels = remember_values({}, [(b"first", Label.PERSON)])
    for number in range(VALUES_MAX):
        labels = remember_values(labels, [(b"%d" % number, Label.PHONE)])
    assert len(labels) == VALUES_MAX
    assert b"first" not in labels
    flood = remember_values(labels, [(b"f%d" % number, Label.PHONE) for number in range(500)])
    assert list(flood) == [b"f%d" % number for number in range(500 - VALUES_MAX, 500)]


def test_a_value_keeps_the_label_that_it_was_found_under():
    """What was a password is not an order because somebody repeats it so."""
    labels = remember_values({b"v": Label.PASSWORD}, [(b"v", Label.ORDER_ID)])
    assert labels == {b"v": Label.PASSWORD}


def test_a_number_that_was_given_may_be_corrected_for_some_turns():
    """Newest first, each once, a few only."""
    given = ()
    for digits in range(4, 5 + GIVEN_MAX):
        given = remember_given(given, [(digits, Label.ORDER_ID)])
    assert [each.digits for each in given] == list(range(4 + GIVEN_MAX, 4, -1))
    assert remember_given(given, [(8, Label.ORDER_ID)])[0] == Given(8, Label.ORDER_ID, GIVEN_TURNS_MAX)
    for _ in range(GIVEN_TURNS_MAX):
        given = remember_given(given, [])
    assert given == ()


def test_what_is_remembered_is_in_no_repr():
    """Fingerprints are nobody's to read either."""
    assert "66" not in repr(ValuesSeen({b"f": Label.PHONE}))
