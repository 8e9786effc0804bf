"""From overlapping findings to disjoint ones that cover the same text: what any detector found is de-identified."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from pipeline.detection.finding import Finding
from pipeline.event.labels import CONTEXT_LABELS, SECRET_LABELS, Label

CLOSER_LABELS: Final = frozenset(
    {
        Label.VEHICLE_ID,
        Label.IP,
        Label.IBAN,
        Label.CARD_SECURITY,
        Label.CARD_EXPIRY,
        Label.URL_WITH_PERSONAL_DATA,
        Label.DEVICE_ID,
        Label.CRYPTO_WALLET,
        Label.API_SECRET,
        Label.HEALTH_ID,
        Label.TAX_ID,
        Label.PASSPORT,
        Label.DRIVING_LICENCE,
        Label.PLACEHOLDER,
    }
)
"""Labels that patterns know and names tiers do not."""
WHOLE_LABELS: Final = frozenset({Label.CREDIT_CARD, Label.EMAIL, Label.IBAN, Label.NATIONAL_ID, Label.PHONE})
"""Labels of values whose end a pattern knows better than a names tier."""


def resolve(findings: Iterable[Finding], *, drop_labels: Collection[Label] = ()) -> tuple[Finding, ...]:
    """Return findings that are sorted, do not overlap, and together cover exactly what the given ones cover. Pure.

    Findings that share a code point become one over their union; findings that only touch stay apart. The union
    takes label, detector and score of its strongest member: secrets (passwords, card codes, keys) before all others,
    so that none is tokenized as something else; then the higher score, the longer span, the earlier start, the label
    in alphabetical order. Context labels, which a policy may leave in clear, never win over identity: they keep what no
    other finding covers, in pieces. Empty findings and those of `drop_labels` are left out first. O(n log n).
    """
    identity: list[Finding] = []
    context: list[Finding] = []
    for finding in findings:
        if finding.start < finding.end and finding.label not in drop_labels:
            (context if finding.label in CONTEXT_LABELS else identity).append(finding)
    united = _united(identity)
    if context:
        united += list(_uncovered(_united(context), united))
        united.sort()
    return tuple(united)


def yielding(rough: Sequence[Finding], exact: Sequence[Finding]) -> list[Finding]:
    """Return the names tier's findings, with the label that a pattern has for the same value where it knows it closer.

    A tier that learned few labels calls a plate an account; the pattern that knows plates by their shape is right,
    however sure the tier is; a postcode inside an address is part of it. A finding yields its label and score to the
    first of the patterns' that lies on half of it; `exact` is sorted. Linear but for a search by halves. Pure.
    """
    closer = [finding for finding in exact if finding.label in CLOSER_LABELS]
    around_zips = [finding for finding in exact if finding.label in CLOSER_LABELS or finding.label is Label.ADDRESS]
    if not around_zips:
        return list(rough)
    ends = list(accumulate([finding.end for finding in closer], max))
    ends_around_zips = list(accumulate([finding.end for finding in around_zips], max))
    return [
        _yielded(finding, around_zips, ends_around_zips)
        if finding.label is Label.ZIP
        else _yielded(finding, closer, ends)
        for finding in rough
    ]


def cut_apart(rough: Sequence[Finding], exact: Sequence[Finding], text: str) -> list[Finding]:
    """Return the names tier's findings without the whole values that patterns know inside them.

    To a tier two addresses with a blank between are one run of words, and an opt-out would look for neither. What is
    left of a run keeps its label; where digits are left beside a number, the pattern knew a part of it, and the run
    stays whole. Secrets stay whole. `exact` is sorted. Linear but for a search by halves. Pure.
    """
    whole = [finding for finding in exact if finding.label in WHOLE_LABELS]
    if not whole:
        return list(rough)
    starts = [finding.start for finding in whole]
    pieces: list[Finding] = []
    for finding in rough:
        first, last = bisect_left(starts, finding.start), bisect_left(starts, finding.end)
        inside = [each for each in whole[first:last] if each.end <= finding.end]
        cut = inside and finding.label not in SECRET_LABELS
        left = list(_uncovered([finding], _united(inside))) if cut else []
        numbers = any(each.label is not Label.EMAIL for each in inside)
        if not left or (numbers and any(_has_digit(text, each) for each in left)):
            pieces.append(finding)
        else:
            pieces += [trimmed for each in left if (trimmed := _trimmed(text, each)) is not None]
    return pieces


def _has_digit(text: str, finding: Finding) -> bool:
    return any(map(str.isdecimal, text[finding.start : finding.end]))


def _trimmed(text: str, finding: Finding) -> Finding | None:
    """Return a finding without the marks around it, if more is left."""
    start, end = finding.start, finding.end
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return _over(finding, start, end) if start < end else None


def _yielded(finding: Finding, closer: Sequence[Finding], ends: Sequence[int]) -> Finding:
    """Return what a finding becomes beside `closer`, sorted; `ends` is how far each of them and those before reach."""
    start, end = finding.start, finding.end
    for number in range(bisect_right(ends, start), len(closer)):
        other = closer[number]
        if other.start >= end:
            break
        if 2 * (min(end, other.end) - max(start, other.start)) >= end - start:
            return finding._replace(label=other.label, score=other.score)
    return finding


def _strength(finding: Finding) -> tuple[bool, float, int, int, str]:
    return (
        finding.label in SECRET_LABELS,
        finding.score,
        finding.end - finding.start,
        -finding.start,
        finding.label.value,
    )


def _united(findings: list[Finding]) -> list[Finding]:
    """Return one finding for each group of findings that overlap, in order."""
    if len(findings) < 2:  # noqa: PLR2004 - one has nothing to overlap
        return findings
    findings.sort()
    united: list[Finding] = []
    strongest = findings[0]
    start, end = strongest.start, strongest.end
    for finding in findings[1:]:
        if finding.start >= end:
            united.append(_over(strongest, start, end))
            strongest, start, end = finding, finding.start, finding.end
            continue
        end = max(end, finding.end)
        if _strength(finding) > _strength(strongest):
            strongest = finding
    united.append(_over(strongest, start, end))
    return united


def _over(finding: Finding, start: int, end: int) -> Finding:
    """Return a finding over this span; most have it already."""
    if finding.start == start and finding.end == end:
        return finding
    return finding._replace(start=start, end=end)


def _uncovered(findings: list[Finding], covering: list[Finding]) -> Iterator[Finding]:
    """Yield the pieces of `findings` outside `covering`; both disjoint and sorted."""
    number = 0
    for finding in findings:
        position = finding.start
        while number < len(covering) and covering[number].end <= position:
            number += 1
        ahead = number
        while ahead < len(covering) and covering[ahead].start < finding.end:
            if position < covering[ahead].start:
                yield finding._replace(start=position, end=covering[ahead].start)
            position = covering[ahead].end
            ahead += 1
        if position < finding.end:
            yield finding._replace(start=position)
