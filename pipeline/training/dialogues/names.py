# ruff: noqa: RUF001 - letters of many alphabets; names to learn from, no secret
"""Names of people from everywhere: Faker's lists for 50 locales, romanised where they are not, and lists of our own.

Faker is MIT-licensed and needed for training only; its provider classes are read as tables, so that a seed gives the
same names on every machine for one version of it.
"""

import importlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from pipeline.training.dialogues import name_lists

LOCALES: Final = {
    "en_US": 22, "en": 8, "en_GB": 9, "en_IE": 3, "en_IN": 10, "en_KE": 3, "en_NG": 2, "en_NZ": 2, "en_PK": 4,
    "cs_CZ": 1, "da_DK": 1, "de_AT": 1, "de_CH": 1, "de_DE": 5, "es_AR": 1, "es_CL": 1, "es_CO": 2, "es_ES": 3,
    "es_MX": 5, "et_EE": 1, "fi_FI": 1, "fr_BE": 1, "fr_CA": 1, "fr_DZ": 1, "fr_FR": 4, "hr_HR": 1, "hu_HU": 1,
    "id_ID": 3, "it_IT": 3, "lt_LT": 1, "lv_LV": 1, "nl_BE": 1, "nl_NL": 3, "no_NO": 1, "pl_PL": 4, "pt_BR": 4,
    "pt_PT": 1, "ro_RO": 1, "sk_SK": 1, "sl_SI": 1, "sv_SE": 2, "sw": 1, "tr_TR": 3, "tw_GH": 2, "yo_NG": 2,
    "zu_ZA": 1, "az_AZ": 1, "uz_UZ": 1, "bg_BG": 1, "ru_RU": 2, "uk_UA": 2, "el_GR": 1, "mk_MK": 1, "is_IS": 1,
    "ha_NG": 1, "ig_NG": 2, "en_TH": 1, "ga_IE": 1,
}  # fmt: skip
"""Faker's locales and how often each is drawn."""
OWN_WEIGHT: Final = 6
DIACRITICS_KEPT: Final = 0.35
ALIEN_FAMILY: Final = 0.06
"""Share of people whose family name comes from elsewhere than their given name."""
DOUBLE_FAMILY: Final = 0.03
DOUBLE_GIVEN: Final = 0.02
CROSSED: Final = 0.16
"""Share of names that are put together from two of a list, since no list has every name."""
CROSSED_MIN: Final = 3
LONG_MAX: Final = 16

CYRILLIC: Final = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьъыэюяѓјљњќџёѕ",
        [
            "a",
            "b",
            "v",
            "h",
            "g",
            "d",
            "e",
            "ye",
            "zh",
            "z",
            "y",
            "i",
            "yi",
            "i",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "a",
            "y",
            "e",
            "yu",
            "ya",
            "gj",
            "j",
            "lj",
            "nj",
            "kj",
            "dz",
            "yo",
            "dz",
        ],
        strict=True,
    )
)
GREEK: Final = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        [
            "a",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "th",
            "i",
            "k",
            "l",
            "m",
            "n",
            "x",
            "o",
            "p",
            "r",
            "s",
            "s",
            "t",
            "y",
            "f",
            "ch",
            "ps",
            "o",
        ],
        strict=True,
    )
)
SPECIAL: Final = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "Æ": "Ae", "đ": "d", "Đ": "D", "ı": "i", "ð": "d",
     "Ð": "D", "þ": "th", "Þ": "Th", "œ": "oe", "Œ": "Oe", "ə": "e", "Ə": "A", "ŋ": "ng", "’": "'", "ʻ": "'", "‘": "'"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FullName:
    """A person's name as its owner writes it in Latin letters; `locale` says where it is usual."""

    given: str
    family: str
    locale: str


@dataclass(frozen=True, slots=True)
class NameList:
    """The names of one place; the head of each list is drawn more often where the list is ordered by frequency."""

    given: tuple[str, ...]
    family: tuple[str, ...]


