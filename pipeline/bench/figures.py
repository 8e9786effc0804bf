"""What a run of the benchmark found, as scripts read it."""

import msgspec

from pipeline.bench.core import CoreFigures
from pipeline.bench.drain import Drained
from pipeline.bench.workers import WorkerFigures


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Every figure of one run; None for what was left out. A ratio says how many times as fast as the reference.

    The names tier is off, but for `core_with_names_...`. `worker_...` without a word on purposes is for two. Latency is
    from the broker's time of the raw record to the moment when a reader of committed records has its receipt, at half
    of full load. `scaling_2_workers` compares processor time, so that broker and load, on the same cores, do not count:
    2 says that an event costs two workers side by side no more than it costs one.
    """

    events: int
    core_turns_per_s: float
    core_with_names_turns_per_s: float
    core_vs_presidio: float | None
    core_with_names_vs_presidio: float | None
    core_vs_regex_product: float | None
    worker_events_per_s: float | None = None
    worker_one_purpose_events_per_s: float | None = None
    stock_copy_events_per_s: float | None = None
    worker_vs_stock_copy: float | None = None
    worker_one_purpose_vs_stock_copy: float | None = None
    worker_vs_own_copy: float | None = None
    worker_vs_stock_presidio: float | None = None
    latency_p50_ms: float | None = None
    latency_p99_ms: float | None = None
    rss_mb: float | None = None
    cpu_us_per_event: float | None = None
    stock_copy_cpu_us_per_event: float | None = None
    scaling_2_workers: float | None = None


def figures_of(events: int, core: CoreFigures, workers: WorkerFigures | None) -> Figures:
    """Return the ratios of what was measured. Pure."""
    ours = Figures(
        events=events,
        core_turns_per_s=core.turns_per_s,
        core_with_names_turns_per_s=core.with_names_turns_per_s,
        core_vs_presidio=core.ratio("presidio"),
        core_with_names_vs_presidio=core.ratio("presidio", with_names=True),
        core_vs_regex_product=core.ratio("regex_product"),
    )
    if workers is None:
        return ours
    rate, stock, presidio = workers.two_purposes.events_per_s, workers.stock_copy, workers.stock_presidio
    return msgspec.structs.replace(
        ours,
        worker_events_per_s=rate,
        worker_one_purpose_events_per_s=workers.one_purpose.events_per_s,
        stock_copy_events_per_s=stock.events_per_s,
        worker_vs_stock_copy=rate / stock.events_per_s,
        worker_one_purpose_vs_stock_copy=workers.one_purpose.events_per_s / stock.events_per_s,
        worker_vs_own_copy=rate / workers.own_copy.events_per_s,
        worker_vs_stock_presidio=None if presidio is None else rate / presidio.events_per_s,
        latency_p50_ms=workers.latency_p50_ms,
        latency_p99_ms=workers.latency_p99_ms,
        rss_mb=workers.two_purposes.rss_mb,
        cpu_us_per_event=workers.two_purposes.cpu_us_per_event,
        stock_copy_cpu_us_per_event=stock.cpu_us_per_event,
        scaling_2_workers=_scaling(workers.two_purposes, workers.two_workers),
    )


def _scaling(one: Drained, two: Drained) -> float | None:
    if one.cpu_us_per_event is None or two.cpu_us_per_event is None:
        return None
    return 2 * one.cpu_us_per_event / two.cpu_us_per_event
