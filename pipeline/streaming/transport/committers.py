"""What makes batches durable: the protocol, and the way without transactions, one acknowledged step after the other."""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Protocol

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from pipeline.streaming.transport.batch import Batch, Output, Stage
from pipeline.streaming.transport.sending import refusal, send

logger = logging.getLogger(__name__)


class GaveBack(Exception):
    """The broker refused this batch for now; nothing of it is visible and its offsets are not committed."""


class Committer(Protocol):
    """Makes batches durable, in the order it gets them.

    All but `settle_offsets` and `doubt` belong to the commit thread.
    """

    def start(self) -> None:
        """Connect; raises `Misconfigured` or `Unavailable`."""
        ...

    def commit(self, batch: Batch, membership: object) -> bool:
        """Send outputs and state. True when the offsets are durable too, False when they wait for `settle_offsets`.

        Raises `GaveBack` when the batch has to be read again, anything else when the worker has to end. After
        `GaveBack` nothing is committed before `recover` has returned.
        """
        ...

    def recover(self) -> None:
        """Make sure that nothing of a batch that was given back can become visible any more.

        Raises `Unavailable` when the broker does not answer: call it again. Returns at once when there is nothing left
        to make sure of.
        """
        ...

    def doubt(self) -> None:
        """Say that the brokers were away for long: what the client knows of them may be wrong. From any thread."""
        ...

    def settle_offsets(self, consumer: Consumer, *, final: bool = False) -> list[Batch]:
        """Commit what waits, on the consumer's own thread; returns the batches that are durable now, in order.

        After a `final` call nothing waits any more: what could not be committed will be read again.
        """
        ...

    def idle(self) -> None:
        """Serve the client while there is nothing to commit."""
        ...


class AtLeastOnce:
    """Outputs, then state, then offsets, each acknowledged before the next is sent.

    Offsets are committed by the intake thread (`settle_offsets`): a commit from another thread can starve behind the
    consumer's poll.
    """

    def __init__(self, make_producer: Callable[[], Producer]) -> None:
        self._make_producer = make_producer
        self._producer: Producer = None
        self._failed: tuple[str, KafkaError] | None = None
        self._lock = threading.Lock()
        self._acknowledged: list[Batch] = []

    def start(self) -> None:
        """Make the producer."""
        self._producer = self._make_producer()

    def commit(self, batch: Batch, membership: object) -> bool:  # noqa: ARG002, the protocol
        """Send and wait for the acknowledgement of each stage."""
        for stage in Stage:
            for output in batch.outputs[stage]:
                self._produce(output)
            while self._producer.flush(0.5) and self._failed is None:
                pass
            if self._failed is not None:
                raise refusal(*self._failed)
        with self._lock:
            self._acknowledged.append(batch)
        return False

    def doubt(self) -> None:
        """Do nothing: a producer without transactions finds the brokers again."""

    def recover(self) -> None:
        """Do nothing: what was acknowledged stays, and is sent again under the same ids."""

    def settle_offsets(self, consumer: Consumer, *, final: bool = False) -> list[Batch]:
        """Commit the offsets of all acknowledged batches."""
        with self._lock:
            waiting, self._acknowledged = self._acknowledged, []
        if not waiting:
            return []
        try:
            answers = consumer.commit(offsets=merged_offsets(waiting), asynchronous=False)
            failed = next((answer.error for answer in answers if answer.error is not None), None)
        except KafkaException as failure:
            failed = failure.args[0]
        if failed is None:
            return waiting
        logger.warning("offsets were not committed: %s", failed.name())
        if not final:
            with self._lock:
                self._acknowledged = waiting + self._acknowledged
        return []

    def idle(self) -> None:
        """Serve the client's log."""
        self._producer.poll(0)

    def _produce(self, output: Output) -> None:
        try:
            send(self._producer, output, self._on_delivery)
        except KafkaException as failure:
            error = failure.args[0]
            raise refusal(output.topic, error) from None

    def _on_delivery(self, error: KafkaError | None, record: Message) -> None:
        if error is not None and self._failed is None:
            self._failed = (record.topic(), error)


def merged_offsets(batches: Iterable[Batch]) -> list[TopicPartition]:
    """Return one offset for each partition of several batches: that of the last batch. Pure."""
    last = {tp: span.next_offset for batch in batches for tp, span in batch.spans.items()}
    return [TopicPartition(tp.topic, tp.partition, offset) for tp, offset in last.items()]
