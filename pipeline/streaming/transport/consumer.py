"""The consumer that Faust sees: it joins the intake thread, the commit thread and the event loop."""
# ruff: noqa: ARG002, ANN401, half of the methods have Faust's own signatures and nothing to do

import asyncio
import logging
import threading
import traceback
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NoReturn

import confluent_kafka
from faust.transport.consumer import Consumer as FaustConsumer
from faust.types import TP

from pipeline.errors import InvariantBroken, Misconfigured, RedactionError
from pipeline.streaming.transport.batch import Batch
from pipeline.streaming.transport.clients import consumer_settings
from pipeline.streaming.transport.commit_thread import CommitThread
from pipeline.streaming.transport.generations import Generation, Generations
from pipeline.streaming.transport.hands import Hands
from pipeline.streaming.transport.intake import Intake
from pipeline.streaming.transport.lifecycle import Lifecycle
from pipeline.streaming.transport.pending import SourceRecord
from pipeline.streaming.transport.watchdog import Watchdog
from pipeline.streaming.transport.watermarks import WatermarkReader

logger = logging.getLogger(__name__)

# A worker that polls less often is taken for dead by its group; the intake thread polls at least every 2 s.
_MAX_POLL_INTERVAL_MS = 60_000
# Faust's own stop after a crash can hang.
_STOP_AFTER_FAILURE_S_MAX = 20.0


