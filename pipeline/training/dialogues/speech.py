# ruff: noqa: E501, PLR2004 - each share stands where it is drawn; text to learn from, no secret
"""How values sound on the telephone: digits in words, letters by name or by alphabet, e-mail with "at" and "dot"."""

import re
from datetime import date
from random import Random
from typing import Final

DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS: Final = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
ORDINALS: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth",
    "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty first", "twenty second",
    "twenty third", "twenty fourth", "twenty fifth", "twenty sixth", "twenty seventh", "twenty eighth", "twenty ninth", "thirtieth", "thirty first",
)  # fmt: skip
NATO: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo", "lima", "mike", "november", "oscar", "papa", "quebec", "romeo", "sierra", "tango", "uniform", "victor", "whiskey", "x-ray", "yankee", "zulu"],
        strict=True,
    )
)  # fmt: skip
HOMELY: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        ["apple", "boy", "cat", "dog", "egg", "frank", "george", "harry", "ice", "jack", "king", "lemon", "mary", "nancy", "orange", "peter", "queen", "robert", "sugar", "tom", "umbrella", "victor", "william", "xylophone", "yellow", "zebra"],
        strict=True,
    )
)  # fmt: skip
SYMBOLS: Final = {
    "@": "at", ".": "dot", "_": "underscore", "-": "dash", "/": "slash", "#": "hash", "!": "exclamation mark", "$": "dollar sign",
    "+": "plus", "%": "percent", "&": "and", "*": "star", ":": "colon",
}  # fmt: skip
FILLERS: Final = ("uh", "um", "er", "hmm", "uh,", "um,", "let me see", "sorry", "and then", "uhh", "then")
FILLER_SHARE: Final = 0.25


def spoken_code(random: Random, text: str, *, fillers: bool = True) -> str:
    """Return how a person reads a code aloud: digit by digit, doubled, in pairs, letters in one of four ways."""
    zero = random.choice(("oh", "zero", "o", "zero"))
    pairs = random.random() < 0.2
    letters = random.choice(("plain", "plain", "nato", "as", "for"))
    words: list[str] = []
    at = 0
    while at < len(text):
        character = text[at]
        run = len(text[at:]) - len(text[at:].lstrip(character))
        if character.isdigit() and character.isascii():
            if run >= 2 and random.random() < 0.5:
                size = 3 if run >= 3 and random.random() < 0.5 else 2
                words += ["triple" if size == 3 else "double", _digit(character, zero)]
                at += size
                continue
            two = text[at : at + 2]
            if pairs and len(two) == 2 and two.isdigit() and two[0] not in "01":
                words.append(cardinal(int(two)))
                at += 2
                continue
            words.append(_digit(character, zero))
        elif character.isalpha():
            words.append(_letter(character, letters))
        elif character in SYMBOLS and random.random() < 0.5:
            words.append(SYMBOLS[character])
        at += 1
    if fillers and len(words) > 3 and random.random() < FILLER_SHARE:
        words.insert(random.randrange(1, len(words) - 1), random.choice(FILLERS))
    return " ".join(words)


def spelled(random: Random, word: str) -> str:
    """Return a name letter by letter: `d e n v e r`, `D-E-N-V-E-R`, or with the alphabet."""
    kind = random.random()
    letters = [character for character in word if character.isalpha()]
    if kind < 0.45:
        return " ".join(letters).lower()
    if kind < 0.7:
        return "-".join(letters).upper()
    if kind < 0.85:
        return ", ".join(_letter(letter, "as") for letter in letters)
    return " ".join(letters).upper()


def spoken_email(random: Random, local: str, domain: str) -> str:
    """Return an e-mail address as it is read aloud."""
    words: list[str] = []
    part = ""
    for character in f"{local}@{domain}":
        if character.isalpha():
            part += character
            continue
        if part:
            words.append(part)
            part = ""
        words.append(SYMBOLS.get(character) or _digit(character, random.choice(("zero", "oh"))))
    words.append(part)
    if random.random() < 0.2:
        words[0] = " ".join(words[0])
    return " ".join(words)


