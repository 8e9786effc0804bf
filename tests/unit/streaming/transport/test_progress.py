"""Positions for telemetry."""

import pytest
from faust.types import TP

from pipeline.streaming.transport.progress import Progress
from tests.support.fake_records import FakeRecord, make_batch

FIRST, SECOND = TP("raw", 0), TP("raw", 1)


@pytest.fixture
def progress() -> Progress:
    """Two assigned partitions."""
    progress = Progress()
    progress.assigned([FIRST, SECOND])
    return progress


def test_nothing_is_known_at_first(progress: Progress):
    """Unknown is None, not 0."""
    position = progress.snapshot(intake_paused=False).partitions[FIRST]
    assert (position.position, position.committed, position.high_watermark, position.lag_records) == (None,) * 4


def test_positions_move_with_delivery_and_commit(progress: Progress):
    """The oldest uncommitted record is that of the oldest batch in flight."""
    older = make_batch(FakeRecord(0, 5, timestamp_ms=50), FakeRecord(0, 6, timestamp_ms=60))
    newer = make_batch(FakeRecord(0, 7, timestamp_ms=70))
    progress.handed_out(older)
    progress.handed_out(newer)
    progress.learnt({FIRST: 10}, {FIRST: 5})
    before = progress.snapshot(intake_paused=False).partitions[FIRST]
    assert (before.position, before.committed, before.lag_records, before.oldest_uncommitted_ms) == (8, 5, 5, 50)
    progress.committed(older)
    after = progress.snapshot(intake_paused=False)
    assert after.commits == 1
    assert (after.partitions[FIRST].committed, after.partitions[FIRST].oldest_uncommitted_ms) == (7, 70)
    assert after.partitions[FIRST].last_committed_ms == 60


def test_own_commits_are_newer_than_what_the_broker_said(progress: Progress):
    """A late answer does not set a position back."""
    progress.committed(make_batch(FakeRecord(0, 9)))
    progress.learnt({}, {FIRST: 3, SECOND: 4})
    positions = progress.snapshot(intake_paused=False).partitions
    assert (positions[FIRST].committed, positions[SECOND].committed) == (10, 4)
    assert progress.uncharted() == ([FIRST, SECOND], [])


def test_a_rewind_sets_positions_back(progress: Progress):
    """What was handed out is no longer in flight."""
    progress.handed_out(make_batch(FakeRecord(0, 5)))
    progress.rewound({FIRST: 2})
    position = progress.snapshot(intake_paused=False).partitions[FIRST]
    assert (position.position, position.committed, position.oldest_uncommitted_ms) == (2, 2, None)


def test_a_partition_that_was_taken_away_is_gone(progress: Progress):
    """A late commit of it is counted and nothing more."""
    progress.assigned([SECOND])
    progress.committed(make_batch(FakeRecord(0, 5)))
    progress.learnt({FIRST: 7}, {FIRST: 1})
    snapshot = progress.snapshot(intake_paused=True)
    assert set(snapshot.partitions) == {SECOND}
    assert snapshot.intake_paused
    assert snapshot.commits == 1


def test_aborts_and_drops_are_counted(progress: Progress):
    """Both mean work done twice."""
    progress.aborted()
    progress.dropped()
    progress.dropped()
    snapshot = progress.snapshot(intake_paused=False)
    assert (snapshot.aborts, snapshot.dropped_batches) == (1, 2)


def test_control_records_at_the_end_are_no_backlog(progress: Progress):
    """A publisher's transaction leaves a marker behind its records; nothing of it waits to be processed."""
    batch = make_batch(FakeRecord(0, 5))
    progress.handed_out(batch)
    progress.learnt({FIRST: 7}, {FIRST: 5})
    progress.exhausted(FIRST, 7, 6)
    assert progress.snapshot(intake_paused=False).partitions[FIRST].lag_records == 2
    progress.committed(batch)
    assert progress.snapshot(intake_paused=False).partitions[FIRST].lag_records == 0


def test_the_end_of_a_partition_is_forgotten_by_a_rewind(progress: Progress):
    """What was read must be read again."""
    progress.exhausted(FIRST, 7, 0)
    progress.rewound({FIRST: 2})
    assert progress.snapshot(intake_paused=False).partitions[FIRST].committed == 2


def test_the_end_counts_only_once_the_records_before_it_were_handed_out(progress: Progress):
    """The news of the end comes with the last records, before they are worked on."""
    progress.learnt({FIRST: 7}, {FIRST: 5})
    progress.exhausted(FIRST, 7, 6)
    assert progress.snapshot(intake_paused=False).partitions[FIRST].lag_records == 2
    batch = make_batch(FakeRecord(0, 5))
    progress.handed_out(batch)
    progress.committed(batch)
    assert progress.snapshot(intake_paused=False).partitions[FIRST].lag_records == 0
