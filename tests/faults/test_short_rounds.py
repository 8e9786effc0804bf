"""Some rounds of the fault lab, so that the lab itself stays sound; `make faults` runs them all."""

import pytest

from tests.faults.rounds import Lab, run_round

pytestmark = pytest.mark.kafka


@pytest.mark.parametrize("fault", ["worker_killed", "connections_cut"])
def test_a_fault_loses_doubles_and_reorders_nothing(place: Lab, tmp_path, fault: str):
    """What was published comes out once, in order, with its receipts, without opted-out customers and secrets."""
    outcome = run_round(place, tmp_path / "round", fault, 1, session_s=2.0, rate_per_s=100)
    assert outcome.faultless, outcome
    assert outcome.verdict.published > 0
