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


def test_a_wall_clock_that_is_set_back_ends_the_program(caplog):
    """Kafka's client would wait until the clock is again where it was."""
    left = []
    watchdog = Watchdog(leave=left.append)
    watchdog.look_at_clocks(100, 1_000)
    with caplog.at_level(logging.CRITICAL):
        watchdog.look_at_clocks(101, 1_001 - 3_600)
    assert left == [EXIT_STUCK]
    assert "set back by 3600 s" in caplog.text


def test_a_wall_clock_that_goes_forward_or_is_corrected_ends_nothing():
    """Time servers move it by less than a second; a machine that slept finds it hours ahead."""
    left = []
    watchdog = Watchdog(leave=left.append)
    wall_s = 1_000.0
    for now, moved_s in enumerate((0, 0.5, -0.5, -1.5, 7_200, 0, -1.9)):
        wall_s += 1 + moved_s
        watchdog.look_at_clocks(float(now), wall_s)
    assert left == []


def test_a_stop_that_hangs_is_ended():
    """After a failure the process has to go, one way or the other."""
    left = []
    watchdog = Watchdog(leave=left.append)
    watchdog.leave_after("the stop after a failure", limit_s=20)
    watchdog.look(time.monotonic() + 21)
    assert left == [EXIT_STUCK]
