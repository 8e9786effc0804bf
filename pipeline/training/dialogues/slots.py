"""One conversation's people, places and codes, and how each slot of a template becomes text with a label."""

import re
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from pipeline.training.dialogues import codes, speech
from pipeline.training.dialogues.addresses import Address, fresh_address
from pipeline.training.dialogues.clean_words import CLEAN, DIGITAL
from pipeline.training.dialogues.code_lists import (
    ACCOUNTS,
    NATIONAL,
    ORDERS,
    ORG_STEMS,
    ORG_TAILS,
    ORGS_AFTER_PEOPLE,
    PLATES,
    SECRETS,
    TRACKING,
)  # fmt: skip
from pipeline.training.dialogues.names import FullName, fresh_name, plain
from pipeline.training.dialogues.noise import Style, cased, misspelt
from pipeline.training.dialogues.templates import Slot, TemplateFile

PEOPLE: Final = ("PERSON", "AGENT", "OTHER", "OTHER2", "NEW")
NAME_FORMS: Final = (
    "",
    "full",
    "first",
    "last",
    "initials",
    "lastfirst",
    "nick",
    "middle",
    "dotted",
    "firstspelled",
    "lastspelled",
    "fullspelled",
)
CODES: Final[dict[str, tuple[str, ...]]] = {
    "ADDRESS": ("", "street", "unit", "short", "block", "city"), "ZIP": ("",), "LOCATION": ("", "country"), "USERNAME": ("",),
    "PASSWORD": ("", "pin", "otp", "answer"), "ORDER_ID": ("", "tracking", "short"), "ACCOUNT_ID": ("", "loyalty"),
    "NATIONAL_ID": ("", *NATIONAL), "EMAIL": ("",), "PHONE": ("", "last4"), "CREDIT_CARD": ("", "last4"), "CARD_SECURITY": ("",),
    "CARD_EXPIRY": ("",), "IBAN": ("",), "DATE_OF_BIRTH": ("", "words"), "VEHICLE_ID": ("",), "ORG": ("", "person", "own"), "IP": ("",),
    "API_SECRET": ("",), "CRYPTO_WALLET": ("",),
}  # fmt: skip
FACTS: Final = ("order", "account", "item", "thing", "asked", "asked2")
FORMS: Final = frozenset(
    [Slot(name, form) for name in PEOPLE for form in NAME_FORMS]
    + [Slot(name + second, form) for name, forms in CODES.items() for form in forms for second in ("", "2", "3")]
    + [Slot(name) for name in (*CLEAN, *FACTS, "VALUE", "VALUE2")]
)
"""Every slot that a template may hold, with every form."""
SPOKEN_CODES: Final = frozenset(
    {
        "ZIP",
        "ORDER_ID",
        "ACCOUNT_ID",
        "NATIONAL_ID",
        "PHONE",
        "CREDIT_CARD",
        "CARD_SECURITY",
        "IBAN",
        "VEHICLE_ID",
        "IP",
    }
)
ALTERNATIVES: Final = {"ADDRESS": ("LOCATION",), "ZIP": ("ADDRESS",)}
UNITS: Final = (
    "Apt 4",
    "Unit 12",
    "Flat 3B",
    "#5",
    "2nd floor",
    "Apt C",
    "Suite 210",
    "the basement flat",
    "Room 9",
    "apt 1207",
)
LOOSE: Final = re.compile(r"[^\w\s]|_")
RUNS: Final = re.compile(r"[A-Za-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a turn: a value with its label, or words, whose label is empty."""

    text: str
    label: str = ""


class Case:
    """What one conversation is about: its people and values, each the same throughout, and its trade's words."""

    def __init__(self, random: Random, industry: TemplateFile) -> None:
        self.random = random
        self.industry = industry
        self.asked = [Slot("PERSON"), Slot("PERSON")]
        self.nouns = ["name", "name"]
        self._people: dict[str, FullName] = {}
        self._values: dict[tuple[str, str], object] = {}

    def fact(self, name: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
        """Return a fact of the trade."""
        return self.industry.facts.get(name) or otherwise

    def person(self, name: str) -> FullName:
        """Return one of the conversation's people; NEW is another each time."""
        if name == "NEW":
            return fresh_name(self.random)
        if name not in self._people:
            self._people[name] = fresh_name(self.random)
        return self._people[name]

    def pieces(self, slot: Slot, style: Style) -> list[Piece]:
        """Return what this writer writes for a slot. Effects: draws from the conversation's randomness."""
        name = slot.name
        if name.startswith("VALUE"):
            return self.pieces(self.asked[1 if name == "VALUE2" else 0], style)
        if name in PEOPLE:
            text = self.name(self.person(name), slot.form, style)
            return [Piece(self._handled(text, "PERSON", style), "PERSON")]
        if name[0].islower():
            return [Piece(cased(style, self._clean(name)))]
        label = name.rstrip("23")
        if label == "ADDRESS":
            return self._address(name, slot.form, style)
        return [Piece(self._handled(self._coded(name, label, slot.form, style), label, style), label)]

    def name(self, person: FullName, form: str, style: Style) -> str:
        """Return a name in one form."""
        random, given, family = self.random, person.given, person.family
        if not style.accents:
            given, family = plain(given), plain(family)
        if not form:
            form = random.choice(
                ("full", "full", "full", "first", "lastfirst", "middle", "initials")
                if random.random() < 0.4
                else ("full",)
            )
        if form == "full":
            return f"{given} {family}"
        if form == "first":
            return given
        if form == "last":
            return family
        if form == "lastfirst":
            return f"{family}, {given}"
        if form == "initials":
            return random.choice(
                (f"{given[0]}. {family}", f"{given[0]} {family}", f"{given} {family[0]}.", f"{given} {family[0]}")
            )
        if form == "dotted":
            return f"{given[0]}. {family}"
        if form == "nick":
            nick = random.choice((given[:3], fresh_name(random).given, given[:4]))
            return random.choice(
                (f'{given} "{nick}" {family}', f"{given} ({nick}) {family}", f"{given} '{nick}' {family}")
            )
        if form == "middle":
            middle = random.choice("ABCDEFGHJKLMNPRSTVW")
            return random.choice(
                (
                    f"{given} {middle}. {family}",
                    f"{given} {middle} {family}",
                    f"{given} {fresh_name(random).given} {family}",
                )
            )
        part = given if form == "firstspelled" else family if form == "lastspelled" else f"{given} {family}"
        return speech.spelled(random, plain(part))

    def forget(self, slot: Slot) -> None:
        """Let the next mention of a slot be another value: the one given was wrong."""
        for key in [key for key in self._values if key[0] == slot.name]:
            del self._values[key]
        if slot.name in self._people:
            right = self._people[slot.name]
            self._people[slot.name] = FullName(
                right.given, misspelt(self.random, right.family.lower()).capitalize(), right.locale
            )

    def aloud(self, part: str, style: Style) -> str:
        """Return a part of a code as this writer says it."""
        return speech.spoken_code(self.random, part, fillers=False) if style.spoken else part

    def text(self, slot: Slot) -> str:
        """Return a code's text as printed, without noise: what the composer splits over several turns."""
        return self._coded(slot.name, slot.name.rstrip("23"), slot.form, Style())

    def _clean(self, name: str) -> str:
        random = self.random
        if name in ("asked", "asked2"):
            return self.nouns[0 if name == "asked" else 1]
        if name in FACTS:
            usual = {"order": ("order number",), "account": ("account number",), "item": ("item",), "thing": ("order",)}
            return random.choice(self.fact(name, usual[name]))
        chosen = random.choice(CLEAN[name])
        if name in DIGITAL:
            chosen = "".join(
                str(int(random.random() * 10))
                if each == "9"
                else str(1 + int(random.random() * 9))
                if each == "1"
                else each
                for each in chosen
            )
        return chosen

    def _coded(self, name: str, label: str, form: str, style: Style) -> str:
        # The same value in the same form each time; how it is typed may differ from turn to turn.
        key = (name, form if label in ("PASSWORD", "NATIONAL_ID", "ORDER_ID", "ACCOUNT_ID", "ORG", "LOCATION") else "")
        if key not in self._values:
            self._values[key] = self._fresh(label, form)
        value = self._values[key]
        random = self.random
        match value:
            case date():
                return self._birthday(value, form, style)
            case codes.Mailbox():
                return self._mailbox(value, style)
            case str():
                pass
            case _:
                raise TypeError(label)
        if form == "last4" and label in ("PHONE", "CREDIT_CARD"):
            value = "".join(each for each in value if each.isdigit())[-4:]
        elif label == "CREDIT_CARD":
            value = self._card(value)
        if (style.spoken and label in SPOKEN_CODES) or (style.spoken and label == "PASSWORD" and form in ("pin", "otp")):
            return speech.spoken_code(random, value)
        if style.spoken and label == "CARD_EXPIRY":
            return speech.spoken_code(random, value.replace("/", " "), fillers=False)
        return value

    def _fresh(self, label: str, form: str) -> object:
        random, owner = self.random, self.person("PERSON" if self.random.random() < 0.8 else "NEW")
        match label:
            case "ZIP":
                return fresh_address(random).zip
            case "LOCATION":
                place = fresh_address(random)
                return place.country if form == "country" else place.city
            case "USERNAME":
                return codes.username(random, owner)
            case "PASSWORD":
                if form == "pin":
                    return codes.code(random, ("9999", "9999", "999999", "99999"))
                if form == "otp":
                    return codes.code(random, ("999999", "999999", "9999", "999 999", "999-999", "A-999999", "XXXXXX"))
                return codes.security_answer(random) if form == "answer" else codes.password(random)
            case "ORDER_ID":
                return codes.code(
                    random,
                    TRACKING
                    if form == "tracking"
                    else ("1999", "199", "19999")
                    if form == "short"
                    else self.fact("orders", ORDERS),
                )
            case "ACCOUNT_ID":
                return codes.code(random, self.fact("accounts", ACCOUNTS))
            case "NATIONAL_ID":
                return codes.code(random, NATIONAL[form or random.choice(tuple(NATIONAL))])
            case "EMAIL":
                return codes.mailbox(random, owner)
            case "PHONE":
                return codes.phone(random)
            case "CREDIT_CARD":
                return codes.card(random)
            case "CARD_SECURITY":
                return codes.code(random, ("999", "999", "9999"))
            case "CARD_EXPIRY":
                month, year = random.randint(1, 12), random.randint(26, 34)
                return random.choice((f"{month:02d}/{year}", f"{month:02d}/20{year}", f"{month}/{year}", f"{month:02d}{year}", f"{month:02d}-{year}",
                                      f"{speech.MONTHS[month - 1]} 20{year}"))  # fmt: skip
            case "IBAN":
                number = codes.iban(random)
                return (
                    number
                    if random.random() < 0.4
                    else " ".join(number[at : at + 4] for at in range(0, len(number), 4))
                )
            case "DATE_OF_BIRTH":
                return codes.birthday(random)
            case "VEHICLE_ID":
                return codes.code(random, PLATES)
            case "ORG":
                return self._organisation(form)
            case "IP":
                return ".".join(str(random.randrange(1, 255)) for _ in range(4))
            case "API_SECRET":
                return codes.code(random, SECRETS)
            case "CRYPTO_WALLET":
                return codes.code(random, ("0x" + "h" * 40, "bc1q" + "h" * 38, "1" + "X" * 33))
            case _:
                raise KeyError(label)

    def _organisation(self, form: str) -> str:
        random = self.random
        kind = random.random()
        if form == "person" or (not form and kind < 0.2):
            return random.choice(ORGS_AFTER_PEOPLE)
        if not form and kind < 0.35:
            family = plain(fresh_name(random).family)
            return random.choice(
                (
                    f"{family} & Sons",
                    f"{family} Group",
                    f"{family}'s",
                    f"{family} Insurance",
                    f"{family} & {fresh_name(random).family}",
                    f"{family} Motors",
                )
            )
        tails = self.fact("tails", ORG_TAILS["any"]) if form == "own" else ORG_TAILS["any"]
        return f"{random.choice(ORG_STEMS)} {random.choice(tails)}".strip()

    def _card(self, digits: str) -> str:
        random = self.random
        if random.random() < 0.45:
            return digits
        cuts = (4, 10, 15) if len(digits) == 15 else (4, 8, 12, 16)  # noqa: PLR2004 - the cards whose groups are 4, 6, 5
        start, parts = 0, []
        for cut in cuts:
            parts.append(digits[start:cut])
            start = cut
        return random.choice("  -").join(parts)

    def _birthday(self, day: date, form: str, style: Style) -> str:
        random = self.random
        if form == "words" or (style.spoken and random.random() < 0.8):
            return speech.spoken_date(random, day)
        month = speech.MONTHS[day.month - 1]
        return random.choice(
            (f"{day.day:02d}/{day.month:02d}/{day.year}", f"{day.month:02d}/{day.day:02d}/{day.year}", day.isoformat(), f"{day.day} {month} {day.year}",
             f"{month} {day.day}, {day.year}", f"{day.day:02d}.{day.month:02d}.{day.year}", f"{day.month}/{day.day}/{day.year % 100:02d}",
             f"{day.day}-{month[:3]}-{day.year}", f"{month[:3]} {day.day} {day.year}", f"{day.day:02d}{day.month:02d}{day.year}", f"{day.day}.{day.month}.{day.year % 100:02d}",
             f"{day.day}{'st' if day.day in (1, 21, 31) else 'nd' if day.day in (2, 22) else 'rd' if day.day in (3, 23) else 'th'} {month} {day.year}",
             f"{day.day:02d}-{day.month:02d}-{day.year}", f"{day.day} {month[:3]} {day.year % 100:02d}")
        )  # fmt: skip

    def _mailbox(self, box: codes.Mailbox, style: Style) -> str:
        random = self.random
        if style.spoken:
            return speech.spoken_email(random, box.local, box.domain)
        if not style.stops and random.random() < 0.75:
            site = random.choice(
                (box.domain.replace(".", ""), box.domain.replace(".", " "), box.domain.replace(".", " dot "))
            )
            local = LOOSE.sub(random.choice((" ", "")), box.local).strip()
            if random.random() < 0.4:
                local = " ".join(RUNS.findall(local))
            return f"{local}{random.choice((' ', ' at ', ' '))}{site}"
        kind = random.random()
        if kind < 0.82:
            return str(box)
        if kind < 0.87:
            return f"{box.local} @ {box.domain}"
        if kind < 0.9:
            return f"{box.local}@ {box.domain.replace('.', ' . ')}"
        if kind < 0.94:
            return f"{box.local} (at) {box.domain.replace('.', ' (dot) ')}"
        if kind < 0.97:
            return f"{box.local.replace('.', ' dot ')} at {box.domain.replace('.', ' dot ')}"
        return f"{box.local}[at]{box.domain}"

    def _address(self, name: str, form: str, style: Style) -> list[Piece]:
        random = self.random
        address = self._values.setdefault((name, ""), fresh_address(random) if (name, "") not in self._values else None)
        if not isinstance(address, Address):
            raise TypeError(name)
        street = speech.spoken_house(random, address.street) if style.spoken else address.street
        if not form:
            form = random.choice(("line", "line", "line", "street", "short"))
        single = {
            "street": street,
            "unit": address.unit or random.choice(UNITS),
            "short": f"{street}, {address.city}",
            "city": address.city,
        }
        if form in single:
            return [Piece(self._handled(single[form], "ADDRESS", style), "ADDRESS")]
        pattern = (
            address.pattern
            if form != "block"
            else "{street}\n{zip} {city}"
            if "{zip} {city}" in address.pattern
            else "{street}\n{city} {zip}"
        )
        if not address.unit:
            pattern = re.sub(
                r"\{unit\}[,\s]*|[,\s]*\{unit\}", " " if pattern.startswith("{street} {unit} ") else "", pattern
            )
        if not address.region:
            pattern = re.sub(r"[,/\s-]*\{region\}", "", pattern)
        return self._around_zip(pattern, address, street, style)

    def _around_zip(self, pattern: str, address: Address, street: str, style: Style) -> list[Piece]:
        code = speech.spoken_code(self.random, address.zip, fillers=False) if style.spoken else address.zip
        made: list[Piece] = []
        for part in re.split(r"([,\s-]*\{zip\}[,\s-]*)", pattern):
            if "{zip}" in part:
                before, _, after = part.partition("{zip}")
                made += [Piece(before), Piece(self._handled(code, "ZIP", style), "ZIP"), Piece(after)]
            elif part:
                text = part.format(
                    street=street, unit=address.unit, city=address.city, region=address.region, country=address.country
                )
                made.append(Piece(self._handled(text, "ADDRESS", style), "ADDRESS"))
        return [piece for piece in made if piece.text]

    def _handled(self, text: str, label: str, style: Style) -> str:
        # The writer's habits, on a value: never empty, never with white space at its ends.
        random = self.random
        out = text if style.accents or label == "PASSWORD" else plain(text)
        if not style.stops and label != "PASSWORD":
            out = LOOSE.sub(random.choice(("", " ")) if label not in ("PERSON", "ADDRESS") else "", out) or out
        if (
            style.loose_codes
            and label in ("ORDER_ID", "ACCOUNT_ID", "VEHICLE_ID", "ZIP", "USERNAME")
            and random.random() < 0.5
        ):
            out = " ".join(RUNS.findall(out)) or out
        if style.casing == "upper" and label in ("PASSWORD", "USERNAME", "EMAIL"):
            return out.strip()
        if label == "PERSON" and style.typos > 0.01 and len(out) > 4 and random.random() < 0.03:  # noqa: PLR2004
            out = misspelt(random, out)
        if style.casing == "lower" and label == "PASSWORD" and random.random() < 0.6:
            return out
        return cased(style, out).strip() or text
