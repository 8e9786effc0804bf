"""Topics: what they must look like, making them, and checking them against what the broker says."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from pipeline.errors import Misconfigured
from pipeline.event.records import RAW_BYTES_MAX
from pipeline.event.sanitized_event import OUTPUT_BYTES_MAX
from pipeline.operations.broker import Broker, TopicPlan, TopicRole, TopicState
from pipeline.settings import Settings

FRAME_BYTES: Final = 64 * 1024
REQUEST_BYTES_MAX: Final = 1024 * 1024
"""A larger request could not be dead-lettered with its ciphertext in base64 by every producer."""
"""Room for a record's key, headers and batch frame beside its value: Kafka's limit counts them too."""
_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS
_TOMBSTONE_RETENTION_MS: Final = 7 * _DAY_MS
_SEGMENTS_PER_RETENTION: Final = 24
_SEGMENT_MS_MIN: Final = 10 * 60_000
_REPLICAS_FOR_QUORUM: Final = 3
_FILE_DELETE_DELAY_MS: Final = 60_000
_UNLIMITED: Final = 2**63 - 1

CLEANUP: Final = "cleanup.policy"
RETENTION: Final = "retention.ms"
MESSAGE_BYTES: Final = "max.message.bytes"
COMPACTION_LAG: Final = "max.compaction.lag.ms"
TIMESTAMP_TYPE: Final = "message.timestamp.type"
SEGMENT: Final = "segment.ms"
TOMBSTONES: Final = "delete.retention.ms"
IN_SYNC: Final = "min.insync.replicas"
FILE_DELETE_DELAY: Final = "file.delete.delay.ms"


class Severity(StrEnum):
    """How bad a finding is: an ERROR breaks a promise of the pipeline, a WARNING weakens one, a NOTE informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class TopicProblem(StrEnum):
    """What is wrong with a topic."""

    MISSING = "missing"
    PARTITIONS = "partitions"
    CLEANUP = "cleanup"
    RETENTION = "retention"
    OUTLIVES_RAW = "outlives_raw"
    MESSAGE_BYTES = "message_bytes"
    TIMESTAMPS = "timestamps"
    COMPACTION_LAG = "compaction_lag"
    NOT_TOLD = "not_told"


@dataclass(frozen=True, slots=True)
class TopicFinding:
    """One thing about one topic: what was found, what is required, and how to put it right."""

    topic: str
    problem: TopicProblem
    severity: Severity
    found: str
    required: str
    remedy: str


