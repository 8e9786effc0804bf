"""Roles: what a purpose does otherwise in the turns of some authors. Only what is named changes, never more."""

import re

import pytest
from jsonschema import Draft202012Validator

from pipeline.errors import Misconfigured
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from pipeline.policy.compile import compile_policy
from pipeline.policy.compiled import Operator, Treatment
from pipeline.policy.document import read_document
from pipeline.policy.explain import Change, Explained, Subject, diff, explain
from pipeline.policy.problems import Problems
from pipeline.policy.schema import policy_schema
from pipeline.policy.tree import plain, read_tree

ROLES = """\
    roles:
      agent:
        labels:
          PERSON: redact
          ORDER_ID: keep
      third_party:
        labels: {LOCATION: drop}
"""
VALIDATOR = Draft202012Validator(policy_schema())


@pytest.fixture
def with_roles(small_policy):
    """Return the small policy with roles in its purpose `research`, which `review` is like."""
    assert "      LOCATION: keep\n" in small_policy
    return small_policy.replace("      LOCATION: keep\n", f"      LOCATION: keep\n{ROLES}", 1)


def compiled(text):
    return compile_policy(read_document(text.encode(), "p.yaml"))


def test_a_role_overrides_the_labels_that_it_names_and_no_other(with_roles):
    research = compiled(with_roles).purposes[0]
    assert set(research.roles) == {Role.AGENT, Role.THIRD_PARTY}
    agents = research.for_role(Role.AGENT).treatments
    assert agents[Label.PERSON] == Treatment(Operator.REDACT)
    assert agents[Label.ORDER_ID] == Treatment(Operator.KEEP)
    assert {label for label in Label if agents[label] != research.treatments[label]} == {Label.PERSON, Label.ORDER_ID}
    assert research.for_role(Role.CUSTOMER) is research


def test_the_rest_of_a_purpose_is_the_same_for_every_role(with_roles):
    research = compiled(with_roles).purposes[0]
    agents = research.for_role(Role.AGENT)
    assert (agents.name, agents.fields, agents.attributes) == (research.name, research.fields, research.attributes)


def test_roles_are_inherited_label_by_label_nearest_first(with_roles):
    """`review` states one of them anew and takes over the others."""
    own = "    roles:\n      agent: {labels: {PERSON: drop}}\n"
    review = compiled(with_roles.replace("      EMAIL: redact\n", f"      EMAIL: redact\n{own}", 1)).purposes[1]
    agents = review.for_role(Role.AGENT).treatments
    assert agents[Label.PERSON] == Treatment(Operator.DROP)
    assert agents[Label.ORDER_ID] == Treatment(Operator.KEEP)
    assert review.for_role(Role.THIRD_PARTY).treatments[Label.LOCATION] == Treatment(Operator.DROP)


def test_what_a_purpose_states_itself_is_not_loosened_by_a_role_that_it_inherits(with_roles):
    """`review` redacts order ids; that agents' are kept in `research` does not let them out of `review`."""
    review = compiled(with_roles.replace("      EMAIL: redact\n", "      ORDER_ID: redact\n", 1)).purposes[1]
    assert review.for_role(Role.AGENT).treatments[Label.ORDER_ID] == Treatment(Operator.REDACT)
    assert review.for_role(Role.AGENT).treatments[Label.PERSON] == Treatment(Operator.REDACT)


def test_a_role_that_changes_nothing_costs_nothing(small_policy, with_roles):
    """It has no treatments of its own, and the policy its old version."""
    idle = "    roles:\n      agent: {labels: {LOCATION: keep}}\n"
    policy = compiled(small_policy.replace("      LOCATION: keep\n", f"      LOCATION: keep\n{idle}", 1))
    assert [purpose.roles for purpose in policy.purposes] == [{}, {}]
    assert policy.version == compiled(small_policy).version != compiled(with_roles).version


def test_the_version_changes_with_every_override(with_roles):
    others = [
        with_roles.replace("PERSON: redact", "PERSON: drop", 1),
        with_roles.replace("      agent:\n", "      bot:\n", 1),
        with_roles.replace("          ORDER_ID: keep\n", "", 1),
    ]
    assert len({compiled(text).version for text in (with_roles, *others)}) == 4


MISTAKES = [
    ("      agent:", "      agnet:", "roles.agnet", "is not a known role of an author; did you mean `agent`?"),
    ("          PERSON: redact", "          PERSN: redact", "roles.agent.labels.PERSN", "did you mean `PERSON`?"),
    ("          PERSON: redact", "          PERSON: redcat", "roles.agent.labels.PERSON", "did you mean `redact`?"),
    ("          PERSON: redact", "          PERSON: keep", "roles.agent.labels.PERSON", "never leaves in clear"),
    ("          PERSON: redact", "          PERSON: tokenize", "roles.agent.labels.PERSON", "join conversations"),
    ("          PERSON: redact", "          PASSWORD: keep", "roles.agent.labels.PASSWORD", "it grants access"),
    ("          PERSON: redact", "          default: redact", "roles.agent.labels.default", "is not a known label"),
    ("        labels: {LOCATION: drop}", "        labels: {}", "roles.third_party.labels", "at least one label"),
    ("        labels: {LOCATION: drop}", "        fields: {}", "roles.third_party.fields", "is not a known setting"),
    ("        labels: {LOCATION: drop}", "        fields: {}", "roles.third_party.labels", "is required"),
    ("        labels: {LOCATION: drop}", "        labels: 5", "roles.third_party.labels", "must be a mapping"),
]


@pytest.mark.parametrize(("old", "new", "field", "message"), MISTAKES)
def test_mistakes_are_refused_at_their_line_by_code_and_schema(with_roles, old, new, field, message):
    assert old in with_roles
    text = with_roles.replace(old, new, 1)
    with pytest.raises(Misconfigured) as refused:
        read_document(text.encode(), "p.yaml")
    line = 1 + text[: text.index(new)].count("\n")
    problems = [problem for problem in refused.value.problems if f"purposes.research.{field}: " in problem]
    assert any(message in problem for problem in problems)
    assert re.match(rf"p\.yaml:({line}|{line - 1}): ", problems[0])
    assert not VALIDATOR.is_valid(plain(read_tree(text.encode(), Problems("p.yaml"))))


def test_the_schema_takes_a_policy_with_roles(with_roles):
    assert VALIDATOR.is_valid(plain(read_tree(with_roles.encode(), Problems("p.yaml"))))


def test_explain_has_a_row_for_each_override_with_its_line(with_roles):
    rows = [row for row in explain(read_document(with_roles.encode(), "p.yaml")) if row.role]
    assert Explained("research", Subject.LABEL, "PERSON", "redact", "", "p.yaml:40", "agent") in rows
    assert (
        Explained("review", Subject.LABEL, "LOCATION", "drop", "", "p.yaml:43 (like research)", "third_party") in rows
    )
    assert len(rows) == 6


def test_diff_names_the_role(small_policy, with_roles):
    changes = diff(compiled(small_policy), compiled(with_roles))
    assert Change("research", Subject.LABEL, "ORDER_ID (agent)", None, "keep") in changes
    assert {one.name for one in changes} == {"PERSON (agent)", "ORDER_ID (agent)", "LOCATION (third_party)"}
    assert diff(compiled(with_roles), compiled(with_roles)) == ()
