"""The recorder: what the worker tells about its work, as metrics of the catalogue.

Counts come from receipts, which hold no personal value, and are added once a batch, after its commit.
"""

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector, disable_created_metrics, generate_latest

from pipeline import __version__
from pipeline.event.receipt import AmendmentOutcome, Outcome, Receipt, WithheldReason
from pipeline.telemetry import catalogue
from pipeline.telemetry.health import HealthSource, liveness, readiness
from pipeline.telemetry.instruments import Instruments
from pipeline.telemetry.metric import PauseReason, RequestAnswer, TransactionResult
from pipeline.telemetry.tally import tally

EXPOSITION_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_MS_PER_S: Final = 1000.0


@dataclass(frozen=True, slots=True)
class PartitionLag:
    """Where a worker stands on one raw partition.

    `committed` is the offset up to which outcomes are committed; where nothing is in flight it equals `position`, also
    behind transaction markers. `oldest_timestamp_ms` is the broker's timestamp of the oldest record not yet
    committed; None when there is none or none was read yet.
    """

    partition: int
    position: int
    committed: int
    high_watermark: int
    oldest_timestamp_ms: int | None = None

    @property
    def records(self) -> int:
        """How many offsets lie between what is committed and the end. Pure."""
        return max(0, self.high_watermark - self.committed)


def _wall_clock_ms() -> int:
    return time.time_ns() // 1_000_000


