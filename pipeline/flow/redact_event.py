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
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from pipeline.consent.opt_outs import OptOutList
from pipeline.conversation.questions import Questions
from pipeline.conversation.state import ConversationState, is_duplicate, remember_event, remember_identifiers
from pipeline.conversation.state import fingerprint as fingerprint_of
from pipeline.conversation.values import ValuesSeen
from pipeline.detection.finding import Finding
from pipeline.detection.overlap import resolve
from pipeline.errors import Reason, RejectedEvent
from pipeline.event.conversation_event import Role
from pipeline.event.dead_letter import seal
from pipeline.event.receipt import AmendmentReceipt, Outcome, PurposeReceipt, Receipt, WithheldReason
from pipeline.event.records import Position, SourceRecord, source_id
from pipeline.event.sanitized_event import Versions
from pipeline.flow.decide import identifiers_in_text, identifiers_of, passing_exclusion, sticky_exclusions
from pipeline.flow.detect import detect, known_people, remembered_names
from pipeline.flow.learn import Learnt, Standing, learn, outputs_standing, repeat
from pipeline.flow.outcome import DeadLettered, Redacted, Sanitized, Withheld
from pipeline.flow.pieces import number_in_pieces
from pipeline.flow.rules import Rules
from pipeline.flow.sanitize import SCHEMA_VERSION, count_fields, metadata_only, sanitize
from pipeline.flow.stages import AcceptedRecord, DetectedEvent, RejectedRecord
from pipeline.policy.compiled import OptOutEffect

_log = logging.getLogger(__name__)

NamesOfText = Sequence[Finding] | RejectedEvent
"""What the names tier found in a text, or the rejection that its failure means."""


class Consented(NamedTuple):
    """What is known about consent: who the customer may be, which purposes are excluded for good, and the event's id.

    `named` are the identifiers that the publisher gave, `identifiers` those and what the customer typed.
    """

    named: frozenset[str]
    identifiers: frozenset[str]
    excluded: Mapping[str, WithheldReason]
    fingerprint: bytes
    duplicate: bool


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
    consented = _decided(accepted, state, opt_outs, rules)
    heard = msgspec.structs.replace(state, asked=asked)  # holds even if the event is rejected: nothing was searched yet
    standing = outputs_standing(accepted, state)
    try:
        detected = _detected(accepted, state, names, rules)
        consented = _decided_by_text(consented, detected, state, opt_outs, rules)
        outcomes = _outcomes(detected, consented, standing, rules, versions)
        learnt = learn(detected, heard, consented.excluded, outcomes, standing, rules, versions)
    except RejectedEvent as refused:
        rejection = refused
    except Exception as error:  # noqa: BLE001 - whatever an event makes us raise, it must neither pass nor stop the rest
        position = accepted.record.position[:3]
        _log.error("a record could not be redacted: %s", type(error).__name__, extra={"fields": {"at": str(position)}})
        rejection = RejectedEvent(Reason.DETECTOR_FAILED)
    else:
        return _redacted(accepted, heard, consented, detected, outcomes, learnt, rules, versions)
    # What the event said about consent stays said, though the event itself cannot be published.
    letter = dead_letter(RejectedRecord(accepted.record, accepted.origin, rejection), opt_outs, rules)
    return msgspec.structs.replace(
        letter,
        state_key=accepted.state_key,
        state=_consented_state(accepted, heard, consented),
        read_before=accepted.record.position.offset <= state.last_offset,
    )


def _decided(accepted: AcceptedRecord, state: ConversationState, opt_outs: OptOutList, rules: Rules) -> Consented:
    event = accepted.event
    fingerprint = fingerprint_of(rules.keys, event.tenant, event.event_id)  # new each time: no cache would help
    # A record that is replayed a second time is no duplicate of itself: withholding it would retract its own output.
    replayed_again = state.events.get(fingerprint) == accepted.origin.offset
    duplicate = not replayed_again and is_duplicate(state, fingerprint, accepted.record.position.offset)
    named = identifiers_of(event, accepted.subject, state, rules)
    return Consented(named, named, sticky_exclusions(event, named, state, opt_outs, rules), fingerprint, duplicate)


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
    return consented._replace(identifiers=identifiers, excluded={**excluded, **consented.excluded})


