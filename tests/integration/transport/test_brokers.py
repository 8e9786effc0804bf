"""Starting and stopping real brokers, as the demo does."""

import pytest

from pipeline.demo.brokers import (
    answers,
    apache_kafka,
    embedded_broker,
    free_port,
    start_apache_kafka,
    start_embedded_broker,
)
from pipeline.errors import Unavailable
from tests.support.tansu_broker import start_tansu


@pytest.mark.tansu
def test_the_embedded_broker_runs_for_the_time_of_the_block(tmp_path):
    """It answers inside, and is gone after."""
    start_tansu(tmp_path / "probe").stop()
    with embedded_broker(tmp_path) as bootstrap:
        assert answers(bootstrap)
    assert not answers(bootstrap)


@pytest.mark.tansu
def test_a_killed_broker_comes_back_on_its_address(tmp_path):
    """Clients find it again."""
    start_tansu(tmp_path / "probe").stop()
    broker = start_embedded_broker(tmp_path)
    broker.kill()
    assert not broker.alive
    broker.revive()
    assert answers(broker.bootstrap)
    broker.stop()
    broker.stop()
    assert not broker.alive


def test_apache_kafka_without_its_jars_says_how_to_get_them(tmp_path):
    """An empty folder is not a Kafka."""
    with pytest.raises(Unavailable, match="make kafka"):
        start_apache_kafka(tmp_path / "libs", tmp_path)
    with pytest.raises(Unavailable, match="make kafka"), apache_kafka(tmp_path / "libs", tmp_path):
        pass


def test_nothing_answers_where_nothing_listens():
    """A refused connection is an answer of its own."""
    assert not answers(f"127.0.0.1:{free_port()}")
