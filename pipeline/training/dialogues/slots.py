# ruff: noqa: PLR2004 - each share stands where it is drawn; text to learn from, no secret
"""One conversation's people, places and codes, and how each slot of a template becomes text with a label."""

import re
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from pipeline.training.dialogues import codes, speech
from pipeline.training.dialogues.addresses import Address, fresh_address
from pipeline.training.dialogues.clean_words import CLEAN, DIGITAL
from pipeline.training.dialogues.code_lists import NATIONAL, UNITS
from pipeline.training.dialogues.forms import NAME_FORMS, birthday_form, card_groups, mailbox_form, name_form, typed
from pipeline.training.dialogues.names import FullName, fresh_name
from pipeline.training.dialogues.noise import Style, cased, misspelt
from pipeline.training.dialogues.templates import Slot, TemplateFile
from pipeline.training.dialogues.things import THINGS, thing
from pipeline.training.dialogues.values import Value, fresh_value

PEOPLE: Final = ("PERSON", "AGENT", "OTHER", "OTHER2", "NEW")
CODES: Final[dict[str, tuple[str, ...]]] = {
    "ADDRESS": ("", "street", "unit", "short", "block", "city", "area", "road"),
    "ZIP": ("",),
    "LOCATION": ("", "country"),
    "USERNAME": ("",),
    "PASSWORD": ("", "pin", "otp", "answer"),
    "ORDER_ID": ("", "tracking", "short"),
    "ACCOUNT_ID": ("",),
    "NATIONAL_ID": ("", *NATIONAL),
    "EMAIL": ("",),
    "PHONE": ("", "last4"),
    "CREDIT_CARD": ("", "last4"),
    "CARD_SECURITY": ("",),
    "CARD_EXPIRY": ("",),
    "IBAN": ("",),
    "DATE_OF_BIRTH": ("", "words"),
    "VEHICLE_ID": ("",),
    "ORG": ("", "person", "own"),
    "IP": ("",),
    "DEVICE_ID": ("",),
    "API_SECRET": ("",),
    "CRYPTO_WALLET": ("",),
}
WORDS: Final = {"order": "order number", "account": "account number", "item": "item", "thing": "order"}
"""The trade's own words, and what stands where a trade names none."""
ASKED: Final = ("asked", "asked2")
FORMS: Final = frozenset(
    [Slot(name, form) for name in PEOPLE for form in NAME_FORMS]
    + [Slot(name + second, form) for name, forms in CODES.items() for form in forms for second in ("", "2", "3")]
    + [Slot(name) for name in (*CLEAN, *sorted(THINGS), *WORDS, *ASKED, "VALUE", "VALUE2")]
)
"""Every slot that a template may hold, with every form. The same name is the same value in all of a conversation;
2 and 3 are others. NEW is another person each time; VALUE is what was asked for."""
SPOKEN: Final = frozenset(
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
"""Labels whose values are read out character by character."""
BY_FORM: Final = frozenset({"PASSWORD", "NATIONAL_ID", "ORDER_ID", "ORG", "LOCATION"})
"""Labels of which each form is a value of its own, not the same one written otherwise."""
ALTERNATIVES: Final = {"ADDRESS": ("LOCATION",), "ZIP": ("ADDRESS",)}
OWN_SHARE: Final = 0.8
"""Share of logins and mailboxes that bear their owner's name."""


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
        self._values: dict[tuple[str, str], Value] = {}
        self._addresses: dict[str, Address] = {}

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
            text = name_form(self.random, self.person(name), slot.form, style)
            return [self._piece(text, "PERSON", style)]
        if name[0].islower():
            return [Piece(cased(style, self._clean(name, style)))]
        label = name.rstrip("23")
        if label == "ADDRESS":
            return self._address(name, slot.form, style)
        return [self._piece(self._written(slot, style), label, style)]

    def forget(self, slot: Slot) -> None:
        """Let the next mention of a slot be another value: the one given was wrong."""
        for key in [key for key in self._values if key[0] == slot.name]:
            del self._values[key]
        self._addresses.pop(slot.name, None)
        if slot.name == "OTHER":
            self._people.pop("OTHER", None)
        elif slot.name in self._people:
            right = self._people[slot.name]
            family = misspelt(self.random, right.family.lower()).capitalize()
            self._people[slot.name] = FullName(right.given, family, right.locale)

    def text(self, slot: Slot) -> str:
        """Return a code as printed, without noise: what the composer splits over several turns."""
        return self._written(slot, Style())

    def aloud(self, part: str, style: Style) -> str:
        """Return a part of a code as this writer says or types it."""
        return speech.spoken_code(self.random, part, fillers=False) if style.spoken else cased(style, part)

    def _piece(self, text: str, label: str, style: Style) -> Piece:
        return Piece(typed(self.random, text, label, style), label)

    def _clean(self, name: str, style: Style) -> str:
        random = self.random
        if name in ASKED:
            return self.nouns[ASKED.index(name)]
        if name in WORDS:
            return random.choice(self.industry.facts.get(name) or (WORDS[name],))
        if name in THINGS:
            return thing(random, name)
        chosen = random.choice(CLEAN[name])
        if name in DIGITAL:
            chosen = "".join(
                str(int(random.random() * (10 if each == "9" else 9)) + (each == "1")) if each in "91" else each
                for each in chosen
            )
        if style.spoken and random.random() < 0.6:
            return speech.spoken_words(random, chosen, money=name == "price")
        return chosen

    def _value(self, slot: Slot) -> Value:
        label = slot.name.rstrip("23")
        key = (slot.name, slot.form if label in BY_FORM else "")
        if key not in self._values:
            owner = self.person("PERSON" if self.random.random() < OWN_SHARE else "NEW")
            self._values[key] = fresh_value(self.random, label, slot.form, owner, self.industry.facts)
        return self._values[key]

    def _written(self, slot: Slot, style: Style) -> str:
        # The same value each time; how it is written may differ from turn to turn.
        value, random, label = self._value(slot), self.random, slot.name.rstrip("23")
        if isinstance(value, date):
            return birthday_form(random, value, slot.form, style)
        if isinstance(value, codes.Mailbox):
            return mailbox_form(random, value, style)
        if slot.form == "last4" and label != "NATIONAL_ID":
            value = re.sub(r"\D", "", value)[-4:]
        elif label == "CREDIT_CARD":
            value = card_groups(random, value)
        if style.spoken and (label in SPOKEN or slot.form in ("pin", "otp")):
            return speech.spoken_code(random, value)
        if style.spoken and label == "CARD_EXPIRY":
            return re.sub(r"\d+", lambda found: speech.amount(random, found[0]), value.replace("/", " "))
        return value

    def _address(self, name: str, form: str, style: Style) -> list[Piece]:
        random = self.random
        if name not in self._addresses:
            self._addresses[name] = fresh_address(random)
        address = self._addresses[name]
        street = speech.spoken_house(random, address.street) if style.spoken else address.street
        chosen = form or random.choice(("line", "line", "line", "street", "short"))
        single = {
            "street": street,
            "unit": address.unit or random.choice(UNITS),
            "short": f"{street}, {address.city}",
            "city": address.city,
            "area": f"{address.road}, {address.city}",
            "road": address.road,
        }
        if chosen in single:
            return [self._piece(single[chosen], "ADDRESS", style)]
        pattern = address.pattern.replace("\n", random.choice((", ", ", ", " ", "\n")))
        if chosen == "block":
            pattern = "{street}\n{zip} {city}" if "{zip} {city}" in pattern else "{street}\n{city} {zip}"
        if not address.unit:
            pattern = re.sub(r"\{unit\}[,\s]*", "", pattern)
        if not address.region:
            pattern = re.sub(r"[,/\s-]*\{region\}", "", pattern)
        return self._around_zip(pattern, address, street, style)

    def _around_zip(self, pattern: str, address: Address, street: str, style: Style) -> list[Piece]:
        code = speech.spoken_code(self.random, address.zip, fillers=False) if style.spoken else address.zip
        made: list[Piece] = []
        for part in re.split(r"([,\s-]*\{zip\}[,\s-]*)", pattern):
            if "{zip}" in part:
                before, _, after = part.partition("{zip}")
                made += [Piece(before), self._piece(code, "ZIP", style), Piece(after)]
            elif part:
                parts = {"street": street, "unit": address.unit, "city": address.city, "region": address.region}
                text = part.format(country=address.country, **parts)
                made.append(self._piece(text, "ADDRESS", style))
        return [piece for piece in made if piece.text]
