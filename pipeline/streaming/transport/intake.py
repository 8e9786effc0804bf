"""The intake thread: the only thread that calls the consumer. It polls, cuts batches, and serves rebalances."""

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Future
from typing import Protocol

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition
from faust.types import TP

from pipeline.errors import Unavailable
from pipeline.streaming.rights import require_right
from pipeline.streaming.transport.committers import Committer
from pipeline.streaming.transport.controls import TransportControls
from pipeline.streaming.transport.generations import Generation, Generations
from pipeline.streaming.transport.lifecycle import Lifecycle
from pipeline.streaming.transport.pending import PendingRecords, SourceRecord

logger = logging.getLogger(__name__)

_POLL_S = 0.1
# Polling while nothing may flow: short, so that a gate that opens is seen at once.
_SERVE_S = 0.02
_SLOT_S = 0.2
# An agent this slow: stop fetching (which throws prefetched records away) and keep serving rebalances.
_STALL_S = 2.0
_COMMITTED_S_MAX = 20.0
_LOOK_S = 1.0


class IntakeSite(Protocol):
    """Where the intake thread delivers to and reports to, on the event loop."""

    def deliver(self, records: Sequence[SourceRecord], generation: Generation, number: int) -> None:
        """Make a batch and put it into the agent's queue; returns at once."""
        ...

    def rebalance_ended(self, partitions: AbstractSet[TP], epoch: int) -> None:
        """Run Faust's assignment, and return when it is done."""
        ...

    def rebalance_begun(self, partitions: AbstractSet[TP]) -> None:
        """Run Faust's revocation, which waits for the batches in hand, and return when it is done."""
        ...

    def failed(self, error: BaseException) -> None:
        """End the worker."""
        ...


