"""Postal addresses of many countries, in the pieces in which people give them."""

import re
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from pipeline.training.dialogues.names import fresh_name, plain
from pipeline.training.dialogues.place_lists import COUNTRIES, Country

COMMON_SHARE: Final = 0.6
UNIT_SHARE: Final = 0.3
HOUSE: Final = re.compile(r"\bS\b")
PLACES: Final = re.compile(r"\d+(?!\d*(?:st|nd|rd|th)\b)(?:[Aa]\b)?|\bA\b(?=-?\d|$)")


@dataclass(frozen=True, slots=True)
class Address:
    """One address. `street` has the house number, `road` has none, `unit` and `region` may be empty.

    `pattern` says the country's order: `{street}`, `{unit}`, `{city}`, `{region}`, `{zip}`, with its separators.
    """

    street: str
    road: str
    unit: str
    city: str
    region: str
    zip: str
    country: str
    pattern: str


def fresh_address(random: Random) -> Address:
    """Return an address somewhere. Effects: draws from `random`."""
    countries, weights = _countries()
    country = random.choices(countries, cum_weights=weights)[0]
    place = random.choice(country.cities)
    city, _, region = place.partition("/")
    unit = numbered(random, random.choice(country.units)) if country.units and random.random() < UNIT_SHARE else ""
    house = HOUSE.sub("{street}", random.choice(country.houses), count=1)
    road = numbered(random, street_name(random, country))
    street = numbered(random, house).replace("{street}", road)
    code = filled(random, random.choice(country.zips))
    if random.random() < COMMON_SHARE:
        street, road, city = plain(street), plain(road), plain(city)
    return Address(street, road, unit, city, region, code, country.name, random.choice(country.patterns))


def street_name(random: Random, country: Country) -> str:
    """Return the name of a street in a country: one of its usual ones, or one after a person or a place."""
    form = random.choice(country.streets)
    if "*" not in form:
        return form
    if country.stems and random.random() < COMMON_SHARE:
        return form.replace("*", random.choice(country.stems))
    return form.replace("*", fresh_name(random).family)


def numbered(random: Random, text: str) -> str:
    """Return the text with other digits, and another letter beside a digit or alone; ordinals stay."""
    return PLACES.sub(lambda found: filled(random, found[0]), text)


def filled(random: Random, shape: str) -> str:
    """Return the shape with 9 replaced by a digit, 1 by a digit from 1, A by a capital, a by a small letter.

    Other characters stand for themselves; a doubled quote mark `~` before a character keeps it as it is.
    """
    out = []
    literal = False
    for character in shape:
        if literal:
            out.append(character)
            literal = False
        elif character == "~":
            literal = True
        elif character == "9":
            out.append("0123456789"[int(random.random() * 10)])
        elif character == "1":
            out.append("123456789"[int(random.random() * 9)])
        elif character == "A":
            out.append("ABCDEFGHJKLMNPRSTUVWXYZ"[int(random.random() * 23)])
        elif character == "a":
            out.append("abcdefghijklmnopqrstuvwxyz"[int(random.random() * 26)])
        elif character == "X":
            out.append("ABCDEFGHJKLMNPQRSTUVWXYZ23456789"[int(random.random() * 32)])
        elif character == "h":
            out.append("0123456789abcdef"[int(random.random() * 16)])
        else:
            out.append(character)
    return "".join(out)


@cache
def _countries() -> tuple[tuple[Country, ...], tuple[int, ...]]:
    totals: list[int] = []
    for country in COUNTRIES:
        totals.append((totals[-1] if totals else 0) + country.weight)
    return COUNTRIES, tuple(totals)
