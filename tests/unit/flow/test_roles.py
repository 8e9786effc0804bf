"""Turns of different authors under a policy that treats their roles apart."""

import dataclasses
import json

import pytest

from pipeline.bootstrap import build_rules
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from pipeline.flow.local import LocalRedactor
from pipeline.policy.compiled import Operator, Treatment
from tests.support.events import analytics_policy, analytics_rules, conversation_event, key_ring

SAID = "Order number 8841-2207 for kestrel@example.com"


def rules_with(**overrides: Operator):
    """Return rules under which `analytics`, and not `quality`, treats labels so in agents' turns."""
    policy = analytics_policy()
    analytics, *others = policy.purposes
    changed = {**analytics.treatments, **{Label(label): Treatment(one) for label, one in overrides.items()}}
    purposes = (dataclasses.replace(analytics, roles={Role.AGENT: changed}), *others)
    return build_rules(dataclasses.replace(policy, purposes=purposes), key_ring(), names=False)


def texts(rules, role: Role) -> dict[str, str]:
    event = conversation_event(SAID, author={"role": role.value}, subject={"customer_id": "c-1"})
    (outcome,) = LocalRedactor(rules).redact([event])
    return {one.receipt.purpose: json.loads(one.value)["text"] for one in outcome.outcomes}


def test_an_override_holds_for_its_role_and_its_purpose_alone():
    rules = rules_with(ORDER_ID=Operator.KEEP, EMAIL=Operator.REDACT)
    assert texts(rules, Role.AGENT)["analytics"] == "Order number 8841-2207 for [EMAIL]"
    for text in (texts(rules, Role.AGENT)["quality"], *texts(rules, Role.CUSTOMER).values()):
        assert text.startswith("Order number [ORDER_ID_")
        assert "for [EMAIL_" in text


def test_tokens_are_the_same_whoever_says_the_value():
    """A role changes operators, never keys: a purpose's analysts can still follow an address."""
    rules = rules_with(ORDER_ID=Operator.KEEP)
    agent, customer = (texts(rules, role)["analytics"] for role in (Role.AGENT, Role.CUSTOMER))
    assert agent.rpartition("for ")[2] == customer.rpartition("for ")[2]


@pytest.mark.parametrize("role", Role)
def test_without_overrides_every_role_shares_one_publication(role):
    """The hot path looks up a tuple by role, and nothing else."""
    publications = analytics_rules().publications_by_role
    for shared, one in zip(publications[Role.CUSTOMER], publications[role], strict=True):
        assert one is shared


def test_receipts_count_what_was_done():
    event = conversation_event(SAID, author={"role": "agent"}, subject={"customer_id": "c-1"})
    (outcome,) = LocalRedactor(rules_with(ORDER_ID=Operator.KEEP, EMAIL=Operator.REDACT)).redact([event])
    counted = {
        one.receipt.purpose: {(row.label, row.operator) for row in one.receipt.findings} for one in outcome.outcomes
    }
    assert counted == {
        "analytics": {("EMAIL", "redact")},
        "quality": {("EMAIL", "tokenize"), ("ORDER_ID", "tokenize")},
    }
