"""Calibration: what a stated score is worth."""

from random import Random

import numpy as np

from pipeline.tagger.labels import COLUMNS
from pipeline.tagger.own_names import own_names
from pipeline.training.build import checking_half
from pipeline.training.calibration import STEPS, Judged, bands, calibration, judged


def seeded(number: int) -> Random:
    """Return random numbers that are the same on every machine."""
    return Random(number)  # noqa: S311 - no secret hangs on them


def test_the_shipped_scores_mean_what_they_say():
    """On bundled conversations that neither weights nor scores were made from, a stated 0.9 is right in 85 to 95%."""
    found = list(judged(checking_half(), own_names()))
    near = [one for one in found if 0.85 <= one.score < 0.95]
    assert len(near) > 50
    assert 0.85 <= sum(one.right for one in near) / len(near) <= 0.95
    for band in bands(found):
        assert band.findings < 40 or abs(band.stated - band.right) < 0.12


def test_calibration_follows_the_share_of_right_findings():
    """Overstated confidences are taken back, and the order of scores is kept."""
    random = seeded(8)
    found = [Judged("PERSON", raw, random.random() < raw * raw) for raw in (random.random() for _ in range(4_000))]
    table = calibration(found)
    assert table.shape == (len(COLUMNS), STEPS)
    person = table[COLUMNS.index("PERSON")]
    assert (np.diff(person) >= 0).all()
    np.testing.assert_allclose(person, np.linspace(0, 1, STEPS) ** 2, atol=0.08)
    np.testing.assert_array_equal(table[COLUMNS.index("ZIP")], table[0])


def test_without_findings_scores_stay_as_they_are():
    """Nothing is known, so nothing is changed."""
    np.testing.assert_allclose(calibration([])[0], np.linspace(0, 1, STEPS))
    assert bands([]) == []
