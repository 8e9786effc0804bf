"""The two ways to make a batch durable: one transaction, or one acknowledged step after the other."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from pipeline.errors import Misconfigured, Unavailable
from pipeline.streaming.transport.batch import Batch, Output, Stage

logger = logging.getLogger(__name__)

# One call into librdkafka; it is repeated until the watchdog's limit.
_CALL_S_MAX = 15.0
_INIT_S_MAX = 60.0
_FENCED_IN_A_MINUTE_MAX = 5

_PURGED = frozenset({KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT})  # noqa: SLF001, the client's constants
# Sending the same record again cannot help.
_REFUSALS = frozenset(
    {
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.RECORD_LIST_TOO_LARGE,
        KafkaError.INVALID_MSG,
        KafkaError.INVALID_RECORD,
        KafkaError.POLICY_VIOLATION,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError._UNKNOWN_TOPIC,  # noqa: SLF001, the client's constant
        KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001, the client's constant
    }
)


class GaveBack(Exception):
    """The broker refused this batch for now; nothing of it is visible and its offsets are not committed."""


class Committer(Protocol):
    """Makes batches durable, in the order it gets them. All but `settle_offsets` belongs to the commit thread."""

    def start(self) -> None:
        """Connect; raises `Misconfigured` or `Unavailable`."""
        ...

    def commit(self, batch: Batch, membership: object) -> bool:
        """Send outputs and state. True when the offsets are durable too, False when they wait for `settle_offsets`.

        Raises `GaveBack` when the batch has to be read again, anything else when the worker has to end.
        """
        ...

    def settle_offsets(self, consumer: Consumer, *, final: bool = False) -> list[Batch]:
        """Commit what waits, on the consumer's own thread; returns the batches that are durable now, in order.

        After a `final` call nothing waits any more: what could not be committed will be read again.
        """
        ...

    def idle(self) -> None:
        """Serve the client while there is nothing to commit."""
        ...


class ExactlyOnce:
    """Outputs, state and offsets of a batch in one transaction, fenced by the consumer group's generation (KIP-447).

    A producer that was fenced (its transaction timed out while the broker was away, or this process stood still) is
    made anew; more than five times in a minute means that another worker uses the same transactional id.
    """

    def __init__(self, make_producer: Callable[[], Producer], *, patience_s: float) -> None:
        self._make_producer = make_producer
        self._patience_s = patience_s
        self._refused: tuple[str, KafkaError] | None = None
        self._fenced_at: deque[float] = deque(maxlen=_FENCED_IN_A_MINUTE_MAX)
        self._producer: Producer = None

    def start(self) -> None:
        """Make the producer and abort what an earlier holder of its transactional id left open."""
        self._producer = self._make_producer()
        try:
            self._producer.init_transactions(_INIT_S_MAX)
        except KafkaException as failure:
            error = failure.args[0]
            problem = f"the broker did not grant a transactional producer: {error.name()}"
            if error.retriable():
                raise Unavailable(problem) from None
            raise Misconfigured([f"{problem}; for a broker without transactions choose at least once"]) from None

    def commit(self, batch: Batch, membership: object) -> bool:
        """Run one transaction."""
        self._refused = None
        try:
            self._transact(batch, membership)
        except KafkaException as failure:
            error = failure.args[0]
            self._roll_back(error)
            if self._refused is not None:
                raise refusal(*self._refused) from None
            raise GaveBack(error.name()) from None
        return True

    def settle_offsets(self, consumer: Consumer, *, final: bool = False) -> list[Batch]:  # noqa: ARG002, the protocol
        """Nothing waits: offsets are part of the transaction."""
        return []

    def idle(self) -> None:
        """Serve the client's log."""
        self._producer.poll(0)

    def _transact(self, batch: Batch, membership: object) -> None:
        producer = self._producer
        producer.begin_transaction()
        for stage in Stage:
            self._produce(batch.outputs[stage])
        self._persist(lambda: producer.send_offsets_to_transaction(batch.offsets(), membership, _CALL_S_MAX))
        self._persist(lambda: producer.commit_transaction(_CALL_S_MAX))

    def _produce(self, outputs: Iterable[Output]) -> None:
        for output in outputs:
            try:
                produce(self._producer, output, self._on_delivery)
            except KafkaException as failure:
                self._note_refusal(failure.args[0], output.topic)
                raise

    def _on_delivery(self, error: KafkaError | None, record: Message) -> None:
        if error is not None and error.code() not in _PURGED:
            self._note_refusal(error, record.topic())

    def _note_refusal(self, error: KafkaError, topic: str) -> None:
        if self._refused is None and error.code() in _REFUSALS:
            self._refused = (topic, error)

    def _persist(self, call: Callable[[], None]) -> None:
        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                call()
            except KafkaException as failure:
                error = failure.args[0]
                if not error.retriable() or error.fatal() or error.txn_requires_abort():
                    raise
                if time.monotonic() > deadline:
                    raise
                logger.info("the transaction is tried again: %s", error.name())
            else:
                return

    def _roll_back(self, cause: KafkaError) -> None:
        """Abort the transaction; make the producer anew where the broker no longer accepts it."""
        producer = self._producer
        broken = cause.fatal()
        if not broken:
            try:
                self._persist(lambda: producer.abort_transaction(_CALL_S_MAX))
            except KafkaException as failure:
                logger.warning("the transaction could not be aborted: %s", failure.args[0].name())
                broken = True
        if broken:
            self._renew()

    def _renew(self) -> None:
        now = time.monotonic()
        if len(self._fenced_at) == self._fenced_at.maxlen and now - self._fenced_at[0] < 60:  # noqa: PLR2004, a minute
            raise Misconfigured(
                ["the producer is fenced again and again: give each worker a transactional_id of its own"]
            )
        self._fenced_at.append(now)
        logger.warning("the producer was fenced and is made anew")
        self._producer.purge()
        self.start()


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
            produce(self._producer, output, self._on_delivery)
        except KafkaException as failure:
            error = failure.args[0]
            raise refusal(output.topic, error) from None

    def _on_delivery(self, error: KafkaError | None, record: Message) -> None:
        if error is not None and self._failed is None:
            self._failed = (record.topic(), error)


def produce(producer: Producer, output: Output, on_delivery: Callable[[KafkaError | None, Message], None]) -> None:
    """Queue one record, waiting while the client's queue is full."""
    while True:
        try:
            producer.produce(output.topic, output.value, output.key, output.partition, on_delivery, output.timestamp_ms)
        except BufferError:
            producer.poll(0.1)
        else:
            return


def merged_offsets(batches: Iterable[Batch]) -> list[TopicPartition]:
    """Return one offset for each partition of several batches: that of the last batch. Pure."""
    last = {tp: span.next_offset for batch in batches for tp, span in batch.spans.items()}
    return [TopicPartition(tp.topic, tp.partition, offset) for tp, offset in last.items()]


def refusal(topic: str, error: KafkaError) -> Misconfigured | Unavailable:
    """Return the error for a record that a topic did not take: the worker has to end. Pure."""
    if error.code() in _REFUSALS:
        return Misconfigured(
            [f"topic {topic} refused a record ({error.name()}): compare it with `redact topics check`"]
        )
    return Unavailable(f"topic {topic} did not take a record ({error.name()})")
