"""The lab's own broker for the short run, because rounds kill it."""

from collections.abc import Iterator

import pytest

from tests.faults.rounds import Lab, lab
from tests.support.kafka_broker import require_kafka


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Run a node of Apache Kafka with a listener behind a proxy."""
    require_kafka()
    with lab(tmp_path_factory.mktemp("faults")) as place:
        yield place
