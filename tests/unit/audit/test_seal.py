from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from pipeline.audit.report import AuditProblem, Findings, SealReport
from pipeline.audit.seal import GENESIS, PartitionSeal, Segment, link

Record = tuple[int, bytes | None, bytes | None, int]
NOW_MS = 10_000_000


def test_a_first_audit_seals_everything() -> None:
    """One segment from genesis, and nothing to complain about."""
    segments, report, problems = _audit(_records(5), ())
    assert problems == []
    assert (report.verified, report.sealed_anew, report.next_offset) == (0, 5, 5)
    (segment,) = segments
    assert (segment.start, segment.next, segment.count, segment.before) == (0, 5, 5, GENESIS)
    assert segment.after == report.chain


def test_the_next_audit_verifies_and_goes_on() -> None:
    """The short last segment grows, so that frequent audits do not make many."""
    first, _, _ = _audit(_records(5), ())
    segments, report, problems = _audit(_records(8), first)
    assert problems == []
    assert (report.verified, report.sealed_anew) == (5, 3)
    (segment,) = segments
    assert (segment.start, segment.next, segment.count) == (0, 8, 8)
    assert segments == _audit(_records(8), ())[0]


def test_segments_are_cut_so_that_they_can_expire_one_by_one() -> None:
    """Each starts where the last ended, in offsets and in the chain."""
    segments, _, _ = _audit(_records(10), (), segment_records_max=4)
    assert [(segment.start, segment.next) for segment in segments] == [(0, 4), (4, 8), (8, 10)]
    assert [segment.before for segment in segments[1:]] == [segment.after for segment in segments[:-1]]


def test_gaps_of_transaction_markers_change_nothing() -> None:
    """Offsets without a record are no removal, as long as they were gaps when they were sealed."""
    gapped = [record for record in _records(12) if record[0] % 3]
    first, _, _ = _audit(gapped[:5], ())
    _, report, problems = _audit(gapped, first)
    assert problems == []
    assert report.verified == 5


@seed(1)
@given(data=st.data())
def test_any_change_to_a_sealed_record_is_found(data: st.DataObject) -> None:
    """A changed value, key or offset, a removed and an inserted record, at any place."""
    size = data.draw(st.integers(2, 30))
    records = _records(size, stride=2)
    sealed, _, _ = _audit(records, (), segment_records_max=data.draw(st.integers(1, 10)))
    place = data.draw(st.integers(0, size - 2))
    offset, key, value, at_ms = records[place]
    changed = {
        "value": [(offset, key, b"forged", at_ms)],
        "null": [(offset, key, None, at_ms)],
        "key": [(offset, b"forged", value, at_ms)],
        "offset": [(offset + 1, key, value, at_ms)],
        "removed": [],
        "inserted": [(offset, key, value, at_ms), (offset + 1, b"k", b"v", at_ms)],
    }[data.draw(st.sampled_from(["value", "null", "key", "offset", "removed", "inserted"]))]
    _, _, problems = _audit([*records[:place], *changed, *records[place + 1 :]], sealed, segment_records_max=10)
    assert AuditProblem.SEAL_BROKEN in problems


def test_two_records_in_each_others_place_are_found() -> None:
    """The chain depends on the order."""
    records = _records(4)
    sealed, _, _ = _audit(records, ())
    swapped = [(0, *records[1][1:]), (1, *records[0][1:]), *records[2:]]
    assert _audit(swapped, sealed)[2] == [AuditProblem.SEAL_BROKEN]


def test_a_broken_segment_stays_broken_and_the_others_are_verified() -> None:
    """The evidence is kept in the next checkpoint; what follows is sealed on."""
    records = _records(10)
    sealed, _, _ = _audit(records, (), segment_records_max=4)
    forged = [*records[:5], (5, b"key", b"forged", 0), *records[6:], *_records(12)[10:]]
    segments, report, problems = _audit(forged, sealed, segment_records_max=4)
    assert problems == [AuditProblem.SEAL_BROKEN]
    assert report.verified == 6
    assert segments[1] == sealed[1]
    assert _audit(forged, segments, segment_records_max=4)[2] == [AuditProblem.SEAL_BROKEN]


