"""Working off a backlog: the first quarter warms up, and a program that ends or hangs is told of."""

from pathlib import Path

import pytest

from pipeline.bench import drain as drains
from pipeline.bench.drain import drain
from pipeline.bench.processes import MeasuredProcess, Together, Usage
from pipeline.errors import Unavailable

LOG = Path("worker.log")
USAGES = (Usage(1.0, 90.0), Usage(2.0, 100.0))


class FakeProcess:
    """Uses a second of processor time and lives so many looks long."""

    def __init__(self, looks=1_000, usages=USAGES):
        self._looks = looks
        self._usages = iter(usages)

    @property
    def alive(self):
        self._looks -= 1
        return self._looks > 0

    def usage(self):
        return next(self._usages)


class FakeArrivals:
    """Records that arrive in portions."""

    def __init__(self, *portions):
        self._portions = iter(portions)

    def count(self):
        return next(self._portions, 0)


def test_what_arrived_after_the_warm_up_is_what_counts():
    drained = drain(FakeProcess(), FakeArrivals(10, 15, 0, 50, 25), 100, LOG)
    assert drained.cpu_us_per_event == pytest.approx(1_000_000 / 75)
    assert drained.rss_mb == 100
    assert drained.events_per_s > 0


def test_a_system_that_does_not_tell_usage_gives_none():
    drained = drain(FakeProcess(usages=(Usage(None, None), Usage(None, None))), FakeArrivals(50, 50), 100, LOG)
    assert (drained.cpu_us_per_event, drained.rss_mb) == (None, None)


def test_a_program_that_ends_early_is_told_of():
    with pytest.raises(Unavailable, match=r"ended after 30 of 100 events, see worker\.log"):
        drain(FakeProcess(looks=2), FakeArrivals(30), 100, LOG)


def test_a_program_that_takes_too_long_is_told_of(monkeypatch):
    monkeypatch.setattr(drains, "DRAIN_S_MAX", 0.0)
    with pytest.raises(Unavailable, match="within 0 s"):
        drain(FakeProcess(), FakeArrivals(), 100, LOG)


def test_a_process_is_measured_while_it_runs_and_gone_afterwards(tmp_path):
    arguments = ["--bind", "127.0.0.1", "0"]
    with MeasuredProcess("http.server", arguments, {}, tmp_path / "log") as process:
        assert process.alive
        usage = process.usage()
        assert usage.cpu_s is not None
        assert usage.rss_mb is not None
        assert usage.rss_mb > 0
    assert not process.alive


def test_two_programs_use_what_both_use_and_live_while_both_do():
    together = Together([FakeProcess(looks=2), FakeProcess()])
    assert together.usage() == Usage(2.0, 180.0)
    assert (together.alive, together.alive) == (True, False)
    unknown = FakeProcess(usages=(Usage(None, None),))
    assert Together([unknown]).usage() == Usage(None, None)
