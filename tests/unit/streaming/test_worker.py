"""The worker's process: what it answers to signals."""

import pytest
from faust.types import TP

from pipeline.streaming.transport import PartitionPosition, ProgressSnapshot
from pipeline.streaming.worker import _Process, backlog_records


def test_asked_where_it_is_a_worker_shows_places_and_no_values(capfd):
    """Faust's own answer to SIGUSR1 prints the local variables of every thread."""
    text = "I am Robin Hale"
    _Process._on_sigusr1(object.__new__(_Process))
    shown = capfd.readouterr().err
    assert "test_worker.py" in shown
    assert text not in shown
    assert "LOCAL" not in shown


def test_a_worker_does_not_stop_for_a_debugger(monkeypatch):
    """Faust's own answer to SIGUSR2 waits for a person at a terminal, with every value at hand."""
    entered = []
    monkeypatch.setattr("pdb.set_trace", lambda: entered.append("debugger"))
    _Process._on_sigusr2(object.__new__(_Process))
    assert entered == []


@pytest.mark.parametrize(
    ("ends", "backlog"),
    [((10, 10), 0), ((10, 25), 15), ((None, 10), None), ((None, None), None), ((None, 25), 15), ((), 0)],
    ids=["none", "some", "one end unknown", "all unknown", "some and an end unknown", "no partitions"],
)
def test_a_backlog_that_is_not_known_is_not_called_none(ends, backlog):
    """Whoever waits for zero would go on too early."""
    positions = {TP("raw", number): PartitionPosition(10, 10, end, None, None) for number, end in enumerate(ends)}
    snapshot = ProgressSnapshot(positions, 0, 0, 0, 0.0, intake_paused=False)
    assert backlog_records(snapshot) == backlog
