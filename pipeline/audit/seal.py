"""The chain over the receipts of one partition, cut into segments that can be verified one by one.

Each link is SHA-256 (FIPS 180-4) over the length-prefixed previous link, offset, key and value. A segment states the
link before its first record and the link after its last; so when retention has removed the oldest segments, the others
can still be recomputed. A change to any sealed record that is still there changes its segment's last link.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

import msgspec

from pipeline.audit.report import AuditFinding, AuditProblem, Findings, SealReport
from pipeline.keyed_hash import length_prefixed

GENESIS: Final = "00" * 32
SEGMENT_RECORDS_MAX: Final = 10_000


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """Sealed receipts from offset `start` to before `next`. `last_ms` is the broker's time of the newest."""

    start: int
    next: int
    count: int
    before: str
    after: str
    last_ms: int


def link(before: str, offset: int, key: bytes | None, value: bytes | None) -> str:
    """Return the link after one record. An absent key or value differs from an empty one. Pure."""
    parts = [bytes.fromhex(before), offset.to_bytes(8)]
    parts += [b"\0" if part is None else b"\1" + part for part in (key, value)]
    return hashlib.sha256(length_prefixed(*parts)).hexdigest()


class PartitionSeal:
    """Verifies the sealed segments of a partition and seals what follows, in one pass over its records in order.

    `log_start` and `log_end` are the partition's bounds at the time of the audit. A segment that was found broken is
    kept as it was sealed, so that every later audit reports it too.
    """

    def __init__(
        self,
        partition: int,
        sealed: Sequence[Segment],
        *,
        log_start: int,
        findings: Findings,
        segment_records_max: int = SEGMENT_RECORDS_MAX,
    ) -> None:
        self._partition = partition
        self._findings = findings
        self._records_max = segment_records_max
        self._gone = [segment for segment in sealed if segment.start < log_start]
        self._kept: list[Segment] = []
        self._to_verify = [segment for segment in sealed if segment.start >= log_start]
        self._verified = self._sealed_anew = 0
        self._next = sealed[-1].next if sealed else log_start
        self._chain = sealed[-1].after if sealed else GENESIS
        self._unsealed_expired = log_start if sealed and log_start > self._next else None
        self._next = max(self._next, log_start)
        self._open = _Open(self._next, self._chain)
        self._current = self._opened_next()

    def add(self, offset: int, key: bytes | None, value: bytes | None, timestamp_ms: int) -> None:
        """Take the partition's next record, in order of offsets."""
        while self._current is not None and offset >= self._current.sealed.next:
            self._close_current()
        if self._current is not None:
            if offset >= self._current.sealed.start:
                self._current.running.add(offset, key, value, timestamp_ms)
            return
        if offset < self._open.start:
            return
        self._open.add(offset, key, value, timestamp_ms)
        self._sealed_anew += 1
        if self._open.count >= self._records_max:
            self._close_open()

    def finish(self, now_ms: int, retention_ms: int | None) -> tuple[tuple[Segment, ...], SealReport]:
        """Return the segments to keep in the next checkpoint, and the report. `retention_ms` None: nothing expires."""
        while self._current is not None:
            self._close_current()
        if self._open.count:
            self._close_open()
        for segment in self._gone:
            if retention_ms is None or segment.last_ms > now_ms - retention_ms:
                self._find(AuditProblem.SEALED_REMOVED_EARLY, segment.start)
        if self._unsealed_expired is not None:
            self._find(AuditProblem.UNSEALED_EXPIRED, self._unsealed_expired)
        # The chain must go on from its last link even when every record has expired.
        segments = tuple(self._kept) or tuple(self._gone[-1:])
        return segments, SealReport(
            partition=self._partition,
            verified=self._verified,
            sealed_anew=self._sealed_anew,
            no_longer_verifiable=sum(segment.count for segment in self._gone),
            next_offset=self._open.start,
            chain=self._open.before,
        )

    def _opened_next(self) -> "_Check | None":
        if not self._to_verify:
            return None
        sealed = self._to_verify.pop(0)
        return _Check(sealed, _Open(sealed.start, sealed.before))

    def _close_current(self) -> None:
        check = self._current
        if check is None:
            return
        sealed, running = check.sealed, check.running
        self._current = self._opened_next()
        if (running.count, running.chain) != (sealed.count, sealed.after):
            self._find(AuditProblem.SEAL_BROKEN, sealed.start)
            self._kept.append(sealed)
            return
        self._verified += sealed.count
        if self._current is None and sealed.count < self._records_max:
            self._open = running  # verified in this very pass, so the short last segment may grow
        else:
            self._kept.append(sealed)

    def _close_open(self) -> None:
        segment = self._open.segment()
        self._kept.append(segment)
        self._open = _Open(segment.next, segment.after)

    def _find(self, problem: AuditProblem, offset: int) -> None:
        self._findings.add(AuditFinding(problem, self._partition, offset))


class _Open:
    """A segment that still takes records."""

    def __init__(self, start: int, before: str) -> None:
        self.start = start
        self.before = before
        self.chain = before
        self.count = 0
        self._next = start
        self._last_ms = 0

    def add(self, offset: int, key: bytes | None, value: bytes | None, timestamp_ms: int) -> None:
        self.chain = link(self.chain, offset, key, value)
        self.count += 1
        self._next = offset + 1
        self._last_ms = max(self._last_ms, timestamp_ms)

    def segment(self) -> Segment:
        return Segment(
            start=self.start,
            next=self._next,
            count=self.count,
            before=self.before,
            after=self.chain,
            last_ms=self._last_ms,
        )


class _Check:
    """A sealed segment and its recomputation."""

    def __init__(self, sealed: Segment, running: _Open) -> None:
        self.sealed = sealed
        self.running = running
