# ruff: noqa: PLR2004 - each share stands where it is drawn; text to learn from, no secret
"""Proper names of what is no person: brands, products, works, rooms, and words that stand where a name could.

Lists of known ones teach little about the next company's, so a share of them is invented, and a share is a person's
name as brands, rooms and furniture bear them.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from random import Random
from typing import Final

from pipeline.training.dialogues.addresses import filled
from pipeline.training.dialogues.names import fresh_name, plain
from pipeline.training.dialogues.noise import misspelt

LISTED: Final = (
    *("brand", "app", "product", "medicine", "work", "character", "landmark", "plan", "suite", "team", "holiday"),
    *("variety", "idiom", "foreign", "vocative", "condition", "eponym", "dish", "course", "club", "ident", "acronym"),
    *("part", "fault", "spec", "noun", "doing", "garment"),
)
THINGS: Final = frozenset({*LISTED, "namesake", "invented", "path", "capital", "letters", "slipped"})
"""The slots that stand for things. `path` is a way through menus, `capital` an ordinary word with a capital,
`letters` an acronym letter by letter, `slipped` a misspelt word."""
INVENTED: Final[Mapping[str, float]] = {
    "brand": 0.45,
    "app": 0.35,
    "product": 0.4,
    "medicine": 0.4,
    "work": 0.15,
    "character": 0.35,
    "suite": 0.2,
    "variety": 0.25,
    "landmark": 0.15,
}
"""Share of each kind that is made up, so that none can be learned by heart."""
LENT: Final = 0.2
"""Share of nouns, brands, products and more in whose place a made-up name stands: one may be met anywhere."""
_LENDING: Final = frozenset({"noun", "app", "product", "brand", "plan", "team", "garment", "dish"})
_SOUNDS: Final = "bbccddffgghjkkllllmmmnnnpprrrrssstttvvvwxyzz"
_CLUSTERS: Final = (
    *("br", "ch", "cl", "dr", "fl", "fr", "gl", "gr", "kl", "pl", "pr", "qu", "sh", "sk", "sl", "sp", "st", "sw", "th"),
    *("tr", "tw", "wh", "ph", ""),
)
_VOWELS: Final[tuple[str, ...]] = (*"aaaeeeiiiooouuy", "ea", "oo", "ia", "io", "ee", "au", "ou")
_CODAS: Final = ("l", "n", "r", "x", "s", "m", "nd", "nt", "rk", "ck", "ll", "zz", "st", "v", "d")
_ENDINGS: Final = (
    *("o", "a", "ly", "ify", "io", "ix", "ex", "on", "um", "ia", "ora", "eo", "ivo", "ent", "era", "el", "ino", "us"),
    *("ster", "ware", "tec", "tron", "lux", "max", "net", "pay", "go", "fit", "bit", "hub", "box", "lab", "kit", "oz"),
    *("ium", "ax", "ol", "in", "ine", "ide", "il", "avir", "mab", "pril", "statin", "zole", "cin", "ane", "ette"),
)
_OPEN: Final = "aeiouy"
_CLOSED: Final = "bcdfghjklmnpqrstvwxz"
_VARIANTS: Final = (
    *("Pro", "Plus", "One", "X", "Go", "Mini", "Max", "2", "3", "360", "Air", "S", "Lite", "Core", "Home", "Club"),
    *("Box", "Basic", "Live", "Express", "Kids", "Sport", "Cloud", "Direct", "Studio", "Premium", "Duo", "Flex"),
    *("XL", "4", "Edge"),
)
_ARROWS: Final = (" > ", " > ", " > ", " -> ", " / ", " → ", " >> ")


@cache
def _lists() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in files(__package__).joinpath("things.txt").read_text("utf-8").splitlines():
        kind, separator, items = line.partition(": ")
        if separator and not line.startswith("#"):
            found.setdefault(kind, []).extend(items.split(", "))
    return {kind: tuple(items) for kind, items in found.items()}


def thing(random: Random, kind: str) -> str:
    """Return a thing of one of `THINGS`. Raises `KeyError` for another kind. Draws from `random`."""
    if kind in _LENDING and random.random() < LENT:
        return invented(random)
    match kind:
        case "capital":
            return random.choice(_lists()["noun"]).capitalize()
        case "namesake":
            return _namesake(random)
        case "invented":
            return invented(random)
        case "path":
            steps = random.sample(_lists()["menu"], random.choice((2, 2, 3, 3, 4)))
            if random.random() < 0.4:
                steps[random.randrange(len(steps))] = thing(random, random.choice(("app", "product", "brand")))
            return random.choice(_ARROWS).join(steps)
        case "letters":
            return " ".join(random.choice(_lists()["acronym"]).lower())
        case "slipped":
            return misspelt(random, random.choice(_lists()[random.choice(("noun", "noun", "doing", "stem"))]).lower())
        case "part" | "fault":
            return filled(random, random.choice(_lists()[kind]))
        case _:
            if random.random() < INVENTED.get(kind, 0.0):
                return invented(random)
            return random.choice(_lists()[kind])


def invented(random: Random) -> str:
    """Return a name that a company could have given to something. Draws from `random`."""
    draw = random.random()
    if draw < 0.15:
        first, second = random.choice(_lists()["stem"]), random.choice(_lists()["stem"])
        name = random.choice((f"{first}{second}", f"{first}{second.lower()}", f"{first} {second}"))
    elif draw < 0.25:
        name = random.choice((*_lists()["stem"], *_lists()["noun"])) + random.choice(_ENDINGS)
    elif draw < 0.6:
        name = _coined(random)
    else:
        name = _syllables(random)
        if random.random() < 0.06:
            name = f"{name} {_syllables(random).capitalize()}"
    name = name[0].upper() + name[1:]
    if random.random() < 0.09:
        return f"{name} {random.choice(_VARIANTS)}"
    return name


def _coined(random: Random) -> str:
    """Return a root and what companies hang on to it; roots are cut short now and then."""
    root, tail = random.choice(_lists()["root"]), random.choice(_lists()["tail"])
    if tail[0] in _OPEN:
        root = root.rstrip(_OPEN) or root
    elif random.random() < 0.3:
        root = root[: random.randint(3, 5)]
    if random.random() < 0.15:
        root = random.choice(_CLUSTERS) + (root.lstrip(_CLOSED) or random.choice(_VOWELS))
    return root + (tail.capitalize() if random.random() < 0.04 else tail)


def _syllables(random: Random) -> str:
    word = "".join(_syllable(random) for _ in range(random.choice((1, 2, 2))))
    if random.random() < 0.6 or len(word) < 3:
        word = word.rstrip("aeiou") + random.choice(_ENDINGS)
    return word


def _syllable(random: Random) -> str:
    onset = random.choice(_SOUNDS) if random.random() < 0.7 else random.choice(_CLUSTERS)
    return onset + random.choice(_VOWELS) + (random.choice(_CODAS) if random.random() < 0.3 else "")


def _namesake(random: Random) -> str:
    name = fresh_name(random)
    return plain(name.given if random.random() < 0.5 else name.family)
