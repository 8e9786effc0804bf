"""What only a real broker shows: transactions, dead hosts, refused records, committed offsets."""

import logging
import socket
import time

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

from pipeline.demo.brokers import RunningBroker
from pipeline.errors import Misconfigured, Unavailable
from pipeline.operations import kafka_broker as kafka_client
from pipeline.operations.broker import Bounds, Broker, OutgoingRecord, Partition, TopicPlan, TopicRole
from pipeline.operations.connection import CONNECT_S_MAX
from pipeline.operations.kafka_broker import KafkaBroker
from pipeline.operations.read_back import read_back
from pipeline.operations.topics import TopicProblem, check, plan
from pipeline.settings import Delivery, KafkaSettings, SecurityProtocol, Settings

ON_KAFKA = pytest.mark.parametrize("kafka", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
ON_BOTH = pytest.mark.parametrize(
    "kafka",
    [pytest.param("tansu", marks=pytest.mark.tansu), pytest.param("kafka", marks=pytest.mark.kafka)],
    indirect=True,
)


@ON_KAFKA
def test_aborted_and_open_transactions_are_invisible(broker: Broker, settings: Settings) -> None:
    """Reading back ends, markers and all, and yields committed records alone."""
    topic = settings.topics.raw
    broker.create([TopicPlan(TopicRole.RAW, topic, 1, 1, {})])
    writer = KafkaProducer(
        bootstrap_servers=settings.kafka.bootstrap_servers, transactional_id=f"writer-{topic}", metrics_enabled=False
    )
    writer.init_transactions()
    for value, commit in ((b"aborted", False), (b"committed", True), (b"aborted too", False)):
        writer.begin_transaction()
        writer.send(topic, value)
        writer.flush()
        if commit:
            writer.commit_transaction()
        else:
            writer.abort_transaction()
    writer.begin_transaction()
    writer.send(topic, b"open")
    writer.flush()
    assert [record.value for record in read_back(broker, [topic])] == [b"committed"]
    writer.abort_transaction()
    writer.close()


@ON_BOTH
def test_committed_offsets_of_a_group_are_read(broker: Broker, settings: Settings) -> None:
    """By partition; those never committed are left out."""
    topic = settings.topics.raw
    broker.create([TopicPlan(TopicRole.RAW, topic, 3, 1, {})])
    broker.send(OutgoingRecord(topic, b"k", b"v", 1) for _ in range(5))
    consumer = KafkaConsumer(
        bootstrap_servers=settings.kafka.bootstrap_servers,
        group_id=settings.worker.group,
        enable_auto_commit=False,
        metrics_enabled=False,
    )
    at = TopicPartition(topic, 1)
    consumer.assign([at])
    consumer.commit({at: OffsetAndMetadata(4, "", -1)})
    consumer.close(autocommit=False)
    assert broker.committed(settings.worker.group, topic) == {1: 4}


@ON_KAFKA
def test_topics_made_by_somebody_else_are_found_wanting(broker: Broker, settings: Settings) -> None:
    """Kafka's defaults: a small limit, a week's retention, no compaction, publishers' clocks."""
    plans = plan(settings, ["analytics"])
    broker.create([TopicPlan(topic.role, topic.name, 2, 1, {}) for topic in plans])
    report = check(broker, settings, ["analytics"])
    found = {(finding.topic, finding.problem) for finding in report.findings}
    names = settings.topics
    assert found >= {
        (names.raw, TopicProblem.MESSAGE_BYTES),
        (names.raw, TopicProblem.TIMESTAMPS),
        (names.raw, TopicProblem.RETENTION),
        (settings.sanitized_topic("analytics"), TopicProblem.CLEANUP),
        (names.dead_letters, TopicProblem.MESSAGE_BYTES),
        (names.requests, TopicProblem.PARTITIONS),
        (names.opt_outs, TopicProblem.PARTITIONS),
    }
    assert TopicProblem.NOT_TOLD not in {finding.problem for finding in report.findings}
    assert report.disappears_within_ms == {}
    assert not report.sound


@ON_KAFKA
def test_a_record_over_the_topics_limit_is_refused_with_the_remedy(broker: Broker, settings: Settings) -> None:
    """The message names the limit to look at, not the record."""
    topic = settings.topics.raw
    broker.create([TopicPlan(TopicRole.RAW, topic, 1, 1, {"max.message.bytes": "1000"})])
    with pytest.raises(Misconfigured, match=r"max\.message\.bytes"):
        broker.send([OutgoingRecord(topic, b"k", b"jane" * 5_000)])


@ON_KAFKA
def test_more_replicas_than_brokers_are_refused_with_the_remedy(broker: Broker, settings: Settings) -> None:
    """Every refused topic is named."""
    plans = [TopicPlan(TopicRole.RAW, f"{settings.topics.raw}{number}", 1, 3, {}) for number in range(2)]
    with pytest.raises(Misconfigured) as refusal:
        broker.create(plans)
    assert len(refusal.value.problems) == 2
    assert all("topics.replication" in problem for problem in refusal.value.problems)


@ON_KAFKA
def test_a_broker_that_hangs_is_unavailable(
    broker: Broker, settings: Settings, kafka_broker: RunningBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connections stay open and nothing answers: reading gives up instead of waiting for ever."""
    topic = settings.topics.raw
    broker.create([TopicPlan(TopicRole.RAW, topic, 1, 1, {})])
    broker.send(OutgoingRecord(topic, b"k", b"v" * 1000) for _ in range(10))
    monkeypatch.setattr(kafka_client, "STALLED_S_MAX", 1.0)
    beyond = {Partition(topic, 0): Bounds(0, 11)}
    records = broker.read(beyond)
    assert next(records).offset == 0
    kafka_broker.suspend()
    try:
        with pytest.raises(Unavailable, match="reading back stopped for 1 s"):
            list(records)
    finally:
        kafka_broker.resume()


@ON_BOTH
def test_no_key_and_no_value_reaches_the_log_at_debug(
    broker: Broker, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """kafka-python itself would write every record it sends."""
    topic = settings.topics.raw
    with caplog.at_level(logging.DEBUG):
        broker.create([TopicPlan(TopicRole.RAW, topic, 1, 1, {})])
        logging.getLogger("pipeline").debug("the log is open")
        broker.send([OutgoingRecord(topic, b"planted-key", b"planted-value", None, (("h", b"planted-header"),))])
        assert len(list(read_back(broker, [topic]))) == 1
    assert "the log is open" in caplog.text
    assert "planted" not in caplog.text


def test_a_host_that_does_not_answer_is_unavailable_within_seconds() -> None:
    """The error names the host and asks the right question."""
    with socket.socket() as unanswered:
        unanswered.bind(("127.0.0.1", 0))
        bootstrap = f"127.0.0.1:{unanswered.getsockname()[1]}"
        settings = KafkaSettings(
            bootstrap_servers=bootstrap,
            security_protocol=SecurityProtocol.PLAINTEXT,
            allow_plaintext=True,
            delivery=Delivery.EXACTLY_ONCE,
        )
        started_at = time.monotonic()
        with pytest.raises(Unavailable, match=f"{bootstrap}: .*is the broker running"):
            KafkaBroker(settings).describe(["t"])
        assert time.monotonic() - started_at < CONNECT_S_MAX + 1
