# ruff: noqa: E501, PLR2004, RUF001 - each share stands where it is drawn; both apostrophes are typed
"""How people type: a style for each writer, applied to each piece of a turn by itself, so that offsets stay exact."""

import re
from dataclasses import dataclass, replace
from random import Random
from typing import Final

KEYBOARD: Final = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl", "l": "k",
    "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "x",
}  # fmt: skip
SHORT: Final = {
    "you": "u", "your": "ur", "please": "pls", "account": "acct", "number": "nr", "thanks": "thx", "are": "r", "because": "cuz",
    "thank": "thnk", "with": "w/", "message": "msg", "okay": "ok", "people": "ppl", "tomorrow": "tmrw", "though": "tho", "about": "abt",
    "address": "addy", "appointment": "appt", "information": "info", "minutes": "mins", "password": "pw", "before": "b4", "want": "wanna",
    "and": "&", "see": "c", "to": "2", "for": "4", "phone": "ph", "really": "rly", "something": "smth", "morning": "mornin", "going": "goin",
}  # fmt: skip
CONTRACTED: Final = re.compile(r"['’](?=[A-Za-z])")
WORD: Final = re.compile(r"[A-Za-z]{2,}")
STOPS: Final = re.compile(r"[.,!?;:\"()…]+")
EMOJI: Final = ("😀", "🙏", "😡", "👍", "🙂", "😊", "❤️", ":)", ":(", "lol", "😅", "🤦", "😭", "✅", "haha", ";)")


@dataclass(frozen=True, slots=True)
class Style:
    """How one writer writes. Shares are of words, or of turns for `emoji`."""

    casing: str = "as"
    stops: bool = True
    apostrophes: str = "as"
    typos: float = 0.0
    short: float = 0.0
    spacing: float = 0.0
    emoji: float = 0.0
    accents: bool = True
    spoken: bool = False
    loose_codes: bool = False


PLAIN: Final = Style()
DICTATED: Final = 0.025
"""Share of typing customers who dictate to their telephone, numbers in words."""


def customer_style(random: Random) -> Style:
    """Return how one customer types. Effects: draws from `random`, as all below."""
    kind = random.random()
    curly = "curly" if random.random() < 0.15 else "as"
    if kind < 0.34:
        style = Style(typos=0.004, apostrophes=curly, emoji=0.02)
    elif kind < 0.56:
        style = Style(
            casing="lower", typos=0.015, short=0.05, apostrophes=random.choice(("as", "none", "curly")), emoji=0.03
        )
    elif kind < 0.76:
        style = Style(casing="lower", stops=False, typos=0.015, short=0.06, apostrophes="none", loose_codes=True)
    elif kind < 0.80:
        style = Style(casing="upper", typos=0.01, stops=random.random() < 0.6, apostrophes="as")
    elif kind < 0.92:
        style = Style(casing=random.choice(("as", "lower", "start")), typos=0.05, short=0.15, spacing=0.04,
                      stops=random.random() < 0.6, apostrophes=random.choice(("as", "none")), emoji=0.05)  # fmt: skip
    else:
        style = Style(casing="start", stops=random.random() < 0.5, apostrophes=random.choice(("none", "curly")))
    return replace(style, accents=random.random() < 0.6, spoken=random.random() < DICTATED)


def agent_style(random: Random) -> Style:
    """Return how one agent types: mostly carefully."""
    kind = random.random()
    if kind < 0.78:
        return Style(apostrophes="curly" if random.random() < 0.15 else "as", emoji=0.02)
    if kind < 0.92:
        return Style(typos=0.015, spacing=0.01, short=0.03)
    return Style(casing="lower", typos=0.01, short=0.05, stops=random.random() < 0.5, apostrophes="none")


def voice_style(random: Random) -> Style:
    """Return how a transcript of speech looks: all small letters, or punctuated by a machine."""
    if random.random() < 0.6:
        return Style(
            casing="lower", stops=random.random() < 0.3, apostrophes=random.choice(("as", "none")), spoken=True
        )
    return Style(spoken=True)


def worded(random: Random, style: Style, text: str) -> str:
    """Return unlabelled words as this writer would have typed them. May return text that is shorter or longer."""
    if style == PLAIN:
        return text
    if style.short or style.typos:
        text = WORD.sub(lambda word: _typed(random, style, word[0]), text)
    if not style.stops:
        text = STOPS.sub("", text)
    if style.apostrophes == "none":
        text = CONTRACTED.sub("", text)
    elif style.apostrophes == "curly":
        text = text.replace("'", "’")
    if style.spacing and random.random() < style.spacing * 4:
        text = _spaced(random, text)
    return cased(style, text)


def cased(style: Style, text: str) -> str:
    """Return the text in the writer's case."""
    if style.casing == "lower":
        return text.lower()
    if style.casing == "upper":
        return text.upper()
    return text


def misspelt(random: Random, word: str) -> str:
    """Return a word with one slip of the finger."""
    at = random.randrange(len(word))
    character = word[at]
    kind = random.random()
    if kind < 0.3:
        return word[:at] + word[at + 1 :]
    if kind < 0.5:
        return word[:at] + character + word[at:]
    if kind < 0.75 and at + 1 < len(word):
        return word[:at] + word[at + 1] + character + word[at + 2 :]
    near = KEYBOARD.get(character.lower())
    return word[:at] + (random.choice(near) if near else character) + word[at + 1 :]


def _typed(random: Random, style: Style, word: str) -> str:
    eager = style.short * (1 if len(word) < 4 else 4)
    if style.short and random.random() < eager and word.lower() in SHORT:
        return SHORT[word.lower()]
    if style.typos and len(word) > 3 and random.random() < style.typos:
        return misspelt(random, word)
    return word


def _spaced(random: Random, text: str) -> str:
    places = [at for at, character in enumerate(text) if character == " " and 0 < at < len(text) - 1]
    if not places:
        return text
    at = random.choice(places)
    return text[:at] + ("" if random.random() < 0.4 else "  ") + text[at + 1 :]
