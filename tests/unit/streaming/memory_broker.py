"""A Kafka broker that lives in memory: offsets, transactions, groups with generations, and failures on demand.

It keeps the behaviour the readers rest on, held to Apache Kafka by `tests/integration/opt_outs/test_memory_broker.py`.
"""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from types import SimpleNamespace

from confluent_kafka import OFFSET_BEGINNING, KafkaError, KafkaException, TopicPartition


@dataclass
class Entry:
    key: bytes | None
    value: bytes | None
    timestamp_ms: int
    transaction: "Transaction | None" = None
    is_marker: bool = False


@dataclass(eq=False)
class Transaction:
    state: str = "open"
    places: set[tuple[str, int]] = field(default_factory=set)
    offsets: dict[tuple[str, str, int], int] = field(default_factory=dict)


class Record:
    def __init__(self, topic, partition, offset, entry=None, error=None):
        self._place = (topic, partition, offset)
        self._entry = entry
        self._error = error

    def error(self):
        return self._error

    def topic(self):
        return self._place[0]

    def partition(self):
        return self._place[1]

    def offset(self):
        return self._place[2]

    def key(self):
        return self._entry.key

    def value(self):
        return self._entry.value

    def timestamp(self):
        return (1, self._entry.timestamp_ms)


class MemoryBroker:
    """Hands out consumers and producers by `consumer(settings)` and `producer(settings)`.

    `failures[name]` is a list of errors that the next calls of that name raise; `answers` False lets every question
    time out.
    """

    def __init__(self):
        self.lock = threading.RLock()
        self.logs: dict[tuple[str, int], list[Entry]] = {}
        self.committed: dict[tuple[str, str, int], int] = {}
        self.members: dict[str, list[MemoryConsumer]] = defaultdict(list)
        self.generations: dict[str, int] = defaultdict(int)
        self.transactions: dict[str, Transaction] = {}
        self.owners: dict[str, MemoryProducer] = {}
        self.failures: dict[str, list[KafkaError]] = defaultdict(list)
        self.answers = True
        self.open_clients = 0

    def create(self, topic, partitions=1):
        for partition in range(partitions):
            self.logs[topic, partition] = []

    def append(self, topic, value, key=None, partition=0, timestamp_ms=1_000, transaction=None):
        with self.lock:
            log = self.logs[topic, partition]
            log.append(Entry(_bytes(key), _bytes(value), timestamp_ms, transaction))
            return len(log) - 1

    def records(self, topic, partition=0):
        """Return (key, value) of what a read_committed reader sees."""
        with self.lock:
            return [
                (entry.key, entry.value)
                for entry in self.logs[topic, partition][: self.end(topic, partition, "read_committed")]
                if visible(entry, "read_committed")
            ]

    def end(self, topic, partition, isolation):
        log = self.logs[topic, partition]
        if isolation == "read_committed":
            for offset, entry in enumerate(log):
                if entry.transaction is not None and entry.transaction.state == "open" and not entry.is_marker:
                    return offset
        return len(log)

    def finish(self, transaction, state):
        with self.lock:
            transaction.state = state
            for place in transaction.places:
                self.logs[place].append(Entry(None, None, 0, transaction, is_marker=True))
            if state == "committed":
                self.committed.update(transaction.offsets)

    def pending_offsets(self, group):
        return any(
            transaction.state == "open" and any(name[0] == group for name in transaction.offsets)
            for transaction in self.transactions.values()
        )

    def evict(self, consumer):
        """Throw a member out, as a broker does that misses its heartbeats; the member learns of it when it polls."""
        with self.lock:
            self.members[consumer.group].remove(consumer)
            self.members[consumer.group].append(consumer)
            self.generations[consumer.group] += 1

    def consumer(self, settings):
        return MemoryConsumer(self, settings)

    def producer(self, settings):
        return MemoryProducer(self, settings)

    def fail(self, name):
        if self.failures[name]:
            raise KafkaException(self.failures[name].pop(0))
        if not self.answers:
            raise KafkaException(KafkaError(KafkaError._TRANSPORT))


