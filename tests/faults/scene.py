"""A pipeline under fire: a broker, two supervised workers, traffic, and a watch over what comes out."""

import signal
import threading
import time
from collections import Counter
from pathlib import Path

from confluent_kafka.admin import AdminClient

from pipeline.demo.brokers import RunningBroker
from pipeline.demo.worker_process import WorkerProcess
from tests.faults.reader import Watch
from tests.faults.traffic import Traffic, logger
from tests.support.delivery import poll_until
from tests.support.pipeline_lab import PARTITIONS, PipelineLab
from tests.support.tcp_proxy import TcpProxy

SLOTS = ("0", "1")
_RESTART_S = 0.5
_END_S_MAX = 90


class Scene:
    """One round's pipeline. Workers connect through the proxy, if there is one; the publisher and readers never do."""

    def __init__(
        self,
        broker: RunningBroker,
        directory: Path,
        *,
        seed: int,
        session_s: float,
        rate_per_s: int,
        exactly_once: bool = True,
        proxy: TcpProxy | None = None,
        proxied: str = "",
    ) -> None:
        self.broker = broker
        self.proxy = proxy
        self.session_s = session_s
        self.lab = PipelineLab(
            broker.bootstrap,
            directory,
            exactly_once=exactly_once,
            REDACT_KAFKA_SESSION_TIMEOUT_MS=str(int(session_s * 1000)),
            REDACT_KAFKA_HEARTBEAT_INTERVAL_MS=str(int(session_s * 1000 / 4)),
            REDACT_TELEMETRY_LOG_LEVEL="INFO",
        )
        self._overrides = {"REDACT_KAFKA_BOOTSTRAP_SERVERS": proxied} if proxied else {}
        self.traffic = Traffic(self.lab, broker.bootstrap, seed=seed, rate_per_s=rate_per_s)
        self.admin = AdminClient({"bootstrap.servers": broker.bootstrap, "logger": logger})
        self.exits: Counter[int] = Counter()
        self.workers: dict[str, WorkerProcess] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

    def begin(self) -> None:
        """Start everything, and return when outputs come."""
        self.traffic.ask_for_opt_outs()
        for slot in SLOTS:
            self.workers[slot] = self.lab.worker(slot, **self._overrides)
        self.watch = Watch(self.broker.bootstrap, self.lab.settings.topics.receipts)
        self.answers = Watch(self.broker.bootstrap, self.lab.settings.topics.request_results)
        self._supervisor.start()
        self.traffic.start()
        self.watch.resumed_s(PARTITIONS, limit_s=60)

    def end(self) -> None:
        """Publish no more, and wait until every event has a receipt and every request an answer."""
        self.traffic.stop()
        events, requests = len(self.traffic.acknowledged), len(self.traffic.requested)
        poll_until(lambda: self.watch.seen >= events, deadline_s=_END_S_MAX, what=f"{events} receipts")
        poll_until(lambda: self.answers.seen >= requests, deadline_s=_END_S_MAX, what=f"{requests} answers")

    def close(self) -> None:
        """End all that runs, and remove the topics."""
        self._stopped.set()
        if self._supervisor.is_alive():
            self._supervisor.join()
            self.watch.stop()
            self.answers.stop()
        self.lab.stop_all()
        names = [name for name in self.admin.list_topics(timeout=10).topics if name.startswith(self._prefix)]
        for removed in self.admin.delete_topics(names).values():
            removed.result(20)

    @property
    def _prefix(self) -> str:
        return self.lab.settings.topics.raw.partition(".")[0] + "."

    def restart(self, slot: str) -> None:
        """Stop a worker by SIGTERM and start it again, as an upgrade does."""
        with self._lock:
            self.exits[self.workers[slot].stop()] += 1
            self.workers[slot] = self.lab.worker(slot, **self._overrides)

    def freeze(self, slot: str, *, for_s: float) -> None:
        """Stop a worker's process for a while."""
        worker = self.workers[slot]
        worker.signal(signal.SIGSTOP)
        time.sleep(for_s)
        worker.signal(signal.SIGCONT)

    def _supervise(self) -> None:
        """Start again whatever ended, as every orchestrator does."""
        while not self._stopped.wait(_RESTART_S):
            with self._lock:
                for slot, worker in self.workers.items():
                    if not worker.alive:
                        self.exits[worker.stop()] += 1
                        self.workers[slot] = self.lab.worker(slot, **self._overrides)
