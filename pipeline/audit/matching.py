"""What arrived against what became of it: raw records, receipts, outputs and dead letters of one partition.

Everything about a raw record is written to its own partition's number, so partitions are compared one by one, and
memory is bounded by the largest: about 900 bytes (measured) for each of its raw records with outputs for two purposes.
Receipts are kept for years, so a comparison may begin at a time (`since_ms`) instead of at the oldest receipt.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec

from pipeline.audit.report import AuditCounts, AuditFinding, AuditProblem, Findings
from pipeline.errors import Reason
from pipeline.event.dead_letter import DeadLetter, unseal
from pipeline.event.dead_letter import decode as decode_letter
from pipeline.event.receipt import AmendmentOutcome, AmendmentReceipt, Outcome, PurposeReceipt, Receipt, decode
from pipeline.event.records import TIMESTAMP_MS_MAX, Position, output_id, source_id
from pipeline.keys import CannotDecrypt, KeyRing


@dataclass(frozen=True, slots=True)
class RawPartition:
    """The raw partition under audit: its bounds when the audit began, and the group's committed offset (None: none)."""

    topic: str
    partition: int
    start: int
    end: int
    committed: int | None


class Retained(NamedTuple):
    """What is left of a partition that expires: its log start, and the timestamp of the first record still there."""

    log_start: int
    first_ms: int | None

    def may_have_lost(self, recorded_at_ms: int) -> bool:
        """Say whether a record written soon after that time may have expired. Pure."""
        return self.log_start > 0 and (self.first_ms is None or recorded_at_ms <= self.first_ms)


class _Expected(NamedTuple):
    """What receipts say must stand under an id: `present` None means that either is right.

    `revision` is the lowest that may stand: the one that an amendment promised.
    """

    present: bool | None
    recorded_at_ms: int
    revision: int = 1


CLOCKS_APART_MS: Final = 3_600_000
"""How far the timestamps of a raw record and of its receipt may contradict their order: different clocks wrote them."""
_TOMBSTONE: Final = -1
_LETTERS: Final = ""  # no purpose has this name
_FROM_REQUESTS: Final = frozenset({Reason.REQUEST_REFUSED, Reason.NULL_VALUE, Reason.UNKNOWN_TENANT})


