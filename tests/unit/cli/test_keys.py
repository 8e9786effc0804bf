"""`redact keys`: key files from the command line, and no key on any stream."""

import json

from pipeline.cli.exits import ExitCode
from tests.support.command_line import redact
from tests.support.events import write_key_file


def secrets_of(path):
    content = json.loads(path.read_text(encoding="utf-8"))
    return [content["fixed"], *content["rotating"].values()]


def test_make_check_and_rotate(tmp_path):
    path = tmp_path / "redact.keys"
    ended = [redact("keys", command, path) for command in ("make", "check", "rotate", "check")]
    assert [one.exit_code for one in ended] == [ExitCode.DONE] * 4
    assert "current version 2" in ended[3].stdout
    assert not any(secret in one.output for secret in secrets_of(path) for one in ended)


def test_json_tells_the_version(tmp_path):
    path = tmp_path / "redact.keys"
    assert json.loads(redact("keys", "make", path, "--json").stdout)["version"] == 1
    assert json.loads(redact("keys", "rotate", path, "--json").stdout)["version"] == 2
    assert json.loads(redact("keys", "check", path, "--json").stdout) == {"version": 2}


def test_an_existing_file_is_not_overwritten(tmp_path):
    path = write_key_file(tmp_path / "redact.keys")
    before = path.read_bytes()
    assert redact("keys", "make", path).exit_code == ExitCode.MISUSED
    assert path.read_bytes() == before


def test_check_uses_the_settings_where_no_file_is_named(tmp_path, monkeypatch):
    assert redact("keys", "check").exit_code == ExitCode.MISUSED
    monkeypatch.setenv("REDACT_KEYS_FILE", str(write_key_file(tmp_path / "redact.keys")))
    assert redact("keys", "check").exit_code == ExitCode.DONE


def test_a_file_open_to_others_is_refused_with_the_remedy(tmp_path):
    path = write_key_file(tmp_path / "redact.keys")
    path.chmod(0o644)
    ended = redact("keys", "check", path)
    assert ended.exit_code == ExitCode.MISUSED
    assert "chmod 600" in ended.stderr


def test_a_file_that_is_no_key_file_is_not_rotated(tmp_path):
    path = write_key_file(tmp_path / "redact.keys")
    path.write_text('{"rotating": {"hunter2": 1}}', encoding="utf-8")
    ended = redact("keys", "rotate", path)
    assert ended.exit_code == ExitCode.MISUSED
    assert "hunter2" not in ended.output


def test_a_rotation_that_was_cut_short_is_told(tmp_path):
    path = write_key_file(tmp_path / "redact.keys")
    path.with_name("redact.keys.new").touch()
    ended = redact("keys", "rotate", path)
    assert ended.exit_code == ExitCode.MISUSED
    assert "redact.keys.new must not exist" in ended.stderr
