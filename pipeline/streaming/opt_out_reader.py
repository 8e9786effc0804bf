"""The worker's copy of the opt-out list: read to its end before anything is decided, then followed.

A thread of its own reads the list and hands its records over; the worker's loop applies them between two batches, so
that a batch holds one snapshot. The same thread watches how far the translation of privacy requests has come: a request
that nobody translates makes the list just as stale as a list that nobody reads.
"""

import asyncio
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from confluent_kafka import OFFSET_BEGINNING, KafkaException, TopicPartition

from pipeline.consent.opt_outs import OptOutList
from pipeline.errors import InvariantBroken, RedactionError, Unavailable
from pipeline.settings import Delivery, Settings
from pipeline.streaming.partition_log import (
    ConsumerFactory,
    LogConsumer,
    LogRecord,
    demand_single_partition,
    is_end,
    is_failure,
    isolation_level,
    polled,
    position_after,
    reader_settings,
    watermarks,
)
from pipeline.streaming.rights import require_right

logger = logging.getLogger(__name__)

HANDED_OVER_RECORDS_MAX: Final = 10_000
CHECK_INTERVAL_S: Final = 0.5
_CHECK_INTERVAL_AT_START_S: Final = 0.05
_REQUEST_S_MAX: Final = 1.0
_STALE_S: Final = 4 * CHECK_INTERVAL_S
_POLL_S: Final = 0.05
_BATCH_RECORDS_MAX: Final = 1_000
_BACKLOG_MARKS_MAX: Final = 4_096


def requests_group(group: str) -> str:
    """Return the consumer group that translates privacy requests for the workers of `group`. Pure."""
    return f"{group}-requests"


