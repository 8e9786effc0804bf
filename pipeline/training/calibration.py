"""What a raw confidence is worth: the share of right findings at each, measured on conversations not learned from.

Source: B. Zadrozny, C. Elkan, "Transforming classifier scores into accurate multiclass probability estimates", 2002
(isotonic regression by pooling adjacent violators).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from pipeline.corpora import Conversation, GoldSpan
from pipeline.detection.finding import Finding
from pipeline.detection.names import NamesTier, NamesTurn
from pipeline.evaluation.score import SOFT_LABELS
from pipeline.tagger.labels import COLUMNS
from pipeline.tagger.layout import Scores
from pipeline.training.examples import asked_before, role_of

STEPS: Final = 21
FINDINGS_MIN: Final = 300
"""A label with fewer findings is calibrated with all others."""
BANDS: Final = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 0.95), (0.95, 1.01))
_PRIOR_FINDINGS: Final = 4.0
_TURNS_AT_ONCE: Final = 500


class Judged(NamedTuple):
    """A finding's label and stated score, and whether it is right."""

    label: str
    score: float
    right: bool


class Band(NamedTuple):
    """Findings whose stated score lies in a half-open band: how many, their mean score, and the share of right ones."""

    low: float
    high: float
    findings: int
    stated: float
    right: float


def judged(conversations: Iterable[Conversation], tier: NamesTier) -> Iterator[Judged]:
    """Yield the tier's findings that gold can judge: right where half of it is personal, or context of its label."""
    batch: list[Conversation] = []
    for conversation in conversations:
        batch.append(conversation)
        if sum(len(one.turns) for one in batch) >= _TURNS_AT_ONCE:
            yield from _judged(batch, tier)
            batch = []
    yield from _judged(batch, tier)


def _judged(batch: Sequence[Conversation], tier: NamesTier) -> Iterator[Judged]:
    turns = [turn for conversation in batch for turn in conversation.turns]
    for turn, findings in zip(turns, tier.find([turn for one in batch for turn in _turns(one)]), strict=True):
        if turn.layers is not None:
            continue
        for finding in findings:
            verdict = _right(finding, turn.spans)
            if verdict is not None:
                yield Judged(finding.label.value, finding.score, verdict)


def _turns(conversation: Conversation) -> Iterator[NamesTurn]:
    for turn, asked in zip(conversation.turns, asked_before(conversation), strict=True):
        yield NamesTurn(turn.text, role_of(turn), "en", asked)


def _right(finding: Finding, spans: Sequence[GoldSpan]) -> bool | None:
    right = neutral = 0
    for span in spans:
        shared = min(span.end, finding.end) - max(span.start, finding.start)
        if shared > 0:
            fits = finding.label.value in (span.label, *span.alt)
            if not span.sure or (span.label in SOFT_LABELS and not fits):
                neutral += shared
            else:
                right += shared
    length = finding.end - finding.start
    if 2 * neutral >= length:
        return None
    return 2 * right >= length


def calibration(found: Sequence[Judged]) -> Scores:
    """Return the table of `Weights.calibration` from findings of a tier that states raw confidences. Pure."""
    every = _isotonic(found)
    rows = [every]
    for column in COLUMNS[1:]:
        own = [one for one in found if one.label == column]
        rows.append(_isotonic(own) if len(own) >= FINDINGS_MIN else every)
    return np.stack(rows).astype(np.float32)


def _isotonic(found: Sequence[Judged]) -> Scores:
    """Return the share of right findings at `STEPS` raw confidences, never falling."""
    ordered = sorted(found, key=lambda one: one.score)
    blocks: list[list[float]] = []
    size = max(1, len(ordered) // 60)
    for start in range(0, len(ordered), size):
        chunk = ordered[start : start + size]
        raw = sum(one.score for one in chunk) / len(chunk)
        right = sum(one.right for one in chunk) + _PRIOR_FINDINGS * raw
        blocks.append([raw * len(chunk), right, len(chunk) + _PRIOR_FINDINGS, len(chunk)])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            last = blocks.pop()
            blocks[-1] = [below + above for below, above in zip(blocks[-1], last, strict=True)]
    if not blocks:
        return np.linspace(0.0, 1.0, STEPS, dtype=np.float32)
    raws = [raw / count for raw, _, _, count in blocks]
    shares = [right / total for _, right, total, _ in blocks]
    return np.interp(np.linspace(0.0, 1.0, STEPS), raws, shares).astype(np.float32)


def bands(found: Sequence[Judged]) -> list[Band]:
    """Return how right the stated scores are, by band; bands without findings are left out. Pure."""
    rows = []
    for low, high in BANDS:
        own = [one for one in found if low <= one.score < high]
        if own:
            stated = sum(one.score for one in own) / len(own)
            rows.append(Band(low, min(high, 1.0), len(own), stated, sum(one.right for one in own) / len(own)))
    return rows
