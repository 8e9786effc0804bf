"""What a running worker objects to in a new policy."""

import dataclasses

import pytest

from pipeline.errors import Misconfigured
from pipeline.streaming.rules_source import objections_to
from tests.support.events import analytics_policy

POLICY = analytics_policy()


def test_a_policy_that_changes_nothing_that_matters_is_welcome():
    policy = dataclasses.replace(POLICY, tenants=frozenset({"another"}), publish_unnamed_locales=True)
    assert objections_to(POLICY, lambda _tier, _language: None)(policy) == []


@pytest.mark.parametrize("change", [{"strip_email_tags": not POLICY.strip_email_tags}, {"default_region": "DE"}])
def test_another_way_to_write_identifiers_would_miss_the_opt_outs_on_the_list(change):
    """The list holds keyed hashes of what was written the old way, so nobody on it would be found again."""
    (objection,) = objections_to(POLICY, lambda _tier, _language: None)(dataclasses.replace(POLICY, **change))
    assert "opt-outs" in objection


def test_a_purpose_without_a_topic_is_refused():
    new = dataclasses.replace(POLICY.purposes[0], name="research")
    (objection,) = objections_to(POLICY, lambda _tier, _language: None)(dataclasses.replace(POLICY, purposes=(new,)))
    assert objection.startswith("purposes.research")


def test_a_model_that_is_not_installed_is_refused():
    def missing(_tier, language):
        raise Misconfigured([f"names.{language}: is not installed"])

    (objection,) = objections_to(POLICY, missing)(dataclasses.replace(POLICY, names={"en": "spacy:none"}))
    assert objection == "names.en: is not installed"
