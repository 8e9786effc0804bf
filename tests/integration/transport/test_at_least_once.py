"""Nothing lost and nothing reordered on a broker without transactions; a record may come twice after a failure."""

import pytest
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from pipeline.streaming.transport import TransportOptions, consumer_settings, producer_settings
from tests.support.delivery import Laboratory

pytestmark = pytest.mark.tansu


def assert_nothing_lost(lab: Laboratory) -> None:
    """Every record is in every output, and first copies are in order; the state names the last of each partition."""
    counts = {partition: len(values) for partition, values in lab.published.items()}
    for topic in lab.outputs:
        found = lab.read(topic, until=counts)
        for partition, values in lab.published.items():
            assert list(dict.fromkeys(found[partition])) == values
    states = lab.read(lab.state)
    for partition, count in counts.items():
        assert int(states[partition][-1]) == count


def test_every_record_is_copied(tansu_lab: Laboratory):
    """Without failures there are no duplicates either, and a graceful stop commits."""
    tansu_lab.publish(3000)
    worker = tansu_lab.start("a")
    tansu_lab.assert_exactly_once()
    assert worker.stop() == 0
    assert tansu_lab.committed() == dict.fromkeys(range(4), 750)


def test_an_agent_that_raises_gets_the_batch_again(tansu_lab: Laboratory):
    """Nothing of the failed batch was sent, so this costs no duplicate."""
    tansu_lab.publish(200)
    worker = tansu_lab.start("a", batch_records_max=7, raise_at="1/20")
    tansu_lab.assert_exactly_once()
    assert "aborted" in worker.journal


def test_a_killed_worker_loses_nothing(tansu_lab: Laboratory):
    """What was not committed is read again by the next worker."""
    tansu_lab.publish(400)
    worker = tansu_lab.start("a", batch_records_max=10, hold_at="2/55")
    worker.wait_for_marker("held")
    worker.kill()
    assert tansu_lab.committed()[2] <= 55
    tansu_lab.start("b", batch_records_max=10)
    assert_nothing_lost(tansu_lab)


def test_a_worker_joining_loses_nothing(tansu_lab: Laboratory):
    """Partitions move between batches, after what was in hand is committed."""
    tansu_lab.publish(1000)
    first = tansu_lab.start("a", batch_records_max=20, batch_pause_s=0.05)
    first.wait_for("committed")
    second = tansu_lab.start("b", batch_records_max=20)
    second.wait_for("restored")
    tansu_lab.publish(1000)
    assert_nothing_lost(tansu_lab)


def test_the_embedded_broker_keeps_what_the_pipeline_relies_on(tansu_lab: Laboratory):
    """Explicit partitions, null values, empty values, headers and timestamps come back as they were sent."""
    options = TransportOptions(idempotent=False, read_committed=False)
    producer = Producer(producer_settings(tansu_lab.bootstrap, options, client_id="probe"))
    sent = [(b"k", None, 0), (b"k", b"", 3), (None, b"value", 3)]
    for key, value, partition in sent:
        producer.produce(
            tansu_lab.source, value, key, partition, timestamp=1_700_000_000_123, headers=[("kind", b"\x00")]
        )
    assert producer.flush(10) == 0
    consumer = Consumer(consumer_settings(tansu_lab.bootstrap, options, group_id="unused", client_id="probe"))
    consumer.assign([TopicPartition(tansu_lab.source, partition, 0) for partition in range(4)])
    found = []
    while len(found) < len(sent):
        record = consumer.poll(10)
        assert record is not None, "the broker gave back fewer records than were sent"
        assert record.error() is None
        assert record.timestamp()[1] == 1_700_000_000_123
        assert record.headers() == [("kind", b"\x00")]
        found.append((record.key(), record.value(), record.partition()))
    consumer.close()
    assert sorted(found, key=str) == sorted(sent, key=str)


def test_the_embedded_broker_tells_the_end_of_a_partition_only_to_who_reads(tansu_lab: Laboratory):
    """Asked, it counts the records of the last request as one: who reads to the end must wait for the end itself."""
    options = TransportOptions(idempotent=False, read_committed=False)
    tansu_lab.publish(30, partitions=[0])
    settings = consumer_settings(tansu_lab.bootstrap, options, group_id="unused", client_id="probe")
    consumer = Consumer({**settings, "enable.partition.eof": True})
    partition = TopicPartition(tansu_lab.source, 0, 0)
    asked = consumer.get_watermark_offsets(partition, timeout=10)[1]
    consumer.assign([partition])
    while (record := consumer.poll(10)) is not None and record.error() is None:
        pass
    assert record is not None, "the broker told no end"
    assert record.error().code() == KafkaError._PARTITION_EOF
    assert record.offset() == consumer.get_watermark_offsets(partition, cached=True)[1] == 30
    assert asked <= 30
    consumer.close()
