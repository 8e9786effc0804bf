"""Runs `redact` in this process, and as a real one."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from typer.testing import CliRunner, Result

from pipeline.cli import app

ROOT = Path(__file__).parents[2]


def redact(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    """Run the command line in this process, without a terminal."""
    return CliRunner(env={"COLUMNS": "200", "TERM": "dumb"}).invoke(app, list(map(str, arguments)), input=stdin)


def spawn_redact(
    *arguments: str | Path, stdin: bytes = b"", environment: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m pipeline` as a process of its own, without the settings of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("REDACT_")}
    command: Sequence[str] = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        env={**clean, **(environment or {})},
        cwd=cwd,
        timeout=120,
        check=False,
    )
