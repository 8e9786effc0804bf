"""Last step of an event: what its conversation learns from it, and what that changes of what was published before."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from pipeline.conversation.recent import KeptOutput, KeptTurn, Published, content_of, decode_turn, keep, without
from pipeline.conversation.state import ConversationState, remember_subject
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


class Learnt(NamedTuple):
    """What the conversation knows after an event, and the amendments of earlier outputs that follow from it."""

    seen: ValuesSeen
    subjects: tuple[bytes, ...]
    recent: tuple[bytes, ...]
    amendments: tuple[Amendment, ...]


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
    seen = values_seen(detected, state, rules)
    written_ms = detected.origin.timestamp_ms
    subjects, recent, people, event = state.subjects, state.recent, detected.people, detected.event
    if people is not None:
        said = rules.fingerprint(event.tenant, people.digest)
        if said in subjects:
            people = None
        else:
            subjects = remember_subject(subjects, said)
    published = [
        Published(each.receipt.purpose, each.receipt.id, each.revision, each.value)
        for each in outcomes
        if isinstance(each, Sanitized) and not each.receipt.metadata_only
    ]
    if standing and any(output.id in standing for output in published):
        if any(standing[output.id].turn.rules != rules.mark for output in published if output.id in standing):
            older = without(recent, {output.id for output in published})
            recent = keep(older, event.author.role, rules.mark, written_ms, published)
        return Learnt(seen, subjects, recent, ())
    amendments: tuple[Amendment, ...] = ()
    if recent:
        revealed = reveal(detected, state.seen, seen, people, rules)
        if revealed is not None:
            amendments, recent = amend(revealed, event, recent, excluded, rules, versions)
    if published:
        recent = keep(recent, event.author.role, rules.mark, written_ms, published)
    return Learnt(seen, subjects, recent, amendments)
