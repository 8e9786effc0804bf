"""The demo: start a broker and a worker, publish, watch, reconcile, show."""

import itertools
import shutil
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NoReturn

from rich.console import Console
from rich.table import Table

from pipeline.demo.brokers import apache_kafka, embedded_broker, free_port
from pipeline.demo.live import ReceiptWatch, finding_rows, outcome_rows
from pipeline.demo.reconcile import Check, Published, placed, reconcile
from pipeline.demo.scenario import TENANT, Planned, Scenario, make_scenario
from pipeline.demo.summary import Summary, Turn, write_summary
from pipeline.demo.turns import shown_turns
from pipeline.demo.worker_process import WorkerProcess
from pipeline.errors import Unavailable
from pipeline.event.privacy_request import Choice, IdentifierKind, PrivacyRequest
from pipeline.event.receipt import decode
from pipeline.keys import load_key_ring, make_key_file
from pipeline.operations import topics
from pipeline.operations.audit import audit
from pipeline.operations.broker import Broker, OutgoingRecord, StoredRecord
from pipeline.operations.kafka_broker import KafkaBroker
from pipeline.operations.opt_outs import Identity, ask, make_request
from pipeline.operations.read_back import read_back
from pipeline.policy.compile import load_policy
from pipeline.policy.shipped import find_policy
from pipeline.settings import Delivery, Settings, load_settings

DIRECTORY: Final = Path(".demo")
KAFKA_LIBS: Final = Path(".kafka/libs")
ANSWER_S_MAX: Final = 60.0
DRAIN_S_MAX: Final = 170.0


def run_demo(broker: str, *, keep: bool = False, directory: Path = DIRECTORY) -> int:
    """Run the demo on the `embedded` broker or on Apache `kafka`; return 0 only if everything reconciles.

    With `keep`, broker and a worker stay until Ctrl+C, for whoever wants to look at the topics or publish their own
    file. Effects: starts a broker and a worker on loopback and ends them; replaces what the last demo left in
    `directory`.
    """
    signal.signal(signal.SIGTERM, _stop)  # so that broker and worker are ended, not orphaned
    console = Console()
    make_fresh(directory)
    keys_file = directory / "keys.json"
    make_key_file(keys_file)
    with _broker(broker, directory) as bootstrap:
        environment = _environment(broker, bootstrap, keys_file, directory)
        demo = _Demo(load_settings(None, environment), environment, directory, console)
        status = demo.run()
        if keep:
            demo.stay()
        return status


