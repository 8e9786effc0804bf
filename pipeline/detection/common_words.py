"""Ordinary words: those that are never a name, those that usually are not, and those that are names as well."""

from importlib.resources import files
from typing import Final


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text that are separated by blanks. Pure."""
    return frozenset(words.split())


def _load() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    gaps: set[str] = set()
    names: set[str] = set()
    plain: set[str] = set()
    for line in files(__package__).joinpath("common_words.txt").read_text("utf-8").splitlines():
        kind, separator, words = line.partition(": ")
        if line.startswith("#"):
            continue
        if separator:
            {"gaps": gaps, "names": names}[kind].update(words.split())
        else:
            plain.update(line.split())
    return frozenset(gaps), frozenset(names), frozenset(plain | gaps | names)


_LISTS: Final = _load()

FUNCTION_WORDS: Final = _LISTS[0]
"""Lower-case words that are part of no name, address, or answer to a security question."""

NAME_WORDS: Final = _LISTS[1]
"""Lower-case words that are names as well (Will, Rose, Mark): a name only where written with a capital."""

ORDINARY_WORDS: Final = _LISTS[2]
"""All lower-case words of the list."""
