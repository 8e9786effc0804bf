"""One plain spelling for what people type in many: full-width digits, odd spaces, curly marks, invisible characters.

Detection looks at the normalized text; findings are mapped back to code points of the original. Sources: Unicode
Standard Annex 15 (compatibility forms), Unicode Technical Report 36 section 3.5 (invisible characters), UAX 44
(decimal digits).
"""

import unicodedata
from bisect import bisect_left, bisect_right
from typing import Final

_DASHES: Final = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d")
_APOSTROPHES: Final = frozenset("\u2018\u2019\u201a\u201b\u02bc\u2032\u02b9\uff07\u00b4")
_QUOTES: Final = frozenset("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02")
_LINE_ENDS: Final = frozenset("\u0085\u2028\u2029")
_FILLERS: Final = frozenset("\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5")
_ASCII_END: Final = 128
_PART_CHARS: Final = 256


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _belongs_to_previous(character: str) -> bool:
    """Whether a removed character completes the letter before it, and so lies inside a finding that ends there."""
    return "\u0300" <= character <= "\u036f" or _is_variation_selector(character)


def _plain(character: str) -> str:
    """Return the plain form of one character: one character, or nothing for an invisible one. Pure."""
    if character in _DASHES:
        return "-"
    if character in _APOSTROPHES:
        return "'"
    if character in _QUOTES:
        return '"'
    if character in _LINE_ENDS:
        return "\n"
    if character in _FILLERS or _belongs_to_previous(character):
        return ""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(character))
    compatible = unicodedata.normalize("NFKD", character)
    visible = [part for part in compatible if not unicodedata.combining(part)]
    if len(visible) != 1 or visible[0] == character:
        return character
    return _plain(visible[0])  # which may be a mark of ours: a superscript minus is compatible with a minus sign


class _PlainForms(dict[int, str]):
    """Plain form by code point, worked out when first met; at most one entry for each code point of Unicode."""

    def __missing__(self, code_point: int) -> str:
        plain = chr(code_point) if code_point < _ASCII_END else _plain(chr(code_point))
        self[code_point] = plain
        return plain


class _AsciiForms(dict[int, str]):
    """What stands for a character where only ASCII is looked at: a letter for a letter, a separator for the rest."""

    def __missing__(self, code_point: int) -> str:
        character = chr(code_point)
        if code_point < _ASCII_END:
            stand_in = character
        elif character.isalpha():
            stand_in = "X" if character.isupper() else "x"
        else:
            stand_in = "\x1a"
        self[code_point] = stand_in
        return stand_in


_PLAIN: Final = _PlainForms()
_ASCII: Final = _AsciiForms()


class NormalizedText:
    """A text in plain spelling, and where each of its code points stood in the original.

    `text` holds the plain spelling; `ascii_text` is equally long and pure ASCII (a letter outside ASCII becomes `x`),
    for patterns whose word boundaries are ASCII. Both hold personal values, so `repr` shows neither.
    """

    __slots__ = ("_kept", "_original", "ascii_text", "text")

    def __init__(self, text: str, ascii_text: str, original: str, kept: list[int] | None) -> None:
        self.text = text
        self.ascii_text = ascii_text
        self._original = original
        self._kept = kept

    def __repr__(self) -> str:
        return f"<NormalizedText of {len(self.text)} code points, concealed>"

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span of the original that the non-empty half-open span of `text` came from.

        Invisible characters inside the span are inside the result, those around it are not, except combining marks
        and variation selectors of its last character. Pure.
        """
        if self._kept is None:
            return start, end
        first, last = self._kept[start], self._kept[end - 1] + 1
        while last < len(self._original) and _belongs_to_previous(self._original[last]):
            last += 1
        return first, last

    def to_normalized(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span of `text` that a span of the original became, empty if invisible. Pure."""
        if self._kept is None:
            return start, end
        return bisect_left(self._kept, start), bisect_right(self._kept, end - 1)


def normalize(text: str) -> NormalizedText:
    """Return the text in plain spelling with its way back. Plain ASCII text costs next to nothing. Pure.

    Full-width and other compatibility forms, decimal digits of any script, accents, spaces, dashes, quotes and
    apostrophes become their ASCII form where that is one character; zero-width and other invisible characters, soft
    hyphens and combining marks vanish; everything else stays as it is.
    """
    if text.isascii():
        return NormalizedText(text, text, text, None)
    plain = _translated(text, _PLAIN)
    ascii_text = plain if plain.isascii() else _translated(plain, _ASCII)
    if len(plain) == len(text):
        return NormalizedText(plain, ascii_text, text, None)
    return NormalizedText(plain, ascii_text, text, _visible(text))


def _translated(text: str, forms: dict[int, str]) -> str:
    """Return the text with each character's form; what is ASCII is its own, and most of a long text is."""
    if len(text) <= _PART_CHARS:
        return text.translate(forms)
    parts = [text[start : start + _PART_CHARS] for start in range(0, len(text), _PART_CHARS)]
    return "".join([part if part.isascii() else part.translate(forms) for part in parts])


def _visible(text: str) -> list[int]:
    """Return the places of the characters that have a plain form."""
    kept: list[int] = []
    for start in range(0, len(text), _PART_CHARS):
        part = text[start : start + _PART_CHARS]
        if part.isascii():
            kept += range(start, start + len(part))
        else:
            kept += [index for index, character in enumerate(part, start) if _PLAIN[ord(character)]]
    return kept
