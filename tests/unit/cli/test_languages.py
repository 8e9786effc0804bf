"""Languages that no model of ours speaks, from the policy to what `redact text` shows."""

import sys

import pytest

from pipeline import bootstrap
from pipeline.cli.exits import ExitCode
from pipeline.policy.shipped import find_policy
from tests.support.command_line import redact
from tests.support.spacy_package import install_spacy_package

PACKAGE = "de_fixture_names"
SAID = "Hier ist Käthe Brümmerhoff aus Zwönitz, kaethe@example.com"


@pytest.fixture
def policy(tmp_path, monkeypatch):
    """Return a policy that finds German names by an installed pipeline."""
    monkeypatch.syspath_prepend(tmp_path)
    install_spacy_package(tmp_path, PACKAGE, "de", {"Käthe Brümmerhoff": "PER", "Zwönitz": "LOC"})
    path = tmp_path / "mine.yaml"
    content = find_policy("analytics").read_text(encoding="utf-8")
    path.write_text(content.replace("en: own", f"de: spacy:{PACKAGE}"), encoding="utf-8")
    yield path
    bootstrap._spacy_tier.cache_clear()
    sys.modules.pop(PACKAGE, None)


def text(policy, locale: str):
    return redact("text", "--policy", policy, "--locale", locale, stdin=f"{SAID}\n{SAID}\n")


def test_names_are_found_by_the_pipeline_of_the_locale(policy):
    """A placeholder for the name, the same in both turns; the place stays, as the policy says of places."""
    ended = text(policy, "de-AT")
    assert ended.exit_code == ExitCode.DONE
    first, second = ended.stdout.splitlines()
    assert first == second
    assert first.startswith("Hier ist [PERSON_")
    assert "] aus Zwönitz, [EMAIL_" in first


def test_the_pipeline_stands_in_what_was_detected_and_how(policy):
    ended = redact("text", "--policy", policy, "--locale", "de", "--findings", "--json", stdin=f"{SAID}\n")
    assert '"label":"PERSON","detector":"spacy","score":0.7' in ended.stdout


def test_a_locale_without_a_tier_is_withheld(policy):
    ended = text(policy, "es")
    assert (ended.exit_code, ended.stdout) == (ExitCode.DONE, "")
    assert ended.stderr.count("withheld (no_names_tier)") == 2


def test_a_policy_may_publish_such_locales_all_the_same(policy):
    """Patterns still hold; nobody looked for names."""
    content = policy.read_text(encoding="utf-8")
    policy.write_text(
        content.replace("publish_unnamed_locales: false", "publish_unnamed_locales: true"), encoding="utf-8"
    )
    assert text(policy, "es").stdout.startswith("Hier ist Käthe Brümmerhoff aus Zwönitz, [EMAIL_")


def test_a_package_that_is_not_installed_is_named_with_what_to_do(policy):
    content = policy.read_text(encoding="utf-8")
    policy.write_text(content.replace(PACKAGE, "de_not_here"), encoding="utf-8")
    ended = text(policy, "de")
    assert (ended.exit_code, ended.stdout) == (ExitCode.MISUSED, "")
    assert "names.de: spaCy package de_not_here is required and not installed: install it" in ended.stderr
    assert "or write `off`" in ended.stderr
