"""`redact worker`, `redact demo` and `redact bench`: the long-running programs."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.invocation import invocation
from pipeline.cli.options import Json


class DemoBroker(StrEnum):
    """What the demo runs on."""

    EMBEDDED = "embedded"
    KAFKA = "kafka"


def worker(context: typer.Context) -> None:
    """Run a worker: read raw events in order per conversation, and publish what each purpose may see.

    Start as many as the raw topic has partitions, each with a `worker.slot` of its own. SIGTERM drains, flushes and
    commits. Metrics and health are served on `telemetry.port`; the log goes to stderr, one JSON object a line.
    """
    from pipeline.bootstrap import run_worker  # noqa: PLC0415 - the models take a second to import

    run = invocation(context)
    raise typer.Exit(run_worker(run.settings(), run.environment))


def demo(
    *,
    broker: Annotated[
        DemoBroker, typer.Option(help="The broker that comes with the install, or Apache Kafka (after `make kafka`).")
    ] = DemoBroker.EMBEDDED,
    keep: Annotated[bool, typer.Option("--keep", help="Leave broker and worker running until Ctrl+C.")] = False,
) -> None:
    """Show the pipeline at work: a broker, a worker, 1,200 conversations, opt-outs, broken events, and the reckoning.

    Exit code 1 says that what came out does not add up with what was published.
    """
    from pipeline.demo.run import run_demo  # noqa: PLC0415 - most commands need no demo

    raise typer.Exit(run_demo(broker.value, keep=keep))


def bench(
    *,
    events: Annotated[int, typer.Option(min=4_000, help="How many events the workers are given.")] = 200_000,
    growth: Annotated[
        bool, typer.Option("--growth", help="Measure instead how cost grows, as one exponent each. Needs no broker.")
    ] = False,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="With --growth: draw the curves, as SVG.")] = None,
    json: Json = False,
) -> None:
    """Measure turns per second on this machine, as ratios to references measured in the same run.

    With `--growth`: the exponent by which the core's cost grows with the text, findings, conversations, opt-outs,
    purposes and partitions. 1 is linear; exit code 1 says that one is above 1.1.
    """
    from pipeline.bench.run import run_bench, run_growth  # noqa: PLC0415 - most commands need no benchmark

    if plot is not None and not growth:
        raise typer.BadParameter("draws what --growth measures: give both", param_hint="--plot")
    if growth:
        raise typer.Exit(run_growth(json=json, plot=plot))
    raise typer.Exit(run_bench(json=json, events=events))