class BatchConsumer(FaustConsumer):  # type: ignore[misc]  # Faust is untyped
    """Delivers batches to one agent and commits them; the rest of Faust's consumer is refused or does nothing.

    Three threads: the intake thread makes all calls of the Kafka consumer, the commit thread all calls of the producer,
    the event loop runs Faust, the agent and the listener. The loop never waits for the other two.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hands = Hands()
        self.controls = self.transport.controls
        self._options = self.controls.options
        self._generations = Generations(depth=self._options.pipeline_depth)
        self._watchdog = Watchdog()
        self._failure = threading.Lock()
        self._topic: str | None = None
        self._running = False

    async def on_start(self) -> None:
        """Connect; the group is joined when Faust subscribes."""
        await super().on_start()
        self._event_loop = asyncio.get_running_loop()
        self._lifecycle = Lifecycle(self._event_loop, self.controls.listener, self.hands, on_failure=self.failed)
        committer = self.transport.committer()
        self._commits = CommitThread(
            self, committer, self._generations, self.controls.progress, self._watchdog, self._options
        )
        await self._aside(committer.start)
        self._intake = Intake(self, self._connect(), committer, self._generations, self._lifecycle, self.controls)
        self._watermarks = self._watermark_reader()
        self._watchdog.watch_age("an agent's batch", self.hands.held_s, limit_s=self._options.agent_s_max)
        for part in (self._watchdog, self._commits, self._watermarks):
            part.start()
        self._running = True

    async def on_stop(self) -> None:
        """Commit what is in hand, leave the group, end the threads."""
        if not self._running:
            return
        self._running = False
        limit_s = self._options.drain_s + 2 * self._options.stuck_s
        with self._watchdog.watching("the stop of the transport", limit_s=limit_s):
            self._intake.shut()
            await self.wait_empty()
            assignment = self._intake.assignment
            await self._aside(self._commits.stop)
            await self._aside(self._intake.stop)
            if assignment:
                await asyncio.wrap_future(self._lifecycle.revoked(assignment))
            await self._aside(self._watermarks.stop)
        self._watchdog.stop()

    def is_current(self, batch: Batch) -> bool:
        """Tell whether the batch belongs to the epoch that runs now."""
        return batch.epoch == self._generations.current.epoch

    # What the intake thread and the commit thread call.

    def deliver(self, records: Sequence[SourceRecord], generation: Generation, number: int) -> None:
        """Make a batch and put it into the agent's queue."""
        batch = Batch(records, generation, number, self.hands, self._commits.handovers)
        self.controls.progress.handed_out(batch)
        self._event_loop.call_soon_threadsafe(self._enqueue, batch)

    def rebalance_ended(self, partitions: AbstractSet[TP], epoch: int) -> None:
        """Run Faust's side of an assignment."""
        self._wait_for_loop(self._faust_assigned(set(partitions), epoch))

    def rebalance_begun(self, partitions: AbstractSet[TP]) -> None:
        """Run Faust's side of a revocation; it waits for the batches in hand, at most `drain_s`."""
        self._wait_for_loop(self._faust_revoked(set(partitions)))

    def membership(self) -> object:
        """Return the group membership of the current epoch."""
        return self._intake.membership

    def durable(self, batch: Batch) -> None:
        """Tell progress and listener that a batch is committed."""
        self.controls.progress.committed(batch)
        self._lifecycle.committed(batch)

    def settled(self, batch: Batch) -> None:
        """Tell whoever drains that the commit thread is done with a batch."""
        self._event_loop.call_soon_threadsafe(self.hands.settle, batch)

    def failed(self, error: BaseException) -> None:
        """End the worker, once: through Faust if it can, by leaving the process if that hangs."""
        if not self._failure.acquire(blocking=False):
            return
        shown = presentable(error)
        logger.critical("the transport failed, the worker ends: %s", shown)
        self._watchdog.leave_after("the stop after a failure", limit_s=_STOP_AFTER_FAILURE_S_MAX)
        self._event_loop.call_soon_threadsafe(self._crash, shown)

    def _crash(self, error: RedactionError) -> None:
        self.hands.abandon()
        self._crashing = asyncio.ensure_future(self.app.crash(error))

    def _connect(self) -> confluent_kafka.Consumer:
        conf = self.app.conf
        settings = consumer_settings(
            self.transport.bootstrap, self._options, group_id=conf.id, client_id=conf.broker_client_id
        )
        return confluent_kafka.Consumer(
            {
                **settings,
                "enable.partition.eof": True,
                # Eager on purpose: every rebalance starts a new epoch for all partitions.
                "partition.assignment.strategy": "range",
                "session.timeout.ms": int(conf.broker_session_timeout * 1000),
                "heartbeat.interval.ms": int(conf.broker_heartbeat_interval * 1000),
                "max.poll.interval.ms": _MAX_POLL_INTERVAL_MS,
            }
        )

    def _watermark_reader(self) -> WatermarkReader:
        conf = self.app.conf
        name = f"{conf.broker_client_id}-watermarks"
        settings = consumer_settings(self.transport.bootstrap, self._options, group_id=conf.id, client_id=name)
        return WatermarkReader(self.controls.progress, lambda: confluent_kafka.Consumer(settings))

    def _enqueue(self, batch: Batch) -> None:
        subscribers = [
            channel
            for partition in batch.spans
            for channel in self.app.topics._tp_index.get(partition, ())  # noqa: SLF001, the Faust version is pinned
        ]
        queues = {id(channel.queue): channel.queue for channel in subscribers}
        if len(queues) == 1:
            queue = next(iter(queues.values()))
            # Faust empties the queues it manages whenever flow resumes, also when records flow already: a batch of
            # the current epoch would be lost, and the next one would be out of order. Stale ones are told by epoch.
            self.app.flow_control._queues.discard(queue)  # noqa: SLF001, the Faust version is pinned
            queue.put_nowait(batch)
        elif self.is_current(batch):
            self.failed(Misconfigured(["this transport delivers a topic to exactly one agent with concurrency 1"]))

    def _wait_for_loop(self, call: Coroutine[None, None, None]) -> None:
        limit_s = self._options.drain_s + self._options.stuck_s
        with self._watchdog.watching("a rebalance", limit_s=limit_s):
            asyncio.run_coroutine_threadsafe(call, self._event_loop).result()

    async def _aside(self, call: Callable[[], None]) -> None:
        await self._event_loop.run_in_executor(None, call)

    async def _faust_assigned(self, partitions: set[TP], epoch: int) -> None:
        if not self.app.rebalancing:
            self.app.on_rebalance_start()
        self.app.consumer_generation_id = epoch
        await self.on_partitions_assigned(partitions, epoch)

    async def _faust_revoked(self, partitions: set[TP]) -> None:
        self.app.on_rebalance_start()
        await self.on_partitions_revoked(partitions)

    # What Faust's app, conductor and table recovery call.

    async def subscribe(self, topics: Iterable[str]) -> None:
        """Join the group for the one topic of the one agent."""
        names = sorted(topics)
        if len(names) != 1 or self._topic not in (None, names[0]):
            raise Misconfigured(
                [f"this transport reads one topic, not {names}: set topic_disable_leader, use no tables or replies"]
            )
        self._topic = names[0]
        if not self._intake.subscribed:
            self._intake.subscribe(self._topic)

    async def wait_empty(self) -> None:
        """Wait until the batches in hand are committed, at most `drain_s`; others will be read again."""
        if not await self.hands.all_settled(limit_s=self._options.drain_s):
            logger.warning("batches in hand did not finish in %.1f s: they are read again", self._options.drain_s)

    async def _drain_messages(self, fetcher: Any) -> None:
        # Records come from the intake thread; Faust only wants its fetcher alive.
        await fetcher.wait_until_stopped()

    def resume_flow(self) -> None:
        """Let records flow, once Faust has ended a rebalance."""
        super().resume_flow()
        self._intake.open()

    def stop_flow(self) -> None:
        """Let no new record flow; batches in hand go on to their commit."""
        super().stop_flow()
        self._intake.shut()

    def assignment(self) -> set[TP]:
        """Return the partitions of this worker."""
        return self._intake.assignment if self._running else set()

    def highwater(self, tp: TP) -> int:
        """Return the last known end of a partition, 0 before it is known."""
        position = self.controls.snapshot().partitions.get(tp)
        return (position.high_watermark or 0) if position else 0

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:  # noqa: FBT001, FBT002, Faust's own signature
        """Do nothing: offsets are committed with their batch."""
        return False

    async def perform_seek(self) -> None:
        """Do nothing: positions are the committed ones since the assignment or the rewind."""

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Do nothing: positions are the committed ones since the assignment or the rewind."""
        return {}

    async def position(self, tp: TP) -> int | None:
        """Return the next record to be handed out."""
        position = self.controls.snapshot().partitions.get(tp)
        return position.position if position else None

    def topic_partitions(self, topic: str) -> int | None:
        """Return None: the broker knows, Faust does not need to."""
        return None

    def key_partition(self, topic: str, key: bytes | None, partition: int | None = None) -> int | None:
        """Leave the choice of a partition to the producer."""
        return partition

    def _new_topicpartition(self, topic: str, partition: int) -> TP:
        return TP(topic, partition)

    async def highwaters(self, *partitions: TP) -> NoReturn:
        """Refuse."""
        _refuse_tables()

    async def earliest_offsets(self, *partitions: TP) -> NoReturn:
        """Refuse."""
        _refuse_tables()

    async def seek_wait(self, partitions: Mapping[TP, int]) -> NoReturn:
        """Refuse."""
        _refuse_tables()

    async def create_topic(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        refuse_topics()

    async def _commit(self, offsets: Mapping[TP, int]) -> NoReturn:
        _refuse_tables()

    async def _seek(self, partition: TP, offset: int) -> NoReturn:
        _refuse_tables()

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> NoReturn:  # noqa: ASYNC109, Faust's own signature
        _refuse_tables()

    def _to_message(self, tp: TP, record: Any) -> NoReturn:
        _refuse_tables()


def _refuse_tables() -> NoReturn:
    raise Misconfigured(["this transport has no tables, seeks or single messages: iterate over batches(stream)"])


def refuse_topics() -> NoReturn:
    """Raise `Misconfigured`: topics are made by `redact topics create`, never by a worker."""
    raise Misconfigured(["workers create no topics: use `redact topics create`, and Faust topics with internal=False"])


def presentable(error: BaseException) -> RedactionError:
    """Return an error that is safe to show: ours as they are, others by type and place, without their message."""
    if isinstance(error, RedactionError):
        return error
    if isinstance(error, confluent_kafka.KafkaException):
        return InvariantBroken(f"unexpected answer of the broker: {error.args[0].name()}")
    places = traceback.extract_tb(error.__traceback__)
    where = f" at {places[-1].filename}:{places[-1].lineno}" if places else ""
    return InvariantBroken(f"{type(error).__name__}{where}")
