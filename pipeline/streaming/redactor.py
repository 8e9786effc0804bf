"""The agent's work on one batch, and what it does when partitions come and go."""

import asyncio
import time
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol

from faust.types import TP

from pipeline.consent.opt_outs import OptOutList
from pipeline.errors import Reason, RejectedEvent
from pipeline.event.receipt import Receipt
from pipeline.event.records import SourceRecord
from pipeline.flow.decode_record import decode_record
from pipeline.flow.redact_batch import (
    Followed,
    NamesFound,
    find_names,
    follow_questions,
    groups,
    redact_followed,
)
from pipeline.flow.rules import Rules
from pipeline.flow.stages import AcceptedRecord, RejectedRecord
from pipeline.streaming.effects import Effects
from pipeline.streaming.opt_out_reader import OptOutReader
from pipeline.streaming.source_records import source_record
from pipeline.streaming.state_restorer import StateRestorer
from pipeline.streaming.state_store import BatchStates, StateStore
from pipeline.streaming.suspects import Suspects
from pipeline.streaming.transport import Batch, Stage
from pipeline.telemetry.metric import Stage as Timed
from pipeline.telemetry.recorder import Telemetry

RESTORE_S_MAX = 300.0


class RulesSource(Protocol):
    """Where the rules in force come from; the object changes between batches only."""

    @property
    def current(self) -> Rules:
        """The rules of the batch that starts now."""
        ...


@dataclass(slots=True)
class InFlight:
    """A batch that was handed over and is not known to be durable: its receipts and how long its stages took."""

    receipts: list[Receipt]
    durations_s: dict[str, float]
    handed_over_at_s: float


@dataclass(slots=True)
class _Stopwatch:
    durations_s: dict[str, float] = field(default_factory=dict)
    _started_at_s: float = field(default_factory=time.perf_counter)

    def lap(self, stage: Timed) -> None:
        now_s = time.perf_counter()
        self.durations_s[stage] = self.durations_s.get(stage, 0.0) + now_s - self._started_at_s
        self._started_at_s = now_s


