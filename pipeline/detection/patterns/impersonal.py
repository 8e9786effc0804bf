"""Codes that belong to things: versions, errors, products, offers, journeys, measures. They name no person.

What a names tier or a mere shape takes for somebody's number is often called something else by the very word before it:
"build 22631", "SKU 88213-BLK", "error code 80070643". The tables are written from knowledge of support work.
"""

from collections.abc import Set as AbstractSet
from typing import Final

from pipeline.detection.patterns.answering import UNPROMPTED, Expected
from pipeline.detection.patterns.namesakes import is_namesake
from pipeline.detection.patterns.pattern import compiled, verbose
from pipeline.detection.patterns.things import AFTER_CHARS, BEFORE_CHARS, Cue, cues_around, names_thing
from pipeline.detection.patterns.values import digits_of, machine_made, named_by
from pipeline.detection.spoken.vocabulary import (
    ACRONYMS,
    CODE_WORDS,
    DIGITS,
    HESITATIONS,
    MARKS,
    SCALES,
    TEENS,
    TENS,
    TIMES,
)
from pipeline.event.labels import Label

UNSURE_SCORE_MAX: Final = 0.62
"""A pattern that is surer saw a cue or a checksum, and knows better than the word before."""

_ANSWER_CHARS_MAX: Final = 80
_THING_DIGITS_MAX: Final = 7
_COUNT_DIGITS_MAX: Final = 5
_NAMED_CHARS_MAX: Final = 24
_PLACE_DIGITS_MAX: Final = 4
_SECRET_PLACE_DIGITS_MAX: Final = 2

_CODES: Final = frozenset(
    {
        Label.ACCOUNT_ID,
        Label.CREDIT_CARD,
        Label.DEVICE_ID,
        Label.EMAIL,
        Label.HEALTH_ID,
        Label.NATIONAL_ID,
        Label.ORDER_ID,
        Label.PASSWORD,
        Label.TAX_ID,
        Label.USERNAME,
        Label.VEHICLE_ID,
        Label.ZIP,
    }
)
_LED: Final = _CODES | {Label.PHONE}
_LEAD_WORDS_MAX: Final = 4
_NUMERALS: Final = frozenset({*DIGITS, *TEENS, *TENS, *TIMES, *SCALES, *MARKS, *CODE_WORDS})
_SOME_CODE: Final = compiled(
    r"(?i)[0-9]|\b(?:[b-hj-z]|zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)\b"
)
_TELLING: Final = frozenset({Cue.NAMED, Cue.FIELD, Cue.BRAND, Cue.LINE, Cue.MEASURED})
_PLACING: Final = frozenset({Cue.NAMED, Cue.PLACED})
_NEVER_A_THING: Final = frozenset({Label.CREDIT_CARD, Label.EMAIL, Label.NATIONAL_ID, Label.TAX_ID})
_SPELLED: Final = frozenset(
    {Label.ACCOUNT_ID, Label.EMAIL, Label.ORDER_ID, Label.PASSWORD, Label.PERSON, Label.USERNAME}
)