class MemoryConsumer:
    def __init__(self, broker, settings):
        self.broker = broker
        self.group = settings["group.id"]
        self.isolation = settings["isolation.level"]
        self.tells_end = settings.get("enable.partition.eof", False)
        self.positions: dict[tuple[str, int], int] = {}
        self.ends_told: dict[tuple[str, int], int] = {}
        self.callbacks = {}
        self.topics = []
        self.seen_generation = None
        self.owns = False
        self.events: list[KafkaError] = []
        broker.open_clients += 1

    def assign(self, partitions):
        with self.broker.lock:
            self.positions = {
                (each.topic, each.partition): 0 if each.offset == OFFSET_BEGINNING else each.offset
                for each in partitions
            }
            self.ends_told = {}

    def subscribe(self, topics, **callbacks):
        with self.broker.lock:
            self.topics, self.callbacks = topics, callbacks
            self.broker.members[self.group].append(self)
            self.broker.generations[self.group] += 1

    def consumer_group_metadata(self):
        return (self.group, self.seen_generation)

    def poll(self, timeout):
        deadline = time.monotonic() + timeout
        while True:
            if self.topics:
                self._rebalance()
            read = self._read(1)
            if read or time.monotonic() >= deadline:
                return read[0] if read else None
            time.sleep(0.001)

    def consume(self, num_messages, timeout):
        return self._read(num_messages)

    def _rebalance(self):
        with self.broker.lock:
            generation = self.broker.generations[self.group]
            if generation == self.seen_generation:
                return
            lost = self.seen_generation is not None and self.owns
            self.seen_generation = generation
            self.owns = self.broker.members[self.group][0] is self
        if lost:
            self.callbacks["on_revoke"](self, [TopicPartition(self.topics[0], 0)])
            self.assign([])
        self.callbacks["on_assign"](self, [TopicPartition(self.topics[0], 0)] if self.owns else [])

    def _read(self, limit):
        if self.events:
            return [Record("", -1, -1001, error=self.events.pop(0))]
        found = []
        with self.broker.lock:
            if not self.broker.answers:
                return found
            for (topic, partition), position in self.positions.items():
                end = self.broker.end(topic, partition, self.isolation)
                log = self.broker.logs[topic, partition]
                offset = position
                while offset < end and len(found) < limit:
                    if visible(log[offset], self.isolation):
                        found.append(Record(topic, partition, offset, log[offset]))
                    offset += 1
                self.positions[topic, partition] = offset
                told = self.ends_told.get((topic, partition))
                if self.tells_end and offset == end and told != end and len(found) < limit:
                    self.ends_told[topic, partition] = end
                    found.append(Record(topic, partition, end, error=KafkaError(KafkaError._PARTITION_EOF)))
        return found

    def get_watermark_offsets(self, partition, timeout):
        self.broker.fail("get_watermark_offsets")
        with self.broker.lock:
            return 0, self.broker.end(partition.topic, partition.partition, self.isolation)

    def committed(self, partitions, timeout):
        self.broker.fail("committed")
        deadline = time.monotonic() + timeout
        while self.isolation == "read_committed" and self.broker.pending_offsets(self.group):
            if time.monotonic() > deadline:
                raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
            time.sleep(0.001)
        with self.broker.lock:
            return [
                SimpleNamespace(
                    offset=self.broker.committed.get((self.group, each.topic, each.partition), -1001), error=None
                )
                for each in partitions
            ]

    def commit(self, *, offsets, asynchronous):
        self.broker.fail("commit")
        with self.broker.lock:
            if self.broker.generations[self.group] != self.seen_generation:
                raise KafkaException(KafkaError(KafkaError.ILLEGAL_GENERATION))
            for each in offsets:
                self.broker.committed[self.group, each.topic, each.partition] = each.offset
        return [SimpleNamespace(error=None) for _ in offsets]

    def list_topics(self, topic, timeout):
        self.broker.fail("list_topics")
        partitions = {partition for name, partition in self.broker.logs if name == topic}
        error = None if partitions else KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART)
        return SimpleNamespace(topics={topic: SimpleNamespace(partitions=partitions, error=error)})

    def close(self):
        with self.broker.lock:
            self.broker.open_clients -= 1
            if self in self.broker.members[self.group]:
                self.broker.members[self.group].remove(self)
                self.broker.generations[self.group] += 1


class MemoryProducer:
    def __init__(self, broker, settings):
        self.broker = broker
        self.id = settings.get("transactional.id", "")
        self.transaction = None
        self.undelivered = []

    def init_transactions(self, timeout):
        self.broker.fail("init_transactions")
        with self.broker.lock:
            self.broker.owners[self.id] = self
            left_open = self.broker.transactions.get(self.id)
        if left_open is not None and left_open.state == "open":
            self.broker.finish(left_open, "aborted")

    def begin_transaction(self):
        self.transaction = self.broker.transactions[self.id] = Transaction()

    def produce(self, topic, value, key, partition, on_delivery):
        partition = max(partition, 0)
        if not self.id and self.broker.failures["produce"]:
            self.undelivered.append((self.broker.failures["produce"].pop(0), on_delivery))
            return
        self._check_owner()
        if self.transaction is not None:
            self.transaction.places.add((topic, partition))
        self.broker.append(topic, value, key, partition, transaction=self.transaction)

    def send_offsets_to_transaction(self, positions, group_metadata, timeout):
        self.broker.fail("send_offsets_to_transaction")
        self._check_owner()
        group, generation = group_metadata
        with self.broker.lock:
            if self.broker.generations[group] != generation:
                raise KafkaException(KafkaError(KafkaError.ILLEGAL_GENERATION, "", False, False, True))
            for each in positions:
                self.transaction.offsets[group, each.topic, each.partition] = each.offset

    def commit_transaction(self, timeout):
        self.broker.fail("commit_transaction")
        self._check_owner()
        self.broker.finish(self.transaction, "committed")

    def abort_transaction(self, timeout):
        self.broker.fail("abort_transaction")
        self._check_owner()
        self.broker.finish(self.transaction, "aborted")

    def flush(self, timeout):
        self.broker.fail("flush")
        for error, on_delivery in self.undelivered:
            on_delivery(error, None)
        self.undelivered = []
        return 0

    def purge(self):
        self.undelivered = []

    def poll(self, timeout):
        time.sleep(timeout)
        return 0

    def _check_owner(self):
        if self.id and self.broker.owners.get(self.id) is not self:
            raise KafkaException(KafkaError(KafkaError._FENCED, "", True, False, False))


def visible(entry, isolation):
    if entry.is_marker:
        return False
    aborted = entry.transaction is not None and entry.transaction.state == "aborted"
    return not (aborted and isolation == "read_committed")


def _bytes(value):
    return value.encode() if isinstance(value, str) else value