def spoken_date(random: Random, day: date) -> str:
    """Return a date in words: "the fourteenth of March nineteen eighty two"."""
    month, ordinal = MONTHS[day.month - 1], ORDINALS[day.day - 1]
    return random.choice(
        (
            f"{ordinal} of {month} {spoken_year(random, day.year)}",
            f"{month} {ordinal} {spoken_year(random, day.year)}",
            f"{month} the {ordinal} {spoken_year(random, day.year)}",
            f"the {ordinal} of {month} {spoken_year(random, day.year)}",
            f"{month} {cardinal(day.day)} {spoken_year(random, day.year)}",
            f"{_two(day.month)} {_two(day.day)} {_two(day.year % 100)}",
        )
    )


def spoken_year(random: Random, year: int) -> str:
    """Return a year in words."""
    if year >= 2000:
        return f"two thousand{random.choice((' and', ''))} {cardinal(year - 2000)}" if year > 2000 else "two thousand"
    rest = year % 100
    said = cardinal(rest) if rest > 9 else f"oh {DIGITS[rest]}" if rest else "hundred"
    return random.choice((f"nineteen {said}", f"nineteen {said}", said if rest > 9 else f"nineteen {said}"))


def cardinal(number: int) -> str:
    """Return a number below a hundred in words. Pure."""
    if number < 10:
        return DIGITS[number]
    if number < 20:
        return TEENS[number - 10]
    return TENS[number // 10] + (f" {DIGITS[number % 10]}" if number % 10 else "")


def amount(random: Random, digits: str) -> str:
    """Return a number as an amount is said: "forty two", "two hundred", or digit by digit."""
    number = int(digits)
    if number < 100 and not digits.startswith("0"):
        return cardinal(number)
    if number < 1000 and not digits.startswith("0"):
        rest = number % 100
        return f"{DIGITS[number // 100]} hundred" + (f"{random.choice((' and ', ' '))}{cardinal(rest)}" if rest else "")
    return " ".join(_digit(each, "oh") for each in digits)


def spoken_words(random: Random, text: str, *, money: bool) -> str:
    """Return how words with numbers in them sound: a price, a time, a version, a gate."""
    if money:
        whole = re.sub(r"\D.*", "", re.sub(r"^\D+|(?<=\d),(?=\d)", "", text)) or "9"
        return f"{amount(random, whole)} {random.choice(('dollars', 'pounds', 'euros', 'bucks', 'rupees'))}"
    parted = re.sub(r"(?<=[A-Za-z])-?(?=\d)|(?<=\d)[./:-](?=\d)|(?<=\d)(?=[A-Z])", " ", text)
    return re.sub(r"\d+(?!\d*(?:st|nd|rd|th)\b)", lambda found: amount(random, found[0]), parted)


def spoken_house(random: Random, street: str) -> str:
    """Return a street with its number in words: "forty two Oak Street"."""
    return " ".join(
        (cardinal(int(word)) if len(word) < 3 and random.random() < 0.7 else spoken_code(random, word, fillers=False))
        if word.isascii() and word.isdigit()
        else word
        for word in street.split(" ")
    )


def _two(number: int) -> str:
    return cardinal(number) if number > 9 else f"oh {DIGITS[number]}"


def _digit(character: str, zero: str) -> str:
    return (
        zero
        if character == "0"
        else DIGITS[int(character)]
        if character.isascii() and character.isdigit()
        else character
    )


def _letter(letter: str, way: str) -> str:
    low = letter.lower()
    if way == "plain" or low not in NATO:
        return low
    if way == "nato":
        return NATO[low]
    return f"{low} {'as in' if way == 'as' else 'for'} {HOMELY[low] if way == 'for' else NATO[low]}"
