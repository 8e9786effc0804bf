"""One worker process: a Faust app with one agent, the readers beside it, and what watches over them."""

import asyncio
import faulthandler
import logging
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import faust

from pipeline.errors import Unavailable
from pipeline.settings import Delivery, Settings
from pipeline.streaming.opt_out_reader import OptOutReader
from pipeline.streaming.redactor import Redactor
from pipeline.streaming.request_translator import RequestTranslator
from pipeline.streaming.rules_source import ReloadingRules
from pipeline.streaming.state_store import StateStore
from pipeline.streaming.suspects import Suspects
from pipeline.streaming.transport import (
    ProgressSnapshot,
    TransportControls,
    TransportOptions,
    batches,
    equip,
    presentable,
)
from pipeline.telemetry.exceptions import asyncio_exception_hook
from pipeline.telemetry.health import HealthState
from pipeline.telemetry.metric import PauseReason
from pipeline.telemetry.recorder import PartitionLag, Telemetry
from pipeline.telemetry.server import TelemetryServer

_log = logging.getLogger(__name__)

WATCH_INTERVAL_S: Final = 0.1
OBSERVE_INTERVAL_S: Final = 1.0
STOP_S_MAX: Final = 20.0
# One core reads 0.3 MB of text a second for names: a few of the largest texts in one batch would pass for a hung one.
BATCH_BYTES_MAX: Final = 4 * 1024 * 1024
# What hangs for so many times `worker.transaction_s_max` ends the worker.
STUCK_TRANSACTIONS: Final = 5
SCHEMES: Final = {Delivery.EXACTLY_ONCE: "confluent+eos", Delivery.AT_LEAST_ONCE: "confluent+alo"}


@dataclass(frozen=True, slots=True)
class Parts:
    """What a worker consists of, wired by the bootstrap."""

    settings: Settings
    rules: ReloadingRules
    redactor: Redactor
    reader: OptOutReader
    translator: RequestTranslator
    store: StateStore
    suspects: Suspects
    telemetry: Telemetry
    security: dict[str, str]


class RedactionWorker:
    """Runs the parts under Faust until SIGTERM or SIGINT: then drains, flushes, commits and leaves the group."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._stopping = False
        self._requests_counted = (0, 0)
        self._without_backlog_at_s = 0.0
        self._pause_reason: PauseReason | None = None
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self.app = _faust_app(parts.settings)
        self.controls: TransportControls = equip(
            self.app, transport_options(parts.settings, parts.security), parts.redactor
        )
        topic = self.app.topic(parts.settings.topics.raw, key_serializer="raw", value_serializer="raw")
        self.app.agent(topic, name="redact", concurrency=1)(self._agent)
        self.app.task(self._watch)
        self.app.task(self._observe)
        self.app.task(self._reload)

    def run(self) -> int:
        """Run until told to stop; return the exit status."""
        parts = self._parts
        server = TelemetryServer(parts.telemetry, self.health, parts.settings.telemetry)
        server.start()
        _log.info("serving metrics and health", extra={"fields": {"port": server.port}})
        parts.reader.start()
        parts.translator.start()
        self._loop.set_exception_handler(asyncio_exception_hook)
        worker = _Process(self.app, loop=self._loop, redirect_stdouts=False, quiet=True)
        worker.spinner = None  # it draws on stdout
        status = 1
        try:
            worker.execute_from_commandline()
            status = 0
        except SystemExit as stop:
            status = int(stop.code or 0)
        finally:
            self._stopping = True
            parts.translator.stop()
            parts.reader.stop()
            parts.suspects.close()
            server.stop()
        return status

    def fail(self, error: Exception) -> None:
        """End the worker: a part of it died. May be called from any thread."""
        _log.critical("a part of the worker ended: %s", presentable(error))
        deadline = threading.Timer(STOP_S_MAX, os._exit, (1,))  # Faust's own stop after a crash can hang
        deadline.daemon = True
        deadline.start()
        self._loop.call_soon_threadsafe(lambda: self._loop.create_task(self.app.crash(error)))

    def health(self) -> HealthState:
        """Return what the worker knows about itself, from memory."""
        redactor, snapshot = self._parts.redactor, self.controls.snapshot()
        return HealthState(
            joined_group=redactor.joined,
            partitions=tuple(sorted(tp.partition for tp in snapshot.partitions)),
            state_restored=redactor.restored,
            opt_outs_read=self._parts.reader.caught_up and self._parts.translator.settled,
            backlog_records=backlog_records(snapshot),
            since_progress_s=time.monotonic()
            - max(redactor.last_progress_s, snapshot.last_progress_s, self._without_backlog_at_s),
            intake_paused=self._pause_reason,
            stopping=self._stopping or bool(self.app.should_stop),
        )

    async def _agent(self, stream: Any) -> None:  # noqa: ANN401 - Faust is untyped
        async for batch in batches(stream):
            async with batch:
                await self._parts.redactor.redact(batch)

    async def _watch(self) -> None:
        """Pause intake while the opt-out list is behind; take over its news while nothing else does."""
        parts, lag_s_max = self._parts, self._parts.settings.worker.opt_out_lag_s_max
        while not self.app.should_stop:
            if parts.translator.busy_s(time.monotonic()) > stuck_s(parts.settings):
                self.fail(Unavailable("privacy requests: a write of the translator does not return"))
                return
            parts.redactor.follow_opt_outs()
            behind = parts.reader.lag_s(time.monotonic()) > lag_s_max
            if behind and self._pause_reason is None:
                _log.warning("intake paused: the opt-out list is behind")
                self.controls.pause_intake()
            elif not behind and self._pause_reason is not None:
                _log.info("intake resumed: the opt-out list is at its end")
                self.controls.resume_intake()
            self._pause_reason = PauseReason.OPT_OUTS_BEHIND if behind else None
            await asyncio.sleep(WATCH_INTERVAL_S)

    async def _observe(self) -> None:
        parts = self._parts
        expired = 0
        while not self.app.should_stop:
            telemetry, store = parts.telemetry, parts.store
            telemetry.observe_intake(self._pause_reason)
            telemetry.observe_opt_outs(
                position=parts.redactor.opt_outs.position,
                entries=len(parts.redactor.opt_outs),
                lag_s=parts.reader.lag_s(time.monotonic()),
                requests_pending=parts.reader.requests_pending,
            )
            telemetry.observe_state(conversations=store.conversations, size_bytes=store.stored_bytes)
            telemetry.record_state_expired(store.expired - expired)
            expired = store.expired
            self._count_requests()
            if backlog_records(self.controls.snapshot()) == 0:
                self._without_backlog_at_s = time.monotonic()  # a first record after a quiet hour is no stall
            telemetry.observe_partitions(self._lags())
            await asyncio.sleep(OBSERVE_INTERVAL_S)

    def _count_requests(self) -> None:
        translator, telemetry = self._parts.translator, self._parts.telemetry
        accepted, refused = translator.accepted, translator.refused.total()
        for _ in range(accepted - self._requests_counted[0]):
            telemetry.record_request(accepted=True)
        for _ in range(refused - self._requests_counted[1]):
            telemetry.record_request(accepted=False)
        self._requests_counted = (accepted, refused)

    def _lags(self) -> list[PartitionLag]:
        return [
            PartitionLag(
                partition=tp.partition,
                position=position.position or 0,
                committed=position.committed or 0,
                high_watermark=position.high_watermark or 0,
                oldest_timestamp_ms=position.oldest_uncommitted_ms,
            )
            for tp, position in self.controls.snapshot().partitions.items()
        ]

    async def _reload(self) -> None:
        while not self.app.should_stop:
            await asyncio.sleep(self._parts.settings.worker.policy_reload_s)
            await self._parts.rules.reload()


class _Process(faust.Worker):  # type: ignore[misc]  # Faust is untyped
    """Faust's worker without its own set-up of logging, which would set the root logger to DEBUG."""

    def _setup_logging(self) -> None:
        """Leave logging as the program set it up."""

    def _on_sigusr1(self) -> None:
        """Show where every thread is, by file and line; Faust's own answer prints the local variables."""
        faulthandler.dump_traceback(all_threads=True)

    def _on_sigusr2(self) -> None:
        """Do nothing; Faust's own answer stops everything in a debugger."""


