"""How cost grows: the exponent of made-up timings is the one they were made with, and the plot holds every curve."""

import io
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from pipeline.bench.growth import EXPONENT_MAX, SIZES, Growth, GrowthFigures, exponent_of, measure_growth
from pipeline.bench.growth_plot import growth_table, write_plot
from pipeline.cli.exits import ExitCode
from tests.support.command_line import redact

MADE_UP = GrowthFigures(
    EXPONENT_MAX,
    (
        Growth("text", ((10, 1.0), (100, 10.0), (1_000, 100.0)), 1.0),
        Growth("pairs", ((10, 1.0), (100, 100.0)), 2.0),
        Growth("partitions", ((1, 0.5), (64, 0.5)), 0.0),
    ),
)


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 1.1, 2.0])
@pytest.mark.parametrize("factor", [1e-6, 3.0])
def test_the_exponent_is_the_one_that_timings_were_made_with(exponent, factor):
    points = [(size, factor * size**exponent) for size in (10, 20, 500, 4_000)]
    assert exponent_of(points) == pytest.approx(exponent, abs=1e-9)


def test_noise_of_a_tenth_hardly_moves_the_exponent():
    points = [(10**power, 10**power * (1.1 if power % 2 else 1 / 1.1)) for power in range(1, 7)]
    assert exponent_of(points) == pytest.approx(1.0, abs=0.05)


def test_every_promised_size_is_measured():
    """Small sizes of each: what is measured costs time, and its points stand in the order of the sizes."""
    small = {against: steps[:2] if steps[0] < 1_000 else (100, 200) for against, steps in SIZES.items()}
    figures = measure_growth(lambda _step: None, small)
    assert [growth.against for growth in figures.growth] == list(SIZES)
    for growth in figures.growth:
        assert [size for size, _ in growth.points] == list(small[growth.against])
        assert all(cost > 0 for _, cost in growth.points)


def test_the_table_marks_what_grows_too_fast():
    console = Console(file=io.StringIO(), width=120)
    console.print(growth_table(MADE_UP))
    marked = [line for line in console.file.getvalue().splitlines() if "above" in line]
    assert len(marked) == 1
    assert "pairs" in marked[0]


def test_the_plot_is_one_file_with_a_curve_each(tmp_path):
    path = tmp_path / "growth.svg"
    write_plot(MADE_UP, path)
    root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - our own file
    curves = root.findall(".//{http://www.w3.org/2000/svg}polyline")
    assert len(curves) == len(MADE_UP.growth)
    for curve in curves:
        for point in curve.get("points").split():
            across, down = map(float, point.split(","))
            assert 0 <= across <= 560
            assert 0 <= down <= 420


def test_a_plot_without_growth_is_wrong_usage(tmp_path):
    assert redact("bench", "--plot", tmp_path / "growth.svg").exit_code == ExitCode.MISUSED
    assert not (tmp_path / "growth.svg").exists()
