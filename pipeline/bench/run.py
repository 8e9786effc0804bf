"""`redact bench`: one canonical workload, every reference beside it, one table."""

import logging
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console

from pipeline.bench.core import CoreFigures, measure_core
from pipeline.bench.figures import Figures, figures_of
from pipeline.bench.growth import GrowthFigures, measure_growth
from pipeline.bench.growth_plot import growth_table, write_plot
from pipeline.bench.references.products import PRODUCTS, installed
from pipeline.bench.table import table_of
from pipeline.bench.workers import WorkerBench, WorkerFigures
from pipeline.bench.workload import RawRecord, records
from pipeline.demo.brokers import apache_kafka
from pipeline.errors import Misconfigured

EVENTS_MIN: Final = 4_000
KAFKA_LIBS: Final = Path(".kafka/libs")

MeasureCore = Callable[[list[RawRecord], Callable[[str], None]], CoreFigures]
MeasureWorkers = Callable[[list[RawRecord], Callable[[str], None]], WorkerFigures]


def run_bench(*, json: bool, events: int, kafka_libs: Path = KAFKA_LIBS) -> int:
    """Measure the core and, where Apache Kafka is installed, the worker; print a table or one JSON object. Returns 0.

    What is left out for want of a package or of Kafka is said on stderr with its remedy, and is null in the JSON.
    Raises `Misconfigured` for too few events, `Unavailable` when a broker or a worker fails. Effects: starts a broker
    and workers on loopback and ends them; writes below a temporary directory, which goes with them unless one fails.
    """
    workers = _measure_workers(kafka_libs) if any(kafka_libs.glob("kafka_*.jar")) else None
    figures = measure(events, measure_core, workers, Console(stderr=True))
    if json:
        sys.stdout.write(msgspec.json.encode(figures).decode() + "\n")
    else:
        console = Console()
        console.print(table_of(figures))
        console.print(
            "Compare ratios of one run; figures of two machines, or of one at two times, differ.", style="dim"
        )
    return 0


def run_growth(*, json: bool, plot: Path | None = None) -> int:
    """Measure how the core's cost grows; print a table or one JSON object, and write a plot where asked for.

    Returns 1 where an exponent is above `EXPONENT_MAX`, else 0. Raises `Misconfigured` where the plot cannot be
    written. Effects: replaces the file of the plot.
    """
    console = Console(stderr=True)
    with console.status("making the rules") as status:
        figures = measure_growth(status.update)
    if json:
        sys.stdout.write(msgspec.json.encode(figures).decode() + "\n")
    else:
        Console().print(growth_table(figures))
    if plot is not None:
        _write(figures, plot)
    return int(any(growth.exponent > figures.exponent_max for growth in figures.growth))


def _write(figures: GrowthFigures, plot: Path) -> None:
    try:
        write_plot(figures, plot)
    except OSError as error:
        verdict = error.strerror or type(error).__name__
    else:
        return
    raise Misconfigured([f"{plot}: the plot cannot be written ({verdict}); name a file in a folder of yours"])


def measure(events: int, core: MeasureCore, workers: MeasureWorkers | None, console: Console) -> Figures:
    """Run the measurements on one workload, with progress and what is left out on `console`."""
    if events < EVENTS_MIN:
        raise Misconfigured([f"bench: at least {EVENTS_MIN:,} events are needed, {events:,} were asked for"])
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)  # it warns of every language that it was not given
    for name, (_, package) in PRODUCTS.items():
        if not installed(name):
            _left_out(console, f"{name}: {package} is not installed: run `make install`")
    if workers is None:
        _left_out(console, "the worker on Apache Kafka: its jars are not here: run `make kafka`")
    with console.status("making the workload") as status:

        def say(step: str) -> None:
            status.update(step)
            if not console.is_terminal:
                console.print(step, highlight=False)

        workload = records(events)
        return figures_of(events, core(workload, say), workers(workload, say) if workers is not None else None)


def _measure_workers(libs: Path) -> MeasureWorkers:
    def measured(workload: list[RawRecord], say: Callable[[str], None]) -> WorkerFigures:
        directory = Path(tempfile.mkdtemp(prefix="redact-bench-"))
        with apache_kafka(libs.resolve(), directory / "broker") as bootstrap:
            figures = WorkerBench(bootstrap, directory, say).measure(workload)
        shutil.rmtree(directory, ignore_errors=True)
        return figures

    return measured


def _left_out(console: Console, what: str) -> None:
    console.print(f"LEFT OUT: {what}", style="bold yellow", highlight=False, markup=False)
