"""The reference page, the alerts and the dashboard are held to the catalogue of metrics."""

import ast
import dataclasses
import re
from pathlib import Path

import pytest

from pipeline.settings import SECTIONS
from pipeline.telemetry.catalogue import CATALOGUE, UP
from pipeline.telemetry.metric import Kind
from pipeline.telemetry.reference import render
from tests.support.prometheus import DASHBOARD, RULES

ROOT = Path(__file__).parents[2]
EXPOSED = {
    metric.name + suffix
    for metric in CATALOGUE
    for suffix in (("_bucket", "_sum", "_count") if metric.kind is Kind.HISTOGRAM else ("",))
}


def test_the_reference_page_is_what_the_catalogue_renders():
    """Made anew by `python -m pipeline.telemetry.reference > docs/metrics.md`."""
    assert (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8") == render()


@pytest.mark.parametrize("file", [RULES, DASHBOARD], ids=lambda file: file.name)
def test_alerts_and_dashboard_ask_for_metrics_that_exist(file):
    """A renamed metric leaves no silent alert and no empty panel."""
    text = file.read_text(encoding="utf-8")
    asked = set(re.findall(r"\bredaction_[a-z_]+", text)) - {metric.name for metric in CATALOGUE if metric.buckets}
    assert asked
    assert asked <= EXPOSED


def test_every_metric_is_on_the_dashboard():
    """What is measured can be seen; `redaction_up` feeds the dashboard's list of workers."""
    text = DASHBOARD.read_text(encoding="utf-8")
    assert [metric.name for metric in CATALOGUE if metric.name not in text] == []
    assert UP.name in text


@pytest.mark.parametrize("file", ["docs/metrics.md", "docs/deployment.md"])
def test_settings_that_are_named_exist(file):
    """An operator who is told to look at a setting finds it."""
    text = (ROOT / file).read_text(encoding="utf-8")
    named = re.findall(r"\b(kafka|topics|worker|telemetry)\.([a-z]+(?:_[a-z]+)+|host|port|slot)\b", text)
    known = {(section, field.name) for section in SECTIONS for field in dataclasses.fields(SECTIONS[section])}
    assert named
    assert sorted(set(named) - known) == []


def test_prometheus_client_is_imported_by_telemetry_alone():
    """The rest of the product speaks to the recorder."""
    offenders = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / "pipeline").rglob("*.py"))
        if "telemetry" not in file.parts and "prometheus_client" in _imports(file)
    ]
    assert offenders == []


def _imports(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    plain = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.split(".")[0] for name in plain | named}
