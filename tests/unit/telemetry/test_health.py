"""The two verdicts, drawn from snapshots."""

import dataclasses

import pytest

from pipeline.telemetry.health import HealthState, health_report, liveness, readiness
from pipeline.telemetry.metric import PauseReason
from tests.support.telemetry_traffic import healthy

STALLED_S_MAX = 30.0


def test_a_backlog_without_progress_is_not_live():
    """Offset progress is what liveness means."""
    stuck = dataclasses.replace(healthy(), backlog_records=1, since_progress_s=30.1)
    assert not liveness(stuck, STALLED_S_MAX).good


@pytest.mark.parametrize(("backlog_records", "since_progress_s"), [(0, 86_400.0), (10**9, 29.9)])
def test_an_idle_worker_and_a_busy_one_are_live(backlog_records, since_progress_s):
    """Neither silence nor a large backlog alone speaks against a worker."""
    state = dataclasses.replace(healthy(), backlog_records=backlog_records, since_progress_s=since_progress_s)
    assert liveness(state, STALLED_S_MAX).good


def test_a_worker_that_just_started_is_live_and_not_ready():
    """A restart would not help it, and no traffic should count on it yet."""
    assert liveness(HealthState(), STALLED_S_MAX).good
    assert set(readiness(HealthState()).causes) == {
        "has not joined the consumer group",
        "conversation state is not restored",
        "opt-outs are not read to the end",
    }


def test_a_standby_is_ready():
    """More workers than partitions is a supported state."""
    assert readiness(dataclasses.replace(healthy(), partitions=())).good


@pytest.mark.parametrize(
    "change",
    [
        {"stopping": True},
        {"joined_group": False},
        {"state_restored": False},
        {"opt_outs_read": False},
        {"intake_paused": PauseReason.OPT_OUTS_BEHIND},
        {"intake_paused": PauseReason.UNAVAILABLE},
    ],
    ids=str,
)
def test_each_thing_that_is_missing_makes_it_unready_alone(change):
    """One cause is named for one thing missing."""
    verdict = readiness(dataclasses.replace(healthy(), **change))
    assert len(verdict.causes) == 1


def test_full_batches_do_not_make_it_unready():
    """Waiting for commits is normal work."""
    assert readiness(dataclasses.replace(healthy(), intake_paused=PauseReason.BATCHES_IN_FLIGHT)).good


def test_the_report_names_every_field_of_the_state():
    """Nothing of the snapshot is kept from the operator."""
    fields = {field.name for field in dataclasses.fields(HealthState)}
    assert fields <= set(health_report(healthy(), STALLED_S_MAX))