class PartitionAudit:
    """Compares one partition. Add all raw records, then all receipts in order, then outputs and dead letters; finish.

    Receipts that were written after the audit's view go to `add_later_receipt`: they explain, and are not compared.
    """

    def __init__(
        self,
        raw: RawPartition,
        purposes: Collection[str],
        keys: KeyRing,
        findings: Findings,
        counts: AuditCounts,
        *,
        exactly_once: bool,
        since_ms: int = 0,
    ) -> None:
        self._raw = raw
        self._since_ms = since_ms
        self._keys = keys
        self._findings = findings
        self._counts = counts
        self._exactly_once = exactly_once
        self._raw_offsets: dict[bytes, int] = {}
        self._receipted: set[bytes] = set()
        self._next_receipted = 0
        self._receipts = Retained(0, None)
        self._outputs: dict[str, _Stream] = {purpose: _Stream(since_ms) for purpose in purposes}
        self._letters = _Stream(since_ms)
        self._pending: set[tuple[str, bytes]] | None = None

    def add_raw(self, offset: int, timestamp_ms: int) -> None:
        """Take a raw record's position."""
        if timestamp_ms < self._since_ms:
            return
        position = Position(self._raw.topic, self._raw.partition, offset, min(max(timestamp_ms, 0), TIMESTAMP_MS_MAX))
        self._raw_offsets[bytes.fromhex(source_id(self._keys, position))] = offset
        self._counts.raw_records += 1

    def add_receipt(self, offset: int, timestamp_ms: int, key: bytes | None, value: bytes | None) -> None:
        """Take the next record of the receipts topic, which stands at `offset`."""
        self._counts.receipts += 1
        if self._receipts.first_ms is None:
            self._receipts = self._receipts._replace(first_ms=timestamp_ms)
        if timestamp_ms < self._since_ms - CLOCKS_APART_MS:
            self._counts.not_compared += 1
            return
        receipt = _decoded(value)
        if receipt is None:
            self._find(AuditProblem.RECEIPT_UNREADABLE, offset)
            return
        if key != receipt.id.encode() or not self._is_in_place(receipt):
            self._find(AuditProblem.RECEIPT_MISPLACED, offset, receipt.id)
            return
        self._match_raw(receipt, offset)
        self._expect(receipt)

    def add_output(self, purpose: str, key: bytes | None, *, revision: int, timestamp_ms: int) -> None:
        """Take the next record of a purpose's sanitized topic; revision 0 is a tombstone."""
        stream = self._outputs[purpose]
        stream.add(key, present=revision > 0, timestamp_ms=timestamp_ms)
        if revision > 1:
            stream.revisions[_key_id(key)] = revision

    def add_dead_letter(self, key: bytes | None, value: bytes | None, timestamp_ms: int) -> None:
        """Take the next record of the dead-letter topic. Those of privacy requests have no receipt and are left out."""
        if value is not None and self._is_of_request(value):
            return
        self._letters.add(key, present=value is not None, timestamp_ms=timestamp_ms)

    def begins(self, purpose: str | None, log_start: int) -> None:
        """Say where the log of a purpose's outputs (None: of the dead letters) begins, which may be after 0."""
        stream = self._letters if purpose is None else self._outputs[purpose]
        stream.log_start = log_start

    def receipts_begin(self, log_start: int) -> None:
        """Say where the receipts log begins."""
        self._receipts = Retained(log_start, None)

    def add_later_receipt(self, value: bytes | None) -> None:
        """Take a receipt written after the audit's view of the receipts: what it names is not compared."""
        receipt = _decoded(value)
        if receipt is None:
            return
        self._excuse(_LETTERS, receipt.replay_of or receipt.id)
        for purpose in receipt.purposes:
            self._excuse(purpose.purpose, purpose.id)
        for amendment in receipt.amendments:
            self._excuse(amendment.purpose, amendment.id)

    def unexplained(self) -> bool:
        """Say whether an output or dead letter stands that no receipt explains yet. Ask when all of them are added."""
        if self._pending is None:
            self._pending = {
                (name, identity)
                for name, stream in self._streams().items()
                for identity in stream.unexpected(self._receipts)
            }
        return bool(self._pending)

    def finish(self) -> None:
        """Compare, and report into the findings and counts given."""
        self._finish_raw()
        for purpose, stream in self._outputs.items():
            self._finish_outputs(purpose, stream)
        self._finish_letters()

    def _streams(self) -> "dict[str, _Stream]":
        return {_LETTERS: self._letters, **self._outputs}

    def _excuse(self, name: str, record_id: str) -> None:
        identity = _raw_id(record_id)
        stream = self._streams().get(name)
        if stream is not None:
            stream.excused.add(identity)
        if self._pending is not None:
            self._pending.discard((name, identity))

    def _is_in_place(self, receipt: Receipt) -> bool:
        """Say whether a receipt's ids are those of its position. Those of a replay come from the original's."""
        raw = self._raw
        if receipt.topic != raw.topic:
            return True
        position = Position(receipt.topic, receipt.partition, receipt.offset, receipt.recorded_at_ms)
        if receipt.partition != raw.partition or receipt.id != source_id(self._keys, position):
            return False
        return receipt.replay_of is not None or all(
            purpose.id == output_id(self._keys, position, purpose.purpose) for purpose in receipt.purposes
        )

    def _match_raw(self, receipt: Receipt, offset: int) -> None:
        raw = self._raw
        identity = _raw_id(receipt.id)
        if receipt.topic == raw.topic:
            self._next_receipted = max(self._next_receipted, receipt.offset + 1)
        if identity in self._receipted:
            self._counts.redelivered += 1
            if self._exactly_once:
                self._find(AuditProblem.RECEIPT_DOUBLED, receipt.offset, receipt.id)
        self._receipted.add(identity)
        if identity in self._raw_offsets:
            return
        if receipt.topic != raw.topic or receipt.offset < raw.start:
            self._counts.expired_raw += 1
        elif receipt.recorded_at_ms < self._since_ms:
            self._counts.not_compared += 1
        elif receipt.offset < raw.end:
            self._find(AuditProblem.RECEIPT_WITHOUT_RAW, offset, receipt.id)

    def _expect(self, receipt: Receipt) -> None:
        at_ms = receipt.recorded_at_ms
        letter_id = _raw_id(receipt.replay_of or receipt.id)
        self._counts.replays += receipt.replay_of is not None
        if receipt.dead_letter is not None:
            self._counts.dead_lettered += 1
            self._letters.expected[letter_id] = _Expected(present=True, recorded_at_ms=at_ms)
            self._forget_outputs(receipt)
        elif receipt.replay_of is not None:
            self._letters.expected[letter_id] = _Expected(present=None, recorded_at_ms=at_ms)
        for purpose in receipt.purposes:
            self._expect_output(purpose, at_ms)
        for amendment in receipt.amendments:
            self._expect_amendment(amendment, at_ms)

    def _expect_output(self, purpose: PurposeReceipt, at_ms: int) -> None:
        present = purpose.outcome is Outcome.SANITIZED or purpose.metadata_only
        self._counts.sanitized += present
        self._counts.withheld += not present
        stream = self._outputs.get(purpose.purpose)
        if stream is None:
            self._counts.unchecked_outputs += 1
        else:
            stream.expected[_raw_id(purpose.id)] = _Expected(present=present, recorded_at_ms=at_ms)

    def _expect_amendment(self, amendment: AmendmentReceipt, at_ms: int) -> None:
        """Let the newest receipt that names an id say what stands there."""
        present = amendment.outcome is AmendmentOutcome.AMENDED
        self._counts.amended += present
        self._counts.retracted += not present
        stream = self._outputs.get(amendment.purpose)
        if stream is not None:
            expected = _Expected(present=present, recorded_at_ms=at_ms, revision=amendment.revision)
            stream.expected[_raw_id(amendment.id)] = expected

    def _forget_outputs(self, receipt: Receipt) -> None:
        """Let older outputs of the record stand or not: it was redelivered, and is a dead letter now."""
        position = Position(receipt.topic, receipt.partition, receipt.offset, receipt.recorded_at_ms)
        for purpose, stream in self._outputs.items():
            identity = _raw_id(output_id(self._keys, position, purpose))
            if identity in stream.expected:
                stream.expected[identity] = _Expected(present=None, recorded_at_ms=receipt.recorded_at_ms)

    def _is_of_request(self, value: bytes) -> bool:
        letter: DeadLetter | None = None
        try:
            letter = decode_letter(value)
            return letter.reason in _FROM_REQUESTS and unseal(letter, self._keys).topic != self._raw.topic
        except (msgspec.DecodeError, UnicodeDecodeError, CannotDecrypt, ValueError):
            return letter is not None and letter.reason is Reason.REQUEST_REFUSED

    def _finish_raw(self) -> None:
        passed = max(self._raw.committed or 0, self._next_receipted)
        for identity, offset in self._raw_offsets.items():
            if identity in self._receipted:
                continue
            if offset < passed:
                self._find(AuditProblem.RECEIPT_MISSING, offset, identity.hex())
            else:
                self._counts.waiting += 1

    def _finish_outputs(self, purpose: str, stream: "_Stream") -> None:
        for identity, expected in stream.expected.items():
            if identity in stream.excused or expected.present is None:
                continue
            standing = stream.standing.get(identity)
            is_there = standing is not None and standing != _TOMBSTONE
            if expected.present and not is_there:
                if standing is None and stream.retained.may_have_lost(expected.recorded_at_ms):
                    self._counts.expired_outputs += 1
                else:
                    self._find(AuditProblem.OUTPUT_MISSING, None, identity.hex(), purpose)
            elif is_there and not expected.present:
                self._find(AuditProblem.OUTPUT_NOT_WITHHELD, None, identity.hex(), purpose)
            elif is_there and stream.revisions.get(identity, 1) < expected.revision:
                self._find(AuditProblem.AMENDMENT_MISSING, None, identity.hex(), purpose)
        for identity in stream.unexpected(self._receipts):
            self._find(AuditProblem.OUTPUT_UNEXPECTED, None, identity.hex(), purpose)

    def _finish_letters(self) -> None:
        stream = self._letters
        for identity, expected in stream.expected.items():
            if identity in stream.excused or not expected.present:
                continue
            standing = stream.standing.get(identity)
            if standing == _TOMBSTONE:
                self._find(AuditProblem.DEAD_LETTER_REMOVED, None, identity.hex())
            elif standing is None and stream.retained.may_have_lost(expected.recorded_at_ms):
                self._counts.expired_dead_letters += 1
            elif standing is None:
                self._find(AuditProblem.DEAD_LETTER_MISSING, None, identity.hex())
        for identity in stream.unexpected(self._receipts):
            self._find(AuditProblem.DEAD_LETTER_UNEXPECTED, None, identity.hex())

    def _find(
        self, problem: AuditProblem, offset: int | None, identity: str | None = None, purpose: str | None = None
    ) -> None:
        self._findings.add(AuditFinding(problem, self._raw.partition, offset, identity, purpose))