class Redactor:
    """Turns batches of raw records into batches of effects; the transport's `PartitionListener`.

    Everything runs on the event loop's thread, but for the names tier, which may take long and runs in another.
    """

    def __init__(
        self,
        *,
        rules: RulesSource,
        effects: Effects,
        state_topic: str,
        opt_outs: OptOutList,
        reader: OptOutReader,
        store: StateStore,
        restorer: StateRestorer,
        suspects: Suspects,
        telemetry: Telemetry,
    ) -> None:
        self._rules = rules
        self._effects = effects
        self._state_topic = state_topic
        self._opt_outs = opt_outs
        self._reader = reader
        self._store = store
        self._restorer = restorer
        self._suspects = suspects
        self._telemetry = telemetry
        self._partitions: AbstractSet[TP] = frozenset()
        self._in_flight: dict[int, InFlight] = {}
        self._ids: dict[int, int] = {}
        self._next_id = 0
        self._inside = False
        self._opt_outs_seen = 0
        self.joined = False
        self.restored = False
        self.last_progress_s = time.monotonic()

    async def redact(self, batch: Batch) -> None:
        """Send everything that the batch's records lead to, and its conversations' new states, with the batch.

        The opt-out list and the rules are taken once: the batch holds one snapshot.
        """
        self._inside = True
        try:
            await self._redact(batch)
        finally:
            self._inside = False

    @property
    def opt_outs(self) -> OptOutList:
        """The list as decisions see it."""
        return self._opt_outs

    def follow_opt_outs(self) -> None:
        """Take over what was read of the opt-out list, unless a batch is being worked on."""
        if not self._inside:
            self._reader.drain_into(self._opt_outs)
        if not self.restored and self._opt_outs.position != self._opt_outs_seen:
            self._opt_outs_seen = self._opt_outs.position
            self._note_progress()

    async def _redact(self, batch: Batch) -> None:
        self._reader.drain_into(self._opt_outs)
        rules, watch = self._rules.current, _Stopwatch()
        records = [source_record(message) for message in batch.records]
        for partition, count in Counter(record.position.partition for record in records).items():
            self._telemetry.record_read(partition, count)
        batch_id = self._next_id
        self._next_id += 1
        self._store.begin(batch_id, {tp.partition for tp in batch.partitions})
        self._suspects.start_batch()
        states = BatchStates(self._store, batch_id)
        receipts: list[Receipt] = []
        for group in groups(records, rules):
            followed = follow_questions((self._decode(record, rules) for record in group), states)
            watch.lap(Timed.DECODE)
            names = await self._find_names(followed, rules)
            watch.lap(Timed.NAMES)
            receipts += self._send_outcomes(batch, states, followed, names, rules)
            watch.lap(Timed.REDACT)
        self._suspects.done()
        for partition, key, value in self._store.sealed(batch_id):
            batch.send(Stage.STATE, self._state_topic, value, key.encode(), partition)
        watch.lap(Timed.REDACT)
        self._ids[id(batch)] = batch_id
        self._in_flight[batch_id] = InFlight(receipts, watch.durations_s, time.perf_counter())

    def _decode(self, record: SourceRecord, rules: Rules) -> AcceptedRecord | RejectedRecord:
        decoded = decode_record(record, rules)
        if self._suspects.condemned(record):
            return RejectedRecord(record, decoded.origin, RejectedEvent(Reason.DETECTOR_HUNG))
        return decoded

    async def _find_names(self, followed: Followed, rules: Rules) -> NamesFound:
        if not self._suspects.careful(len(followed)):
            return await self._score(followed, rules)
        found: NamesFound = []
        for turn in followed:
            self._suspects.working_on(turn.decoded.record)
            found += await self._score([turn], rules)
        return found

    @staticmethod
    async def _score(followed: Followed, rules: Rules) -> NamesFound:
        if rules.names_are_quick:
            return find_names(followed, rules)
        return await asyncio.to_thread(find_names, followed, rules)

    def _send_outcomes(
        self,
        batch: Batch,
        states: BatchStates,
        followed: Followed,
        names: NamesFound,
        rules: Rules,
    ) -> list[Receipt]:
        receipts: list[Receipt] = []
        begin = self._suspects.working_on
        outcomes = redact_followed(followed, names, states, self._opt_outs, rules, begin=begin)
        for outcome in outcomes:
            batch.send_all(Stage.OUTPUT, self._effects.writes(outcome))
            receipts.append(outcome.receipt)
        return receipts

    async def assigned(self, partitions: AbstractSet[TP]) -> None:
        """Wait until the opt-outs are known, then restore the partitions' conversations."""
        self.joined, self.restored, self._partitions = True, False, partitions
        await self._reader.wait_until_ready(self._opt_outs, timeout_s=RESTORE_S_MAX)
        await self._restore()

    async def revoked(self, partitions: AbstractSet[TP]) -> None:
        """Forget what was built on partitions that are another worker's now."""
        self._forget_in_flight()
        self._store.aborted()
        self._store.revoke({tp.partition for tp in partitions})
        self._partitions = frozenset()

    async def aborted(self) -> None:
        """Throw away what was built on batches that will be read again, and restore what is committed."""
        self._telemetry.record_transaction(committed=False)
        self._forget_in_flight()
        self._store.aborted()
        await self._restore()

    def committed(self, batch: Batch) -> None:
        """Take a batch's states as committed, and count its receipts."""
        batch_id = self._ids.pop(id(batch))
        self._store.committed(batch_id)
        in_flight = self._in_flight.pop(batch_id)
        in_flight.durations_s[Timed.COMMIT] = time.perf_counter() - in_flight.handed_over_at_s
        self._telemetry.record_batch(in_flight.receipts, durations_s=in_flight.durations_s)
        self._telemetry.record_transaction(committed=True)
        self._note_progress()

    async def _restore(self) -> None:
        numbers = {tp.partition for tp in self._partitions}
        self.restored = False
        states = await asyncio.to_thread(
            self._restorer.restore, numbers, timeout_s=RESTORE_S_MAX, progress=self._note_progress
        )
        for partition in numbers:
            self._store.install(partition, states[partition])
        self.restored = True
        self._note_progress()

    def _note_progress(self) -> None:
        self.last_progress_s = time.monotonic()

    def _forget_in_flight(self) -> None:
        self._in_flight.clear()
        self._ids.clear()
