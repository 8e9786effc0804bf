"""`redact detect` and `redact evaluate`: offsets for people who measure."""

import gzip
import json

import pytest

from pipeline.cli.detect import DetectOptions, detected_conversations, detection_rules
from pipeline.cli.exits import ExitCode
from pipeline.cli.invocation import Invocation
from pipeline.corpora import Conversation, Turn
from tests.support.command_line import redact

CHATS = [
    {
        "id": "chat/1",
        "source": "own",
        "known": {"person": "Zyxwvu Tsrqpo"},
        "turns": [
            {"speaker": "agent", "text": "Your address?", "spans": []},
            {
                "speaker": "user",
                "text": "😀 zyx@example.com, bring zyxwvu",
                "spans": [
                    {"start": 2, "end": 17, "label": "EMAIL"},
                    {"start": 25, "end": 31, "label": "PERSON"},
                ],
            },
        ],
    },
    {"id": "chat/2", "source": "own", "turns": [{"speaker": "user", "text": "bring zyxwvu", "spans": []}]},
]


@pytest.fixture
def chats(tmp_path):
    path = tmp_path / "own.jsonl"
    path.write_text("".join(json.dumps(chat) + "\n" for chat in CHATS), encoding="utf-8")
    return path


def detect(chats, *arguments):
    out = chats.with_name("found.jsonl")
    ended = redact("detect", "--no-names", "--conversations", chats, "--output", out, *arguments)
    content = out.read_text(encoding="utf-8") if out.exists() else ""
    return ended, [json.loads(line) for line in content.splitlines()]


def spans(turn):
    return [(found["start"], found["end"], found["label"]) for found in turn]


def test_a_line_for_each_conversation_with_offsets_in_code_points(chats):
    ended, (one, two) = detect(chats)
    assert ended.exit_code == ExitCode.DONE
    assert (one["id"], two["id"]) == ("chat/1", "chat/2")
    assert [spans(turn) for turn in one["turns"]] == [[], [(2, 17, "EMAIL"), (25, 31, "PERSON")]]
    assert all(set(found) == {"start", "end", "label", "score"} for found in one["turns"][1])


def test_what_is_known_in_one_conversation_is_not_known_in_the_next(chats):
    _, (_, two) = detect(chats)
    assert two["turns"] == [[]]


def test_known_values_can_be_left_out(chats):
    _, (one, _) = detect(chats, "--without-known")
    assert spans(one["turns"][1]) == [(2, 17, "EMAIL")]


def test_meta_is_a_first_line_where_it_is_asked_for(chats):
    _, lines = detect(chats, "--meta")
    assert lines[0]["meta"]["policy"].startswith("analytics@")
    assert len(lines) == 3


def test_gzip_is_read_like_plain(chats):
    zipped = chats.with_name("own.jsonl.gz")
    zipped.write_bytes(gzip.compress(chats.read_bytes()))
    _, lines = detect(chats)
    assert detect(zipped)[1] == lines


def test_json_tells_the_counts(chats):
    ended, _ = detect(chats, "--json")
    assert json.loads(ended.stdout) == {"conversations": 2, "turns": 3, "findings": 2, "failed_turns": 0}


def test_batches_do_not_change_what_is_found(monkeypatch):
    """Batches serve the names tier; conversations of equal id share nothing."""
    rules = detection_rules(Invocation(None, {}), None, names=False)
    chats = [
        Conversation(
            id="same",
            known={"person": name},
            turns=(Turn(speaker="agent", text="Your PIN?"), Turn(speaker="user", text=f"4711, {name} Bcdfgh, Abcdef")),
        )
        for name in ("Abcdef", "Ghijkl", "Mnopqr")
    ]
    found = []
    for size in (1, 3, 1_000):
        monkeypatch.setattr("pipeline.cli.detect.TURNS_AT_ONCE", size)
        found.append(list(detected_conversations(chats, rules, DetectOptions())))
    assert found[0] == found[1] == found[2]
    assert [len(one.predicted.turns[1]) for one in found[0]] != [0, 0, 0]


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"{", ":1:"), (b'{"id": "a", "turns": 5, "known": {"pin": "hunter2"}}', ":1:"), (b"\xff", ":1:")],
)
def test_a_line_that_is_no_conversation_is_refused_by_its_number(chats, content, problem):
    chats.write_bytes(content)
    ended, lines = detect(chats)
    assert lines == []
    assert ended.exit_code == ExitCode.MISUSED
    assert f"{chats}{problem}" in ended.stderr
    assert "hunter2" not in ended.output


def test_output_that_is_not_whole_does_not_take_the_place_of_what_was_there(chats):
    before = detect(chats)[1]
    chats.write_text(chats.read_text(encoding="utf-8") + "{", encoding="utf-8")
    ended, after = detect(chats)
    assert ended.exit_code == ExitCode.MISUSED
    assert after == before


def test_an_output_that_cannot_be_written_is_refused(chats, tmp_path):
    ended = redact("detect", "--no-names", "--conversations", chats, "--output", tmp_path / "no" / "found.jsonl")
    assert ended.exit_code == ExitCode.MISUSED
    assert "cannot be written" in ended.stderr


