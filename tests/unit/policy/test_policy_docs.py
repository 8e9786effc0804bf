"""docs/policy.md names everything that a policy may say, and its examples are right."""

import re
from pathlib import Path
from textwrap import indent

import pytest

from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from pipeline.event.receipt import WithheldReason
from pipeline.policy.compile import compile_policy
from pipeline.policy.compiled import (
    FIELD_OPERATORS,
    AttributeType,
    Generalization,
    Operator,
    OptOutEffect,
    Unidentified,
)
from pipeline.policy.document import SETTINGS, read_document
from pipeline.policy.permitted import label_operators
from pipeline.policy.purposes import PURPOSE_SETTINGS
from pipeline.policy.shipped import PROFILES
from pipeline.policy.tests_section import EVENT_FIELDS, EXPECT_SETTINGS, TEST_SETTINGS

REFERENCE = (Path(__file__).parents[3] / "docs" / "policy.md").read_text()
CODE = set(re.findall(r"`([^`\n]+)`", REFERENCE))
WHOLE = re.findall(r"^```yaml\n(.*?)^```", REFERENCE, re.DOTALL | re.MULTILINE)
PARTS = re.findall(r"^```yaml part\n(.*?)^```", REFERENCE, re.DOTALL | re.MULTILINE)
OF_A_PURPOSE = re.findall(r"^```yaml purpose\n(.*?)^```", REFERENCE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(SETTINGS, id="settings"),
        pytest.param(PURPOSE_SETTINGS, id="settings of a purpose"),
        pytest.param(EXPECT_SETTINGS, id="expectations"),
        pytest.param(EVENT_FIELDS, id="event fields"),
        pytest.param(FIELD_OPERATORS, id="fields"),
        pytest.param(PROFILES, id="profiles"),
        pytest.param(Label, id="labels"),
        pytest.param(Operator, id="operators"),
        pytest.param(Generalization, id="generalizations"),
        pytest.param(AttributeType, id="attribute types"),
        pytest.param(OptOutEffect, id="opt-out effects"),
        pytest.param(Unidentified, id="unidentified"),
        pytest.param(WithheldReason, id="reasons"),
    ],
)
def test_every_word_of_the_policy_is_documented(words):
    assert {str(word) for word in words} - CODE == set()


def test_every_setting_of_a_test_is_documented():
    assert all(re.search(rf"\b{word}\b", REFERENCE) for word in TEST_SETTINGS)


@pytest.mark.parametrize("label", list(Label))
def test_the_table_of_labels_says_what_the_code_allows(label):
    section = REFERENCE[REFERENCE.index("### Labels") : REFERENCE.index("## Tests")]
    rows = [row for row in re.findall(r"^\|(.+)\|(.+)\|$", section, re.MULTILINE) if f"`{label}`" in row[0]]
    assert len(rows) == 1
    words = set(re.findall(r"`([a-z0-9]+)`", rows[0][1]))
    assert {Operator(word) for word in words if word in tuple(Operator)} == label_operators(label) - {"redact", "drop"}


def test_the_small_policy_is_right():
    (example,) = WHOLE
    assert compile_policy(read_document(example.encode(), "docs/policy.md")).name == "small"


@pytest.mark.parametrize("part", range(3))
def test_each_part_is_right_in_the_small_policy(part):
    assert len(PARTS) == 3
    document = read_document((WHOLE[0] + PARTS[part]).encode(), "docs/policy.md")
    assert document.attributes or document.score_min or document.tests


def test_the_part_of_a_purpose_is_right_in_the_small_policy():
    """The small policy ends with its purpose."""
    (part,) = OF_A_PURPOSE
    text = WHOLE[0] + indent(part, "    ")
    (purpose,) = compile_policy(read_document(text.encode(), "docs/policy.md")).purposes
    assert purpose.roles


def test_the_names_are_right_in_the_small_policy():
    (part,) = re.findall(r"^```yaml names\n(.*?)^```", REFERENCE, re.DOTALL | re.MULTILINE)
    text = WHOLE[0].replace("names:\n  en: own\n", part)
    assert set(read_document(text.encode(), "docs/policy.md").names) == {"en", "de", "pt"}


def test_every_role_is_documented():
    assert {str(role) for role in Role} <= CODE
