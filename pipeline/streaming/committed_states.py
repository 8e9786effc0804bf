"""The committed conversation states of one partition, compact, and which of them have been silent for too long."""

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from statistics import median_low
from typing import Final

from pipeline.streaming.state_restorer import StoredStates

# The partition's time is the median of so many record timestamps, so that a few wrong ones forget nobody.
_TIME_SAMPLES: Final = 9
_BUCKETS_PER_TTL: Final = 16
_SLACK_PER_TTL: Final = 8
_STAMP_LENGTH_BYTES: Final = 8


class CommittedStates:
    """Sealed states under the 16 bytes of their keys: about 130 bytes a conversation besides the ciphertext.

    What was restored stays as it came until it is used or its turn to be looked at comes: when it was last seen stands
    inside the ciphertext. What was written since carries that time in front, and its key in one bucket of time. So a
    conversation is looked at once after its restoration and once for each bucket that it was active in.
    """

    def __init__(self, restored: StoredStates, ttl_ms: int) -> None:
        self._restored = restored
        self._live: dict[bytes, bytes] = {}
        self._silence_ms = ttl_ms + ttl_ms // _SLACK_PER_TTL
        self._bucket_ms = max(1, ttl_ms // _BUCKETS_PER_TTL)
        self._buckets: dict[int, list[bytes]] = {}
        self._bucket_heap: list[int] = []
        self._due: deque[bytes] = deque(restored)
        self._seen_ms: deque[int] = deque(maxlen=_TIME_SAMPLES)
        self.stored_bytes = sum(map(len, restored.values()))

    def __len__(self) -> int:
        return len(self._restored) + len(self._live)

    def sealed(self, key: str) -> bytes | None:
        """Return the ciphertext under a key."""
        compact = bytes.fromhex(key)
        value = self._live.get(compact)
        return self._restored.get(compact) if value is None else value[_STAMP_LENGTH_BYTES:]

    def saw(self, timestamp_ms: int) -> None:
        """Let a record timestamp tell the partition's time."""
        self._seen_ms.append(timestamp_ms)

    def keep(self, key: str, value: bytes, last_seen_ms: int) -> None:
        """Hold a committed state."""
        compact = bytes.fromhex(key)
        self.stored_bytes += len(value) - len(self._restored.pop(compact, b""))
        old = self._live.get(compact)
        if old is not None:
            self.stored_bytes -= len(old) - _STAMP_LENGTH_BYTES
        self._file(compact, value, last_seen_ms)

    def drop(self, key: str) -> None:
        """Forget a conversation whose tombstone is committed."""
        compact = bytes.fromhex(key)
        self.stored_bytes -= len(self._restored.pop(compact, b""))
        self.stored_bytes -= len(self._live.pop(compact, b"")[_STAMP_LENGTH_BYTES:])

    def look_again(self, key: str) -> None:
        """Take back a key that `silent` named: its tombstone was not committed."""
        self._due.append(bytes.fromhex(key))

    def silent(
        self, looks_max: int, touched: Callable[[str], bool], last_seen_ms: Callable[[str, bytes], int]
    ) -> Iterator[str]:
        """Yield keys that were silent for longer than the ttl and an eighth of it, oldest buckets first.

        Looks at `looks_max` keys at most. A key that a batch in flight has `touched` waits for its turn;
        `last_seen_ms` reads a restored state. Nothing is silent before the partition's time is known.
        """
        if len(self._seen_ms) < _TIME_SAMPLES:
            return
        latest_ms = median_low(self._seen_ms) - self._silence_ms
        while len(self._due) < looks_max and self._bucket_heap and self._bucket_end_ms() <= latest_ms:
            self._due.extend(self._buckets.pop(heapq.heappop(self._bucket_heap)))
        for compact in [self._due.popleft() for _ in range(min(looks_max, len(self._due)))]:
            key = compact.hex()
            if touched(key):
                self._due.append(compact)
            elif self._last_seen_ms(compact, last_seen_ms, latest_ms) < latest_ms:
                yield key

    def _bucket_end_ms(self) -> int:
        return (self._bucket_heap[0] + 1) * self._bucket_ms

    def _last_seen_ms(self, compact: bytes, read: Callable[[str, bytes], int], latest_ms: int) -> int:
        """Return when a conversation was last seen, and file a restored one that is not silent yet."""
        value = self._live.get(compact)
        if value is not None:
            return _stamp_ms(value)
        sealed = self._restored.get(compact)
        if sealed is None:
            return latest_ms  # gone since it was filed: nothing to forget
        seen_ms = read(compact.hex(), sealed)
        if seen_ms >= latest_ms:
            del self._restored[compact]
            self._file(compact, sealed, seen_ms)
        return seen_ms

    def _file(self, compact: bytes, sealed: bytes, seen_ms: int) -> None:
        """Hold a state with its time in front. The time never goes back, so a bucket names a key once."""
        old = self._live.get(compact)
        newest_ms = seen_ms if old is None else max(seen_ms, _stamp_ms(old))
        bucket = newest_ms // self._bucket_ms
        if old is None or _stamp_ms(old) // self._bucket_ms != bucket:
            if bucket not in self._buckets:
                self._buckets[bucket] = []
                heapq.heappush(self._bucket_heap, bucket)
            self._buckets[bucket].append(compact)
        self._live[compact] = newest_ms.to_bytes(_STAMP_LENGTH_BYTES, signed=True) + sealed


def _stamp_ms(value: bytes) -> int:
    return int.from_bytes(value[:_STAMP_LENGTH_BYTES], signed=True)
