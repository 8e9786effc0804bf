"""Labels of the names tier and of patterns on the same value: the closer one is kept."""

from pipeline.detection.finding import Finding
from pipeline.detection.overlap import CLOSER_LABELS, resolve, yielding
from pipeline.event.labels import Label
from pipeline.tagger.labels import TAGGED


def test_a_pattern_that_knows_the_value_closer_gives_its_label():
    """A plate that the tier calls an account, however sure, stays a plate."""
    plate = Finding(0, 8, Label.VEHICLE_ID, "pattern", 0.7)
    assert yielding([Finding(0, 8, Label.ACCOUNT_ID, "names", 0.99)], [plate]) == [
        Finding(0, 8, Label.VEHICLE_ID, "names", 0.7)
    ]


def test_a_finding_keeps_its_label_where_the_pattern_lies_on_less_than_half():
    """A long address with a code inside is an address."""
    address = Finding(0, 30, Label.ADDRESS, "names", 0.9)
    assert yielding([address], [Finding(25, 33, Label.VEHICLE_ID, "pattern", 0.9)]) == [address]


def test_a_postcode_inside_an_address_is_part_of_it():
    """The whole would else be called a postcode, of which a policy may keep three digits."""
    address = Finding(0, 28, Label.ADDRESS, "pattern", 0.9)
    (found,) = resolve([address, *yielding([Finding(21, 28, Label.ZIP, "names", 0.99)], [address])])
    assert (found.start, found.end, found.label) == (0, 28, Label.ADDRESS)


def test_labels_that_both_know_are_left_to_their_scores():
    """Nothing yields to a label that the tier has itself."""
    name, order = Finding(0, 4, Label.PERSON, "names", 0.6), Finding(0, 4, Label.ORDER_ID, "pattern", 0.5)
    assert yielding([name], [order]) == [name]
    assert resolve([name, order])[0].label is Label.PERSON


def test_the_tagger_knows_none_of_the_closer_labels():
    """A label that the tagger learns is no longer only the patterns'."""
    assert not CLOSER_LABELS & set(TAGGED)


def test_the_first_pattern_that_lies_on_half_of_a_finding_wins_however_long_those_before_it_are():
    long = Finding(0, 20, Label.VEHICLE_ID, "pattern", 0.8)
    first, second = Finding(18, 30, Label.IP, "pattern", 0.9), Finding(19, 30, Label.TAX_ID, "pattern", 0.7)
    rough = [Finding(2, 10, Label.ACCOUNT_ID, "names", 0.9), Finding(19, 29, Label.ACCOUNT_ID, "names", 0.9)]
    assert [found.label for found in yielding(rough, [long, first, second])] == [Label.VEHICLE_ID, Label.IP]
