"""Things that bear people's names, beside people."""

import pytest

from pipeline.detection.patterns.namesakes import is_namesake


def judged(marked: str) -> bool:
    """Judge the span between the square brackets."""
    before, rest = marked.split("[")
    name, after = rest.split("]")
    return is_namesake(before + name + after, len(before), len(before) + len(name))


@pytest.mark.parametrize(
    "marked",
    [
        'does the "[Beatrice]" wrap dress come in navy',
        "two [Beatrice] linen cushion, please",
        "is the [Beatrice] machine washable?",
        "draft for MV [Beatrice Spirit] voyage 12",
        "restart the service '[Beatrice]' and wait",
        "faulting module [beatrice].dll at 0x12",
        "at [org.shop.OrderLoader] line 12",
        "select [b.iban] from people b",
        "it was three [forty] in the morning",
        "> On [Thu], 4 Sep 2025",
        "gross weight [G.W]. 12,400 kg",
        "join the wifi, it is the [Beatrice] network",
    ],
)
def test_a_thing_with_a_name_is_no_person(marked):
    """The word before or after says what it is."""
    assert judged(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "[Beatrice] ordered the midi dress",
        "[Beatrice]'s dress has a hole",
        "this is [Beatrice] calling about a sofa",
        "it is for [Beatrice], the dress was too small",
        "please ask the [Beatrice] who called me",
        "the [Okafor] family has two rooms",
        "the [Okafors] have two rooms",
        "the [Okafor]-Lindt booking",
        "speak to [Beatrice] in the evening",
        "signed [B. K.] for the tenants",
        "my wife [April] will call",
        "I want the refund to go to [Beatrice Jacket]",
    ],
)
def test_a_person_beside_a_thing_stays_a_person(marked):
    """What people do, and what is theirs, says nothing of what they are."""
    assert not judged(marked)
