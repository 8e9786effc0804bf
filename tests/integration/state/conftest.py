"""Places on both brokers: exactly once on Apache Kafka, at least once on the embedded broker."""

import pytest

from pipeline.settings import Delivery
from tests.integration.opt_outs.places import make_place


@pytest.fixture(params=[pytest.param("kafka", marks=pytest.mark.kafka), pytest.param("tansu", marks=pytest.mark.tansu)])
def place(request):
    """Make a place on each broker in turn."""
    bootstrap = request.getfixturevalue(f"{request.param}_bootstrap")
    return make_place(bootstrap, Delivery.EXACTLY_ONCE if request.param == "kafka" else Delivery.AT_LEAST_ONCE)


@pytest.fixture
def kafka_place(kafka_bootstrap):
    """Make a place on Apache Kafka, for what only transactions promise."""
    return make_place(kafka_bootstrap, Delivery.EXACTLY_ONCE)
