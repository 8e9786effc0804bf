"""Settings of every librdkafka client in the pipeline, so that partitioner, limits, security and logging agree."""

import logging

from confluent_kafka import KafkaError

from pipeline.streaming.transport.options import TransportOptions

ClientSettings = dict[str, object]

logger = logging.getLogger("pipeline.streaming.kafka")

# librdkafka keeps about this much per consumer in its own queue: a few of the largest records.
_QUEUED_KIB = 32 * 1024
# What one partition may add to one answer above a record of the largest size: its header and key.
_FETCH_MARGIN_BYTES = 64 * 1024
_OUT_QUEUE_KIB = 256 * 1024
_OUT_QUEUE_RECORDS = 1_000_000
# The broker must not abort what the worker still waits for.
_TRANSACTION_MARGIN = 2
_REQUEST_BYTES = 128 * 1024


def log_client_error(error: KafkaError) -> None:
    """Write what a client says about its connections: names of brokers and errors, never a record."""
    logger.warning("kafka client: %s: %s", error.name(), error.str())


def connection_settings(bootstrap: str, options: TransportOptions, *, client_id: str) -> ClientSettings:
    """Return what producers, consumers and admin clients share. Pure."""
    return {
        "bootstrap.servers": bootstrap,
        "client.id": client_id,
        "socket.keepalive.enable": True,
        "message.max.bytes": options.message_bytes_max,
        # A broker that comes back is found within this time; the default of 10 s is half of a session.
        "reconnect.backoff.max.ms": 1000,
        "error_cb": log_client_error,
        "logger": logger,
        **options.security,
    }


def consumer_settings(bootstrap: str, options: TransportOptions, *, group_id: str, client_id: str) -> ClientSettings:
    """Return the settings of a consumer that never commits by itself and starts at the earliest record. Pure.

    A reader without a group (`assign`, not `subscribe`) gives any `group_id`: librdkafka demands one and then uses it
    for nothing.
    """
    return {
        **connection_settings(bootstrap, options, client_id=client_id),
        "group.id": group_id,
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed" if options.read_committed else "read_uncommitted",
        "max.partition.fetch.bytes": options.record_bytes_max + _FETCH_MARGIN_BYTES,
        "fetch.max.bytes": max(options.message_bytes_max, 2 * options.record_bytes_max),
        "queued.max.messages.kbytes": _QUEUED_KIB,
    }


def producer_settings(
    bootstrap: str, options: TransportOptions, *, client_id: str, transactional_id: str = ""
) -> ClientSettings:
    """Return the settings of a producer: all replicas acknowledge, records of one partition keep their order. Pure.

    With a `transactional_id` it is a transactional producer. Keys choose partitions by murmur2, as Kafka's own clients
    do, with null keys spread at random.
    """
    settings: ClientSettings = {
        **connection_settings(bootstrap, options, client_id=client_id),
        "acks": "all",
        "partitioner": "murmur2_random",
        "linger.ms": options.linger_ms,
        "batch.size": _REQUEST_BYTES,
        "queue.buffering.max.messages": _OUT_QUEUE_RECORDS,
        "queue.buffering.max.kbytes": _OUT_QUEUE_KIB,
        "delivery.report.only.error": True,
        # Between two transactions the coordinator answers "concurrent transactions" for some milliseconds; waiting the
        # default 100 ms for it would cost half of the throughput.
        "retry.backoff.ms": 5,
    }
    if transactional_id:
        settings["transactional.id"] = transactional_id
        settings["transaction.timeout.ms"] = int(_TRANSACTION_MARGIN * 1000 * options.transaction_s_max)
    elif options.idempotent:
        settings["enable.idempotence"] = True
    else:
        settings["enable.idempotence"] = False
        settings["max.in.flight.requests.per.connection"] = 1
    return settings