_PLACE: Final = compiled(r"(?i)[A-Z]{0,2}-?[0-9]{1,4}[A-Z]?")
_APPLIANCE_CODE: Final = compiled(r"[A-Z]{1,2}-?[0-9]{1,3}(?:-[0-9])?")
_HASH: Final = compiled(r"[0-9a-f]{7,12}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}")
_OF_CODE: Final = compiled(
    r"(?i)\b(?:commit|git|build|builds|deploy(?:ed|ment)?|merged?|roll(?:ed)? ?back|revert(?:ed)?"
    r"|bisect(?:ed)?|hash|checksum"
    r"|sha-?[0-9]*|md5|digest|revision|branch|release|cherry-?pick|HEAD|image|artifact|bundle|etag|tag|pod|container|version)\b"
)
_OF_ACCESS: Final = compiled(r"(?i)\b(?:keys?|tokens?|secrets?|session|user|device|password|order|ticket|account)\b")
_FLIGHT: Final = compiled(r"(?:[A-Z]{2}|[A-Z][0-9]|[0-9][A-Z])[ ]?[0-9]{2,4}")
_CLOCK: Final = compiled(r"(?:[01][0-9]|2[0-3])[0-5][0-9]")
_SHAPES: Final = compiled(
    verbose(r"""(?i)
        [0-9]{2,5} [ ]?[x*][ ]? [0-9]{2,5} (?:[ ]?[x*][ ]?[0-9]{1,5})?
      | (?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9].*
      | (?:api/)?v[0-9]{1,2}/[a-z/_-]+ | [0-9]{1,3}[&][a-z_]+
      | 97[89][ -]?(?:[0-9][ -]?){9}[0-9]
      | \#[0-9]{1,3} | [0-9]{1,4}[ ]m
      | [0-9]{1,2}/[0-9]{1,2} | 2[0-9]h[12] | [1-9][0-9]?0{1,4} | [0-9]{1,3}(?:st|nd|rd|th)[ ]floor
      | (?:clause|section|chapter|page|row|class|line|channel|bus|seat|bay|zone|lane|highway|route|interstate
        |motorway|exit|building|gate|level|terminal|room|ward|floor|table|platform)[ ]
        [A-Z]?[0-9]{1,4}[A-Z]?(?:[ ](?:north|south|east|west))?
      | [0-9]{1,5}[ ]?(?:[kmg]hz|mbps|volts?|watts?|ml|mg|cm|mm|kg|psi|rpm|bytes)
      | (?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten)
        (?:[ ](?:zero|oh|one|two|three|four|five|six|seven|eight|nine))? | the[ ]letter[ ].
    """)
)
_PRICE_OR_YEAR_SAID: Final = compiled(
    r"(?i)(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)[ ]"
    r"(?:ninety[ -](?:nine|five|eight)|forty[ -]nine|fifty|ninety)"
    r"|(?:nineteen|twenty)[ ](?:ten|eleven|twelve|[a-z]{3,5}teen|(?:twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety)"
    r"(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)"
)
_FILE_AFTER: Final = compiled(r"(?i)\.(?:jpe?g|png|gif|heic|pdf|docx?|xlsx?|csv|zip|log|mp[34]|mov|txt)\b")
_NUMBERED_FILE: Final = compiled(r"[0-9]{1,6}")
_CAPITAL_AND_NUMBER: Final = compiled(r"[A-Z]{4,12}[0-9]{1,3}")
_LETTERS: Final = compiled(r"(?i)[a-z](?:[ -][a-z]){1,5}")
_LETTER_BEFORE: Final = compiled(r"(?i)(?:\b[a-z][ -]){1,3}$")
_LETTER_AFTER: Final = compiled(r"(?i)(?:[ -][a-z]\b){1,3}")
_ONE_LETTER: Final = compiled(
    r"(?i)(?:(?:an?|the) )?(?:letter )?[a-z],? (?:as in|for|like"
    r"|as)(?: in)? [a-z]{2,12}(?: or [a-z],? (?:as in|for|like|as)(?: in)? [a-z]{2,12})?"
)
_SHOWN_BY: Final = compiled(r"(?i)\b([a-z]),? (?:as in|for|like|as) $")
_SPELLED_ON: Final = compiled(
    r"(?i)[0-9]|\b[b-hj-z]\b|\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|dash|dot)\b"
)
_CHECKED: Final = compiled(r"[^?.!]{0,40}\?")
_CHECKING: Final = compiled(
    r"(?i)\b(?:is (?:it|that)|was (?:it|that)|did you say|do you mean|you mean|sorry|or|not|say|that's)\b[^.?!]{0,40}$"
)
_ASSENT: Final = compiled(
    r"(?i)\b(?:yes|yeah|yep|yup|no|nope|right|correct|exactly|sorry|that's right|it's|its|ok|okay|uh|um)\b[ ,.]*"
)
_MARKED: Final = compiled(r"(?i)[@._0-9-]|\b(?:at|dot|underscore|dash|hyphen|com)\b|com\b|mail|yahoo|outlook|icloud")
_KEY: Final = compiled(r"[A-Za-z]+_[A-Za-z_]+|id|sku|qty|key|ref|no")


def lead_of(value: str, label: Label) -> int:
    """Return how long what a names tier takes for the beginning of a code is but what it is called. Pure.

    "awb 176-2204" begins with its name, "um w w dash" with nothing at all.
    """
    start = 0
    if label not in _LED:
        return start
    for _ in range(_LEAD_WORDS_MAX):
        head, blank, rest = value[start:].partition(" ")
        word = head.lower().strip(".:,")
        numeral = word in _NUMERALS or len(word) < 2  # noqa: PLR2004 - a letter may be spelled
        if not blank or numeral or not (word in HESITATIONS or (named_by(head + " ") and _SOME_CODE.search(rest))):
            break
        start += len(head) + 1
    return start


