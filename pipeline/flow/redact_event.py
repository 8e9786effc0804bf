"""READ THIS FIRST: what happens to one event.

    decode_record ──> decide (per purpose: opt-outs, signals, policy) ──> detect (patterns, known values, names)
                  ──> sanitize (de-identify, minimise) ──> Sanitized or Withheld per purpose, or one dead letter
                  ──> amend (earlier outputs that this event shows to hold something personal)

A new label goes to `event/labels.py` and its pattern to `detection/patterns/`, a new operator to
`policy/compiled.py` and `deidentification/deidentifier.py`, a new purpose to the policy file, a new metric to
`telemetry/catalogue.py`. Nothing here does I/O, reads a clock or draws a random number, but for the nonce that seals a
dead letter: the same record, state, opt-outs and rules give the same bytes.
"""

import logging
from collections.abc import Sequence
from typing import final

import msgspec

from pipeline.consent.opt_outs import OptOutList
from pipeline.conversation.bounds import is_duplicate, remember_event, remember_identifiers, remember_names
from pipeline.conversation.questions import Questions
from pipeline.conversation.state import ConversationState
from pipeline.detection.finding import Finding
from pipeline.detection.overlap import resolve
from pipeline.errors import Reason, RejectedEvent
from pipeline.event.conversation_event import Role
from pipeline.event.dead_letter import seal
from pipeline.event.receipt import AmendmentReceipt, Outcome, PurposeReceipt, Receipt, WithheldReason
from pipeline.event.records import Position, SourceRecord
from pipeline.event.sanitized_event import Versions
from pipeline.flow.decide import identifiers_in_text, identifiers_of, passing_exclusion, sticky_exclusions
from pipeline.flow.detect import detect
from pipeline.flow.learn import Learnt, Standing, learn, outputs_standing, repeat
from pipeline.flow.outcome import DeadLettered, Redacted, Sanitized, Withheld
from pipeline.flow.people import EventPeople
from pipeline.flow.pieces import number_in_pieces
from pipeline.flow.rules import Rules
from pipeline.flow.sanitize import SCHEMA_VERSION, count_fields, metadata_only, sanitize
from pipeline.flow.stages import AcceptedRecord, DetectedEvent, RejectedRecord
from pipeline.policy.compiled import OptOutEffect

_log = logging.getLogger(__name__)

NamesOfText = Sequence[Finding] | RejectedEvent
"""What the names tier found in a text, or the rejection that its failure means."""


@final
class Consented:
    """What is known about consent: who the customer may be, which purposes are excluded for good, and the event's id.

    `named` are the identifiers that the publisher gave, `identifiers` those and what the customer typed.
    """

    __slots__ = ("duplicate", "excluded", "fingerprint", "identifiers", "named")

    def __init__(
        self,
        named: frozenset[str],
        identifiers: frozenset[str],
        excluded: dict[str, WithheldReason],
        fingerprint: bytes,
        *,
        duplicate: bool,
    ) -> None:
        self.named = named
        self.identifiers = identifiers
        self.excluded = excluded
        self.fingerprint = fingerprint
        self.duplicate = duplicate


def redact_event(
    accepted: AcceptedRecord,
    state: ConversationState,
    asked: Questions,
    names: NamesOfText,
    opt_outs: OptOutList,
    rules: Rules,
) -> Redacted | DeadLettered:
    """Return what becomes of an event for every purpose, and its conversation's new state.

    `asked` is what either side is asked for after the event (`follow_questions`), `names` what the names tier found in
    its text. Whatever raises on the way makes a dead letter, never a
    pass, and never a stopped partition.
    """
    versions = rules.versions(opt_outs.position)
    people = rules.people.of(accepted.event, accepted.subject)
    consented = _decided(accepted, people, state, opt_outs, rules)
    standing = outputs_standing(accepted, state)
    try:
        detected = _detected(accepted, people, state, names, rules)
        consented = _decided_by_text(consented, detected, state, opt_outs, rules)
        outcomes = _outcomes(detected, consented, standing, rules, versions)
        learnt = learn(detected, state, consented.excluded, outcomes, standing, rules, versions)
    except RejectedEvent as refused:
        rejection = refused
    except Exception as error:  # noqa: BLE001 - whatever an event makes us raise, it must neither pass nor stop the rest
        position = accepted.record.position[:3]
        _log.error("a record could not be redacted: %s", type(error).__name__, extra={"fields": {"at": str(position)}})
        rejection = RejectedEvent(Reason.DETECTOR_FAILED)
    else:
        return _redacted(accepted, people, state, asked, consented, detected, outcomes, learnt, rules, versions)
    # What the event said about consent stays said, though the event itself cannot be published.
    letter = dead_letter(RejectedRecord(accepted.record, accepted.origin, rejection), opt_outs, rules)
    return msgspec.structs.replace(
        letter,
        state_key=accepted.state_key,
        state=_state_after_rejection(accepted, state, asked, consented),
        read_before=accepted.record.position.offset <= state.last_offset,
    )


