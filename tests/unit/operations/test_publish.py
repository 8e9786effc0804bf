import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import Misconfigured
from pipeline.event.records import RAW_BYTES_MAX
from pipeline.operations.broker import StoredRecord
from pipeline.operations.publish import ConversationOrigin, publish_file
from pipeline.operations.read_back import read_back
from tests.support.events import event_bytes
from tests.support.fake_broker import FakeBroker

RAW = "support.conversations.raw"
ORIGIN = ConversationOrigin(tenant="acme", started_at=datetime(2026, 3, 1, tzinfo=UTC))
CONVERSATION = {"id": "c/1", "turns": [{"speaker": "user", "text": "hi"}, {"speaker": "agent", "text": "hello"}]}


def test_events_are_published_as_they_are_under_their_conversation_id(broker: FakeBroker, tmp_path: Path) -> None:
    """The value is the line's own bytes; equal keys go to one partition in the file's order."""
    lines = [event_bytes(f"turn {number}", conversation_id=f"c-{number % 3}") for number in range(12)]
    published = publish_file(broker, RAW, _file(tmp_path, *lines), ORIGIN)
    records = list(read_back(broker, [RAW]))
    assert (published.records, published.invalid, published.conversations) == (12, 0, 0)
    assert sorted(record.value for record in records if record.value) == sorted(lines)
    for number in range(3):
        key = f"c-{number}".encode()
        mine = [record for record in records if record.key == key]
        assert [record.value for record in mine] == lines[number::3]
        assert len({record.partition for record in mine}) == 1


def test_whole_conversations_become_events(broker: FakeBroker, tmp_path: Path) -> None:
    """A file may hold conversations and events, gzipped or not."""
    path = tmp_path / "mine.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(CONVERSATION).encode() + b"\n\n" + event_bytes() + b"\n"))
    published = publish_file(broker, RAW, path, ORIGIN)
    assert (published.records, published.conversations) == (3, 1)
    texts = [json.loads(record.value or b"")["text"] for record in _under(broker, b"c/1")]
    assert texts == ["hi", "hello"]


def test_invalid_lines_stop_everything_and_are_named_without_their_values(broker: FakeBroker, tmp_path: Path) -> None:
    """File, line and field of each; nothing was sent, not even the good lines."""
    path = _file(
        tmp_path,
        event_bytes(),
        event_bytes(channel="jane.doe@example.com"),
        b'{"broken jane.doe',
        event_bytes(conversation_id=None),
        b'{"id": "x", "turns": "jane.doe"}',
    )
    with pytest.raises(Misconfigured) as refusal:
        publish_file(broker, RAW, path, ORIGIN)
    assert refusal.value.problems == (
        f"{path}:2: channel: wrong type",
        f"{path}:3: invalid json",
        f"{path}:4: conversation_id: missing field",
        f"{path}:5: turns: wrong type",
    )
    assert list(read_back(broker, [RAW])) == []


def test_lenient_sends_invalid_lines_as_they_are(broker: FakeBroker, tmp_path: Path) -> None:
    """Keyed by the conversation id where one can be read; the worker makes dead letters of them."""
    wrong = event_bytes(channel="telepathy", conversation_id="c-9")
    published = publish_file(broker, RAW, _file(tmp_path, wrong, b"not json"), ORIGIN, lenient=True)
    assert (published.records, published.invalid) == (2, 2)
    assert [record.value for record in _under(broker, b"c-9")] == [wrong]
    assert [record.value for record in _under(broker, None)] == [b"not json"]


def test_records_over_the_limit_are_refused_even_leniently(broker: FakeBroker, tmp_path: Path) -> None:
    """The broker would refuse them in the middle of the file."""
    path = _file(tmp_path, event_bytes("x" * RAW_BYTES_MAX))
    with pytest.raises(Misconfigured, match="8,388,608 bytes"):
        publish_file(broker, RAW, path, ORIGIN, lenient=True)


def test_many_problems_are_cut_short_and_counted(broker: FakeBroker, tmp_path: Path) -> None:
    """Fifty are listed, the others counted."""
    with pytest.raises(Misconfigured) as refusal:
        publish_file(broker, RAW, _file(tmp_path, *[b"{"] * 70), ORIGIN)
    assert len(refusal.value.problems) == 51
    assert refusal.value.problems[-1].endswith("20 more")


def test_progress_counts_delivered_records(broker: FakeBroker, tmp_path: Path) -> None:
    """The last call tells the total."""
    seen: list[int] = []
    publish_file(broker, RAW, _file(tmp_path, *[event_bytes()] * 5), ORIGIN, on_delivered=seen.append)
    assert seen[-1] == 5


def test_an_overlong_conversation_id_is_refused(broker: FakeBroker, tmp_path: Path) -> None:
    """Its events' ids would not fit the event schema."""
    long = json.dumps({**CONVERSATION, "id": "x" * 501}).encode()
    with pytest.raises(Misconfigured, match=":1: id: wrong type"):
        publish_file(broker, RAW, _file(tmp_path, long), ORIGIN)


def test_records_show_nothing_in_repr(broker: FakeBroker, tmp_path: Path) -> None:
    """Neither the value nor the key."""
    publish_file(broker, RAW, _file(tmp_path, event_bytes("call jane", conversation_id="jane")), ORIGIN)
    assert "jane" not in repr(list(read_back(broker, [RAW])))


def _file(folder: Path, *lines: bytes) -> Path:
    path = folder / "mine.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def _under(broker: FakeBroker, key: bytes | None) -> list[StoredRecord]:
    return [record for record in read_back(broker, [RAW]) if record.key == key]
