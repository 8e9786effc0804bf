"""All detectors over one text: what any of them finds is covered."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pipeline.detection.finding import Finding
from pipeline.detection.known_values import KnownValues, canonical_word
from pipeline.detection.normalization import normalize
from pipeline.detection.overlap import resolve
from pipeline.detection.patterns import PatternDetector
from pipeline.event.labels import Label

_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


class Detector:
    """Patterns, known values, remembered names and the names tier's findings, resolved to a disjoint cover. Pure."""

    def __init__(self, patterns: PatternDetector, score_min: Mapping[Label, float]) -> None:
        self._patterns = patterns
        self._score_min = score_min

    def find(
        self,
        text: str,
        *,
        question: str = "",
        known: KnownValues | None = None,
        remembers: Callable[[str], bool] | None = None,
        names: Sequence[Finding] = (),
    ) -> tuple[Finding, ...]:
        """Return the findings of a text, sorted, without overlap.

        `question` is the turn that the text answers (or ""), `known` the values that the event carries; `remembers`
        says of a canonical name part whether an author of the conversation bears it; `names` is from the names tier.
        """
        normalized = normalize(text)
        found = self._patterns.find(normalized, question)
        found += names
        if self._score_min:
            least = self._score_min
            found = [finding for finding in found if finding.score >= least.get(finding.label, 0.0)]
        if known is not None:
            found += known.find(normalized)
        if remembers is not None:
            found += [
                Finding(word.start(), word.end(), Label.PERSON, "remembered")
                for word in _WORD.finditer(text)
                if remembers(canonical_word(word[0]))
            ]
        return resolve(found) if found else ()
