"""Puts records on a topic as fast as it goes, or at a pace, and sees outputs arrive as a committed reader sees them.

With librdkafka rather than the client of `operations`: on two cores the load must not cost more than what is measured.
"""

import time
from collections.abc import Sequence
from typing import Final

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, Producer, TopicPartition

from pipeline.bench.workload import RawRecord
from pipeline.errors import Unavailable
from pipeline.event import receipt as receipts

PARTITIONS: Final = 4
_POLL_EVERY_RECORDS: Final = 1_000
_FLUSH_S_MAX: Final = 60.0
_CONSUMED_AT_ONCE: Final = 500
_CONSUME_S: Final = 0.02
_TAKE_S: Final = 0.002
_MS_PER_S: Final = 1_000.0


def producer(bootstrap: str) -> Producer:
    """Return a producer that partitions as Kafka's own clients do."""
    return Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random", "linger.ms": 2})


def publish(bootstrap: str, topic: str, records: Sequence[RawRecord]) -> None:
    """Publish all records and wait until they are acknowledged. Raises `Unavailable`."""
    client = producer(bootstrap)
    for number, record in enumerate(records):
        client.produce(topic, record.value, record.key)
        if number % _POLL_EVERY_RECORDS == 0:
            client.poll(0.01)
    if client.flush(_FLUSH_S_MAX):
        raise Unavailable(f"{topic}: the broker did not acknowledge the load within {_FLUSH_S_MAX:.0f} s")


class Arrivals:
    """Reads a topic from its beginning, committed records only, whatever the partition."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "bench-arrivals",  # demanded by librdkafka and used for nothing
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "fetch.wait.max.ms": 10,
            }
        )
        self._consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in range(PARTITIONS)])

    def count(self) -> int:
        """Return how many records arrived now; waits for some milliseconds."""
        return sum(message.error() is None for message in self._consumer.consume(_CONSUMED_AT_ONCE, _CONSUME_S))

    def take(self) -> list[Message]:
        """Return what arrives within two milliseconds."""
        return [message for message in self._consumer.consume(_CONSUMED_AT_ONCE, _TAKE_S) if message.error() is None]

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()


def paced_latencies_ms(
    bootstrap: str, topic: str, arrivals: Arrivals, records: Sequence[RawRecord], rate_per_s: float, s_max: float
) -> list[float]:
    """Publish at a steady rate and return each record's latency: broker's time of the raw record to receipt read.

    Stops `s_max` after the last record was published, however many receipts are missing then.
    """
    client = producer(bootstrap)
    latencies_ms: list[float] = []
    started_at_s = time.monotonic()
    sent = 0
    end_s = started_at_s + len(records) / rate_per_s + s_max
    while len(latencies_ms) < len(records) and time.monotonic() < end_s:
        due = min(len(records), int((time.monotonic() - started_at_s) * rate_per_s))
        for record in records[sent:due]:
            client.produce(topic, record.value, record.key)
        sent = due
        client.poll(0)
        arrived = arrivals.take()
        now_ms = time.time() * _MS_PER_S
        latencies_ms += [now_ms - receipts.decode(message.value()).recorded_at_ms for message in arrived]
    client.flush(_FLUSH_S_MAX)
    return latencies_ms
