"""A Faust transport on confluent-kafka: batches, exactly once on Apache Kafka, at least once elsewhere.

    app = faust.App("redaction", broker="confluent+eos://127.0.0.1:9092", ...)
    controls = equip(app, TransportOptions(transactional_id="worker-0"), listener)

    @app.agent(raw_topic)
    async def deidentify(stream):
        async for batch in batches(stream):
            async with batch:
                for record in batch.records:
                    batch.send(Stage.OUTPUT, topic, value, key, record.partition())

One agent, one topic, concurrency 1; scale by processes. No tables, no single messages. Parts of it call Faust's inside,
so exactly one version of Faust is accepted.
"""

import faust

from pipeline.errors import Misconfigured

FAUST_VERSION = "0.15.3"


def require_faust(version: str) -> None:
    """Raise `Misconfigured` for any version of faust-streaming that this transport was not tested with. Pure."""
    if version != FAUST_VERSION:
        raise Misconfigured(
            [f"faust-streaming {FAUST_VERSION} is required, {version} is installed: run `make install`"]
        )


require_faust(faust.__version__)

from pipeline.streaming.transport.batch import Batch, Output, Stage, batches  # noqa: E402, after the version check
from pipeline.streaming.transport.call_thread import LEFT_MAX, CallThread, Overdue  # noqa: E402, likewise
from pipeline.streaming.transport.clients import consumer_settings, producer_settings  # noqa: E402, likewise
from pipeline.streaming.transport.consumer import presentable  # noqa: E402, likewise
from pipeline.streaming.transport.controls import TransportControls, equip  # noqa: E402, likewise
from pipeline.streaming.transport.faust_transport import (  # noqa: E402, likewise
    AtLeastOnceTransport,
    ExactlyOnceTransport,
)
from pipeline.streaming.transport.listener import PartitionListener  # noqa: E402, likewise
from pipeline.streaming.transport.options import TransportOptions  # noqa: E402, likewise
from pipeline.streaming.transport.pending import SourceRecord  # noqa: E402, likewise
from pipeline.streaming.transport.progress import PartitionPosition, ProgressSnapshot  # noqa: E402, likewise
from pipeline.streaming.transport.sending import group_moved_on  # noqa: E402, likewise

__all__ = [
    "FAUST_VERSION",
    "LEFT_MAX",
    "AtLeastOnceTransport",
    "Batch",
    "CallThread",
    "ExactlyOnceTransport",
    "Output",
    "Overdue",
    "PartitionListener",
    "PartitionPosition",
    "ProgressSnapshot",
    "SourceRecord",
    "Stage",
    "TransportControls",
    "TransportOptions",
    "batches",
    "consumer_settings",
    "equip",
    "group_moved_on",
    "presentable",
    "producer_settings",
    "require_faust",
]
