"""The intake thread, turn by turn, with a scripted consumer: what it delivers, and when it does not."""

from collections import deque
from concurrent.futures import Future

import pytest
from confluent_kafka import OFFSET_BEGINNING, KafkaError, KafkaException, TopicPartition
from faust.types import TP

from pipeline.errors import Misconfigured, Unavailable
from pipeline.streaming.transport import TransportControls, TransportOptions
from pipeline.streaming.transport.generations import Generations
from pipeline.streaming.transport.intake import Intake
from pipeline.streaming.transport.listener import NoState
from tests.support.fake_records import FakeRecord


class Record(FakeRecord):
    """A record, or an error in its place."""

    def error(self) -> None:
        return None


class ErrorRecord:
    def __init__(self, error: KafkaError, partition: int = 0, offset: int = 0) -> None:
        self._error = error
        self._place = (partition, offset)

    def topic(self) -> str:
        return "raw"

    def partition(self) -> int:
        return self._place[0]

    def offset(self) -> int:
        return self._place[1]

    def error(self) -> KafkaError:
        return self._error


class FakeConsumer:
    """Gives back what the script holds; writes down the calls that change anything."""

    def __init__(self) -> None:
        self.script: deque = deque()
        self.calls: list[str] = []
        self.committed_offsets: list[TopicPartition] = []
        self.on_read = lambda: None
        self.errors: deque[KafkaError] = deque()

    def poll(self, timeout_s: float):
        return self.script.popleft() if self.script else None

    def consume(self, count: int, timeout_s: float) -> list:
        self.on_read()
        return [self.script.popleft() for _ in range(min(count, len(self.script)))]

    def committed(self, partitions, timeout_s: float):
        if self.errors:
            raise KafkaException(self.errors.popleft())
        return self.committed_offsets

    def seek(self, tp: TopicPartition) -> None:
        self.calls.append(f"seek {tp.partition}:{tp.offset}")

    def pause(self, partitions) -> None:
        self.calls.append("pause")

    def resume(self, partitions) -> None:
        self.calls.append("resume")

    def assign(self, partitions) -> None:
        self.calls.append("assign")

    def unassign(self) -> None:
        self.calls.append("unassign")

    def consumer_group_metadata(self) -> object:
        return "member"

    def get_watermark_offsets(self, tp: TopicPartition, *, cached: bool):
        assert cached
        return 0, 77


class Scene:
    """An intake with everything around it; news, deliveries and calls of the consumer go into one list."""

    def __init__(self, **options) -> None:
        self.consumer = FakeConsumer()
        self.seen = self.consumer.calls
        self.batches: list[tuple[int, int, list[int]]] = []
        self.generations = Generations(depth=2)
        self.controls = TransportControls(TransportOptions(**options), NoState())
        self.answers: list[Future] = []
        self.durables: deque = deque()
        self.doubts = 0
        self.intake = Intake(self, self.consumer, self, self.generations, self, self.controls)

    # The site.
    def deliver(self, records, generation, number) -> None:
        self.batches.append((generation.epoch, number, [record.offset() for record in records]))

    def rebalance_ended(self, partitions, epoch) -> None:
        self.seen.append(f"ended {epoch}")

    def rebalance_begun(self, partitions) -> None:
        self.seen.append("begun")

    def failed(self, error) -> None:
        raise error

    # The committer.
    def doubt(self) -> None:
        self.doubts += 1

    def settle_offsets(self, consumer, *, final: bool = False) -> list:
        if final:
            self.seen.append("settle")
        return []

    # The lifecycle.
    def assigned(self, partitions) -> Future:
        return self._news("assigned")

    def aborted(self) -> Future:
        return self._news("aborted")

    def revoked(self, partitions) -> Future:
        return self._news("revoked")

    def _news(self, what: str) -> Future:
        self.seen.append(what)
        self.answers.append(Future())
        return self.answers[-1]

    # What the test does.
    def assign(self, *, answered: bool = True) -> None:
        """Assign two partitions and let records flow."""
        self.intake._on_assign(self.consumer, [TopicPartition("raw", 0), TopicPartition("raw", 1)])
        self.intake.open()
        if answered:
            self.answers[-1].set_result(None)

    def turn(self, *offsets: int) -> None:
        """Let the consumer have these records, and take a turn."""
        self.consumer.script.extend(Record(0, offset) for offset in offsets)
        self.intake._turn()

    @property
    def delivered(self) -> list[int]:
        return [offset for _, _, offsets in self.batches for offset in offsets]


