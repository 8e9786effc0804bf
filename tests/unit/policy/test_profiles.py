"""The shipped profiles do what the documentation says of them, and are found by name."""

from pathlib import Path

import pytest

from pipeline.errors import Misconfigured
from pipeline.event.labels import CONTEXT_LABELS, SECRET_LABELS, Label
from pipeline.policy.compile import load_policy, read_bytes
from pipeline.policy.compiled import Generalization, Operator, OptOutEffect, Treatment, Unidentified
from pipeline.policy.document import read_document
from pipeline.policy.shipped import PROFILES, find_policy

REDACT, DROP, KEEP = Treatment(Operator.REDACT), Treatment(Operator.DROP), Treatment(Operator.KEEP)
TOKENIZE, PLACEHOLDER = Treatment(Operator.TOKENIZE), Treatment(Operator.PLACEHOLDER)


@pytest.fixture
def analytics():
    return load_policy(find_policy("analytics"))


@pytest.fixture
def pci():
    return load_policy(find_policy("pci"))


def document_of(profile):
    return read_document(read_bytes(find_policy(profile)), profile)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_is_right_and_named_as_its_file(profile):
    assert load_policy(find_policy(profile)).name == profile


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_finds_english_names_and_withholds_other_languages(profile):
    policy = load_policy(find_policy(profile))
    assert policy.names == {"en": "own"}
    assert policy.publish_unnamed_locales is False
    assert policy.known_values is True
    assert policy.strip_email_tags is True
    assert policy.unidentified is Unidentified.PUBLISH
    assert policy.tenants == {"demo", "acme"}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_purpose_of_a_profile_has_tests_and_one_for_opt_outs(profile):
    document = document_of(profile)
    for purpose in document.purposes:
        tests = [test for test in document.tests if test.purpose == purpose.name]
        assert any(test.opted_out and test.expect.withheld for test in tests)
        assert any(test.expect.withheld is None for test in tests)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_holds_up_a_label_that_it_does_not_name(profile):
    assert all(
        purpose.default is not None and purpose.default.value == REDACT
        for purpose in document_of(profile).purposes
        if purpose.like is None
    )


def test_analytics_has_two_purposes_that_treat_labels_alike(analytics):
    assert [purpose.name for purpose in analytics.purposes] == ["analytics", "quality"]
    assert analytics.purposes[0].treatments == analytics.purposes[1].treatments


def test_analytics_treats_labels_as_documented(analytics):
    treatments = dict(analytics.purposes[0].treatments)
    assert treatments.pop(Label.PERSON) == PLACEHOLDER
    for label in (Label.USERNAME, Label.EMAIL, Label.PHONE, Label.ACCOUNT_ID, Label.ORDER_ID):
        assert treatments.pop(label) == TOKENIZE
    assert treatments.pop(Label.CREDIT_CARD) == Treatment(Operator.MASK, keep_last=4)
    assert treatments.pop(Label.DATE_OF_BIRTH) == Treatment(Operator.GENERALIZE, to=Generalization.YEAR)
    assert treatments.pop(Label.ZIP) == Treatment(Operator.GENERALIZE, to=Generalization.ZIP3)
    for label in SECRET_LABELS:
        assert treatments.pop(label) == DROP
    for label in CONTEXT_LABELS:
        assert treatments.pop(label) == KEEP
    assert set(treatments.values()) == {REDACT}


def test_analytics_honours_global_privacy_control_and_quality_does_not(analytics):
    assert [purpose.honours_gpc for purpose in analytics.purposes] == [True, False]
    assert {purpose.opt_out_effect for purpose in analytics.purposes} == {OptOutEffect.WITHHELD}


def test_analytics_sees_the_hour_and_quality_the_second(analytics):
    times = [purpose.fields["occurred_at"] for purpose in analytics.purposes]
    assert times == [Treatment(Operator.GENERALIZE, to=Generalization.HOUR), KEEP]


def test_pci_lets_nothing_of_a_payment_out_and_has_no_token_of_a_person(pci):
    (purpose,) = pci.purposes
    for label in (Label.CREDIT_CARD, Label.CARD_EXPIRY, Label.IBAN, Label.ACCOUNT_ID, Label.CRYPTO_WALLET):
        assert purpose.treatments[label] == REDACT
    for label in SECRET_LABELS:
        assert purpose.treatments[label] == DROP
    operators = {label: treatment.operator for label, treatment in purpose.treatments.items()}
    assert Operator.TOKENIZE not in operators.values()
    assert Operator.MASK not in operators.values()
    assert {label for label, operator in operators.items() if operator is Operator.KEEP} == CONTEXT_LABELS
    assert {"author.id", "subject.customer_id"}.isdisjoint(purpose.fields)


def test_a_path_is_taken_as_it_is():
    assert find_policy("policies/mine.yaml") == Path("policies/mine.yaml")
    assert find_policy("./pci") == Path("pci")
    assert find_policy("mine.yml") == Path("mine.yml")


def test_a_word_that_is_no_profile_is_refused_with_the_nearest():
    with pytest.raises(Misconfigured, match="did you mean `analytics`"):
        find_policy("analytic")
