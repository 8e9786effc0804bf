"""A thread that makes one Kafka client's calls, so that a call that never returns can be left behind."""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress

from confluent_kafka import KafkaException

# What a call that keeps to its limit may take above it.
_GRACE_S = 0.5
_SERVE_S = 1.0

LEFT_MAX = 10
"""So many clients may an owner leave; then the worker has to end."""

_Call = Callable[[float], None]


class Overdue(Exception):
    """A call did not return in time. What came of it is not known, and the client must not be used again."""


class CallThread:
    """Makes calls one after the other. `serve(seconds)` lets the client log and report, while it is left.

    It may raise `SystemExit`, as any thread may, to end the thread.

    No call of librdkafka can be cancelled, and a client cannot be freed while a call uses it. So a client that was left
    lives until the process ends, with about five threads of its own: owners must bound how many they leave.
    """

    def __init__(self, serve: Callable[[float], object]) -> None:
        self._serve = serve
        self._calls: queue.SimpleQueue[tuple[Future[None], _Call, float] | None] = queue.SimpleQueue()
        self.left = threading.Event()
        threading.Thread(target=self._run, name="kafka-calls", daemon=True).start()

    def within(self, limit_s: float, call: _Call) -> None:
        """Make a call and wait for it. It is given its deadline on the monotonic clock, and should keep to it.

        Raises what the call raises, or `Overdue`.
        """
        answer: Future[None] = Future()
        self._calls.put((answer, call, time.monotonic() + limit_s))
        overdue = False
        try:
            answer.result(limit_s + _GRACE_S)
        except TimeoutError:
            overdue = True
        if overdue:
            raise Overdue

    def close(self) -> None:
        """End the thread after its last call; the client may be freed."""
        self._calls.put(None)

    def leave(self) -> None:
        """Make no call any more."""
        self.left.set()
        self._calls.put(None)

    def _run(self) -> None:
        while (task := self._calls.get()) is not None:
            answer, call, deadline_s = task
            try:
                call(deadline_s)
            except BaseException as error:  # noqa: BLE001, it is raised where the answer is awaited
                answer.set_exception(error)
            else:
                answer.set_result(None)
        with suppress(SystemExit):
            while self.left.is_set():
                with suppress(KafkaException, SystemError):  # being fenced is how most of them end
                    self._serve(_SERVE_S)
