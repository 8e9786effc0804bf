"""What the receipts of one batch add up to."""

from collections import defaultdict
from collections.abc import Sequence
from typing import final

from pipeline.event.receipt import Receipt, WithheldReason
from pipeline.telemetry.metric import METADATA_ONLY


@final
class Tally:
    """Counts by partition, and by the labels of each metric in the catalogue's order. `recorded_at_ms` by its value."""

    def __init__(self) -> None:
        self.committed: defaultdict[int, int] = defaultdict(int)
        self.recorded_at_ms: defaultdict[int, int] = defaultdict(int)
        self.outcomes: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        self.findings: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
        self.dropped_fields: defaultdict[str, int] = defaultdict(int)
        self.amendments: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.dead_letters: defaultdict[str, int] = defaultdict(int)
        self.undeclared_fields = 0
        self.duplicates = 0
        self.sequence_regressions = 0
        self.replayed = 0


def tally(receipts: Sequence[Receipt]) -> Tally:
    """Count what receipts say, in any order. Pure."""
    counted = Tally()
    for receipt in receipts:
        counted.committed[receipt.partition] += 1
        counted.recorded_at_ms[receipt.recorded_at_ms] += 1
        counted.undeclared_fields += receipt.undeclared_fields
        counted.sequence_regressions += receipt.sequence_regressed
        counted.replayed += receipt.replay_of is not None
        if receipt.dead_letter is not None:
            counted.dead_letters[receipt.dead_letter] += 1
        duplicate = False
        for purpose in receipt.purposes:
            outcome = METADATA_ONLY if purpose.metadata_only else purpose.outcome
            counted.outcomes[purpose.purpose, outcome, purpose.reason or ""] += 1
            counted.dropped_fields[purpose.purpose] += purpose.dropped_fields
            duplicate = duplicate or purpose.reason is WithheldReason.DUPLICATE
            for finding in purpose.findings:
                key = (purpose.purpose, finding.label, finding.operator, finding.detector)
                counted.findings[key] += finding.count
        counted.duplicates += duplicate
        for amendment in receipt.amendments:
            counted.amendments[amendment.purpose, amendment.outcome] += 1
    return counted
