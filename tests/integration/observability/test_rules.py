"""The deployed Prometheus files, as promtool sees them."""

import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.support.prometheus import DEPLOY, alert_expressions, prometheus_program

pytestmark = pytest.mark.prometheus

FOLDER = DEPLOY / "prometheus"


@pytest.mark.parametrize(
    "arguments",
    [("check", "config", "prometheus.yml"), ("check", "rules", "alerts.yml"), ("test", "rules", "alerts.test.yml")],
    ids=" ".join,
)
def test_promtool_accepts(arguments):
    """Configuration and rules are valid, and every alert fires and stays silent as its tests say."""
    program = prometheus_program("promtool")
    ended = subprocess.run([program, *arguments], cwd=FOLDER, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_alert_is_tested_for_firing_and_for_silence():
    """Both directions stand in the tests of each alert."""
    cases = _load(FOLDER / "alerts.test.yml")["tests"]
    checks = [check for case in cases for check in case.get("promql_expr_test", [])]
    for alert in alert_expressions():
        mine = [check["exp_samples"] for check in checks if f'"{alert}"' in check["expr"]]
        assert any(mine), f"{alert} is never seen to fire"
        assert not all(mine), f"{alert} is never seen to stay silent"


def test_every_alert_says_severity_summary_action_and_runbook():
    """Whoever is woken knows what is wrong and what to do."""
    runbook = (DEPLOY.parent / "docs" / "deployment.md").read_text(encoding="utf-8")
    for group in _load(FOLDER / "alerts.yml")["groups"]:
        for rule in group["rules"]:
            assert rule["labels"]["severity"] in {"critical", "warning"}
            assert rule["annotations"]["summary"].endswith(".")
            assert rule["annotations"]["action"].endswith(".")
            assert rule["annotations"]["runbook"] == f"docs/deployment.md#{rule['alert'].lower()}"
            assert f"### {rule['alert']}\n" in runbook


def _load(path: Path) -> dict:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))
