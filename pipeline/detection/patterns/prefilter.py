"""One pass of RE2 over a text that says which of many expressions it can hold."""

from collections.abc import Iterable
from typing import Final

import re2

_MEMORY_BYTES: Final = 64 << 20


class Prefilter:
    """Expressions searched for together, free of lookaround, in ASCII text. May be shared by threads."""

    __slots__ = ("_always", "_match")

    def __init__(self, expressions: Iterable[str], *, memory_bytes: int = _MEMORY_BYTES) -> None:
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = memory_bytes
        searched = re2.Set.SearchSet(options)
        for expression in expressions:
            searched.Add(expression)
        self._always = searched.Add("")
        searched.Compile()
        self._match = searched.Match

    def match(self, text: str) -> list[int]:
        """Return the places of the expressions that the text holds, in no order.

        RE2 answers nothing where it ran out of memory; the expression that matches everything tells that from a text
        without matches. Raises `RuntimeError` then.
        """
        found: list[int] | None = self._match(text.encode())
        if found is None or self._always not in found:
            raise RuntimeError("the pattern prefilter gave no answer: out of memory")
        found.remove(self._always)
        return found
