"""The scores as a table for people and as rows for scripts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from pipeline.evaluation.intervals import PERCENTILES, RESAMPLES, Interval, intervals
from pipeline.evaluation.score import COMPLETE_SOURCES, SOFT_LABELS, Mistake, Scores, SourceScore, Tally

CORE = "core"
"""The row over all identity labels of a source."""


class ScoreRow(msgspec.Struct, frozen=True, kw_only=True):
    """The scores of one gold label of one source, or of all its identity labels (`label` is "core").

    Shares are percentages and `None` where nothing was there to count. `leak` is the share of gold characters that no
    prediction covers; `full` and `half` are the shares of spans covered wholly and at least half; `typed_f1` asks for
    exact borders and the right label. On the core row alone: `precision` is the share of predicted characters on
    identity gold, a lower bound where `precision_is_bound`; `flagged_per_1000` is predictions per 1,000 clean turns;
    `intervals` are the figures' 95% intervals, by name.
    """

    source: str
    label: str
    spans: int
    leak: float | None
    full: float | None
    half: float | None
    typed_f1: float | None
    precision: float | None = None
    precision_is_bound: bool = False
    flagged_per_1000: float | None = None
    turns: int | None = None
    intervals: dict[str, Interval] = {}


_INTERVAL_COLUMNS: Final = {
    "leak": "leak%",
    "full": "full%",
    "typed_f1": "typF1",
    "precision": "prec%",
    "flagged_per_1000": "fp/1k",
}


def rows(scores: Scores, *, brief: bool = False) -> Iterator[ScoreRow]:
    """Yield per source the core row and, unless `brief`, a row a label: identity first, the most frequent first."""
    for name, source in scores.sources.items():
        yield _core_row(name, source)
        if brief:
            continue
        by_weight = sorted(source.labels.items(), key=lambda item: (item[0] in SOFT_LABELS, -item[1].spans))
        for label, tally in by_weight:
            if label != "OPTIONAL":
                yield _label_row(name, label, tally, source.predicted[label])


def table(title: str, scores: Scores, *, brief: bool = False) -> str:
    """Render the rows as a table of plain text under a title, core figures again with their intervals below it.

    Soft labels stand in parentheses. Pure.
    """
    heading = (
        f"{'source':10} {'label':14} {'n':>6} {'leak%':>6} {'full%':>6} {'half%':>6} {'typF1':>6} {'prec%':>7} "
        f"{'fp/1k':>6} {'turns':>6}"
    )
    shown = list(rows(scores, brief=brief))
    return "\n".join([f"\n== {title}", heading, *map(_line, shown), *_interval_lines(shown)])


def mistake_lines(mistakes: Sequence[Mistake], sources: Iterable[str], per_kind: int) -> Iterator[str]:
    """Yield up to `per_kind` misses and as many false positives of each source, spread evenly over the file.

    The lines hold personal values: print them only where a person asked for them.
    """
    for source in sources:
        for missed in (True, False):
            kind = [mistake for mistake in mistakes if mistake.source == source and mistake.missed is missed]
            for mistake in kind[:: max(1, len(kind) // per_kind)][:per_kind]:
                word = "MISS" if missed else "FP"
                yield f"   {source} {word} {mistake.label} {mistake.value!r} | {mistake.text[:120]}"


def _share(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


def _core_row(name: str, source: SourceScore) -> ScoreRow:
    core = source.identity()
    guessed = sum(source.predicted.values())
    return ScoreRow(
        source=name,
        label=CORE,
        spans=core.spans,
        leak=_share(core.uncovered, core.characters),
        full=_share(core.fully, core.spans),
        half=_share(core.half, core.spans),
        typed_f1=_share(2 * core.exact, core.spans + guessed) or 0.0,
        precision=_share(source.hit_characters, source.hit_characters + source.stray_characters),
        precision_is_bound=name not in COMPLETE_SOURCES,
        flagged_per_1000=1000 * source.flagged / source.clean_turns if source.clean_turns else None,
        turns=source.turns,
        intervals=intervals(source.conversations),
    )


def _label_row(name: str, label: str, tally: Tally, guessed: int) -> ScoreRow:
    return ScoreRow(
        source=name,
        label=label,
        spans=tally.spans,
        leak=_share(tally.uncovered, tally.characters),
        full=_share(tally.fully, tally.spans),
        half=_share(tally.half, tally.spans),
        typed_f1=None if label in SOFT_LABELS else _share(2 * tally.exact, tally.spans + guessed),
    )


def _interval_lines(shown: Iterable[ScoreRow]) -> list[str]:
    lines = [
        f"{row.source:10} " + "  ".join(_with_interval(row, name) for name in _INTERVAL_COLUMNS)
        for row in shown
        if row.intervals
    ]
    low, high = PERCENTILES
    heading = f"core figures with {high - low:.0f}% intervals ({RESAMPLES:,} resamples of the conversations):"
    return [heading, *lines] if lines else []


def _with_interval(row: ScoreRow, name: str) -> str:
    figure: float | None = getattr(row, name)
    interval = row.intervals.get(name)
    if figure is None or interval is None:
        return f"{_INTERVAL_COLUMNS[name]} -"
    digits = 0 if name == "flagged_per_1000" else 1
    return f"{_INTERVAL_COLUMNS[name]} {figure:.{digits}f} [{interval[0]:.{digits}f}, {interval[1]:.{digits}f}]"


def _percent(share: float | None) -> str:
    return "     -" if share is None else f"{share:6.1f}"


def _line(row: ScoreRow) -> str:
    shares = f"{row.spans:6} {_percent(row.leak)} {_percent(row.full)} {_percent(row.half)} {_percent(row.typed_f1)}"
    if row.label != CORE:
        label = f"({row.label})" if row.label in SOFT_LABELS else row.label
        return f"{'':10} {label:14} {shares}"
    precision = _percent(row.precision) + ("~" if row.precision_is_bound else "")
    flagged = "     -" if row.flagged_per_1000 is None else f"{row.flagged_per_1000:6.0f}"
    return f"{row.source:10} {CORE:14} {shares} {precision:>7} {flagged} {row.turns:6}"