class Backlog:
    """For how long the oldest offset that is known to exist has waited to be reached. Safe to use from two threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._marks: deque[tuple[float, int]] = deque()
        self._observed_at = -math.inf
        self._reached = -1

    def observed(self, end: int, now: float) -> None:
        """Note that everything below `end` exists."""
        with self._lock:
            self._observed_at = now
            newest = self._marks[-1][1] if self._marks else self._reached
            if end > newest:
                if len(self._marks) == _BACKLOG_MARKS_MAX:
                    now = self._marks.pop()[0]  # too many to tell apart: count the newer as old as the older
                self._marks.append((now, end))

    def reached(self, position: int) -> None:
        """Note that everything below `position` was read."""
        with self._lock:
            self._reached = max(self._reached, position)
            while self._marks and self._marks[0][1] <= self._reached:
                self._marks.popleft()

    @property
    def pending(self) -> int:
        """How many offsets are known to exist and were not reached."""
        with self._lock:
            return max(0, self._marks[-1][1] - max(self._reached, 0)) if self._marks else 0

    def lag_s(self, now: float) -> float:
        """Return 0 while everything known was reached; else its age, or that of the knowledge where it is stale."""
        with self._lock:
            oldest = self._marks[0][0] if self._marks else now
            unknown_s = now - self._observed_at
        return max(now - oldest, unknown_s if unknown_s > _STALE_S else 0.0)


class OptOutReader:
    """Follows the opt-out list for one worker.

    `consumers` makes the Kafka clients. `on_fatal` is called from the reader's thread when that ends unasked: the list
    then grows stale, `lag_s` is infinite, and the worker must end.
    """

    def __init__(
        self,
        consumers: ConsumerFactory,
        *,
        settings: Settings,
        on_fatal: Callable[[Exception], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._consumers = consumers
        self._topics = settings.topics
        self._group = requests_group(settings.worker.group)
        self._isolation = isolation_level(settings.kafka.delivery)
        # Asked for the end of a partition, the embedded broker tells too small an offset: there it is read instead.
        self._ends_are_told = settings.kafka.delivery is Delivery.EXACTLY_ONCE
        self._on_fatal = on_fatal
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="opt-out-reader", daemon=True)
        self._handed_over: deque[tuple[str, bytes | None, int]] = deque()
        self._list = Backlog()
        self._requests = Backlog()
        self._position = -1
        self._end_of_list = False
        self._requests_position = -1
        self._end_of_requests = False
        self._requests_goal: int | None = None
        self._list_goal: int | None = None
        self._failure: Exception | None = None
        self._answered = True

    def start(self) -> None:
        """Begin to read, from the first record of the list."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and free its clients; waits for both."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    @property
    def caught_up(self) -> bool:
        """Whether the requests present at start were translated and the list was read to its end after that."""
        at_end = self._ends_are_told or self._end_of_list
        return self._list_goal is not None and self._position >= self._list_goal and at_end

    @property
    def requests_pending(self) -> int:
        """How many privacy requests were published and not translated, as last asked."""
        return self._requests.pending

    async def wait_until_ready(self, opt_outs: OptOutList, *, timeout_s: float) -> None:
        """Apply the list until it has caught up with the requests that were present at start.

        Raises what ended the reader (`Misconfigured` for a topic that cannot be the list), or `Unavailable` after
        `timeout_s`.
        """
        deadline = self._clock() + timeout_s
        while True:
            caught_up = self.caught_up  # asked first: all that it covers is then there to be drained
            self.drain_into(opt_outs)
            if caught_up:
                return
            if self._failure is not None:
                raise self._failure
            if self._clock() > deadline:
                raise Unavailable(self._missing())
            await asyncio.sleep(0.01)

    def drain_into(self, opt_outs: OptOutList) -> int:
        """Apply what was read since the last call, in order, and return how much. Called between two batches."""
        count = len(self._handed_over)  # what comes meanwhile is the next call's
        for _ in range(count):
            key, value, offset = self._handed_over.popleft()
            opt_outs.apply(key, value, offset)
        return count

    def lag_s(self, now: float) -> float:
        """Return for how many seconds the list has been behind: 0 at its end, infinite where nothing can be known.

        It is behind while its known end is not reached, a known privacy request is not translated, or the brokers do
        not answer what these ends are. `now` is the reader's clock, monotonic seconds.
        """
        if not self.alive or not self.caught_up:
            return math.inf
        return max(self._list.lag_s(now), self._requests.lag_s(now))

    def _run(self) -> None:
        failure: Exception = InvariantBroken("the opt-out reader ended without a reason")
        try:
            self._follow()
        except (KafkaException, RedactionError) as error:
            failure = error
        finally:
            if not self._stopping.is_set():
                self._failure = failure
                self._on_fatal(failure)

    def _follow(self) -> None:
        tail = self._consumers(reader_settings(self._group, self._isolation))
        # The very last offset of the list is asked for, so that a transaction still open there counts as not read.
        asker = self._consumers(reader_settings(self._group, "read_uncommitted"))
        try:
            self._check_topics(asker)
            self._assign(tail)
            check_at = self._clock()
            while not self._stopping.is_set():
                if self._clock() >= check_at:
                    self._check(tail, asker)
                    check_at = self._clock() + (CHECK_INTERVAL_S if self.caught_up else _CHECK_INTERVAL_AT_START_S)
                if len(self._handed_over) >= HANDED_OVER_RECORDS_MAX:
                    self._stopping.wait(_POLL_S / 10)
                else:
                    self._take(polled(tail, _BATCH_RECORDS_MAX, _POLL_S))
        finally:
            tail.close()
            asker.close()

    def _assign(self, tail: LogConsumer) -> None:
        """Read on from where the reading is; what stands at its end is told anew."""
        places = [(self._topics.opt_outs, self._position)]
        if not self._ends_are_told:
            places.append((self._topics.requests, self._requests_position))
        tail.assign([TopicPartition(topic, 0, at if at >= 0 else OFFSET_BEGINNING) for topic, at in places])

    def _check_topics(self, asker: LogConsumer) -> None:
        for topic in (self._topics.opt_outs, self._topics.requests):
            answered = False
            while not answered and not self._stopping.is_set():
                try:
                    demand_single_partition(asker, topic, _REQUEST_S_MAX)
                    answered = True
                except Unavailable as failure:
                    self._complain(failure)
                    self._stopping.wait(_POLL_S)

    def _take(self, read: tuple[LogRecord, ...]) -> None:
        for record in read:
            if is_failure(record):
                continue
            if record.topic() == self._topics.requests:  # for its end alone
                self._requests_position = position_after(record)
                self._end_of_requests = self._end_of_requests or is_end(record)
                continue
            self._end_of_list = self._end_of_list or is_end(record)
            key = None if is_end(record) else record.key()
            if key is not None:  # a record without a key names nobody
                self._handed_over.append((key.decode(errors="replace"), record.value(), record.offset()))
            self._position = position_after(record)
        if read and self._position >= 0:
            self._list.reached(self._position)

    def _check(self, tail: LogConsumer, asker: LogConsumer) -> None:
        """Ask how far requests, their translation and the list go, in this order: the list's end must cover both."""
        requests = self._topics.requests
        try:
            first, requests_end = watermarks(tail, requests, 0, _REQUEST_S_MAX)
            translated = max(first, self._committed(asker, requests))
            _, list_end = watermarks(asker, self._topics.opt_outs, 0, _REQUEST_S_MAX)
            requests_end, list_end = max(requests_end, self._requests_position), max(list_end, self._position)
        except Unavailable as failure:
            self._complain(failure)
            return
        self._answered = True
        now = self._clock()
        self._requests.reached(translated)
        self._requests.observed(requests_end, now)
        self._list.observed(list_end, now)
        if self._requests_goal is None and (self._ends_are_told or self._end_of_requests):
            self._requests_goal = requests_end
        if self._list_goal is None and self._requests_goal is not None and translated >= self._requests_goal:
            self._list_goal = list_end
            self._end_of_list = False
            if not self._ends_are_told:
                self._assign(tail)

    def _complain(self, failure: Unavailable) -> None:
        if self._answered:  # once, not twenty times a second
            logger.warning("opt-outs: %s", failure)
        self._answered = False

    def _committed(self, asker: LogConsumer, topic: str) -> int:
        """Return the translators' committed offset, or a negative number where there is none."""
        found = None
        try:
            found = asker.committed([TopicPartition(topic, 0)], timeout=_REQUEST_S_MAX)[0]
        except KafkaException as failure:
            require_right(failure.args[0], self._group)
            raise Unavailable(f"{topic}: its translation cannot be asked for ({failure.args[0].name()})") from None
        if found.error is not None:
            require_right(found.error, self._group)
            raise Unavailable(f"{topic}: its translation cannot be asked for ({found.error.name()})")
        return int(found.offset)

    def _missing(self) -> str:
        if self._requests_goal is None:
            return "opt-outs: the brokers did not answer in time"
        if self._list_goal is None:
            return f"{self._topics.requests}: the requests present at start were not translated in time"
        return f"{self._topics.opt_outs}: was not read to its end in time"
