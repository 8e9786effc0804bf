"""Last step of an event: what its conversation learns from it, and what that changes of what was published before."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from pipeline.conversation.recent import KeptOutput, decode_turn, keep, published_again, without
from pipeline.conversation.state import ConversationState, remember_subject
from pipeline.conversation.values import ValuesSeen
from pipeline.event.receipt import WithheldReason
from pipeline.event.sanitized_event import Versions, encode
from pipeline.flow.amend import amend, reveal
from pipeline.flow.outcome import Amendment, Sanitized, Withheld
from pipeline.flow.remember import values_seen
from pipeline.flow.rules import Rules
from pipeline.flow.sanitize import counted
from pipeline.flow.stages import AcceptedRecord, DetectedEvent

_replace = msgspec.structs.replace


class Learnt(NamedTuple):
    """What the conversation knows after an event, and the amendments of earlier outputs that follow from it."""

    seen: ValuesSeen
    subjects: tuple[bytes, ...]
    recent: tuple[bytes, ...]
    amendments: tuple[Amendment, ...]


class StandingOutput(NamedTuple):
    """What was published of a record when it was read before, and the mark of the rules it was decided under."""

    output: KeptOutput
    rules: bytes


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
    return {output.id: StandingOutput(output, turn.rules) for turn in turns for output in turn.outputs}


def repeat(sanitized: Sanitized, standing: Standing, rules: Rules) -> Sanitized:
    """Return an output of a record that is read again: as it stands, amendments and all, where it is kept. Pure.

    Under other rules than then it is the new one, with the next revision.
    """
    stands = standing.get(sanitized.receipt.id)
    if stands is None:
        return sanitized
    event = sanitized.event
    if stands.rules != rules.mark:
        event = _replace(event, revision=stands.output.revision + 1)
        return _replace(sanitized, value=encode(event), event=event)
    event = published_again(stands.output, event.tenant, event.versions)
    line = _replace(sanitized.receipt, findings=counted(event.findings))
    return _replace(sanitized, receipt=line, value=encode(event), event=event)


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
    seen, recent, people = values_seen(detected, state, rules), state.recent, detected.people
    if people is not None:
        said = rules.fingerprint(detected.event.tenant, people.digest)
        if said in state.subjects:
            people = None
        else:
            state = _replace(state, subjects=remember_subject(state.subjects, said))
    published = [each.event for each in outcomes if isinstance(each, Sanitized) and not each.receipt.metadata_only]
    role = detected.event.author.role
    if standing and any(event.id in standing for event in published):
        if any(standing[event.id].rules != rules.mark for event in published if event.id in standing):
            recent = keep(without(recent, {event.id for event in published}), role, rules.mark, published)
        return Learnt(seen, state.subjects, recent, ())
    amendments: tuple[Amendment, ...] = ()
    if recent:
        revealed = reveal(detected, state.seen, seen, people, rules)
        if revealed is not None:
            amendments, recent = amend(revealed, detected.event, recent, excluded, rules, versions)
    if published:
        recent = keep(recent, role, rules.mark, published)
    return Learnt(seen, state.subjects, recent, amendments)
