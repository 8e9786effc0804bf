"""Find again, in a conversation's texts, what its events already say about the people in it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

import ahocorasick
from stdnum import luhn as luhn_numbers

from pipeline.detection.common_words import FUNCTION_WORDS, ORDINARY_WORDS, word_set
from pipeline.detection.finding import Finding
from pipeline.detection.normalization import NormalizedText, normalize
from pipeline.event.labels import Label

VALUES_MAX: Final = 256
"""Values of one conversation that are looked for; events are bounded far below."""

_DETECTOR: Final = "known_value"
_CHARS_MIN: Final = 2
_LOOSE_CHARS_MIN: Final = 3  # "4 2" is not 42
_PHONE_DIGITS_MIN: Final = 9
_LOCAL_PART_MIN: Final = 6
_SEPARATORS_MAX: Final = 4
_PARTS_CHARS_MAX: Final = 4_096  # parts are looked for in so much of a value
_KEY_CHARS_MAX: Final = 512  # a longer one would make the automaton large; it is searched for by itself

_LABEL_OF_FIELD: Final = {
    "name": Label.PERSON,
    "person": Label.PERSON,
    "display_name": Label.PERSON,
    "full_name": Label.PERSON,
    "first_name": Label.PERSON,
    "last_name": Label.PERSON,
    "surname": Label.PERSON,
    "contact": Label.PERSON,
    "nickname": Label.USERNAME,
    "username": Label.USERNAME,
    "user_name": Label.USERNAME,
    "login": Label.USERNAME,
    "handle": Label.USERNAME,
    "email": Label.EMAIL,
    "email_address": Label.EMAIL,
    "phone": Label.PHONE,
    "phone_number": Label.PHONE,
    "mobile": Label.PHONE,
    "address": Label.ADDRESS,
    "street": Label.ADDRESS,
    "zip": Label.ZIP,
    "zipcode": Label.ZIP,
    "zip_code": Label.ZIP,
    "postcode": Label.ZIP,
    "postal_code": Label.ZIP,
    "card": Label.CREDIT_CARD,
    "card_number": Label.CREDIT_CARD,
    "credit_card": Label.CREDIT_CARD,
    "cvv": Label.CARD_SECURITY,
    "iban": Label.IBAN,
    "customer_id": Label.ACCOUNT_ID,
    "account": Label.ACCOUNT_ID,
    "account_id": Label.ACCOUNT_ID,
    "account_number": Label.ACCOUNT_ID,
    "member_id": Label.ACCOUNT_ID,
    "user_id": Label.ACCOUNT_ID,
    "id": Label.ACCOUNT_ID,
    "order_id": Label.ORDER_ID,
    "order": Label.ORDER_ID,
    "booking_id": Label.ORDER_ID,
    "ride_id": Label.ORDER_ID,
    "claim_id": Label.ORDER_ID,
    "policy_id": Label.ORDER_ID,
    "ticket_id": Label.ORDER_ID,
    "reservation_id": Label.ORDER_ID,
    "confirmation": Label.ORDER_ID,
    "pin": Label.PASSWORD,
    "password": Label.PASSWORD,
    "passcode": Label.PASSWORD,
    "security_answer": Label.PASSWORD,
    "ssn": Label.NATIONAL_ID,
    "national_id": Label.NATIONAL_ID,
    "tax_id": Label.TAX_ID,
    "passport": Label.PASSPORT,
    "driving_licence": Label.DRIVING_LICENCE,
    "health_id": Label.HEALTH_ID,
    "vin": Label.VEHICLE_ID,
    "plate": Label.VEHICLE_ID,
    "device_id": Label.DEVICE_ID,
    "ip": Label.IP,
    "ip_address": Label.IP,
    "birth_date": Label.DATE_OF_BIRTH,
    "birthdate": Label.DATE_OF_BIRTH,
    "birthday": Label.DATE_OF_BIRTH,
    "date_of_birth": Label.DATE_OF_BIRTH,
    "dob": Label.DATE_OF_BIRTH,
}

_SHAPES: Final = (
    (Label.EMAIL, re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")),
    (Label.IP, re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}")),
    (Label.DATE_OF_BIRTH, re.compile(r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d")),
    (Label.NATIONAL_ID, re.compile(r"\d{3}-\d{2}-\d{4}")),
    (Label.PHONE, re.compile(r"\+[\d ().-]{7,24}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}")),
    (Label.IBAN, re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?")),
    (Label.ADDRESS, re.compile(r"\d{1,6}[A-Za-z]? [^\W\d][\w.'-]*(?: [\w.,'-]+)+")),
    (Label.PERSON, re.compile(r"[^\W\d_][^\W\d_'.-]*(?:[ '.-]+[^\W\d_][^\W\d_'.-]*)*\.?")),
)
_CARD: Final = re.compile(r"\d(?:[ -]?\d){12,18}")

_TITLES: Final = word_set("mr mrs ms mx miss dr prof sir madam jr sr ii iii iv phd md esq the of and")
_PARTICLES: Final = word_set(
    "de del della der den van von zu la le da do dos das di du el al bin ibn ben abu st san y e"
)
_NAME_PART: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")

_MONTHS: Final = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_ISO_DATE: Final = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?:T.*)?")

_LETTERS_AND_DIGITS: Final = re.compile(r"[^\W_]+")  # as `str.isalnum` has them
_ASCII_SEPARATORS: Final = bytes(code for code in range(128) if not chr(code).isalnum())


def field_label(field: str, value: str) -> Label:
    """Return the label of a subject's field; a field that is not known gets its value's. Pure."""
    return _LABEL_OF_FIELD.get(field.lower().replace("-", "_")) or shape_label(value)


def shape_label(value: str) -> Label:
    """Return what a value looks like: words are a person, and what is nothing else an account. Pure."""
    plain = normalize(value).text.strip()
    if _CARD.fullmatch(plain) and luhn_numbers.is_valid(plain.replace(" ", "").replace("-", "")):
        return Label.CREDIT_CARD
    for label, shape in _SHAPES:
        if shape.fullmatch(plain):
            return label
    return Label.ACCOUNT_ID


def name_parts(value: str) -> list[str]:
    """Return the parts of a name that identify by themselves, in order, each once. Pure.

    Titles, particles and single letters are left out. A part is in lower case, unless it is also an ordinary word
    (Will, Rose): then it keeps its capital, and only a word written so should count as that name.
    """
    parts: dict[str, None] = {}
    for match in _NAME_PART.finditer(normalize(value).text):
        part = match.group()
        folded = _fold(part)
        if len(folded) >= _CHARS_MIN and folded not in _TITLES and folded not in _PARTICLES:
            parts[part[:1].upper() + folded[1:] if folded in ORDINARY_WORDS else folded] = None
    return list(parts)


def canonical_word(word: str) -> str:
    """Return a word of a text in the form in which `name_parts` gives it, for comparing or hashing. Pure."""
    plain = normalize(word).text
    folded = _fold(plain)
    return plain[:1] + folded[1:] if folded in ORDINARY_WORDS else folded


def _fold(text: str) -> str:
    """Lower case, character by character, so that offsets stay."""
    folded = text.lower()
    if len(folded) == len(text):
        return folded
    return "".join(lower if len(lower := character.lower()) == 1 else character for character in text)


class _Sought(NamedTuple):
    """A key of the automaton: what it is, and how strictly it must stand in the text.

    `written` is the value in lower case from its first letter or digit to its last: so it may always stand.
    """

    label: Label
    length: int
    written: str
    cased: str
    breaks: frozenset[int]
    inside_number: bool

    def __repr__(self) -> str:
        return f"<_Sought {self.label.value}, concealed>"


class KnownValues:
    """The values of one conversation's subject and authors, ready to be found in its texts.

    Values are found as whole words, whatever their case and whatever separates the groups of a number: `+1 415 555
    0199` also as `(415) 555-0199`, `C-1042` as `c1042`, a birth date in the usual orders, each part of a name alone,
    the part of an e-mail address before the @, the lines of an address with a number.
    A part that is also an ordinary word (Will, Rose) counts only with its capital.
    """

    __slots__ = ("_automaton", "_count", "_long")

    def __init__(
        self, automaton: "ahocorasick.Automaton | None", count: int, long: tuple[tuple[str, _Sought], ...] = ()
    ) -> None:
        self._automaton = automaton
        self._count = count
        self._long = long

    def __repr__(self) -> str:
        return f"<KnownValues: {self._count} keys, concealed>"

    @classmethod
    def build(cls, pairs: Iterable[tuple[str, str]], display_names: Iterable[str] = ()) -> "KnownValues":
        """Return the values of (field, value) `pairs` and of authors' `display_names`.

        Of what is a name and something else, as a name in front of an @ is, the name wins, so that it never becomes a
        token; else the first. At most `VALUES_MAX` values are taken; empty ones and single characters are passed over.
        Pure.
        """
        sought: dict[str, _Sought] = {}
        named = ((field_label(field, value), value) for field, value in pairs)
        authors = ((Label.PERSON, name) for name in display_names)
        names_first = sorted((*named, *authors), key=lambda each: each[0] is not Label.PERSON)
        for number, (label, value) in enumerate(names_first):
            if number == VALUES_MAX:
                break
            for key, entry in _keys(label, normalize(value).text):
                sought.setdefault(key, entry)
        if not sought:
            return cls(None, 0)
        long = tuple([item for item in sought.items() if len(item[0]) > _KEY_CHARS_MAX])
        automaton = ahocorasick.Automaton()
        for key, entry in sought.items():
            if len(key) <= _KEY_CHARS_MAX:
                automaton.add_word(key, entry)
        if len(long) == len(sought):
            return cls(None, len(sought), long)
        automaton.make_automaton()
        return cls(automaton, len(sought), long)

    def find(self, text: str | NormalizedText) -> list[Finding]:
        """Return where the values stand in the text, sorted by start; findings may overlap. Pure."""
        if not self._count:
            return []
        normalized = normalize(text) if isinstance(text, str) else text
        plain = normalized.text
        folded = _fold(plain)
        if folded.isascii():
            squeezed = folded.encode().translate(None, _ASCII_SEPARATORS).decode()
        else:
            squeezed = "".join(filter(str.isalnum, folded))
        hits = list(self._automaton.iter(squeezed)) if self._automaton is not None else []
        for key, entry in self._long:
            hits += _occurrences(squeezed, key, entry)
        if not hits:
            return []
        places = _Places(folded)
        found: set[Finding] = set()
        for last, entry in hits:
            positions = places.of(last - entry.length + 1, last + 1)
            if _stands_alone(plain, positions, entry) and _spaced_as_known(folded, positions, entry):
                start, end = positions[0], positions[-1] + 1
                if not entry.cased or plain[start:end] in {entry.cased, entry.cased.upper()}:
                    first, after = normalized.to_original(start, end)
                    found.add(Finding(first, after, entry.label, _DETECTOR))
        return sorted(found)


class _Places:
    """Where the letters and digits of a text stand, by their number among them: of a long text few are asked for."""

    __slots__ = ("_numbers", "_starts")

    def __init__(self, text: str) -> None:
        runs = [match.span() for match in _LETTERS_AND_DIGITS.finditer(text)]
        self._starts = [start for start, _ in runs]
        self._numbers = list(accumulate([end - start for start, end in runs], initial=0))

    def of(self, first: int, last: int) -> list[int]:
        """Return the places of those from number `first` up to but not `last`, of which there is one at least."""
        positions: list[int] = []
        run = bisect_right(self._numbers, first) - 1
        while first < last:
            stop = min(last, self._numbers[run + 1])
            shift = self._starts[run] - self._numbers[run]
            positions += range(first + shift, stop + shift)
            first, run = stop, run + 1
        return positions


def _occurrences(squeezed: str, key: str, entry: _Sought) -> Iterator[tuple[int, _Sought]]:
    """Yield the last index of each occurrence of a long value."""
    start = squeezed.find(key)
    while start >= 0:
        yield start + len(key) - 1, entry
        start = squeezed.find(key, start + len(key))


def _keys(label: Label, value: str) -> Iterator[tuple[str, _Sought]]:
    """Yield the keys of a value: itself, the parts of a name, a phone without its country, a date in other orders."""
    if label is Label.PERSON:
        parts = name_parts(value[:_PARTS_CHARS_MAX])
        if len(_NAME_PART.findall(value)) > 1 or any(map(str.isdecimal, value)):
            yield from _key(label, value)
        for part in parts:
            yield from _key(label, part, cased=part if part[:1].isupper() else "")
        if not parts:
            yield from _key(label, value)
        return
    folded = _fold(value)
    ordinary = folded in ORDINARY_WORDS
    if ordinary and folded in FUNCTION_WORDS:
        return
    yield from _key(label, value, cased=value if ordinary else "")
    if label is Label.PHONE:
        digits = "".join(filter(str.isdecimal, value))
        for country_digits in (1,) if digits.startswith("1") else (2, 3):
            if len(digits) - country_digits >= _PHONE_DIGITS_MIN:
                yield from _key(label, digits[country_digits:])
    elif label is Label.ADDRESS:
        for line in value[:_PARTS_CHARS_MAX].split(","):
            if any(map(str.isdecimal, line)) and any(map(str.isalpha, line)):
                yield from _key(label, line)
    elif label is Label.EMAIL:
        local = value.partition("@")[0]
        if len(local) >= _LOCAL_PART_MIN and not local.isalpha():
            yield from _key(label, local)
    elif label is Label.DATE_OF_BIRTH:
        for form in _date_forms(value):
            yield from _key(label, form)


def _date_forms(value: str) -> Iterator[str]:
    match = _ISO_DATE.fullmatch(value.strip())
    if match is None or not 1 <= int(match[2]) <= len(_MONTHS):
        return
    year, month, day = match[1], int(match[2]), int(match[3])
    name = _MONTHS[month - 1]
    for first, second in ((month, day), (day, month)):
        for shown in (f"{first}/{second}", f"{first:02}/{second:02}"):
            yield f"{shown}/{year}"
            yield f"{shown}/{year[2:]}"
    yield f"{year}/{month:02}/{day:02}"
    ordinal = f"{day}{'th' if day in {11, 12, 13} else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
    for month_name in dict.fromkeys((name, name[:3])):
        for day_name in (str(day), ordinal):
            yield f"{month_name} {day_name} {year}"
            yield f"{day_name} {month_name} {year}"
            yield f"{day_name} of {month_name} {year}"


def _key(label: Label, value: str, *, cased: str = "") -> Iterator[tuple[str, _Sought]]:
    key = written = _fold(value)
    breaks: frozenset[int] = frozenset()
    if not key.isalnum():
        places = [index for index, character in enumerate(written) if character.isalnum()]
        if not places:
            return
        breaks = frozenset([number for number, (left, right) in enumerate(pairwise(places), 1) if right > left + 1])
        key = "".join([written[index] for index in places])
        written = written[places[0] : places[-1] + 1]
    if len(key) < _CHARS_MIN:
        return
    inside_number = len(key) >= _PHONE_DIGITS_MIN and key.isdecimal()
    yield key, _Sought(label, len(key), written, cased, breaks, inside_number)


def _stands_alone(text: str, positions: list[int], entry: _Sought) -> bool:
    """Whether no letter or digit touches the value; digits may touch a long number, which has a country code then."""
    start, end = positions[0], positions[-1] + 1
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if after.isalnum():
        return False
    return not before.isalnum() or (entry.inside_number and before.isdecimal())


def _spaced_as_known(text: str, positions: list[int], entry: _Sought) -> bool:
    """Whether what separates the value's characters is as in the known value, or stands next to a digit."""
    if positions[-1] - positions[0] == entry.length - 1 or text[positions[0] : positions[-1] + 1] == entry.written:
        return True
    if entry.length < _LOOSE_CHARS_MIN:
        return False
    for number in range(1, entry.length):
        left, right = positions[number - 1], positions[number]
        if right == left + 1:
            continue
        beside_digit = text[left].isdecimal() or text[right].isdecimal()
        if right - left > _SEPARATORS_MAX or not (beside_digit or number in entry.breaks):
            return False
    return True
