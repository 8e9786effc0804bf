"""Cutting batches: by number, by size, in order, without losing a record."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.streaming.transport.pending import PendingRecords
from tests.support.fake_records import FakeRecord


@given(
    sizes=st.lists(st.integers(0, 50), max_size=60),
    records_max=st.integers(1, 10),
    bytes_max=st.integers(1, 100),
)
def test_cuts_hold_all_records_in_order_within_both_limits(sizes, records_max, bytes_max):
    """Only a single record may be larger than the size limit."""
    records = [FakeRecord(0, number, b"x" * size) for number, size in enumerate(sizes)]
    pending = PendingRecords(records_max=records_max, bytes_max=bytes_max)
    pending.add(records)
    cuts = []
    while cut := pending.cut():
        assert len(cut) <= records_max
        assert len(cut) == 1 or sum(map(len, cut)) <= bytes_max
        cuts.append(cut)
    assert [record for cut in cuts for record in cut] == records
    assert len(pending) == 0
    assert pending.room == records_max


def test_room_shrinks_by_number_and_ends_by_size():
    """A full batch is not added to."""
    pending = PendingRecords(records_max=3, bytes_max=10)
    assert pending.room == 3
    pending.add([FakeRecord(0, 0, b"x")])
    assert pending.room == 2
    pending.add([FakeRecord(0, 1, b"x" * 10)])
    assert pending.room == 0


def test_a_record_without_a_value_counts():
    """A null value has no size and is still delivered."""
    pending = PendingRecords(records_max=2, bytes_max=10)
    pending.add([FakeRecord(0, 0, None)])
    assert len(pending.cut()) == 1


def test_clear_forgets_records_and_size():
    """After a rewind everything is read again."""
    pending = PendingRecords(records_max=3, bytes_max=10)
    pending.add([FakeRecord(0, 0, b"x" * 10)])
    pending.clear()
    assert pending.room == 3
    assert pending.cut() == []