class _Stream:
    """What receipts expect on one topic, and what stands there: a timestamp, or a tombstone, under each id.

    `revisions` are those of amended outputs.
    """

    def __init__(self, since_ms: int) -> None:
        self._since_ms = since_ms
        self.expected: dict[bytes, _Expected] = {}
        self.standing: dict[bytes, int] = {}
        self.revisions: dict[bytes, int] = {}
        self.excused: set[bytes] = set()
        self.log_start = 0
        self._first_ms: int | None = None

    @property
    def retained(self) -> Retained:
        return Retained(self.log_start, self._first_ms)

    def add(self, key: bytes | None, *, present: bool, timestamp_ms: int) -> None:
        if self._first_ms is None:
            self._first_ms = timestamp_ms
        identity = _key_id(key)
        if timestamp_ms >= self._since_ms or identity in self.expected:
            self.standing[identity] = timestamp_ms if present else _TOMBSTONE

    def unexpected(self, receipts: Retained) -> list[bytes]:
        """Return the ids of records that stand and that no receipt names, unless its receipt may have expired."""
        return [
            identity
            for identity, timestamp_ms in self.standing.items()
            if timestamp_ms >= max(0, self._since_ms)
            and identity not in self.expected
            and identity not in self.excused
            and not receipts.may_have_lost(timestamp_ms)
        ]


def _decoded(value: bytes | None) -> Receipt | None:
    if value is None:
        return None
    try:
        receipt = decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return receipt if bool(receipt.purposes) != (receipt.dead_letter is not None) else None


def _raw_id(text: str) -> bytes:
    """Return an id of ours as its bytes, half the size; anything else as it is. Pure."""
    return _key_id(text.encode())


def _key_id(key: bytes | None) -> bytes:
    text = key or b""
    try:
        return bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return text
