"""The names tier on spaCy: a small installed model, and evidence from the turn around what it says."""

from collections.abc import Iterator, Sequence
from typing import Final

from spacy.language import Language

from pipeline.adapters.name_evidence import name_findings
from pipeline.adapters.name_lexicon import NameLexicon
from pipeline.adapters.spacy_entities import PACKAGE, SpacyEntities, load_spacy, placed_entities, window_spans
from pipeline.detection.finding import Finding
from pipeline.detection.names import NamesTurn
from pipeline.errors import Misconfigured
from pipeline.event.conversation_event import language_of

EVIDENCE_VERSION: Final = "2"
"""Counts up with every change of lists, phrases or scores, so that receipts tell the findings of two releases apart."""
MODEL_CHARACTERS_MAX: Final = 100_000
"""How much of one turn the model reads, in distinct windows: some two seconds on one core."""
_ENGLISH: Final = "en"
_LEMMATIZER: Final = "lemmatizer"
_UNUSED: Final = ("tok2vec", "tagger", "parser", "attribute_ruler", _LEMMATIZER)


class SpacyNames:
    """Finds names in the turns of one language by an installed spaCy model, phrases, and lists of names.

    Every turn is cut into windows on white space, so time is linear in its length. Above `model_characters_max`
    characters in distinct windows, the model reads no further in that turn; phrases and lists read all of it.
    Deterministic: equal turns have equal findings, whatever the batch they come in.
    """

    def __init__(
        self,
        package: str = PACKAGE,
        pipeline: Language | None = None,
        *,
        model_characters_max: int = MODEL_CHARACTERS_MAX,
    ) -> None:
        self._pipeline = load_spacy(package) if pipeline is None else pipeline
        self._lexicon = _taken_lexicon(self._pipeline, package)
        self._entities = SpacyEntities(self._pipeline, package)
        self._language: str = self._pipeline.lang
        self._model_characters_max = model_characters_max
        self._version = f"{self._entities.version}+evidence-{EVIDENCE_VERSION}"

    @property
    def version(self) -> str:
        """Name and version of the model and of the evidence around it, as receipts state them."""
        return self._version

    @property
    def is_quick(self) -> bool:
        """Say that it is not: it takes milliseconds a turn."""
        return False

    def find(self, turns: Sequence[NamesTurn]) -> list[list[Finding]]:
        """Return the findings of each turn, sorted by start; a turn in another language than the model's gets none."""
        spoken = [turn for turn in turns if self._speaks(turn.locale)]
        windows = [list(self._windows(turn.text)) for turn in spoken]
        entities = self._entities.by_text({text for turn_windows in windows for _, text in turn_windows})
        found = iter(
            [
                name_findings(turn, sorted(set(placed_entities(turn_windows, entities))), self._lexicon)
                for turn, turn_windows in zip(spoken, windows, strict=True)
            ]
        )
        return [next(found) if self._speaks(turn.locale) else [] for turn in turns]

    def speaks(self, language: str) -> bool:
        """Say whether the model is made for a language (ISO 639). Pure."""
        return language == self._language

    def _speaks(self, locale: str) -> bool:
        return self.speaks(language_of(locale))

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


def carries_lexicon(pipeline: Language) -> bool:
    """Say whether this tier can use a pipeline: an English one with entities and a lemmatizer. Pure."""
    return str(pipeline.lang) == _ENGLISH and {"ner", _LEMMATIZER} <= set(pipeline.pipe_names)


def _taken_lexicon(pipeline: Language, package: str) -> NameLexicon:
    """Take the everyday words of a model's lemmatizer as vocabulary, and let go of what finds no names."""
    if not carries_lexicon(pipeline):
        problem = f"spaCy model {package} needs an entity recognizer and a lemmatizer with its word index, in English"
        raise Misconfigured([problem])
    lexicon = _lexicon(pipeline)
    for name in set(pipeline.pipe_names) & set(_UNUSED):
        pipeline.remove_pipe(name)
    return lexicon


def _lexicon(pipeline: Language) -> NameLexicon:
    nouns: set[str] = set()
    others = set(pipeline.Defaults.stop_words)
    lookups = pipeline.get_pipe(_LEMMATIZER).lookups
    for table in ("lemma_index", "lemma_exc"):
        words = lookups.get_table(table, {})
        for part_of_speech in ("noun", "verb", "adj", "adv"):
            (nouns if part_of_speech == "noun" else others).update(words.get(part_of_speech, ()))
    return NameLexicon(nouns, others)
