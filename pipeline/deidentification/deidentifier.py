"""One purpose's de-identification of a text: findings in, sanitized text and re-based findings out."""

from collections.abc import Sequence
from typing import Final

from pipeline.deidentification.generalization import generalized_text
from pipeline.deidentification.operators import TextOperators
from pipeline.deidentification.tokens import placeholder, text_token
from pipeline.detection.finding import Finding
from pipeline.event.canonical import canonical_value
from pipeline.event.labels import Label
from pipeline.event.sanitized_event import SanitizedFinding
from pipeline.keys import KeyRing
from pipeline.policy.compiled import CompiledPurpose, Operator, Treatment

_REDACTED: Final = Treatment(Operator.REDACT)


class Deidentifier:
    """Treats every finding as its label's treatment in the purpose says. Pure; holds keys, so its `repr` is bare."""

    def __init__(self, purpose: CompiledPurpose, keys: KeyRing, operators: TextOperators, default_region: str) -> None:
        self.purpose = purpose
        self._keys = keys
        self._operators = operators
        self._region = default_region

    def __repr__(self) -> str:
        return f"<Deidentifier: {self.purpose.name}>"

    def de_identify(
        self, text: str, findings: Sequence[Finding], tenant: str, conversation_id: str, *, masks: bool = True
    ) -> tuple[str, tuple[SanitizedFinding, ...]]:
        """Return the sanitized text, and each treated finding with its place in that text.

        `findings` are sorted and do not overlap. A finding whose label is kept leaves its text as it is and is not
        reported. Without `masks`, what would be masked is redacted. Linear in text and findings.
        """
        if not findings:
            return text, ()
        pieces: list[str] = []
        treated: list[SanitizedFinding] = []
        treatments = self.purpose.treatments
        done = length = 0
        for finding in findings:
            treatment = treatments[finding.label]
            if treatment.operator is Operator.KEEP:
                continue
            between = text[done : finding.start]
            if treatment.operator is Operator.MASK and not masks:
                treatment = _REDACTED
            replacement = self._replacement(
                finding.label, text[finding.start : finding.end], treatment, tenant, conversation_id
            )
            start = length + len(between)
            length = start + len(replacement)
            pieces += (between, replacement)
            done = finding.end
            treated.append(
                SanitizedFinding(finding.label.value, treatment.operator.value, finding.detector, start, length)
            )
        pieces.append(text[done:])
        return "".join(pieces), tuple(treated)

    def _replacement(self, label: Label, value: str, treatment: Treatment, tenant: str, conversation_id: str) -> str:
        match treatment.operator:
            case Operator.TOKENIZE:
                canonical = canonical_value(label, value, self._region)
                return text_token(self._keys, tenant, self.purpose.name, label, canonical)
            case Operator.PLACEHOLDER:
                canonical = canonical_value(label, value, self._region)
                return placeholder(self._keys, tenant, self.purpose.name, conversation_id, label, canonical)
            case Operator.MASK:
                return self._masked(label, value, treatment.keep_last)
            case Operator.GENERALIZE if treatment.to is not None:
                return generalized_text(value, treatment.to) or self._redacted(label, value)
            case _:
                return self._redacted(label, value)

    def _masked(self, label: Label, value: str, kept_last: int) -> str:
        # Only a value of more digits than the mask keeps hides anything, and letters may be digits in words.
        kept = value[len(value) - kept_last :] if kept_last else "0"
        if sum(map(str.isdigit, value)) < kept_last or not kept.isdigit():
            return self._redacted(label, value)
        return self._operators.mask(value, kept_last)

    def _redacted(self, label: Label, value: str) -> str:
        return self._operators.replace(value, f"[{label.value}]")
