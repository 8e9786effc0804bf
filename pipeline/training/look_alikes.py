"""Turns without personal data that look as if they had some.

Bare counts, years, amounts and sizes, makes and models, dishes, greetings and chat shorthand, written from what support
is asked about. A model that never met them takes each bare number for a code, and each unknown word for a name.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from random import Random
from typing import Final

from pipeline.event.conversation_event import Role
from pipeline.training.examples import Example

_KINDS: Final = (
    *("greeting", "courtesy", "count", "year", "amount", "unit", "make", "dish", "dish"),
    *("spoken amount", "spoken time", "technical"),
)
_VERSION: Final = re.compile("V")
_HASH: Final = re.compile("H")
_QUEUE: Final = re.compile("Q")
_NUMBER: Final = re.compile("9+")
_QUEUE_CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ONES: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS: Final = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_AROUND: Final = (
    *("{}", "{}", "{}", "{}", "{} please", "yes {}", "i want {}", "i need {}", "just {}", "it is {}", "its {}"),
    *("around {}", "{} i think", "make it {}", "ok {}", "only {}", "{} thanks", "i would like {}", "can i get {}"),
    *("maybe {}", "no, {}", "and {}", "{} pls", "I'll take {}", "{}, if possible", "about {}"),
)


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    """Return the items of each kind of the list beside this file."""
    found: dict[str, list[str]] = {}
    for line in files(__package__).joinpath("look_alikes.txt").read_text("utf-8").splitlines():
        kind, separator, items = line.partition(": ")
        if separator and not line.startswith("#"):
            split = [items] if kind.startswith("ask ") else items.split(", ")
            found.setdefault(kind, []).extend(split)
    return {kind: tuple(items) for kind, items in found.items()}


@cache
def _makes() -> tuple[str, ...]:
    return tuple(kind for kind in _words() if kind.startswith("make "))


def look_alikes(count: int, randomness: Random) -> Iterator[Example]:
    """Yield so many turns without personal data, of customers as a rule. Effects: draws from the random numbers."""
    for _ in range(count):
        kind = randomness.choice(_KINDS)
        if kind in ("greeting", "courtesy"):
            yield _said(_chat(randomness, kind), randomness)
            continue
        answer = _ANSWERS[kind](randomness)
        answer = answer if kind == "technical" else randomness.choice(_AROUND).format(answer)
        if f"ask {kind}" in _words() and randomness.random() < 0.1:  # noqa: PLR2004 - the question too, now and then
            yield Example(randomness.choice(_words()[f"ask {kind}"]), (), Role.AGENT)
        yield _said(answer, randomness)


def _said(text: str, randomness: Random) -> Example:
    draw = randomness.random()
    styled = text.capitalize() if draw < 0.25 else text.upper() if draw < 0.28 else text  # noqa: PLR2004 - shares
    role = Role.CUSTOMER if randomness.random() < 0.9 else Role.AGENT  # noqa: PLR2004 - shares
    return Example(styled, (), role)


def _chat(randomness: Random, kind: str) -> str:
    said = randomness.choice(_words()[kind])
    draw = randomness.random()
    if draw < 0.15:  # noqa: PLR2004 - drawn out, as people do
        return said + said[-1] * randomness.randint(1, 3)
    if draw < 0.3:  # noqa: PLR2004 - two in one breath
        return f"{said}{randomness.choice((' ', ', ', '. ', '! '))}{randomness.choice(_words()['courtesy'])}"
    return said + randomness.choice(("", "", "", "", ".", "!", "..", "?"))


def _count(randomness: Random) -> str:
    number = randomness.choice((randomness.randint(0, 12), randomness.randint(0, 99)))
    return randomness.choice(
        (str(number), str(number), f"{number} and {randomness.randint(0, 12)}", f"option {number}")
    )


def _year(randomness: Random) -> str:
    return str(randomness.randint(1985, 2027))


def _amount(randomness: Random) -> str:
    step, most = randomness.choice(((5, 99), (100, 90), (1_000, 60)))
    number = step * randomness.randint(1, most)
    written = (str(number), f"${number}", f"{number} dollars", f"{number:,}", f"{number}.00", f"rs {number}")
    return randomness.choice((*written, f"{number} usd"))


def _unit(randomness: Random) -> str:
    number = randomness.choice((randomness.randint(1, 12), randomness.randint(1, 60) * 5))
    space = randomness.choice(("", " "))
    return f"{number}{space}{randomness.choice(_words()['unit'])}"


def _make(randomness: Random) -> str:
    kind = randomness.choice(_makes())
    make = kind.removeprefix("make ")
    model = randomness.choice(_words()[kind])
    written = randomness.choice(
        (
            *(make, model, f"{make} {model}", f"{make} {model}", f"{_year(randomness)} {make} {model}"),
            *(f"{make} {model} {_year(randomness)}", f"the make is {make} and the model is {model}"),
        )
    )
    if randomness.random() < 0.15:  # noqa: PLR2004 - models that are letters and digits
        letters = "".join(randomness.choice("abcdefghklmnprstuvwx") for _ in range(randomness.randint(1, 4)))
        written = f"{make} {letters}{randomness.choice(('', ' ', '-'))}{randomness.randint(1, 999)}"
    return written.title() if randomness.random() < 0.3 else written  # noqa: PLR2004 - shares


def _dish(randomness: Random) -> str:
    dishes = randomness.sample(_words()["dish"], randomness.choice((1, 1, 1, 2, 3, 5)))
    counted = randomness.random() < 0.4  # noqa: PLR2004 - shares
    numbered = [f"{randomness.randint(1, 6)} {dish}" if counted else dish for dish in dishes]
    joined = randomness.choice((", ", " and ", " ", " with ")).join(numbered)
    return joined.title() if randomness.random() < 0.15 else joined  # noqa: PLR2004 - shares


def _small_number(randomness: Random) -> str:
    tens = randomness.choice(_TENS)
    return randomness.choice((*_ONES, *_TEENS, tens, f"{tens} {randomness.choice(_ONES[:9])}"))


def _spoken_amount(randomness: Random) -> str:
    one, two = _small_number(randomness), _small_number(randomness)
    return randomness.choice(
        (
            *(f"{one} {two}", f"{one} dollars", f"{one} pounds {two}", f"{one} euros {two}", f"{one} point {two}"),
            *(f"{one} hundred", f"{one} hundred and {two}", f"{one} {two} a month", f"{one} thousand"),
            *(f"{one} percent", f"about {one}", f"{one} degrees", f"{one} to {two} days", f"{one} gigs"),
            *(f"{one} miles", f"{one} or {two}"),
        )
    )


def _spoken_time(randomness: Random) -> str:
    hour, later = randomness.choice(_ONES), randomness.choice(_ONES)
    minutes = randomness.choice(("fifteen", "thirty", "forty five", "oh five", "ten"))
    return randomness.choice(
        (
            *(f"{hour} p m", f"{hour} a m", f"{hour} {minutes}", f"half past {hour}", f"quarter to {hour}"),
            *(f"{hour} o'clock", f"{hour} {minutes} p m", f"around {hour}", f"between {hour} and {later}"),
        )
    )


def _technical(randomness: Random) -> str:
    def characters(of: str, sizes: tuple[int, ...]) -> str:
        return "".join(randomness.choice(of) for _ in range(randomness.choice(sizes)))

    line = randomness.choice(_words()["technical"])
    line = _VERSION.sub(lambda _: ".".join(characters("0123456789", (1, 1, 2)) for _ in range(3)), line)
    line = _HASH.sub(lambda _: characters("0123456789abcdef", (7, 8, 12, 40)), line)
    line = _QUEUE.sub(lambda _: characters(_QUEUE_CHARACTERS, (6, 8, 11, 14)), line)
    return _NUMBER.sub(lambda found: str(randomness.randint(1, 10 ** len(found[0]) - 1)), line)


_ANSWERS: Final[dict[str, Callable[[Random], str]]] = {
    "count": _count,
    "year": _year,
    "amount": _amount,
    "unit": _unit,
    "make": _make,
    "dish": _dish,
    "spoken amount": _spoken_amount,
    "spoken time": _spoken_time,
    "technical": _technical,
}