def _decided(
    accepted: AcceptedRecord, people: EventPeople, state: ConversationState, opt_outs: OptOutList, rules: Rules
) -> Consented:
    event = accepted.event
    fingerprint = rules.fingerprints.once(event.tenant, event.event_id)
    # A record that is replayed a second time is no duplicate of itself: withholding it would retract its own output.
    replayed_again = state.events.get(fingerprint) == accepted.origin.offset
    duplicate = not replayed_again and is_duplicate(state.events, fingerprint, accepted.record.position.offset)
    named = identifiers_of(people, state)
    excluded = sticky_exclusions(event, named, state, opt_outs, rules)
    return Consented(named, named, excluded, fingerprint, duplicate=duplicate)


def _decided_by_text(
    consented: Consented, detected: DetectedEvent, state: ConversationState, opt_outs: OptOutList, rules: Rules
) -> Consented:
    """Look up what the customer typed as well."""
    event = detected.event
    if event.author.role is not Role.CUSTOMER:
        return consented
    typed = identifiers_in_text(event, detected.findings, rules)
    if typed <= consented.identifiers:
        return consented
    identifiers = consented.identifiers | typed
    excluded = sticky_exclusions(event, identifiers, state, opt_outs, rules)
    return Consented(
        consented.named,
        identifiers,
        {**excluded, **consented.excluded},
        consented.fingerprint,
        duplicate=consented.duplicate,
    )


def _redacted(  # noqa: PLR0917 - everything that became of one event
    accepted: AcceptedRecord,
    people: EventPeople,
    state: ConversationState,
    asked: Questions,
    consented: Consented,
    detected: DetectedEvent,
    outcomes: tuple[Sanitized | Withheld, ...],
    learnt: Learnt,
    rules: Rules,
    versions: Versions,
) -> Redacted:
    event, position = accepted.event, accepted.record.position
    sequence = event.sequence
    after = ConversationState(
        last_offset=max(position.offset, state.last_offset),
        last_sequence=state.last_sequence if sequence is None else max(state.last_sequence, sequence),
        last_seen_ms=max(state.last_seen_ms, position.timestamp_ms),
        events=remember_event(state.events, consented.fingerprint, accepted.origin.offset),
        withheld=consented.excluded,
        identifiers=_remembered(state, consented),
        name_parts=remember_names(state.name_parts, people.name_parts),
        asked=asked,
        seen=learnt.seen,
        subjects=learnt.subjects,
        recent=learnt.recent,
    )
    receipt = _receipt(
        accepted.record,
        accepted.origin,
        versions,
        rules,
        purposes=tuple([outcome.receipt for outcome in outcomes]),
        amendments=tuple([amendment.receipt for amendment in learnt.amendments]) if learnt.amendments else (),
        undeclared_fields=accepted.undeclared_fields,
        sequence_regressed=sequence is not None and sequence < state.last_sequence,
        unidentified=not consented.identifiers,
    )
    return Redacted(
        outcomes,
        receipt,
        accepted.state_key,
        after,
        detected.findings,
        read_before=position.offset <= state.last_offset,
        amendments=learnt.amendments,
    )


def _state_after_rejection(
    accepted: AcceptedRecord, state: ConversationState, asked: Questions, consented: Consented
) -> ConversationState:
    """Return the state with what holds even for an event that cannot be published: consent, and what was asked."""
    position = accepted.record.position
    return msgspec.structs.replace(
        state,
        last_offset=max(position.offset, state.last_offset),
        last_seen_ms=max(state.last_seen_ms, position.timestamp_ms),
        withheld=consented.excluded,
        identifiers=_remembered(state, consented),
        asked=asked,
    )


