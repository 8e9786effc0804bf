"""Runs a policy's own tests through the real flow: what each purpose gets of a made-up event."""

from collections.abc import Mapping
from typing import Final

import msgspec

from pipeline.consent.opt_outs import OptOutList
from pipeline.errors import InvariantBroken
from pipeline.event.concealed import Concealed
from pipeline.event.conversation_event import AttributeValue, Author, ConversationEvent, Role
from pipeline.event.labels import Label
from pipeline.event.sanitized_event import SanitizedFinding
from pipeline.event.subject import subject_pairs
from pipeline.flow.local import LocalRedactor
from pipeline.flow.outcome import DeadLettered, Sanitized, Withheld
from pipeline.flow.rules import Rules
from pipeline.policy.expectation import RunEvent, TestOutcome


class _Published(Concealed, frozen=True):
    """A sanitized event as it stands on its topic, times as text."""

    text: str | None = None
    findings: tuple[SanitizedFinding, ...] = ()
    length: str | None = None
    conversation: str | None = None
    author: str | None = None
    customer: str | None = None
    role: str | None = None
    sequence: int | None = None
    occurred_at: str | None = None
    channel: str | None = None
    locale: str | None = None
    attributes: dict[str, AttributeValue] = {}


_FIELDS: Final[Mapping[str, str]] = {
    "conversation": "conversation_id",
    "author": "author.id",
    "customer": "subject.customer_id",
    "role": "author.role",
    "sequence": "sequence",
    "occurred_at": "occurred_at",
    "channel": "channel",
    "locale": "locale",
}
"""The fields of a sanitized event, and the paths that a policy calls them by."""

_decoder: Final = msgspec.json.Decoder(_Published)


def event_runner(rules: Rules) -> RunEvent:
    """Return what runs one event of a policy test under these rules, with a conversation and a list of its own.

    An event that no detector could process has no outcome for any purpose.
    """

    def run(event: ConversationEvent, opted_out: bool, question: str) -> Mapping[str, TestOutcome]:  # noqa: FBT001 - as the policy's runner declares it
        redactor = LocalRedactor(rules, _everybody_named_in(event, rules) if opted_out else None)
        events = [*([_asking(event, question)] if question else []), event]
        outcome = redactor.redact(events)[-1]
        if isinstance(outcome, DeadLettered):
            return {}
        return {one.receipt.purpose: _test_outcome(one) for one in outcome.outcomes}

    return run


def _asking(event: ConversationEvent, question: str) -> ConversationEvent:
    return msgspec.structs.replace(
        event, event_id=f"{event.event_id}-question", author=Author(role=Role.AGENT), text=question, attributes={}
    )


def _everybody_named_in(event: ConversationEvent, rules: Rules) -> OptOutList:
    """Return a list on which everybody whom the event names is out of every purpose."""
    opt_outs = OptOutList()
    for offset, key in enumerate(sorted(rules.people.of(event, subject_pairs(event.subject)).identifiers)):
        opt_outs.apply(key, None, offset)
    return opt_outs


def _test_outcome(one: Sanitized | Withheld) -> TestOutcome:
    if isinstance(one, Withheld):
        if one.receipt.reason is None:
            raise InvariantBroken("an event was withheld without a reason")
        return TestOutcome(withheld=one.receipt.reason)
    event = _decoder.decode(one.value)
    fields = {path: getattr(event, field) for field, path in _FIELDS.items()}
    fields |= {f"attributes.{name}": value for name, value in event.attributes.items()}
    return TestOutcome(
        metadata_only=one.receipt.metadata_only,
        text=event.text,
        labels=tuple(Label(found.label) for found in event.findings),
        fields={path: _as_text(value) for path, value in fields.items() if value is not None},
    )


def _as_text(value: AttributeValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
