from dataclasses import replace

import pytest

from pipeline.errors import Misconfigured
from pipeline.operations.broker import TopicPlan, TopicRole, TopicState
from pipeline.operations.topics import Severity, TopicProblem, TopicReport, check, compare, create, plan
from pipeline.settings import Settings, TopicSettings
from tests.support.fake_broker import FakeBroker

PURPOSES = ("analytics", "quality")
HOUR_MS = 3_600_000


def test_plan_names_every_topic_of_the_pipeline() -> None:
    """One raw topic, one sanitized topic for each purpose, and the six others."""
    names = [topic.name for topic in plan(Settings(), PURPOSES)]
    assert names == [
        "support.conversations.raw",
        "support.conversations.sanitized.analytics",
        "support.conversations.sanitized.quality",
        "support.conversations.dead-letters",
        "redaction.receipts",
        "redaction.state",
        "privacy.requests",
        "privacy.request-results",
        "privacy.opt-outs",
    ]


def test_cleanup_follows_the_design() -> None:
    """Raw and receipts are deleted, outputs and letters compacted too, state and opt-outs only compacted."""
    cleanup = {topic.role: topic.configs["cleanup.policy"] for topic in plan(Settings(), PURPOSES)}
    assert cleanup == {
        TopicRole.RAW: "delete",
        TopicRole.SANITIZED: "compact,delete",
        TopicRole.DEAD_LETTERS: "compact,delete",
        TopicRole.RECEIPTS: "delete",
        TopicRole.STATE: "compact",
        TopicRole.REQUESTS: "delete",
        TopicRole.REQUEST_RESULTS: "delete",
        TopicRole.OPT_OUTS: "compact",
    }


def test_record_limits_are_8_mib_in_and_16_mib_out() -> None:
    """The raw limit leaves room for key and frame beside 8 MiB of value."""
    limits = {topic.role: topic.configs.get("max.message.bytes") for topic in plan(Settings(), PURPOSES)}
    assert limits[TopicRole.RAW] == str(8 * 1024 * 1024 + 64 * 1024)
    assert {limits[role] for role in (TopicRole.SANITIZED, TopicRole.DEAD_LETTERS, TopicRole.RECEIPTS)} == {
        str(16 * 1024 * 1024)
    }


def test_dead_letters_are_kept_no_longer_than_raw_records() -> None:
    """They hold whole raw records, if sealed."""
    topics = {topic.role: topic for topic in plan(Settings(topics=TopicSettings(raw_retention_hours=5)), PURPOSES)}
    assert topics[TopicRole.DEAD_LETTERS].configs["retention.ms"] == str(5 * HOUR_MS)
    assert topics[TopicRole.RAW].configs["retention.ms"] == str(5 * HOUR_MS)


def test_requests_and_opt_outs_have_one_partition() -> None:
    """Their order is one partition's order; everything else follows the raw topic."""
    settings = Settings(topics=TopicSettings(partitions=7, replication=3))
    counts = {topic.role: topic.partitions for topic in plan(settings, PURPOSES)}
    assert counts[TopicRole.REQUESTS] == counts[TopicRole.OPT_OUTS] == 1
    assert counts[TopicRole.RAW] == counts[TopicRole.SANITIZED] == counts[TopicRole.STATE] == 7


def test_three_replicas_demand_two_in_sync() -> None:
    """An acknowledged record then survives the loss of one broker; one replica alone asks for nothing."""
    three = plan(Settings(topics=TopicSettings(replication=3)), PURPOSES)
    assert {topic.configs.get("min.insync.replicas") for topic in three} == {"2"}
    assert {topic.configs.get("min.insync.replicas") for topic in plan(Settings(), PURPOSES)} == {None}


def test_arrival_time_is_the_brokers() -> None:
    """No writer's clock may decide how long its records stay, nor make a broker refuse them."""
    assert {topic.configs.get("message.timestamp.type") for topic in plan(Settings(), PURPOSES)} == {"LogAppendTime"}


def test_two_topics_of_one_name_are_refused() -> None:
    """State must not be written onto the receipts topic."""
    with pytest.raises(Misconfigured, match=r"redaction\.receipts is named twice"):
        plan(Settings(topics=TopicSettings(state="redaction.receipts")), PURPOSES)


def test_what_create_makes_check_finds_sound() -> None:
    """Created topics have no findings, and creating again makes nothing."""
    broker = FakeBroker()
    plans = plan(Settings(), PURPOSES)
    assert create(broker, plans) == {topic.name for topic in plans}
    assert create(broker, plans) == frozenset()
    report = check(broker, Settings(), PURPOSES)
    assert report.findings == ()
    assert report.sound


def test_retracted_outputs_disappear_within_the_compaction_lag() -> None:
    """The period is the lag and the minute before files are removed."""
    report = _report()
    assert report.disappears_within_ms["support.conversations.sanitized.quality"] == 24 * HOUR_MS + 60_000
    assert "support.conversations.raw" not in report.disappears_within_ms


def test_no_period_is_promised_without_a_compaction_lag() -> None:
    """Kafka's default lag is unlimited: the report says that nothing is promised, and warns."""
    report = _report("redaction.state", configs={"max.compaction.lag.ms": str(2**63 - 1)})
    assert report.disappears_within_ms["redaction.state"] is None
    assert _problems(report) == {("redaction.state", TopicProblem.COMPACTION_LAG, Severity.WARNING)}


