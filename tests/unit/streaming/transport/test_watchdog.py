"""The watchdog leaves the process when something hangs, and only then."""

import logging
import time

from pipeline.streaming.transport.watchdog import EXIT_STUCK, Watchdog


def test_a_section_that_hangs_ends_the_program(caplog):
    """With a clear line and an exit code of its own."""
    left = []
    watchdog = Watchdog(leave=left.append)
    with watchdog.watching("a transaction", limit_s=5), caplog.at_level(logging.CRITICAL):
        watchdog.look(time.monotonic())
        assert left == []
        watchdog.look(time.monotonic() + 6)
    assert left == [EXIT_STUCK]
    assert "a transaction took longer than 5 s" in caplog.text


def test_a_section_that_ended_is_forgotten():
    """Long programs are not slow sections."""
    left = []
    watchdog = Watchdog(leave=left.append)
    with watchdog.watching("a transaction", limit_s=5):
        pass
    watchdog.look(time.monotonic() + 100)
    assert left == []


def test_an_age_over_its_limit_ends_the_program():
    """An agent that never gives its batch back is a hang, too."""
    left = []
    watchdog = Watchdog(leave=left.append)
    watchdog.watch_age("an agent's batch", lambda now: now, limit_s=10)
    watchdog.look(9)
    assert left == []
    watchdog.look(11)
    assert left == [EXIT_STUCK]


def test_a_stop_that_hangs_is_ended():
    """After a failure the process has to go, one way or the other."""
    left = []
    watchdog = Watchdog(leave=left.append)
    watchdog.leave_after("the stop after a failure", limit_s=20)
    watchdog.look(time.monotonic() + 21)
    assert left == [EXIT_STUCK]