class Intake:
    """Turns what the consumer reads into batches of the current epoch.

    Records flow when Faust is ready, the listener has answered, and nobody paused the intake. Everything that was read
    under an epoch that is over is forgotten: positions were set back by the assignment or by the rewind that ended it.
    """

    def __init__(
        self,
        site: IntakeSite,
        consumer: Consumer,
        committer: Committer,
        generations: Generations,
        lifecycle: Lifecycle,
        controls: TransportControls,
    ) -> None:
        self._site = site
        self._consumer = consumer
        self._committer = committer
        self._generations = generations
        self._lifecycle = lifecycle
        self._controls = controls
        options = controls.options
        self._age_s = options.batch_age_ms / 1000
        self._pending = PendingRecords(records_max=options.batch_records_max, bytes_max=options.batch_bytes_max)
        self._pending_epoch = 0
        self._number = 0
        self._partitions: list[TopicPartition] = []
        self._read_up_to: dict[int, int] = {}
        self._answer: Future[None] | None = None
        self._rewinding_epoch = 0
        self._flowing = False
        self._looked_at = 0.0
        self._stalled_since: float | None = None
        self._wanted = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.membership: object = None

    def subscribe(self, topic: str) -> None:
        """Join the group for `topic` and start reading."""
        self._thread = threading.Thread(target=self._run, args=(topic,), name="transport-intake", daemon=True)
        self._thread.start()

    @property
    def subscribed(self) -> bool:
        """True once `subscribe` was called."""
        return self._thread is not None

    def open(self) -> None:
        """Let records flow. From any thread."""
        self._wanted.set()

    def shut(self) -> None:
        """Let no new record flow. From any thread."""
        self._wanted.clear()

    def stop(self) -> None:
        """Leave the group and end the thread. Batches must have been settled before, or they are read again."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    @property
    def assignment(self) -> set[TP]:
        """The partitions of this worker."""
        return {TP(tp.topic, tp.partition) for tp in self._partitions}

    def _run(self, topic: str) -> None:
        try:
            self._consumer.subscribe(
                [topic], on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_lost
            )
            while not self._stopped.is_set():
                self._turn()
            self._settle_offsets(final=True)
        except BaseException as error:  # noqa: BLE001, whatever ends this thread must end the worker
            self._site.failed(error)
        self._stopped.set()
        self._consumer.close()

    # The epoch is read first: a batch of an epoch is only made of records read after that epoch's rewind.
    def _turn(self) -> None:
        generation = self._generations.current
        if generation.epoch != self._pending_epoch:
            self._pending.clear()
            self._pending_epoch = generation.epoch
            self._number = 0
        self._settle_offsets()
        self._look_ahead()
        if not self._may_flow(generation):
            self._set_flowing(flowing=False)
            self._serve()
        elif self._pending.room:
            self._set_flowing(flowing=True)
            self._read()
            if generation.epoch != self._generations.current.epoch:
                return
            if len(self._pending) and generation.slots.acquire(blocking=False):
                self._hand_over(generation)
        elif generation.slots.acquire(timeout=_SLOT_S):
            self._hand_over(generation)
        else:
            self._wait_for_agent()

    def _look_ahead(self) -> None:
        """Note the ends of partitions that came with the records: not every broker tells them as well when asked."""
        now = time.monotonic()
        if now - self._looked_at < _LOOK_S:
            return
        self._looked_at = now
        ends = {}
        for tp in self._partitions:
            known = self._consumer.get_watermark_offsets(tp, cached=True)
            if known is not None and known[1] >= 0:
                ends[TP(tp.topic, tp.partition)] = known[1]
        self._controls.progress.learnt(ends, {})

    def _may_flow(self, generation: Generation) -> bool:
        if generation.rewind_due and not self._rewind(generation.epoch):
            return False
        if self._answer is not None:
            if not self._answer.done():
                return False
            self._answer.result()
            self._answer = None
        return self._wanted.is_set() and bool(self._partitions) and not self._controls.intake_paused

    def _set_flowing(self, *, flowing: bool) -> None:
        if flowing == self._flowing or not self._partitions:
            return
        self._flowing = flowing
        if flowing:
            self._consumer.resume(self._partitions)
        else:
            self._consumer.pause(self._partitions)

    def _read(self) -> None:
        if not len(self._pending):
            first = self._consumer.poll(_POLL_S)
            if first is None:
                return
            self._keep([first])
        if room := self._pending.room:
            self._keep(self._consumer.consume(room, self._age_s))

    def _serve(self) -> None:
        record = self._consumer.poll(_SERVE_S)
        if record is not None:  # read before the pause took effect: its position has moved, so it must be kept
            self._keep([record])

    def _keep(self, records: Iterable[SourceRecord]) -> None:
        self._pending.add(record for record in records if not self._is_error(record))

    def _is_error(self, record: SourceRecord) -> bool:
        error = record.error()  # type: ignore[attr-defined]  # the client mixes errors with records
        if error is None:
            self._read_up_to[record.partition()] = record.offset() + 1
            return False
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001, the library's public name
            partition = record.partition()
            read_up_to = self._read_up_to.get(partition, 0)
            self._controls.progress.exhausted(TP(record.topic(), partition), record.offset(), read_up_to)
            return True
        require_right(error, record.topic() or "the worker's consumer group")
        if error.fatal():
            raise Unavailable(f"the consumer failed: {error.name()}")
        logger.warning("kafka consumer: %s", error.name())
        return True

    def _hand_over(self, generation: Generation) -> None:
        self._stalled_since = None
        self._site.deliver(self._pending.cut(), generation, self._number)
        self._number += 1

    def _wait_for_agent(self) -> None:
        now = time.monotonic()
        if self._stalled_since is None:
            self._stalled_since = now
        if now - self._stalled_since > _STALL_S:
            self._set_flowing(flowing=False)
            self._serve()

    def _settle_offsets(self, *, final: bool = False) -> None:
        for batch in self._committer.settle_offsets(self._consumer, final=final):
            self._controls.progress.committed(batch)
            self._lifecycle.committed(batch)

    def _rewind(self, epoch: int) -> bool:
        """Set positions back to the committed offsets, after the listener has heard of it."""
        if self._rewinding_epoch != epoch:
            self._rewinding_epoch = epoch
            self._settle_offsets(final=True)
            self._set_flowing(flowing=False)
            self._answer = self._lifecycle.aborted()
        if self._answer is not None and not self._answer.done():
            return False
        try:
            committed = self._consumer.committed(self._partitions, _COMMITTED_S_MAX)
            for tp in committed:
                offset = tp.offset if tp.offset >= 0 else OFFSET_BEGINNING
                self._consumer.seek(TopicPartition(tp.topic, tp.partition, offset))
        except KafkaException as failure:  # a rebalance or a slow broker: poll, and come back
            require_right(failure.args[0], "the worker's consumer group")
            logger.warning("positions could not be set back yet: %s", failure.args[0].name())
            return False
        self._pending.clear()
        self._read_up_to.clear()
        self._controls.progress.rewound({TP(tp.topic, tp.partition): max(0, tp.offset) for tp in committed})
        self._generations.rewound(epoch)
        return True

    # The three callbacks run inside `poll` and `consume`, so the group waits for whatever they wait for.
    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        consumer.assign(partitions)  # without offsets: the client fetches the stable committed ones
        consumer.pause(partitions)
        self._flowing = False
        self._partitions = partitions
        self._read_up_to.clear()
        # Kept until the next assignment: asked for later, it could be a newer one than the records were read under.
        self.membership = consumer.consumer_group_metadata()
        epoch = self._generations.advance().epoch
        assignment = self.assignment
        self._controls.progress.assigned(assignment)
        if self._stopped.is_set():
            return
        self._site.rebalance_ended(assignment, epoch)
        self._answer = self._lifecycle.assigned(assignment)

    def _on_revoke(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        revoked = {TP(tp.topic, tp.partition) for tp in partitions}
        stopped = self._stopped.is_set()
        if not stopped:
            self._site.rebalance_begun(revoked)
        self._generations.advance()
        self._settle_offsets(final=True)
        self._partitions = []
        self._answer = None
        self._controls.progress.assigned(())
        consumer.unassign()
        if not stopped:
            self._lifecycle.revoked(revoked)

    def _on_lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        logger.warning("partitions were lost: this worker was out of the group for longer than its session")
        self._committer.doubt()
        self._generations.advance()
        self._on_revoke(consumer, partitions)