def is_impersonal(text: str, start: int, end: int, label: Label, expected: Expected = UNPROMPTED) -> bool:
    """Say whether a span of ASCII text that was taken for `label` names a thing instead. Pure.

    Where the other side asked for something personal, a bare count or letter may be the answer; where it asked for a
    thing, a short code is.
    """
    value = text[start:end]
    asked = bool(expected.kinds) or expected.begun is not None
    if label in _SPELLED and not any(map(str.isdecimal, value)) and _is_spelled(text, start, end, value, asked=asked):
        return True
    if _NUMBERED_FILE.fullmatch(value) and _FILE_AFTER.match(text, end):
        return True
    if label is Label.PERSON:
        return not asked and is_namesake(text, start, end)
    if label is Label.DATE_OF_BIRTH:
        return expected.thing and not asked
    if label is not Label.ADDRESS and label not in _CODES:
        return False
    if not asked and (_SHAPES.fullmatch(value) or _PRICE_OR_YEAR_SAID.fullmatch(value)):
        return True
    if label is Label.ADDRESS:
        short = not asked and _PLACE.fullmatch(value) is not None
        return short and not cues_around(text, start, end).isdisjoint(_PLACING)
    if label is Label.EMAIL and not asked and not _MARKED.search(value):
        return True
    if expected.thing and not asked and label not in _NEVER_A_THING and len(text) <= _ANSWER_CHARS_MAX:
        digits_max = _THING_DIGITS_MAX if any(map(str.isalpha, value)) else _COUNT_DIGITS_MAX
        return "." in value or 0 < len(digits_of(value)) <= digits_max
    cues = cues_around(text, start, end)
    return _is_named(value, cues, label) or _is_used(
        value, cues, text[max(0, start - BEFORE_CHARS) : end + AFTER_CHARS], label
    )


def _is_named(value: str, cues: AbstractSet[Cue], label: Label) -> bool:
    """Whether the words around a code say what it belongs to."""
    if not cues.isdisjoint(_TELLING) or machine_made(value):
        return True
    if len(value) <= _NAMED_CHARS_MAX and names_thing(value):
        return True
    digits_max = _SECRET_PLACE_DIGITS_MAX if label is Label.PASSWORD else _PLACE_DIGITS_MAX
    if Cue.PLACED in cues and _PLACE.fullmatch(value) and len(digits_of(value)) <= digits_max:
        return True
    return Cue.SHOWN in cues and _APPLIANCE_CODE.fullmatch(value) is not None


def _is_used(value: str, cues: AbstractSet[Cue], around: str, label: Label) -> bool:
    """Whether a code is a model, an offer, an hour, a flight, a revision, or a part of a link or a program."""
    mixed = any(map(str.isalpha, value)) and any(map(str.isdecimal, value))
    if Cue.SOLD in cues and mixed:
        return True
    if Cue.APPLIED in cues and _CAPITAL_AND_NUMBER.fullmatch(value):
        return True
    if (Cue.UNTIL in cues or Cue.SINCE in cues) and _CLOCK.fullmatch(value):
        return True
    if Cue.FLIES in cues and _FLIGHT.fullmatch(value):
        return True
    if mixed and _HASH.fullmatch(value):
        return _OF_CODE.search(around) is not None and _OF_ACCESS.search(around) is None
    if label is Label.USERNAME:
        return Cue.ASSIGNED in cues and _KEY.fullmatch(value) is not None
    linked = Cue.LINKED in cues or Cue.CALLED in cues
    return linked and label in {Label.EMAIL, Label.PASSWORD} and "@" not in value


def _is_spelled(text: str, start: int, end: int, value: str, *, asked: bool) -> bool:
    """Whether letters are an abbreviation, or one letter that somebody makes sure of: "b as in bravo?"."""
    if _LETTERS.fullmatch(value):
        lead = _LETTER_BEFORE.search(text, max(0, start - 6), start)
        rest = _LETTER_AFTER.match(text, end)
        word = (lead[0] if lead else "") + value + (rest[0] if rest else "")
        return "".join(filter(str.isalpha, word)).upper() in ACRONYMS
    shown = _SHOWN_BY.search(text, max(0, start - 24), start)
    if shown is not None and shown[1].lower() == value[:1].lower():
        start, value = shown.start(), text[shown.start() : end]
    if asked or not _ONE_LETTER.fullmatch(value):
        return False
    if _SPELLED_ON.search(_ONE_LETTER.sub(" ", text)):
        return False
    checked = _CHECKED.match(text, end) is not None or _CHECKING.search(text, max(0, start - 40), start) is not None
    return checked or _ONE_LETTER.fullmatch(_ASSENT.sub("", text).strip(" .,!")) is not None