def fresh_name(random: Random) -> FullName:
    """Return a person's name: place by weight, then name, common and rare ones. Effects: draws from `random`."""
    locale = random.choices(_places(), cum_weights=_weights())[0]
    names = name_list(locale)
    given = _met(random, names.given)
    family = _met(random, names.family)
    if random.random() < ALIEN_FAMILY:
        family = _draw(random, name_list(random.choice(_places())).family)
    if random.random() < DOUBLE_FAMILY and " " not in family:
        family = f"{family}{random.choice('- ')}{_draw(random, names.family)}"
    if random.random() < DOUBLE_GIVEN and " " not in given:
        given = f"{given}{random.choice('- ')}{_draw(random, names.given)}"
    if random.random() >= DIACRITICS_KEPT:
        given, family = plain(given), plain(family)
    return FullName(given, family, locale)


@cache
def name_list(locale: str) -> NameList:
    """Return the names of one place, romanised, in a fixed order."""
    own = name_lists.OWN.get(locale)
    if own is not None:
        return NameList(tuple(own[0].split()), tuple(own[1].split()))
    module = importlib.import_module(f"faker.providers.person.{locale}")
    provider = module.Provider
    given = [
        name
        for attribute in ("first_names", "first_names_female", "first_names_male", "first_names_unisex")
        for name in _listed(provider, attribute)
    ]
    family = [
        name
        for attribute in ("last_names", "last_names_female", "last_names_male", "unisex_last_names", "male_last_names",
                          "last_names_without_suffix")
        for name in _listed(provider, attribute)
    ]  # fmt: skip
    if locale == "is_IS":
        family = [f"{name}{ending}" for name in family for ending in ("son", "dóttir")]
    return NameList(_usable(given), _usable(family))


def plain(text: str) -> str:
    """Return the text without diacritics, as most people type it. Pure."""
    decomposed = unicodedata.normalize("NFKD", text.translate(SPECIAL))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def romanised(text: str) -> str:
    """Return a Cyrillic or Greek name in Latin letters, any other unchanged. Pure."""
    folded = unicodedata.normalize("NFC", text)
    if not any(character.lower() in CYRILLIC or character.lower() in GREEK for character in folded):
        return folded
    out = []
    for character in unicodedata.normalize("NFD", folded) if _greek(folded) else folded:
        low = character.lower()
        latin = CYRILLIC.get(low, GREEK.get(low, "" if unicodedata.combining(character) else character))
        out.append(latin.capitalize() if character.isupper() else latin)
    return "".join(out)


def _greek(text: str) -> bool:
    return any("Ͱ" <= character <= "Ͽ" or "ἀ" <= character <= "῿" for character in text)


def _listed(provider: type, attribute: str) -> Iterable[str]:
    # Some lists are properties that join others, which are read by themselves; sets come in another order each time.
    found = getattr(provider, attribute, ())
    return sorted(found) if isinstance(found, set | frozenset) else () if isinstance(found, property) else found


def _usable(names: Iterable[str]) -> tuple[str, ...]:
    kept = dict.fromkeys(romanised(name.strip()) for name in names)
    return tuple(name for name in kept if 1 < len(name) <= LONG_MAX and name[0].isupper() and _latin(name))


def _latin(name: str) -> bool:
    parts = re.split(r"['’ -]", name)
    return all(part.isalpha() or not part for part in parts) and all(plain(part).isascii() for part in parts)


def _draw(random: Random, names: tuple[str, ...]) -> str:
    # A third of the draws come from the first fifth: frequency-ordered lists begin with the common names.
    if random.random() < 1 / 3:
        return names[int(random.random() * max(1, len(names) // 5))]
    return names[int(random.random() * len(names))]


def _met(random: Random, names: tuple[str, ...]) -> str:
    """Return a name of the list, or one that begins like one of them and ends like another."""
    name = _draw(random, names)
    if random.random() >= CROSSED or not name.isalpha():
        return name
    other = _draw(random, names)
    crossed = name[: (len(name) + 1) // 2] + other[len(other) // 2 :].lower()
    return crossed if other.isalpha() and CROSSED_MIN <= len(crossed) <= LONG_MAX else name


@cache
def _places() -> tuple[str, ...]:
    return (*LOCALES, *name_lists.OWN)


@cache
def _weights() -> tuple[int, ...]:
    totals: list[int] = []
    for weight in (*LOCALES.values(), *(OWN_WEIGHT for _ in name_lists.OWN)):
        totals.append((totals[-1] if totals else 0) + weight)
    return tuple(totals)
