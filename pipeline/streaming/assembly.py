"""Puts a worker together from its settings, keys and rules."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import confluent_kafka

from pipeline.consent.opt_outs import OptOutList
from pipeline.flow.rules import Rules
from pipeline.keys import KeyRing
from pipeline.policy.compile import load_policy
from pipeline.policy.compiled import CompiledPolicy
from pipeline.policy.holder import PolicyHolder
from pipeline.policy.shipped import find_policy
from pipeline.settings import Settings
from pipeline.streaming.effects import Effects
from pipeline.streaming.opt_out_reader import OptOutReader
from pipeline.streaming.redactor import Redactor
from pipeline.streaming.request_translator import RequestTranslator
from pipeline.streaming.rules_source import ReloadingRules, objections_to
from pipeline.streaming.security import client_security
from pipeline.streaming.state_restorer import StateRestorer
from pipeline.streaming.state_store import StateStore
from pipeline.streaming.suspects import Suspects
from pipeline.streaming.transport import consumer_settings, producer_settings
from pipeline.streaming.worker import Parts, RedactionWorker, transport_options
from pipeline.telemetry.recorder import Telemetry

_MS_PER_HOUR = 3_600_000


class KafkaClients:
    """Makes the plain Kafka clients of the readers and writers beside the hot path."""

    def __init__(self, settings: Settings, security: dict[str, str]) -> None:
        self._bootstrap = settings.kafka.bootstrap_servers
        self._options = transport_options(settings, security)
        self._client_id = f"{settings.worker.group}-{settings.worker.slot}"

    def consumer(self, overrides: Mapping[str, object]) -> confluent_kafka.Consumer:
        """Return a consumer with some settings replaced."""
        common = consumer_settings(self._bootstrap, self._options, group_id="", client_id=self._client_id)
        return confluent_kafka.Consumer({**common, **overrides})

    def producer(self, overrides: Mapping[str, object]) -> confluent_kafka.Producer:
        """Return a producer with some settings replaced."""
        common = producer_settings(self._bootstrap, self._options, client_id=self._client_id)
        return confluent_kafka.Producer({**common, **overrides})


def assemble(
    settings: Settings,
    keys: KeyRing,
    names_tier: Callable[[str, str], object],
    build_rules: Callable[[CompiledPolicy], Rules],
) -> RedactionWorker:
    """Return a worker, wired and not started. Raises `Misconfigured`."""
    security = client_security(settings.kafka)
    clients = KafkaClients(settings, security)
    telemetry = Telemetry()
    path = find_policy(settings.policy)
    holder = PolicyHolder(path, time.monotonic, objections_to(load_policy(path), names_tier))
    rules = ReloadingRules(holder, build_rules, telemetry)
    failures: list[Callable[[Exception], None]] = []

    def on_fatal(error: Exception) -> None:
        for fail in failures:
            fail(error)

    reader = OptOutReader(clients.consumer, settings=settings, on_fatal=on_fatal)
    translator = RequestTranslator(
        clients.consumer,
        clients.producer,
        settings=settings,
        keys=keys,
        policy=lambda: rules.current.policy,
        on_fatal=on_fatal,
    )
    store = StateStore(keys, ttl_ms=settings.worker.state_ttl_hours * _MS_PER_HOUR)
    suspects = Suspects(
        Path(settings.worker.state_directory),
        f"{settings.worker.group}-{settings.worker.slot}",
        seconds_max=settings.worker.detection_s_max,
        careful_records=settings.worker.batch_records_max * (settings.worker.batches_in_flight_max + 1),
    )
    redactor = Redactor(
        rules=rules,
        effects=Effects(settings),
        state_topic=settings.topics.state,
        opt_outs=OptOutList(),
        reader=reader,
        store=store,
        restorer=StateRestorer(clients.consumer, keys, settings=settings),
        suspects=suspects,
        telemetry=telemetry,
    )
    worker = RedactionWorker(Parts(settings, rules, redactor, reader, translator, store, suspects, telemetry, security))
    failures.append(worker.fail)
    return worker
