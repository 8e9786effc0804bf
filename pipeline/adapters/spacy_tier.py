"""The names tier for languages that no model of ours speaks: what any installed spaCy pipeline recognizes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from spacy.language import Language

from pipeline.adapters.name_evidence import DETECTOR
from pipeline.adapters.spacy_entities import Entity, SpacyEntities, load_spacy, speaks, window_spans
from pipeline.adapters.spacy_names import MODEL_CHARACTERS_MAX, SpacyNames, carries_lexicon
from pipeline.detection.finding import Finding
from pipeline.detection.names import NamesTurn
from pipeline.errors import Misconfigured, Reason, RejectedEvent
from pipeline.event.conversation_event import language_of
from pipeline.event.labels import CONTEXT_LABELS, Label

IDENTITY_SCORE: Final = 0.7
CONTEXT_SCORE: Final = 0.5
"""spaCy does not say how sure it is. Both are as the English tier scores what the model alone says."""

LABELS: Final[Mapping[str, Label]] = {
    # The Wikipedia labels and OntoNotes 5.0, and what single corpora call the same (Polish, Swedish, Norwegian, Korean,
    # Romanian).
    **dict.fromkeys(("per", "person", "persname", "prs", "ps"), Label.PERSON),
    **dict.fromkeys(("loc", "gpe", "fac", "location", "gpe_loc", "placename", "geogname", "lc"), Label.LOCATION),
    **dict.fromkeys(("org", "organization", "orgname", "gpe_org", "og"), Label.ORG),
    **dict.fromkeys(("date", "datetime", "dt"), Label.DATE),
    **dict.fromkeys(("norp", "nat_rel_pol"), Label.NRP),
    **{label.value.casefold(): label for label in Label if label not in (Label.DATE, Label.ORG, Label.PERSON)},
}
"""By label of a pipeline, in small letters. A pipeline of one's own may use our labels (ADDRESS, ORDER_ID, ...); what
is not here (MISC, MONEY, ...) is nobody's name."""


class SpacyTier:
    """Finds what an installed spaCy pipeline recognizes in the turns of its language, and nothing more.

    Turns are read in windows that overlap, all turns of a batch at once, each distinct window once. A turn of more than
    `characters_max` characters in distinct windows is refused: nothing else would look for names in the rest of it.
    """

    def __init__(self, pipeline: Language, package: str, *, characters_max: int = MODEL_CHARACTERS_MAX) -> None:
        self._pipeline = pipeline
        self._entities = SpacyEntities(pipeline, package)
        known = self._entities.labels
        if known and Label.PERSON not in map(_meant, known):
            problem = f"spaCy package {package} recognizes no persons: name one that does, or write `off`"
            raise Misconfigured([problem])
        self._characters_max = characters_max

    @property
    def version(self) -> str:
        """Name and version of the pipeline, as receipts state them."""
        return self._entities.version

    @property
    def is_quick(self) -> bool:
        """Say that it is not: it takes milliseconds a turn."""
        return False

    def speaks(self, language: str) -> bool:
        """Say whether the pipeline is made for a language (ISO 639). Pure."""
        return speaks(self._pipeline, language)

    def find(self, turns: Sequence[NamesTurn]) -> list[list[Finding]]:
        """Return the findings of each turn, sorted; a turn in another language than the pipeline's gets none.

        Raises `RejectedEvent` where a turn is too long; the batch is then tried turn by turn.
        """
        spoken = [self.speaks(language_of(turn.locale)) for turn in turns]
        texts = [turn.text for turn, understood in zip(turns, spoken, strict=True) if understood]
        for text in texts:
            self._require_bounded(text)
        found = iter(self._entities.find(texts))
        return [
            list(_findings(turn.text, next(found))) if understood else []
            for turn, understood in zip(turns, spoken, strict=True)
        ]

    def _require_bounded(self, text: str) -> None:
        if len(text) > self._characters_max:
            windows = {text[start:end] for start, end in window_spans(text)}
            if sum(map(len, windows)) > self._characters_max:
                raise RejectedEvent(Reason.DETECTOR_FAILED, "text")


def spacy_tier(package: str) -> SpacyNames | SpacyTier:
    """Load the tier of a package: with the evidence of English support turns where it is made for them.

    Raises `Misconfigured` where the package is not installed or recognizes no persons.
    """
    pipeline = load_spacy(package)
    if carries_lexicon(pipeline):
        return SpacyNames(package, pipeline)
    return SpacyTier(pipeline, package)


def _meant(label: str) -> Label | None:
    return LABELS.get(label.casefold())


def _findings(text: str, entities: Sequence[Entity]) -> Iterator[Finding]:
    for entity in entities:
        label = _meant(entity.label)
        value = text[entity.start : entity.end]
        if label is None or not value.strip():
            continue
        start = entity.start + len(value) - len(value.lstrip())
        score = CONTEXT_SCORE if label in CONTEXT_LABELS else IDENTITY_SCORE
        yield Finding(start, start + len(value.strip()), label, DETECTOR, score)
