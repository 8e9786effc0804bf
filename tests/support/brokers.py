"""Fixtures: one Apache Kafka and one embedded broker for the whole test run, started when first asked for.

Registered by `pytest_plugins = ["tests.support.brokers"]` in `tests/conftest.py`. Tests share the brokers, so each
makes topics and groups of its own names.
"""

from collections.abc import Iterator

import pytest

from pipeline.demo.brokers import RunningBroker
from tests.support.kafka_broker import GuardedListener, KafkaNode, SecureListener, start_kafka
from tests.support.tansu_broker import start_tansu


@pytest.fixture(scope="session")
def kafka_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaNode]:
    """Run one node of Apache Kafka with all its listeners."""
    node = start_kafka(tmp_path_factory.mktemp("kafka"))
    yield node
    node.broker.stop()


@pytest.fixture(scope="session")
def kafka_broker(kafka_node: KafkaNode) -> RunningBroker:
    """Give the node itself; a test that suspends or kills it must resume or revive it."""
    return kafka_node.broker


@pytest.fixture(scope="session")
def kafka_secure(kafka_node: KafkaNode) -> SecureListener:
    """Give the listener with mutual TLS and SASL."""
    return kafka_node.secure


@pytest.fixture(scope="session")
def kafka_guarded(kafka_node: KafkaNode) -> GuardedListener:
    """Give the listener with TLS and SCRAM, where users have the rights that they were granted."""
    return kafka_node.guarded


@pytest.fixture(scope="session")
def kafka_bootstrap(kafka_broker: RunningBroker) -> str:
    """Say where clients find Apache Kafka."""
    return kafka_broker.bootstrap


@pytest.fixture(scope="session")
def tansu_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    """Run the embedded broker, in memory."""
    broker = start_tansu(tmp_path_factory.mktemp("tansu"))
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def tansu_bootstrap(tansu_broker: RunningBroker) -> str:
    """Say where clients find the embedded broker."""
    return tansu_broker.bootstrap
