"""All detectors over one text: what any of them finds is covered."""

from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.detection.finding import Finding
from pipeline.detection.known_values import KnownValues
from pipeline.detection.normalization import NormalizedText, normalize
from pipeline.detection.overlap import cut_apart, resolve, yielding
from pipeline.detection.patterns import PatternDetector
from pipeline.detection.patterns.answering import DETECTOR as ASKED
from pipeline.detection.patterns.answering import UNPROMPTED, Expected
from pipeline.detection.patterns.impersonal import UNSURE_SCORE_MAX, is_impersonal, lead_of
from pipeline.detection.seen_values import Memory
from pipeline.detection.spoken import parts_of
from pipeline.event.labels import Label

_READ_OUT: Final = frozenset({Label.ACCOUNT_ID, Label.NATIONAL_ID, Label.ORDER_ID, Label.PASSWORD, Label.PHONE})
"""Not cards: of a part of one, a mask would show too much."""
_BEGUN_ANEW_CHARS_MIN: Final = 24  # two numbers, and the words between


class Detector:
    """Patterns, known values, values seen before and the names tier's findings, resolved to a disjoint cover. Pure."""

    def __init__(self, patterns: PatternDetector, score_min: Mapping[Label, float]) -> None:
        self._patterns = patterns
        self._score_min = score_min

    def find(
        self,
        text: str,
        *,
        expected: Expected = UNPROMPTED,
        known: KnownValues | None = None,
        memory: Memory | None = None,
        names: Sequence[Finding] = (),
    ) -> tuple[Finding, ...]:
        """Return the findings of a text, sorted, without overlap.

        `expected` is what the text may answer, `known` the values that the event carries, `memory` those of the
        conversation's earlier turns; `names` is from the names tier.
        """
        normalized = normalize(text)
        found = self._patterns.find(normalized, expected)
        if names:
            found += cut_apart(yielding(_personal(normalized, names, expected), found), found, text)
        if any(finding.score <= UNSURE_SCORE_MAX or finding.detector == ASKED for finding in found):
            found = _personal(normalized, found, expected, unsure_only=True)
        if self._score_min:
            least = self._score_min
            found = [finding for finding in found if finding.score >= least.get(finding.label, 0.0)]
        if known is not None:
            found += known.find(normalized)
        if memory is not None:
            found += memory.find(normalized)
        return _apart(normalized, resolve(found)) if found else ()


def _personal(
    normalized: NormalizedText, found: Sequence[Finding], expected: Expected, *, unsure_only: bool = False
) -> list[Finding]:
    """Leave out what the words around it, or the question, give to a thing; where `unsure_only`, keep what is surer."""
    text = normalized.ascii_text
    kept = []
    for finding in found:
        sure = unsure_only and finding.score > UNSURE_SCORE_MAX and finding.detector != ASKED
        start, end = normalized.to_normalized(finding.start, finding.end)
        if sure or not is_impersonal(text, start, end, finding.label, expected):
            lead = 0 if unsure_only else lead_of(text[start:end], finding.label)
            kept.append(finding._replace(start=normalized.to_original(start + lead, end)[0]) if lead else finding)
    return kept


def _apart(normalized: NormalizedText, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Tell numbers apart that were begun anew in one breath. Pure."""
    if not any(
        finding.label in _READ_OUT and finding.end - finding.start >= _BEGUN_ANEW_CHARS_MIN for finding in found
    ):
        return found
    text = normalized.ascii_text
    apart: list[Finding] = []
    for finding in found:
        start, end = normalized.to_normalized(finding.start, finding.end)
        parts = parts_of(text[start:end]) if finding.label in _READ_OUT else ()
        if len(parts) < 2:  # noqa: PLR2004 - one part is the whole
            apart.append(finding)
            continue
        for first, last in parts:
            begin, stop = normalized.to_original(start + first, start + last)
            apart.append(finding._replace(start=begin, end=stop))
    return tuple(apart)
