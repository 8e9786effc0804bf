"""Every command explains itself with an example, and ends with the exit code that its outcome has."""

import json
import logging
import shlex

import pytest
import typer
from typer.main import get_command

import pipeline
from pipeline.cli import COMMANDS, GROUPS, app, main
from pipeline.cli.examples import EXAMPLES
from pipeline.cli.exits import ExitCode, hoisted
from pipeline.errors import Unavailable
from tests.support.command_line import redact

NAMES = [name for name, _ in COMMANDS] + [f"{group} {name}" for group, _, members in GROUPS for name, _ in members]


def test_the_commands_are_those_of_the_design():
    single = {"demo", "worker", "publish", "text", "detect", "evaluate", "audit", "health", "bench"}
    groups = {
        "topics": {"create", "check"},
        "policy": {"check", "test", "explain", "diff"},
        "opt-out": {"add", "remove", "status"},
        "keys": {"make", "check", "rotate"},
        "dead-letters": {"list", "show", "replay"},
    }
    assert {name for name, _ in COMMANDS} == single
    assert {group: {name for name, _ in members} for group, _, members in GROUPS} == groups


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_a_command_says_what_it_does_and_shows_an_example(name):
    shown = redact(*name.split(), "--help")
    assert shown.exit_code == ExitCode.DONE
    for example in EXAMPLES[name]:
        assert f"Example: {example}" in " ".join(shown.stdout.split())


def test_every_example_belongs_to_a_command():
    assert sorted(EXAMPLES) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_uses_arguments_that_its_command_has(name):
    for example in EXAMPLES[name]:
        words = shlex.split(example.rpartition("| ")[2])
        assert words[0] == "redact"
        command = get_command(app)
        rest = hoisted(words[1:])
        rest = rest[2:] if rest[0] == "--config" else rest
        for part in name.split():
            assert rest.pop(0) == part
            command = command.commands[part]
        command.make_context(name, rest, resilient_parsing=False)


@pytest.mark.parametrize("arguments", [(), ("topics",), ("policy",), ("keys",), ("opt-out",), ("dead-letters",)])
def test_without_a_command_the_help_is_shown(arguments):
    shown = redact(*arguments)
    assert "Usage:" in shown.output


def test_the_help_of_the_program_tells_the_exit_codes():
    assert "0 done, 1 found a problem, 2 wrong usage or configuration, 3" in " ".join(redact("--help").stdout.split())


def test_the_version_is_told():
    assert redact("--version").stdout == f"redact {pipeline.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("polcy",),
        ("text", "--no-such-option"),
        ("detect",),
        ("publish",),
        ("opt-out", "add", "--kind", "name"),
        ("dead-letters", "show"),
        ("demo", "--broker", "none"),
        ("evaluate", "--min-score", "high"),
    ],
)
def test_wrong_usage_ends_with_2(arguments):
    assert redact(*arguments).exit_code == ExitCode.MISUSED


def test_every_problem_of_the_settings_is_told_and_no_value(monkeypatch, tmp_path):
    config = tmp_path / "redact.toml"
    config.write_text('[kafka]\nbroker = "hunter2"\nsession_timeout_ms = "hunter2"\n', encoding="utf-8")
    monkeypatch.setenv("REDACT_TOPICS_PARTITIONS", "hunter2")
    ended = redact("topics", "check", "--config", config)
    assert ended.exit_code == ExitCode.MISUSED
    assert ended.stdout == ""
    assert ended.stderr.count("error: ") == 3
    assert "hunter2" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_redact_toml_is_read_where_it_exists(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "redact.toml").write_text('policy = "pci"\n', encoding="utf-8")
    assert "pci@" in redact("policy", "check").stdout


def test_a_dependency_that_does_not_answer_ends_with_3(monkeypatch):
    def refuse(_kafka):
        raise Unavailable("broker:9092: describe topics: KafkaTimeoutError; is the broker running?")

    monkeypatch.setattr("pipeline.operations.kafka_broker.KafkaBroker", refuse)
    ended = redact("topics", "check")
    assert ended.exit_code == ExitCode.UNAVAILABLE
    assert ended.stderr == "error: broker:9092: describe topics: KafkaTimeoutError; is the broker running?\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["worker", "--config", "f"], ["--config", "f", "worker"]),
        (["policy", "check", "--config=f", "x"], ["--config=f", "policy", "check", "x"]),
        (["text", "--", "--config", "f"], ["text", "--", "--config", "f"]),
        (["text", "--config"], ["--config", "text"]),
    ],
)
def test_config_may_stand_anywhere(arguments, expected):
    assert hoisted(arguments) == expected


def test_a_defect_is_told_by_its_place_and_never_by_what_it_holds(monkeypatch, capsys):
    """A traceback could show a record."""

    def crash():
        raise KeyError("jo@example.com")

    broken = typer.Typer(pretty_exceptions_enable=False)
    broken.command()(crash)
    monkeypatch.setattr("pipeline.cli.app", broken)
    monkeypatch.setattr("sys.argv", ["redact"])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    assert ended.value.code == 70
    assert "KeyError" in told
    assert "jo@example.com" not in told


def test_the_worker_runs_with_the_settings_and_its_status_is_the_exit_code(monkeypatch):
    ran = []

    def run_worker(settings, environment):
        ran.append((settings.worker.slot, environment["REDACT_WORKER_SLOT"]))
        return 1

    monkeypatch.setattr("pipeline.bootstrap.run_worker", run_worker)
    monkeypatch.setenv("REDACT_WORKER_SLOT", "east-1")
    assert redact("worker").exit_code == 1
    assert ran == [("east-1", "east-1")]


def test_shell_completion_is_offered(monkeypatch):
    monkeypatch.setattr("shellingham.detect_shell", lambda: ("bash", "/bin/bash"), raising=False)
    shown = redact("--show-completion", "bash")
    assert shown.exit_code == ExitCode.DONE
    assert "_REDACT_COMPLETE" in shown.output


def test_commands_leave_the_log_alone():
    before = logging.getLogger().handlers[:]
    assert json.loads(redact("policy", "check", "--json").stdout)["good"]
    assert logging.getLogger().handlers == before


@pytest.mark.parametrize(("arguments", "broker"), [((), "embedded"), (("--broker", "kafka"), "kafka")])
def test_the_demo_runs_on_the_broker_asked_for_and_its_status_is_the_exit_code(monkeypatch, arguments, broker):
    ran = []

    def run_demo(name, *, keep):
        ran.append(name)
        return 1

    monkeypatch.setattr("pipeline.demo.run.run_demo", run_demo)
    assert redact("demo", *arguments).exit_code == ExitCode.FOUND
    assert ran == [broker]


@pytest.mark.parametrize(("arguments", "json_asked"), [((), False), (("--json",), True)])
def test_the_benchmark_is_told_how_to_show_its_figures(monkeypatch, arguments, json_asked):
    ran = []

    def run_bench(*, json, events):
        ran.append(json)
        return 0

    monkeypatch.setattr("pipeline.bench.run.run_bench", run_bench)
    assert redact("bench", *arguments).exit_code == ExitCode.DONE
    assert ran == [json_asked]
