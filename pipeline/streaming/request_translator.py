"""Privacy requests, translated into the opt-out list by one worker at a time.

Every worker runs a translator; their consumer group gives the one partition of the requests to one of them. It reads
the list to its end first, so what a predecessor wrote is never lost, and then turns each request into an entry and an
answer, or into a dead letter and a refusal, together with its own progress: in one transaction, or on brokers without
transactions acknowledged one after the other.
"""

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any, Final, ParamSpec

from confluent_kafka import OFFSET_BEGINNING, KafkaError, KafkaException, TopicPartition

from pipeline.errors import InvariantBroken, Reason, RedactionError, Unavailable
from pipeline.event.privacy_request import OptOutEntry
from pipeline.event.records import Position, SourceRecord
from pipeline.keys import KeyRing
from pipeline.policy.compiled import CompiledPolicy
from pipeline.settings import Delivery, Settings
from pipeline.streaming.opt_out_reader import requests_group
from pipeline.streaming.partition_log import (
    ConsumerFactory,
    LogConsumer,
    LogProducer,
    LogRecord,
    ProducerFactory,
    demand_single_partition,
    is_end,
    is_failure,
    isolation_level,
    polled,
    position_after,
    read_to_end,
    reader_settings,
)
from pipeline.streaming.rights import require_right
from pipeline.streaming.translation import Accepted, KnownEntries, Refused, translate
from pipeline.streaming.transport import LEFT_MAX, CallThread, Overdue, group_moved_on

logger = logging.getLogger(__name__)
_Arguments = ParamSpec("_Arguments")

BATCH_RECORDS_MAX: Final = 200
_POLL_S: Final = 0.1
_REQUEST_S_MAX: Final = 5.0
_WRITE_S_MAX: Final = 15.0
_TAKE_OVER_S_MAX: Final = 60.0
_JOIN_S_MAX: Final = 10.0
_BACKOFF_S_MIN: Final = 0.05
_BACKOFF_S_MAX: Final = 2.0
# A transaction left open by a worker that died hides later entries from readers until it times out.
_TRANSACTION_TIMEOUT_MS: Final = 5_000
_FENCED_MAX: Final = 6
_FENCED_WITHIN_S: Final = 60.0
_ANY_PARTITION: Final = -1


