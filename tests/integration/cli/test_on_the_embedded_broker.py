"""A session at the command line: real processes, the embedded broker, one worker; exit codes as scripts see them."""

import json
import signal
import subprocess
import sys
import time
from uuid import uuid4

import pytest

from pipeline.demo.brokers import free_port
from tests.support.command_line import ROOT, spawn_redact
from tests.support.events import event_bytes

pytestmark = pytest.mark.tansu
PERSON = "zyx.wvu@example.com"
READY_S_MAX = 90.0
DONE_S_MAX = 60.0


@pytest.fixture
def config(tmp_path, tansu_bootstrap):
    """Return a settings file whose topics and group no other test uses."""
    run = uuid4().hex[:8]
    topics = ("raw", "dead_letters", "receipts", "state", "requests", "request_results", "opt_outs")
    path = tmp_path / "redact.toml"
    path.write_text(
        f'keys_file = "{tmp_path / "redact.keys"}"\n'
        f'[kafka]\nbootstrap_servers = "{tansu_bootstrap}"\nsecurity_protocol = "PLAINTEXT"\nallow_plaintext = true\n'
        'delivery = "at_least_once"\nsession_timeout_ms = 4000\nheartbeat_interval_ms = 1000\n'
        f'[topics]\nsanitized_prefix = "{run}.sanitized."\npartitions = 2\n'
        + "".join(f'{name} = "{run}.{name}"\n' for name in topics)
        + f'[worker]\ngroup = "{run}"\nstate_directory = "{tmp_path / "worker"}"\n'
        f"[telemetry]\nport = {free_port()}\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def session(config):
    """Return what runs a command and checks its exit code; stdout comes back as text, stderr must hold no value."""

    def run(*arguments, code=0, stdin=b""):
        ended = spawn_redact("--config", config, *arguments, stdin=stdin)
        assert ended.returncode == code, ended.stderr.decode()
        assert PERSON not in ended.stderr.decode()
        assert b"Traceback" not in ended.stderr
        return ended.stdout.decode()

    return run


@pytest.fixture
def worker(config, tmp_path):
    """Return what starts the worker; whatever was started is ended after the test."""
    started = []

    def start():
        with (tmp_path / "worker.log").open("wb") as log:
            command = [sys.executable, "-m", "pipeline", "worker", "--config", str(config)]
            started.append(subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(condition, within_s):
    """Poll until the condition holds, or fail."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


def test_a_session_from_keys_to_audit(session, worker, config):
    """Keys, topics, a worker, an opt-out, events among them a broken one, dead letters, audit, and a quiet end."""
    session("topics", "check", code=1)
    session("keys", "make", config.with_name("redact.keys"))
    session("topics", "create")
    assert json.loads(session("topics", "check", "--json"))["sound"]
    session("health", code=3)
    process = worker()
    until(lambda: spawn_redact("--config", config, "health").returncode == 0, READY_S_MAX)

    person = ("--kind", "email", "--tenant", "acme")
    assert "accepted" in session("opt-out", "add", *person, stdin=f"{PERSON}\n".encode())
    assert session("opt-out", "status", *person, stdin=PERSON.encode()) == "analytics: out\nquality: out\n"

    events = [
        event_bytes("call +1 202 555 0143", event_id="e1", conversation_id="in"),
        event_bytes("never to be seen", event_id="e2", conversation_id="out", subject={"email": PERSON}),
        event_bytes("still not to be seen", event_id="e3", conversation_id="out"),
        b'{"text": "' + PERSON.encode(),
    ]
    session("publish", "-", "--lenient", code=1, stdin=b"\n".join(events))

    def counts():
        report = json.loads(spawn_redact("--config", config, "audit", "--json").stdout)["report"]
        return report["counts"]

    until(lambda: counts()["receipts"] == 4, DONE_S_MAX)
    assert {name: counts()[name] for name in ("raw_records", "sanitized", "withheld", "dead_lettered")} == {
        "raw_records": 4,
        "sanitized": 2,
        "withheld": 4,
        "dead_lettered": 1,
    }
    assert "complete" in session("audit")

    (letter,) = map(json.loads, session("dead-letters", "list", "--json").splitlines())
    assert letter["reason"] == "invalid_json"
    session("dead-letters", "show", letter["id"], code=2)
    assert PERSON in session("dead-letters", "show", letter["id"], "--reveal")
    session("dead-letters", "replay", letter["id"])

    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert PERSON not in config.with_name("worker.log").read_text(encoding="utf-8")
