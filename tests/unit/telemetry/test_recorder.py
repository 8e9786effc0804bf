"""What the recorder makes of receipts and observations, read back as Prometheus reads it."""

import math

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipeline.errors import Reason
from pipeline.event.receipt import AmendmentOutcome, AmendmentReceipt, FindingCount, WithheldReason
from pipeline.telemetry.catalogue import CATALOGUE
from pipeline.telemetry.metric import LABEL_DOMAINS, OTHER, Kind, PauseReason
from pipeline.telemetry.recorder import PartitionLag, Telemetry
from tests.support.telemetry_traffic import (
    DURATIONS_S,
    mixed_batch,
    receipt,
    record_everything,
    sanitized,
    withheld,
)


class Clock:
    """A wall clock that the test moves."""

    def __init__(self) -> None:
        self.now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def telemetry(clock: Clock) -> Telemetry:
    return Telemetry(now_ms=clock)


def families(telemetry: Telemetry) -> dict:
    return {family.name: family for family in text_string_to_metric_families(telemetry.exposition().decode())}


def samples(telemetry: Telemetry, name: str) -> dict[tuple[str, ...], float]:
    """Return a metric's values by its labels' values, in the order of the catalogue."""
    order = next(metric.labels for metric in CATALOGUE if metric.name == name)
    found = [sample for family in families(telemetry).values() for sample in family.samples if sample.name == name]
    return {tuple(sample.labels[label] for label in order): sample.value for sample in found}


def test_outcomes_are_counted_by_purpose_and_reason(telemetry):
    """Analysts can read their denominator: sanitized, metadata only and withheld of one purpose add up."""
    telemetry.record_batch(mixed_batch(0, 0), durations_s=DURATIONS_S)
    outcomes = samples(telemetry, "redaction_outcomes_total")
    assert outcomes == {
        ("analytics", "sanitized", ""): 3,
        ("analytics", "metadata_only", "gpc"): 1,
        ("analytics", "withheld", "duplicate"): 1,
        ("quality", "sanitized", ""): 2,
        ("quality", "withheld", "opted_out"): 1,
        ("quality", "withheld", "duplicate"): 1,
    }


def test_amendments_are_counted_by_purpose_and_outcome(telemetry):
    """Both outcomes exist from the start, so that the first amendment is an increase."""
    telemetry.observe_policy("p", "1", ["analytics"])
    lines = [
        AmendmentReceipt(purpose="analytics", id="0" * 32, revision=2, outcome=outcome)
        for outcome in (AmendmentOutcome.AMENDED, AmendmentOutcome.AMENDED)
    ]
    telemetry.record_batch(
        [msgspec.structs.replace(receipt(0, purposes=(sanitized(),)), amendments=tuple(lines))], durations_s=DURATIONS_S
    )
    assert samples(telemetry, "redaction_amendments_total") == {
        ("analytics", "amended"): 2,
        ("analytics", "retracted"): 0,
    }


def test_findings_are_counted_by_purpose_label_operator_and_detector(telemetry):
    """A finding's own count is added, not one for each receipt."""
    telemetry.record_batch([receipt(0, purposes=(sanitized(),)), receipt(1, purposes=(sanitized(),))], durations_s={})
    assert samples(telemetry, "redaction_findings_total") == {
        ("analytics", "PERSON", "placeholder", "spacy"): 4,
        ("analytics", "EMAIL", "tokenize", "pattern"): 2,
    }


def test_one_duplicate_event_counts_once_whatever_the_number_of_purposes(telemetry):
    """Duplicates are events, while outcomes are counted for each purpose."""
    parts = (withheld("analytics", WithheldReason.DUPLICATE), withheld("quality", WithheldReason.DUPLICATE))
    telemetry.record_batch([receipt(purposes=parts)], durations_s={})
    assert samples(telemetry, "redaction_duplicates_total") == {(): 1}


def test_counts_of_a_batch_reconcile_with_its_receipts(telemetry):
    """Records committed equal receipts; dead letters, dropped fields and the rest have their places."""
    telemetry.record_batch(mixed_batch(0, 0), durations_s=DURATIONS_S)
    assert samples(telemetry, "redaction_records_committed_total") == {("0",): 4, ("1",): 3}
    assert samples(telemetry, "redaction_dropped_fields_total") == {("analytics",): 9, ("quality",): 6}
    assert samples(telemetry, "redaction_undeclared_fields_total") == {(): 1}
    assert samples(telemetry, "redaction_sequence_regressions_total") == {(): 1}
    assert samples(telemetry, "redaction_replayed_records_total") == {(): 1}
    dead_letters = samples(telemetry, "redaction_dead_letters_total")
    assert {key[0]: value for key, value in dead_letters.items() if value} == {"invalid_json": 1, "detector_failed": 1}


