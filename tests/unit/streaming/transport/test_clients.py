"""Settings of the clients: what the guarantees rest on is always there."""

import logging

import pytest
from confluent_kafka import Consumer, KafkaError, Producer

from pipeline.streaming.transport import TransportOptions, consumer_settings, producer_settings
from pipeline.streaming.transport.clients import log_client_error

SECURE = TransportOptions(security={"security.protocol": "plaintext"})


def test_a_consumer_never_commits_by_itself():
    """Offsets are only committed with what was made from the records."""
    settings = consumer_settings("127.0.0.1:1", SECURE, group_id="g", client_id="c")
    assert settings["enable.auto.commit"] is False
    assert settings["enable.auto.offset.store"] is False
    assert settings["isolation.level"] == "read_committed"
    assert settings["security.protocol"] == "plaintext"


def test_a_consumer_takes_the_largest_record():
    """Fetch limits follow the record limits."""
    options = TransportOptions(record_bytes_max=8 * 2**20)
    settings = consumer_settings("127.0.0.1:1", options, group_id="g", client_id="c")
    assert settings["max.partition.fetch.bytes"] > options.record_bytes_max
    assert settings["fetch.max.bytes"] >= settings["message.max.bytes"]


@pytest.mark.parametrize("options", [SECURE, TransportOptions(idempotent=False, read_committed=False)])
def test_the_client_library_accepts_the_settings(options: TransportOptions):
    """Names and values are ones that librdkafka knows; making a client connects to nothing yet."""
    Consumer(consumer_settings("127.0.0.1:1", options, group_id="g", client_id="c")).close()
    assert isinstance(Producer(producer_settings("127.0.0.1:1", options, client_id="c")), Producer)


def test_producers_share_kafkas_partitioner_and_wait_for_all_replicas():
    """A key goes to the partition where other clients would put it."""
    settings = producer_settings("127.0.0.1:1", SECURE, client_id="c")
    assert settings["partitioner"] == "murmur2_random"
    assert settings["acks"] == "all"
    assert settings["enable.idempotence"] is True


def test_without_idempotence_order_is_kept_by_one_request_in_flight():
    """A retry cannot overtake."""
    settings = producer_settings("127.0.0.1:1", TransportOptions(idempotent=False), client_id="c")
    assert settings["max.in.flight.requests.per.connection"] == 1


def test_a_transactional_producer_has_id_and_timeout():
    """Idempotence comes with the transaction."""
    settings = producer_settings("127.0.0.1:1", SECURE, client_id="c", transactional_id="g-0")
    assert settings["transactional.id"] == "g-0"
    assert settings["transaction.timeout.ms"] == 10_000


def test_client_errors_are_logged(caplog):
    """An operator sees what the connection suffers from."""
    with caplog.at_level(logging.WARNING):
        log_client_error(KafkaError(KafkaError._ALL_BROKERS_DOWN))
    assert "_ALL_BROKERS_DOWN" in caplog.text