def test_a_missing_topic_is_an_error() -> None:
    """The remedy is to create it."""
    states = _states(plan(Settings(), PURPOSES))
    del states["redaction.state"]
    report = compare(plan(Settings(), PURPOSES), states)
    assert _problems(report) == {("redaction.state", TopicProblem.MISSING, Severity.ERROR)}
    assert "topics create" in report.findings[0].remedy


@pytest.mark.parametrize(
    ("topic", "partitions"),
    [
        ("redaction.receipts", 3),
        ("support.conversations.sanitized.analytics", 8),
        ("privacy.requests", 2),
        ("privacy.opt-outs", 2),
    ],
)
def test_wrong_partition_counts_are_errors(topic: str, partitions: int) -> None:
    """What follows the raw topic must have its count, requests and opt-outs exactly one."""
    report = _report(topic, partitions=partitions)
    assert _problems(report) == {(topic, TopicProblem.PARTITIONS, Severity.ERROR)}
    assert not report.sound


def test_partitions_are_measured_against_the_raw_topic_that_exists() -> None:
    """A raw topic made elsewhere with 6 partitions makes 4 wrong for its followers; the raw topic itself is noted."""
    report = _report("support.conversations.raw", partitions=6)
    errors = {finding.topic for finding in report.findings if finding.severity is Severity.ERROR}
    assert "support.conversations.raw" not in errors
    assert errors == {
        "support.conversations.sanitized.analytics",
        "support.conversations.sanitized.quality",
        "support.conversations.dead-letters",
        "redaction.receipts",
        "redaction.state",
    }


def test_one_raw_partition_does_not_confuse_the_roles() -> None:
    """With a single raw partition the followers still follow it."""
    settings = Settings(topics=TopicSettings(partitions=1))
    states = _states(plan(settings, PURPOSES))
    assert compare(plan(settings, PURPOSES), states).findings == ()


@pytest.mark.parametrize(
    ("topic", "config", "problem", "severity"),
    [
        ("redaction.state", ("cleanup.policy", "delete"), TopicProblem.CLEANUP, Severity.ERROR),
        (
            "support.conversations.raw",
            ("max.message.bytes", "1048588"),
            TopicProblem.MESSAGE_BYTES,
            Severity.ERROR,
        ),
        ("redaction.receipts", ("retention.ms", "1000"), TopicProblem.RETENTION, Severity.WARNING),
        (
            "support.conversations.raw",
            ("message.timestamp.type", "CreateTime"),
            TopicProblem.TIMESTAMPS,
            Severity.WARNING,
        ),
    ],
)
def test_a_wrong_setting_is_found_with_its_remedy(
    topic: str, config: tuple[str, str], problem: TopicProblem, severity: Severity
) -> None:
    """The remedy names topic and setting, ready to be typed."""
    report = _report(topic, configs=dict([config]))
    assert _problems(report) == {(topic, problem, severity)}
    assert f"--entity-name {topic} --add-config '{config[0]}=" in report.findings[0].remedy


def test_dead_letters_that_outlive_raw_records_are_an_error() -> None:
    """Even where the raw topic's own retention is what the settings do not say."""
    report = _report("support.conversations.raw", configs={"retention.ms": "1000"})
    found = _problems(report)
    assert ("support.conversations.dead-letters", TopicProblem.OUTLIVES_RAW, Severity.ERROR) in found
    unlimited = _report("support.conversations.dead-letters", configs={"retention.ms": "-1"})
    assert not unlimited.sound


def test_more_than_the_required_size_and_another_order_of_policies_pass() -> None:
    """`delete,compact` is `compact,delete`, and a larger limit breaks nothing."""
    topic = "support.conversations.sanitized.quality"
    report = _report(topic, configs={"cleanup.policy": "delete,compact", "max.message.bytes": str(64 * 1024 * 1024)})
    assert report.findings == ()


def test_a_broker_that_does_not_tell_its_settings_is_warned_about() -> None:
    """What cannot be checked is said, not assumed."""
    plans = plan(Settings(), PURPOSES)
    states = _states(plans) | {"privacy.opt-outs": TopicState("privacy.opt-outs", 1, {})}
    report = compare(plans, states)
    assert {finding.problem for finding in report.findings} == {TopicProblem.NOT_TOLD}
    assert report.sound


def _states(plans: list[TopicPlan]) -> dict[str, TopicState]:
    return {topic.name: TopicState(topic.name, topic.partitions, topic.configs) for topic in plans}


def _report(topic: str = "", partitions: int | None = None, configs: dict[str, str] | None = None) -> TopicReport:
    plans = plan(Settings(), PURPOSES)
    states = _states(plans)
    if topic:
        state = states[topic]
        changed = replace(
            state,
            partitions=state.partitions if partitions is None else partitions,
            configs={**state.configs, **(configs or {})},
        )
        states[topic] = changed
    return compare(plans, states)


def _problems(report: TopicReport) -> set[tuple[str, TopicProblem, Severity]]:
    return {(finding.topic, finding.problem, finding.severity) for finding in report.findings}
