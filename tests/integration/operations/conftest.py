from collections.abc import Iterator
from uuid import uuid4

import pytest

from pipeline.operations.broker import Broker
from pipeline.operations.kafka_broker import KafkaBroker
from pipeline.settings import Delivery, KafkaSettings, SecurityProtocol, Settings, TopicSettings, WorkerSettings
from tests.support.fake_broker import FakeBroker


def kafka_settings(bootstrap: str, delivery: Delivery) -> KafkaSettings:
    """Return how to reach a broker on loopback."""
    return KafkaSettings(
        bootstrap_servers=bootstrap,
        delivery=delivery,
        security_protocol=SecurityProtocol.PLAINTEXT,
        allow_plaintext=True,
    )


@pytest.fixture(
    params=[
        "fake",
        pytest.param("tansu", marks=pytest.mark.tansu),
        pytest.param("kafka", marks=pytest.mark.kafka),
    ]
)
def kafka(request: pytest.FixtureRequest) -> KafkaSettings:
    """Return the settings of each broker in turn; the fake's name no host."""
    if request.param == "fake":
        return kafka_settings("fake", Delivery.EXACTLY_ONCE)
    delivery = Delivery.EXACTLY_ONCE if request.param == "kafka" else Delivery.AT_LEAST_ONCE
    return kafka_settings(request.getfixturevalue(f"{request.param}_bootstrap"), delivery)


@pytest.fixture
def settings(kafka: KafkaSettings) -> Settings:
    """Return settings whose topics and group no other test uses: the brokers are shared."""
    run = uuid4().hex[:8]
    topics = TopicSettings(
        raw=f"{run}.raw",
        sanitized_prefix=f"{run}.sanitized.",
        dead_letters=f"{run}.dead-letters",
        receipts=f"{run}.receipts",
        state=f"{run}.state",
        requests=f"{run}.requests",
        request_results=f"{run}.results",
        opt_outs=f"{run}.opt-outs",
        partitions=3,
    )
    return Settings(kafka=kafka, topics=topics, worker=WorkerSettings(group=f"{run}-group"))


@pytest.fixture
def broker(kafka: KafkaSettings) -> Iterator[Broker]:
    """Return a connection to the broker under test."""
    if kafka.bootstrap_servers == "fake":
        yield FakeBroker()
        return
    real = KafkaBroker(kafka)
    yield real
    real.close()