def make_fresh(directory: Path) -> None:
    """Replace a directory by an empty one that its owner alone may look into: the broker's files hold raw records."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(mode=0o700, parents=True)


def opt_out_requests(customers: Iterable[str], numbers: Iterator[int]) -> Iterator[PrivacyRequest]:
    """Yield a request for each customer, in their order, asked for when it is taken.

    Its id is a number: the answers, which name nobody, stand under it.
    """
    for customer in sorted(customers):
        yield make_request(
            Identity(TENANT, IdentifierKind.CUSTOMER_ID, customer),
            Choice.OUT,
            request_id=f"demo-{next(numbers):04}",
            requested_at=datetime.now(UTC),
            source="demo",
        )


def left_behind(directory: Path, delivery: Delivery) -> str:
    """Return what stays of the broker once the demo has ended; the embedded one keeps its topics in memory. Pure."""
    what = "log, and the topics with the raw records" if delivery is Delivery.EXACTLY_ONCE else "log"
    return f"the broker's {what}: {directory / 'broker'}, for you alone to read, until `make clean`"


def _stop(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)


def _broker(kind: str, directory: Path) -> AbstractContextManager[str]:
    if kind == "kafka":
        return apache_kafka(KAFKA_LIBS, directory / "broker")
    return embedded_broker(directory / "broker")


def _environment(kind: str, bootstrap: str, keys_file: Path, directory: Path) -> dict[str, str]:
    environment = {
        "REDACT_KEYS_FILE": str(keys_file.resolve()),
        "REDACT_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "REDACT_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
        "REDACT_KAFKA_ALLOW_PLAINTEXT": "true",  # loopback only
        "REDACT_TELEMETRY_PORT": str(free_port()),
        "REDACT_WORKER_STATE_DIRECTORY": str(directory / "worker"),
    }
    if kind != "kafka":
        environment |= {
            "REDACT_KAFKA_DELIVERY": "at_least_once",
            "REDACT_KAFKA_SESSION_TIMEOUT_MS": "4000",
            "REDACT_KAFKA_HEARTBEAT_INTERVAL_MS": "1000",
        }
    return environment


class _Demo:
    def __init__(self, settings: Settings, environment: dict[str, str], directory: Path, console: Console) -> None:
        self._settings = settings
        self._environment = environment
        self._directory = directory
        self._console = console
        self._policy = load_policy(find_policy(settings.policy))
        self._purposes = [purpose.name for purpose in self._policy.purposes]
        self._broker: Broker = self._connect()
        self._numbers = itertools.count(1)

    def _connect(self) -> Broker:
        return KafkaBroker(self._settings.kafka)

    def run(self) -> int:
        """Play the scenario and judge it."""
        started_at_s = time.monotonic()
        scenario = make_scenario()
        names = self._settings.topics
        topics.create(self._broker, topics.plan(self._settings, self._purposes))
        self._say(f"{scenario.conversations:,} conversations, {scenario.records:,} records; the worker is starting")
        log = self._directory / "worker.log"
        with WorkerProcess(self._environment, log) as worker:
            with ReceiptWatch(self._connect, names.receipts, scenario.records, self._console) as watch:
                watch.note = "customers opt out, before anything is published"
                self._opt_out(scenario.out_before, worker)
                watch.note = "publishing the first half"
                self._publish(scenario.first_half)
                watch.note = "more customers opt out, in the middle"
                self._opt_out(scenario.out_in_the_middle, worker)
                time.sleep(1.0)  # the promise: a second from request to effect
                watch.note = "publishing the second half"
                self._publish(scenario.second_half)
                watch.note = "waiting for the last receipts"
                self._wait(worker, lambda: len(watch.watched.receipts) >= scenario.records)
            status = worker.stop()
        checks, published = self._judge(scenario, log, status)
        turns = shown_turns(published, self._read([self._settings.sanitized_topic(self._purposes[0])]))
        summary = Summary(
            headline=f"{scenario.conversations:,} human-written conversations, {scenario.records:,} records, "
            f"{time.monotonic() - started_at_s:.0f} s with the start of broker and worker",
            checks=checks,
            outcomes=outcome_rows(watch.watched),
            findings=finding_rows(watch.watched),
            rates_per_s=watch.watched.rates_per_s,
            turns=turns,
            topics=self._topic_counts(),
        )
        page = self._directory / "summary.html"
        write_summary(summary, page)
        self._show(summary, page, log)
        return 0 if all(check.holds for check in checks) else 1

    def stay(self) -> None:
        """Keep a worker running until Ctrl+C, and say how to reach it."""
        config = self._directory / "redact.toml"
        config.write_text(_as_toml(self._settings), encoding="utf-8")
        self._say(f"Broker {self._settings.kafka.bootstrap_servers} and a worker stay until Ctrl+C")
        for command in (
            f"redact --config {config} publish my-events.jsonl",
            f"redact --config {config} dead-letters list",
            f"redact --config {config} audit",
            f"redact --config {config} opt-out add --tenant {TENANT} --kind customer_id",
            self._reader_command(),
        ):
            self._console.print(f"  {command}", highlight=False, soft_wrap=True)
        with WorkerProcess(self._environment, self._directory / "worker.log") as worker, suppress(KeyboardInterrupt):
            while worker.alive:
                time.sleep(0.5)

    def _reader_command(self) -> str:
        """Return a command of another client that shows the analytics stream."""
        topic, servers = self._settings.sanitized_topic(self._purposes[0]), self._settings.kafka.bootstrap_servers
        if self._settings.kafka.delivery is Delivery.EXACTLY_ONCE:
            return f"kcat -b {servers} -t {topic} -C -e"
        # kcat's librdkafka of old distributions does not understand the embedded broker.
        return f"python -m kafka.consumer -b {servers} -t {topic} -C auto_offset_reset=earliest -g look"

    def _say(self, sentence: str) -> None:
        self._console.print(f"[bold]{sentence}[/bold]", highlight=False)

    def _opt_out(self, customers: Iterable[str], worker: WorkerProcess) -> None:
        for request in opt_out_requests(customers, self._numbers):
            if not worker.alive:
                raise Unavailable(f"the worker ended; see {self._directory / 'worker.log'}")
            ask(self._broker, self._settings, request, wait_s_max=ANSWER_S_MAX)

    def _publish(self, records: Sequence[Planned]) -> None:
        raw = self._settings.topics.raw
        self._broker.send(OutgoingRecord(raw, record.key, record.value) for record in records)

    def _wait(self, worker: WorkerProcess, done: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + DRAIN_S_MAX
        while not done() and worker.alive and time.monotonic() < deadline_s:
            time.sleep(0.1)

    def _read(self, names: Sequence[str]) -> list[StoredRecord]:
        return list(read_back(self._broker, names))

    def _judge(self, scenario: Scenario, log: Path, status: int) -> tuple[list[Check], list[Published]]:
        names = self._settings.topics
        receipts = self._read([names.receipts])
        letters = self._read([names.dead_letters])
        outputs = {purpose: self._read([self._settings.sanitized_topic(purpose)]) for purpose in self._purposes}
        decoded = [decode(record.value) for record in receipts if record.value is not None]
        published = placed(scenario, self._read([names.raw]), decoded)
        open_to_strangers = [
            field
            for record in (*receipts, *letters, *(each for records in outputs.values() for each in records))
            for field in (record.key, record.value)
            if field is not None
        ]
        keys = load_key_ring(None, self._environment)
        audited = audit(
            self._broker, self._settings, keys, self._purposes, sealed=None, now_ms=time.time_ns() // 1_000_000
        )
        checks = reconcile(scenario, published, outputs, audited.report, [*open_to_strangers, log.read_bytes()])
        checks.append(Check("The worker stopped cleanly when told to", status == 0, f"exit status {status}"))
        return checks, published

    def _topic_counts(self) -> list[tuple[str, int]]:
        names = self._settings.topics
        sanitized = [self._settings.sanitized_topic(purpose) for purpose in self._purposes]
        listed = [names.raw, *sanitized, names.dead_letters, names.receipts, names.opt_outs]
        return [(name, len(self._read([name]))) for name in listed]

    def _show(self, summary: Summary, page: Path, log: Path) -> None:
        self._console.print(_turn_table(summary.turns))
        counts = Table(title="Outcomes by purpose", box=None, show_header=False)
        for name, count in summary.outcomes:
            counts.add_row(name, f"{count:,}")
        self._console.print(counts)
        verdicts = Table(title="Does it add up?", box=None, show_header=False)
        for check in summary.checks:
            verdicts.add_row("[green]yes[/green]" if check.holds else "[red]NO[/red]", check.sentence, check.detail)
        self._console.print(verdicts)
        self._say("Where things are")
        for name, count in summary.topics:
            self._console.print(f"  {name}: {count:,} records", highlight=False)
        self._console.print(f"  summary with plots: {page}\n  worker log: {log}", highlight=False)
        port = self._settings.telemetry.port
        self._console.print(f"  metrics, while it ran: http://127.0.0.1:{port}/metrics", highlight=False)
        self._console.print(f"  {left_behind(self._directory, self._settings.kafka.delivery)}", highlight=False)
        self._say("What to try next")
        for command in (
            "redact text                          type a conversation and see what leaves",
            "redact demo --keep                   the same, and broker and worker stay for your own events",
            "redact policy explain analytics      what happens to which data, for which purpose",
            "redact bench                         how fast, against references in the same run",
            "make kafka demo BROKER=kafka         the same exactly once, on Apache Kafka",
        ):
            self._console.print(f"  {command}", highlight=False)


def _as_toml(settings: Settings) -> str:
    """Return the settings that make the command line talk to the demo's broker. Pure."""
    kafka, telemetry = settings.kafka, settings.telemetry
    return (
        f'keys_file = "{settings.keys_file}"\n'
        f'[kafka]\nbootstrap_servers = "{kafka.bootstrap_servers}"\ndelivery = "{kafka.delivery.value}"\n'
        f'security_protocol = "{kafka.security_protocol.value}"\nallow_plaintext = true\n'
        f"[telemetry]\nport = {telemetry.port}\n"
    )


def _turn_table(turns: Sequence[Turn]) -> Table:
    table = Table(title="A few turns, before and after", show_lines=True)
    for column in ("", "raw", "sanitized, for analytics"):
        table.add_column(column, overflow="fold")
    for turn in turns:
        table.add_row(turn.role, turn.before.replace("[", r"\["), turn.after.replace("[", r"\["))
    return table
