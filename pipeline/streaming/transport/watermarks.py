"""Asks the broker where partitions end, from a thread of its own, so that lag grows while a worker stalls."""

import logging
import threading
from collections.abc import Callable, Mapping

from confluent_kafka import Consumer, IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec
from faust.types import TP

from pipeline.streaming.transport.progress import Progress

logger = logging.getLogger(__name__)

_EVERY_S = 1.0
_ANSWER_S_MAX = 5.0


class WatermarkReader:
    """Keeps `Progress` informed about high watermarks, and about commits made before this worker took a partition.

    `make_consumer` gives a consumer of the worker's group, to be asked for commits; it never joins. One is made when
    the first commit has to be asked for, and is kept: else every look at a broker that is away would make another.
    """

    def __init__(
        self, progress: Progress, client: AdminClient, make_consumer: Callable[[], Consumer], *, read_committed: bool
    ) -> None:
        self._progress = progress
        self._client = client
        self._make_consumer = make_consumer
        self._isolation = IsolationLevel.READ_COMMITTED if read_committed else IsolationLevel.READ_UNCOMMITTED
        self._consumer: Consumer | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="transport-watermarks", daemon=True)

    def start(self) -> None:
        """Start asking."""
        self._thread.start()

    def stop(self) -> None:
        """Stop asking; returns after the question in flight."""
        self._stopped.set()
        self._thread.join(2 * _ANSWER_S_MAX)

    def look(self) -> None:
        """Ask once, where partitions are assigned. Belongs to the reader's own thread."""
        self._serve()
        partitions, unknown = self._progress.uncharted()
        if not partitions:
            return
        try:
            self._progress.learnt(self._ends(partitions), self._committed(unknown) if unknown else {})
        except (KafkaException, TimeoutError) as error:
            logger.debug("positions are not known at the moment: %s", error)

    def close(self) -> None:
        """Let the consumer go. Belongs to the reader's own thread."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def _run(self) -> None:
        try:
            while not self._stopped.wait(_EVERY_S):
                self.look()
        finally:
            self.close()

    def _serve(self) -> None:
        """Let the clients log: what they have to say waits for a poll."""
        self._client.poll(0)
        if self._consumer is not None:
            self._consumer.poll(0)

    def _ends(self, partitions: list[TP]) -> Mapping[TP, int]:
        latest = {TopicPartition(tp.topic, tp.partition): OffsetSpec.latest() for tp in partitions}
        answers = self._client.list_offsets(latest, isolation_level=self._isolation, request_timeout=_ANSWER_S_MAX)
        return {TP(tp.topic, tp.partition): answer.result(_ANSWER_S_MAX).offset for tp, answer in answers.items()}

    # Not by the admin client: its requests to a group's coordinator outlive their time limit, and an answer after that,
    # as when a broker comes back, fails an assertion of librdkafka and ends the process.
    def _committed(self, partitions: list[TP]) -> Mapping[TP, int]:
        if self._consumer is None:
            self._consumer = self._make_consumer()
        wanted = [TopicPartition(tp.topic, tp.partition) for tp in partitions]
        found = self._consumer.committed(wanted, _ANSWER_S_MAX)
        # No commit yet: the worker starts at the earliest record, and 0 is the honest lower bound of it.
        return {TP(tp.topic, tp.partition): max(0, tp.offset) for tp in found if tp.error is None}
