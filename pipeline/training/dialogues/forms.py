# ruff: noqa: PLR2004 - the share of each way of writing stands where it is drawn; text to learn from, no secret
"""How one writer writes one value: a name's forms, a card's groups, a birthday's order, a mailbox as people type it."""

import re
from datetime import date
from itertools import pairwise
from random import Random
from typing import Final

from pipeline.training.dialogues import speech
from pipeline.training.dialogues.codes import Mailbox
from pipeline.training.dialogues.names import FullName, fresh_name, plain
from pipeline.training.dialogues.noise import Style, cased, misspelt

NAME_FORMS: Final = (
    *("", "full", "first", "last", "initials", "lastfirst", "nick", "middle", "dotted"),
    *("firstspelled", "lastspelled", "fullspelled", "learned", "listed"),
)
DEGREES: Final = ("MD", "M.D.", "PhD", "Ph.D.", "DDS", "D.O.", "Esq.", "RN", "CPA", "MBA", "JD", "DVM", "MBE", "PsyD")
OPEN_FORMS: Final = ("full", "full", "full", "full", "full", "full", "full", "first", "lastfirst", "middle", "initials")
"""What a name without a form may be."""
LOOSE: Final = re.compile(r"[^\w\s]|_")
RUNS: Final = re.compile(r"[A-Za-z]+|\d+")
SPACED_OUT: Final = frozenset({"ORDER_ID", "ACCOUNT_ID", "VEHICLE_ID", "ZIP", "USERNAME"})
"""Labels whose values careless writers break where letters meet digits."""
EXACT: Final = frozenset({"PASSWORD", "USERNAME", "EMAIL"})
"""Labels whose values even those who write in capitals type as they are."""


def name_form(random: Random, person: FullName, form: str, style: Style) -> str:
    """Return a name in one of `NAME_FORMS`; without a form, in one that fits as a name given. Draws from `random`."""
    given, family = (person.given, person.family) if style.accents else (plain(person.given), plain(person.family))
    match form or random.choice(OPEN_FORMS):
        case "first":
            return given
        case "last":
            return family
        case "lastfirst":
            return f"{family}, {given}"
        case "dotted":
            return f"{given[0]}. {family}"
        case "initials":
            return random.choice(
                (f"{given[0]}. {family}", f"{given[0]} {family}", f"{given} {family[0]}.", f"{given} {family[0]}")
            )
        case "learned":
            middle = random.choice(("", "", f" {random.choice('ABCDEFGHJKLMNPRSTVW')}."))
            return f"{given}{middle} {family}{random.choice((', ', ', ', ' '))}{random.choice(DEGREES)}"
        case "listed":
            return f"{family} {given}{random.choice(('', ' ' + random.choice('ABCDEFGHJKLMNPRSTVW')))}"
        case "nick":
            nick = random.choice((given[:3], fresh_name(random).given, given[:4]))
            return random.choice(('{} "{}" {}', "{} ({}) {}", "{} '{}' {}")).format(given, nick, family)
        case "middle":
            letter = random.choice("ABCDEFGHJKLMNPRSTVW")
            middle = random.choice((f"{letter}.", letter, fresh_name(random).given))
            return f"{given} {middle} {family}"
        case "firstspelled":
            return speech.spelled(random, plain(given))
        case "lastspelled":
            return speech.spelled(random, plain(family))
        case "fullspelled":
            return speech.spelled(random, plain(f"{given} {family}"))
        case _:
            return f"{given} {family}"


def card_groups(random: Random, digits: str) -> str:
    """Return a card's digits in one run or in the groups that stand on the card. Draws from `random`."""
    if random.random() < 0.45:
        return digits
    cuts = (0, 4, 10, 15) if len(digits) == 15 else (0, 4, 8, 12, 16)
    parts = [digits[start:end] for start, end in pairwise(cuts)]
    return random.choice("  -").join(parts)


def birthday_form(random: Random, day: date, form: str, style: Style) -> str:
    """Return a day as people write it, or say it. Draws from `random`."""
    if form == "words" or (style.spoken and random.random() < 0.8):
        return speech.spoken_date(random, day)
    month, short = speech.MONTHS[day.month - 1], day.year % 100
    ordinal = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}.get(day.day, "th")
    return random.choice(
        (
            f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}", day.isoformat(), f"{day.day} {month} {day.year}",
            f"{month} {day.day}, {day.year}", f"{day:%d.%m.%Y}", f"{day.month}/{day.day}/{short:02d}",
            f"{day.day}-{month[:3]}-{day.year}", f"{month[:3]} {day.day} {day.year}", f"{day:%d%m%Y}",
            f"{day.day}.{day.month}.{short:02d}", f"{day.day}{ordinal} {month} {day.year}", f"{day:%d-%m-%Y}",
            f"{day.day} {month[:3]} {short:02d}", f"{day.day} {day.month} {day.year}", f"{day:%m%d%Y}",
        )
    )  # fmt: skip


def mailbox_form(random: Random, box: Mailbox, style: Style) -> str:
    """Return an e-mail address as typed, as said, or with its punctuation lost. Draws from `random`."""
    if style.spoken:
        return speech.spoken_email(random, box.local, box.domain)
    if not style.stops and random.random() < 0.75:
        joint = random.choice(("", "", " ", " dot "))
        local = LOOSE.sub(random.choice((" ", "")), box.local).strip()
        if random.random() < 0.4:
            local = " ".join(RUNS.findall(local))
        return f"{local}{random.choice((' ', ' at ', ' '))}{box.domain.replace('.', joint)}"
    kind = random.random()
    if kind < 0.82:
        return str(box)
    if kind < 0.87:
        return f"{box.local} @ {box.domain}"
    if kind < 0.90:
        return f"{box.local}@ {box.domain.replace('.', ' . ')}"
    if kind < 0.94:
        return f"{box.local} (at) {box.domain.replace('.', ' (dot) ')}"
    if kind < 0.97:
        return f"{box.local.replace('.', ' dot ')} at {box.domain.replace('.', ' dot ')}"
    return f"{box.local}[at]{box.domain}"


def typed(random: Random, text: str, label: str, style: Style) -> str:
    """Return a value with its writer's habits: never empty, no white space at its ends. Draws from `random`."""
    out = text if style.accents or label == "PASSWORD" else plain(text)
    if not style.stops and label != "PASSWORD":
        gap = "" if label in ("PERSON", "ADDRESS") else random.choice(("", " "))
        out = LOOSE.sub(gap, out.replace("-", random.choice((gap, " "))))
    if style.loose_codes and label in SPACED_OUT and random.random() < 0.5:
        out = " ".join(RUNS.findall(out))
    if label == "PERSON" and style.typos > 0.01 and len(out) > 4 and random.random() < 0.03:
        out = misspelt(random, out)
    as_is = (style.casing == "upper" and label in EXACT) or (label == "PASSWORD" and random.random() < 0.6)
    return (out if as_is else cased(style, out)).strip() or text
