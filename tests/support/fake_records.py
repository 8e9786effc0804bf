"""Source records and batches without a broker."""

import queue
from dataclasses import dataclass

from pipeline.streaming.transport import Batch, SourceRecord
from pipeline.streaming.transport.generations import Generation, Generations
from pipeline.streaming.transport.hands import Hands


@dataclass(frozen=True)
class FakeRecord:
    """A record with the accessors of the client's own."""

    in_partition: int
    at_offset: int
    content: bytes | None = b"value"
    timestamp_ms: int = 1_000
    in_topic: str = "raw"

    def topic(self) -> str:
        return self.in_topic

    def partition(self) -> int:
        return self.in_partition

    def offset(self) -> int:
        return self.at_offset

    def key(self) -> bytes | None:
        return b"key"

    def value(self) -> bytes | None:
        return self.content

    def headers(self) -> None:
        return None

    def timestamp(self) -> tuple[int, int]:
        return 1, self.timestamp_ms

    def __len__(self) -> int:
        return len(self.content or b"")


def make_batch(
    *records: SourceRecord,
    generation: Generation | None = None,
    number: int = 0,
    hands: Hands | None = None,
    handovers: queue.SimpleQueue | None = None,
) -> Batch:
    """Make a batch as the transport does."""
    return Batch(
        records,
        generation or Generations(depth=2).current,
        number,
        hands or Hands(),
        handovers or queue.SimpleQueue(),
    )
