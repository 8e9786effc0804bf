"""The soak: `python -m tests.faults.soak --minutes 60 --rate 4000`; one line a minute, then a verdict.

A worker on one node of Apache Kafka, exactly once, at a steady rate. Its receipts must follow the raw offsets one by
one, and after the first quarter its memory and its open files must stay where they are. The conversations come from a
pool that is used over and over, so that what is remembered of them is bounded as well.
"""

import argparse
import math
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import quantiles

import msgspec

from pipeline.bench.load import PARTITIONS, Arrivals, producer
from pipeline.bench.processes import MeasuredProcess
from pipeline.bench.workers import fast_policy
from pipeline.bench.workload import TENANT
from pipeline.corpora import Conversation, bundled
from pipeline.demo.brokers import apache_kafka, free_port
from pipeline.event import receipt as receipts
from pipeline.keys import KEYS_FILE_VARIABLE, make_key_file
from pipeline.operations import topics
from pipeline.operations.conversation_events import encode_event, events_of
from pipeline.operations.kafka_broker import KafkaBroker
from pipeline.settings import Settings, load_settings

PURPOSES = ("analytics", "quality")
CONVERSATIONS = 10_000
DESKS = 500
LAST_RECEIPT_S_MAX = 60.0
GROWTH_MAX = 1.1
FILES_MORE_MAX = 8
STARTED_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
KAFKA_LIBS = Path(".kafka/libs")
# A topic keeps minutes, not hours: the disk must not end the run. State stays compacted.
SHORT = {"cleanup.policy": "delete", "retention.bytes": str(256 << 20), "segment.bytes": str(64 << 20)}


@dataclass
class Minute:
    """What was seen in one minute: receipts, their latency, and what the worker held at its end."""

    number: int
    receipts: int
    p50_ms: float
    p99_ms: float
    rss_mb: float
    files: int

    def __str__(self) -> str:
        return (
            f"minute {self.number:>4} {self.receipts:>9,} receipts   p50 {self.p50_ms:6.0f} ms   "
            f"p99 {self.p99_ms:6.0f} ms   {self.rss_mb:6.0f} MiB   {self.files:4} files"
        )


@dataclass
class Order:
    """The next raw offset of each partition that has no receipt, and how many receipts came out of turn."""

    expected: list[int] = field(default_factory=lambda: [0] * PARTITIONS)
    broken: int = 0

    def take(self, partition: int, offset: int) -> None:
        """Note a receipt."""
        self.broken += offset != self.expected[partition]
        self.expected[partition] = offset + 1


def raw_records() -> Iterator[tuple[bytes, bytes]]:
    """Yield keys and values without end, `DESKS` conversations at a time, under ids of a pool, each event id once."""
    conversations = tuple(bundled())

    def desk(first: int) -> Iterator[tuple[bytes, bytes]]:
        for number in count(first, DESKS):
            told = conversations[number % len(conversations)]
            name = f"conversation-{number % CONVERSATIONS}"
            again = Conversation(id=name, turns=told.turns, known=told.known)
            for event in events_of(again, TENANT, started_at=STARTED_AT, subject={"customer_id": f"of-{name}"}):
                unique = msgspec.structs.replace(event, event_id=f"{number}/{event.sequence}", sequence=None)
                yield name.encode(), encode_event(unique)

    desks = [desk(number) for number in range(DESKS)]
    while True:
        for each in desks:
            yield next(each)


def environment(bootstrap: str, directory: Path) -> dict[str, str]:
    """Return the worker's settings. Effects: writes its keys and its policy."""
    keys, policy = directory / "keys.json", directory / "policy.yaml"
    make_key_file(keys)
    policy.write_bytes(fast_policy(PURPOSES))
    return {
        KEYS_FILE_VARIABLE: str(keys),
        "REDACT_POLICY": str(policy),
        "REDACT_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "REDACT_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
        "REDACT_KAFKA_ALLOW_PLAINTEXT": "true",  # loopback only
        "REDACT_TELEMETRY_PORT": str(free_port()),
        "REDACT_TOPICS_PARTITIONS": str(PARTITIONS),
        "REDACT_WORKER_STATE_DIRECTORY": str(directory / "worker"),
    }


