"""Records read and not yet handed over: cut into batches by number and by size."""

from collections.abc import Iterable, Sequence
from typing import Protocol


class SourceRecord(Protocol):
    """A record as the client read it (confluent_kafka's `Message`). `len` is the size of its value in bytes."""

    def topic(self) -> str: ...  # noqa: D102, the client's own accessor
    def partition(self) -> int: ...  # noqa: D102, the client's own accessor
    def offset(self) -> int: ...  # noqa: D102, the client's own accessor
    def key(self) -> bytes | None: ...  # noqa: D102, the client's own accessor
    def value(self) -> bytes | None: ...  # noqa: D102, the client's own accessor
    def headers(self) -> Sequence[tuple[str, bytes | None]] | None: ...  # noqa: D102, the client's own accessor
    def timestamp(self) -> tuple[int, int]:
        """Return the kind of the timestamp and its value in milliseconds."""
        ...

    def __len__(self) -> int: ...


class PendingRecords:
    """A bounded queue of records in the order in which they were read. Belongs to one thread."""

    def __init__(self, *, records_max: int, bytes_max: int) -> None:
        self._records_max = records_max
        self._bytes_max = bytes_max
        self._records: list[SourceRecord] = []
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._records)

    @property
    def room(self) -> int:
        """Records that fit into the next batch; 0 when it is full by number or by size."""
        if self._bytes >= self._bytes_max:
            return 0
        return max(0, self._records_max - len(self._records))

    def add(self, records: Iterable[SourceRecord]) -> None:
        """Append records; more than `room` are kept for the batch after."""
        for record in records:
            self._records.append(record)
            self._bytes += len(record)

    def cut(self) -> list[SourceRecord]:
        """Take the next batch: as many records as both limits allow, and at least one if there is any."""
        count = 0
        size = 0
        for record in self._records[: self._records_max]:
            size += len(record)
            if count and size > self._bytes_max:
                size -= len(record)
                break
            count += 1
        taken = self._records[:count]
        del self._records[:count]
        self._bytes -= size
        return taken

    def clear(self) -> None:
        """Forget all: the records will be read again."""
        self._records.clear()
        self._bytes = 0
