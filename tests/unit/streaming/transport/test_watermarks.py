"""The reader of watermarks: what it tells progress, and that it makes one client however often it has to ask."""

from collections import deque
from types import SimpleNamespace

import pytest
from confluent_kafka import OFFSET_END, KafkaError, KafkaException, TopicPartition
from faust.types import TP

from pipeline.streaming.transport.progress import Progress
from pipeline.streaming.transport.watermarks import WatermarkReader
from tests.support.delivery import poll_until

FIRST, SECOND = TP("raw", 0), TP("raw", 1)
AWAY, MOVED = KafkaError(KafkaError._TIMED_OUT), KafkaError(KafkaError.NOT_COORDINATOR)


class FakeConsumer:
    """Says that every partition ends at 9, and of commits what the script holds, or raises it; None is an error."""

    def __init__(self, script: deque) -> None:
        self._script = script
        self.calls: list[str] = []
        self.lost: KafkaError | None = None

    def poll(self, timeout_s: float) -> None:
        self.calls.append("poll")

    def offsets_for_times(self, partitions: list[TopicPartition], timeout_s: float) -> list:
        self.calls.append("ends")
        assert all(tp.offset == OFFSET_END for tp in partitions)
        return [answer(tp, 9, self.lost) for tp in partitions]

    def committed(self, partitions: list[TopicPartition], timeout_s: float) -> list:
        self.calls.append("committed")
        told = self._script.popleft()
        if isinstance(told, KafkaError):
            raise KafkaException(told)
        return [answer(tp, offset or 0, None if offset else MOVED) for tp, offset in zip(partitions, told, strict=True)]

    def list_topics(self, topic: str, timeout_s: float) -> None:
        self.calls.append(f"who leads {topic}")
        raise KafkaException(AWAY)

    def close(self) -> None:
        self.calls.append("close")


def answer(tp: TopicPartition, offset: int, error: KafkaError | None) -> SimpleNamespace:
    """Return what a client says of a partition."""
    return SimpleNamespace(topic=tp.topic, partition=tp.partition, offset=offset, error=error)


class Desk:
    """A reader over scripted clients, and the consumers that it made."""

    def __init__(self, *answers: object) -> None:
        self.progress = Progress()
        self.made: list[FakeConsumer] = []
        self._script = deque(answers)
        self.reader = WatermarkReader(self.progress, self._make)

    def _make(self) -> FakeConsumer:
        self.made.append(FakeConsumer(self._script))
        return self.made[-1]

    def offsets(self) -> dict[TP, tuple[int | None, int | None]]:
        """Return what is known of each partition: committed, and its end."""
        standings = self.progress.snapshot(intake_paused=False).partitions
        return {tp: (standing.committed, standing.high_watermark) for tp, standing in standings.items()}


def test_nobody_is_asked_before_partitions_are_assigned():
    """A worker that stands by makes no client."""
    desk = Desk()
    desk.reader.look()
    assert not desk.made


def test_progress_learns_ends_and_commits():
    """A partition without a commit counts from its beginning."""
    desk = Desk([5, -1001])
    desk.progress.assigned([FIRST, SECOND])
    desk.reader.look()
    assert desk.offsets() == {FIRST: (5, 9), SECOND: (0, 9)}


def test_one_consumer_is_kept_while_the_brokers_are_away():
    """A minute of silence is sixty looks, and one client."""
    desk = Desk(*[AWAY] * 60, [5])
    desk.progress.assigned([FIRST])
    for _ in range(61):
        desk.reader.look()
    assert desk.offsets() == {FIRST: (5, 9)}
    assert len(desk.made) == 1


def test_one_consumer_is_kept_while_a_single_partition_has_no_answer():
    """The one that is known is not asked for again."""
    desk = Desk([5, None], [None], [7])
    desk.progress.assigned([FIRST, SECOND])
    for _ in range(4):
        desk.reader.look()
    assert desk.offsets() == {FIRST: (5, 9), SECOND: (7, 9)}
    assert len(desk.made) == 1


def test_one_consumer_is_kept_over_rebalances():
    """What was assigned anew is asked for with the client that is there."""
    desk = Desk([5], [6], [7])
    for offset in (5, 6, 7):
        desk.progress.assigned([FIRST])
        desk.reader.look()
        assert desk.offsets() == {FIRST: (offset, 9)}
    assert len(desk.made) == 1


def test_who_leads_is_asked_for_when_an_answer_is_missing():
    """By itself a client that reads nothing would ask the broker that died for minutes."""
    desk = Desk([5], [5])
    desk.progress.assigned([FIRST])
    desk.reader.look()
    desk.made[0].lost = AWAY
    desk.made[0].calls.clear()
    desk.reader.look()
    assert desk.made[0].calls == ["poll", "ends", "who leads raw"]


def test_the_consumer_that_is_kept_is_served():
    """Without polls its log would pile up, and nobody would read it."""
    desk = Desk([5])
    desk.progress.assigned([FIRST])
    for _ in range(3):
        desk.reader.look()
    assert desk.made[0].calls.count("poll") == 2


def test_the_end_of_the_thread_closes_the_consumer(monkeypatch: pytest.MonkeyPatch):
    """On the thread that used it."""
    monkeypatch.setattr("pipeline.streaming.transport.watermarks._EVERY_S", 0.001)
    desk = Desk([5])
    desk.progress.assigned([FIRST])
    desk.reader.start()
    poll_until(lambda: desk.offsets() == {FIRST: (5, 9)}, deadline_s=10, what="progress learns")
    desk.reader.stop()
    assert desk.made[0].calls[-1] == "close"