@dataclass(frozen=True, slots=True)
class TopicReport:
    """The outcome of a check.

    `disappears_within_ms` says, for each compacted topic, the period in which a replaced or retracted record
    physically goes; None where the broker promises no such period.
    """

    findings: tuple[TopicFinding, ...]
    disappears_within_ms: Mapping[str, int | None]

    @property
    def sound(self) -> bool:
        """True when no finding is an error."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)


def plan(settings: Settings, purposes: Collection[str]) -> list[TopicPlan]:
    """Return every topic of a pipeline with these purposes, the raw one first. Pure.

    Raises `Misconfigured` when two of them would have the same name.
    """
    names = settings.topics
    sanitized_ms = names.sanitized_retention_days * _DAY_MS
    raw_ms = names.raw_retention_hours * _HOUR_MS
    requests_ms = names.requests_retention_hours * _HOUR_MS
    lag_ms = names.compaction_lag_hours_max * _HOUR_MS
    # No writer's clock may decide how long its records stay: a worker's that is days behind would have its dead letters
    # removed at once, and records of one that is hours ahead are refused.
    arrival = {TIMESTAMP_TYPE: "LogAppendTime"}
    output = {MESSAGE_BYTES: str(OUTPUT_BYTES_MAX)}
    request = {MESSAGE_BYTES: str(REQUEST_BYTES_MAX)}
    parts = names.partitions
    raw_bytes = {MESSAGE_BYTES: str(RAW_BYTES_MAX + FRAME_BYTES)}
    receipts_ms = names.receipts_retention_days * _DAY_MS
    drafts = [
        (TopicRole.RAW, names.raw, parts, _deleted(raw_ms) | raw_bytes),
        *(
            (TopicRole.SANITIZED, settings.sanitized_topic(purpose), parts, _compacted(lag_ms, sanitized_ms) | output)
            for purpose in sorted(purposes)
        ),
        (TopicRole.DEAD_LETTERS, names.dead_letters, parts, _compacted(min(lag_ms, raw_ms), raw_ms) | output),
        (TopicRole.RECEIPTS, names.receipts, parts, _deleted(receipts_ms) | output),
        (TopicRole.STATE, names.state, parts, _compacted(lag_ms, None) | output),
        (TopicRole.REQUESTS, names.requests, 1, _deleted(requests_ms) | request),
        (TopicRole.REQUEST_RESULTS, names.request_results, 1, _deleted(requests_ms)),
        (TopicRole.OPT_OUTS, names.opt_outs, 1, _compacted(lag_ms, None)),
    ]
    count = Counter(name for _, name, _, _ in drafts)
    if twice := sorted(name for name in count if count[name] > 1):
        raise Misconfigured(
            [f"settings: topics: {name} is named twice; every topic needs its own name" for name in twice]
        )
    quorum = {IN_SYNC: "2"} if names.replication >= _REPLICAS_FOR_QUORUM else {}
    return [
        TopicPlan(role, name, partitions, names.replication, configs | arrival | quorum)
        for role, name, partitions, configs in drafts
    ]


def _deleted(retention_ms: int) -> dict[str, str]:
    return {CLEANUP: "delete", RETENTION: str(retention_ms), SEGMENT: str(_segment_ms(retention_ms))}


def _compacted(lag_ms: int, retention_ms: int | None) -> dict[str, str]:
    """Return compaction within `lag_ms`; tombstones stay a week, so that a reader who was away still sees them."""
    configs = {CLEANUP: "compact", COMPACTION_LAG: str(lag_ms), TOMBSTONES: str(_TOMBSTONE_RETENTION_MS)}
    if retention_ms is None:
        return configs
    tombstones_ms = min(_TOMBSTONE_RETENTION_MS, retention_ms)
    return configs | {
        CLEANUP: "compact,delete",
        RETENTION: str(retention_ms),
        SEGMENT: str(_segment_ms(retention_ms)),
        TOMBSTONES: str(tombstones_ms),
    }


def _segment_ms(retention_ms: int) -> int:
    """Return how long a segment collects: Kafka deletes whole segments, so a record outlives its time by this much."""
    return min(max(retention_ms // _SEGMENTS_PER_RETENTION, _SEGMENT_MS_MIN), 7 * _DAY_MS)


def create(broker: Broker, plans: Sequence[TopicPlan]) -> frozenset[str]:
    """Create the planned topics that do not exist, and return their names; existing ones are left as they are.

    Raises `Misconfigured` with every topic that the broker refuses, `Unavailable` when it does not answer.
    """
    return broker.create(plans)


def check(broker: Broker, settings: Settings, purposes: Collection[str]) -> TopicReport:
    """Compare every topic with its plan. Raises `Unavailable` when the broker does not answer."""
    plans = plan(settings, purposes)
    states = broker.describe([topic.name for topic in plans])
    return compare(plans, states)


def compare(plans: Sequence[TopicPlan], states: Mapping[str, TopicState]) -> TopicReport:
    """Return what the topics lack. Pure."""
    raw = next((states[topic.name] for topic in plans if topic.role is TopicRole.RAW and topic.name in states), None)
    findings: list[TopicFinding] = []
    gone_within: dict[str, int | None] = {}
    for topic in plans:
        state = states.get(topic.name)
        if state is None:
            remedy = "run `redact topics create`"
            findings.append(
                TopicFinding(topic.name, TopicProblem.MISSING, Severity.ERROR, "no topic", "a topic", remedy)
            )
            continue
        findings += _partitions(topic, state, raw)
        findings += (finding for key, wanted in topic.configs.items() for finding in _config(topic, state, key, wanted))
        if topic.role is TopicRole.DEAD_LETTERS and raw is not None:
            findings += _outlives(state, raw)
        if "compact" in state.configs.get(CLEANUP, ""):
            gone_within[topic.name] = _disappears_within_ms(state)
    return TopicReport(tuple(findings), gone_within)


_ALTER: Final = "kafka-topics --alter --topic"


def _partitions(topic: TopicPlan, state: TopicState, raw: TopicState | None) -> Iterator[TopicFinding]:
    required = topic.partitions
    severity = Severity.ERROR
    match topic.role:
        case TopicRole.RAW:
            severity = Severity.NOTE
            remedy = "set topics.partitions to what the raw topic has; adding partitions splits live conversations"
        case TopicRole.REQUEST_RESULTS:
            return
        case TopicRole.REQUESTS | TopicRole.OPT_OUTS:
            remedy = "requests apply in the order of one partition: make it anew with one and publish its records again"
        case TopicRole.SANITIZED | TopicRole.DEAD_LETTERS | TopicRole.RECEIPTS | TopicRole.STATE:
            required = raw.partitions if raw is not None else topic.partitions
            remedy = f"records go to the raw record's partition number: `{_ALTER} {topic.name} --partitions {required}`"
            if state.partitions > required:
                remedy = "records go to the raw record's partition number, and no topic shrinks: make it anew"
        case _:
            assert_never(topic.role)
    if state.partitions != required:
        yield TopicFinding(topic.name, TopicProblem.PARTITIONS, severity, str(state.partitions), str(required), remedy)


def _outlives(state: TopicState, raw: TopicState) -> Iterator[TopicFinding]:
    """Yield an error where dead letters, which hold whole raw records, are kept longer than those."""
    if RETENTION not in state.configs or RETENTION not in raw.configs:
        return
    kept, allowed = state.configs[RETENTION], raw.configs[RETENTION]
    if _period(kept) > _period(allowed):
        yield TopicFinding(
            state.name,
            TopicProblem.OUTLIVES_RAW,
            Severity.ERROR,
            f"{RETENTION}={kept}",
            f"at most {RETENTION}={allowed}",
            _alter(state.name, RETENTION, allowed),
        )


def _alter(topic: str, key: str, value: str) -> str:
    return f"`kafka-configs --alter --entity-type topics --entity-name {topic} --add-config '{key}={value}'`"


_SILENT: Final = frozenset({SEGMENT, TOMBSTONES, IN_SYNC})
"""Settings that `create` chooses and an operator may change without breaking a promise."""


def _config(topic: TopicPlan, state: TopicState, key: str, wanted: str) -> Iterator[TopicFinding]:
    if key in _SILENT:
        return
    found = state.configs.get(key)
    problem, severity = _verdict(key, found, wanted)
    if problem is not None:
        told = "not told" if found is None else f"{key}={found}"
        yield TopicFinding(topic.name, problem, severity, told, f"{key}={wanted}", _alter(topic.name, key, wanted))


def _verdict(key: str, found: str | None, wanted: str) -> tuple[TopicProblem | None, Severity]:
    if found is None:
        return TopicProblem.NOT_TOLD, Severity.WARNING
    match key:
        case "cleanup.policy":
            return (None if _words(found) == _words(wanted) else TopicProblem.CLEANUP), Severity.ERROR
        case "max.message.bytes":
            return (None if int(found) >= int(wanted) else TopicProblem.MESSAGE_BYTES), Severity.ERROR
        case "retention.ms":
            return (None if _period(found) == _period(wanted) else TopicProblem.RETENTION), Severity.WARNING
        case "max.compaction.lag.ms":
            return (None if _period(found) <= _period(wanted) else TopicProblem.COMPACTION_LAG), Severity.WARNING
        case "message.timestamp.type":
            return (None if found == wanted else TopicProblem.TIMESTAMPS), Severity.WARNING
        case _:
            raise AssertionError(key)


def _words(policy: str) -> frozenset[str]:
    return frozenset(policy.replace("[", "").replace("]", "").replace(" ", "").split(","))


def _period(text: str) -> int:
    return _UNLIMITED if int(text) < 0 else int(text)


def _disappears_within_ms(state: TopicState) -> int | None:
    """Return the compaction lag plus the delay before files go: the broker's cleaner starts when the lag is over."""
    lag_ms = _period(state.configs.get(COMPACTION_LAG, str(_UNLIMITED)))
    if lag_ms >= _UNLIMITED:
        return None
    return lag_ms + int(state.configs.get(FILE_DELETE_DELAY, str(_FILE_DELETE_DELAY_MS)))
