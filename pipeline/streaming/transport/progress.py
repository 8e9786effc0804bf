"""Where the worker stands in each assigned partition, for telemetry and health. Safe from any thread."""

import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from faust.types import TP

from pipeline.streaming.transport.batch import Batch


@dataclass(frozen=True, slots=True)
class PartitionPosition:
    """One assigned partition. Offsets name the next record; None means not known yet.

    `position` is the next record to be handed to the agent, `committed` the next to be processed after a restart,
    `high_watermark` the next to be published (asked of the broker, so it moves while the worker stands still).
    `oldest_uncommitted_ms` is the timestamp of the oldest record handed out and not committed, `last_committed_ms` of
    the newest record committed by this worker: every record still waiting is about that new, or newer.
    """

    position: int | None
    committed: int | None
    high_watermark: int | None
    oldest_uncommitted_ms: int | None
    last_committed_ms: int | None

    @property
    def lag_records(self) -> int | None:
        """Offsets between the committed one and the end of the partition."""
        if self.committed is None or self.high_watermark is None:
            return None
        return max(0, self.high_watermark - self.committed)


@dataclass(frozen=True, slots=True)
class ProgressSnapshot:
    """All assigned partitions at one moment, and counts since the start.

    `last_progress_s` is `time.monotonic()` of the last commit or assignment. A worker without lag makes none.
    """

    partitions: Mapping[TP, PartitionPosition]
    commits: int
    aborts: int
    dropped_batches: int
    last_progress_s: float
    intake_paused: bool


@dataclass(slots=True)
class _Standing:
    position: int | None = None
    committed: int | None = None
    high_watermark: int | None = None
    last_committed_ms: int | None = None
    read_to: int | None = None
    records_read_to: int = 0
    uncommitted: deque[tuple[int, int]] = field(default_factory=deque)

    def settle(self) -> None:
        """Count what was read to its end, and holds no record that waits, as done."""
        if self.read_to is None or self.uncommitted or (self.position or 0) < self.records_read_to:
            return
        self.committed = max(self.committed or 0, self.read_to)
        self.position = max(self.position or 0, self.read_to)

    def frozen(self) -> PartitionPosition:
        oldest = self.uncommitted[0][1] if self.uncommitted else None
        return PartitionPosition(self.position, self.committed, self.high_watermark, oldest, self.last_committed_ms)


class Progress:
    """Written by the transport's threads, read by telemetry."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standings: dict[TP, _Standing] = {}
        self._commits = 0
        self._aborts = 0
        self._dropped = 0
        self._last_progress_s = time.monotonic()

    def assigned(self, partitions: Iterable[TP]) -> None:
        """Start anew with these partitions."""
        with self._lock:
            self._standings = {partition: _Standing() for partition in partitions}
            self._last_progress_s = time.monotonic()

    def handed_out(self, batch: Batch) -> None:
        """Move positions over a batch."""
        with self._lock:
            for partition, span in batch.spans.items():
                if (standing := self._standings.get(partition)) is not None:
                    standing.position = span.next_offset
                    standing.high_watermark = max(span.next_offset, standing.high_watermark or 0)
                    standing.uncommitted.append((span.next_offset, span.first_timestamp_ms))

    def committed(self, batch: Batch) -> None:
        """Note that a batch is durable."""
        with self._lock:
            self._commits += 1
            self._last_progress_s = time.monotonic()
            for partition, span in batch.spans.items():
                if (standing := self._standings.get(partition)) is None:
                    continue
                standing.committed = span.next_offset
                standing.last_committed_ms = span.last_timestamp_ms
                while standing.uncommitted and standing.uncommitted[0][0] <= span.next_offset:
                    standing.uncommitted.popleft()
                standing.settle()

    def exhausted(self, partition: TP, offset: int, records_read_to: int) -> None:
        """Note that none but control records lie between `records_read_to` and `offset`.

        Records below may still wait to be handed out: they settle when they are committed.
        """
        with self._lock:
            if (standing := self._standings.get(partition)) is not None:
                standing.read_to, standing.records_read_to = offset, records_read_to
                standing.settle()

    def rewound(self, offsets: Mapping[TP, int]) -> None:
        """Set positions back; what was handed out will be read again."""
        with self._lock:
            for partition, offset in offsets.items():
                if (standing := self._standings.get(partition)) is not None:
                    standing.position = standing.committed = offset
                    standing.read_to = None
            for standing in self._standings.values():
                standing.uncommitted.clear()

    def aborted(self) -> None:
        """Count a batch that was given back."""
        with self._lock:
            self._aborts += 1

    def dropped(self) -> None:
        """Count a batch whose epoch was over."""
        with self._lock:
            self._dropped += 1

    def learnt(self, high_watermarks: Mapping[TP, int], committed: Mapping[TP, int]) -> None:
        """Take what the broker says; our own newer knowledge of commits stays, and the furthest end that was seen."""
        with self._lock:
            for partition, offset in high_watermarks.items():
                if (standing := self._standings.get(partition)) is not None:
                    standing.high_watermark = max(offset, standing.high_watermark or 0)
            for partition, offset in committed.items():
                if (standing := self._standings.get(partition)) is not None and standing.committed is None:
                    standing.committed = offset
                    if standing.position is None:
                        standing.position = offset

    def uncharted(self) -> tuple[list[TP], list[TP]]:
        """Return the assigned partitions, and those of them whose committed offset is not known."""
        with self._lock:
            unknown = [partition for partition, standing in self._standings.items() if standing.committed is None]
            return list(self._standings), unknown

    def snapshot(self, *, intake_paused: bool) -> ProgressSnapshot:
        """Return a copy of everything at one moment."""
        with self._lock:
            return ProgressSnapshot(
                partitions={partition: standing.frozen() for partition, standing in self._standings.items()},
                commits=self._commits,
                aborts=self._aborts,
                dropped_batches=self._dropped,
                last_progress_s=self._last_progress_s,
                intake_paused=intake_paused,
            )
