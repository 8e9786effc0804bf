"""What a run on growth found, as a table and as one SVG file that needs nothing else."""

import math
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import jinja2
from rich import box
from rich.table import Table

from pipeline.bench.growth import GrowthFigures

_WIDTH: Final = 560.0
_HEIGHT: Final = 420.0
_COLOURS: Final = ("#1b6ca8", "#c2410c", "#15803d", "#7e22ce", "#b91c1c", "#0f766e", "#a16207")


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve of the plot; `points` are those of an SVG polyline."""

    name: str
    exponent: float
    colour: str
    points: str


def growth_table(figures: GrowthFigures) -> Table:
    """Return the exponents as a table, with what the least and the greatest size cost. Pure."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="How cost grows")
    table.add_column("with")
    for column in ("from", "to", "took", "to", "exponent"):
        table.add_column(column, justify="right")
    for growth in figures.growth:
        (least, least_s), (most, most_s) = growth.points[0], growth.points[-1]
        mark = "" if growth.exponent <= figures.exponent_max else f" above {figures.exponent_max}"
        table.add_row(
            growth.against,
            f"{least:,}",
            f"{most:,}",
            f"{1000 * least_s:,.1f} ms",
            f"{1000 * most_s:,.1f} ms",
            f"{growth.exponent:.2f}{mark}",
        )
    return table


def write_plot(figures: GrowthFigures, path: Path) -> None:
    """Write every curve into one plot, both axes logarithmic and each curve from 1 on. Effects: replaces the file."""
    size_ratio = max((growth.points[-1][0] / growth.points[0][0] for growth in figures.growth), default=10.0)
    cost_ratio = max((cost / growth.points[0][1] for growth in figures.growth for _, cost in growth.points), default=10)
    wide, high = math.log(max(size_ratio, 2.0)), math.log(max(cost_ratio, 2.0))

    def place(size: float, cost: float) -> tuple[float, float]:
        return round(math.log(size) / wide * _WIDTH, 1), round(_HEIGHT - math.log(cost) / high * _HEIGHT, 1)

    curves = []
    for number, growth in enumerate(figures.growth):
        first_size, first_cost = growth.points[0]
        points = [place(size / first_size, cost / first_cost) for size, cost in growth.points]
        drawn = " ".join(f"{across},{down}" for across, down in points)
        curves.append(Curve(growth.against, growth.exponent, _COLOURS[number % len(_COLOURS)], drawn))
    least = min(math.exp(wide), math.exp(high))
    source = files(__package__).joinpath("growth.svg.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    page = environment.from_string(source).render(
        curves=curves,
        linear=(*place(1.0, 1.0), *place(least, least)),
        size_ratio=size_ratio,
        cost_ratio=cost_ratio,
        width=_WIDTH,
        height=_HEIGHT,
    )
    path.write_text(page, encoding="utf-8")
