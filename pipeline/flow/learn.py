"""Last step of an event: what its conversation learns from it, and what that changes of what was published before."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, final

import msgspec

from pipeline.conversation.bounds import remember_subject
from pipeline.conversation.kept_turns import KeptOutput, KeptTurn, content_of, decode_turn
from pipeline.conversation.recent import keep, kept_rest, without
from pipeline.conversation.state import ConversationState
from pipeline.conversation.values import ValuesSeen
from pipeline.event.receipt import WithheldReason
from pipeline.event.sanitized_event import Versions, encode, with_revision
from pipeline.flow.amend import amend, published_again, reveal
from pipeline.flow.outcome import Amendment, Sanitized, Withheld
from pipeline.flow.publication import Publication
from pipeline.flow.remember import values_seen
from pipeline.flow.rules import Rules
from pipeline.flow.sanitize import counted
from pipeline.flow.stages import AcceptedRecord, DetectedEvent

_replace = msgspec.structs.replace


@final
class Learnt:
    """What the conversation knows after an event, and the amendments of earlier outputs that follow from it."""

    __slots__ = ("amendments", "recent", "seen", "subjects")

    def __init__(
        self,
        seen: ValuesSeen,
        subjects: tuple[bytes, ...],
        recent: tuple[bytes, ...],
        amendments: tuple[Amendment, ...],
    ) -> None:
        self.seen = seen
        self.subjects = subjects
        self.recent = recent
        self.amendments = amendments


class StandingOutput(NamedTuple):
    """What was published of a record when it was read before, in the turn that it is of."""

    output: KeptOutput
    turn: KeptTurn


Standing = Mapping[str, StandingOutput]
"""By output id: what was published before of the record that is read again; empty for one that is new."""

_NOTHING_STANDS: Standing = {}


def outputs_standing(accepted: AcceptedRecord, state: ConversationState) -> Standing:
    """Return what the conversation keeps of the outputs of a record that was read or replayed before. Pure.

    It is all kept outputs there: those of other records are not asked for.
    """
    position = accepted.record.position
    if (position.offset > state.last_offset and accepted.origin == position) or not state.recent:
        return _NOTHING_STANDS
    turns = [decode_turn(value) for value in state.recent]
    return {output.id: StandingOutput(output, turn) for turn in turns for output in turn.outputs}


def repeat(
    sanitized: Sanitized, standing: Standing, tenant: str, publication: Publication, rules: Rules, versions: Versions
) -> Sanitized:
    """Return an output of a record that is read again: as it stands, amendments and all, where it is kept. Pure.

    Under other rules than then it is the new one, with the next revision.
    """
    stands = standing.get(sanitized.receipt.id)
    if stands is None:
        return sanitized
    output, turn = stands
    if turn.rules != rules.mark:
        revision = output.revision + 1
        return Sanitized(sanitized.receipt, with_revision(sanitized.value, revision), revision)
    content = content_of(output)
    again = published_again(output, content, turn, tenant, publication, versions)
    line = _replace(sanitized.receipt, findings=counted(content.findings))
    return Sanitized(line, encode(again), output.revision)


def learn(
    detected: DetectedEvent,
    state: ConversationState,
    excluded: Mapping[str, WithheldReason],
    outcomes: Sequence[Sanitized | Withheld],
    standing: Standing,
    rules: Rules,
    versions: Versions,
) -> Learnt:
    """Return what the conversation learns from an event whose `outcomes` are decided. Pure.

    A record that is read again reveals nothing: what it revealed stands already.
    """
    (seen, new), event = values_seen(detected, state, rules), detected.event
    subjects, recent, people = state.subjects, state.recent, detected.people
    if people is not None:
        if people.fingerprint in subjects:
            people = None
        else:
            subjects = remember_subject(subjects, people.fingerprint)
    turn = KeptTurn(event.author.role, rules.mark, detected.origin.timestamp_ms, _kept(outcomes))
    if standing and any(output.id in standing for output in turn.outputs):
        return Learnt(seen, subjects, _kept_again(recent, turn, standing), ())
    amendments: tuple[Amendment, ...] = ()
    if recent:
        revealed = reveal(detected, new, people, rules)
        if revealed is not None:
            amendments, recent = amend(revealed, event, recent, excluded, rules, versions)
    return Learnt(seen, subjects, keep(recent, turn) if turn.outputs else recent, amendments)


def _kept(outcomes: Sequence[Sanitized | Withheld]) -> tuple[KeptOutput, ...]:
    """Return what is kept of the outcomes: those with a text."""
    outputs: list[KeptOutput] = []
    for each in outcomes:
        if isinstance(each, Sanitized):
            line = each.receipt
            if not line.metadata_only:
                outputs.append(KeptOutput(line.purpose, line.id, each.revision, kept_rest(each.value)))
    return tuple(outputs)


def _kept_again(recent: tuple[bytes, ...], turn: KeptTurn, standing: Standing) -> tuple[bytes, ...]:
    """Return the kept turns with one that is read again: in its place, unless other rules decided it anew."""
    ids = {output.id for output in turn.outputs}
    if all(standing[identity].turn.rules == turn.rules for identity in ids & standing.keys()):
        return recent
    return keep(without(recent, ids), turn)
