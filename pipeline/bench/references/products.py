"""Other products at their defaults, text in and redacted text out. Nothing is downloaded and nothing is reported.

Both are development dependencies; `installed` says whether they are there.
"""

import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Final

RedactText = Callable[[str], str]


def presidio_default() -> RedactText:
    """Return Presidio's analyzer and anonymizer as they come, with the small English model that is installed."""
    from presidio_anonymizer import AnonymizerEngine  # noqa: PLC0415 - takes a second to import

    from pipeline.adapters.presidio_entities import analyzer_engine  # noqa: PLC0415 - imports spaCy

    analyzer = analyzer_engine()
    anonymizer = AnonymizerEngine()

    def redact(text: str) -> str:
        results = analyzer.analyze(text=text, language="en")
        return str(anonymizer.anonymize(text=text, analyzer_results=results).text)

    return redact


def regex_product() -> RedactText:
    """Return DataFog's engine of regular expressions, which finds what has a shape and no names."""
    os.environ["DATAFOG_NO_TELEMETRY"] = "1"
    from datafog.engine import scan_and_redact  # noqa: PLC0415 - a development dependency

    return lambda text: str(scan_and_redact(text, engine="regex").redacted_text)


PRODUCTS: Final[Mapping[str, tuple[Callable[[], RedactText], str]]] = {
    "presidio": (presidio_default, "presidio_analyzer"),
    "regex_product": (regex_product, "datafog"),
}
"""Each product's maker, and the package that it needs."""


def installed(product: str) -> bool:
    """Say whether a product's package is there."""
    return find_spec(PRODUCTS[product][1]) is not None
