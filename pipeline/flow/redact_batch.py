"""The batch: names are scored for many of its texts at once, then events are redacted in order, one after the other."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Protocol, final

from pipeline.consent.opt_outs import OptOutList
from pipeline.conversation.questions import NOTHING_ASKED, Questions
from pipeline.conversation.state import ConversationState
from pipeline.detection.names import NamesTier, NamesTurn, NoNames
from pipeline.errors import Reason, RejectedEvent
from pipeline.event.labels import Label
from pipeline.event.records import SourceRecord
from pipeline.flow.decode_record import decode_record
from pipeline.flow.outcome import DeadLettered, Redacted
from pipeline.flow.redact_event import NamesOfText, dead_letter, redact_event
from pipeline.flow.remember import heard, labels_asked
from pipeline.flow.rules import Rules
from pipeline.flow.stages import AcceptedRecord, RejectedRecord

_log = logging.getLogger(__name__)

_GROUP_RECORDS: Final = 64
"""So few stay in the processor's second cache from their decoding to their outputs: a fifth of a turn's time."""

NamesFound = list[NamesOfText]
Decoded = AcceptedRecord | RejectedRecord


@final
class FollowedRecord:
    """A decoded record, the labels of what its turn is asked for, and what either side is asked for after it."""

    __slots__ = ("after", "asked", "decoded")

    def __init__(self, decoded: Decoded, asked: tuple[Label, ...], after: Questions) -> None:
        self.decoded = decoded
        self.asked = asked
        self.after = after


Followed = Sequence[FollowedRecord]


class ConversationStates(Protocol):
    """Where states are read and put while a batch is walked."""

    def get(self, partition: int, key: str, timestamp_ms: int) -> ConversationState:
        """Return a conversation's state for an event of that time, a new one where nothing is remembered."""
        ...

    def is_forgotten(self, last_seen_ms: int, timestamp_ms: int) -> bool:
        """Say whether a conversation seen last at that time begins anew with an event of this time."""
        ...

    def put(self, partition: int, key: str, state: ConversationState) -> None:
        """Remember a conversation's state, for the next event of this batch and the batches after it."""
        ...


def groups(records: Sequence[SourceRecord], rules: Rules) -> list[Sequence[SourceRecord]]:
    """Divide a batch into what is worked on at a time: a few records, but all for a names tier that is slow. Pure."""
    size = _GROUP_RECORDS if rules.names_are_quick else max(1, len(records))
    return [records[first : first + size] for first in range(0, len(records), size)]


def follow_questions(decoded: Iterable[Decoded], states: ConversationStates) -> Followed:
    """Return each record with what its turn is asked for, and what either side is asked for after it. Pure.

    The same for every division of records into batches, since it is told by roles and texts alone, never by findings:
    so it is known before the batch is walked.
    """
    told: dict[tuple[int, str], tuple[Questions, int]] = {}
    followed: list[FollowedRecord] = []
    for item in decoded:
        if isinstance(item, RejectedRecord):
            followed.append(FollowedRecord(item, (), NOTHING_ASKED))
            continue
        position, event = item.record.position, item.event
        name = (position.partition, item.state_key)
        before = told.get(name)
        if before is None:
            state = states.get(*name, position.timestamp_ms)
            before = (state.asked, state.last_seen_ms)
        elif states.is_forgotten(before[1], position.timestamp_ms):
            before = (NOTHING_ASKED, 0)
        asked, last_seen_ms = before
        after = heard(asked, event.author.role, event.text)
        followed.append(FollowedRecord(item, labels_asked(asked, event.author.role), after))
        told[name] = (after, max(last_seen_ms, position.timestamp_ms))
    return followed


def find_names(followed: Followed, rules: Rules) -> NamesFound:
    """Return what the names tier finds in each text, a rejection where it raised. One call for each tier; slow.

    Looks at no state, so it may run in another thread.
    """
    found: NamesFound = [[] for _ in followed]
    by_tier: defaultdict[int, list[int]] = defaultdict(list)
    tiers: dict[int, NamesTier] = {}
    for index, record in enumerate(followed):
        item = record.decoded
        if not isinstance(item, AcceptedRecord):
            continue
        tier = rules.names_tier(item.event.locale)
        if tier is not None and not isinstance(tier, NoNames):
            tiers[id(tier)] = tier
            by_tier[id(tier)].append(index)
    for name, indexes in by_tier.items():
        turns = [
            NamesTurn(item.event.text, item.event.author.role, item.event.locale, followed[index].asked)
            for index in indexes
            if isinstance(item := followed[index].decoded, AcceptedRecord)
        ]
        for index, findings in zip(indexes, _scored(tiers[name], turns), strict=True):
            found[index] = findings
    return found


def redact_followed(
    followed: Followed,
    names: NamesFound,
    states: ConversationStates,
    opt_outs: OptOutList,
    rules: Rules,
    *,
    begin: Callable[[SourceRecord], None] = lambda _record: None,
) -> Iterator[Redacted | DeadLettered]:
    """Yield the outcome of each record, in order. `begin` is told of a record before its detection starts."""
    for turn, found in zip(followed, names, strict=True):
        item = turn.decoded
        if isinstance(item, RejectedRecord):
            yield dead_letter(item, opt_outs, rules)
            continue
        begin(item.record)
        position = item.record.position
        state = states.get(position.partition, item.state_key, position.timestamp_ms)
        outcome = redact_event(item, state, turn.after, found, opt_outs, rules)
        if outcome.state_key is not None and outcome.state is not None:
            states.put(position.partition, outcome.state_key, outcome.state)
        yield outcome


def redact_batch(
    records: Sequence[SourceRecord], states: ConversationStates, opt_outs: OptOutList, rules: Rules
) -> list[Redacted | DeadLettered]:
    """Decode, find names and redact: the whole core in one call. Equal for every division of records into batches."""
    outcomes: list[Redacted | DeadLettered] = []
    for group in groups(records, rules):
        followed = follow_questions((decode_record(record, rules) for record in group), states)
        outcomes += redact_followed(followed, find_names(followed, rules), states, opt_outs, rules)
    return outcomes


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
