"""The broker of the short run is everybody's: its fault leaves brokers alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.rounds import cluster_on_demand
from tests.faults.scene import Lab
from tests.support.kafka_broker import KafkaNode
from tests.support.tcp_proxy import TcpProxy


@pytest.fixture
def place(kafka_node: KafkaNode, tmp_path: Path) -> Iterator[Lab]:
    """Run a proxy before a listener of the node."""
    proxied = kafka_node.proxied
    proxy = TcpProxy(int(proxied.before.rpartition(":")[2]), proxied.behind)
    with cluster_on_demand(tmp_path / "cluster") as cluster:
        yield Lab(kafka_node.broker, proxy, proxied.before, cluster)
    proxy.stop()
