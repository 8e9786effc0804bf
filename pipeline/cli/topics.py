"""`redact topics`: make the topics, and check that they are what the pipeline promises."""

from collections.abc import Mapping

import msgspec
import typer

from pipeline.cli import screen
from pipeline.cli.exits import finish
from pipeline.cli.invocation import connected, invocation, policy_of
from pipeline.cli.options import Json, PolicyName
from pipeline.operations.broker import TopicPlan
from pipeline.operations.topics import TopicFinding, plan
from pipeline.operations.topics import check as check_topics
from pipeline.operations.topics import create as create_topics
from pipeline.settings import Settings

_HOUR_MS = 3_600_000


class MadeTopic(msgspec.Struct, frozen=True):
    """One topic of the pipeline, and whether this run made it."""

    topic: str
    role: str
    partitions: int
    replication: int
    configs: Mapping[str, str]
    created: bool


def create(context: typer.Context, *, policy: PolicyName = None, json: Json = False) -> None:
    """Create the topics that do not exist yet, a sanitized one for each purpose of the policy.

    Topics that exist are left as they are: run `redact topics check` to see whether they fit.
    """
    settings = invocation(context).settings()
    plans = plan(settings, _purposes(settings, policy))
    with connected(settings) as broker:
        created = create_topics(broker, plans)
    for topic in plans:
        made = _made(topic, created=topic.name in created)
        if json:
            screen.show_json(made)
        else:
            word = "created" if made.created else "exists "
            screen.show(f"{word}  {made.topic} ({made.partitions} partitions, {made.configs['cleanup.policy']})")


def check(context: typer.Context, *, policy: PolicyName = None, json: Json = False) -> None:
    """Check the topics: partition counts, clean-up, retention, record limits, and how soon a replaced record is gone.

    Exit code 1 says that a topic breaks a promise of the pipeline; warnings and notes alone leave it at 0.
    """
    settings = invocation(context).settings()
    with connected(settings) as broker:
        report = check_topics(broker, settings, _purposes(settings, policy))
    if json:
        screen.show_json(
            {"sound": report.sound, "findings": report.findings, "disappears_within_ms": report.disappears_within_ms}
        )
    else:
        for finding in report.findings:
            screen.show(_line(finding))
        for topic, period_ms in report.disappears_within_ms.items():
            within = "no period is promised" if period_ms is None else f"within {period_ms / _HOUR_MS:.1f} hours"
            screen.show(f"{topic}: a replaced or retracted record is physically gone: {within}")
        screen.show("the topics fit" if report.sound else "the topics do not fit")
    finish(found=not report.sound)


def _purposes(settings: Settings, policy: str | None) -> list[str]:
    return [purpose.name for purpose in policy_of(settings, policy).purposes]


def _made(topic: TopicPlan, *, created: bool) -> MadeTopic:
    return MadeTopic(topic.name, topic.role.value, topic.partitions, topic.replication, topic.configs, created)


def _line(finding: TopicFinding) -> str:
    return (
        f"{finding.severity.value}: {finding.topic}: {finding.problem.value}: found {finding.found}, "
        f"required {finding.required}; {finding.remedy}"
    )