def test_dead_letters_of_every_reason_start_at_zero(telemetry):
    """The first dead letter is an increase, which an alert can see."""
    assert samples(telemetry, "redaction_dead_letters_total") == {(reason.value,): 0 for reason in Reason}


def test_outcomes_of_a_new_policy_start_at_zero(telemetry):
    """A purpose has its series before its first event."""
    telemetry.observe_policy("p", "v", ["analytics"])
    outcomes = samples(telemetry, "redaction_outcomes_total")
    assert outcomes[("analytics", "sanitized", "")] == 0
    assert outcomes[("analytics", "withheld", "opted_out")] == 0


def test_event_latency_runs_from_the_broker_timestamp_to_the_commit(telemetry, clock):
    """A clock that is behind the broker's counts as no latency, not as a negative one."""
    events = [receipt(0, recorded_at_ms=clock.now_ms - 400), receipt(1, recorded_at_ms=clock.now_ms + 5000)]
    telemetry.record_batch(events, durations_s={})
    text = telemetry.exposition().decode()
    assert "redaction_event_latency_seconds_count 2.0" in text
    assert "redaction_event_latency_seconds_sum 0.4" in text


def test_stage_times_are_observed_once_a_batch(telemetry):
    """Each stage given adds one observation."""
    telemetry.record_batch([receipt()], durations_s=DURATIONS_S)
    text = telemetry.exposition().decode()
    for stage in ("decode", "names", "redact", "commit"):
        assert f'redaction_stage_duration_seconds_count{{stage="{stage}"}} 1.0' in text


def test_lag_grows_with_the_clock_while_nothing_is_observed(telemetry, clock):
    """A worker that hangs cannot freeze its own lag."""
    telemetry.observe_partitions([PartitionLag(0, 5, 3, 10, clock.now_ms - 2000)])
    assert samples(telemetry, "redaction_partition_lag_seconds") == {("0",): 2.0}
    clock.now_ms += 7000
    assert samples(telemetry, "redaction_partition_lag_seconds") == {("0",): 9.0}
    assert samples(telemetry, "redaction_partition_lag_records") == {("0",): 7}


def test_lag_of_a_backlog_of_unknown_age_counts_from_when_it_was_seen(telemetry, clock):
    """Before the first read the age is at least the time since the backlog showed."""
    telemetry.observe_partitions([PartitionLag(0, 3, 3, 10)])
    clock.now_ms += 4000
    telemetry.observe_partitions([PartitionLag(0, 3, 3, 12)])
    assert samples(telemetry, "redaction_partition_lag_seconds") == {("0",): 4.0}


def test_no_backlog_is_no_lag(telemetry, clock):
    """A worker at the end reports zero whatever timestamp it last saw."""
    telemetry.observe_partitions([PartitionLag(0, 10, 10, 10, 1)])
    assert samples(telemetry, "redaction_partition_lag_seconds") == {("0",): 0.0}


def test_a_revoked_partition_disappears(telemetry):
    """Only its present owner reports a partition."""
    telemetry.observe_partitions([PartitionLag(0, 1, 1, 1), PartitionLag(1, 1, 1, 1)])
    telemetry.observe_partitions([PartitionLag(1, 2, 2, 2)])
    assert samples(telemetry, "redaction_partition_position") == {("1",): 2}
    assert samples(telemetry, "redaction_partition_lag_seconds") == {("1",): 0.0}
    assert samples(telemetry, "redaction_partitions_assigned") == {(): 1}


def test_silence_about_the_opt_out_list_counts_as_lag(telemetry, clock):
    """A reader that died is seen: the lag runs on."""
    telemetry.observe_opt_outs(position=7, entries=2, lag_s=0.5, requests_pending=1)
    clock.now_ms += 6000
    assert samples(telemetry, "redaction_opt_outs_lag_seconds") == {(): 6.5}
    assert samples(telemetry, "redaction_opt_outs_position") == {(): 7}
    assert samples(telemetry, "redaction_privacy_requests_pending") == {(): 1}