class Telemetry:
    """Everything a worker measures, in a registry of its own. Every method may be called from any thread.

    `now_ms` is the wall clock in milliseconds since 1970, comparable with the brokers' timestamps.
    """

    def __init__(self, *, now_ms: Callable[[], int] = _wall_clock_ms) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a creation time beside each counter would double the exposition
        self._now_ms = now_ms
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._lags: dict[int, PartitionLag] = {}
        self._backlog_since_ms: dict[int, int] = {}
        self._health: tuple[HealthSource, float] | None = None
        make = Instruments(self._registry)
        self._records_read = make.counter(catalogue.RECORDS_READ)
        self._records_committed = make.counter(catalogue.RECORDS_COMMITTED)
        self._outcomes = make.counter(catalogue.OUTCOMES)
        self._amendments = make.counter(catalogue.AMENDMENTS)
        self._findings = make.counter(catalogue.FINDINGS)
        self._dropped_fields = make.counter(catalogue.DROPPED_FIELDS)
        self._undeclared_fields = make.counter(catalogue.UNDECLARED_FIELDS).child()
        self._duplicates = make.counter(catalogue.DUPLICATES).child()
        self._sequence_regressions = make.counter(catalogue.SEQUENCE_REGRESSIONS).child()
        self._replayed = make.counter(catalogue.REPLAYED_RECORDS).child()
        self._dead_letters = make.counter(catalogue.DEAD_LETTERS)
        self._stages = make.histogram(catalogue.STAGE_DURATION)
        self._event_latency = make.distribution(catalogue.EVENT_LATENCY)
        self._batch_records = make.histogram(catalogue.BATCH_RECORDS).child()
        self._transactions = make.counter(catalogue.TRANSACTIONS)
        self._assigned = make.gauge(catalogue.PARTITIONS_ASSIGNED).child()
        self._position = make.gauge(catalogue.PARTITION_POSITION)
        self._committed = make.gauge(catalogue.PARTITION_COMMITTED)
        self._lag_records = make.gauge(catalogue.PARTITION_LAG_RECORDS)
        self._lag_seconds = make.gauge(catalogue.PARTITION_LAG)
        self._paused = make.gauge(catalogue.INTAKE_PAUSED)
        self._opt_outs_position = make.gauge(catalogue.OPT_OUTS_POSITION).child()
        self._opt_outs_entries = make.gauge(catalogue.OPT_OUTS_ENTRIES).child()
        self._opt_outs_lag = make.gauge(catalogue.OPT_OUTS_LAG).child()
        self._requests_pending = make.gauge(catalogue.REQUESTS_PENDING).child()
        self._requests = make.counter(catalogue.REQUESTS)
        self._policy = make.gauge(catalogue.POLICY)
        self._policy_age = make.gauge(catalogue.POLICY_AGE).child()
        self._policy_refused = make.gauge(catalogue.POLICY_REFUSED).child()
        self._policy_refusals = make.counter(catalogue.POLICY_REFUSALS).child()
        self._key_version = make.gauge(catalogue.KEY_VERSION).child()
        self._state_conversations = make.gauge(catalogue.STATE_CONVERSATIONS).child()
        self._state_size = make.gauge(catalogue.STATE_SIZE).child()
        self._state_expired = make.counter(catalogue.STATE_EXPIRED).child()
        make.gauge(catalogue.BUILD).child(__version__, platform.python_version()).set(1)
        make.gauge(catalogue.UP).child().set(1)
        make.gauge(catalogue.STARTED).child().set(now_ms() / _MS_PER_S)
        make.gauge(catalogue.LIVE).child().set_function(self._is_live)
        make.gauge(catalogue.READY).child().set_function(self._is_ready)

    def exposition(self) -> bytes:
        """Return every metric in Prometheus' text format (`EXPOSITION_TYPE`)."""
        return generate_latest(self._registry)

    def record_read(self, partition: int, records: int) -> None:
        """Count raw records read from a partition, again after a rewind."""
        self._records_read.child(str(partition)).inc(records)

    def record_batch(self, receipts: Sequence[Receipt], *, durations_s: Mapping[str, float]) -> None:
        """Count a committed batch: its receipts in any order, and how long each `Stage` took for the whole batch."""
        now_ms, counted = self._now_ms(), tally(receipts)
        for recorded_at_ms, count in counted.recorded_at_ms.items():
            self._event_latency.observe(max(0, now_ms - recorded_at_ms) / _MS_PER_S, count)
        for reason, count in counted.dead_letters.items():
            self._dead_letters.child(reason).inc(count)
        for amendment_key, count in counted.amendments.items():
            self._amendments.child(*amendment_key).inc(count)
        for partition, count in counted.committed.items():
            self._records_committed.child(str(partition)).inc(count)
        for outcome_key, count in counted.outcomes.items():
            self._outcomes.child(*outcome_key).inc(count)
        for finding_key, count in counted.findings.items():
            self._findings.child(*finding_key).inc(count)
        for name, count in counted.dropped_fields.items():
            self._dropped_fields.child(name).inc(count)
        self._undeclared_fields.inc(counted.undeclared_fields)
        self._duplicates.inc(counted.duplicates)
        self._sequence_regressions.inc(counted.sequence_regressions)
        self._replayed.inc(counted.replayed)
        self._batch_records.observe(len(receipts))
        for stage, seconds in durations_s.items():
            self._stages.child(stage).observe(seconds)

    def record_transaction(self, *, committed: bool) -> None:
        """Count the end of a transaction or, without broker transactions, of an acknowledged batch."""
        self._transactions.child(TransactionResult.COMMITTED if committed else TransactionResult.ABORTED).inc()

    def record_request(self, *, accepted: bool) -> None:
        """Count a translated or refused privacy request."""
        self._requests.child(RequestAnswer.ACCEPTED if accepted else RequestAnswer.REFUSED).inc()

    def record_state_expired(self, conversations: int) -> None:
        """Count conversations that were forgotten for their silence."""
        self._state_expired.inc(conversations)

    def observe_partitions(self, lags: Sequence[PartitionLag]) -> None:
        """Replace what is known of the assigned partitions. One that is missing was revoked and is forgotten."""
        self._lags = {lag.partition: lag for lag in lags}
        kept = frozenset((str(lag.partition),) for lag in lags)
        for family in (self._position, self._committed, self._lag_records, self._lag_seconds):
            family.keep_only(kept)
        self._assigned.set(len(lags))
        now_ms = self._now_ms()
        waiting = {lag.partition for lag in lags if lag.records}
        self._backlog_since_ms = {partition: self._backlog_since_ms.get(partition, now_ms) for partition in waiting}
        for lag in lags:
            word = str(lag.partition)
            self._position.child(word).set(lag.position)
            self._committed.child(word).set(lag.committed)
            self._lag_records.child(word).set(lag.records)
            self._lag_seconds.child(word).set_function(partial(self._lag_s, lag.partition))

    def observe_intake(self, paused: str | None) -> None:
        """Say whether the worker reads raw records, and if not, for which `PauseReason`."""
        for reason in PauseReason:
            self._paused.child(reason).set(reason == paused)

    def observe_opt_outs(self, *, position: int, entries: int, lag_s: float, requests_pending: int) -> None:
        """Say how far the opt-out list was read. To be called at least once a second: silence counts as lag."""
        known_at_ms = self._now_ms() - lag_s * _MS_PER_S
        self._opt_outs_position.set(position)
        self._opt_outs_entries.set(entries)
        self._opt_outs_lag.set_function(lambda: max(0.0, self._now_ms() - known_at_ms) / _MS_PER_S)
        self._requests_pending.set(requests_pending)

    def observe_policy(self, name: str, version: str, purposes: Sequence[str]) -> None:
        """Say which policy came into force just now; whatever was refused before is settled by it."""
        loaded_at_ms = self._now_ms()
        self._policy.keep_only(frozenset())
        self._policy.child(name, version).set(1)
        self._policy_age.set_function(lambda: (self._now_ms() - loaded_at_ms) / _MS_PER_S)
        self._policy_refused.set(0)
        for purpose in purposes:
            self._outcomes.child(purpose, Outcome.SANITIZED, "")
            for reason in WithheldReason:
                self._outcomes.child(purpose, Outcome.WITHHELD, reason)
            for outcome in AmendmentOutcome:
                self._amendments.child(purpose, outcome)

    def observe_policy_refused(self) -> None:
        """Say that the policy on disk was refused and the last good one stays in force."""
        self._policy_refusals.inc()
        self._policy_refused.set(1)

    def observe_policy_unchanged(self) -> None:
        """Say that the policy on disk is again the one in force, so that nothing is refused any more."""
        self._policy_refused.set(0)

    def observe_key_version(self, version: int) -> None:
        """Say under which key version new tokens and ciphertext are made."""
        self._key_version.set(version)

    def observe_state(self, *, conversations: int, size_bytes: int) -> None:
        """Say how much conversation state the worker holds."""
        self._state_conversations.set(conversations)
        self._state_size.set(size_bytes)

    def observe_health(self, source: HealthSource, stalled_s_max: float) -> None:
        """Let liveness and readiness be asked of `source` at each scrape. Before this both are 0."""
        self._health = (source, stalled_s_max)

    def _lag_s(self, partition: int) -> float:
        lag = self._lags.get(partition)
        if lag is None or not lag.records:
            return 0.0
        since_ms = lag.oldest_timestamp_ms
        if since_ms is None:  # nothing of the backlog was read yet: it is at least as old as we know of it
            since_ms = self._backlog_since_ms.get(partition, self._now_ms())
        return max(0, self._now_ms() - since_ms) / _MS_PER_S

    def _is_live(self) -> float:
        return 0.0 if self._health is None else float(liveness(self._health[0](), self._health[1]).good)

    def _is_ready(self) -> float:
        return 0.0 if self._health is None else float(readiness(self._health[0]()).good)
