# ruff: noqa: PLR2004 - each share stands where it is drawn; text to learn from, no secret
"""Codes of every trade, and the other values that a person is asked for, as the organisation would print them."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from pipeline.training.dialogues.addresses import filled
from pipeline.training.dialogues.code_lists import (
    CARD_BRANDS,
    COMPANY_DOMAINS,
    IBANS,
    MAIL_DOMAINS,
    NICK_TAILS,
    NICK_WORDS,
    PASSWORD_WORDS,
    PHONES,
    SECURITY_ANSWERS,
)  # fmt: skip
from pipeline.training.dialogues.names import FullName, fresh_name, plain

BORN_FIRST: Final = date(1938, 1, 1)
BORN_DAYS: Final = 25_000


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An e-mail address in its two halves."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def code(random: Random, shapes: tuple[str, ...]) -> str:
    """Return a code of one of the shapes (`addresses.filled`). Effects: draws from `random`, as all below."""
    return filled(random, random.choice(shapes))


def mailbox(random: Random, name: FullName) -> Mailbox:
    """Return an address that this person, sometimes under another name, would have."""
    if random.random() < 0.15:
        return Mailbox(username(random, name), random.choice(MAIL_DOMAINS))
    given, family = _letters(name.given), _letters(name.family)
    local = random.choice(
        ("{g}.{f}", "{g}{f}", "{g}.{f}9", "{i}{f}", "{g}_{f}", "{f}.{g}", "{g}{f}99", "{g}99", "{i}.{f}", "{g}{j}",
         "{f}{i}9", "{g}-{f}", "{g}.{j}", "{g}{f}1999", "{f}99", "{g}.{f}.99")
    )  # fmt: skip
    local = filled_only_digits(random, local).format(g=given, f=family, i=given[0], j=family[0])
    domain = random.choice(COMPANY_DOMAINS) if random.random() < 0.25 else random.choice(MAIL_DOMAINS)
    return Mailbox(local, domain)


def username(random: Random, name: FullName) -> str:
    """Return a login or nickname: after the person, or of the kinds that people make up."""
    given, family = _letters(name.given), _letters(name.family)
    shape = random.choice(
        ("{g}{f}", "{g}_{f}", "{i}{f}", "{g}99", "{g}.{f}", "{f}{i}99", "{g}1999", "x{g}x", "{w}{t}", "{w}_{t}99",
         "{w}{g}", "{t}{w}9", "{g}the{t}", "{W}{T}99", "{w}-{t}", "{i}{f}9", "{w}999", "{g}_the_{t}", "{W}{G}",
         "mr{f}", "{g}loves{w}", "{t}_{w}", "{i}{j}9999", "{f}_{g}9", "real{g}", "{w}{t}")
    )  # fmt: skip
    word, tail = random.choice(NICK_WORDS), random.choice(NICK_TAILS)
    capitals = {"W": word.capitalize(), "T": tail.capitalize(), "G": given.capitalize()}
    digits = filled_only_digits(random, shape)
    return digits.format(g=given, f=family, i=given[0], j=family[0], w=word, t=tail, **capitals)


def filled_only_digits(random: Random, shape: str) -> str:
    """Return the shape with every 9 and 1 replaced by a digit."""
    return "".join(str(int(random.random() * 10)) if character in "91" else character for character in shape)


def password(random: Random) -> str:
    """Return a password of the kinds that people choose, or that a form makes."""
    word, other = random.choice(PASSWORD_WORDS), random.choice(PASSWORD_WORDS)
    kind = random.random()
    if kind < 0.2:
        return filled(
            random,
            random.choice(("hXaXhAa9", "aaaa-9999-AA", "XXXXXXXX", "aA9!aA9!aa", "aaa9aaa9", "XaXaXa9#", "9aaA%aa99")),
        )
    name = _letters(fresh_name(random).given)
    shape = random.choice(
        ("{W}99", "{w}9999", "{W}{O}9", "{W}99!", "{w}{o}", "{n}99", "{N}@9999", "{W}_{o}9", "{w}", "{w}.{o}.99",
         "{W}#99", "!{w}{o}99", "{N}{W}9", "{w}-{o}-{n}", "{W}$9", "my{w}99", "{w}{o}9!", "{W}{W}", "i<3{w}")
    )  # fmt: skip
    return filled_only_digits(random, shape).format(
        w=word, W=word.capitalize(), o=other, O=other.capitalize(), n=name, N=name.capitalize()
    )


def security_answer(random: Random) -> str:
    """Return the answer to a security question: a pet, a street, a school, a maiden name."""
    return fresh_name(random).family if random.random() < 0.35 else random.choice(SECURITY_ANSWERS)


def phone(random: Random) -> str:
    """Return a telephone number in one of the ways in which the countries of the world print theirs."""
    return filled(random, random.choice(PHONES))


def card(random: Random) -> str:
    """Return the digits of a card number whose last digit is the check digit of ISO/IEC 7812-1, Annex B."""
    prefix, length = random.choice(CARD_BRANDS)
    digits = prefix + "".join(str(int(random.random() * 10)) for _ in range(length - len(prefix) - 1))
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return f"{digits}{-total % 10}"


def iban(random: Random) -> str:
    """Return an account number with the check digits of ISO 13616 (modulus 97)."""
    country, shape = random.choice(IBANS)
    account = filled(random, shape)
    numeric = "".join(str(int(character, 36)) for character in f"{account}{country}00")
    return f"{country}{98 - int(numeric) % 97:02d}{account}"


def birthday(random: Random) -> date:
    """Return the day on which an adult was born."""
    return BORN_FIRST + timedelta(days=int(random.random() * BORN_DAYS))


def _letters(name: str) -> str:
    return (
        "".join(character for character in plain(name).lower() if character.isascii() and character.isalpha()) or "sam"
    )
