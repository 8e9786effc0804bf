"""Commands that speak to a broker, on one in memory: what they say, what they never say, and how they end."""

import json

import msgspec
import pytest

from pipeline.cli.exits import ExitCode
from pipeline.errors import Reason, RejectedEvent
from pipeline.event.dead_letter import seal
from pipeline.event.privacy_request import RequestResult, decode_request
from pipeline.event.records import Position, SourceRecord
from pipeline.operations.broker import OutgoingRecord, Partition
from pipeline.operations.topics import create, plan
from pipeline.policy.shipped import find_policy
from pipeline.settings import Settings
from tests.support.command_line import redact
from tests.support.events import event_bytes, key_ring, write_key_file
from tests.support.fake_broker import FakeBroker

SETTINGS = Settings()
TOPICS = SETTINGS.topics
SECRET = "zyx.wvu@example.com"
pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning")


@pytest.fixture
def empty(monkeypatch):
    """Return the broker that every command of the test finds, without topics."""
    broker = FakeBroker()
    monkeypatch.setattr("pipeline.operations.kafka_broker.KafkaBroker", lambda _kafka: broker)
    return broker


@pytest.fixture
def broker(empty):
    """Return the broker with every topic."""
    create(empty, plan(SETTINGS, ("analytics", "quality")))
    return empty


@pytest.fixture
def keys(tmp_path, monkeypatch):
    monkeypatch.setenv("REDACT_KEYS_FILE", str(write_key_file(tmp_path / "redact.keys")))
    return key_ring()


@pytest.fixture
def answering(broker):
    """Return the broker with a worker that answers each request as told; and the requests it saw."""
    seen = []

    def answer():
        record = broker.logs[Partition(TOPICS.requests, 0)][-1]
        request = decode_request(record.value)
        seen.append(request)
        result = RequestResult(
            schema_version=1,
            request_id=request.request_id,
            accepted=request.evidence != "refuse",
            reason=None if request.evidence != "refuse" else Reason.UNKNOWN_TENANT,
        )
        broker.append(OutgoingRecord(TOPICS.request_results, record.key, msgspec.json.encode(result), 0))

    broker.before_poll = answer
    return seen


BROKEN = b'{"text": "' + SECRET.encode() + b'\x1b[2J"'


def dead_letter(broker, keys, value=BROKEN, reason=Reason.INVALID_JSON):
    position = Position(TOPICS.raw, 0, 7, 1_770_000_000_000)
    letter_id, sealed = seal(SourceRecord(position, b"c-1", value), position, RejectedEvent(reason), keys)
    broker.append(OutgoingRecord(TOPICS.dead_letters, letter_id.encode(), sealed, 0))
    return letter_id


def test_topics_are_created_once_and_then_fit(empty):
    first, second = redact("topics", "create"), redact("topics", "create")
    assert first.stdout.count("created  ") == 9
    assert second.stdout.count("exists   ") == 9
    checked = redact("topics", "check")
    assert (checked.exit_code, checked.stdout.splitlines()[-1]) == (ExitCode.DONE, "the topics fit")
    assert json.loads(redact("topics", "check", "--json").stdout)["sound"]


def test_missing_topics_are_a_problem_with_a_remedy(empty):
    checked = redact("topics", "check")
    assert checked.exit_code == ExitCode.FOUND
    assert "run `redact topics create`" in checked.stdout


def test_topics_follow_the_purposes_of_the_policy(empty):
    made = [json.loads(line) for line in redact("topics", "create", "--policy", "pci", "--json").stdout.splitlines()]
    assert [one["topic"] for one in made if one["role"] == "sanitized"] == [SETTINGS.sanitized_topic("quality")]


def test_events_are_published_keyed_by_conversation(broker, tmp_path):
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"\n".join(event_bytes(f"turn {number}", event_id=f"e{number}") for number in range(3)))
    ended = redact("publish", file)
    records = [record for at, log in broker.logs.items() for record in log if at.topic == TOPICS.raw]
    assert ended.exit_code == ExitCode.DONE
    assert {record.key for record in records} == {b"conversation-1"}
    assert len(records) == 3
    assert "3 records" in ended.stdout


