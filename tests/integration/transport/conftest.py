"""Laboratories: each test gets topics and a group of its own on the shared brokers."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest

from pipeline.demo.brokers import RunningBroker
from tests.support import kafka_broker as kafka
from tests.support import tansu_broker as tansu
from tests.support.delivery import Laboratory


@pytest.fixture
def kafka_lab(kafka_broker: RunningBroker, tmp_path, request) -> Iterator[Laboratory]:
    """Exactly once on Apache Kafka."""
    lab = Laboratory(
        kafka_broker.bootstrap, "confluent+eos", _name(request), tmp_path, kafka.SESSION_S, kafka.HEARTBEAT_S
    )
    lab.make_topics()
    yield lab
    lab.stop_all()


@pytest.fixture
def tansu_lab(tansu_broker: RunningBroker, tmp_path, request) -> Iterator[Laboratory]:
    """At least once on the embedded broker."""
    lab = Laboratory(
        tansu_broker.bootstrap, "confluent+alo", _name(request), tmp_path, tansu.SESSION_S, tansu.HEARTBEAT_S
    )
    lab.transactions = False
    lab.make_topics()
    yield lab
    lab.stop_all()


def _name(request) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:60]
    return f"{words}-{uuid4().hex[:6]}"
