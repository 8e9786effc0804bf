"""The only place where objects are wired together: settings, keys, policy and third parties become a worker."""

import gc
import sys
import time
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.adapters.presidio import PresidioOperators
from pipeline.detection.names import NamesTier, NoNames
from pipeline.detection.names.remembered import RememberedNames
from pipeline.errors import Misconfigured, Unavailable
from pipeline.flow.rules import Rules
from pipeline.keys import KeyRing, load_key_ring
from pipeline.operations import topics
from pipeline.operations.kafka_broker import KafkaBroker
from pipeline.policy.compile import load_policy
from pipeline.policy.compiled import CompiledPolicy
from pipeline.policy.document import NAMES_OWN
from pipeline.policy.shipped import find_policy
from pipeline.settings import RawKey, Settings
from pipeline.tagger.own_names import own_names
from pipeline.telemetry.logs import configure_logging

if TYPE_CHECKING:
    from pipeline.adapters.presidio_entities import PresidioEntities
    from pipeline.adapters.spacy_entities import SpacyEntities
    from pipeline.adapters.spacy_names import SpacyNames
    from pipeline.adapters.spacy_tier import SpacyTier

NAMES_OFF: Final = "off"
BROKER_S_MAX: Final = 30.0
_GC_THRESHOLDS: Final = (50_000, 10, 10)
_THREAD_SWITCH_S: Final = 0.0005  # a commit must not wait for the next batch: a tenth more events a second than 5 ms


def names_tier(name: str, language: str) -> NamesTier:
    """Return the tier that a policy calls `own`, `off` or `spacy:PACKAGE`, for a language (ISO 639), loaded once.

    Raises `Misconfigured` where there is none, or where it speaks another language: it would find nothing, silently.
    """
    if name == NAMES_OFF:
        return NoNames()
    if name == NAMES_OWN:
        return own_names()
    kind, _, package = name.partition(":")
    if kind != "spacy" or not package:
        raise Misconfigured([f"names.{language}: {name}: must be own, off or spacy:PACKAGE"])
    try:
        tier = _spacy_tier(package)
    except Misconfigured as refusal:
        problems = [f"names.{language}: {problem}" for problem in refusal.problems]
    else:
        if tier.speaks(language):
            return tier
        problems = [f"names.{language}: spaCy package {package} is for another language: name one for {language}"]
    raise Misconfigured(problems)


@lru_cache(maxsize=8)
def _spacy_tier(package: str) -> "SpacyNames | SpacyTier":
    from pipeline.adapters.spacy_tier import spacy_tier  # noqa: PLC0415 - spaCy takes seconds to import

    return spacy_tier(package)


def second_view(name: str) -> "SpacyEntities | PresidioEntities":
    """Return a detector to hold ours against: `spacy`, `spacy:PACKAGE` or `presidio`. Raises `Misconfigured`."""
    if name == "presidio":
        from pipeline.adapters.presidio_entities import PresidioEntities  # noqa: PLC0415 - a development dependency

        return PresidioEntities()
    from pipeline.adapters.spacy_entities import PACKAGE, SpacyEntities, load_spacy  # noqa: PLC0415 - takes seconds

    kind, _, package = name.partition(":")
    if kind != "spacy":
        raise Misconfigured([f"--against: must be spacy, spacy:PACKAGE or presidio, not {name}"])
    package = package or PACKAGE
    return SpacyEntities(load_spacy(package), package)


def build_rules(
    policy: CompiledPolicy, keys: KeyRing, *, names: bool = True, key_is_conversation_id: bool = True
) -> Rules:
    """Return the rules of a policy. `names=False` turns every names tier off (for speed, and for comparison).

    Raises `Misconfigured` with every names tier that is not there.
    """
    tiers: dict[str, NamesTier] = {}
    problems: list[str] = []
    for language, tier in policy.names.items():
        try:
            tiers[language] = _tier(tier, language, policy) if names else NoNames()
        except Misconfigured as refusal:
            problems += refusal.problems
    if problems:
        raise Misconfigured(problems)
    return Rules(policy, keys, tiers, PresidioOperators(), key_is_conversation_id=key_is_conversation_id)


def _tier(name: str, language: str, policy: CompiledPolicy) -> NamesTier:
    return RememberedNames(own_names(policy.names_bias)) if name == NAMES_OWN else names_tier(name, language)


def settle_memory() -> None:
    """Let the garbage collector pass over what is loaded and look at the rest seldom: a quarter more turns a second.

    To be called once everything that stays is built. Events and outcomes hold no cycles. Effects: on the whole process.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)


def run_worker(settings: Settings, environment: Mapping[str, str]) -> int:
    """Run one worker until SIGTERM; return its exit status. Raises `Misconfigured` before anything is read.

    Effects: everything a worker does; sets up logging, and serves metrics and health.
    """
    from pipeline.streaming.assembly import assemble  # noqa: PLC0415 - Faust takes a second to import

    configure_logging(settings.telemetry)
    keys = load_key_ring(Path(settings.keys_file) if settings.keys_file else None, environment)
    _require_topics(settings)
    by_conversation_id = settings.worker.raw_key is RawKey.CONVERSATION_ID
    worker = assemble(
        settings,
        keys,
        names_tier,
        lambda policy: build_rules(policy, keys, key_is_conversation_id=by_conversation_id),
    )
    settle_memory()
    sys.setswitchinterval(_THREAD_SWITCH_S)
    return worker.run()


def _require_topics(settings: Settings) -> None:
    """Refuse to start over topics that are missing or whose partitions do not match: outputs could not be written."""
    purposes = [purpose.name for purpose in load_policy(find_policy(settings.policy)).purposes]
    report = _checked(settings, purposes)
    structural = (topics.TopicProblem.MISSING, topics.TopicProblem.PARTITIONS)
    problems = [
        f"{each.topic}: found {each.found}, required {each.required}; {each.remedy}"
        for each in report.findings
        if each.problem in structural and each.severity is topics.Severity.ERROR
    ]
    if problems:
        raise Misconfigured(problems)


def _checked(settings: Settings, purposes: Collection[str]) -> topics.TopicReport:
    """Check the topics; brokers that do not answer yet are asked again, for a broker may start beside its workers."""
    deadline_s = time.monotonic() + BROKER_S_MAX
    while True:
        broker = KafkaBroker(settings.kafka)
        try:
            return topics.check(broker, settings, purposes)
        except Unavailable:
            if time.monotonic() > deadline_s:
                raise
        finally:
            broker.close()
        time.sleep(1.0)
