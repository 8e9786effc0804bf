"""One evaluation: a file of predictions, the labelled conversations, and the scores in every form that is shown."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.corpora import Conversation, bundled, read_conversations
from pipeline.errors import Misconfigured
from pipeline.evaluation.predictions import PredictedConversation, matched, read_predictions
from pipeline.evaluation.report import ScoreRow, mistake_lines, rows, table
from pipeline.evaluation.score import Scores, score, values


@dataclass(frozen=True, slots=True)
class Options:
    """What to score and how much to show.

    `gold` is a file of conversations, a folder of `*.jsonl` and `*.jsonl.gz` files, or `None` for the bundled samples.
    `sources` are file names up to the first point (all if empty); values of the conversations in `seen` count as
    neutral; `mistakes_max` above 0 shows values: so many misses and false positives per source.
    """

    gold: Path | None = None
    sources: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()
    score_min: float = 0.0
    seen: Path | None = None
    brief: bool = False
    mistakes_max: int = 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scores of one file of predictions and what was scored; `skipped` conversations had no prediction."""

    title: str
    scores: Scores
    pairs: Sequence[tuple[Conversation, PredictedConversation]] = field(repr=False)
    skipped: int
    options: Options

    def rows(self) -> list[ScoreRow]:
        """Return the scores as rows, for scripts. Pure."""
        return list(rows(self.scores, brief=self.options.brief))

    def lines(self) -> Iterator[str]:
        """Yield the table, then the mistakes that were asked for, then how many conversations were skipped. Pure."""
        yield table(self.title, self.scores, brief=self.options.brief)
        if self.options.mistakes_max:
            yield from mistake_lines(self.scores.mistakes, self.scores.sources, self.options.mistakes_max)
        if self.skipped:
            yield f"({self.skipped} gold conversations had no prediction and were skipped)"


def evaluate(predictions: Path, options: Options) -> Evaluation:
    """Score a file of predictions. Raises `Misconfigured` where a file cannot be read or does not fit the others."""
    found = read_predictions(predictions)
    gold = list(gold_conversations(options.gold, options.sources))
    pairs = list(matched(gold, found))
    return evaluation_of(f"{predictions.name} {found.meta}", pairs, len(gold) - len(pairs), options)


def evaluation_of(
    title: str, pairs: Sequence[tuple[Conversation, PredictedConversation]], skipped: int, options: Options
) -> Evaluation:
    """Score predictions that are there already. Raises `Misconfigured` where `seen` cannot be read."""
    scores = score(
        pairs,
        drop=options.drop,
        score_min=options.score_min,
        seen=values(gold_conversations(options.seen)) if options.seen else (),
        collect_mistakes=options.mistakes_max > 0,
    )
    return Evaluation(title, scores, pairs, skipped, options)


def gold_conversations(gold: Path | None, sources: Collection[str] = ()) -> Iterator[Conversation]:
    """Yield labelled conversations of a file, of a folder's files in the order of their names, or the bundled ones.

    Raises `Misconfigured` where no file fits.
    """
    if gold is None:
        yield from (one for one in bundled() if not sources or one.source in sources)
        return
    paths = sorted(gold.glob("*.jsonl*")) if gold.is_dir() else [gold]
    chosen = [path for path in paths if not sources or path.name.split(".")[0] in sources]
    if not chosen:
        raise Misconfigured([f"{gold}: holds no .jsonl or .jsonl.gz file of the sources asked for"])
    for path in chosen:
        yield from read_conversations(path)
