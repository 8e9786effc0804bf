"""The program as a process of its own: exit codes, streams, and how soon something is seen."""

import json
import os
import pty
import subprocess
import sys
import time

import pytest

from pipeline.demo.brokers import free_port
from tests.support.command_line import ROOT, spawn_redact
from tests.support.events import write_key_file

PLAINTEXT = {"REDACT_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT", "REDACT_KAFKA_ALLOW_PLAINTEXT": "true"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["policy", "check"], 0),
        (["policy", "check", "no-such-policy"], 2),
        (["nonsense"], 2),
        (["worker"], 2),
        (["health", "--timeout", "1"], 3),
    ],
)
def test_a_process_ends_with_the_code_of_its_outcome(arguments, code):
    port = {"REDACT_TELEMETRY_PORT": str(free_port())}
    ended = spawn_redact(*arguments, environment=port)
    assert ended.returncode == code, ended.stderr
    assert b"Traceback" not in ended.stderr


def test_a_policy_with_problems_ends_with_1(tmp_path):
    policy = tmp_path / "mine.yaml"
    policy.write_text("name: mine\n", encoding="utf-8")
    assert spawn_redact("policy", "check", policy).returncode == 1


def test_a_broker_that_is_not_there_ends_with_3():
    environment = {**PLAINTEXT, "REDACT_KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{free_port()}"}
    ended = spawn_redact("topics", "check", environment=environment)
    assert ended.returncode == 3, ended.stderr
    assert ended.stderr.startswith(b"error: 127.0.0.1:")
    assert b"Traceback" not in ended.stderr


def test_the_worker_refuses_to_start_insecurely_and_lists_every_problem(tmp_path):
    environment = {
        "REDACT_KEYS_FILE": str(write_key_file(tmp_path / "redact.keys")),
        "REDACT_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
        "REDACT_WORKER_BATCH_RECORDS_MAX": "0",
    }
    ended = spawn_redact("worker", environment=environment)
    assert ended.returncode == 2
    assert b"not encrypted" in ended.stderr
    assert b"worker.batch_records_max: must be above 0" in ended.stderr


def test_text_keeps_results_and_notes_apart():
    ended = spawn_redact("text", "--no-names", "--json", stdin=b"write to zyx@example.com\n")
    assert json.loads(ended.stdout)["text"].startswith("write to [EMAIL_")
    assert b"throwaway keys" in ended.stderr
    assert b"zyx" not in ended.stdout + ended.stderr


def test_a_closed_pipe_is_no_defect(tmp_path):
    """As in `redact text big.txt | head -1`."""
    file = tmp_path / "big.txt"
    file.write_text("hello there\n" * 20_000, encoding="utf-8")
    command = [sys.executable, "-m", "pipeline", "text", "--no-names", str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        told = process.stderr.read()
    assert b"throwaway keys" in told
    assert b"defect" not in told
    assert b"Traceback" not in told


class Terminal:
    """A program on a terminal of its own: what it shows, and what is typed."""

    def __init__(self, *arguments, environment=None):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.environ.update(environment or {})
            os.execv(sys.executable, [sys.executable, "-m", "pipeline", *arguments])  # noqa: S606 - the fork becomes the program
        self.seen = b""

    def type(self, keys):
        os.write(self.master, keys)

    def await_text(self, text):
        deadline = time.monotonic() + 60
        while text not in self.seen:
            assert time.monotonic() < deadline, self.seen
            try:
                self.seen += os.read(self.master, 4_096)
            except OSError:  # the program ended and closed its side
                break
        assert text in self.seen

    def exit_code(self):
        _, status = os.waitpid(self.pid, 0)
        os.close(self.master)
        return os.waitstatus_to_exitcode(status)


def test_on_a_terminal_a_turn_is_answered_as_soon_as_it_is_typed():
    """And a control character that was typed does not come back as one."""
    terminal = Terminal("text", "--no-names")
    terminal.await_text(b"type a turn a line")
    terminal.type("agent: mail zyx@example.com \u009b2J please\n".encode())
    terminal.await_text(b"[EMAIL_")
    terminal.await_text(b"\\x9b2J please")
    terminal.type(b"\x04")
    assert terminal.exit_code() == 0


def test_on_a_terminal_an_identifier_is_asked_for_and_not_echoed():
    nobody = {**PLAINTEXT, "REDACT_KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{free_port()}"}
    terminal = Terminal("opt-out", "add", "--kind", "email", "--tenant", "acme", environment=nobody)
    terminal.await_text(b"email: ")
    terminal.type(b"zyx@example.com\n")
    terminal.await_text(b"error: ")
    assert terminal.exit_code() == 3
    assert b"zyx" not in terminal.seen