class RequestTranslator:
    """Translates privacy requests while its worker owns their partition, in a thread of its own.

    `policy` returns the current policy: it says which tenants exist and how identifiers are written. `on_fatal` is
    called from the thread when that ends unasked; the worker must end then. The counts are of what is committed.
    """

    def __init__(
        self,
        consumers: ConsumerFactory,
        producers: ProducerFactory,
        *,
        settings: Settings,
        keys: KeyRing,
        policy: Callable[[], CompiledPolicy],
        on_fatal: Callable[[Exception], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._consumers = consumers
        self._producers = producers
        self._settings = settings
        self._topics = settings.topics
        self._group = requests_group(settings.worker.group)
        self._transactional = settings.kafka.delivery is Delivery.EXACTLY_ONCE
        self._keys = keys
        self._policy = policy
        self._on_fatal = on_fatal
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="request-translator", daemon=True)
        self._started_at = 0.0
        self._joined = False
        self._assigned = False
        self._membership: Any = None
        self._known: KnownEntries | None = None
        self._next_offset = 0
        self._producer: LogProducer | None = None
        self._calls: CallThread
        self._fenced_at: deque[float] = deque(maxlen=_FENCED_MAX)
        self._left = 0
        self._backoff_s = _BACKOFF_S_MIN
        self._busy_since: float | None = None
        self.accepted = 0
        self.refused: Counter[Reason] = Counter()

    def start(self) -> None:
        """Join the group."""
        self._started_at = self._clock()
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests in hand, leave the group and end the thread; waits for it."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    @property
    def translating(self) -> bool:
        """Whether this worker is the one that translates now."""
        return self._known is not None

    @property
    def settled(self) -> bool:
        """Whether the group took this worker in, and the list was read if the requests fell to it.

        A worker that begins before this answers the first privacy requests late, by the time that joining takes.
        """
        return self._joined and (self._known is not None or not self._assigned)

    def busy_s(self, now: float) -> float:
        """Return for how many seconds one write has been going on: a client call that never returns shows here."""
        since = self._busy_since
        return 0.0 if since is None else now - since

    def _run(self) -> None:
        failure: Exception = InvariantBroken("the request translator ended without a reason")
        try:
            self._follow()
        except (KafkaException, RedactionError) as error:
            failure = error
        finally:
            if not self._stopping.is_set():
                self._on_fatal(failure)

    def _follow(self) -> None:
        kafka = self._settings.kafka
        consumer = self._consumers(
            {
                **reader_settings(self._group, isolation_level(kafka.delivery)),
                "partition.assignment.strategy": "range",
                "session.timeout.ms": kafka.session_timeout_ms,
                "heartbeat.interval.ms": kafka.heartbeat_interval_ms,
            }
        )
        try:
            self._check_topics(consumer)
            consumer.subscribe(
                [self._topics.requests], on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_lost
            )
            while not self._stopping.is_set() or self._must_finish_joining():
                if self._transactional and self._producer is None:
                    self._attempt(consumer, self._renew_producer)
                elif self._assigned and self._known is None:
                    self._attempt(consumer, self._take_over, consumer)
                read = [record for record in polled(consumer, BATCH_RECORDS_MAX, _POLL_S) if not is_failure(record)]
                if read and self._known is not None:
                    self._attempt(consumer, self._advance, consumer, read, self._known)
        finally:
            consumer.close()
            if self._transactional and self._producer is not None:
                self._calls.close()

    def _must_finish_joining(self) -> bool:
        """Say whether leaving now would harm: the embedded broker never completes a group left in mid-join."""
        joining = not self._joined and not self._transactional
        return joining and self._clock() < self._started_at + _JOIN_S_MAX

    def _check_topics(self, consumer: LogConsumer) -> None:
        """Refuse topics whose order would not be the order of requests; wait for brokers that do not answer yet."""
        for topic in (self._topics.requests, self._topics.opt_outs):
            answered = False
            while not answered and not self._stopping.is_set():
                try:
                    demand_single_partition(consumer, topic, _REQUEST_S_MAX)
                    answered = True
                except Unavailable as failure:
                    logger.warning("privacy requests: %s", failure)
                    self._stopping.wait(_BACKOFF_S_MAX)

    def _on_assign(self, consumer: LogConsumer, partitions: Sequence[object]) -> None:
        # Nothing is read before the list is: `_take_over` assigns the partition, with the offset to begin at.
        consumer.assign([])
        self._joined = True
        self._assigned = bool(partitions)
        self._membership = consumer.consumer_group_metadata()
        self._known = None

    def _on_revoke(self, _consumer: LogConsumer, _partitions: Sequence[object]) -> None:
        self._assigned = False
        self._known = None

    def _on_lost(self, consumer: LogConsumer, partitions: Sequence[object]) -> None:
        self._on_revoke(consumer, partitions)
        if self._transactional and self._producer is not None:
            self._lose_producer(fenced=False)  # it would look for the coordinator where that was before the outage

    def _attempt(
        self,
        consumer: LogConsumer,
        step: Callable[_Arguments, None],
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> None:
        """Take a step; where it fails, forget what the list may not hold, and begin again from what is committed."""
        reason = ""
        try:
            step(*arguments, **named)
        except KafkaException as failure:
            require_right(failure.args[0], "privacy requests")
            reason = failure.args[0].name()
        except Unavailable as failure:
            reason = str(failure)
        if not reason:
            self._backoff_s = _BACKOFF_S_MIN
            return
        logger.warning("privacy requests: %s; beginning again from what is committed", reason)
        self._known = None
        consumer.assign([])
        self._stopping.wait(self._backoff_s)
        self._backoff_s = min(2 * self._backoff_s, _BACKOFF_S_MAX)

    def _take_over(self, consumer: LogConsumer) -> None:
        """Read the whole list, then begin where the predecessor's progress ends.

        The progress is asked for first, and the broker holds the answer back while a transaction with progress in it is
        open; so the list's end, asked for later, covers every entry that the progress vouches for.
        """
        progress = consumer.committed([TopicPartition(self._topics.requests, 0)], timeout=_REQUEST_S_MAX)[0]
        if progress.error is not None:
            raise KafkaException(progress.error)
        known = KnownEntries()
        batches = read_to_end(
            self._consumers,
            self._topics.opt_outs,
            [0],
            group=self._group,
            delivery=self._settings.kafka.delivery,
            timeout_s=_TAKE_OVER_S_MAX,
            progress=self._check_stop,
        )
        for records in batches:
            for record in records:
                key = record.key()
                if key is not None:
                    known.apply(key.decode(errors="replace"), record.value(), record.timestamp()[1])
        begin = progress.offset if progress.offset >= 0 else OFFSET_BEGINNING
        consumer.assign([TopicPartition(self._topics.requests, 0, begin)])
        self._next_offset = max(progress.offset, 0)
        self._known = known
        logger.info("privacy requests: translating from offset %d over %d entries", self._next_offset, len(known))

    def _check_stop(self) -> None:
        if self._stopping.is_set():
            raise Unavailable("the worker stops")

    def _advance(self, consumer: LogConsumer, read: Sequence[LogRecord], known: KnownEntries) -> None:
        """Translate what was read and commit it with the progress, which the end of the partition counts as too."""
        policy = self._policy()
        outcomes: list[Accepted | Refused] = []
        written: dict[str, OptOutEntry] = {}
        position = self._next_offset
        for record in read:
            position = max(position, position_after(record))
            if is_end(record):
                continue
            outcome = translate(_source(record), known, written, policy, self._keys)
            outcomes.append(outcome)
            if isinstance(outcome, Accepted):
                written[outcome.key] = outcome.entry
        if position == self._next_offset:
            return
        self._busy_since = self._clock()
        try:
            self._write(consumer, outcomes, TopicPartition(self._topics.requests, 0, position))
        finally:
            self._busy_since = None
        self._next_offset = position
        known.put(written)
        self.accepted += sum(isinstance(outcome, Accepted) for outcome in outcomes)
        self.refused.update(outcome.reason for outcome in outcomes if isinstance(outcome, Refused))

    def _write(self, consumer: LogConsumer, outcomes: Sequence[Accepted | Refused], progress: object) -> None:
        if self._producer is None:
            self._renew_producer()
        if self._producer is not None and self._transactional:
            self._commit_together(self._producer, outcomes, progress)
        elif self._producer is not None:
            self._commit_in_order(self._producer, consumer, outcomes, progress)

    def _commit_together(self, producer: LogProducer, outcomes: Sequence[Accepted | Refused], progress: object) -> None:
        failure, limit_s = None, self._settings.worker.transaction_s_max
        try:
            self._calls.within(limit_s, lambda _deadline_s: self._transact(producer, outcomes, progress))
        except KafkaException as error:
            failure = error
        except Overdue:
            failure = KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001 - the client's constant
        if failure is None:
            return
        if not group_moved_on(failure.args[0]) or not self._aborted(producer, limit_s):
            self._lose_producer(fenced=failure.args[0].fatal())
        raise failure

    def _transact(self, producer: LogProducer, outcomes: Sequence[Accepted | Refused], progress: object) -> None:
        producer.begin_transaction()
        self._produce(producer, outcomes, [])
        self._patiently(producer.send_offsets_to_transaction, [progress], self._membership, _REQUEST_S_MAX)
        self._patiently(producer.commit_transaction, _REQUEST_S_MAX)

    def _aborted(self, producer: LogProducer, limit_s: float) -> bool:
        try:
            self._calls.within(limit_s, lambda _: self._patiently(producer.abort_transaction, _REQUEST_S_MAX))
        except (KafkaException, Overdue):
            return False
        return True

    def _commit_in_order(
        self, producer: LogProducer, consumer: LogConsumer, outcomes: Sequence[Accepted | Refused], progress: object
    ) -> None:
        failures: list[KafkaError] = []
        self._produce(producer, outcomes, failures)
        if producer.flush(_WRITE_S_MAX):
            producer.purge()
            producer.flush(_REQUEST_S_MAX)
        if failures:
            raise KafkaException(failures[0])
        for committed in consumer.commit(offsets=[progress], asynchronous=False):
            if committed.error is not None:
                raise KafkaException(committed.error)

    def _produce(
        self, producer: LogProducer, outcomes: Sequence[Accepted | Refused], failures: list[KafkaError]
    ) -> None:
        topics = self._topics

        def write(topic: str, value: bytes, key: str, partition: int) -> None:
            producer.produce(topic, value, key, partition, on_delivery=delivered)

        def delivered(error: KafkaError | None, _record: object) -> None:
            if error is not None:
                failures.append(error)

        for outcome in outcomes:
            match outcome:
                case Accepted():
                    write(topics.opt_outs, outcome.value, outcome.key, 0)
                case Refused():
                    write(topics.dead_letters, outcome.letter, outcome.letter_key, 0)
            write(topics.request_results, outcome.result, outcome.result_key, _ANY_PARTITION)

    def _patiently(
        self, call: Callable[_Arguments, None], *arguments: _Arguments.args, **named: _Arguments.kwargs
    ) -> None:
        """Repeat a call of the transactional producer while its failure says that it may be repeated."""
        deadline = self._clock() + _WRITE_S_MAX
        while True:
            try:
                return call(*arguments, **named)
            except KafkaException as failure:
                error = failure.args[0]
                final = not error.retriable() or error.fatal() or error.txn_requires_abort()
                if final or self._clock() > deadline:
                    raise

    def _lose_producer(self, *, fenced: bool) -> None:
        """Give up a producer that was fenced or broke. Raises `InvariantBroken` when one after the other does."""
        self._producer = None
        self._calls.leave()
        self._left += 1
        if fenced:
            self._fenced_at.append(self._clock())
        often = len(self._fenced_at) == _FENCED_MAX and self._fenced_at[-1] - self._fenced_at[0] < _FENCED_WITHIN_S
        if often or self._left > LEFT_MAX:
            raise InvariantBroken("privacy requests: producers break one after the other; is worker.slot used twice?")

    def _renew_producer(self) -> None:
        """Make a producer, at the start already: taking over the id aborts what a dead predecessor left open."""
        if not self._transactional:
            # One request at a time, so that a repeated one cannot overtake the entry after it.
            self._producer = self._producers({"max.in.flight.requests.per.connection": 1})
            return
        transactional_id = f"{self._group}-{self._settings.worker.slot}"
        producer = self._producers(
            {"transactional.id": transactional_id, "transaction.timeout.ms": _TRANSACTION_TIMEOUT_MS}
        )
        self._patiently(producer.init_transactions, _WRITE_S_MAX)
        self._producer, self._calls = producer, CallThread(producer.poll)


def _source(record: LogRecord) -> SourceRecord:
    position = Position(record.topic(), record.partition(), record.offset(), record.timestamp()[1])
    return SourceRecord(position, record.key(), record.value())