def test_batches_are_numbered_within_their_epoch():
    """The commit thread checks this order."""
    scene = Scene(batch_records_max=2)
    scene.assign()
    scene.turn(0, 1, 2)
    scene.turn()
    assert scene.batches == [(1, 0, [0, 1]), (1, 1, [2])]


def test_nothing_is_delivered_before_the_listener_has_answered():
    """State is restored first; partitions stay paused meanwhile."""
    scene = Scene()
    scene.assign(answered=False)
    scene.turn()
    assert scene.seen == ["assign", "pause", "ended 1", "assigned"]
    assert scene.batches == []
    scene.answers[-1].set_result(None)
    scene.turn(0)
    assert scene.seen[-1] == "resume"
    assert scene.delivered == [0]


def test_nothing_is_delivered_before_faust_is_ready():
    """Faust resumes the flow at the end of its own rebalance."""
    scene = Scene()
    scene.assign()
    scene.intake.shut()
    scene.turn()
    assert scene.batches == []
    scene.intake.open()
    scene.turn(0)
    assert scene.delivered == [0]


def test_a_paused_intake_keeps_what_it_read_and_delivers_it_later():
    """A record that was on its way when the pause began is not lost: its position has moved."""
    scene = Scene()
    scene.assign()
    scene.turn(0)
    scene.controls.pause_intake()
    scene.turn(1)
    assert scene.seen[-1] == "pause"
    assert scene.delivered == [0]
    scene.controls.resume_intake()
    scene.turn(2)
    assert scene.delivered == [0, 1, 2]


def test_records_read_while_their_epoch_ends_are_forgotten():
    """The assignment or the rewind that ended it has them read again."""
    scene = Scene()
    scene.assign()
    scene.consumer.on_read = scene.generations.advance
    scene.turn(0, 1)
    scene.consumer.on_read = lambda: None
    scene.turn()
    assert scene.batches == []


def test_a_rewind_tells_the_listener_then_seeks_then_reads():
    """In this order, each after the one before is done; without a commit it starts at the beginning."""
    scene = Scene()
    scene.assign()
    scene.turn(5, 6)
    scene.generations.advance(rewind=True)
    scene.consumer.committed_offsets = [TopicPartition("raw", 0, 5), TopicPartition("raw", 1, -1001)]
    scene.turn()
    assert scene.seen[-3:] == ["settle", "pause", "aborted"]
    assert scene.generations.current.rewind_due
    scene.answers[-1].set_result(None)
    scene.turn(5)
    assert scene.seen[-3:] == ["seek 0:5", f"seek 1:{OFFSET_BEGINNING}", "resume"]
    assert not scene.generations.current.rewind_due
    assert scene.batches[-1] == (2, 0, [5])


def test_a_rewind_that_fails_is_tried_again_without_telling_twice():
    """A coordinator that moves answers a moment later."""
    scene = Scene()
    scene.assign()
    scene.generations.advance(rewind=True)
    scene.turn()
    scene.answers[-1].set_result(None)
    scene.consumer.errors.append(KafkaError(KafkaError.NOT_COORDINATOR))
    scene.turn()
    assert scene.generations.current.rewind_due
    scene.turn()
    assert not scene.generations.current.rewind_due
    assert scene.seen.count("aborted") == 1


def test_without_a_free_slot_the_next_batch_fills_and_waits():
    """Two batches are out; the third is delivered when one of them is settled."""
    scene = Scene(batch_records_max=2)
    scene.assign()
    for offset in range(4):
        scene.turn(offset)
    assert scene.delivered == [0, 1]
    scene.generations.current.slots.release()
    scene.turn()
    assert scene.batches[-1] == (1, 2, [2, 3])


