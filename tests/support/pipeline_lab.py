"""A whole pipeline on a real broker: topics of its own, worker processes, and an independent reader."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pipeline.demo.worker_process import WorkerProcess
from pipeline.event.receipt import Receipt, decode
from pipeline.operations import topics
from pipeline.operations.broker import OutgoingRecord, StoredRecord
from pipeline.operations.kafka_broker import KafkaBroker
from pipeline.operations.read_back import read_back
from pipeline.policy.shipped import find_policy
from pipeline.settings import Settings, load_settings
from tests.support.delivery import poll_until
from tests.support.events import key_ring, write_key_file

PURPOSES = ("analytics", "quality")
PARTITIONS = 4


def write_policy(path: Path, *, names: bool = False, replace: Sequence[tuple[str, str]] = ()) -> Path:
    """Write the shipped `analytics` policy with changes; without the names tier unless asked, since it is slow."""
    text = find_policy("analytics").read_text(encoding="utf-8")
    changes = [*replace] if names else [("en: own", 'en: "off"'), *replace]
    for old, new in changes:
        assert old in text, f"the shipped policy no longer holds {old!r}"
        text = text.replace(old, new)
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    return fresh.replace(path)


class PipelineLab:
    """One pipeline with topics and groups of its own, below `directory`."""

    def __init__(self, bootstrap: str, directory: Path, *, exactly_once: bool = True, **overrides: str) -> None:
        self.directory = directory
        self.policy = write_policy(directory / "policy.yaml")
        self.keys = key_ring()
        prefix = f"t{uuid.uuid4().hex[:8]}"
        write_key_file(directory / "keys.json")
        self.environment = {
            "REDACT_POLICY": str(self.policy),
            "REDACT_KEYS_FILE": str(directory / "keys.json"),
            "REDACT_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
            "REDACT_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
            "REDACT_KAFKA_ALLOW_PLAINTEXT": "true",
            "REDACT_KAFKA_DELIVERY": "exactly_once" if exactly_once else "at_least_once",
            "REDACT_KAFKA_SESSION_TIMEOUT_MS": "2000" if exactly_once else "4000",
            "REDACT_KAFKA_HEARTBEAT_INTERVAL_MS": "500" if exactly_once else "1000",
            "REDACT_TOPICS_PARTITIONS": str(PARTITIONS),
            "REDACT_TELEMETRY_PORT": "0",
            "REDACT_TELEMETRY_LOG_LEVEL": "DEBUG",
            "REDACT_WORKER_GROUP": f"{prefix}-redaction",
            "REDACT_WORKER_STATE_DIRECTORY": str(directory / "worker"),
            "REDACT_TOPICS_RAW": f"{prefix}.raw",
            "REDACT_TOPICS_SANITIZED_PREFIX": f"{prefix}.sanitized.",
            "REDACT_TOPICS_DEAD_LETTERS": f"{prefix}.dead-letters",
            "REDACT_TOPICS_RECEIPTS": f"{prefix}.receipts",
            "REDACT_TOPICS_STATE": f"{prefix}.state",
            "REDACT_TOPICS_REQUESTS": f"{prefix}.requests",
            "REDACT_TOPICS_REQUEST_RESULTS": f"{prefix}.request-results",
            "REDACT_TOPICS_OPT_OUTS": f"{prefix}.opt-outs",
            **overrides,
        }
        self.settings: Settings = load_settings(None, self.environment)
        self.broker = KafkaBroker(self.settings.kafka)
        topics.create(self.broker, topics.plan(self.settings, PURPOSES))
        self._workers: list[WorkerProcess] = []
        self.log = directory / "worker.log"

    def sibling(self, name: str, **overrides: str) -> "PipelineLab":
        """Return another pipeline over the same raw topic, keys and policy, with other outputs and groups."""
        directory = self.directory / name
        directory.mkdir()
        shared = {"REDACT_TOPICS_RAW": self.settings.topics.raw}
        return PipelineLab(self.settings.kafka.bootstrap_servers, directory, **{**shared, **overrides})

    def worker(self, slot: str = "0", **overrides: str) -> WorkerProcess:
        """Start a worker; `stop_all` ends it at the latest."""
        worker = WorkerProcess({**self.environment, "REDACT_WORKER_SLOT": slot, **overrides}, self.log)
        self._workers.append(worker)
        return worker.__enter__()

    def stop_all(self) -> None:
        """End every worker that still runs, and let the connections go."""
        for worker in self._workers:
            worker.kill()
        self.broker.close()

    def publish(self, records: Iterable[tuple[bytes | None, bytes | None]], partition: int | None = None) -> int:
        """Publish raw records; by key unless a partition is named."""
        raw = self.settings.topics.raw
        return self.broker.send(OutgoingRecord(raw, key, value, partition) for key, value in records)

    def publish_with_headers(self, key: bytes, value: bytes, headers: tuple[tuple[str, bytes], ...]) -> None:
        """Publish one raw record with headers."""
        self.broker.send([OutgoingRecord(self.settings.topics.raw, key, value, None, headers)])

    def read(self, topic: str) -> list[StoredRecord]:
        """Return the committed records of a topic."""
        return list(read_back(self.broker, [topic]))

    def receipts(self) -> list[Receipt]:
        """Return every receipt written so far."""
        return [decode(record.value) for record in self.read(self.settings.topics.receipts) if record.value is not None]

    def outputs(self, purpose: str) -> dict[str, bytes | None]:
        """Return the last record under each id of a purpose's stream."""
        records = self.read(self.settings.sanitized_topic(purpose))
        return {(record.key or b"").decode(): record.value for record in records}

    def wait_for_receipts(self, count: int, *, deadline_s: float = 60) -> list[Receipt]:
        """Wait until so many raw records have receipts, and return them."""
        topic = self.settings.topics.receipts
        seen: set[tuple[int, int]] = set()
        starts = {at: bounds.start for at, bounds in self.broker.bounds([topic]).items()}
        found: list[Receipt] = []
        for record in self.broker.tail(starts, wait_s_max=deadline_s):
            if record.value is not None:
                found.append(receipt := decode(record.value))
                seen.add((receipt.partition, receipt.offset))
            if len(seen) >= count:
                return found
            if not any(worker.alive for worker in self._workers):
                break
        tail = self.log.read_text(encoding="utf-8")[-3000:]
        raise AssertionError(f"{len(seen)} of {count} receipts; the worker's log ends:\n{tail}")

    def assert_exactly_once(self) -> None:
        """Every raw record has one receipt; every stream holds what its receipts promise, once, in the raw order."""
        raw = Counter((record.partition, record.offset) for record in self.read(self.settings.topics.raw))
        receipts = self.receipts()
        assert Counter((receipt.partition, receipt.offset) for receipt in receipts) == raw
        for purpose in PURPOSES:
            promised: dict[int, list[str]] = {}
            for receipt in sorted(receipts, key=lambda each: each.offset):
                lines = [line for line in receipt.purposes if line.purpose == purpose and line.outcome == "sanitized"]
                amended = [line for line in receipt.amendments if line.purpose == purpose]
                promised.setdefault(receipt.partition, []).extend(line.id for line in (*lines, *amended))
            standing: dict[int, list[str]] = {}
            for record in self.read(self.settings.sanitized_topic(purpose)):
                standing.setdefault(record.partition, []).append((record.key or b"").decode())
            assert standing == {number: ids for number, ids in promised.items() if ids}


def wait_until(condition: Callable[[], bool], what: str, *, deadline_s: float = 30) -> None:
    """Poll until something holds."""
    poll_until(condition, deadline_s=deadline_s, what=what)
