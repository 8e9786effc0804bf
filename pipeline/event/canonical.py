"""Canonical forms of identifiers: equal for every way of writing the same address, number or id."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

import phonenumbers

from pipeline.event.labels import Label

_CACHED_VALUES_MAX: Final = 65_536
_CACHED_VALUE_CHARS_MAX: Final = 64
# Both as people type them; white space is single by the time that they are looked for.
_SPELLED_AT: Final = re.compile(r"^(.*)(?: at | ?[\[({<] ?at ?[\])}>] ?)")
_SPELLED_MARK: Final = re.compile(r" (dot|underscore|dash|hyphen) | ?[\[({<] ?(dot) ?[\])}>] ?")
_MARKS: Final = {"dot": ".", "underscore": "_", "dash": "-", "hyphen": "-"}


def folded(value: str) -> str:
    """Return the value in NFKC (Unicode UAX #15), case-folded (Unicode section 3.13), white space collapsed. Pure.

    Invisible characters (general category Cf) are left out: they hide nobody from an opt-out.
    """
    if value.isascii():
        return " ".join(value.lower().split())
    visible = "".join([character for character in value if unicodedata.category(character) != "Cf"])
    return " ".join(unicodedata.normalize("NFKC", visible).casefold().split())


def canonical_email(value: str, *, strip_tags: bool) -> str:
    """Return an e-mail address in lower case, without its `+` tag where asked (RFC 5233, section 1). Pure.

    The local part is case-sensitive by RFC 5321, section 2.4, yet no provider in use treats it so. An address in words
    (`jo at example dot com`) is the address.
    """
    address = folded(value)
    if "@" not in address or "dot" in address or " " in address:
        address = _without_words(address)
    local, at, domain = address.rpartition("@")
    if not at:
        return address
    if strip_tags:
        local = local.split("+", 1)[0] or local
    return f"{local}@{domain.rstrip('.')}"


def _without_words(address: str) -> str:
    """Return an address without the words that stand for its marks, and without white space. Pure."""
    marked = address if "@" in address else _SPELLED_AT.sub(r"\1@", address, count=1)
    return _SPELLED_MARK.sub(lambda found: _MARKS[found[1] or found[2]], marked).replace(" ", "")


def canonical_phone(value: str, region: str) -> str:
    """Return a phone number in E.164 (ITU-T E.164, section 6), or its digits where it is no possible number. Pure."""
    # A longer value is no phone number, and remembering it would let a publisher fill the memory.
    return _phone(value, region) if len(value) <= _CACHED_VALUE_CHARS_MAX else _phone.__wrapped__(value, region)


@lru_cache(_CACHED_VALUES_MAX)
def _phone(value: str, region: str) -> str:
    text = unicodedata.normalize("NFKC", value)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is not None and phonenumbers.is_possible_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return "".join(character for character in text if character.isdigit()) or folded(value)


def canonical_code(value: str) -> str:
    """Return an id or number without separators, in lower case: `AB-12 3` and `ab123` are one id. Pure."""
    text = folded(value)
    return "".join(character for character in text if character.isalnum()) or text


_NAMES: Final = frozenset({Label.PERSON, Label.ADDRESS, Label.LOCATION, Label.ORG})


def canonical_value(label: Label, value: str, region: str) -> str:
    """Return the form of a found value that its token or placeholder is computed from. Pure."""
    if label is Label.EMAIL:
        return canonical_email(value, strip_tags=False)
    if label is Label.PHONE:
        return canonical_phone(value, region)
    if label in _NAMES:
        return folded(value).replace("\u2019", "'").removesuffix("'s")
    return canonical_code(value)
