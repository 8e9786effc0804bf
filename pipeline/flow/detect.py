"""Third step: find the personal data of an event, with what the event and its conversation know."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from pipeline.conversation.state import ConversationState
from pipeline.detection.finding import Finding
from pipeline.detection.seen_values import Memory
from pipeline.event.conversation_event import ConversationEvent
from pipeline.flow.people import KnownPeople
from pipeline.flow.remember import expected_of
from pipeline.flow.rules import Rules
from pipeline.policy.compiled import AttributeType

Findings = tuple[Finding, ...]
_NO_ATTRIBUTES: Final[Mapping[str, Findings]] = {}


def detect(
    event: ConversationEvent,
    people: KnownPeople | None,
    state: ConversationState,
    names: Sequence[Finding],
    rules: Rules,
) -> tuple[Findings, Mapping[str, Findings]]:
    """Return the findings in the text, and in each attribute of free text. Pure. May raise what a detector raises."""
    known = None if people is None else people.values
    memory = _memory(event, state, rules)
    expected = expected_of(state.asked, event.author.role)
    detector = rules.detector
    findings = detector.find(event.text, expected=expected, known=known, memory=memory, names=names)
    if not event.attributes:
        return findings, _NO_ATTRIBUTES
    attributes = {
        name: detector.find(value, known=known, memory=memory)
        for name, value in event.attributes.items()
        if isinstance(value, str)
        and (declared := rules.policy.attributes.get(name)) is not None
        and declared.type is AttributeType.TEXT
    }
    return findings, attributes


def _memory(event: ConversationEvent, state: ConversationState, rules: Rules) -> Memory | None:
    name_parts = state.name_parts if rules.policy.known_values else frozenset()
    if not name_parts and not state.seen.labels and not state.seen.given:
        return None
    tenant = event.tenant
    return Memory(state.seen, name_parts, partial(rules.fingerprints.of, tenant), rules.words(tenant))
