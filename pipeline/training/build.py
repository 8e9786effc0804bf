"""Make the shipped weights, and measure them on the bundled conversations, which nothing is learned from."""

from dataclasses import replace
from typing import Final

from pipeline.corpora import Conversation, bundled
from pipeline.event.labels import Label
from pipeline.tagger.own_names import OwnNames, own_names
from pipeline.tagger.weights import Weights, as_written, write_weights
from pipeline.training.calibration import bands, calibration, judged
from pipeline.training.dialogues import generate
from pipeline.training.leave_one_out import row, table
from pipeline.training.optimise import Recipe
from pipeline.training.recipe import Portions, Report, gathered, learned

RECIPE: Final = Recipe()
PORTIONS: Final = Portions()
SEEDS: Final = 2
CALIBRATION_DIALOGUES: Final = 1_500
_CALIBRATION_SEED: Final = 90_001
CALIBRATION_BIAS: Final = {
    **dict.fromkeys(Label, 0.3),
    **dict.fromkeys((Label.ADDRESS, Label.ACCOUNT_ID), 0.5),
    Label.ORDER_ID: 0.4,
    Label.PERSON: 0.2,
    Label.PASSWORD: -0.5,
    Label.NATIONAL_ID: -0.5,
    **dict.fromkeys((Label.PHONE, Label.CREDIT_CARD, Label.DATE_OF_BIRTH, Label.ZIP), -1.0),
    Label.USERNAME: -1.5,
}
"""The bias of what is calibrated on: one of its own, so that another default of policies changes no weights file."""


def built(report: Report = lambda _line: None) -> bytes:
    """Return the content of the weights file: learned, averaged, rounded, calibrated. The same bytes each time."""
    weights = learned(list(gathered(PORTIONS)), RECIPE, SEEDS, report=report)
    report("calibrating on conversations that nothing was learned from")
    return write_weights(calibrated(as_written(weights)))


def calibrated(weights: Weights) -> Weights:
    """Return the weights with what their raw confidences are worth: on half of the bundled and on fresh dialogues."""
    fresh = generate(CALIBRATION_DIALOGUES, _CALIBRATION_SEED)
    return replace(
        weights,
        calibration=calibration(list(judged([*calibration_half(), *fresh], OwnNames(weights, CALIBRATION_BIAS)))),
    )


def calibration_half() -> list[Conversation]:
    """Return every other bundled conversation: those that scores are calibrated on."""
    return [conversation for number, conversation in enumerate(bundled()) if number % 2 == 0]


def checking_half() -> list[Conversation]:
    """Return the other bundled conversations: those that show whether the calibration holds."""
    return [conversation for number, conversation in enumerate(bundled()) if number % 2]


def check(report: Report = lambda _line: None) -> str:
    """Return, as tables, what the shipped weights are worth on the bundled conversations."""
    report("searching the bundled conversations")
    tier = own_names()
    scores = [row(source, [one for one in bundled() if one.source == source], tier) for source in ("star", "multidogo")]
    lines = ["| stated score | findings | mean stated | right |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {band.low:.2f} to {band.high:.2f} | {band.findings:,} | {band.stated:.3f} | {band.right:.3f} |"
        for band in bands(list(judged(checking_half(), tier)))
    ]
    return "\n".join([*table(scores), "", *lines])
