"""What an audit found: findings by problem, counts, and the state of the seal. For people and for `--json`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

EXAMPLES_MAX: Final = 20
"""How many findings of one problem are listed for each partition; all are counted."""


class AuditProblem(StrEnum):
    """What does not fit together."""

    RECEIPT_MISSING = "receipt_missing"
    RECEIPT_DOUBLED = "receipt_doubled"
    RECEIPT_WITHOUT_RAW = "receipt_without_raw"
    RECEIPT_MISPLACED = "receipt_misplaced"
    RECEIPT_UNREADABLE = "receipt_unreadable"
    OUTPUT_MISSING = "output_missing"
    OUTPUT_NOT_WITHHELD = "output_not_withheld"
    OUTPUT_UNEXPECTED = "output_unexpected"
    AMENDMENT_MISSING = "amendment_missing"
    DEAD_LETTER_MISSING = "dead_letter_missing"
    DEAD_LETTER_REMOVED = "dead_letter_removed"
    DEAD_LETTER_UNEXPECTED = "dead_letter_unexpected"
    SEAL_BROKEN = "seal_broken"
    SEALED_REMOVED_EARLY = "sealed_removed_early"
    UNSEALED_EXPIRED = "unsealed_expired"


REMEDIES: Final[Mapping[AuditProblem, str]] = {
    AuditProblem.RECEIPT_MISSING: "the worker passed this raw record without a receipt: reset its group to this offset",
    AuditProblem.RECEIPT_DOUBLED: "two receipts for one record: look for a second worker with the same slot or group",
    AuditProblem.RECEIPT_WITHOUT_RAW: "no such raw record: was the raw topic made anew, or the receipt forged?",
    AuditProblem.RECEIPT_MISPLACED: "its ids are not those of its position under these keys: right key file? forged?",
    AuditProblem.RECEIPT_UNREADABLE: "somebody else writes to the receipts topic: restrict its access rights",
    AuditProblem.OUTPUT_MISSING: "the receipt promises an output: replay the raw record, and look who retracted it",
    AuditProblem.OUTPUT_NOT_WITHHELD: "an output stands that was withheld: write a tombstone under its id",
    AuditProblem.OUTPUT_UNEXPECTED: "an output that no receipt explains: restrict who may write to the topic",
    AuditProblem.AMENDMENT_MISSING: "an older revision stands than promised: write a tombstone under its id",
    AuditProblem.DEAD_LETTER_MISSING: "the receipt promises a dead letter: reset the group to the raw record's offset",
    AuditProblem.DEAD_LETTER_REMOVED: "removed and never replayed: the record is lost unless raw still holds it",
    AuditProblem.DEAD_LETTER_UNEXPECTED: "a letter that no receipt explains: restrict who may write to the topic",
    AuditProblem.SEAL_BROKEN: "sealed receipts were changed, removed, or their topic made anew: keep the file, ask why",
    AuditProblem.SEALED_REMOVED_EARLY: "sealed receipts went before their retention ended: who deleted records?",
    AuditProblem.UNSEALED_EXPIRED: "receipts expired that no audit had sealed: run the audit more often",
}

CANNOT_TELL: Final = (
    "whether a receipt was changed before an audit first sealed it",
    "what the receipts said that the retention of their topic has removed",
    "whether raw records that expired before this audit all had a receipt",
    "whether the checkpoint is the newest one: keep it where the broker's operators cannot write",
)
"""What no run can detect, said in every report."""

WARNINGS: Final = frozenset({AuditProblem.UNSEALED_EXPIRED})


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One thing that does not fit: where, and the id or purpose where there is one. Never a value."""

    problem: AuditProblem
    partition: int
    offset: int | None = None
    id: str | None = None
    purpose: str | None = None


class Findings:
    """Findings as they are made: all counted, the first of each problem and partition kept."""

    def __init__(self) -> None:
        self.totals: Counter[AuditProblem] = Counter()
        self.examples: list[AuditFinding] = []
        self._kept: Counter[tuple[AuditProblem, int]] = Counter()

    def add(self, finding: AuditFinding) -> None:
        """Count a finding and keep it if there is room."""
        self.totals[finding.problem] += 1
        place = (finding.problem, finding.partition)
        if self._kept[place] < EXAMPLES_MAX:
            self._kept[place] += 1
            self.examples.append(finding)


@dataclass(slots=True)
class AuditCounts:
    """What the audit saw.

    `waiting` raw records are not processed yet. Receipts that are `not_compared` are older than the audit was to look.
    The expired could not be compared: their counterpart's retention is over.
    """

    raw_records: int = 0
    receipts: int = 0
    sanitized: int = 0
    withheld: int = 0
    amended: int = 0
    retracted: int = 0
    dead_lettered: int = 0
    replays: int = 0
    waiting: int = 0
    redelivered: int = 0
    expired_raw: int = 0
    expired_outputs: int = 0
    expired_dead_letters: int = 0
    unchecked_outputs: int = 0
    not_compared: int = 0


@dataclass(frozen=True, slots=True)
class SealReport:
    """The receipts chain of one partition: what was verified against the last checkpoint, and what was newly sealed."""

    partition: int
    verified: int
    sealed_anew: int
    no_longer_verifiable: int
    next_offset: int
    chain: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The outcome of an audit."""

    counts: AuditCounts
    totals: Mapping[AuditProblem, int]
    findings: tuple[AuditFinding, ...]
    seals: tuple[SealReport, ...]
    cannot_tell: tuple[str, ...] = CANNOT_TELL

    @property
    def sound(self) -> bool:
        """True when nothing but warnings was found."""
        return all(problem in WARNINGS for problem, count in self.totals.items() if count)
