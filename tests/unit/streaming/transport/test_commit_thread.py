"""The commit thread: what it commits, drops, gives back, and what ends the worker."""

import queue

import pytest

from pipeline.errors import InvariantBroken, Unavailable
from pipeline.streaming.transport import Batch, TransportOptions
from pipeline.streaming.transport.batch import HandedOver
from pipeline.streaming.transport.commit_thread import CommitThread
from pipeline.streaming.transport.committers import GaveBack
from pipeline.streaming.transport.generations import Generations
from pipeline.streaming.transport.progress import Progress
from pipeline.streaming.transport.watchdog import Watchdog
from tests.support.fake_records import FakeRecord, make_batch


class FakeCommitter:
    """Says yes, unless told otherwise."""

    def __init__(self) -> None:
        self.committed: list[Batch] = []
        self.error: Exception | None = None
        self.away = 0
        self.recovered: list[int] = []

    def recover(self) -> None:
        if self.away:
            self.away -= 1
            raise Unavailable("away")
        self.recovered.append(len(self.committed))

    def commit(self, batch: Batch, membership: object) -> bool:
        assert membership == "member"
        if self.error is not None:
            raise self.error
        self.committed.append(batch)
        return True

    def idle(self) -> None:
        """Nothing to serve."""


class Scene:
    """A commit thread and its site in one."""

    def __init__(self, **options) -> None:
        self.committer = FakeCommitter()
        self.generations = Generations(depth=5)
        self.progress = Progress()
        self.durables: list[Batch] = []
        self.settlements: queue.SimpleQueue[Batch] = queue.SimpleQueue()
        self.failures: queue.SimpleQueue[BaseException] = queue.SimpleQueue()
        self.thread = CommitThread(
            self, self.committer, self.generations, self.progress, Watchdog(), TransportOptions(**options)
        )
        self.thread.start()

    def membership(self) -> object:
        return "member"

    def durable(self, batch: Batch) -> None:
        self.durables.append(batch)

    def settled(self, batch: Batch) -> None:
        self.settlements.put(batch)

    def failed(self, error: BaseException) -> None:
        self.failures.put(error)

    def hand_over(self, number: int, failure: str | None = None) -> Batch:
        """Hand a batch of the current epoch over."""
        batch = make_batch(FakeRecord(0, number), generation=self.generations.current, number=number)
        self.thread.handovers.put(HandedOver(batch, failure))
        return batch

    def counts(self) -> tuple[int, int]:
        snapshot = self.progress.snapshot(intake_paused=False)
        return snapshot.aborts, snapshot.dropped_batches


@pytest.fixture
def scene():
    """Run a commit thread."""
    scene = Scene()
    yield scene
    scene.thread.stop()


def test_batches_are_committed_in_order_and_reported(scene: Scene):
    """Their slots come free."""
    batches = [scene.hand_over(number) for number in range(3)]
    assert [scene.settlements.get(timeout=5) for _ in batches] == batches
    assert scene.committer.committed == batches == scene.durables


def test_a_stale_batch_is_dropped(scene: Scene):
    """Whoever owns its partitions now reads it again."""
    stale = make_batch(FakeRecord(0, 0), generation=scene.generations.current)
    scene.generations.advance()
    scene.thread.handovers.put(HandedOver(stale))
    assert scene.settlements.get(timeout=5) is stale
    assert scene.committer.committed == []
    assert scene.counts() == (0, 1)


def test_a_batch_given_back_by_its_agent_starts_a_rewind(scene: Scene):
    """The batches behind it are stale from then on."""
    behind = make_batch(FakeRecord(0, 1), generation=scene.generations.current, number=1)
    failed = scene.hand_over(0, failure="the agent raised ValueError")
    scene.thread.handovers.put(HandedOver(behind))
    assert scene.settlements.get(timeout=5) is failed
    assert scene.settlements.get(timeout=5) is behind
    assert scene.generations.current.rewind_due
    assert scene.committer.committed == []
    assert scene.counts() == (1, 1)


def test_a_batch_that_the_broker_refused_starts_a_rewind(scene: Scene):
    """It was fenced, or the broker was away."""
    scene.committer.error = GaveBack("ILLEGAL_GENERATION")
    scene.hand_over(0)
    scene.settlements.get(timeout=5)
    assert scene.generations.current.rewind_due
    assert scene.durables == []


def test_positions_go_back_only_when_nothing_of_the_batch_can_become_visible(scene: Scene):
    """The committer is asked until the broker answers; before, the epoch goes on."""
    scene.committer.error = GaveBack("_TIMED_OUT")
    scene.committer.away = 2
    scene.hand_over(0)
    scene.settlements.get(timeout=5)
    assert scene.committer.recovered == [0]
    assert scene.generations.current.rewind_due


def test_a_broker_that_stays_away_ends_the_worker():
    """After a time that an operator can set."""
    scene = Scene(away_s_max=0)
    scene.committer.error = GaveBack("_TIMED_OUT")
    scene.committer.away = 1_000
    scene.hand_over(0)
    assert isinstance(scene.failures.get(timeout=5), Unavailable)
    assert not scene.generations.current.rewind_due
    scene.thread.stop()


def test_too_many_batches_in_a_row_end_the_worker():
    """Reading the same batch for ever helps nobody."""
    scene = Scene(aborts_in_a_row_max=1)
    scene.hand_over(0, failure="the agent raised ValueError")
    scene.settlements.get(timeout=5)
    scene.hand_over(0, failure="the agent raised ValueError")
    assert isinstance(scene.failures.get(timeout=5), Unavailable)
    scene.thread.stop()


def test_batches_out_of_order_end_the_worker(scene: Scene):
    """Committing the later one would lose the earlier."""
    scene.hand_over(1)
    assert isinstance(scene.failures.get(timeout=5), InvariantBroken)
    assert scene.committer.committed == []


def test_an_unexpected_error_ends_the_worker(scene: Scene):
    """And commits nothing more."""
    scene.committer.error = OSError("disk")
    scene.hand_over(0)
    assert scene.failures.get(timeout=5) is scene.committer.error
