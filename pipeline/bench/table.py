"""The table that a person reads at the end of a run."""

from rich import box
from rich.table import Table

from pipeline.bench.figures import Figures

_LEFT_OUT = "left out"


def table_of(figures: Figures) -> Table:
    """Return the figures as a table: what, how much, and how many times the reference. Pure."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=f"{figures.events:,} events")
    table.add_column("measured")
    table.add_column("figure", justify="right")
    table.add_column("as a ratio", justify="right")
    table.add_column("to")
    core, worker = figures.core_turns_per_s, figures.worker_events_per_s
    table.add_row("core, two purposes, one core", _rate(core, "turns/s"), _times(figures.core_vs_presidio), "Presidio")
    table.add_row("", "", _times(figures.core_vs_regex_product), "a product of regular expressions")
    table.add_row(
        "the same with our own names tier",
        _rate(figures.core_with_names_turns_per_s, "turns/s"),
        _times(figures.core_with_names_vs_presidio),
        "Presidio",
    )
    table.add_section()
    table.add_row(
        "worker, two purposes",
        _rate(worker, "events/s"),
        _times(figures.worker_vs_stock_copy),
        "a stock Faust worker that copies",
    )
    table.add_row("", "", _times(figures.worker_vs_stock_presidio), "a stock Faust worker with Presidio")
    table.add_row("", "", _times(figures.worker_vs_own_copy), "the pipeline's transport that copies")
    table.add_row(
        "worker, one purpose",
        _rate(figures.worker_one_purpose_events_per_s, "events/s"),
        _times(figures.worker_one_purpose_vs_stock_copy),
        "a stock Faust worker that copies",
    )
    table.add_row("two workers", "", _times(figures.scaling_2_workers), "one worker, by processor time")
    table.add_section()
    table.add_row("latency at half of full load, p50", _unit(figures.latency_p50_ms, "ms"), "", "")
    table.add_row("latency at half of full load, p99", _unit(figures.latency_p99_ms, "ms"), "", "")
    table.add_row("worker's processor time an event", _unit(figures.cpu_us_per_event, "us"), "", "")
    table.add_row("worker's resident memory", _unit(figures.rss_mb, "MiB"), "", "")
    return table


def _rate(value: float | None, unit: str) -> str:
    return _LEFT_OUT if value is None else f"{value:,.0f} {unit}"


def _times(ratio: float | None) -> str:
    return _LEFT_OUT if ratio is None else f"{ratio:,.1f}x" if ratio < 10 else f"{ratio:,.0f}x"  # noqa: PLR2004 - two digits say enough


def _unit(value: float | None, unit: str) -> str:
    return _LEFT_OUT if value is None else f"{value:,.0f} {unit}"
