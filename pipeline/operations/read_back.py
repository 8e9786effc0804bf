"""Reading topics back, from what they hold to where they end now."""

from collections.abc import Collection, Iterator

from pipeline.operations.broker import Broker, StoredRecord


def read_back(broker: Broker, topics: Collection[str]) -> Iterator[StoredRecord]:
    """Return the committed records of the topics that stand there at this call, in order within each partition.

    Records that arrive later are left out. Raises `Misconfigured` where a topic does not exist, `Unavailable` when the
    broker does not answer.
    """
    return broker.read(broker.bounds(topics))
