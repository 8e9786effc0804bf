"""The embedded broker for tests."""

from pathlib import Path

from pipeline.demo.brokers import RunningBroker, start_embedded_broker
from pipeline.errors import Unavailable
from tests.support.components import missing

# The broker delays a join by about half of the session; half of what the product uses, so that the tests wait less.
SESSION_S = 2.0
HEARTBEAT_S = 0.5


def start_tansu(directory: Path) -> RunningBroker:
    """Start the embedded broker below `directory`, or skip (fail in CI) where it has no build."""
    try:
        return start_embedded_broker(directory)
    except Unavailable as absent:
        missing("the embedded broker", str(absent))
