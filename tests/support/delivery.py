"""A small laboratory for delivery tests: topics, published records, worker processes, and what a reader sees."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from confluent_kafka import ConsumerGroupTopicPartitions, Producer
from confluent_kafka import TopicPartition as Partition
from confluent_kafka.admin import AdminClient, NewTopic
from kafka import KafkaConsumer, TopicPartition

from tests.support.delivery_worker import WorkerPlan

logger = logging.getLogger("tests.kafka")
logger.setLevel(logging.ERROR)

# The worker runs the sources that stand beside these tests, wherever the package is installed from.
ROOT = Path(__file__).resolve().parents[2]
WORKER = Path(__file__).with_name("delivery_worker.py")


def poll_until(condition: Callable[[], bool], *, deadline_s: float, what: str) -> None:
    """Return when the condition holds; fail with `what` after the deadline."""
    end = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline_s:.0f} s: {what}")
        time.sleep(0.02)


@dataclass
class Worker:
    """A worker process."""

    process: subprocess.Popen[bytes]
    directory: Path
    run: int

    @property
    def journal(self) -> list[str]:
        """What the worker's listener and agent noted so far."""
        path = self.directory / f"journal-{self.run}"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    @property
    def log(self) -> str:
        """What the worker wrote so far."""
        return (self.directory / "log").read_text(encoding="utf-8")

    def wait_for(self, words: str, *, deadline_s: float = 30) -> None:
        """Wait for a line of the journal that starts so."""
        poll_until(
            lambda: any(line.startswith(words) for line in self.journal),
            deadline_s=deadline_s,
            what=f"worker notes {words!r}",
        )

    def wait_for_marker(self, name: str) -> None:
        """Wait for what was planned to happen."""
        poll_until((self.directory / name).exists, deadline_s=30, what=f"worker reaches {name}")

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()

    def resume(self) -> None:
        """Let a stopped process go on."""
        self.process.send_signal(signal.SIGCONT)

    def stop(self, *, deadline_s: float = 30) -> int:
        """Ask it to end; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.exit_code(deadline_s=deadline_s)

    def exit_code(self, *, deadline_s: float = 30) -> int:
        """Wait for its end."""
        return self.process.wait(deadline_s)


@dataclass
class Laboratory:
    """One test's topics on a shared broker, and its workers."""

    bootstrap: str
    scheme: str
    name: str
    directory: Path
    session_s: float
    heartbeat_s: float
    partitions: int = 4
    transactions: bool = True
    workers: list[Worker] = field(default_factory=list)
    published: dict[int, list[bytes]] = field(default_factory=dict)

    @property
    def source(self) -> str:
        return f"{self.name}.raw"

    @property
    def outputs(self) -> tuple[str, str]:
        return f"{self.name}.first", f"{self.name}.second"

    @property
    def state(self) -> str:
        return f"{self.name}.state"

    def make_topics(self, config: Mapping[str, str] | None = None) -> None:
        """Make source, outputs and state, all with the same partitions."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "logger": logger})
        names = (self.source, *self.outputs, self.state)
        topics = [NewTopic(name, self.partitions, 1, config=dict(config or {})) for name in names]
        for made in admin.create_topics(topics).values():
            made.result(20)

    def publish(self, count: int, *, partitions: Sequence[int] | None = None, padding_bytes: int = 0) -> None:
        """Publish `count` numbered records, spread over the partitions in turn."""
        producer = Producer(
            {
                "bootstrap.servers": self.bootstrap,
                "linger.ms": 20,
                "max.in.flight.requests.per.connection": 1,  # a repeated request must not overtake the one after it
                "message.max.bytes": 16 * 2**20,
                "logger": logger,
            }
        )
        chosen = partitions if partitions is not None else range(self.partitions)
        for number in range(count):
            partition = chosen[number % len(chosen)]
            values = self.published.setdefault(partition, [])
            value = f"{partition}/{len(values)}".encode() + b" " * padding_bytes
            values.append(value)
            producer.produce(self.source, value, f"key-{partition}", partition)
            producer.poll(0)
        assert producer.flush(30) == 0

    def plan(self, slot: str) -> WorkerPlan:
        """Return the plan of a worker that only copies."""
        directory = self.directory / slot
        directory.mkdir(exist_ok=True)
        return WorkerPlan(
            broker=f"{self.scheme}://{self.bootstrap}",
            group=f"{self.name}-group",
            slot=slot,
            directory=str(directory),
            run=len(self.workers),
            source=self.source,
            outputs=self.outputs,
            state=self.state,
            session_s=self.session_s,
            heartbeat_s=self.heartbeat_s,
            idempotent=self.transactions,
            read_committed=self.transactions,
        )

    def start(self, slot: str, **changes: object) -> Worker:
        """Start a worker process in a slot; a slot keeps its directory and its transactional id."""
        plan = replace(self.plan(slot), **changes)
        path = plan.write()
        directory = Path(plan.directory)
        with (directory / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore", str(WORKER), "worker", "--without-web", "-l", "info"],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "DELIVERY_PLAN": str(path), "PYTHONPATH": str(ROOT)},
                start_new_session=True,
            )
        worker = Worker(process, directory, plan.run)
        self.workers.append(worker)
        return worker

    def read(
        self, topic: str, *, until: Mapping[int, int] | None = None, deadline_s: float = 30
    ) -> dict[int, list[bytes]]:
        """Read what a read_committed reader sees, per partition, until each has as many records as `until` says.

        Then it looks a moment longer at the same ends, so that a duplicate is not missed.
        """
        reader = KafkaConsumer(
            bootstrap_servers=self.bootstrap,
            isolation_level="read_committed" if self.transactions else "read_uncommitted",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        tps = [TopicPartition(topic, partition) for partition in range(self.partitions)]
        found: dict[int, list[bytes]] = {tp.partition: [] for tp in tps}
        wanted = until or {}
        end = time.monotonic() + deadline_s
        try:
            reader.assign(tps)
            reader.seek_to_beginning(*tps)
            while time.monotonic() < end:
                for tp, records in reader.poll(timeout_ms=100).items():
                    found[tp.partition].extend(record.value for record in records)
                enough = all(len(found[partition]) >= count for partition, count in wanted.items())
                if enough and all(reader.position(tp) >= last for tp, last in reader.end_offsets(tps).items()):
                    break
        finally:
            reader.close()
        return found

    def assert_exactly_once(self, *, deadline_s: float = 40) -> None:
        """Every published record is in every output once, in order; the state names the last of each partition."""
        counts = {partition: len(values) for partition, values in self.published.items()}
        expected = {p: self.published.get(p, []) for p in range(self.partitions)}
        for topic in self.outputs:
            found = self.read(topic, until=counts, deadline_s=deadline_s)
            for partition, values in expected.items():
                assert found[partition] == values, summary(topic, partition, found[partition], values)
        states = self.read(self.state)
        for partition, count in counts.items():
            assert int(states[partition][-1]) == count

    def committed(self) -> dict[int, int]:
        """Return the offsets that the group has committed."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "logger": logger})
        group = f"{self.name}-group"
        asked = ConsumerGroupTopicPartitions(group, [Partition(self.source, p) for p in range(self.partitions)])
        answer = admin.list_consumer_group_offsets([asked])[group].result(20)
        return {tp.partition: max(0, tp.offset) for tp in answer.topic_partitions}

    def stop_all(self) -> None:
        """End all workers that still run; what all their listeners heard was lawful."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.resume()
                worker.kill()
        for worker in self.workers:
            assert_lawful(worker.journal)


def summary(topic: str, partition: int, found: Sequence[bytes], expected: Sequence[bytes]) -> str:
    """Say what is wrong with a partition, in one line."""
    lost = len(set(expected) - set(found))
    doubled = len(found) - len(set(found))
    ordered = list(found) == sorted(found, key=lambda value: int(value.split(b"/")[1]))
    return f"{topic}[{partition}]: {lost} lost, {doubled} doubled, {'in order' if ordered else 'out of order'}"


def assert_lawful(journal: Sequence[str]) -> None:
    """Hold what a worker's listener heard and its agent got against what `PartitionListener` promises."""
    ready = False
    delivered: list[str] = []
    for line in journal:
        word, _, rest = line.partition(" ")
        match word:
            case "assigned":
                assert not delivered, "an assignment came before the revocation"
                ready = False
            case "restored":
                ready = True
            case "delivered":
                assert ready, "a batch was delivered before the listener had answered"
                delivered.append(rest)
            case "committed":
                assert rest in delivered, "a batch was reported that was not waiting"
                assert delivered.index(rest) == 0, "batches were reported out of order"
                delivered.pop(0)
            case "aborted" | "revoked":
                delivered.clear()
