"""Third step: find the personal data of an event, with what the event and its conversation know."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Final

from msgspec import UNSET

from pipeline.conversation.state import ConversationState, remember_names
from pipeline.detection.finding import Finding
from pipeline.detection.known_values import VALUES_MAX, KnownValues, name_parts
from pipeline.detection.seen_values import Memory
from pipeline.errors import Reason, RejectedEvent
from pipeline.event.conversation_event import ConversationEvent, SubjectPairs
from pipeline.flow.remember import expected_of
from pipeline.flow.rules import Rules
from pipeline.flow.stages import KnownPeople
from pipeline.policy.compiled import AttributeType

Findings = Sequence[Finding]
_CACHED_SUBJECTS_MAX: Final = 4_096  # a subject is the same throughout its conversation


def detect(
    event: ConversationEvent, people: KnownPeople | None, state: ConversationState, names: Findings, rules: Rules
) -> tuple[Findings, Mapping[str, Findings]]:
    """Return the findings in the text, and in each attribute of free text. Pure. May raise what a detector raises."""
    known = None if people is None else people.values
    memory = _memory(event, state, rules)
    expected = expected_of(state.asked, event.author.role)
    find = rules.detector.find
    findings = find(event.text, expected=expected, known=known, memory=memory, names=names)
    attributes = {
        name: find(value, known=known, memory=memory)
        for name, value in event.attributes.items()
        if isinstance(value, str)
        and (declared := rules.policy.attributes.get(name)) is not None
        and declared.type is AttributeType.TEXT
    }
    return findings, attributes


def remembered_names(event: ConversationEvent, state: ConversationState, rules: Rules) -> frozenset[bytes]:
    """Return the fingerprints of the conversation's author names, this event's author among them. Pure."""
    name = event.author.display_name
    if name is UNSET or not name:
        return state.name_parts
    parts = frozenset(rules.fingerprint(event.tenant, part) for part in name_parts(name))
    return remember_names(state.name_parts, parts)


def known_people(event: ConversationEvent, subject: SubjectPairs, rules: Rules) -> KnownPeople | None:
    """Return what the event says of its people, if anything and if the policy looks for it. Pure.

    Raises `RejectedEvent` where the subject has more values than are looked for.
    """
    if not rules.policy.known_values:
        return None
    name = event.author.display_name
    display_names = (name,) if name is not UNSET and name.strip() else ()
    pairs = subject.pairs
    if not pairs and not display_names:
        return None
    if len(pairs) + len(display_names) > VALUES_MAX:
        raise RejectedEvent(Reason.RECORD_TOO_LARGE, "subject")
    build = _cached if subject.cacheable else _built
    return build(pairs, display_names)


def _built(pairs: tuple[tuple[str, str], ...], display_names: tuple[str, ...]) -> KnownPeople:
    said = repr((pairs, display_names)).encode()
    return KnownPeople(KnownValues.build(pairs, display_names), hashlib.sha256(said).hexdigest())


_cached = lru_cache(_CACHED_SUBJECTS_MAX)(_built)


def _memory(event: ConversationEvent, state: ConversationState, rules: Rules) -> Memory | None:
    name_parts = state.name_parts if rules.policy.known_values else frozenset()
    if not name_parts and not state.seen.labels and not state.seen.given:
        return None
    tenant = event.tenant
    return Memory(state.seen, name_parts, partial(rules.fingerprint, tenant), rules.words(tenant))
