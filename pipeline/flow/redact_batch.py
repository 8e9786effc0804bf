"""The batch: names are scored for all its texts at once, then events are redacted in order, one after the other."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from pipeline.consent.opt_outs import OptOutList
from pipeline.conversation.state import ConversationState
from pipeline.detection.names import NamesTier, NamesTurn, NoNames
from pipeline.errors import Reason, RejectedEvent
from pipeline.event.records import SourceRecord
from pipeline.flow.decode_record import decode_record
from pipeline.flow.outcome import DeadLettered, Redacted
from pipeline.flow.redact_event import NamesOfText, dead_letter, redact_event
from pipeline.flow.rules import Rules
from pipeline.flow.stages import AcceptedRecord, RejectedRecord

_log = logging.getLogger(__name__)

NamesFound = list[NamesOfText]
Decoded = Sequence[AcceptedRecord | RejectedRecord]


class ConversationStates(Protocol):
    """Where states are read and put while a batch is walked."""

    def get(self, partition: int, key: str, timestamp_ms: int) -> ConversationState:
        """Return a conversation's state for an event of that time, a new one where nothing is remembered."""
        ...

    def put(self, partition: int, key: str, state: ConversationState) -> None:
        """Remember a conversation's state, for the next event of this batch and the batches after it."""
        ...


def find_names(decoded: Decoded, rules: Rules) -> NamesFound:
    """Return what the names tier finds in each text, a rejection where it raised. One call for each tier; slow."""
    found: NamesFound = [[] for _ in decoded]
    by_tier: defaultdict[int, list[int]] = defaultdict(list)
    tiers: dict[int, NamesTier] = {}
    for index, item in enumerate(decoded):
        if not isinstance(item, AcceptedRecord):
            continue
        tier = rules.names_tier(item.event.locale)
        if tier is not None and not isinstance(tier, NoNames):
            tiers[id(tier)] = tier
            by_tier[id(tier)].append(index)
    for name, indexes in by_tier.items():
        turns = [_turn(item) for index in indexes if isinstance(item := decoded[index], AcceptedRecord)]
        for index, findings in zip(indexes, _scored(tiers[name], turns), strict=True):
            found[index] = findings
    return found


def redact_decoded(
    decoded: Decoded,
    names: NamesFound,
    states: ConversationStates,
    opt_outs: OptOutList,
    rules: Rules,
    *,
    begin: Callable[[SourceRecord], None] = lambda _record: None,
) -> Iterator[Redacted | DeadLettered]:
    """Yield the outcome of each record, in order. `begin` is told of a record before its detection starts."""
    for item, found in zip(decoded, names, strict=True):
        if isinstance(item, RejectedRecord):
            yield dead_letter(item, opt_outs, rules)
            continue
        begin(item.record)
        position = item.record.position
        state = states.get(position.partition, item.state_key, position.timestamp_ms)
        outcome = redact_event(item, state, found, opt_outs, rules)
        if outcome.state_key is not None and outcome.state is not None:
            states.put(position.partition, outcome.state_key, outcome.state)
        yield outcome


def redact_batch(
    records: Sequence[SourceRecord], states: ConversationStates, opt_outs: OptOutList, rules: Rules
) -> list[Redacted | DeadLettered]:
    """Decode, find names and redact: the whole core in one call. Equal for every division of records into batches."""
    decoded = [decode_record(record, rules) for record in records]
    return list(redact_decoded(decoded, find_names(decoded, rules), states, opt_outs, rules))


def _turn(item: AcceptedRecord) -> NamesTurn:
    return NamesTurn(item.event.text, item.event.author.role, item.event.locale)


def _scored(tier: NamesTier, turns: Sequence[NamesTurn]) -> NamesFound:
    """Score a batch; where that raises, turn by turn, so that one poison text rejects one record."""
    try:
        return list(tier.find(turns))
    except Exception as error:  # noqa: BLE001 - whatever a model raises, no text may pass it unseen
        _log.warning("names tier failed on a batch of %d turns: %s", len(turns), type(error).__name__)
    return [_scored_alone(tier, turn) for turn in turns]


def _scored_alone(tier: NamesTier, turn: NamesTurn) -> NamesOfText:
    try:
        return tier.find([turn])[0]
    except Exception as error:  # noqa: BLE001 - see above
        _log.error("names tier failed on a turn: %s", type(error).__name__)
    return RejectedEvent(Reason.DETECTOR_FAILED)
