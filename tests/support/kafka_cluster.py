"""Three nodes of Apache Kafka: any one may die, and two must have a record before it counts."""

import uuid
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import TopicCollection
from confluent_kafka.admin import AdminClient

from pipeline.demo.brokers import ClusterMember, RunningBroker, free_port, start_apache_kafka
from tests.support.delivery import logger, poll_until

NODES = 3
_SETTINGS = {
    "offsets.topic.replication.factor": str(NODES),
    "transaction.state.log.replication.factor": str(NODES),
    "transaction.state.log.min.isr": "2",
    "min.insync.replicas": "2",
    "group.min.session.timeout.ms": "1000",
}
_IN_SYNC_S_MAX = 60
_ANSWER_S_MAX = 10


@dataclass(frozen=True)
class KafkaCluster:
    """The running nodes; `bootstrap` names them all."""

    nodes: tuple[RunningBroker, ...]

    @property
    def bootstrap(self) -> str:
        """Where clients find the nodes."""
        return ",".join(node.bootstrap for node in self.nodes)

    def mend(self) -> None:
        """Start nodes that died, and wait until every partition has all its replicas again."""
        for node in self.nodes:
            if not node.alive:
                node.revive()
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "logger": logger})
        poll_until(lambda: _in_sync(admin), deadline_s=_IN_SYNC_S_MAX, what="all replicas are in sync")

    def stop(self) -> None:
        """End all nodes."""
        for node in self.nodes:
            node.kill()  # one after the other would wait for leaders that are gone


def start_cluster(libs: Path, directory: Path) -> KafkaCluster:
    """Start the nodes below `directory`, each broker and controller; they find each other before they answer."""
    ports = tuple(free_port() for _ in range(NODES))
    cluster_id = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")

    def start(number: int) -> RunningBroker:
        member = ClusterMember(number, ports, cluster_id)
        return start_apache_kafka(libs, directory / str(number), settings=_SETTINGS, member=member)

    with ThreadPoolExecutor(NODES) as pool:
        return KafkaCluster(tuple(pool.map(start, range(1, NODES + 1))))


def _in_sync(admin: AdminClient) -> bool:
    names = list(admin.list_topics(timeout=_ANSWER_S_MAX).topics)
    told = admin.describe_topics(TopicCollection(names), request_timeout=_ANSWER_S_MAX)
    found = [answer.result(_ANSWER_S_MAX) for answer in told.values()]
    return all(len(part.isr) == len(part.replicas) for topic in found for part in topic.partitions)
