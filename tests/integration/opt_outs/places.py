"""A place on a real broker: topics and a group of its own, the worker's factories, and a publisher."""

import time
import uuid
from dataclasses import dataclass, replace

import msgspec
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from pipeline.event.privacy_request import RequestResult
from pipeline.settings import Delivery, Settings
from pipeline.streaming.opt_out_reader import OptOutReader
from pipeline.streaming.request_translator import RequestTranslator
from tests.support import kafka_broker, tansu_broker
from tests.unit.streaming.worlds import KEYS, policy

SINGLE = ("requests", "request_results", "opt_outs", "dead_letters")


@dataclass(frozen=True)
class Place:
    bootstrap: str
    settings: Settings

    @property
    def transactions(self):
        return self.settings.kafka.delivery is Delivery.EXACTLY_ONCE

    def consumer(self, settings):
        return Consumer({"bootstrap.servers": self.bootstrap, "reconnect.backoff.max.ms": 500, **settings})

    def producer(self, settings):
        base = {"bootstrap.servers": self.bootstrap, "acks": "all", "linger.ms": 0, "retry.backoff.ms": 5}
        return Producer({**base, "enable.idempotence": self.transactions, **settings})

    def worker(self, slot):
        """Return the settings of another worker of the same group."""
        return replace(self.settings, worker=replace(self.settings.worker, slot=slot))

    def reader(self, fatal):
        return OptOutReader(self.consumer, settings=self.settings, on_fatal=fatal.append)

    def translator(self, fatal, slot="0"):
        return RequestTranslator(
            self.consumer,
            self.producer,
            settings=self.worker(slot),
            keys=KEYS,
            policy=policy,
            on_fatal=fatal.append,
        )

    def publish(self, topic, values, partition=0):
        """Write (key, value) pairs in order and wait until the broker has them."""
        producer = self.producer({})
        for key, value in values:
            producer.produce(topic, value, key, partition)
        assert producer.flush(20) == 0

    def read(self, topic, partition=0, *, isolation=None):
        """Return (key, value) of all that stands on a partition now."""
        isolation = isolation or ("read_committed" if self.transactions else "read_uncommitted")
        consumer = self.consumer(
            {
                "group.id": "look",
                "isolation.level": isolation,
                "enable.partition.eof": True,
                "enable.auto.commit": False,
            }
        )
        consumer.assign([TopicPartition(topic, partition, 0)])
        found = []
        deadline = time.monotonic() + 20
        while True:
            record = consumer.poll(1)
            assert time.monotonic() < deadline
            if record is None:
                continue
            if record.error() is None:
                found.append((record.key(), record.value()))
            elif record.error().code() == KafkaError._PARTITION_EOF:
                consumer.close()
                return found

    def results(self):
        topic = self.settings.topics.request_results
        return [msgspec.json.decode(value, type=RequestResult) for _, value in self.read(topic)]


def make_place(bootstrap, delivery, *, state_partitions=3):
    """Make topics of new names on the broker."""
    name = uuid.uuid4().hex[:10]
    base = Settings()
    names = {topic: f"{name}.{topic}" for topic in (*SINGLE, "state")}
    session_s, heartbeat_s = (
        (kafka_broker.SESSION_S, kafka_broker.HEARTBEAT_S)
        if delivery is Delivery.EXACTLY_ONCE
        else (tansu_broker.SESSION_S, tansu_broker.HEARTBEAT_S)
    )
    kafka = replace(
        base.kafka,
        bootstrap_servers=bootstrap,
        delivery=delivery,
        session_timeout_ms=int(session_s * 1000),
        heartbeat_interval_ms=int(heartbeat_s * 1000),
    )
    settings = replace(
        base, kafka=kafka, topics=replace(base.topics, **names), worker=replace(base.worker, group=f"{name}.group")
    )
    wanted = [NewTopic(names[topic], 1, 1) for topic in SINGLE] + [NewTopic(names["state"], state_partitions, 1)]
    admin = AdminClient({"bootstrap.servers": bootstrap})  # its futures fail when it is freed
    for made in admin.create_topics(wanted).values():
        made.result()
    return Place(bootstrap, settings)
