# ruff: noqa: PLR2004 - the share of each kind stands where it is drawn; text to learn from, no secret
"""A fresh value for each label, in the shapes of one trade."""

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Final

from pipeline.training.dialogues import codes, speech
from pipeline.training.dialogues.addresses import fresh_address
from pipeline.training.dialogues.code_lists import (
    ACCOUNTS,
    DEVICES,
    NATIONAL,
    ORDERS,
    ORG_STEMS,
    ORG_TAILS,
    ORGS_AFTER_PEOPLE,
    PLATES,
    SECRETS,
    TRACKING,
    WALLETS,
)  # fmt: skip
from pipeline.training.dialogues.names import FullName, fresh_name, plain

Value = str | date | codes.Mailbox
PINS: Final = ("9999", "9999", "999999", "99999")
ONE_TIME: Final = ("999999", "999999", "9999", "999 999", "999-999", "A-999999", "XXXXXX")
SHORT_ORDERS: Final = ("1999", "199", "19999", "19", "199", "1999")
OTHER_SHAPES: Final = 0.3
"""Share of orders and accounts that look like no other of their trade: every company numbers in its own way."""
OTHER_CODES: Final[dict[str, tuple[str, ...]]] = {
    "VEHICLE_ID": PLATES,
    "DEVICE_ID": DEVICES,
    "API_SECRET": SECRETS,
    "CRYPTO_WALLET": WALLETS,
    "CARD_SECURITY": ("999", "999", "9999"),
}

Facts = Mapping[str, tuple[str, ...]]


def fresh_value(random: Random, label: str, form: str, owner: FullName, facts: Facts) -> Value:
    """Return a value of the label that this person could have. `facts` are the trade's. Draws from `random`."""
    match label:
        case "ZIP":
            return fresh_address(random).zip
        case "LOCATION":
            place = fresh_address(random)
            return place.country if form == "country" else place.city
        case "USERNAME":
            return codes.username(random, owner)
        case "EMAIL":
            return codes.mailbox(random, owner)
        case "PHONE":
            return codes.phone(random)
        case "CREDIT_CARD":
            return codes.card(random)
        case "DATE_OF_BIRTH":
            return codes.birthday(random)
        case "CARD_EXPIRY":
            return card_expiry(random)
        case "IBAN":
            number = codes.iban(random)
            return number if random.random() < 0.4 else " ".join(number[at : at + 4] for at in range(0, len(number), 4))
        case "ORG":
            return organisation(random, form, facts)
        case "IP":
            return ".".join(str(random.randrange(1, 255)) for _ in range(4))
        case "PASSWORD" if form == "answer":
            return codes.security_answer(random)
        case "PASSWORD" if not form:
            return codes.password(random)
        case _:
            return codes.code(random, shapes(random, label, form, facts))


def shapes(random: Random, label: str, form: str, facts: Facts) -> tuple[str, ...]:
    """Return the shapes that a code of the label can have. Raises `KeyError` for a label that is no code."""
    match label, form:
        case "ORDER_ID", "tracking":
            return TRACKING
        case "ORDER_ID", "short":
            return SHORT_ORDERS
        case "ORDER_ID", _:
            return ORDERS if random.random() < OTHER_SHAPES else facts.get("orders", ORDERS)
        case "ACCOUNT_ID", _:
            return ACCOUNTS if random.random() < OTHER_SHAPES else facts.get("accounts", ACCOUNTS)
        case "NATIONAL_ID", _:
            return NATIONAL[form or random.choice(tuple(NATIONAL))]
        case "PASSWORD", "pin":
            return PINS
        case "PASSWORD", _:
            return ONE_TIME
        case _:
            return OTHER_CODES[label]


def card_expiry(random: Random) -> str:
    """Return a month in the years ahead, as on a card or as people type it. Draws from `random`."""
    month, year = random.randint(1, 12), random.randint(26, 34)
    return random.choice(
        (f"{month:02d}/{year}", f"{month:02d}/20{year}", f"{month}/{year}", f"{month:02d}{year}", f"{month:02d}-{year}",
         f"{month:02d} {year}", f"{speech.MONTHS[month - 1]} 20{year}")
    )  # fmt: skip


def organisation(random: Random, form: str, facts: Facts) -> str:
    """Return a company: after a person, of the trade itself (`own`), or any. Draws from `random`."""
    kind = random.random()
    if form == "person" or (not form and kind < 0.2):
        return random.choice(ORGS_AFTER_PEOPLE)
    if not form and kind < 0.35:
        family, other = plain(fresh_name(random).family), plain(fresh_name(random).family)
        after = random.choice(
            ("{} & Sons", "{} Group", "{}'s", "{} Insurance", "{} & {}", "{} Motors", "{} Dental", "{}'s Bakery")
        )
        return after.format(family, other)
    tails = facts.get("tails") if form == "own" else None
    return f"{random.choice(ORG_STEMS)} {random.choice(tails or ORG_TAILS)}".strip()