def test_whole_conversations_need_a_tenant_where_the_policy_has_several(broker):
    line = json.dumps({"id": "c-9", "known": {"email": SECRET}, "turns": [{"speaker": "user", "text": "hi"}] * 2})
    refused = redact("publish", "-", stdin=line)
    assert refused.exit_code == ExitCode.MISUSED
    assert "acme, demo" in refused.stderr
    sent = redact("publish", "-", "--tenant", "demo", "--json", stdin=line)
    assert json.loads(sent.stdout)["records"] == 2
    (log,) = [log for at, log in broker.logs.items() if at.topic == TOPICS.raw and log]
    assert json.loads(log[0].value)["subject"] == {"email": SECRET}


def test_a_line_that_is_no_event_stops_everything_and_is_not_quoted(broker):
    stdin = event_bytes("fine") + b"\n" + event_bytes(SECRET, channel=SECRET) + b"\n"
    refused = redact("publish", "-", stdin=stdin)
    assert refused.exit_code == ExitCode.MISUSED
    assert "stdin:2: channel: wrong type" in refused.stderr
    assert SECRET not in refused.output
    assert not any(log for at, log in broker.logs.items() if at.topic == TOPICS.raw)


def test_a_lenient_publication_sends_it_and_ends_with_1(broker):
    ended = redact("publish", "-", "--lenient", stdin=b"{broken\n" + event_bytes())
    assert ended.exit_code == ExitCode.FOUND
    assert "1 of them are no events" in ended.stdout


def test_a_forged_dead_letter_is_left_out_of_all_and_counted(broker, keys):
    forged = dead_letter(broker, keys, b"{}", Reason.REPLAY_FORGED)
    ended = redact("dead-letters", "replay", "--all")
    assert ended.exit_code == ExitCode.FOUND
    assert f"0 on {TOPICS.raw} again, 1 refused" in ended.stdout
    assert f"{forged}: it came with a forged replay header" in ended.stderr


@pytest.mark.parametrize(("command", "choice"), [("add", "out"), ("remove", "in")])
def test_an_opt_out_is_asked_for_without_the_identifier_on_any_stream(answering, command, choice):
    ended = redact("opt-out", command, "--kind", "email", "--tenant", "acme", stdin=f"{SECRET}\n")
    (request,) = answering
    assert ended.exit_code == ExitCode.DONE
    assert (request.identifier, request.choice, list(request.purposes)) == (SECRET, choice, ["*"])
    assert "accepted" in ended.stdout
    assert SECRET not in ended.output


def test_purposes_file_and_evidence_of_an_opt_out(answering, tmp_path):
    file = tmp_path / "id.txt"
    file.write_text(f" {SECRET} \n", encoding="utf-8")
    options = ["--kind", "email", "--tenant", "acme", "--file", file, "--purpose", "quality", "--evidence", "T-17"]
    ended = redact("opt-out", "add", *options, "--json")
    assert json.loads(ended.stdout)["accepted"]
    assert (answering[0].identifier, list(answering[0].purposes), answering[0].evidence) == (
        SECRET,
        ["quality"],
        "T-17",
    )


def test_a_refused_opt_out_ends_with_1(answering):
    options = ["--kind", "email", "--tenant", "acme", "--evidence", "refuse"]
    ended = redact("opt-out", "add", *options, stdin=SECRET)
    assert ended.exit_code == ExitCode.FOUND
    assert "refused, unknown_tenant" in ended.stderr


def test_an_opt_out_that_no_worker_answers_ends_with_3(broker):
    ended = redact("opt-out", "add", "--kind", "email", "--tenant", "acme", "--wait", "0.1", stdin=SECRET)
    assert ended.exit_code == ExitCode.UNAVAILABLE
    assert "is one running?" in ended.stderr
    assert SECRET not in ended.output


