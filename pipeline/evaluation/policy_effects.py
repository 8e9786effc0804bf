"""What another policy would change in what each purpose gets of the same events: counts by purpose, kind and label."""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from pipeline.detection.finding import Finding
from pipeline.event.concealed import Concealed
from pipeline.event.conversation_event import Role
from pipeline.flow.outcome import DeadLettered, Redacted, Withheld
from pipeline.policy.compiled import CompiledPolicy, CompiledPurpose, Operator
from pipeline.policy.explain import spoken

PUBLISHED = "published"
METADATA_ONLY = "metadata only"
ABSENT = "no such purpose"


class Effect(StrEnum):
    """How one place of a text, or a whole turn, fares under another policy."""

    OUTCOME = "outcome"
    ONLY_BEFORE = "only before"
    ONLY_AFTER = "only after"
    OPERATOR = "operator"
    LABEL = "label"
    BORDERS = "borders"


class Changed(NamedTuple):
    """One kind of difference. `label` is None for an outcome; `before` and `after` None where nothing was found."""

    purpose: str
    effect: Effect
    label: str | None
    before: str | None
    after: str | None


class ChangedPlace(Concealed, frozen=True):
    """Where a difference lies: half-open code points of the turn's text, all of it for an outcome."""

    changed: Changed
    start: int
    end: int


class PolicyEffects:
    """Compares two policies turn by turn. `published` counts, by purpose, what each of the two lets out."""

    def __init__(self, old: CompiledPolicy, new: CompiledPolicy) -> None:
        self._old = {purpose.name: purpose for purpose in old.purposes}
        self._new = {purpose.name: purpose for purpose in new.purposes}
        self.purposes = tuple(dict.fromkeys((*self._old, *self._new)))
        self.counts: Counter[Changed] = Counter()
        self.turns = 0
        self.published: dict[str, list[int]] = {name: [0, 0] for name in self.purposes}

    def compare(
        self, role: Role, length: int, old: Redacted | DeadLettered, new: Redacted | DeadLettered
    ) -> list[ChangedPlace]:
        """Count what differs between two outcomes of one turn of `length` characters, and return where.

        `role` is its author's.
        """
        self.turns += 1
        places: list[ChangedPlace] = []
        for name in self.purposes:
            before, after = outcome_of(old, name), outcome_of(new, name)
            self.published[name][0] += before == PUBLISHED
            self.published[name][1] += after == PUBLISHED
            if before != after:
                places.append(ChangedPlace(Changed(name, Effect.OUTCOME, None, before, after), 0, length))
            elif before == PUBLISHED and isinstance(old, Redacted) and isinstance(new, Redacted):
                places += _changed_findings(
                    (self._old[name].for_role(role), self._new[name].for_role(role)), old.findings, new.findings
                )
        self.counts.update(place.changed for place in places)
        return places

    def rows(self) -> list[tuple[Changed, int]]:
        """Return each difference with its count: by purpose and kind, the most frequent first. Pure."""
        kinds, purposes = list(Effect), list(self.purposes)
        return sorted(
            self.counts.items(),
            key=lambda row: (purposes.index(row[0].purpose), kinds.index(row[0].effect), -row[1], str(row[0])),
        )


def outcome_of(outcome: Redacted | DeadLettered, purpose: str) -> str:
    """Say in words what a purpose gets of a turn. Pure."""
    if isinstance(outcome, DeadLettered):
        return f"dead letter: {outcome.receipt.dead_letter}"
    for one in outcome.outcomes:
        if one.receipt.purpose == purpose:
            if isinstance(one, Withheld):
                return f"withheld: {one.receipt.reason}"
            return METADATA_ONLY if one.receipt.metadata_only else PUBLISHED
    return ABSENT


def _changed_findings(
    purposes: tuple[CompiledPurpose, CompiledPurpose], old: Sequence[Finding], new: Sequence[Finding]
) -> Iterator[ChangedPlace]:
    """Yield where a text leaves otherwise. What is found and kept in clear counts as not found."""
    treatments = [purpose.treatments for purpose in purposes]
    before, after = (
        [found for found in findings if treated[found.label].operator is not Operator.KEEP]
        for findings, treated in zip((old, new), treatments, strict=True)
    )
    for one, other in _paired(before, after):
        place = one or other
        if place is None:
            continue
        was = None if one is None else spoken(treatments[0][one.label])
        will = None if other is None else spoken(treatments[1][other.label])
        if one is None or other is None:
            effect = Effect.ONLY_AFTER if one is None else Effect.ONLY_BEFORE
        elif one.label != other.label:
            effect, was, will = Effect.LABEL, f"{one.label} {was}", f"{other.label} {will}"
        elif was != will:
            effect = Effect.OPERATOR
        elif one[:2] != other[:2]:
            effect = Effect.BORDERS
        else:
            continue
        start = min(found.start for found in (one, other) if found is not None)
        end = max(found.end for found in (one, other) if found is not None)
        yield ChangedPlace(Changed(purposes[0].name, effect, place.label.value, was, will), start, end)


def _paired(old: Sequence[Finding], new: Sequence[Finding]) -> Iterator[tuple[Finding | None, Finding | None]]:
    """Yield each finding with the first of the other side that it overlaps, or alone; both are sorted and disjoint.

    A pair is yielded once; a finding that several of the other side lie in is yielded with each of them. Linear.
    """
    left = right = 0
    old_paired = new_paired = -1
    while left < len(old) or right < len(new):
        one = old[left] if left < len(old) else None
        other = new[right] if right < len(new) else None
        if one is not None and other is not None and one.start < other.end and other.start < one.end:
            yield one, other
            old_paired, new_paired = left, right
        elif other is None or (one is not None and one.end <= other.start):
            if left != old_paired:
                yield one, None
        elif right != new_paired:
            yield None, other
        if other is None or (one is not None and one.end <= other.end):
            left += 1
        else:
            right += 1