def _redacted(  # noqa: PLR0917 - everything that became of one event
    accepted: AcceptedRecord,
    state: ConversationState,
    consented: Consented,
    detected: DetectedEvent,
    outcomes: tuple[Sanitized | Withheld, ...],
    learnt: Learnt,
    rules: Rules,
    versions: Versions,
) -> Redacted:
    event = accepted.event
    after = _consented_state(
        accepted,
        state,
        consented,
        last_sequence=max(state.last_sequence, -1 if event.sequence is None else event.sequence),
        events=remember_event(state.events, consented.fingerprint, accepted.origin.offset),
        name_parts=remembered_names(event, state, rules),
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
        sequence_regressed=event.sequence is not None and event.sequence < state.last_sequence,
        unidentified=not consented.identifiers,
    )
    read_before = accepted.record.position.offset <= state.last_offset
    return Redacted(
        outcomes,
        receipt,
        accepted.state_key,
        after,
        tuple(detected.findings),
        read_before=read_before,
        amendments=learnt.amendments,
    )


def _consented_state(
    accepted: AcceptedRecord,
    state: ConversationState,
    consented: Consented,
    **learnt: int | dict[bytes, int] | frozenset[bytes] | ValuesSeen | tuple[bytes, ...],
) -> ConversationState:
    """Return the state with what holds even for an event that cannot be published, and what was `learnt` from it."""
    position = accepted.record.position
    # Whom the publisher named is remembered before whom the customer typed.
    remembered = remember_identifiers(remember_identifiers(state.identifiers, consented.named), consented.identifiers)
    return msgspec.structs.replace(
        state,
        last_offset=max(position.offset, state.last_offset),
        last_seen_ms=max(state.last_seen_ms, position.timestamp_ms),
        identifiers=remembered,
        withheld=consented.excluded,
        **learnt,
    )


def dead_letter(rejected: RejectedRecord, opt_outs: OptOutList, rules: Rules) -> DeadLettered:
    """Return the sealed dead letter of a rejected record, and its receipt. Effects: draws a nonce."""
    record, origin, rejection = rejected
    letter_id, letter = seal(record, origin, rejection, rules.keys)
    versions = rules.versions(opt_outs.position)
    receipt = _receipt(record, origin, versions, rules, dead_letter=rejection.reason, field=rejection.field or None)
    ids = zip(rules.purpose_names, rules.output_ids.of(origin), strict=True)
    return DeadLettered(letter_id, letter, receipt, tuple(ids))


def _detected(accepted: AcceptedRecord, state: ConversationState, names: NamesOfText, rules: Rules) -> DetectedEvent:
    if isinstance(names, RejectedEvent):
        raise names
    event = accepted.event
    people = known_people(event, accepted.subject, rules)
    findings, attribute_findings = detect(event, people, state, names, rules)
    pieces = number_in_pieces(event, findings, state, rules) if state.recent else None
    if pieces is not None and pieces.finding is not None:
        findings = resolve((*findings, pieces.finding))
    return DetectedEvent(
        event, accepted.origin, findings, attribute_findings, count_fields(event), people=people, pieces=pieces
    )


def _outcomes(
    detected: DetectedEvent,
    consented: Consented,
    standing: Standing,
    rules: Rules,
    versions: Versions,
) -> tuple[Sanitized | Withheld, ...]:
    passing = passing_exclusion(
        detected.event, rules, duplicate=consented.duplicate, unidentified=not consented.identifiers
    )
    outcomes: list[Sanitized | Withheld] = []
    publications = rules.publications_by_role[detected.event.author.role]
    for publication, output_id in zip(publications, rules.output_ids.of(detected.origin), strict=True):
        purpose = publication.purpose
        excluded = consented.excluded.get(purpose.name)
        if passing is not None or (excluded is not None and purpose.opt_out_effect is OptOutEffect.WITHHELD):
            line = PurposeReceipt(
                purpose=purpose.name, outcome=Outcome.WITHHELD, id=output_id, reason=excluded or passing
            )
            outcomes.append(Withheld(line))
        elif excluded is not None:
            outcomes.append(metadata_only(detected, purpose.name, output_id, excluded, versions))
        else:
            sanitized = sanitize(detected, publication, output_id, rules, versions)
            if standing:
                sanitized = repeat(sanitized, standing, detected.event.tenant, publication, rules, versions)
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
        id=source_id(rules.keys, position),
        topic=position.topic,
        partition=position.partition,
        offset=position.offset,
        recorded_at_ms=position.timestamp_ms,
        versions=versions,
        purposes=purposes,
        amendments=amendments,
        dead_letter=dead_letter,
        field=field,
        replay_of=source_id(rules.keys, origin) if origin != position else None,
        undeclared_fields=undeclared_fields,
        sequence_regressed=sequence_regressed,
        unidentified=unidentified,
    )
