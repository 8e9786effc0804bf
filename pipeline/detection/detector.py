"""All detectors over one text: what any of them finds is covered."""

from collections.abc import Mapping, Sequence

from pipeline.detection.finding import Finding
from pipeline.detection.known_values import KnownValues
from pipeline.detection.normalization import normalize
from pipeline.detection.overlap import resolve, yielding
from pipeline.detection.patterns import PatternDetector
from pipeline.detection.patterns.answering import UNPROMPTED, Expected
from pipeline.detection.seen_values import Memory
from pipeline.event.labels import Label


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
        found += yielding(names, found) if names else ()
        if self._score_min:
            least = self._score_min
            found = [finding for finding in found if finding.score >= least.get(finding.label, 0.0)]
        if known is not None:
            found += known.find(normalized)
        if memory is not None:
            found += memory.find(normalized)
        return resolve(found) if found else ()
