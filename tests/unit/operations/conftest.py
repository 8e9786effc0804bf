import pytest

from pipeline.operations.topics import create, plan
from pipeline.settings import Settings
from tests.support.fake_broker import FakeBroker


@pytest.fixture
def broker() -> FakeBroker:
    """Return a broker with every topic of a pipeline for analytics and quality."""
    broker = FakeBroker()
    create(broker, plan(Settings(), ("analytics", "quality")))
    return broker
