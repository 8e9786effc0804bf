"""A pipeline under fire: a broker, two supervised workers, traffic, and a watch over what comes out."""

import random
import re
import signal
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka.admin import AdminClient

from pipeline.demo.brokers import RunningBroker, free_port
from pipeline.demo.worker_process import WorkerProcess
from tests.faults.clocks import WallClock, clock_library
from tests.faults.reader import NOWHERE, Place, Watch, ends_of
from tests.faults.traffic import Traffic, logger
from tests.faults.verdict import Positions, Verdict, judge
from tests.support.delivery import poll_until
from tests.support.kafka_cluster import NODES, KafkaCluster
from tests.support.pipeline_lab import PARTITIONS, PURPOSES, PipelineLab
from tests.support.tcp_proxy import TcpProxy

SLOTS = ("0", "1")
_RESTART_S = 0.5
_END_S_MAX = 90


@dataclass(frozen=True)
class Fault:
    """What happens in a round, and where: see `Scene`. `mend` sets right what outputs have to come again without."""

    strike: Callable[["Scene", random.Random], None]
    mend: Callable[["Scene"], None] = lambda _scene: None
    proxied: bool = False
    clustered: bool = False
    dated: bool = False


@dataclass(frozen=True)
class Lab:
    """The brokers that rounds share, and a second way to the single one, through a proxy."""

    broker: RunningBroker
    proxy: TcpProxy
    proxied: str
    cluster: Callable[[], KafkaCluster]


class Scene:
    """One round's pipeline, on one broker or on three.

    Workers connect through the proxy where the fault is `proxied`; the publisher and readers never do. Where it is
    `dated`, each has a wall clock of its own.
    """

    def __init__(
        self,
        place: Lab,
        directory: Path,
        fault: Fault,
        *,
        seed: int,
        session_s: float,
        rate_per_s: int,
        exactly_once: bool = True,
    ) -> None:
        self.cluster = place.cluster() if fault.clustered else None
        self.broker = place.broker
        self.bootstrap = self.cluster.bootstrap if self.cluster else place.broker.bootstrap
        self.proxy = place.proxy
        self.session_s = session_s
        self.lab = PipelineLab(
            self.bootstrap,
            directory,
            exactly_once=exactly_once,
            REDACT_TOPICS_REPLICATION=str(NODES if self.cluster else 1),
            REDACT_KAFKA_SESSION_TIMEOUT_MS=str(int(session_s * 1000)),
            REDACT_KAFKA_HEARTBEAT_INTERVAL_MS=str(int(session_s * 1000 / 4)),
            REDACT_TELEMETRY_LOG_LEVEL="INFO",
        )
        self._through = {"REDACT_KAFKA_BOOTSTRAP_SERVERS": place.proxied} if fault.proxied else {}
        library = clock_library(directory) if fault.dated else Path()
        self.clocks = {slot: WallClock(directory / f"clock-{slot}", library) for slot in SLOTS if fault.dated}
        self._ports = {slot: str(free_port()) for slot in SLOTS}
        self.traffic = Traffic(self.lab, self.bootstrap, seed=seed, rate_per_s=rate_per_s)
        self.admin = AdminClient({"bootstrap.servers": self.bootstrap, "logger": logger})
        self.gone: dict[str, Positions] = {}
        self._before: Verdict | None = None
        self._judged = (0, 0)
        self._since: Mapping[Place, int] = NOWHERE
        self.exits: Counter[int] = Counter()
        self.workers: dict[str, WorkerProcess] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

    def begin(self) -> None:
        """Start everything, and return when outputs come."""
        self.traffic.ask_for_opt_outs()
        for slot in SLOTS:
            self.workers[slot] = self._worker(slot)
        self.watch = Watch(self.bootstrap, self.lab.settings.topics.receipts)
        self.answers = Watch(self.bootstrap, self.lab.settings.topics.request_results)
        self._supervisor.start()
        self.traffic.start()
        self.watch.resumed_s(PARTITIONS, limit_s=60)

    def end(self) -> Verdict:
        """Publish no more, wait until every event has a receipt and every request an answer, and judge the round."""
        self.traffic.stop()
        self._settle()
        verdict = self._judge()
        return self._before.and_then(verdict) if self._before else verdict

    def judge_so_far(self) -> None:
        """Wait and judge while the publisher is paused; what comes later is judged by itself."""
        self._settle()
        names = self.lab.settings.topics
        streams = [self.lab.settings.sanitized_topic(purpose) for purpose in PURPOSES]
        self._before = self._judge()
        self._judged = len(self.traffic.acknowledged), len(self.traffic.requested)
        written = (names.receipts, names.dead_letters, names.state, names.opt_outs, names.request_results)
        self._since = ends_of(self.bootstrap, [*written, *streams])

    def _judge(self) -> Verdict:
        events, requests = self._judged
        sent, requested = self.traffic.acknowledged[events:], self.traffic.requested[requests:]
        return judge(self.lab, self.bootstrap, sent, requested, since=self._since, gone=self.gone)

    def _settle(self) -> None:
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
            self.workers[slot] = self._worker(slot)

    def metric(self, slot: str, name: str) -> float | None:
        """Return what a worker tells under a name without labels; None while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._ports[slot]}/metrics", timeout=5) as answer:
                page = answer.read().decode()
        except OSError:
            return None
        found = re.search(rf"^{name} (\S+)$", page, re.MULTILINE)
        return float(found[1]) if found else None

    def _worker(self, slot: str) -> WorkerProcess:
        clock = self.clocks[slot].settings if self.clocks else {}
        return self.lab.worker(slot, REDACT_TELEMETRY_PORT=self._ports[slot], **self._through, **clock)

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
                        self.workers[slot] = self._worker(slot)
