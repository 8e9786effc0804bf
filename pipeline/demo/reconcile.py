"""Does what came out add up with what was published? Every check is one sentence and a verdict."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.audit.report import AuditReport
from pipeline.demo.scenario import PLANTED, Planned, Scenario
from pipeline.event.receipt import Receipt, WithheldReason
from pipeline.operations.broker import StoredRecord


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold, whether it does, and the numbers behind it."""

    sentence: str
    holds: bool
    detail: str


@dataclass(frozen=True, slots=True, repr=False)
class Published:
    """A planned record where it stands on the raw topic, with its receipts, and whether it came after the opt-outs."""

    planned: Planned
    receipts: Sequence[Receipt]
    second_half: bool


def placed(scenario: Scenario, raw: Iterable[StoredRecord], receipts: Iterable[Receipt]) -> list[Published]:
    """Pair each planned record with its receipts: records of one key and value, in the order of the raw topic. Pure."""
    by_position: dict[tuple[int, int], list[Receipt]] = {}
    for receipt in receipts:
        by_position.setdefault((receipt.partition, receipt.offset), []).append(receipt)
    by_content: dict[tuple[bytes | None, bytes | None], list[StoredRecord]] = {}
    for record in raw:
        by_content.setdefault((record.key, record.value), []).append(record)
    found: list[Published] = []
    halves = ((scenario.first_half, False), (scenario.second_half, True))
    for planned, second in ((each, second) for half, second in halves for each in half):
        standing = by_content.get((planned.key, planned.value), [])
        at = standing.pop(0) if standing else None
        found.append(Published(planned, by_position.get((at.partition, at.offset), ()) if at else (), second))
    return found


def reconcile(
    scenario: Scenario,
    published: Sequence[Published],
    outputs: Mapping[str, Sequence[StoredRecord]],
    audit: AuditReport,
    plain: Iterable[bytes],
) -> list[Check]:
    """Return the checks: completeness, reasons, opt-outs, outputs, secrets, and the audit's own verdict. Pure.

    `outputs` are the sanitized topics by purpose; `plain` is everything that strangers may read, as bytes.
    """
    return [
        _one_receipt_each(published),
        _dead_letters(published),
        _opted_out(published, scenario.out_before, "before the start", second_half_only=False),
        _opted_out(published, scenario.out_in_the_middle, "in the middle", second_half_only=True),
        *(_outputs(purpose, published, records) for purpose, records in outputs.items()),
        _no_planted_value(plain),
        Check("The audit finds nothing wrong", audit.sound, f"{audit.counts.raw_records:,} raw records matched"),
    ]


def _one_receipt_each(published: Sequence[Published]) -> Check:
    off = sum(len(each.receipts) != 1 for each in published)
    return Check("Every record published has exactly one receipt", off == 0, f"{len(published):,} records, {off} off")


def _dead_letters(published: Sequence[Published]) -> Check:
    wanted = Counter(each.planned.rejected_for for each in published)
    off = sum(each.planned.rejected_for is not receipt.dead_letter for each in published for receipt in each.receipts)
    count = sum(count for reason, count in wanted.items() if reason is not None)
    sentence = "Broken records, and no others, are dead letters for the right reason"
    return Check(sentence, off == 0, f"{count} letters, {off} off")


def _opted_out(
    published: Sequence[Published], customers: frozenset[str], when: str, *, second_half_only: bool
) -> Check:
    theirs = [each for each in published if each.planned.customer in customers]
    due = [each for each in theirs if each.second_half or not second_half_only]
    leaked = sum(
        purpose.reason is not WithheldReason.OPTED_OUT
        for each in due
        for receipt in each.receipts
        for purpose in receipt.purposes
    )
    sentence = f"Nothing is published of those who opted out {when}"
    return Check(sentence, bool(due) and leaked == 0, f"{len(customers)} people, {len(due)} events, {leaked} published")


def _outputs(purpose: str, published: Sequence[Published], records: Sequence[StoredRecord]) -> Check:
    promised = Counter(
        line.id
        for each in published
        for receipt in each.receipts
        for line in receipt.purposes
        if line.purpose == purpose and line.outcome == "sanitized"
    )
    retracted = {
        line.id
        for each in published
        for receipt in each.receipts
        for line in receipt.amendments
        if line.purpose == purpose and line.outcome == "retracted"
    }
    standing: dict[str, int] = {}
    for record in records:
        key = (record.key or b"").decode()
        standing[key] = standing.get(key, 0) + 1 if record.value is not None else 0
    present = {key for key, count in standing.items() if count}
    off = len((promised.keys() - retracted) ^ present)
    return Check(f"The {purpose} stream is what the receipts promise", off == 0, f"{len(present):,} events, {off} off")


def _no_planted_value(plain: Iterable[bytes]) -> Check:
    secrets = [value.encode() for value in PLANTED]
    leaks = sum(secret in text for text in plain for secret in secrets)
    return Check("No planted value stands where it must not", leaks == 0, f"{len(secrets)} values, {leaks} leaks")
