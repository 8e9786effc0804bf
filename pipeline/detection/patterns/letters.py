"""Heads, quotes and ends of e-mails: who wrote, to whom, and who signs."""

from typing import Final

from pipeline.detection.common_words import ORDINARY_WORDS
from pipeline.detection.patterns.field_kinds import holds_full_name
from pipeline.detection.patterns.pattern import Pattern, compiled
from pipeline.detection.patterns.people import capitalised_name, told_name
from pipeline.event.labels import Label

_PARTICLE: Final = r"(?:(?:van|von|de|der|den|del|della|da|di|du|dos|la|le|ter|ten|bin|ibn|al|el|zu|'t)[ ])"
_NAME: Final = rf"[A-Z][A-Za-z'-]{{0,24}}\.?(?:,?[ ]{_PARTICLE}{{0,3}}(?:d'|l')?[A-Z][A-Za-z'-]{{0,24}}\.?){{0,4}}"
_SOURCE: Final = "RFC 5322 section 3.4 (display names) and 3.6.3"
_ADDRESS: Final = compiled(r"[ ]?[\"']?[ ]?(?:<|\[mailto:|\(|&lt;).*")
_DATE_WORDS: Final = compiled(
    r"(?:(?:[AP]M|[A-Z]{3,4}T|UTC|GMT|(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?|At)"
    r"[,.]?[ ])+"
)
_SIGNED_WORDS_MAX: Final = 3


def _display_name(value: str) -> tuple[int, int] | None:
    """Take the name that stands before an address, as a whole or not at all."""
    end = len(_ADDRESS.sub("", value).rstrip(" \"',"))
    dated = _DATE_WORDS.match(value)
    start = dated.end() if dated else 0
    words = value[start:end].replace(",", " ").split()
    if not words or all(word.lower().strip(".") in ORDINARY_WORDS for word in words):
        return None
    return (start, end)


def _after_last_mark(value: str) -> tuple[int, int] | None:
    """Take the name between the date and "wrote"."""
    match = compiled(rf"(?P<name>{_NAME})[\"']?[ ]?(?:[<\[(][^\n]{{0,80}})?\s?(?:wrote|writes|said|schrieb)").search(
        value
    )
    if match is None:
        return None
    start, end = match.span("name")
    cut = _DATE_WORDS.match(value, start)
    start = cut.end() if cut else start
    words = value[start:end].replace(",", " ").split()
    plain = not words or all(word.lower().strip(".") in ORDINARY_WORDS for word in words)
    return None if plain else (start, end)


def _below_dashes(value: str) -> tuple[int, int] | None:
    line = value.rstrip("\n ")
    start = len(line) - len(line[line.index("\n") :].lstrip("\n> "))
    return (start, len(line)) if holds_full_name(line[start:]) else None


def _signed(value: str) -> tuple[int, int] | None:
    """Take a line of its own after a farewell, in any case."""
    line = value.rstrip("\n ,.-")
    part = told_name(line)
    return part if part is not None and part[1] == len(line) and len(line.split()) <= _SIGNED_WORDS_MAX else None


LETTERS: Final = (
    Pattern(
        name="passenger",
        label=Label.PERSON,
        regex=r"(?-i:[A-Z]{2,20}/[A-Z]{2,20}[ ]?(?:MR|MRS|MS|MISS|MSTR|DR)\b)",
        source="IATA PSC resolution 722f, names on tickets",
        score=0.85,
        needs_digit=False,
    ),
    Pattern(
        name="below_dashes",
        label=Label.PERSON,
        starts_word=False,
        regex=rf"--[ ]?\n[> ]{{0,6}}(?-i:{_NAME})[ ]?(?:\n|$)",
        source="RFC 3676 section 4.3, signature separator",
        refine=_below_dashes,
        score=0.75,
        needs_digit=False,
        trigger=r"--[ ]?\n",
    ),
    Pattern(
        name="letter_head",
        label=Label.PERSON,
        cue=r"(?:from|to|cc|bcc|reply-to|sender|sent by|on behalf of)",
        gap=r":[ \t]{0,4}[\"']?",
        regex=rf"(?-i:{_NAME})[\"']?[ ]?(?:<|\[mailto:|\(|&lt;|\n|$)",
        source=_SOURCE,
        refine=lambda value: _display_name(value.rstrip("\n")),
        score=0.85,
        needs_digit=False,
        trigger=r"\b(?:from|to|cc|bcc|sender|by|of):",
    ),
    Pattern(
        name="attention",
        label=Label.PERSON,
        cue=r"(?:att|attn|attention|c/o|z\.?hd)",
        gap=r"[.:]{0,2}[ ]",
        regex=rf"(?-i:{_NAME})",
        source="USPS Publication 28, section 333, attention lines",
        refine=capitalised_name,
        score=0.75,
        needs_digit=False,
    ),
    Pattern(
        name="name_before_address",
        label=Label.PERSON,
        regex=rf"(?-i:{_NAME})[\"']?[ ](?:<|\[mailto:|&lt;)[A-Z0-9._%+-]{{1,64}}@",
        source=_SOURCE,
        refine=_display_name,
        score=0.88,
        needs_digit=False,
        trigger=r"(?:<|\[mailto:|&lt;)[A-Z0-9._%+-]",
    ),
    Pattern(
        name="quoted_author",
        label=Label.PERSON,
        regex=r"on [^\n]{4,70}[0-9][^\n]{1,80}\n?[^\n]{0,60}\b(?:wrote|writes)[ ]?:",
        source=_SOURCE,
        refine=_after_last_mark,
        score=0.85,
        trigger=r"\b(?:wrote|writes) ?:",
    ),
    Pattern(
        name="signed_line",
        label=Label.PERSON,
        cue=(
            r"(?:(?:best|kind|warm|many|with)? ?(?:regards|wishes|thanks)|sincerely|cheers|yours(?: truly"
            r"| faithfully)?|best"
            r"|thanks(?: again| in advance| so much)?|thank you|thx|rgds|respectfully|warmly|take care"
            r"|cordially|talk soon)"
        ),
        gap=r"[ ]?[,.!-]{0,2}[ ]?(?:\n[> ]{0,4}){1,2}[ -]{0,3}",
        regex=r"[A-Za-z][A-Za-z'.-]{0,24}(?:[ ][A-Za-z][A-Za-z'.-]{0,24}){0,2}[ ,.]{0,2}(?:\n|$)",
        source="support practice: how e-mails end",
        refine=_signed,
        score=0.75,
        needs_digit=False,
    ),
)
