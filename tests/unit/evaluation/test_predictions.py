"""Predictions as files: what is written is what is read."""

import gzip
import io
import json
from pathlib import Path

from pipeline.evaluation.predictions import PredictedConversation, Prediction, read_predictions, write_predictions

CHAT = PredictedConversation("chat/1", ((Prediction(0, 1, "PERSON", 0.75),), ()))


def test_predictions_are_written_a_line_a_conversation() -> None:
    """The line's fields are id and turns, offsets and scores as found."""
    out = io.BytesIO()
    assert write_predictions([CHAT, CHAT], out) == 2
    first, second = out.getvalue().splitlines()
    assert first == second
    assert json.loads(first) == {
        "id": "chat/1",
        "turns": [[{"start": 0, "end": 1, "label": "PERSON", "score": 0.75}], []],
    }


def test_what_was_written_is_read_gzipped_or_plain(tmp_path: Path) -> None:
    """The meta line is kept apart, a score may be left out, and the later of two lines with one id counts."""
    out = io.BytesIO()
    write_predictions([CHAT], out)
    older = b'{"id": "chat/1", "turns": [[{"start": 3, "end": 4, "label": "ZIP"}], []]}\n'
    content = b'{"meta": {"model": "x"}}\n' + older + out.getvalue()
    plain, zipped = tmp_path / "pred.jsonl", tmp_path / "pred.jsonl.gz"
    plain.write_bytes(content)
    zipped.write_bytes(gzip.compress(content))
    assert read_predictions(plain) == read_predictions(zipped)
    assert read_predictions(plain).by_id == {"chat/1": CHAT}
    assert read_predictions(plain).meta == "{'model': 'x'}"
    plain.write_bytes(older)
    assert read_predictions(plain).by_id["chat/1"].turns[0][0].score == 1.0
