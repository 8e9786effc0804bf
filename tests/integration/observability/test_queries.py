"""The dashboard's and the alerts' queries, put to a real Prometheus that scraped a real program."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.prometheus import (
    RunningPrometheus,
    alert_expressions,
    dashboard_queries,
    prometheus_program,
    running_prometheus,
    selectors,
)

pytestmark = pytest.mark.prometheus

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPrometheus]:
    """Run a program that serves telemetry while it records every kind of outcome, and a Prometheus that scrapes it."""
    prometheus_program("prometheus")
    command = [sys.executable, "-m", "tests.support.telemetry_traffic"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as exporter:
        try:
            port = int(exporter.stdout.readline())
            with running_prometheus(tmp_path_factory.mktemp("prometheus"), [f"127.0.0.1:{port}"]) as prometheus:
                prometheus.await_data('up{job="redaction"} == 1')
                yield prometheus
        finally:
            exporter.terminate()
            exporter.wait(30)


@pytest.mark.parametrize("name", dashboard_queries())
def test_each_query_of_the_dashboard_returns_data(scraped, name):
    """Every panel shows numbers while a worker works."""
    assert scraped.await_data(dashboard_queries()[name])


@pytest.mark.parametrize("name", alert_expressions())
def test_each_alert_reads_series_that_exist(scraped, name):
    """No alert is silent because it asks for a metric or a label that no worker has."""
    asked = selectors(alert_expressions()[name])
    assert asked
    for selector in asked:
        scraped.await_data(selector)


def test_every_alert_is_evaluated_and_those_with_a_cause_are_raised(scraped):
    """The program writes dead letters, refuses requests and a policy: these alerts are raised, and no false ones."""
    expected = {
        "RedactionDeadLetters",
        "RedactionDetectorFailed",
        "RedactionRequestRefused",
        "RedactionPolicyRefused",
        "RedactionTransactionsAborting",
    }
    deadline = time.monotonic() + 60
    while True:
        alerts = scraped.alerts()
        raised = {name for name, (_, state) in alerts.items() if state != "inactive"}
        if expected <= raised and all(health == "ok" for health, _ in alerts.values()):
            break
        assert time.monotonic() < deadline, f"raised: {sorted(raised)}; rules: {alerts}"
        time.sleep(0.2)
    assert raised == expected
    assert set(alerts) == set(alert_expressions())
