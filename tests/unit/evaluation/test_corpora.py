"""The bundled conversations, and the reader for anybody's own."""

import gzip
import json
from pathlib import Path

import pytest

from pipeline import corpora
from pipeline.corpora import BUNDLED, Conversation, bundled, read_conversations
from pipeline.errors import Misconfigured
from pipeline.event.conversation_event import Role

FOLDER = Path(corpora.__file__).parent


@pytest.fixture(scope="module")
def conversations() -> list[Conversation]:
    return list(bundled())


def test_the_samples_have_the_counts_that_the_readme_states(conversations: list[Conversation]) -> None:
    """600 conversations of each source, and the numbers of turns and spans in the README's table."""
    readme = (FOLDER / "README.md").read_text()
    for source, path in zip(("star", "multidogo"), BUNDLED, strict=True):
        chosen = [one for one in conversations if one.source == source]
        turns = [turn for one in chosen for turn in one.turns]
        spans = sum(len(turn.spans) for turn in turns)
        assert len(chosen) == 600
        assert f"| `{path.name}` | 600 / {len(turns):,} / {spans:,} |" in readme


def test_conversations_have_ids_of_their_own(conversations: list[Conversation]) -> None:
    """Ids key predictions and events."""
    assert len({one.id for one in conversations}) == len(conversations) >= 1000


def test_spans_lie_on_whole_values_inside_their_texts(conversations: list[Conversation]) -> None:
    """No span is empty or begins or ends with white space; the reader has checked borders and order."""
    for one in conversations:
        for turn in one.turns:
            for span in turn.spans:
                value = turn.text[span.start : span.end]
                assert value.strip() == value != ""


def test_known_values_of_star_are_names(conversations: list[Conversation]) -> None:
    """The demo makes its subjects from them."""
    known = [one.known for one in conversations if one.known]
    assert len(known) > 300
    assert {field for fields in known for field in fields} == {"person"}


def test_licences_stand_beside_the_samples(conversations: list[Conversation]) -> None:
    """Each licence that a conversation names is there with its attribution, and the samples stay small."""
    assert {one.license for one in conversations} == {"MIT", "CDLA-Permissive-1.0"}
    mit = (FOLDER / "LICENSE-STAR.txt").read_text()
    assert "Copyright (c) Rasa Technologies" in mit
    assert "Permission is hereby granted, free of charge" in mit
    assert "CDLA-Permissive-1.0" in (FOLDER / "NOTICE-MultiDoGO.txt").read_text()
    assert sum(path.stat().st_size for path in BUNDLED) < 1_500_000


def test_domains_kept_for_judging_are_not_in_the_samples(conversations: list[Conversation]) -> None:
    """Bank, ride and hotel dialogues of STAR stay unseen, so that figures on them mean something."""
    domains = {one.domain for one in conversations if one.source == "star"}
    assert not any(word in domain for domain in domains for word in ("bank", "ride", "hotel"))


def test_speakers_become_roles(conversations: list[Conversation]) -> None:
    """STAR has both sides, MultiDoGO customers alone."""
    roles = {one.source: {turn.role for turn in one.turns} for one in conversations}
    assert roles == {"star": {Role.CUSTOMER, Role.AGENT}, "multidogo": {Role.CUSTOMER}}


@pytest.mark.parametrize("zipped", [True, False])
def test_own_files_need_no_spans_and_no_known(tmp_path: Path, zipped: bool) -> None:  # noqa: FBT001 - a parameter
    """Gzipped or plain, with blank lines and unknown fields passed over."""
    line = json.dumps({"id": "1", "turns": [{"speaker": "Customer", "text": "hi"}], "mood": "good"}).encode()
    path = tmp_path / "mine.jsonl"
    path.write_bytes(gzip.compress(line + b"\n\n") if zipped else line + b"\n\n")
    (conversation,) = read_conversations(path)
    assert (conversation.source, conversation.known, conversation.turns[0].spans) == ("own", {}, ())
    assert conversation.turns[0].role is Role.CUSTOMER


GOOD = '{"id": "1", "turns": []}\n'


def spoken(text: str, *spans: tuple[int, int]) -> str:
    """Return a line with one turn and spans at these places."""
    marked = [{"start": start, "end": end, "label": "PERSON"} for start, end in spans]
    return json.dumps({"id": "1", "turns": [{"speaker": "a", "text": text, "spans": marked}]})


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (GOOD + "{Ngozi", r"mine\.jsonl:2: JSON is malformed"),
        (
            GOOD + '{"id": "2", "turns": [{"speaker": "a"}]}',
            r"mine\.jsonl:2: .*missing required field `text`.*turns\[0\]",
        ),
        ('{"id": "", "turns": []}', r"mine\.jsonl:1: Expected `str` of length >= 1"),
        (spoken("Ngozi", (0, 6)), r"mine\.jsonl:1: turns\[0\]\.spans\[0\] must be"),
        (spoken("Ngozi", (2, 2)), r"spans\[0\] must be sorted, not empty"),
        (spoken("Ngozi", (0, 2), (1, 3)), r"spans\[1\] must be sorted"),
        ('{"id": "1", "turns": [], "known": {"Ngozi": 1}}', r"mine\.jsonl:1: Expected `str \| array`"),
    ],
)
def test_a_bad_line_is_refused_by_file_and_line_without_its_content(tmp_path: Path, content: str, problem: str) -> None:
    """What is wrong is said in terms of the format, never with what the line holds."""
    path = tmp_path / "mine.jsonl"
    path.write_text(content)
    with pytest.raises(Misconfigured, match=problem) as refusal:
        list(read_conversations(path))
    assert "Ngozi" not in str(refusal.value)
    assert refusal.value.__context__ is None


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"\xff\xfe{}", "mine.jsonl:1: UTF-8|malformed"), (gzip.compress(GOOD.encode() * 99)[:-20], "damaged")],
)
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    """Bytes that are no text, and a gzip stream cut short."""
    path = tmp_path / "mine.jsonl"
    path.write_bytes(content)
    with pytest.raises(Misconfigured, match=problem):
        list(read_conversations(path))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The refusal says what to do."""
    with pytest.raises(Misconfigured, match=r"cannot be read \(No such file or directory\): name a"):
        list(read_conversations(tmp_path / "none.jsonl"))


def test_what_conversations_hold_is_not_in_their_repr(conversations: list[Conversation]) -> None:
    """Log lines and tracebacks show types alone."""
    chosen = conversations[0]
    assert repr(chosen) == "<Conversation: concealed>"
    assert repr(chosen.turns[0]) == "<Turn: concealed>"