def test_truncation_is_found() -> None:
    """The newest sealed records are gone, or the topic was made anew."""
    sealed, _, _ = _audit(_records(6), ())
    assert _audit(_records(4), sealed)[2] == [AuditProblem.SEAL_BROKEN]
    assert _audit([], sealed)[2] == [AuditProblem.SEAL_BROKEN]


def test_expired_segments_are_counted_and_the_rest_still_verified() -> None:
    """Retention may remove the oldest segments; what was cut in the middle cannot be verified either."""
    sealed, _, _ = _audit(_records(10), (), segment_records_max=4)
    segments, report, problems = _audit(
        _records(10)[5:], sealed, log_start=5, segment_records_max=4, now_ms=NOW_MS, retention_ms=1_000
    )
    assert problems == []
    assert (report.no_longer_verifiable, report.verified) == (8, 2)
    assert [segment.start for segment in segments] == [8]


def test_sealed_receipts_that_went_too_early_are_found() -> None:
    """Deleted by somebody, not by retention: they were younger than the topic keeps records."""
    sealed, _, _ = _audit(_records(10), (), segment_records_max=4)
    _, _, problems = _audit(_records(10)[5:], sealed, log_start=5, now_ms=5_000, retention_ms=1_000_000)
    assert problems == [AuditProblem.SEALED_REMOVED_EARLY] * 2
    _, _, for_ever = _audit(_records(10)[5:], sealed, log_start=5, retention_ms=None)
    assert for_ever == [AuditProblem.SEALED_REMOVED_EARLY] * 2


def test_receipts_that_expired_unsealed_are_warned_about() -> None:
    """Then the audit runs too rarely; the chain goes on from its last link."""
    sealed, before, _ = _audit(_records(3), ())
    segments, _, problems = _audit(_records(9)[6:], sealed, log_start=6, retention_ms=1_000)
    assert problems == [AuditProblem.UNSEALED_EXPIRED]
    assert segments[0].before == before.chain


def test_an_empty_log_keeps_its_last_link() -> None:
    """When everything expired, the next receipt still joins the old chain."""
    sealed, before, _ = _audit(_records(3), ())
    kept, report, _ = _audit([], sealed, log_start=3, retention_ms=1_000)
    assert report.chain == before.chain
    assert report.next_offset == 3
    segments, _, _ = _audit(_records(4)[3:], kept, log_start=3, retention_ms=1_000)
    assert segments[-1].before == before.chain


@pytest.mark.parametrize(
    ("one", "other"),
    [((b"", b"v"), (None, b"v")), ((b"ab", b"c"), (b"a", b"bc")), ((b"k", b""), (b"k", None))],
)
def test_links_tell_similar_records_apart(one: tuple[bytes | None, bytes], other: tuple[bytes | None, bytes]) -> None:
    """Absent is not empty, and bytes do not move between key and value."""
    assert link(GENESIS, 0, *one) != link(GENESIS, 0, *other)


def _records(count: int, stride: int = 1) -> list[Record]:
    return [(number * stride, b"key", b"receipt %d" % number, 1_000 + number) for number in range(count)]


def _audit(
    records: Iterable[Record],
    sealed: Sequence[Segment],
    *,
    log_start: int = 0,
    segment_records_max: int = 100,
    now_ms: int = NOW_MS,
    retention_ms: int | None = None,
) -> tuple[tuple[Segment, ...], SealReport, list[AuditProblem]]:
    findings = Findings()
    seal = PartitionSeal(3, sealed, log_start=log_start, findings=findings, segment_records_max=segment_records_max)
    for record in records:
        seal.add(*record)
    segments, report = seal.finish(now_ms, retention_ms)
    return segments, report, [finding.problem for finding in findings.examples]
