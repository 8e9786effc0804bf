"""Asks the broker where partitions end, from a thread of its own, so that lag grows while a worker stalls."""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from confluent_kafka import OFFSET_END, Consumer, KafkaException, TopicPartition
from faust.types import TP

from pipeline.streaming.transport.progress import Progress

logger = logging.getLogger(__name__)

_EVERY_S = 1.0
_ANSWER_S_MAX = 5.0


class WatermarkReader:
    """Keeps `Progress` informed about high watermarks, and about commits made before this worker took a partition.

    `make_consumer` gives a consumer of the worker's group, which is asked and never joins. One is made when something
    has to be asked for first, and is kept. It is no admin client: while a broker is away, one of those connects to it
    ten thousand times a second, and an answer of a group's coordinator that comes too late ends the process.
    """

    def __init__(self, progress: Progress, make_consumer: Callable[[], Consumer]) -> None:
        self._progress = progress
        self._make_consumer = make_consumer
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
        if self._consumer is not None:
            self._consumer.poll(0)  # what it has to log waits for that
        partitions, unknown = self._progress.uncharted()
        if not partitions:
            return
        consumer = self._consumer = self._consumer or self._make_consumer()
        try:
            self._progress.learnt(_ends(consumer, partitions), _committed(consumer, unknown) if unknown else {})
        except KafkaException as failure:
            logger.debug("positions are not known at the moment: %s", failure.args[0].name())
            _find_leaders(consumer, partitions)

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


def _ends(consumer: Consumer, partitions: list[TP]) -> Mapping[TP, int]:
    """Return where partitions end; the end is asked for in place of a time. Raises where one has no answer."""
    asked = [TopicPartition(tp.topic, tp.partition, OFFSET_END) for tp in partitions]
    found = consumer.offsets_for_times(asked, _ANSWER_S_MAX)
    for tp in found:
        if tp.error is not None:
            raise KafkaException(tp.error)
    return {TP(tp.topic, tp.partition): tp.offset for tp in found}


def _committed(consumer: Consumer, partitions: list[TP]) -> Mapping[TP, int]:
    found = consumer.committed([TopicPartition(tp.topic, tp.partition) for tp in partitions], _ANSWER_S_MAX)
    # No commit yet: the worker starts at the earliest record, and 0 is the honest lower bound of it.
    return {TP(tp.topic, tp.partition): max(0, tp.offset) for tp in found if tp.error is None}


def _find_leaders(consumer: Consumer, partitions: list[TP]) -> None:
    """Have the client ask who leads the partitions now: by itself it goes on asking a broker that died, for minutes."""
    for topic in {tp.topic for tp in partitions}:
        with suppress(KafkaException):
            consumer.list_topics(topic, _ANSWER_S_MAX)
