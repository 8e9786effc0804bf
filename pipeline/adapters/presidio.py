"""presidio-anonymizer as the engine of the operators it does well: mask and replace.

Its whole engine costs 17 us a text and knows neither purposes nor re-based offsets with our findings, so its operators
are called one by one; tokens, placeholders and generalization are ours.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _hidden(package: str) -> Iterator[None]:
    """Let imports of a package fail that nobody needs: where it is installed it takes a second, and all of spaCy."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]  # how the import system is told that there is none
    try:
        yield
    finally:
        del sys.modules[package]


with _hidden("presidio_analyzer"):
    from presidio_anonymizer.operators import Mask, Replace


class PresidioOperators:
    """`TextOperators` on presidio-anonymizer. Pure."""

    def __init__(self) -> None:
        self._mask = Mask()
        self._replace = Replace()

    def replace(self, value: str, replacement: str) -> str:
        """Return the replacement in place of the value. Pure."""
        replaced: str = self._replace.operate(value, {"new_value": replacement})
        return replaced

    def mask(self, value: str, kept_last: int) -> str:
        """Return the value with every character but the last `kept_last` as an asterisk. Pure."""
        hidden = max(0, len(value) - kept_last)
        masked: str = self._mask.operate(value, {"masking_char": "*", "chars_to_mask": hidden, "from_end": False})
        return masked
