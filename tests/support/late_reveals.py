"""Dialogues whose last turn shows what an earlier one held: of made-up syllables and digits, by a seeded generator."""

import string
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from stdnum import luhn

ONSETS = ("B", "Br", "D", "F", "G", "K", "Kr", "L", "M", "N", "P", "R", "S", "T", "Tr", "V", "Z")
MIDDLES = ("a", "e", "i", "o", "u", "ai", "ei", "ou")
ENDS = ("dric", "lko", "mska", "nvel", "qui", "rzan", "sket", "thil", "vorn", "xan", "zeph", "kova")
BARE = ("{} told me to write", "It was {} who called", "{}, please look", "ask {}'s team about it", "for {} as always")
INTRODUCED = ("my name is {} {}", "This is {} {} speaking", "I am {} {}", "My full name is {} {}")
SHOWN = ("it says {} on the paper", "there is {} at the top", "something like {}", "{} is printed there")
NAMED = ("my account number is {}", "my order number is {}", "my member id is {}", "the booking reference is {}")
SMALL_TALK = ("hello there", "let me look", "one second", "this takes long", "still here?")
WAITS = ("ok", "go on", "mm-hm", "and then?", "I'm listening")


class LateReveal(NamedTuple):
    """(role, text) turns; `values` are what the earlier ones hold and must not hold once the last one is in."""

    kind: str
    turns: tuple[tuple[str, str], ...]
    values: tuple[str, ...]


def late_reveals(seed: int) -> Iterator[LateReveal]:
    """Yield dialogues of each kind in turn, without end."""
    random = Random(seed)  # noqa: S311 - test data, no secret
    makers: tuple[Callable[[Random], LateReveal], ...] = (_name, _code, _card, _social_security, _phone)
    while True:
        for make in makers:
            yield make(random)


def _name(random: Random) -> LateReveal:
    first, last = _word(random), _word(random)
    bare = random.choice((first, last))
    turns = [("customer", random.choice(BARE).format(bare)), *_between(random)]
    return LateReveal("name", (*turns, ("customer", random.choice(INTRODUCED).format(first, last))), (bare,))


def _code(random: Random) -> LateReveal:
    code = "".join(random.choices(string.digits[1:], k=random.randint(4, 6)))
    turns = [("customer", random.choice(SHOWN).format(code)), *_between(random)]
    return LateReveal("code", (*turns, ("customer", random.choice(NAMED).format(code))), (code,))


def _card(random: Random) -> LateReveal:
    digits = random.choice(("4000", "5100", "5200", "5300")) + "".join(random.choices(string.digits, k=11))
    number = digits + luhn.calc_check_digit(digits)
    cuts = random.choice(((4, 8, 12), (4, 10), (4,), (2, 6, 11)))
    return _in_pieces(random, "card", number, cuts)


def _social_security(random: Random) -> LateReveal:
    area = random.choice(("100", "120", "200", "210", "300", "400"))
    number = area + f"{random.randint(11, 99)}{random.randint(1001, 8999)}"
    return _in_pieces(random, "social security number", number, random.choice(((3, 5), (3,), (2, 5), (3, 5, 7))))


def _phone(random: Random) -> LateReveal:
    number = random.choice(("310", "510", "650", "720", "800")) + f"55501{random.randint(10, 99)}"
    return _in_pieces(random, "phone", number, random.choice(((3, 6), (3,), (2, 6), (3, 6, 8))))


def _in_pieces(random: Random, kind: str, number: str, cuts: tuple[int, ...]) -> LateReveal:
    pieces = [number[start:end] for start, end in zip((0, *cuts), (*cuts, len(number)), strict=True)]
    turns: list[tuple[str, str]] = []
    for piece in pieces:
        turns.append(("customer", piece))
        if random.random() < 0.5:
            turns.append(("agent", random.choice(WAITS)))
    while turns[-1][0] == "agent":
        turns.pop()
    return LateReveal(kind, tuple(turns), tuple(pieces[:-1]))


def _between(random: Random) -> list[tuple[str, str]]:
    roles = ("customer", "agent")
    return [(random.choice(roles), random.choice(SMALL_TALK)) for _ in range(random.randint(0, 4))]


def _word(random: Random) -> str:
    return random.choice(ONSETS) + random.choice(MIDDLES) + random.choice(ENDS)
