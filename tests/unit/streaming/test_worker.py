"""The worker's process: what it answers to signals."""

from pipeline.streaming.worker import _Process


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