@pytest.mark.parametrize("stdin", [b"", b" \n", b"\xff", f"{SECRET}\nsomebody@example.com".encode()])
def test_what_is_not_one_identifier_is_refused_unquoted(broker, stdin):
    ended = redact("opt-out", "add", "--kind", "email", "--tenant", "acme", stdin=stdin)
    assert ended.exit_code == ExitCode.MISUSED
    assert "must hold one email" in ended.stderr
    assert SECRET not in ended.output


@pytest.mark.parametrize("command", ["add", "remove"])
@pytest.mark.parametrize(
    ("kind", "slip"), [("email", "not an email"), ("email", "sam@examplecom"), ("phone", "abc"), ("phone", "12")]
)
def test_a_slip_that_no_event_can_match_is_refused_unquoted_and_not_sent(broker, command, kind, slip):
    ended = redact("opt-out", command, "--kind", kind, "--tenant", "acme", stdin=slip)
    assert ended.exit_code == ExitCode.MISUSED
    assert f"{kind}: must be" in ended.stderr
    assert slip not in ended.output
    assert not any(log for at, log in broker.logs.items() if at.topic == TOPICS.requests)


@pytest.fixture
def broken_policy(tmp_path, monkeypatch):
    """Have the settings name a policy with two mistakes; return a good copy of it."""
    good, broken = tmp_path / "good.yaml", tmp_path / "broken.yaml"
    content = find_policy("analytics").read_text(encoding="utf-8")
    good.write_text(content, encoding="utf-8")
    broken.write_text(content.replace("default_region: US", "default_region: 7\nnaems: 1"), encoding="utf-8")
    monkeypatch.setenv("REDACT_POLICY", str(broken))
    return good


@pytest.mark.parametrize("command", [("opt-out", "add", "--kind", "email"), ("audit",), ("publish", "-")])
def test_a_policy_that_is_being_mended_is_told_with_what_helps_meanwhile(broken_policy, broker, keys, command):
    ended = redact(*command, stdin=SECRET)
    assert ended.exit_code == ExitCode.MISUSED
    assert ended.stderr.count("error: ") >= 3
    assert "workers that run keep the last good one" in ended.stderr
    assert "--policy" in ended.stderr


def test_an_opt_out_under_a_copy_of_the_last_good_policy_goes_through(broken_policy, answering):
    options = ["--kind", "email", "--tenant", "acme", "--policy", broken_policy]
    assert redact("opt-out", "add", *options, stdin=SECRET).exit_code == ExitCode.DONE
    assert answering[0].identifier == SECRET


def test_a_policy_that_was_named_is_told_without_more(broken_policy, tmp_path):
    ended = redact("opt-out", "add", "--kind", "email", "--policy", tmp_path / "broken.yaml", stdin=SECRET)
    assert ended.exit_code == ExitCode.MISUSED
    assert "workers that run" not in ended.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--tenant", "nobody"],
        [],
        ["--tenant", "acme", "--purpose", "sales"],
        ["--tenant", "acme", "--evidence", "she said so"],
    ],
)
def test_an_opt_out_of_an_unknown_tenant_or_purpose_is_wrong_usage(broker, options):
    ended = redact("opt-out", "add", "--kind", "email", *options, stdin=SECRET)
    assert ended.exit_code == ExitCode.MISUSED
    assert SECRET not in ended.output


def test_somebody_who_is_not_listed_is_in(broker, keys):
    ended = redact("opt-out", "status", "--kind", "email", "--tenant", "acme", stdin=SECRET)
    assert ended.stdout == "analytics: in\nquality: in\n"
    told = json.loads(redact("opt-out", "status", "--kind", "email", "--tenant", "acme", "--json", stdin=SECRET).stdout)
    assert told["listed"] is False


def test_dead_letters_are_listed_without_keys(broker):
    letter_id = dead_letter(broker, key_ring())
    ended = redact("dead-letters", "list")
    assert letter_id in ended.stdout
    assert "invalid_json" in ended.stdout
    assert "1 waiting, 0 replayed" in ended.stdout
    (line,) = redact("dead-letters", "list", "--json").stdout.splitlines()
    assert json.loads(line)["id"] == letter_id


