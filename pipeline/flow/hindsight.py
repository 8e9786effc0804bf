"""What was found in each turn at last: with what later turns revealed, as spans of the original texts."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from pipeline.detection.finding import Finding
from pipeline.detection.overlap import resolve
from pipeline.event.conversation_event import Role
from pipeline.event.sanitized_event import SanitizedFinding
from pipeline.flow.outcome import Amendment, DeadLettered, Redacted, Sanitized
from pipeline.flow.rules import Rules
from pipeline.policy.compiled import Operator


class _Treated(NamedTuple):
    """Where a value stood in the original text, and where its replacement stands in the sanitized one."""

    original: tuple[int, int]
    start: int
    end: int


class _Output(msgspec.Struct, frozen=True):
    findings: tuple[SanitizedFinding, ...]


_decoder = msgspec.json.Decoder(_Output)


def findings_in_hindsight(
    outcomes: Sequence[Redacted | DeadLettered], roles: Sequence[Role], rules: Rules
) -> list[tuple[Finding, ...]]:
    """Return the findings of each turn of whole conversations, amendments included, sorted and disjoint. Pure.

    `roles` say who spoke. A turn that could not be processed has none.
    """
    found = [list(outcome.findings) if isinstance(outcome, Redacted) else [] for outcome in outcomes]
    turns = {
        output.receipt.id: (number, output, outcome.findings)
        for number, outcome in enumerate(outcomes)
        if isinstance(outcome, Redacted)
        for output in outcome.outcomes
        if isinstance(output, Sanitized)
    }
    texts: dict[str, list[_Treated]] = {}
    for outcome in outcomes:
        for amendment in outcome.amendments if isinstance(outcome, Redacted) else ():
            identity = amendment.receipt.id
            number, output, at_once = turns[identity]
            if identity not in texts:
                texts[identity] = list(_treated(output, at_once, roles[number], rules))
            found[number] += _followed(amendment, texts[identity])
    return [resolve(each) for each in found]


def _treated(output: Sanitized, found: Sequence[Finding], role: Role, rules: Rules) -> Iterator[_Treated]:
    publication = rules.publication(output.receipt.purpose, role)
    if publication is None:
        return
    treatments = publication.purpose.treatments
    originals = [each for each in found if treatments[each.label].operator is not Operator.KEEP]
    for original, finding in zip(originals, _decoder.decode(output.value).findings, strict=True):
        yield _Treated((original.start, original.end), finding.start, finding.end)


def _followed(amendment: Amendment, text: list[_Treated]) -> Iterator[Finding]:
    """Yield what an amendment treated, in the original text, and bring `text` to its revision."""
    if amendment.value is None:
        return
    ends = {each.start: each.end for each in _decoder.decode(amendment.value).findings}
    shift = 0
    for hit in amendment.found:
        start, end = hit.start + shift, hit.end + shift
        before = [each for each in text if each.end <= start]
        longer = sum(each.original[1] - each.original[0] - (each.end - each.start) for each in before)
        again = next((each for each in text if (each.start, each.end) == (start, end)), None)
        original = again.original if again else (start + longer, end + longer)
        grown = ends[start] - end
        after = [each._replace(start=each.start + grown, end=each.end + grown) for each in text if each.start >= end]
        text[:] = [*before, _Treated(original, start, ends[start]), *after]
        shift += grown
        yield hit._replace(start=original[0], end=original[1])
