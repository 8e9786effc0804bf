"""`redact evaluate`: how much personal data detection leaves in clear, and what it covers for nothing."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import screen
from pipeline.cli.against import compared, opened_view, show_comparison
from pipeline.cli.detect import DetectOptions, Tally, detected_conversations, detection_rules, treated_labels
from pipeline.cli.exits import finish
from pipeline.cli.invocation import invocation, policy_of
from pipeline.cli.options import AllLabels, Json, Locale, NoNames, PolicyName
from pipeline.evaluation.evaluate import Evaluation, Options, evaluation_of, gold_conversations
from pipeline.evaluation.evaluate import evaluate as evaluate_file
from pipeline.evaluation.predictions import Predictions, matched
from pipeline.event.labels import Label
from pipeline.flow.rules import Rules


def evaluate(
    context: typer.Context,
    *,
    predictions: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PRED", help="Files that `redact detect` wrote (default: detect first)."),
    ] = None,
    gold: Annotated[
        Path | None,
        typer.Option(metavar="DIR|FILE", help="Labelled conversations (default: the samples that come with redact)."),
    ] = None,
    source: Annotated[str, typer.Option(metavar="A,B", help="Only these sources.")] = "",
    drop: Annotated[str, typer.Option(metavar="LABEL,...", help="Leave predictions of these labels out.")] = "",
    min_score: Annotated[float, typer.Option(help="Leave predictions below this score out.")] = 0.0,
    brief: Annotated[bool, typer.Option("--brief", help="One row a source.")] = False,
    errors: Annotated[
        int, typer.Option(metavar="N", help="Also show N misses and N false positives a source, with their values.")
    ] = 0,
    unseen: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Count values that occur in these conversations neither for nor against."),
    ] = None,
    without_known: Annotated[
        bool, typer.Option("--without-known", help="Do not tell what `known` says of the customer.")
    ] = False,
    against: Annotated[
        str | None,
        typer.Option(metavar="spacy|presidio", help="Also show where this second detector disagrees with ours."),
    ] = None,
    all_labels: AllLabels = False,
    policy: PolicyName = None,
    locale: Locale = "en",
    no_names: NoNames = False,
    json: Json = False,
) -> None:
    """Score detection against conversations in which people marked the personal data.

    Columns: n gold spans; leak%, the share of their characters that nothing covers; full% and half%, spans covered
    wholly and at least half; typF1, exact borders and the right label; prec%, the share of covered characters that are
    personal (`~`: a lower bound); fp/1k, findings per 1,000 turns without personal data. Without a file of predictions
    the labelled conversations are searched first.

    `--against` runs a second, independent detector over the same turns: `spacy` (the small English pipeline, or
    `spacy:PACKAGE`, any installed one) or `presidio` (its analyzer, where it is installed). Shown are its own scores,
    and where the two differ, by kind and label.
    """
    options = Options(
        gold=gold,
        sources=_words(source),
        drop=_words(drop),
        score_min=min_score,
        seen=unseen,
        brief=brief,
        mistakes_max=errors,
    )
    run = invocation(context)
    view = None if against is None else opened_view(against)
    failed_turns = 0
    if predictions:
        evaluations = [evaluate_file(path, options) for path in predictions]
    else:
        rules = detection_rules(run, policy, names=not no_names)
        tally = Tally()
        heard = DetectOptions(with_known=not without_known, all_labels=all_labels, locale=locale)
        evaluations = [_evaluate_rules(rules, options, tally, heard)]
        failed_turns = tally.failed_turns
    for evaluation in evaluations:
        _show(evaluation, json=json)
        if view is not None:
            labels = frozenset(Label) if all_labels else treated_labels(policy_of(run.settings(), policy))
            show_comparison(compared(evaluation, view, labels), evaluation, json=json)
    if failed_turns:
        screen.complain(f"{failed_turns:,} turns could not be processed; they count as having no findings")
    finish(found=failed_turns > 0)


def _evaluate_rules(rules: Rules, options: Options, tally: Tally, heard: DetectOptions) -> Evaluation:
    gold = list(gold_conversations(options.gold, options.sources))
    with screen.counting("conversations", len(gold)) as note:
        found = detected_conversations(gold, rules, heard, on_done=note)
        by_id = {predicted.id: predicted for predicted in tally.count(found)}
    known = "known values" if heard.with_known else "no known values"
    title = f"{rules.policy.name}@{rules.policy.version}, names {rules.names_version}, {known}"
    return evaluation_of(title, list(matched(gold, Predictions(by_id, ""))), 0, options)


def _show(evaluation: Evaluation, *, json: bool) -> None:
    if json:
        screen.show_json({"title": evaluation.title, "rows": evaluation.rows(), "skipped": evaluation.skipped})
        return
    for line in evaluation.lines():
        screen.show(line)


def _words(listed: str) -> frozenset[str]:
    return frozenset(filter(None, (word.strip() for word in listed.split(","))))
