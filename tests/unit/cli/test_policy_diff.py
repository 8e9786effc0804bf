"""`redact policy diff`: what another policy decides, and what it would change in a file of events."""

import gzip
import json

import pytest

from pipeline.cli.exits import ExitCode
from pipeline.policy.shipped import find_policy
from tests.support.command_line import redact
from tests.support.events import event_dict

CHAT = {
    "id": "chat/1",
    "known": {"email": "kestrel@example.com"},
    "turns": [
        {"speaker": "agent", "text": "How can I help?"},
        {"speaker": "user", "text": "Write to kestrel@example.com, order number 8841-2207."},
        {"speaker": "user", "text": "Again: kestrel@example.com"},
    ],
}
ALIKE = {"analytics": {"before": 3, "after": 3}, "quality": {"before": 3, "after": 3}}


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_bytes(find_policy("analytics").read_bytes())
    return path


@pytest.fixture
def chats(tmp_path):
    path = tmp_path / "chats.jsonl"
    path.write_text(json.dumps(CHAT) + "\n", encoding="utf-8")
    return path


def changed(path, old, new):
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
    return path


def over(chats, *arguments, old="analytics", new="analytics"):
    """Return how a comparison over conversations ended, and what it told."""
    ended = redact("policy", "diff", old, new, chats, "--no-names", "--json", *arguments)
    return ended, json.loads(ended.stdout) if ended.stdout else None


def rows(told, purpose="analytics"):
    return [
        tuple(row[name] for name in ("effect", "label", "before", "after", "count"))
        for row in told["changes"]
        if row["purpose"] == purpose
    ]


def test_decisions_that_differ_are_shown_and_end_with_1(mine):
    changed(mine, "CREDIT_CARD: {mask: {keep_last: 4}}", "CREDIT_CARD: redact")
    ended = redact("policy", "diff", "analytics", mine, "--json")
    assert ended.exit_code == ExitCode.FOUND
    assert {"purpose": "analytics", "subject": "label", "name": "CREDIT_CARD"} | {
        "before": "mask keep_last 4",
        "after": "redact",
    } in [json.loads(line) for line in ended.stdout.splitlines()]


def test_policies_that_decide_alike_end_with_0():
    ended = redact("policy", "diff", "analytics", "analytics")
    assert (ended.exit_code, ended.stdout) == (ExitCode.DONE, "both decide alike\n")


def test_over_a_file_alike_means_that_nothing_would_change(chats):
    ended, told = over(chats)
    assert ended.exit_code == ExitCode.DONE
    assert told == {"turns": 3, "published": ALIKE, "changes": []}


def test_another_operator_is_counted_by_purpose_and_label(chats, mine):
    """Each place where the value stands, in the purposes whose operator it is: `quality` is like `analytics`."""
    changed(mine, "EMAIL: tokenize", "EMAIL: redact")
    ended, told = over(chats, new=mine)
    assert ended.exit_code == ExitCode.FOUND
    assert rows(told) == rows(told, "quality") == [("operator", "EMAIL", "tokenize", "redact", 2)]


def test_a_setting_can_be_changed_without_writing_a_policy(chats):
    """A purpose alone, with a parameter; a mapping that the policy does not have is made."""
    _, told = over(chats, "--set", "purposes.quality.labels.ORDER_ID={mask: {keep_last: 2}}")
    assert rows(told) == []
    assert rows(told, "quality") == [("operator", "ORDER_ID", "tokenize", "mask keep_last 2", 1)]


def test_what_only_one_policy_finds_is_counted_on_its_side(chats):
    """A threshold that leaves orders in clear, both ways round."""
    stricter = ("--set", "detection.score_min.ORDER_ID=1")
    assert rows(over(chats, *stricter)[1]) == [("only before", "ORDER_ID", "tokenize", None, 1)]


def test_what_is_found_and_kept_counts_as_not_found(chats):
    """It leaves in clear either way."""
    _, told = over(chats, "--set", "purposes.analytics.labels.ORDER_ID=keep")
    assert rows(told) == [("only before", "ORDER_ID", "tokenize", None, 1)]


