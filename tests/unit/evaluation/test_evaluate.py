"""An evaluation from files: which gold is read, what is shown, what is refused."""

import gzip
import json
from pathlib import Path

import pytest

from pipeline.errors import Misconfigured
from pipeline.evaluation.evaluate import Options, evaluate, gold_conversations

GOLD = {
    "id": "star/1",
    "source": "star",
    "turns": [{"speaker": "user", "text": "I am Ngozi", "spans": [{"start": 5, "end": 10, "label": "PERSON"}]}],
}
FOUND = {"id": "star/1", "turns": [[{"start": 5, "end": 10, "label": "PERSON", "score": 0.8}]]}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    folder = tmp_path / "gold"
    folder.mkdir()
    other = {**GOLD, "id": "btc/1", "source": "btc"}
    (folder / "star.jsonl.gz").write_bytes(gzip.compress(json.dumps(GOLD).encode()))
    (folder / "btc.jsonl").write_text(json.dumps(other) + "\n")
    return folder


def predictions(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "pred.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_the_lines_are_title_table_and_what_was_skipped(tmp_path: Path, gold: Path) -> None:
    """The meta line is shown, and conversations without predictions are counted."""
    path = predictions(tmp_path, {"meta": {"model": "x"}}, FOUND)
    text = "\n".join(evaluate(path, Options(gold=gold)).lines())
    assert "== pred.jsonl {'model': 'x'}" in text
    assert "star       core                1    0.0  100.0  100.0  100.0   100.0      -      1" in text
    assert text.endswith("(1 gold conversations had no prediction and were skipped)")


def test_rows_for_scripts_hold_the_same_figures(tmp_path: Path, gold: Path) -> None:
    """The row over all identity labels comes first."""
    core, person = evaluate(predictions(tmp_path, FOUND), Options(gold=gold, sources=frozenset({"star"}))).rows()
    assert (core.label, core.leak, core.precision, core.turns) == ("core", 0.0, 100.0, 1)
    assert (person.label, person.full) == ("PERSON", 100.0)


def test_values_are_shown_only_on_request(tmp_path: Path, gold: Path) -> None:
    """Mistakes hold values, so that the default output has none."""
    missed = predictions(tmp_path, {"id": "star/1", "turns": [[]]})
    assert "Ngozi" not in "\n".join(evaluate(missed, Options(gold=gold)).lines())
    assert "MISS PERSON 'Ngozi'" in "\n".join(evaluate(missed, Options(gold=gold, mistakes_max=1)).lines())


def test_seen_values_are_neutral(tmp_path: Path, gold: Path) -> None:
    """With the gold itself as what was seen, nothing is left to count."""
    core, *_ = evaluate(predictions(tmp_path, FOUND), Options(gold=gold, seen=gold / "btc.jsonl")).rows()
    assert core.spans == 0


def test_sources_choose_files_of_a_folder(gold: Path) -> None:
    """Files are read in the order of their names; a source is a file's name up to the first point."""
    assert [one.id for one in gold_conversations(gold)] == ["btc/1", "star/1"]
    assert [one.id for one in gold_conversations(gold, {"star"})] == ["star/1"]


def test_without_gold_the_bundled_conversations_are_used() -> None:
    """A stranger needs no files to evaluate."""
    assert sum(1 for _ in gold_conversations(None, {"multidogo"})) == 600


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([{"id": "star/1", "turns": []}], "0 turns predicted, 1 required"),
        ([{"id": "star/1", "turns": [[{"start": 5, "end": 11, "label": "PERSON"}]]}], "outside its turn's text"),
        ([{"id": "star/1", "turns": [[{"start": 5, "end": 5, "label": "PERSON"}]]}], "is empty"),
        ([{"id": "star/1", "turns": [[{"start": -1, "end": 5, "label": "PERSON"}]]}], r"pred\.jsonl:1: .*>= 0"),
        ([{"id": "star/1", "turns": [[{"start": 1, "end": 5, "label": "A", "score": 2}]]}], "<= 1"),
        ([{"meta": "x"}], "holds no predictions"),
        ([FOUND, "Ngozi"], r"pred\.jsonl:2: Expected `object`"),
    ],
)
def test_predictions_that_do_not_fit_are_refused(tmp_path: Path, gold: Path, lines: list[object], problem: str) -> None:
    """The refusal says where and what, never a value."""
    with pytest.raises(Misconfigured, match=problem) as refusal:
        evaluate(predictions(tmp_path, *lines), Options(gold=gold))
    assert "Ngozi" not in str(refusal.value)
    assert refusal.value.__context__ is None


def test_a_folder_without_the_sources_is_refused(gold: Path) -> None:
    """A typing mistake in a source's name is no empty table."""
    with pytest.raises(Misconfigured, match="of the sources asked for"):
        list(gold_conversations(gold, {"sgd"}))