def test_a_slow_agent_stops_the_fetching(monkeypatch):
    """After seconds without a free slot partitions are paused, and nothing that was read is lost."""
    scene = Scene(batch_records_max=1)
    scene.assign()
    for offset in range(3):
        scene.turn(offset)
    monkeypatch.setattr("pipeline.streaming.transport.intake._SLOT_S", 0)
    monkeypatch.setattr("pipeline.streaming.transport.intake._STALL_S", -1)
    scene.turn()
    assert scene.seen[-1] == "pause"
    scene.generations.current.slots.release()
    scene.turn()
    assert scene.delivered == [0, 1, 2]


def test_a_revocation_ends_the_epoch_after_faust_has_drained():
    """And the listener hears of it, with offsets settled before."""
    scene = Scene()
    scene.assign()
    before = scene.generations.current.epoch
    scene.intake._on_revoke(scene.consumer, [TopicPartition("raw", 0)])
    assert scene.seen[-4:] == ["begun", "settle", "unassign", "revoked"]
    assert scene.generations.current.epoch == before + 1
    assert scene.intake.assignment == set()
    scene.turn()
    assert scene.batches == []


def test_lost_partitions_end_the_epoch_before_anything_else():
    """Their batches can no longer be committed, and nobody waits for them to be."""
    scene = Scene()
    scene.assign()
    epochs = []
    scene.rebalance_begun = lambda _: epochs.append(scene.generations.current.epoch)
    before = scene.generations.current.epoch
    scene.intake._on_lost(scene.consumer, [TopicPartition("raw", 0)])
    assert scene.doubts == 1
    assert epochs == [before + 1]


def test_a_listener_that_failed_ends_the_thread():
    """Its error comes out of the turn."""
    scene = Scene()
    scene.assign(answered=False)
    scene.answers[-1].set_exception(OSError("no state"))
    with pytest.raises(OSError, match="no state"):
        scene.turn()


def test_errors_in_place_of_records_are_skipped_unless_fatal():
    """A broker that moves is an event to log; a fenced consumer is the end."""
    scene = Scene()
    scene.assign()
    scene.consumer.script.append(ErrorRecord(KafkaError(KafkaError._ALL_BROKERS_DOWN)))
    scene.turn(0)
    assert scene.delivered == [0]
    scene.consumer.script.append(ErrorRecord(KafkaError(KafkaError._FENCED, "", True)))
    with pytest.raises(Unavailable, match="_FENCED"):
        scene.turn()


def test_a_right_that_is_missing_ends_the_thread():
    """A worker that may not read would stand by for ever, and look well."""
    scene = Scene()
    scene.assign()
    scene.consumer.script.append(ErrorRecord(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)))
    with pytest.raises(Misconfigured, match="raw: TOPIC_AUTHORIZATION_FAILED; grant"):
        scene.turn()


def test_a_group_that_may_not_be_asked_for_offsets_ends_the_thread():
    """As after a rewind."""
    scene = Scene()
    scene.assign()
    scene.generations.advance(rewind=True)
    scene.turn()
    scene.answers[-1].set_result(None)
    scene.consumer.errors.append(KafkaError(KafkaError.GROUP_AUTHORIZATION_FAILED))
    with pytest.raises(Misconfigured, match="consumer group: GROUP_AUTHORIZATION_FAILED; grant"):
        scene.turn()


def test_ends_of_partitions_come_with_the_records():
    """Telemetry knows them without asking."""
    scene = Scene()
    scene.assign()
    scene.turn()
    positions = scene.controls.snapshot().partitions
    assert {tp: position.high_watermark for tp, position in positions.items()} == {
        TP("raw", 0): 77,
        TP("raw", 1): 77,
    }


def test_the_end_of_a_partition_is_news_and_no_error():
    """Offsets below it that hold no record count as done."""
    scene = Scene()
    scene.assign()
    scene.consumer.script.append(ErrorRecord(KafkaError(KafkaError._PARTITION_EOF), partition=1, offset=77))
    scene.turn()
    assert scene.controls.snapshot().partitions[TP("raw", 1)].committed == 77
