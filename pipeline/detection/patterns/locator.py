"""Where an expression can match: RE2 looks for the places, at a nanosecond or two a character."""

from typing import Final

import re2

_MEMORY_BYTES: Final = 8 << 20
_ANYWHERE: Final = re2._Anchor.UNANCHORED  # noqa: SLF001 - see `Locator`


class Locator:
    r"""Finds the places where an expression matches, or seems to, in ASCII text. May be shared by threads.

    A superset: no place is passed over where `re` would match. Expressions are free of lookaround, and have `$`, which
    RE2 takes to mean the very end only, beside `\n` alone. Raises `re2.error` for one that RE2 does not know.
    """

    __slots__ = ("_match",)

    def __init__(self, expression: str) -> None:
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = _MEMORY_BYTES
        options.never_capture = True  # else it looks for the groups as well, at ten times the cost
        compiled = re2.compile(with_vertical_tabs(expression).encode(), options)
        # The public search makes a generator and a match of each call: three times as long as looking at a turn.
        self._match = compiled._regexp.Match  # noqa: SLF001 - see above

    def first(self, text: bytes, start: int) -> int:
        """Return where the first match that begins at or after `start` does, or -1. Linear. Pure."""
        found: int = self._match(_ANYWHERE, text, start, len(text))[0][0]
        return found


def with_vertical_tabs(expression: str) -> str:
    r"""Return the expression with a vertical tab wherever it has `\s`, as `re` means it and RE2 does not. Pure."""
    parts: list[str] = []
    in_class = False
    position = 0
    while position < len(expression):
        character = expression[position]
        part = expression[position : position + 2] if character == "\\" else character
        position += len(part)
        if part == r"\s":
            part = r"\s\v" if in_class else r"[\s\v]"
        elif character == "[" and not in_class:
            in_class = True
        elif character == "]" and in_class:
            in_class = False
        parts.append(part)
    return "".join(parts)
