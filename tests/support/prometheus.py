"""A real Prometheus on loopback that scrapes what a test names, with the rules that are deployed."""

import contextlib
import http.client
import json
import math
import re
import shutil
import subprocess
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from pipeline.demo.brokers import free_port
from tests.support.components import missing

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "alerts.yml"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "redaction.json"
START_S_MAX = 30.0
SCRAPE_INTERVAL = "500ms"
RATE_INTERVAL = "5s"
_POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class Sample:
    """One series of an instant query's answer."""

    labels: dict[str, str]
    value: float


def prometheus_program(name: str) -> str:
    """Return the path of `prometheus` or `promtool`; says what is left out where it is absent."""
    program = shutil.which(name)
    if program is None:
        missing(name, "install your system's prometheus package")
    return program


class RunningPrometheus:
    """A Prometheus that this program started."""

    def __init__(self, port: int) -> None:
        self._port = port

    def query(self, expression: str) -> list[Sample]:
        """Evaluate an instant query. An expression that does not parse fails the test with Prometheus' message."""
        answer = self._get("/api/v1/query?" + urllib.parse.urlencode({"query": expression}))
        assert answer["status"] == "success", f"{expression}: {answer.get('error')}"
        result = answer["data"]
        found = [{"metric": {}, "value": result["result"]}] if result["resultType"] == "scalar" else result["result"]
        return [Sample(series["metric"], float(series["value"][1])) for series in found]

    def alerts(self) -> dict[str, tuple[str, str]]:
        """Return health and state of each alert rule, by name."""
        groups = self._get("/api/v1/rules?type=alert")["data"]["groups"]
        return {rule["name"]: (rule["health"], rule["state"]) for group in groups for rule in group["rules"]}

    def await_data(self, expression: str, *, timeout_s: float = START_S_MAX) -> list[Sample]:
        """Return the first answer that holds a number; fails when there is none in time."""
        deadline = time.monotonic() + timeout_s
        while True:
            found = [sample for sample in self.query(expression) if not math.isnan(sample.value)]
            if found:
                return found
            assert time.monotonic() < deadline, f"no data for: {expression}"
            time.sleep(_POLL_S)

    def answers(self) -> bool:
        """Tell whether it is ready to be asked."""
        try:
            self._get("/api/v1/status/runtimeinfo")
        except (OSError, http.client.HTTPException, ValueError):
            return False
        return True

    def _get(self, path: str) -> dict:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@contextlib.contextmanager
def running_prometheus(directory: Path, targets: Sequence[str]) -> Iterator[RunningPrometheus]:
    """Run Prometheus with the deployed configuration, but these targets (`host:port`) and a faster pace."""
    program = prometheus_program("prometheus")
    yaml = YAML(typ="safe")
    configuration = yaml.load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    configuration["global"] = dict.fromkeys(
        ("scrape_interval", "scrape_timeout", "evaluation_interval"), SCRAPE_INTERVAL
    )
    configuration["rule_files"] = [str(RULES)]
    configuration["scrape_configs"][0]["static_configs"] = [{"targets": list(targets)}]
    text = StringIO()
    yaml.dump(configuration, text)
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / "prometheus.yml"
    file.write_text(text.getvalue(), encoding="utf-8")
    port = free_port()
    command = [
        program,
        f"--config.file={file}",
        f"--storage.tsdb.path={directory / 'storage'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    ]
    with (directory / "prometheus.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as child:
        try:
            running = RunningPrometheus(port)
            deadline = time.monotonic() + START_S_MAX
            while not running.answers():
                assert child.poll() is None, (directory / "prometheus.log").read_text(encoding="utf-8")
                assert time.monotonic() < deadline, "Prometheus does not answer"
                time.sleep(_POLL_S)
            yield running
        finally:
            child.terminate()
            child.wait(START_S_MAX)


def dashboard_queries() -> dict[str, str]:
    """Return every query of the dashboard by `panel / legend`, with Grafana's variables filled in."""
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return {
        f"{panel['title']} / {target['legendFormat'] or target['refId']}": _filled(target["expr"])
        for panel in dashboard["panels"]
        for target in panel.get("targets", [])
    }


def alert_expressions() -> dict[str, str]:
    """Return the expression of every alert by its name."""
    groups = YAML(typ="safe").load(RULES.read_text(encoding="utf-8"))["groups"]
    return {rule["alert"]: rule["expr"] for group in groups for rule in group["rules"]}


def selectors(expression: str) -> list[str]:
    """Return the series that an expression reads: metric names with their matchers."""
    return re.findall(r"\b(?:redaction|process)_[a-z_]+(?:\{[^}]*\})?|\bup\{[^}]*\}", expression)


def _filled(expression: str) -> str:
    for name, value in {"$__rate_interval": RATE_INTERVAL, "$instance": ".*", "$purpose": ".*"}.items():
        expression = expression.replace(name, value)
    return expression
