"""Asks the broker where partitions end, from a thread of its own, so that lag grows while a worker stalls."""

import logging
import threading
from collections.abc import Mapping

from confluent_kafka import Consumer, IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec
from faust.types import TP

from pipeline.streaming.transport.clients import connection_settings, consumer_settings
from pipeline.streaming.transport.options import TransportOptions
from pipeline.streaming.transport.progress import Progress

logger = logging.getLogger(__name__)

_EVERY_S = 1.0
_ANSWER_S_MAX = 5.0


class WatermarkReader:
    """Keeps `Progress` informed about high watermarks, and about commits made before this worker took a partition."""

    def __init__(
        self, bootstrap: str, options: TransportOptions, progress: Progress, *, group_id: str, client_id: str
    ) -> None:
        self._progress = progress
        self._isolation = IsolationLevel.READ_COMMITTED if options.read_committed else IsolationLevel.READ_UNCOMMITTED
        name = f"{client_id}-watermarks"
        self._client = AdminClient(connection_settings(bootstrap, options, client_id=name))
        self._group = consumer_settings(bootstrap, options, group_id=group_id, client_id=name)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="transport-watermarks", daemon=True)

    def start(self) -> None:
        """Start asking."""
        self._thread.start()

    def stop(self) -> None:
        """Stop asking; returns after the question in flight."""
        self._stopped.set()
        self._thread.join(2 * _ANSWER_S_MAX)

    def _run(self) -> None:
        while not self._stopped.wait(_EVERY_S):
            self._client.poll(0)
            partitions, unknown = self._progress.uncharted()
            if not partitions:
                continue
            try:
                self._progress.learnt(self._ends(partitions), self._committed(unknown) if unknown else {})
            except (KafkaException, TimeoutError) as error:
                logger.debug("positions are not known at the moment: %s", error)

    def _ends(self, partitions: list[TP]) -> Mapping[TP, int]:
        latest = {TopicPartition(tp.topic, tp.partition): OffsetSpec.latest() for tp in partitions}
        answers = self._client.list_offsets(latest, isolation_level=self._isolation, request_timeout=_ANSWER_S_MAX)
        return {TP(tp.topic, tp.partition): answer.result(_ANSWER_S_MAX).offset for tp, answer in answers.items()}

    # Not by the admin client: its requests to a group's coordinator outlive their time limit, and an answer after that,
    # as when a broker comes back, fails an assertion of librdkafka and ends the process.
    def _committed(self, partitions: list[TP]) -> Mapping[TP, int]:
        wanted = [TopicPartition(tp.topic, tp.partition) for tp in partitions]
        client = Consumer(self._group)
        try:
            found = client.committed(wanted, _ANSWER_S_MAX)
        finally:
            client.close()
        # No commit yet: the worker starts at the earliest record, and 0 is the honest lower bound of it.
        return {TP(tp.topic, tp.partition): max(0, tp.offset) for tp in found if tp.error is None}