def test_turns_that_only_one_policy_publishes_are_counted_by_outcome(chats):
    """Their findings are not: there is nothing to compare them with."""
    _, told = over(chats, "--set", "names.en=off", "--set", "names={de: off}")
    assert rows(told) == [("outcome", None, "published", "withheld: no_names_tier", 3)]
    assert told["published"]["analytics"] == {"before": 3, "after": 0}


def test_a_purpose_that_one_of_them_lacks_is_an_outcome(chats):
    _, told = over(chats, new="pci")
    assert rows(told)[0] == ("outcome", None, "published", "no such purpose", 3)


def test_events_and_packed_files_are_read_as_publish_reads_them(chats, tmp_path):
    path = tmp_path / "events.jsonl.gz"
    event = event_dict("Write to kestrel@example.com", subject={"customer_id": "c-1"})
    path.write_bytes(gzip.compress(json.dumps(event).encode() + b"\n" + chats.read_bytes()))
    _, told = over(path, "--set", "purposes.analytics.labels.EMAIL=redact")
    assert told["turns"] == 4
    assert rows(told) == [("operator", "EMAIL", "tokenize", "redact", 3)]


def test_a_line_that_is_neither_is_refused_by_its_number_without_its_content(chats):
    chats.write_text(chats.read_text(encoding="utf-8") + '{"kestrel": 1}\n', encoding="utf-8")
    ended, told = over(chats)
    assert (ended.exit_code, told) == (ExitCode.MISUSED, None)
    assert f"{chats}:2: " in ended.stderr
    assert "kestrel" not in ended.stderr


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("detection.score_min.PERSN=0.6", "did you mean `PERSON`?"),
        ("detection.score_min.PERSON=often", "from 0 to 1"),
        ("purposes.quality.labels.EMAIL=keep", "it never leaves in clear"),
        ("names.en", "must be SETTING=VALUE"),
        ("names..en=off", "must be SETTING=VALUE"),
        ("names.en={", "must be YAML"),
    ],
)
def test_a_setting_that_no_policy_may_have_is_refused(chats, setting, problem):
    """As in a file: nothing is compared with a policy that would be refused."""
    ended, told = over(chats, "--set", setting)
    assert (ended.exit_code, told) == (ExitCode.MISUSED, None)
    assert problem in ended.stderr


def test_values_are_shown_to_a_person_alone(chats, monkeypatch):
    """Without a terminal, or for a script, asking for them is refused; without asking, none is shown."""
    arguments = (
        "policy",
        "diff",
        "analytics",
        "analytics",
        chats,
        "--no-names",
        "--set",
        "detection.score_min.ORDER_ID=1",
    )
    for more in ((), ("--json",)):
        refused = redact(*arguments, "--show-values", *more)
        assert (refused.exit_code, refused.stdout) == (ExitCode.MISUSED, "")
        assert "on a terminal alone" in refused.stderr
    quiet = redact(*arguments)
    assert quiet.exit_code == ExitCode.FOUND
    assert "8841" not in quiet.output
    monkeypatch.setattr("pipeline.cli.policy_diff.on_terminal", lambda: True)
    shown = redact(*arguments, "--show-values")
    assert f"{chats}:1, turn 2: analytics, only before ORDER_ID: '8841-2207'" in shown.stdout


def test_a_role_changes_the_turns_of_its_authors_alone(tmp_path):
    """The same words of an agent and of a customer."""
    path = tmp_path / "both.jsonl"
    said = "Order number 8841-2207."
    turns = [{"speaker": speaker, "text": said} for speaker in ("agent", "customer")]
    path.write_text(json.dumps({"id": "both", "known": {"customer_id": "c-1"}, "turns": turns}), encoding="utf-8")
    _, told = over(path, "--set", "purposes.quality.roles.agent.labels.ORDER_ID=keep")
    assert rows(told, "quality") == [("only before", "ORDER_ID", "tokenize", None, 1)]
