"""Exactly once: outputs, state and offsets of a batch in one transaction."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer

from pipeline.errors import InvariantBroken, Misconfigured, Unavailable
from pipeline.streaming.rights import require_right
from pipeline.streaming.transport.batch import Batch
from pipeline.streaming.transport.call_thread import LEFT_MAX, Overdue
from pipeline.streaming.transport.committers import GaveBack
from pipeline.streaming.transport.sending import error_behind, group_moved_on, refusal
from pipeline.streaming.transport.transactional_client import TransactionalClient

logger = logging.getLogger(__name__)

START_S_MAX = 60.0
# One look for a broker that is away.
_OPEN_S_MAX = 5.0
_ABORT_S_MAX = 5.0
_MINUTE_S = 60.0
_FENCED_IN_A_MINUTE_MAX = 5

_FENCING = frozenset({KafkaError._FENCED, KafkaError.INVALID_PRODUCER_EPOCH, KafkaError.PRODUCER_FENCED})  # noqa: SLF001, the client's constant


class ExactlyOnce:
    """Commits by transactions that are fenced by the consumer group's generation (KIP-447).

    Where the group has moved on, the transaction is aborted. Whatever else goes wrong, its client is given up, and
    `recover` makes a new one with the same transactional id. That is the one way back that does not depend on what the
    broken client still knows: its opening aborts the open transaction, or waits for the end of one that was being
    committed, and fences the old client. Being fenced more than five times in a minute means that another worker uses
    the same transactional id.
    """

    def __init__(
        self, make_producer: Callable[[], Producer], *, transaction_s_max: float, start_s_max: float = START_S_MAX
    ) -> None:
        self._make_producer = make_producer
        self._transaction_s_max = transaction_s_max
        self._start_s_max = start_s_max
        self._client: TransactionalClient | None = None
        self._opened = False
        self._doubtful = threading.Event()
        self._left = 0
        self._fenced_at: deque[float] = deque(maxlen=_FENCED_IN_A_MINUTE_MAX)

    def start(self) -> None:
        """Make the client and abort what an earlier holder of its transactional id left open."""
        self._open(self._start_s_max)

    def commit(self, batch: Batch, membership: object) -> bool:
        """Run one transaction."""
        client = self._client
        if client is None or not self._opened:
            raise GaveBack("there is no transactional producer at the moment")
        if self._doubtful.is_set():
            self._leave(client)
            raise GaveBack("the brokers were away")
        error = _error_of(lambda: client.transact(batch, membership, limit_s=self._transaction_s_max))
        if error is None:
            return True
        if not group_moved_on(error) or _error_of(lambda: client.abort(limit_s=_ABORT_S_MAX)) is not None:
            self._leave(client)
        if client.refused is not None:
            raise refusal(*client.refused)
        require_right(error, "a transaction")
        if error.code() in _FENCING:
            self._note_fencing()
        raise GaveBack(error.name())

    def recover(self) -> None:
        """Make a new client, if the last one was given up."""
        if not self._opened:
            self._open(_OPEN_S_MAX)

    def settle_offsets(self, consumer: Consumer, *, final: bool = False) -> list[Batch]:  # noqa: ARG002, the protocol
        """Nothing waits: offsets are part of the transaction."""
        return []

    def doubt(self) -> None:
        """Have the client replaced before the next transaction, which would hang in a coordinator that has moved."""
        self._doubtful.set()

    def idle(self) -> None:
        """Serve the client's log, and replace a doubtful one while there is time."""
        if self._doubtful.is_set() and self._client is not None and self._opened:
            self._leave(self._client)
        if not self._opened:
            with suppress(Unavailable):
                self._open(_OPEN_S_MAX)
        elif self._client is not None:
            self._client.serve()

    def _open(self, limit_s: float) -> None:
        """Open the client that is there, as often as it takes, or a new one."""
        client = self._client = self._client or TransactionalClient(self._make_producer())
        error = _error_of(lambda: client.open(limit_s=limit_s))
        if error is None:
            self._opened = True
            self._doubtful.clear()
            return
        if not error.retriable():
            self._leave(client)
            require_right(error, "the worker's transactional id")
        problem = f"the broker did not grant a transactional producer: {error.name()}"
        if error.code() in _FENCING:
            self._note_fencing()
        elif not error.retriable() and error.code() != KafkaError._TIMED_OUT:  # noqa: SLF001, the client's constant
            raise Misconfigured([f"{problem}; for a broker without transactions choose at least once"])
        raise Unavailable(problem)

    def _leave(self, client: TransactionalClient) -> None:
        client.leave()
        self._client, self._opened = None, False
        self._left += 1
        if self._left > LEFT_MAX:
            raise InvariantBroken(
                f"{self._left} transactional producers broke one after the other; is worker.slot used twice?"
            )

    def _note_fencing(self) -> None:
        now = time.monotonic()
        if len(self._fenced_at) == self._fenced_at.maxlen and now - self._fenced_at[0] < _MINUTE_S:
            raise Misconfigured(
                ["the producer is fenced again and again: another live worker has its worker.slot; give each its own"]
            )
        self._fenced_at.append(now)
        logger.warning("the producer was fenced and is made anew; if this repeats, two live workers share worker.slot")


def _error_of(call: Callable[[], None]) -> KafkaError | None:
    """Return what a call of the client failed with, if it did."""
    try:
        call()
    except (KafkaException, SystemError) as failure:
        error = error_behind(failure)
        if error is None:
            raise
        return error
    except Overdue:
        return KafkaError(KafkaError._TIMED_OUT)  # noqa: SLF001, the client's constant
    return None