def test_an_opt_out_list_of_which_nothing_is_known_is_endlessly_behind(telemetry):
    """A reader that cannot say how far it is raises the alert like one that is late."""
    telemetry.observe_opt_outs(position=0, entries=0, lag_s=math.inf, requests_pending=0)
    assert samples(telemetry, "redaction_opt_outs_lag_seconds") == {(): math.inf}


def test_only_the_policy_in_force_is_shown_and_its_age_starts_anew(telemetry, clock):
    """A reload replaces name and version; a refused one is flagged until a good one comes."""
    telemetry.observe_policy("p", "v1", ["analytics"])
    clock.now_ms += 3000
    assert samples(telemetry, "redaction_policy_age_seconds") == {(): 3.0}
    telemetry.observe_policy_refused()
    assert samples(telemetry, "redaction_policy_refused") == {(): 1}
    telemetry.observe_policy("p", "v2", ["analytics"])
    assert samples(telemetry, "redaction_policy_info") == {("p", "v2"): 1}
    assert samples(telemetry, "redaction_policy_age_seconds") == {(): 0.0}
    assert samples(telemetry, "redaction_policy_refused") == {(): 0}
    assert samples(telemetry, "redaction_policy_refusals_total") == {(): 1}


def test_going_back_to_the_policy_in_force_settles_the_refusal(telemetry):
    """Undoing a bad edit ends the alert although nothing was loaded."""
    telemetry.observe_policy_refused()
    telemetry.observe_policy_unchanged()
    assert samples(telemetry, "redaction_policy_refused") == {(): 0}


def test_one_reason_of_a_pause_at_a_time(telemetry):
    """The reason named is 1, all others are 0."""
    telemetry.observe_intake(PauseReason.OPT_OUTS_BEHIND)
    paused = samples(telemetry, "redaction_intake_paused")
    assert {key[0]: value for key, value in paused.items() if value} == {"opt_outs_behind": 1}
    telemetry.observe_intake(None)
    assert not any(samples(telemetry, "redaction_intake_paused").values())


def test_words_outside_their_list_are_counted_as_other(telemetry):
    """A label never takes a value that the code does not know, so no content can get into the metrics."""
    planted = FindingCount("Jane Doe 4111", "jane@example.org", "Jane Doe", 1)
    telemetry.record_batch([receipt(purposes=(sanitized("Jane Doe", (planted,)),))], durations_s={"jane": 1.0})
    assert samples(telemetry, "redaction_findings_total") == {(OTHER, OTHER, OTHER, OTHER): 1}
    exposition = telemetry.exposition().lower()
    assert not [word for word in (b"jane", b"doe", b"4111", b"example.org") if word in exposition]


def test_label_values_are_bounded_in_number(telemetry):
    """A thousand purposes make no more series than the limit, and nothing is lost from the sum."""
    receipts = [receipt(index, purposes=(sanitized(f"purpose-{index}"),)) for index in range(1000)]
    telemetry.record_batch(receipts, durations_s={})
    outcomes = samples(telemetry, "redaction_outcomes_total")
    assert len(outcomes) == LABEL_DOMAINS["purpose"].distinct_max + 1
    assert math.fsum(outcomes.values()) == 1000


def test_two_recorders_do_not_share_counts(telemetry, clock):
    """Each worker in one program has a registry of its own."""
    other = Telemetry(now_ms=clock)
    telemetry.record_state_expired(3)
    assert samples(telemetry, "redaction_state_expired_total") == {(): 3}
    assert samples(other, "redaction_state_expired_total") == {(): 0}


def test_the_exposition_is_the_catalogue(telemetry):
    """Every metric of the catalogue is exposed with its kind and labels, and nothing else of ours is."""
    record_everything(telemetry, 0)
    telemetry.observe_policy("p", "v", ["analytics"])
    exposed = {
        (family.name, family.type, frozenset(label for sample in family.samples for label in sample.labels) - {"le"})
        for family in families(telemetry).values()
        if family.name.startswith("redaction_")
    }
    declared = {
        (
            metric.name.removesuffix("_total") if metric.kind is Kind.COUNTER else metric.name,
            metric.kind.value,
            frozenset(metric.labels),
        )
        for metric in CATALOGUE
    }
    assert exposed == declared