def create_topics(settings: Settings) -> None:
    """Create the topics, all but the compacted state with little retention."""
    plans = topics.plan(settings, PURPOSES)
    big = {settings.topics.raw, settings.topics.receipts, *map(settings.sanitized_topic, PURPOSES)}
    short = [replace(plan, configs={**plan.configs, **SHORT}) if plan.name in big else plan for plan in plans]
    KafkaBroker(settings.kafka).create(short)


def soak(bootstrap: str, directory: Path, minutes: int, rate_per_s: float) -> tuple[list[Minute], Order, int]:
    """Run the worker under the load; return what each minute saw, the order of receipts, and how many are missing."""
    chosen = environment(bootstrap, directory)
    settings = load_settings(None, chosen)
    create_topics(settings)
    client, arrivals, order = producer(bootstrap), Arrivals(bootstrap, settings.topics.receipts), Order()
    load, sent, received = raw_records(), 0, 0
    seen: list[Minute] = []
    latencies_ms: list[float] = []
    with MeasuredProcess("pipeline", ["worker"], chosen, directory / "worker.log") as worker:
        started_at_s = time.monotonic()
        end_s = started_at_s + 60 * minutes
        while (now_s := time.monotonic()) < end_s + LAST_RECEIPT_S_MAX and worker.alive:
            due = int((min(now_s, end_s) - started_at_s) * rate_per_s)
            for _ in range(due - sent):
                key, value = next(load)
                client.produce(settings.topics.raw, value, key)
            sent = due
            client.poll(0)
            for message in arrivals.take():
                receipt = receipts.decode(message.value())
                order.take(receipt.partition, receipt.offset)
                latencies_ms.append(time.time() * 1000 - receipt.recorded_at_ms)
                received += 1
            if now_s - started_at_s > 60 * (len(seen) + 1) and len(seen) < minutes:
                seen.append(minute_of(len(seen) + 1, latencies_ms, worker))
                latencies_ms.clear()
                sys.stdout.write(f"{seen[-1]}\n")
                sys.stdout.flush()
            if now_s > end_s and received == sent:
                break
    arrivals.close()
    return seen, order, sent - received


def minute_of(number: int, latencies_ms: list[float], worker: MeasuredProcess) -> Minute:
    """Return what a minute saw. Effects: looks at the worker's process."""
    cuts = quantiles(latencies_ms, n=100) if len(latencies_ms) > 1 else [math.nan] * 99
    files = len(list(Path(f"/proc/{worker.pid}/fd").iterdir())) if worker.alive else 0
    return Minute(number, len(latencies_ms), cuts[49], cuts[98], worker.usage().rss_mb or 0.0, files)


def main() -> int:
    """Soak; 1 says that a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--rate", type=float, default=4_000, help="events a second: half of what `redact bench` says")
    arguments = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="soak-"))
    with apache_kafka(KAFKA_LIBS.resolve(), directory / "broker") as bootstrap:
        seen, order, missing = soak(bootstrap, directory, arguments.minutes, arguments.rate)
    if len(seen) < arguments.minutes:
        sys.stdout.write(f"the worker ended after {len(seen)} minutes: see {directory / 'worker.log'}\n")
        return 1
    shutil.rmtree(directory)
    settled = seen[len(seen) // 4]
    growth = seen[-1].rss_mb / settled.rss_mb if settled.rss_mb else math.inf
    more_files = seen[-1].files - settled.files
    sys.stdout.write(
        f"{sum(order.expected):,} events; missing {missing}, out of turn {order.broken}; "
        f"memory {growth:.2f} of what it was after a quarter, {more_files:+} files\n"
    )
    return int(bool(missing or order.broken or growth > GROWTH_MAX or more_files > FILES_MORE_MAX))


if __name__ == "__main__":
    sys.exit(main())