def test_a_dead_letter_is_not_opened_into_a_pipe_unless_asked_for(broker, keys):
    letter_id = dead_letter(broker, keys)
    refused = redact("dead-letters", "show", letter_id)
    assert refused.exit_code == ExitCode.MISUSED
    assert "--reveal" in refused.stderr
    assert SECRET not in refused.output


def test_an_opened_dead_letter_cannot_steer_the_terminal(broker, keys):
    letter_id = dead_letter(broker, keys)
    shown = redact("dead-letters", "show", letter_id, "--reveal")
    assert SECRET in shown.stdout
    assert "\x1b" not in shown.stdout
    told = json.loads(redact("dead-letters", "show", letter_id, "--reveal", "--json").stdout)
    assert (told["key"], told["reason"], told["offset"]) == ("c-1", "invalid_json", 7)


def test_a_dead_letter_under_other_keys_stays_shut(broker, keys):
    letter_id = dead_letter(broker, key_ring("other"))
    ended = redact("dead-letters", "show", letter_id, "--reveal")
    assert ended.exit_code == ExitCode.MISUSED
    assert "cannot be read with these keys" in ended.stderr


def test_a_dead_letter_that_is_not_there_is_wrong_usage(broker, keys):
    assert redact("dead-letters", "show", "0" * 32, "--reveal").exit_code == ExitCode.MISUSED


def test_letters_are_replayed_onto_the_raw_topic(broker, keys):
    letter_id = dead_letter(broker, keys)
    ended = redact("dead-letters", "replay", letter_id)
    (record,) = broker.logs[Partition(TOPICS.raw, 0)]
    assert ended.exit_code == ExitCode.DONE
    assert (record.key, [name for name, _ in record.headers]) == (b"c-1", ["redact-replay"])


def test_a_refused_replay_ends_with_1(broker, keys):
    dead_letter(broker, keys, value=None, reason=Reason.NULL_VALUE)
    ended = redact("dead-letters", "replay", "--all", "--json")
    assert ended.exit_code == ExitCode.FOUND
    assert json.loads(ended.stdout)["replayed"] == 0


@pytest.mark.parametrize("arguments", [[], ["--all", "0" * 32]])
def test_a_replay_needs_ids_or_all(broker, keys, arguments):
    assert redact("dead-letters", "replay", *arguments).exit_code == ExitCode.MISUSED


def test_an_audit_of_nothing_is_complete_and_is_sealed(broker, keys, tmp_path):
    key, seal_file = tmp_path / "auditor.key", tmp_path / "receipts.seal"
    assert redact("audit", "--make-key", "--signing-key", key).exit_code == ExitCode.DONE
    sealing = ["audit", "--checkpoint", seal_file, "--signing-key", key]
    assert "sealed and signed" in redact(*sealing).stdout
    verified = redact("audit", "--checkpoint", seal_file, "--public-key", f"{key}.pub", "--json")
    assert verified.exit_code == ExitCode.DONE
    assert json.loads(verified.stdout)["checkpoint_renewed"] is False


def test_an_audit_finds_a_raw_record_without_a_receipt(broker, keys):
    broker.append(OutgoingRecord(TOPICS.raw, b"c-1", event_bytes(), 0))
    broker.group_offsets[SETTINGS.worker.group, TOPICS.raw] = {0: 1}
    ended = redact("audit")
    assert ended.exit_code == ExitCode.FOUND
    assert "receipt_missing: 1" in ended.stdout
    assert "not complete" in ended.stdout


@pytest.mark.parametrize(
    "arguments", [["--make-key"], ["--signing-key", "k"], ["--checkpoint", "c"], ["--public-key", "k"]]
)
def test_an_audit_is_told_what_its_options_need(broker, keys, arguments):
    assert redact("audit", *arguments).exit_code == ExitCode.MISUSED
