"""A model of exactly once: whatever fails, hangs, moves or dies, the outputs are a prefix of the source, each once.

The commit thread's steps, the committer and its clients are the real ones; the broker is a model that keeps what a
real one promises: epochs of a transactional id, generations of the group, and offsets that belong to a transaction.
"""

import threading

import pytest
from confluent_kafka import KafkaError, KafkaException
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pipeline.streaming.transport import Stage, TransportOptions, call_thread, commit_thread, exactly_once
from pipeline.streaming.transport.batch import Batch, HandedOver
from pipeline.streaming.transport.commit_thread import CommitThread
from pipeline.streaming.transport.exactly_once import ExactlyOnce
from pipeline.streaming.transport.generations import Generations
from pipeline.streaming.transport.progress import Progress
from pipeline.streaming.transport.watchdog import Watchdog
from tests.support.fake_records import FakeRecord, make_batch

ABORTABLE = KafkaError(KafkaError.NOT_COORDINATOR, "", False, False, True)
MOVED_ON = KafkaError(KafkaError.ILLEGAL_GENERATION, "", False, False, True)
FENCED = KafkaError(KafkaError._FENCED, "", True)


class ModelBroker:
    """One source, one output, one transactional id, one group."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.epoch = self.generation = 0
        self.visible: list[int] = []
        self.committed = 0
        self.open: list[int] = []
        self.offset: int | None = None

    def init(self) -> int:
        """Fence the holder of the id, and abort what it left open."""
        with self.lock:
            self.epoch += 1
            self.open, self.offset = [], None
            return self.epoch

    def demand(self, epoch: int) -> None:
        if epoch != self.epoch:
            raise KafkaException(FENCED)


class ModelProducer:
    """A client that does what `plan` says at one of its calls: fail or hang, before or after the broker acted."""

    def __init__(self, broker: ModelBroker, plan: dict[str, str], released: threading.Event) -> None:
        self._broker = broker
        self._plan = plan
        self._released = released
        self._epoch = 0
        self._outputs: list[int] = []

    def init_transactions(self, limit_s: float) -> None:
        self._epoch = self._broker.init()

    def begin_transaction(self) -> None:
        self._outputs = []

    def produce(self, topic, value, key, partition, on_delivery, timestamp=0) -> None:
        self._outputs.append(int(value))

    def send_offsets_to_transaction(self, offsets, membership, limit_s: float) -> None:
        def act() -> None:
            self._broker.demand(self._epoch)
            if membership != self._broker.generation:
                raise KafkaException(MOVED_ON)
            self._broker.open, self._broker.offset = self._outputs, offsets[0].offset

        self._call("offsets", act)

    def commit_transaction(self, limit_s: float) -> None:
        def act() -> None:
            broker = self._broker
            broker.demand(self._epoch)
            broker.visible += broker.open
            broker.committed = broker.committed if broker.offset is None else broker.offset
            broker.open, broker.offset = [], None

        self._call("commit", act)

    def abort_transaction(self, limit_s: float) -> None:
        def act() -> None:
            self._broker.demand(self._epoch)
            self._broker.open, self._broker.offset = [], None

        self._call("abort", act)

    def flush(self, limit_s: float) -> int:
        return 0

    def poll(self, limit_s: float) -> None:
        raise SystemExit  # ends the thread of a client that was left, which otherwise serves it for ever

    def _call(self, name: str, act) -> None:
        what = self._plan.pop(name, "")
        if what == "hang before":
            self._released.wait()
        if what == "fail before":
            raise KafkaException(ABORTABLE)
        with self._broker.lock:
            act()
        if what == "hang after":
            self._released.wait()
        if what == "fail after":
            raise KafkaException(ABORTABLE)


class Delivery(RuleBasedStateMachine):
    """One worker and its group."""

    def __init__(self) -> None:
        super().__init__()
        self.broker = ModelBroker()
        self.plan: dict[str, str] = {}
        self.releases: list[threading.Event] = []
        self.start()

    def start(self) -> None:
        self.generations = Generations(depth=100)
        self.committer = committer = ExactlyOnce(self.new_producer, transaction_s_max=0.02)
        options = TransportOptions(aborts_in_a_row_max=10**6)
        self.thread = CommitThread(self, committer, self.generations, Progress(), Watchdog(), options)
        committer.start()
        self.assigned()

    def new_producer(self) -> ModelProducer:
        released = threading.Event()
        self.releases.append(released)
        return ModelProducer(self.broker, self.plan, released)

    def assigned(self) -> None:
        self.member, self.position, self.number = self.broker.generation, self.broker.committed, 0

    # The commit thread's site.
    def membership(self) -> object:
        return self.member

    def durable(self, batch: Batch) -> None:
        assert self.broker.committed >= max(span.next_offset for span in batch.spans.values())

    def settled(self, batch: Batch) -> None:
        """Nobody drains."""

    @rule(
        sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3),
        call=st.sampled_from(["offsets", "commit", "abort"]),
        what=st.sampled_from(["", "fail before", "fail after", "hang before", "hang after"]),
    )
    def batches(self, sizes: list[int], call: str, what: str) -> None:
        """Read some batches ahead, and commit them one by one; the first may go wrong."""
        generation = self.generations.current
        made = []
        for size in sizes:
            offsets = range(self.position, self.position + size)
            batch = make_batch(*(FakeRecord(0, each) for each in offsets), generation=generation, number=self.number)
            for each in offsets:
                batch.send(Stage.OUTPUT, "out", b"%d" % each, None, 0)
            made.append(batch)
            self.position, self.number = self.position + size, self.number + 1
        self.plan.clear()
        if what:
            self.plan[call] = what
        for batch in made:
            self.thread._settle(HandedOver(batch))
        if self.generations.current.rewind_due:
            self.generations.rewound(self.generations.current.epoch)
            self.position, self.number = self.broker.committed, 0

    @rule()
    def rebalance(self) -> None:
        """Begin a new generation of the group; the worker hears of it."""
        self.broker.generation += 1
        self.generations.advance()
        self.assigned()

    @rule(count=st.integers(0, 3))
    def stood_still(self, count: int) -> None:
        """Move the group on unheard: another worker commits, and this one still has its old membership."""
        self.broker.generation += 1
        begin = self.broker.committed
        self.broker.visible += range(begin, begin + count)
        self.broker.committed += count

    @rule()
    def crash(self) -> None:
        """Let the process die and start again in its slot; calls that were under way may still arrive."""
        self.end_threads()
        self.start()

    @rule()
    def late_calls_arrive(self) -> None:
        """Whatever hung does its work now."""
        for released in self.releases:
            released.set()

    @invariant()
    def every_output_once_and_in_order(self) -> None:
        with self.broker.lock:
            assert self.broker.visible == list(range(self.broker.committed))

    def teardown(self) -> None:
        self.late_calls_arrive()
        self.end_threads()

    def end_threads(self) -> None:
        """Leave the last client of a process that ends: its thread would wait for calls for ever."""
        if self.committer._client is not None:
            self.committer._client.leave()


def test_no_order_of_failures_loses_doubles_or_reorders(monkeypatch: pytest.MonkeyPatch):
    """Hundreds of steps, always the same ones."""
    monkeypatch.setattr(call_thread, "_GRACE_S", 0.0)
    monkeypatch.setattr(commit_thread, "_BACK_OFF_S_MAX", 0.0)
    monkeypatch.setattr(exactly_once, "LEFT_MAX", 10**6)
    run_state_machine_as_test(Delivery, settings=settings(max_examples=40, stateful_step_count=15))