def backlog_records(snapshot: ProgressSnapshot) -> int | None:
    """Return how many offsets are known to exist and are not committed; None where it may be more than none. Pure."""
    lags = [position.lag_records for position in snapshot.partitions.values()]
    known = sum(lag for lag in lags if lag is not None)
    return None if not known and None in lags else known


def stuck_s(settings: Settings) -> float:
    """Return after how long something that never returns ends the worker. Pure."""
    return STUCK_TRANSACTIONS * settings.worker.transaction_s_max


def transport_options(settings: Settings, security: dict[str, str]) -> TransportOptions:
    """Return the transport's options for these settings. Pure."""
    worker, exactly_once = settings.worker, settings.kafka.delivery is Delivery.EXACTLY_ONCE
    return TransportOptions(
        transactional_id=worker.slot,
        idempotent=exactly_once,
        read_committed=exactly_once,
        security=security,
        batch_records_max=worker.batch_records_max,
        batch_bytes_max=BATCH_BYTES_MAX,
        batch_age_ms=worker.batch_age_ms,
        pipeline_depth=worker.batches_in_flight_max,
        drain_s=worker.drain_s_max,
        transaction_s_max=worker.transaction_s_max,
        stuck_s=stuck_s(settings),
        agent_s_max=worker.detection_s_max + stuck_s(settings),
    )


def _faust_app(settings: Settings) -> faust.App:
    kafka = settings.kafka
    servers = ";".join(f"{SCHEMES[kafka.delivery]}://{server}" for server in kafka.bootstrap_servers.split(","))
    return faust.App(
        settings.worker.group,
        broker=servers,
        store="memory://",
        datadir=str(Path(settings.worker.state_directory) / "faust"),
        web_enabled=False,
        web_bind="127.0.0.1",
        topic_disable_leader=True,
        stream_wait_empty=True,
        key_serializer="raw",
        value_serializer="raw",
        broker_session_timeout=kafka.session_timeout_ms / 1000,
        broker_heartbeat_interval=kafka.heartbeat_interval_ms / 1000,
    )
