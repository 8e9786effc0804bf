"""What Presidio's analyzer says of texts, in its own labels. It is a development dependency; nothing is downloaded."""

from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from pipeline.adapters.spacy_entities import PACKAGE, Entity
from pipeline.errors import Misconfigured

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

LANGUAGE: Final = "en"
ANALYZER: Final = "presidio-analyzer"
_MODULE: Final = "presidio_analyzer"
_MISSING: Final = f"{ANALYZER} is required and not installed: it is in the dependency group `bench`, see `make install`"


def analyzer_engine() -> "AnalyzerEngine":
    """Return Presidio's analyzer as it comes, with the small English model that is installed.

    Raises `Misconfigured` where it is not installed.
    """
    if find_spec(_MODULE) is None:
        raise Misconfigured([_MISSING])
    import tldextract.tldextract  # noqa: PLC0415 - comes with the analyzer
    from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415 - a development dependency
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # noqa: PLC0415 - likewise

    # The e-mail recogniser would fetch the list of public suffixes; the copy inside the package does.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    models = [{"lang_code": LANGUAGE, "model_name": PACKAGE}]
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
    return AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=[LANGUAGE])


class PresidioEntities:
    """The entities of texts by Presidio's analyzer at its defaults, one text after the other."""

    def __init__(self) -> None:
        self._analyzer = analyzer_engine()
        self.version = f"{ANALYZER}-{version(ANALYZER)}"

    def find(self, texts: Sequence[str]) -> list[list[Entity]]:
        """Return the entities of each text, in the texts' order, sorted. They may overlap."""
        return [
            sorted(
                Entity(found.start, found.end, found.entity_type, found.score)
                for found in self._analyzer.analyze(text=text, language=LANGUAGE)
            )
            for text in texts
        ]
