"""Rounds of the fault lab: which fault strikes when, decided by a seed alone."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.demo.brokers import free_port, start_apache_kafka
from tests.faults.faults import FAULTS
from tests.faults.scene import Lab, Scene
from tests.faults.verdict import Verdict
from tests.support.kafka_broker import LIBS
from tests.support.kafka_cluster import KafkaCluster, start_cluster
from tests.support.pipeline_lab import PARTITIONS
from tests.support.tcp_proxy import TcpProxy

_RESUMES_S_MAX = 60.0
_BEFORE_S = (0.5, 3.0)
_AFTER_S = 1.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One round: what struck, how workers ended, and the verdict.

    `last_words` are what workers that ended by themselves gave as the reason. `resumed_s` is the time from the end of
    the fault to the first output, `all_resumed_s` to one of every partition.
    """

    fault: str
    seed: int
    exactly_once: bool
    resumed_s: float | None
    all_resumed_s: float | None
    worker_exits: dict[str, int]
    verdict: Verdict | None
    failure: str = ""
    last_words: tuple[str, ...] = ()

    @property
    def faultless(self) -> bool:
        """Whether every promise was kept."""
        return not self.failure and self.verdict is not None and self.verdict.faultless(exactly_once=self.exactly_once)


@contextmanager
def lab(directory: Path) -> Iterator[Lab]:
    """Run a node of Apache Kafka with a listener behind a proxy, and three others once a round wants them."""
    behind, before = free_port(), free_port()
    broker = start_apache_kafka(
        LIBS,
        directory / "kafka",
        settings={
            "group.min.session.timeout.ms": "1000",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT",
        },
        listeners=[f"PROXIED://127.0.0.1:{behind}"],
        advertised={"PROXIED": f"127.0.0.1:{before}"},
    )
    proxy = TcpProxy(before, f"127.0.0.1:{behind}")
    try:
        with cluster_on_demand(directory / "cluster") as cluster:
            yield Lab(broker, proxy, f"127.0.0.1:{before}", cluster)
    finally:
        proxy.stop()
        broker.stop()


@contextmanager
def cluster_on_demand(directory: Path) -> Iterator[Callable[[], KafkaCluster]]:
    """Give what starts three brokers when it is first called, and afterwards returns them, whole again."""
    clusters: list[KafkaCluster] = []

    def cluster() -> KafkaCluster:
        if not clusters:
            clusters.append(start_cluster(LIBS, directory))
        clusters[0].mend()
        return clusters[0]

    try:
        yield cluster
    finally:
        for each in clusters:
            each.stop()


def run_round(
    place: Lab, directory: Path, fault: str, seed: int, *, session_s: float, rate_per_s: int, exactly_once: bool = True
) -> Outcome:
    """Run a pipeline, strike it once, and judge what is left. Never raises for what the pipeline did wrong."""
    struck = FAULTS[fault]
    directory.mkdir(parents=True)
    scene = Scene(
        place, directory, struck, seed=seed, session_s=session_s, rate_per_s=rate_per_s, exactly_once=exactly_once
    )
    resumed_s, all_resumed_s, verdict, failure = None, None, None, ""
    dice = random.Random(f"{fault}/{seed}")  # noqa: S311, a test's seed
    try:
        scene.begin()
        time.sleep(dice.uniform(*_BEFORE_S))
        struck.strike(scene, dice)
        resumed_s, all_resumed_s = scene.watch.resumed_s(PARTITIONS, limit_s=_RESUMES_S_MAX)
        struck.mend(scene)
        time.sleep(_AFTER_S)
        verdict = scene.end()
    except (AssertionError, TimeoutError) as error:
        failure = str(error) or type(error).__name__
    finally:
        scene.close()
    return Outcome(
        fault=fault,
        seed=seed,
        exactly_once=exactly_once,
        resumed_s=resumed_s,
        all_resumed_s=all_resumed_s,
        worker_exits={str(code): count for code, count in sorted(scene.exits.items())},
        verdict=verdict,
        failure=failure,
        last_words=_last_words(scene.lab.log),
    )


def _last_words(log: Path) -> tuple[str, ...]:
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return tuple(line for line in lines if '"CRITICAL","logger":"pipeline' in line and "streaming.kafka" not in line)
