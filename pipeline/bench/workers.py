"""Workers on Apache Kafka: ours and the stock ones, one after the other, on the same backlog of the same broker."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles
from typing import Final

import msgspec
from ruamel.yaml import YAML

from pipeline.bench.drain import WARM_UP_SHARE, Drained, drain
from pipeline.bench.load import PARTITIONS, Arrivals, paced_latencies_ms, publish
from pipeline.bench.processes import MeasuredProcess, Together
from pipeline.bench.references.products import installed
from pipeline.bench.references.stock_worker import PLAN_VARIABLE, StockPlan
from pipeline.bench.workload import TENANT, RawRecord
from pipeline.demo.brokers import free_port
from pipeline.errors import Unavailable
from pipeline.keys import KEYS_FILE_VARIABLE, make_key_file
from pipeline.operations import topics
from pipeline.operations.broker import TopicPlan, TopicRole
from pipeline.operations.kafka_broker import KafkaBroker
from pipeline.policy.shipped import find_policy
from pipeline.settings import Settings, load_settings

RAW: Final = "bench.raw"
ROUNDS: Final = 2
PRESIDIO_EVENTS: Final = 600
LATENCY_S: Final = 20.0
_LATE_S_MAX: Final = 20.0
_PERCENT: Final = 100
PURPOSES: Final[Mapping[str, tuple[str, ...]]] = {"one": ("analytics",), "two": ("analytics", "quality")}


@dataclass(frozen=True, slots=True)
class WorkerFigures:
    """Means over the rounds; `two_workers` is one round, two purposes, usage of both together.

    `stock_presidio` is None where Presidio is not installed.

    Latency is measured at half of the rate of two purposes.
    """

    one_purpose: Drained
    two_purposes: Drained
    two_workers: Drained
    stock_copy: Drained
    own_copy: Drained
    stock_presidio: Drained | None
    latency_p50_ms: float
    latency_p99_ms: float


class WorkerBench:
    """Runs the contestants against one broker. Everything it writes lies below `directory`."""

    def __init__(self, bootstrap: str, directory: Path, say: Callable[[str], None]) -> None:
        self._bootstrap = bootstrap
        self._directory = directory
        self._say = say
        self._keys_file = directory / "keys.json"
        make_key_file(self._keys_file)
        self._runs = 0

    def measure(self, records: Sequence[RawRecord]) -> WorkerFigures:
        """Publish the records once and let every contestant read them from the beginning."""
        self._say(f"publishing {len(records):,} events")
        self._create(self._settings("two", "load"))
        publish(self._bootstrap, RAW, records)
        rounds: dict[str, list[Drained]] = {name: [] for name in ("stock", "one", "two", "own")}
        for number in range(ROUNDS):
            label = f"round {number + 1} of {ROUNDS}"
            self._say(f"stock Faust worker that copies, {label}")
            rounds["stock"].append(self._copy("stock_worker", ["worker", "-l", "info"], len(records)))
            for name, purposes in PURPOSES.items():
                self._say(f"worker for {' and '.join(purposes)}, {label}")
                rounds[name].append(self._redact(name, len(records)))
            self._say(f"the pipeline's transport that copies, {label}")
            rounds["own"].append(self._copy("own_copy", ["worker", "-l", "info"], len(records)))
        presidio = None
        if installed("presidio"):
            self._say("stock Faust worker with Presidio in it")
            events = min(PRESIDIO_EVENTS, len(records))
            presidio = self._copy("stock_worker", ["worker", "-l", "info"], events, presidio=True)
        self._say("two workers")
        together = self._redact("two", len(records), workers=2)
        mean = {name: _mean(each) for name, each in rounds.items()}
        self._say("latency at half of full load")
        latencies_ms = self._latencies_ms(records, mean["two"].events_per_s / 2)
        cuts = quantiles(latencies_ms, n=_PERCENT)
        return WorkerFigures(
            one_purpose=mean["one"],
            two_purposes=mean["two"],
            two_workers=together,
            stock_copy=mean["stock"],
            own_copy=mean["own"],
            stock_presidio=presidio,
            latency_p50_ms=cuts[49],
            latency_p99_ms=cuts[98],
        )

    def _copy(self, module: str, arguments: Sequence[str], events: int, *, presidio: bool = False) -> Drained:
        run = self._next_run(module)
        target = f"bench.{run}"
        self._broker(self._settings("two", run)).create([TopicPlan(TopicRole.SANITIZED, target, PARTITIONS, 1, {})])
        plan = StockPlan(self._bootstrap, run, RAW, target, str(self._directory / run), presidio=presidio)
        settings = {PLAN_VARIABLE: msgspec.json.encode(plan).decode()}
        return self._drained(f"pipeline.bench.references.{module}", arguments, [settings], target, events, run)

    def _redact(self, purposes: str, events: int, workers: int = 1) -> Drained:
        run = self._next_run(purposes)
        settings = self._settings(purposes, run)
        self._create(settings)
        environments = [self._environment(purposes, run, slot) for slot in range(workers)]
        return self._drained("pipeline", ["worker"], environments, settings.topics.receipts, events, run)

    def _drained(
        self,
        module: str,
        arguments: Sequence[str],
        environments: Sequence[Mapping[str, str]],
        target: str,
        events: int,
        run: str,
    ) -> Drained:
        """Start a process in each environment and let them work off the backlog together."""
        log = self._directory / f"{run}.log"
        arrivals = Arrivals(self._bootstrap, target)
        with ExitStack() as stack:
            processes = [
                stack.enter_context(MeasuredProcess(module, arguments, environment, log))
                for environment in environments
            ]
            drained = drain(Together(processes), arrivals, events, log)
        arrivals.close()
        return drained

    def _latencies_ms(self, records: Sequence[RawRecord], rate_per_s: float) -> list[float]:
        run = self._next_run("latency")
        raw = f"bench.{run}.raw"
        environment = self._environment("two", run) | {"REDACT_TOPICS_RAW": raw}
        settings = load_settings(None, environment)
        self._create(settings)
        warm_up = int(len(records) * WARM_UP_SHARE)
        publish(self._bootstrap, raw, records[:warm_up])
        log = self._directory / f"{run}.log"
        arrivals = Arrivals(self._bootstrap, settings.topics.receipts)
        paced = records[warm_up:][: int(LATENCY_S * rate_per_s)]
        with MeasuredProcess("pipeline", ["worker"], environment, log) as process:
            drain(Together([process]), arrivals, warm_up, log)
            latencies_ms = paced_latencies_ms(self._bootstrap, raw, arrivals, paced, rate_per_s, _LATE_S_MAX)
        arrivals.close()
        if len(latencies_ms) < len(paced):
            raise Unavailable(f"{len(latencies_ms)} of {len(paced)} receipts came at half of full load, see {log}")
        return latencies_ms

    def _next_run(self, name: str) -> str:
        self._runs += 1
        return f"{name}-{self._runs}"

    def _settings(self, purposes: str, run: str) -> Settings:
        return load_settings(None, self._environment(purposes, run))

    def _environment(self, purposes: str, run: str, slot: int = 0) -> dict[str, str]:
        """Return what makes a worker read the common backlog and write to topics of this run."""
        return {
            KEYS_FILE_VARIABLE: str(self._keys_file),
            "REDACT_POLICY": str(self._policy(purposes)),
            "REDACT_KAFKA_BOOTSTRAP_SERVERS": self._bootstrap,
            "REDACT_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
            "REDACT_KAFKA_ALLOW_PLAINTEXT": "true",  # loopback only
            "REDACT_TELEMETRY_PORT": str(free_port()),
            "REDACT_WORKER_GROUP": run,
            "REDACT_WORKER_SLOT": f"{run}-{slot}",
            "REDACT_WORKER_STATE_DIRECTORY": str(self._directory / f"{run}-{slot}"),
            "REDACT_TOPICS_RAW": RAW,
            "REDACT_TOPICS_PARTITIONS": str(PARTITIONS),
            "REDACT_TOPICS_SANITIZED_PREFIX": f"bench.{run}.sanitized.",
            "REDACT_TOPICS_DEAD_LETTERS": f"bench.{run}.dead-letters",
            "REDACT_TOPICS_RECEIPTS": f"bench.{run}.receipts",
            "REDACT_TOPICS_STATE": f"bench.{run}.state",
            "REDACT_TOPICS_REQUESTS": f"bench.{run}.requests",
            "REDACT_TOPICS_REQUEST_RESULTS": f"bench.{run}.request-results",
            "REDACT_TOPICS_OPT_OUTS": f"bench.{run}.opt-outs",
        }

    def _policy(self, purposes: str) -> Path:
        """Write the shipped `analytics` policy for these purposes with its names tier off, and return where."""
        path = self._directory / f"{purposes}.yaml"
        if not path.exists():
            path.write_bytes(fast_policy(PURPOSES[purposes]))
        return path

    def _create(self, settings: Settings) -> None:
        purposes = PURPOSES["two"]
        self._broker(settings).create(topics.plan(settings, purposes))

    def _broker(self, settings: Settings) -> KafkaBroker:
        return KafkaBroker(settings.kafka)


def fast_policy(purposes: Sequence[str]) -> bytes:
    """Return the shipped `analytics` policy with these purposes alone and without names tier and policy tests."""
    document = YAML(typ="safe").load(find_policy("analytics"))
    document["tenants"] = [TENANT]
    document["names"] = dict.fromkeys(document["names"], "off")
    document["purposes"] = {name: document["purposes"][name] for name in purposes}
    del document["tests"]
    return msgspec.json.encode(document)  # which is YAML


def _mean(rounds: Sequence[Drained]) -> Drained:
    cpu = [each.cpu_us_per_event for each in rounds if each.cpu_us_per_event is not None]
    resident = [each.rss_mb for each in rounds if each.rss_mb is not None]
    return dataclasses.replace(
        rounds[0],
        events_per_s=fmean(each.events_per_s for each in rounds),
        cpu_us_per_event=fmean(cpu) if cpu else None,
        rss_mb=max(resident) if resident else None,
    )