def _remembered(state: ConversationState, consented: Consented) -> frozenset[str]:
    """Return the opt-out keys of the conversation: whom the publisher named before whom the customer typed."""
    named = remember_identifiers(state.identifiers, consented.named)
    return named if consented.identifiers is consented.named else remember_identifiers(named, consented.identifiers)


def dead_letter(rejected: RejectedRecord, opt_outs: OptOutList, rules: Rules) -> DeadLettered:
    """Return the sealed dead letter of a rejected record, and its receipt. Effects: draws a nonce."""
    record, origin, rejection = rejected
    letter_id, letter = seal(record, origin, rejection, rules.keys)
    versions = rules.versions(opt_outs.position)
    receipt = _receipt(record, origin, versions, rules, dead_letter=rejection.reason, field=rejection.field or None)
    ids = zip(rules.purpose_names, rules.ids.outputs(origin), strict=True)
    return DeadLettered(letter_id, letter, receipt, tuple(ids))


def _detected(
    accepted: AcceptedRecord, people: EventPeople, state: ConversationState, names: NamesOfText, rules: Rules
) -> DetectedEvent:
    if isinstance(names, RejectedEvent):
        raise names
    event = accepted.event
    known = people.known() if rules.policy.known_values else None
    findings, attribute_findings = detect(event, known, state, names, rules)
    pieces = number_in_pieces(event, findings, state, rules) if state.recent else None
    if pieces is not None and pieces.finding is not None:
        findings = resolve((*findings, pieces.finding))
    return DetectedEvent(
        event, accepted.origin, findings, attribute_findings, count_fields(event), people=known, pieces=pieces
    )


def _outcomes(
    detected: DetectedEvent,
    consented: Consented,
    standing: Standing,
    rules: Rules,
    versions: Versions,
) -> tuple[Sanitized | Withheld, ...]:
    event = detected.event
    passing = passing_exclusion(event, rules, duplicate=consented.duplicate, unidentified=not consented.identifiers)
    outcomes: list[Sanitized | Withheld] = []
    publications = rules.publications_by_role[event.author.role]
    output_ids, tokens = rules.ids.outputs(detected.origin), rules.field_tokens.of(event)
    for number, publication in enumerate(publications):
        purpose, output_id = publication.purpose, output_ids[number]
        excluded = consented.excluded.get(purpose.name)
        if passing is not None or (excluded is not None and purpose.opt_out_effect is OptOutEffect.WITHHELD):
            line = PurposeReceipt(
                purpose=purpose.name, outcome=Outcome.WITHHELD, id=output_id, reason=excluded or passing
            )
            outcomes.append(Withheld(line))
        elif excluded is not None:
            outcomes.append(metadata_only(detected, purpose.name, output_id, excluded, versions))
        else:
            sanitized = sanitize(detected, publication, tokens[number], output_id, rules, versions)
            if standing:
                sanitized = repeat(sanitized, standing, event.tenant, publication, rules, versions)
            outcomes.append(sanitized)
    return tuple(outcomes)


def _receipt(
    record: SourceRecord,
    origin: Position,
    versions: Versions,
    rules: Rules,
    *,
    purposes: tuple[PurposeReceipt, ...] = (),
    amendments: tuple[AmendmentReceipt, ...] = (),
    dead_letter: Reason | None = None,
    field: str | None = None,
    undeclared_fields: int = 0,
    sequence_regressed: bool = False,
    unidentified: bool = False,
) -> Receipt:
    position = record.position
    return Receipt(
        schema_version=SCHEMA_VERSION,
        id=rules.ids.source(position),
        topic=position.topic,
        partition=position.partition,
        offset=position.offset,
        recorded_at_ms=position.timestamp_ms,
        versions=versions,
        purposes=purposes,
        amendments=amendments,
        dead_letter=dead_letter,
        field=field,
        replay_of=rules.ids.source(origin) if origin != position else None,
        undeclared_fields=undeclared_fields,
        sequence_regressed=sequence_regressed,
        unidentified=unidentified,
    )
