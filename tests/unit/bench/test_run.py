"""What a run tells: every figure as a ratio, and aloud whatever was left out."""

import dataclasses
import io

import msgspec
import pytest
from rich.console import Console

from pipeline.bench.core import CoreFigures
from pipeline.bench.drain import Drained
from pipeline.bench.figures import Figures, figures_of
from pipeline.bench.run import EVENTS_MIN, measure, run_bench
from pipeline.bench.table import table_of
from pipeline.bench.workers import WorkerFigures
from pipeline.errors import Misconfigured

CORE = CoreFigures(24_000.0, 12_000.0, {"presidio": 200.0, "regex_product": 12_000.0})
CORE_ALONE = CoreFigures(24_000.0, 12_000.0, {"presidio": None, "regex_product": None})
WORKERS = WorkerFigures(
    one_purpose=Drained(9_000.0, 90.0, 170.0),
    two_purposes=Drained(8_000.0, 100.0, 180.0),
    two_workers=Drained(9_000.0, 125.0, 360.0),
    stock_copy=Drained(4_000.0, 200.0, 75.0),
    own_copy=Drained(32_000.0, 20.0, 70.0),
    stock_presidio=Drained(100.0, 9_000.0, 210.0),
    latency_p50_ms=25.0,
    latency_p99_ms=60.0,
)
PROMISED = [
    "core_turns_per_s",
    "core_vs_presidio",
    "core_with_names_turns_per_s",
    "core_with_names_vs_presidio",
    "core_vs_regex_product",
    "worker_events_per_s",
    "worker_vs_stock_copy",
    "worker_vs_own_copy",
    "worker_vs_stock_presidio",
    "latency_p50_ms",
    "latency_p99_ms",
    "rss_mb",
    "cpu_us_per_event",
    "scaling_2_workers",
]


def printed(figures):
    console = Console(file=io.StringIO(), width=140)
    console.print(table_of(figures))
    return console.file.getvalue()


def measured(workers, events=EVENTS_MIN):
    console = Console(file=io.StringIO(), width=200)
    figures = measure(events, lambda _records, _say: CORE, workers, console)
    return figures, console.file.getvalue()


def test_scripts_find_every_figure_by_its_name():
    assert set(PROMISED) <= set(Figures.__struct_fields__)


def test_ratios_say_how_many_times_as_fast_as_the_reference():
    figures = figures_of(1, CORE, WORKERS)
    assert figures.core_vs_presidio == 120
    assert figures.core_with_names_vs_presidio == 60
    assert figures.core_vs_regex_product == 2
    assert figures.worker_vs_stock_copy == 2
    assert figures.worker_one_purpose_vs_stock_copy == 2.25
    assert figures.worker_vs_own_copy == 0.25
    assert figures.worker_vs_stock_presidio == 80
    assert (figures.cpu_us_per_event, figures.rss_mb) == (100, 180)
    assert figures.scaling_2_workers == 1.6


def test_a_product_that_is_not_installed_has_no_ratio():
    figures = figures_of(1, CORE_ALONE, dataclasses.replace(WORKERS, stock_presidio=None))
    assert figures.core_vs_presidio is None
    assert figures.worker_vs_stock_presidio is None


def test_without_kafka_the_workers_half_is_null_and_said_to_be_left_out():
    figures, said = measured(None)
    assert figures.core_turns_per_s == CORE.turns_per_s
    assert all(getattr(figures, name) is None for name in PROMISED if not name.startswith("core"))
    assert "LEFT OUT" in said
    assert "make kafka" in said


def test_with_kafka_nothing_of_it_is_left_out():
    figures, said = measured(lambda _records, _say: WORKERS)
    assert figures.worker_events_per_s == 8_000
    assert "make kafka" not in said


def test_every_contestant_gets_the_same_workload():
    seen = []

    def workers(workload, say):
        seen.append(len(workload))
        say("working")
        return WORKERS

    _, said = measured(workers, EVENTS_MIN + 7)
    assert seen == [EVENTS_MIN + 7]
    assert "working" in said


def test_too_few_events_are_refused():
    with pytest.raises(Misconfigured, match="at least"):
        measured(None, EVENTS_MIN - 1)


def test_the_table_shows_figures_ratios_and_what_is_missing():
    assert "120x" in printed(figures_of(1, CORE, WORKERS))
    assert "2.0x" in printed(figures_of(1, CORE, WORKERS))
    assert "left out" not in printed(figures_of(1, CORE, WORKERS))
    assert "left out" in printed(figures_of(1, CORE_ALONE, None))


def test_a_run_without_kafka_ends_well_and_prints_one_json_object(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("pipeline.bench.run.measure_core", lambda _records, _say: CORE)
    assert run_bench(json=True, events=EVENTS_MIN, kafka_libs=tmp_path) == 0
    out = msgspec.json.decode(capsys.readouterr().out)
    assert set(PROMISED) <= out.keys()
    assert out["worker_vs_stock_copy"] is None
