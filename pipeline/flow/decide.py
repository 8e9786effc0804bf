"""Second step: which purposes may use the event at all."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pipeline.consent.opt_outs import OptOutList
from pipeline.conversation.state import ConversationState
from pipeline.detection.finding import Finding
from pipeline.event.conversation_event import ConversationEvent
from pipeline.event.labels import Label
from pipeline.event.privacy_request import IdentifierKind
from pipeline.event.receipt import WithheldReason
from pipeline.flow.people import EventPeople
from pipeline.flow.rules import Rules
from pipeline.policy.compiled import Unidentified

Exclusions = dict[str, WithheldReason]
"""The purposes that may not use an event, and why; a purpose that is absent may."""

# An address inside something else that was found, such as a link; `%40` is how a link writes the sign (RFC 3986, 2.1).
_ADDRESS_INSIDE: Final = re.compile(r"[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_IDENTIFYING = {Label.EMAIL: IdentifierKind.EMAIL, Label.PHONE: IdentifierKind.PHONE}


def identifiers_of(people: EventPeople, state: ConversationState) -> frozenset[str]:
    """Return the opt-out keys of everybody named as the customer, by the event or by its conversation so far. Pure.

    All of them are looked up; the bound of what the conversation remembers does not apply.
    """
    named = people.identifiers
    return state.identifiers if named <= state.identifiers else state.identifiers | named


def identifiers_in_text(event: ConversationEvent, findings: Iterable[Finding], rules: Rules) -> frozenset[str]:
    """Return the opt-out keys of e-mail addresses and phone numbers that a customer typed. Pure."""
    key = rules.identifiers.key
    return frozenset(key(event.tenant, kind, value) for kind, value in _identifying(event.text, findings))


def _identifying(text: str, findings: Iterable[Finding]) -> Iterator[tuple[IdentifierKind, str]]:
    for finding in findings:
        value = text[finding.start : finding.end]
        if (kind := _IDENTIFYING.get(finding.label)) is not None:
            yield kind, value
        elif "@" in value or "%40" in value:
            for address in _ADDRESS_INSIDE.findall(value):
                yield IdentifierKind.EMAIL, address.replace("%40", "@")


def sticky_exclusions(
    event: ConversationEvent,
    identifiers: frozenset[str],
    state: ConversationState,
    opt_outs: OptOutList,
    rules: Rules,
) -> Exclusions:
    """Return the purposes that an opt-out or signal excludes, now or earlier in the conversation. Pure.

    An exclusion stays for the conversation, whatever its later events say.
    """
    opted_out = opt_outs.excluded(identifiers, rules.purpose_names)
    if not opted_out and not event.signals.gpc:
        return state.withheld
    excluded = dict(state.withheld)
    if event.signals.gpc:
        for purpose in rules.policy.purposes:
            if purpose.honours_gpc:
                excluded.setdefault(purpose.name, WithheldReason.GPC)
    for purpose_name in opted_out:
        excluded.setdefault(purpose_name, WithheldReason.OPTED_OUT)
    return excluded


def passing_exclusion(
    event: ConversationEvent, rules: Rules, *, duplicate: bool, unidentified: bool
) -> WithheldReason | None:
    """Return the reason for which this event alone is withheld from every purpose, if any. Pure."""
    if duplicate:
        return WithheldReason.DUPLICATE
    if rules.names_tier(event.locale) is None and not rules.policy.publish_unnamed_locales:
        return WithheldReason.NO_NAMES_TIER
    if unidentified and rules.policy.unidentified is Unidentified.WITHHOLD:
        return WithheldReason.UNIDENTIFIED
    return None
