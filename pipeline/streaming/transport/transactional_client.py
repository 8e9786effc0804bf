"""One transactional producer and the thread that makes its calls, so that a call that never returns is left behind."""

import logging
import time
from collections.abc import Callable

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from pipeline.streaming.transport.batch import Batch, Output, Stage
from pipeline.streaming.transport.call_thread import CallThread
from pipeline.streaming.transport.sending import is_refusal, send

logger = logging.getLogger(__name__)

_CALL_S_MIN = 0.1
_REPORTS_S = 0.5


class TransactionalClient:
    """Runs the transactions of one producer, one at a time, on a thread of its own.

    librdkafka's transactional calls take a time limit and may ignore it: `send_offsets_to_transaction` waits without
    end for a group coordinator that went away. No call can be cancelled, and to free a client in that state hangs or
    fails an assertion, which ends the process. So after `Overdue` the owner calls `leave` and makes a new client with
    the same transactional id: its `open` fences this one, and the broker refuses whatever the hung call still does.
    """

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        self._calls = CallThread(producer.poll)
        self.refused: tuple[str, KafkaError] | None = None
        """Topic and error of the first record of the last transaction that it cannot help to send again."""

    def open(self, *, limit_s: float) -> None:
        """Fence whoever had the transactional id before, and abort what it left open; may be repeated after a failure.

        Raises `KafkaException` or `Overdue`.
        """
        self._calls.within(limit_s, lambda deadline_s: self._repeat(self._producer.init_transactions, deadline_s))

    def transact(self, batch: Batch, membership: object, *, limit_s: float) -> None:
        """Commit outputs, state and offsets of a batch together. Raises `KafkaException` or `Overdue`."""
        self.refused = None
        self._calls.within(limit_s, lambda deadline_s: self._transact(batch, membership, deadline_s))

    def serve(self) -> None:
        """Let the client log while there is nothing else to do."""
        self._producer.poll(0)

    def abort(self, *, limit_s: float) -> None:
        """Abort the transaction that failed. Raises `KafkaException` or `Overdue`."""
        self._calls.within(limit_s, lambda deadline_s: self._repeat(self._producer.abort_transaction, deadline_s))

    def leave(self) -> None:
        """Give the client up: it sends nothing more of its own, and lives until the process ends."""
        self._calls.leave()

    def _transact(self, batch: Batch, membership: object, deadline_s: float) -> None:
        producer = self._producer
        producer.begin_transaction()
        try:
            for stage in Stage:
                for output in batch.outputs[stage]:
                    self._send(output, deadline_s)
            self._send_offsets(batch, membership, deadline_s)
            self._repeat(producer.commit_transaction, deadline_s)
        except (KafkaException, SystemError):
            # The record that was refused may be reported after the call that failed for it, and a fatal error's own
            # name is told by the next call alone: it is raised from here then.
            producer.flush(_REPORTS_S)
            raise

    def _send(self, output: Output, deadline_s: float) -> None:
        try:
            send(self._producer, output, self._on_delivery, deadline_s=deadline_s)
        except KafkaException as failure:
            self._note(output.topic, failure.args[0])
            raise

    def _send_offsets(self, batch: Batch, membership: object, deadline_s: float) -> None:
        offsets = batch.offsets()
        self._repeat(
            lambda limit_s: self._producer.send_offsets_to_transaction(offsets, membership, limit_s), deadline_s
        )

    def _on_delivery(self, error: KafkaError | None, record: Message) -> None:
        if error is not None:
            self._note(record.topic(), error)

    def _note(self, topic: str, error: KafkaError) -> None:
        if self.refused is None and is_refusal(error):
            self.refused = (topic, error)

    def _repeat(self, call: Callable[[float], None], deadline_s: float) -> None:
        """Repeat a call while its failure says that this may help, until the deadline or until the client is left."""
        while True:
            try:
                return call(max(_CALL_S_MIN, deadline_s - time.monotonic()))
            except KafkaException as failure:
                error = failure.args[0]
                final = not error.retriable() or error.fatal() or error.txn_requires_abort()
                if final or self._calls.left.is_set() or time.monotonic() > deadline_s - _CALL_S_MIN:
                    raise
                logger.info("the transaction is tried again: %s", error.name())
