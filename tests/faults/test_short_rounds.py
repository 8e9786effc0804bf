"""One round of the fault lab with two faults, so that the lab itself stays sound; `make faults` runs them all."""

from pathlib import Path

import pytest

from tests.faults.rounds import run_round
from tests.faults.scene import Lab

pytestmark = pytest.mark.kafka


def test_a_fault_loses_doubles_and_reorders_nothing(place: Lab, tmp_path: Path):
    """What was published comes out once, in order, with its receipts, without opted-out customers and secrets."""
    outcome = run_round(place, tmp_path / "round", "cut_and_killed", 1, session_s=2.0, rate_per_s=100)
    assert outcome.faultless, outcome
    assert outcome.worker_exits == {"-9": 1}
    assert outcome.verdict is not None
    assert outcome.verdict.published > 0
