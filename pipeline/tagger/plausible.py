"""What nobody is called and no code looks like, so that a finding of it is none."""

import re
from collections.abc import Set as AbstractSet
from importlib.resources import files
from typing import Final

from pipeline.event.labels import Label

_COURTESIES: Final = frozenset((files("pipeline.tagger") / "courtesies.txt").read_text(encoding="utf-8").split())
"""Greetings, thanks, farewells, yes and no in many languages; words that are also names are left out."""

_AMOUNT: Final = r"[0-9]{1,3}(?:[, ]?[0-9]{3})*[.,][0-9]{1,2}"
_UNIT: Final = (
    r"(?:%|[kmgt]?i?b(?:ps|/s)?|[mn]?s|secs?|mins?|minutes?|h|hrs?|hours?|days?|[kcm]?m|[km]g|g|lbs?|oz|k?wh?|m?ah|[mgk]?hz|v|"
    r"amps?|px|dpi|fps|btc|eth|usd|eur|gbp|inr|pm|am|p ?m|a ?m|x|degrees?)"
)
_NO_CODE: Final = re.compile(
    rf"(?ix)\W* (?: (?:x|no|v|version)?[ ]? [$£€¥₹]?[ ]?{_AMOUNT} (?:[ ]?{_UNIT})? | [0-9]+(?:[.,][0-9]+)?[ ]?{_UNIT}"
    r" | v?[0-9]{1,4}(?:\.[0-9]{1,4}){2,3} | (?:fw|firmware|build|release|v|ver|version)[ ]?[0-9]+(?:[._-][0-9a-z]+)+"
    r" | (?:[ap][ ]?m) | [0-9]{1,2}[:.][0-9]{2}(?:[ ]?[ap][ ]?m)? | (?:sha|md|aes|rsa|utf|crc)-?[0-9]{1,4} )\W*"
)
_CODES: Final = frozenset(
    {
        Label.ACCOUNT_ID,
        Label.CREDIT_CARD,
        Label.NATIONAL_ID,
        Label.ORDER_ID,
        Label.PASSWORD,
        Label.PHONE,
        Label.USERNAME,
        Label.ZIP,
    }
)
_WORDS: Final = re.compile(r"[^\W\d_]+")


_INTRODUCED: Final = re.compile(
    r"(?i)(?:^|[\n,.!?:;(\"'-]"
    r"|\b(?:is|am|i'm|im|it's|its|names?|name's|called|call|hi|hello|hey|dear|thanks|thank you|thx"
    r"|cheers|regards|best|love|mr|mrs|ms|miss|dr|for|with|from|by|to|and|or|ask|agent|sir|wife|husband|partner"
    r"|son|daughter|mum|mom|dad|mother|father|brother|sister|friend|colleague|boss|manager|driver|nurse|doctor))\W*$"
)
_BEFORE_CHARS: Final = 24


def is_everyday_word(text: str, start: int, end: int, vocabulary: AbstractSet[str]) -> bool:
    """Say whether a span is a word of `vocabulary` in small letters that nothing before introduces as a name. Pure."""
    value = text[start:end]
    return value in vocabulary and _INTRODUCED.search(text, max(0, start - _BEFORE_CHARS), start) is None


def is_plausible(label: Label, value: str) -> bool:
    """Say whether a value can be of its label: no courtesy is a person; no price, version or hour a code. Pure."""
    if label is Label.PERSON:
        words = _WORDS.findall(value.lower())
        return not words or not _COURTESIES.issuperset(words)
    return label not in _CODES or _NO_CODE.fullmatch(value) is None
