"""What `redact evaluate --against` shows: where a second detector disagrees with ours."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from pipeline.cli import screen
from pipeline.errors import InvariantBroken
from pipeline.evaluation.against import (
    Comparison,
    Difference,
    SecondView,
    compare,
    example_lines,
    their_predictions,
)
from pipeline.evaluation.evaluate import Evaluation, evaluation_of

_COLUMNS = ("kind", "ours", "theirs", "n")
_JUDGED = ("gold", "ours right", "theirs right", "neither", "open")


def opened_view(name: str) -> SecondView:
    """Load a second detector. Raises `Misconfigured` where there is none of that name, or it is not installed."""
    from pipeline.bootstrap import second_view  # noqa: PLC0415 - third parties take a second to import

    screen.say(f"loading {name} (a few seconds) ...")
    return second_view(name)


def compared(evaluation: Evaluation, view: SecondView, labels: Collection[str]) -> Comparison:
    """Run the second view over what was scored, showing progress."""
    options = evaluation.options
    turns = sum(len(conversation.turns) for conversation, _ in evaluation.pairs)
    comparison: Comparison | None = None
    with screen.counting(f"turns by {view.version}", turns) as note:
        for comparison in compare(
            evaluation.pairs,
            view,
            labels=labels,
            drop=options.drop,
            score_min=options.score_min,
            examples=options.mistakes_max > 0,
        ):
            note(comparison.turns)
    if comparison is None:
        raise InvariantBroken("a comparison ended before it began")
    return comparison


def show_comparison(comparison: Comparison, evaluation: Evaluation, *, json: bool) -> None:
    """Write the second view's own scores and the comparison to stdout; values only where mistakes were asked for."""
    differences = comparison.rows()
    examples_max = evaluation.options.mistakes_max
    options = replace(evaluation.options, mistakes_max=0)
    title = f"{comparison.version}, turn by turn, its labels as ours"
    theirs = evaluation_of(title, their_predictions(comparison, evaluation.pairs), evaluation.skipped, options)
    if json:
        told = {"against": comparison.version, "turns": comparison.turns, "rows": theirs.rows()}
        screen.show_json({**told, "differences": differences})
        return
    for line in theirs.lines():
        screen.show(line)
    screen.show(f"\n== where they differ, {comparison.turns:,} turns")
    columns = (*_COLUMNS, *_JUDGED) if comparison.has_gold else _COLUMNS
    screen.show_table(columns, (tuple(_cells(one, judged=comparison.has_gold)) for one in differences))
    if examples_max:
        for line in example_lines(comparison.examples, examples_max):
            screen.show(line)


def _cells(one: Difference, *, judged: bool) -> Iterator[str]:
    yield from (one.kind.value, one.ours or "-", one.theirs or "-", f"{one.count:,}")
    if judged:
        yield one.gold or "-"
        for right in (one.ours_right, one.theirs_right, one.neither_right, one.open):
            yield "-" if right is None else f"{right:,}"