def test_turns_that_fail_are_counted_and_end_with_1(chats, monkeypatch):
    def fail(*_args, **_kwargs):
        raise ValueError("hunter2")

    monkeypatch.setattr("pipeline.flow.sanitize.encode", fail)
    ended, lines = detect(chats, "--json")
    assert ended.exit_code == ExitCode.FOUND
    assert json.loads(ended.stdout)["failed_turns"] == 3
    assert lines[0]["turns"] == [[], []]


def test_evaluate_scores_a_file_of_predictions(chats):
    detect(chats)
    ended = redact("evaluate", chats.with_name("found.jsonl"), "--gold", chats, "--json")
    (row, *_) = json.loads(ended.stdout)["rows"]
    assert (row["label"], row["spans"], row["leak"], row["full"]) == ("core", 2, 0.0, 100.0)


def test_evaluate_detects_first_where_no_predictions_are_named(chats):
    with_known = redact("evaluate", "--no-names", "--gold", chats, "--brief")
    without = redact("evaluate", "--no-names", "--gold", chats, "--brief", "--without-known", "--json")
    assert with_known.exit_code == without.exit_code == ExitCode.DONE
    assert with_known.stdout.splitlines()[3].split()[:4] == ["own", "core", "2", "0.0"]
    (row,) = json.loads(without.stdout)["rows"]
    assert row["leak"] > 0


def test_evaluate_shows_values_only_where_mistakes_are_asked_for(chats):
    quiet = redact("evaluate", "--no-names", "--gold", chats, "--without-known")
    asked = redact("evaluate", "--no-names", "--gold", chats, "--without-known", "--errors", "1")
    assert "zyxwvu" not in quiet.output
    assert "MISS PERSON 'zyxwvu'" in asked.stdout


class FakeView:
    """Finds the customer's name, and nothing else."""

    version = "fake-1"

    def find(self, texts):
        return [[(text.index("zyxwvu"), len(text), "PERSON", 1.0)] if "zyxwvu" in text else [] for text in texts]


@pytest.fixture
def against_fake(monkeypatch):
    monkeypatch.setattr("pipeline.bootstrap.second_view", lambda _name: FakeView())
    return ("--no-names", "--without-known", "--against", "spacy")


def test_files_of_predictions_need_no_policy(chats):
    """They are scored as they are, whoever made them."""
    detect(chats)
    ended = redact("evaluate", chats.with_name("found.jsonl"), "--gold", chats, "--policy", "none.yaml", "--json")
    assert ended.exit_code == ExitCode.DONE


def test_evaluate_against_a_second_view_shows_where_they_differ(chats, against_fake):
    """The e-mail address is found by us alone, the name by them alone: once rightly, once in a clean turn."""
    ended = redact("evaluate", "--gold", chats, *against_fake, "--json")
    assert ended.exit_code == ExitCode.DONE
    _, comparison = map(json.loads, ended.stdout.splitlines())
    assert (comparison["against"], comparison["turns"]) == ("fake-1", 3)
    assert [(row["kind"], row["ours"], row["theirs"], row["count"]) for row in comparison["differences"]] == [
        ("only ours", "EMAIL", None, 1),
        ("only theirs", None, "PERSON", 2),
    ]
    assert [(row["label"], row["leak"]) for row in comparison["rows"]] == [
        ("core", pytest.approx(100 * 15 / 21)),
        ("EMAIL", 100.0),
        ("PERSON", 0.0),
    ]
    assert [(row["ours_right"], row["theirs_right"]) for row in comparison["differences"]] == [(1, 0), (1, 1)]


def test_evaluate_against_takes_files_of_predictions_too(chats, against_fake):
    detect(chats, "--without-known")
    files = redact("evaluate", chats.with_name("found.jsonl"), "--gold", chats, *against_fake, "--json")
    direct = redact("evaluate", "--gold", chats, *against_fake, "--json")
    assert files.stdout.splitlines()[1] == direct.stdout.splitlines()[1]


def test_evaluate_against_shows_values_only_where_they_are_asked_for(chats, against_fake):
    quiet = redact("evaluate", "--gold", chats, *against_fake)
    asked = redact("evaluate", "--gold", chats, *against_fake, "--errors", "2")
    assert "only ours" in quiet.stdout
    assert "zyx" not in quiet.output
    assert "own ONLY OURS EMAIL 'zyx@example.com'" in asked.stdout


def test_evaluate_against_what_is_not_there_ends_before_detection(chats):
    ended = redact("evaluate", "--no-names", "--gold", chats, "--against", "stanza")
    assert (ended.exit_code, ended.stdout) == (ExitCode.MISUSED, "")
    assert "must be spacy" in ended.stderr


def test_evaluate_refuses_predictions_of_other_texts(chats):
    found = chats.with_name("found.jsonl")
    found.write_text('{"id": "chat/1", "turns": [[]]}\n', encoding="utf-8")
    ended = redact("evaluate", found, "--gold", chats)
    assert ended.exit_code == ExitCode.MISUSED
    assert "2 required" in ended.stderr
