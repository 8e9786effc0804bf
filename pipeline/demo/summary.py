"""The summary page: one HTML file that needs nothing else, with plots as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import jinja2

from pipeline.demo.reconcile import Check

_BAR_WIDTH_MAX: Final = 420.0
_PLOT_WIDTH: Final = 640.0
_PLOT_HEIGHT: Final = 120.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart; `width` is in user units of the SVG."""

    name: str
    count: int
    width: float


@dataclass(frozen=True, slots=True, repr=False)
class Turn:
    """A turn before and after, side by side. It is shown to whoever ran the demo on bundled, public conversations."""

    role: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, repr=False)
class Summary:
    """Everything the page shows."""

    headline: str
    checks: Sequence[Check]
    outcomes: Sequence[tuple[str, int]]
    findings: Sequence[tuple[str, int]]
    rates_per_s: Sequence[float]
    turns: Sequence[Turn]
    topics: Sequence[tuple[str, int]]


def write_summary(summary: Summary, path: Path) -> None:
    """Write the page. Effects: replaces the file."""
    source = files(__package__).joinpath("summary.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    page = environment.from_string(source).render(
        summary=summary,
        outcome_bars=bars(summary.outcomes),
        finding_bars=bars(summary.findings),
        rate_line=line(summary.rates_per_s),
        rate_max=max(summary.rates_per_s, default=0.0),
        width=_PLOT_WIDTH,
        height=_PLOT_HEIGHT,
    )
    path.write_text(page, encoding="utf-8")


def bars(rows: Sequence[tuple[str, int]]) -> list[Bar]:
    """Return rows as bars, the longest as wide as the chart. Pure."""
    most = max((count for _, count in rows), default=0) or 1
    return [Bar(name, count, max(1.0, _BAR_WIDTH_MAX * count / most)) for name, count in rows]


def line(values: Sequence[float]) -> str:
    """Return values as the points of an SVG polyline, evenly spaced, the highest at the top. Pure."""
    most = max(values, default=0.0) or 1.0
    step = _PLOT_WIDTH / max(1, len(values) - 1)
    return " ".join(
        f"{index * step:.1f},{_PLOT_HEIGHT - value / most * _PLOT_HEIGHT:.1f}" for index, value in enumerate(values)
    )
