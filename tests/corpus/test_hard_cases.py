"""Hard cases for each identity label, through the whole detector of the default policy.

Lower case, typos, no punctuation, voice transcripts, answers that only their question explains, and look-alikes that
must stay in clear. What the product is known to get wrong stands in `hard_cases/known_failures.txt`, exactly: a case
lost fails here, and so does a case won. `python -m tests.corpus.hard_cases.update` writes the list anew.
"""

import pytest

from pipeline.event.labels import Label
from pipeline.flow.rules import Rules
from tests.support.hard_cases import JUDGED, all_cases, cases, failures, listed_failures

UPDATE = "python -m tests.corpus.hard_cases.update"


def test_exactly_the_known_failures_fail(default_rules: Rules) -> None:
    """No case is lost, none is won without being taken off the list, none fails in another way than listed."""
    now = failures(all_cases(), default_rules)
    listed = listed_failures()
    lost = {case: kind for case, kind in now.items() if case not in listed}
    won = sorted(listed.keys() - now.keys())
    otherwise = {case: (listed[case], kind) for case, kind in now.items() if listed.get(case, kind) != kind}
    assert not lost, f"these fail now: repair them, or list them by {UPDATE}"
    assert not won, f"these pass now: remove them from the list by {UPDATE}"
    assert not otherwise, f"these fail in another way (listed, now): list them by {UPDATE}"


@pytest.mark.parametrize("label", JUDGED, ids=str)
def test_each_label_has_thirty_cases(label: Label) -> None:
    """Thirty at least, a dozen of either sign, each with a number and a text of its own."""
    own = list(cases(label))
    assert len(own) >= 30
    assert sum(bool(case.values) for case in own) >= 12
    assert sum(not case.values for case in own) >= 12
    assert len({case.id for case in own}) == len(own)
    assert len({case.turns for case in own}) == len(own)


def test_what_is_listed_exists() -> None:
    """A case that was removed must leave the list."""
    assert listed_failures().keys() <= {case.id for case in all_cases()}
