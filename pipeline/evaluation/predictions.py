"""Predictions: what a detector says about each turn of a conversation, written and read as JSON lines."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, BinaryIO, NamedTuple

import msgspec
from msgspec import Meta

from pipeline.corpora import Conversation, numbered_lines
from pipeline.errors import Misconfigured

Score = Annotated[float, Meta(ge=0, le=1)]


class Prediction(msgspec.Struct, frozen=True):
    """Half-open code points of a turn's text, the label found there and how sure the detector is. No text."""

    start: Annotated[int, Meta(ge=0)]
    end: Annotated[int, Meta(ge=0)]
    label: str
    score: Score = 1.0


class PredictedConversation(msgspec.Struct, frozen=True):
    """The predictions of each turn of the conversation `id`, in the order of its turns."""

    id: str
    turns: tuple[tuple[Prediction, ...], ...]


class Predictions(NamedTuple):
    """A file of predictions: by conversation id, and the `meta` of its first line ("" where it has none)."""

    by_id: Mapping[str, PredictedConversation]
    meta: str


class _Line(msgspec.Struct, frozen=True):
    id: str | None = None
    turns: tuple[tuple[Prediction, ...], ...] = ()
    meta: object = ""


_decoder = msgspec.json.Decoder(_Line)


def write_predictions(predicted: Iterable[PredictedConversation], out: BinaryIO) -> int:
    """Write one line a conversation: `{"id", "turns": [[{"start", "end", "label", "score"}, ...], ...]}`.

    Returns how many conversations were written.
    """
    count = 0
    for conversation in predicted:
        out.write(msgspec.json.encode(conversation) + b"\n")
        count += 1
    return count


def read_predictions(path: Path) -> Predictions:
    """Read a file of predictions, gzipped or plain; of two lines with one id the later counts.

    Raises `Misconfigured` that names file and line, never the line's content.
    """
    by_id: dict[str, PredictedConversation] = {}
    meta = ""
    for place, (number, content) in enumerate(numbered_lines(path)):
        line = _line(path, number, content)
        if place == 0:
            meta = str(line.meta)
        if line.id is not None:
            by_id[line.id] = PredictedConversation(line.id, line.turns)
    if not by_id:
        raise Misconfigured([f'{path}: holds no predictions: lines {{"id", "turns"}} are required'])
    return Predictions(by_id, meta)


def matched(
    gold: Iterable[Conversation], predictions: Predictions
) -> Iterator[tuple[Conversation, PredictedConversation]]:
    """Yield each conversation that has predictions, with them, in the order of `gold`.

    Raises `Misconfigured` where the number of turns differs or a prediction lies outside its turn's text.
    """
    for conversation in gold:
        predicted = predictions.by_id.get(conversation.id)
        if predicted is not None:
            _check_fit(conversation, predicted)
            yield conversation, predicted


def _line(path: Path, number: int, content: bytes) -> _Line:
    # A decoding error's context holds the payload: the refusal is raised outside `except`, so that nothing chains it.
    try:
        return _decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = "UTF-8 is required" if isinstance(error, UnicodeDecodeError) else str(error)
    raise Misconfigured([f"{path}:{number}: {problem}: write predictions as `redact detect` does"])


def _check_fit(conversation: Conversation, predicted: PredictedConversation) -> None:
    if len(predicted.turns) != len(conversation.turns):
        problem = f"{len(predicted.turns)} turns predicted, {len(conversation.turns)} required"
    elif any(
        not found.start < found.end <= len(turn.text)
        for turn, findings in zip(conversation.turns, predicted.turns, strict=True)
        for found in findings
    ):
        problem = "a prediction is empty or lies outside its turn's text"
    else:
        return
    raise Misconfigured([f"conversation {conversation.id}: {problem}: predict on the same conversations"])
