"""One pass of RE2 over a text that says which of many expressions it can hold."""

from collections.abc import Iterable
from typing import Final

import re2

_MEMORY_BYTES: Final = 64 << 20


class Prefilter:
    """Expressions searched for together, free of lookaround, in ASCII text. May be shared by threads."""

    __slots__ = ("_always", "_set")

    def __init__(self, expressions: Iterable[str], *, memory_bytes: int = _MEMORY_BYTES) -> None:
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = memory_bytes
        self._set = re2.Set.SearchSet(options)
        for expression in expressions:
            self._set.Add(expression)
        self._always = self._set.Add("")
        self._set.Compile()

    def match(self, text: str) -> list[int]:
        """Return the places of the expressions that the text holds, in no order.

        RE2 answers nothing where it ran out of memory; the expression that matches everything tells that from a text
        without matches. Raises `RuntimeError` then.
        """
        found: list[int] | None = self._set.Match(text)
        if found is None or self._always not in found:
            raise RuntimeError("the pattern prefilter gave no answer: out of memory")
        found.remove(self._always)
        return found
