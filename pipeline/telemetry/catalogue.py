"""Every metric of the product: one typed catalogue, which the recorder, the reference page and the tests read."""

from typing import Final

from pipeline.errors import Reason
from pipeline.telemetry.metric import Kind, Metric, PauseReason, RequestAnswer, Stage, TransactionResult, each

_STAGE_BUCKETS_S: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 60)
_LATENCY_BUCKETS_S: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86400)
_BATCH_BUCKETS: Final = (1, 2, 5, 10, 25, 50, 100, 200, 350, 500, 1000, 5000)

# ----------------------------------------------------------------------------------------------- records and outcomes
RECORDS_READ: Final = Metric(
    "redaction_records_read_total",
    Kind.COUNTER,
    "records",
    "Raw records read from a partition. After a rewind a record is read, and counted, again.",
    "Zero while producers publish: look at lag and at intake. Far above committed: batches fail and are read again.",
    ("partition",),
)
RECORDS_COMMITTED: Final = Metric(
    "redaction_records_committed_total",
    Kind.COUNTER,
    "records",
    "Raw records whose outcome was committed; one receipt each.",
    "Zero with lag: the worker is stuck; see the alert RedactionWorkerStuck.",
    ("partition",),
)
OUTCOMES: Final = Metric(
    "redaction_outcomes_total",
    Kind.COUNTER,
    "events",
    "Outcomes by purpose and reason. Sanitized plus metadata_only stand on the topic; with withheld they are the "
    "denominator of any rate an analyst computes.",
    "A jump of one reason: opted_out and gpc follow campaigns, unidentified a publisher that stopped sending subjects, "
    "no_names_tier a new locale, duplicate a publisher that sends again.",
    ("purpose", "outcome", "reason"),
)
AMENDMENTS: Final = Metric(
    "redaction_amendments_total",
    Kind.COUNTER,
    "events",
    "Earlier outputs written anew, or retracted, because a later turn showed that they held something personal.",
    "Grows against redaction_outcomes_total: the detectors learn late what they should find at once; evaluate them.",
    ("purpose", "outcome"),
)
FINDINGS: Final = Metric(
    "redaction_findings_total",
    Kind.COUNTER,
    "values",
    "Values de-identified, by purpose, label, operator and detector. One value counts once in each purpose.",
    "A label that falls to zero after a release or a policy change: run `redact evaluate` and compare.",
    ("purpose", "label", "operator", "detector"),
)
DROPPED_FIELDS: Final = Metric(
    "redaction_dropped_fields_total",
    Kind.COUNTER,
    "fields",
    "Declared fields that the policy did not let out, by purpose.",
    "Expected. A jump: publishers fill more fields; decide whether a purpose needs them.",
    ("purpose",),
)
UNDECLARED_FIELDS: Final = Metric(
    "redaction_undeclared_fields_total",
    Kind.COUNTER,
    "fields",
    "Fields that no schema declares; dropped unread.",
    "A publisher changed its events: agree on a schema before the field is missed.",
)
DUPLICATES: Final = Metric(
    "redaction_duplicates_total",
    Kind.COUNTER,
    "events",
    "Events withheld from every purpose because their event_id was seen in the conversation before.",
    "A steady rate: the publisher retries without idempotence. Nothing is published twice.",
)
SEQUENCE_REGRESSIONS: Final = Metric(
    "redaction_sequence_regressions_total",
    Kind.COUNTER,
    "events",
    "Events that arrived behind a later sequence number of their conversation. They are published in arrival order.",
    "The publisher reorders: it must use the conversation id as key and wait for acknowledgements in order.",
)
REPLAYED_RECORDS: Final = Metric(
    "redaction_replayed_records_total",
    Kind.COUNTER,
    "records",
    "Raw records that replay a dead letter.",
    "Expected after `redact dead-letters replay`, and only then.",
)
DEAD_LETTERS: Final = Metric(
    "redaction_dead_letters_total",
    Kind.COUNTER,
    "records",
    "Raw records that became dead letters, by reason.",
    "`redact dead-letters list`, repair the publisher or the policy, then `redact dead-letters replay`.",
    ("reason",),
    starts_at_zero=each(tuple(Reason)),
)
# ------------------------------------------------------------------------------------------------------------ latency
STAGE_DURATION: Final = Metric(
    "redaction_stage_duration_seconds",
    Kind.HISTOGRAM,
    "seconds per batch",
    "Time of each stage of a batch: decode, names, redact (decide, detect and de-identify), commit.",
    "names grows: longer texts or a slower names tier. commit grows: look at the brokers.",
    ("stage",),
    _STAGE_BUCKETS_S,
    each(tuple(Stage)),
)
EVENT_LATENCY: Final = Metric(
    "redaction_event_latency_seconds",
    Kind.HISTOGRAM,
    "seconds",
    "From the broker's timestamp of a raw record to the commit of its outcome.",
    "Grows with lag: add workers, up to one for each partition.",
    buckets=_LATENCY_BUCKETS_S,
)
BATCH_RECORDS: Final = Metric(
    "redaction_batch_records",
    Kind.HISTOGRAM,
    "records",
    "Records in a committed batch.",
    "Always at worker.batch_records_max: the worker is saturated.",
    buckets=_BATCH_BUCKETS,
)
TRANSACTIONS: Final = Metric(
    "redaction_transactions_total",
    Kind.COUNTER,
    "transactions",
    "Transactions by how they ended; without broker transactions, batches acknowledged or given up.",
    "Aborts follow rebalances. A steady rate: brokers slow or two live workers share worker.slot.",
    ("result",),
    starts_at_zero=each(tuple(TransactionResult)),
)
# ----------------------------------------------------------------------------------------------------- place and pace
PARTITIONS_ASSIGNED: Final = Metric(
    "redaction_partitions_assigned",
    Kind.GAUGE,
    "partitions",
    "Raw partitions this worker has. Zero on a standby.",
    "The sum over workers is the topic's partition count; if it is less, a worker has not joined.",
)
PARTITION_POSITION: Final = Metric(
    "redaction_partition_position",
    Kind.GAUGE,
    "offset",
    "Offset of the next raw record to be read.",
    "Far ahead of committed: batches are in flight or a stage hangs.",
    ("partition",),
)
PARTITION_COMMITTED: Final = Metric(
    "redaction_partition_committed",
    Kind.GAUGE,
    "offset",
    "Offset up to which outcomes are committed.",
    "Constant while there is lag: the worker is stuck.",
    ("partition",),
)
PARTITION_LAG_RECORDS: Final = Metric(
    "redaction_partition_lag_records",
    Kind.GAUGE,
    "records",
    "Raw records that are not yet committed.",
    "Grows: add workers, up to one for each partition; then partitions.",
    ("partition",),
)
PARTITION_LAG: Final = Metric(
    "redaction_partition_lag_seconds",
    Kind.GAUGE,
    "seconds",
    "Age of the oldest raw record that is not yet committed; 0 when there is none. It grows while a worker hangs.",
    "As for lag in records; over the raw topic's retention, records are lost unread.",
    ("partition",),
)
INTAKE_PAUSED: Final = Metric(
    "redaction_intake_paused",
    Kind.GAUGE,
    "0 or 1",
    "1 while the worker reads no raw records, for this reason.",
    "opt_outs_behind and unavailable: look at the brokers. batches_in_flight: normal at full load.",
    ("reason",),
    starts_at_zero=each(tuple(PauseReason)),
)
# ----------------------------------------------------------------------------------------------------------- opt-outs
OPT_OUTS_POSITION: Final = Metric(
    "redaction_opt_outs_position",
    Kind.GAUGE,
    "offset",
    "Position up to which the opt-out list was read (the sum over its partitions).",
    "Workers that stay apart: one of them does not read the list.",
)
OPT_OUTS_ENTRIES: Final = Metric(
    "redaction_opt_outs_entries",
    Kind.GAUGE,
    "entries",
    "Entries of the opt-out list in memory.",
    "Falls sharply: the list topic was deleted or expired; stop the workers before they publish.",
)
OPT_OUTS_LAG: Final = Metric(
    "redaction_opt_outs_lag_seconds",
    Kind.GAUGE,
    "seconds",
    "How long ago the worker last knew the opt-out list to its end.",
    "Over worker.opt_out_lag_s_max intake pauses: look at the brokers and at the ACL of the list.",
)
REQUESTS_PENDING: Final = Metric(
    "redaction_privacy_requests_pending",
    Kind.GAUGE,
    "requests",
    "Privacy requests not yet translated into the opt-out list.",
    "Stays above zero: no worker translates; look at the log and at the ACL of the requests topic.",
)
REQUESTS: Final = Metric(
    "redaction_privacy_requests_total",
    Kind.COUNTER,
    "requests",
    "Privacy requests by result.",
    "Refused: somebody's opt-out did not take effect. Find the sender by request_id on the results topic.",
    ("result",),
    starts_at_zero=each(tuple(RequestAnswer)),
)
# --------------------------------------------------------------------------------------------- policy, keys and state
POLICY: Final = Metric(
    "redaction_policy_info",
    Kind.GAUGE,
    "always 1",
    "Name and version of the policy in force.",
    "Two versions among workers for long: one of them refused the new policy.",
    ("name", "version"),
)
POLICY_AGE: Final = Metric(
    "redaction_policy_age_seconds",
    Kind.GAUGE,
    "seconds",
    "Time since the policy in force was loaded.",
    "Did not fall after a change: the file is not where the worker reads it, or it was refused.",
)
POLICY_REFUSED: Final = Metric(
    "redaction_policy_refused",
    Kind.GAUGE,
    "0 or 1",
    "1 while the policy file on disk is refused and the last good one stays in force.",
    "`redact policy check FILE` names every problem with its line.",
)
POLICY_REFUSALS: Final = Metric(
    "redaction_policy_refusals_total",
    Kind.COUNTER,
    "reloads",
    "Reloads of the policy that were refused.",
    "As for redaction_policy_refused; put `redact policy check` before every roll-out.",
)
KEY_VERSION: Final = Metric(
    "redaction_key_version",
    Kind.GAUGE,
    "version",
    "Version of the rotating key that new tokens and ciphertext are made with.",
    "Two versions among workers for long: restart those that hold the old key file.",
)
STATE_CONVERSATIONS: Final = Metric(
    "redaction_state_conversations",
    Kind.GAUGE,
    "conversations",
    "Conversations whose state the worker holds.",
    "Grows without end: worker.state_ttl_hours is too long for this traffic.",
)
STATE_SIZE: Final = Metric(
    "redaction_state_bytes",
    Kind.GAUGE,
    "bytes",
    "Size of the conversation state that the worker holds.",
    "Near the memory limit: add workers or shorten worker.state_ttl_hours.",
)
STATE_EXPIRED: Final = Metric(
    "redaction_state_expired_total",
    Kind.COUNTER,
    "conversations",
    "Conversations forgotten because they were silent for worker.state_ttl_hours.",
    "Expected.",
)
# --------------------------------------------------------------------------------------------------------- the worker
BUILD: Final = Metric(
    "redaction_build_info",
    Kind.GAUGE,
    "always 1",
    "Version of the product and of Python.",
    "Two versions among workers: a roll-out is going on, or stopped half-way.",
    ("version", "python"),
)
UP: Final = Metric(
    "redaction_up",
    Kind.GAUGE,
    "always 1",
    "1 as long as the worker process answers.",
    "Absent: the process is gone or unreachable; see its last log lines.",
)
STARTED: Final = Metric(
    "redaction_start_time_seconds",
    Kind.GAUGE,
    "seconds since 1970",
    "When the worker process started.",
    "Keeps changing: the worker restarts; see its last log lines.",
)
LIVE: Final = Metric(
    "redaction_live",
    Kind.GAUGE,
    "0 or 1",
    "Liveness: 0 when there is a backlog and nothing was committed for telemetry.stalled_s_max.",
    "See the alert RedactionWorkerStuck.",
)
READY: Final = Metric(
    "redaction_ready",
    Kind.GAUGE,
    "0 or 1",
    "Readiness: 1 when partitions are assigned (or the worker stands by), state is restored and opt-outs are read.",
    "`/health` names what is missing.",
)

CATALOGUE: Final[tuple[Metric, ...]] = tuple(value for value in list(vars().values()) if isinstance(value, Metric))
"""Every metric above, in the order in which it is documented."""
