"""Find in a short answer what other trades ask for: codes of doors, plates, postal codes, expiry dates, addresses."""

from typing import Final

from pipeline.detection.common_words import FUNCTION_WORDS, ORDINARY_WORDS, word_set
from pipeline.detection.patterns import answers
from pipeline.detection.patterns.pattern import compiled, verbose
from pipeline.detection.patterns.values import digits_of, named_by

_DOOR_CODE: Final = compiled(
    r"(?i)(?<![A-Za-z0-9$.,'])(?:[*#][ ]?)?(?:[A-Z][ -]?)?[0-9](?:[ -]{0,2}[0-9]){1,9}(?:["
    r" ]?[A-Z](?![A-Za-z]))?(?:[ ]?[*#])?"
)


def door_codes(text: str) -> list[tuple[int, int]]:
    """Find the codes of doors, alarms and messages, with the marks of a keypad: "#4471", "C4471X", "77 12 40"."""
    found = [
        match.span()
        for match in _DOOR_CODE.finditer(text)
        if not (answers.UNITS.match(text, match.end()) or answers.CONTINUES.match(text, match.end()))
        and not answers.TIME.fullmatch(match.group())
        and not text[match.end() : match.end() + 1].isalnum()
        and len(digits_of(match.group())) >= 3  # noqa: PLR2004 - shorter are counts
    ]
    return found or answers.codes(text)


_PLATE: Final = compiled(
    verbose(r"""(?i)(?<![A-Za-z0-9$.,'-])(?:
        [A-Z]{2}[ -]?[0-9]{2}[ -]?[A-Z]{3}
      | [A-Z]{2}[ -]?[0-9]{1,2}[ -]?[A-Z]{1,3}[ -]?[0-9]{4} | [A-Z]{2}[ -]?[0-9]{3}[ -]?[A-Z]{2}
      | [A-Z]{1,3}[ -][A-Z]{1,2}[ -]?[0-9]{1,4}[EH]? | [A-Z]{1,3}[ -]?[0-9]{1,5}(?:[ -]?[A-Z]{1,3})?
      | [0-9]{1,4}[ -]?[A-Z]{1,3}(?:[ -]?[0-9]{1,4})? | [0-9]{2}[ -]?[A-Z]{2}[ -]?[0-9]{2} )(?![A-Za-z0-9])
    """)
)


def plates(text: str) -> list[tuple[int, int]]:
    """Find the plates of vehicles, in the groups of many states, else any code."""
    found = []
    for match in _PLATE.finditer(text):
        start = match.start() + named_by(match.group())
        value = text[start : match.end()]
        tail = value.rpartition(" ")[2].lower()
        end = match.end() - len(tail) - 1 if " " in value and tail in ORDINARY_WORDS else match.end()
        value = text[start:end]
        lead = len(value) - len(value.lstrip("0123456789"))
        if (
            len(value) > 2  # noqa: PLR2004 - shorter are counts
            and any(map(str.isdecimal, value))
            and any(map(str.isalpha, value))
            and not answers.TIME.fullmatch(value)
            and not (lead and answers.UNITS.match(value, lead))
        ):
            found.append((start, end))
    return found or answers.codes(text)


_POSTCODE: Final = compiled(
    verbose(r"""(?i)(?<![A-Za-z0-9$.,'])(?:
        [A-Z]{1,2}[0-9][0-9A-Z]?[ ]{0,2}[0-9][A-Z]{2}
      | [A-Z][0-9][A-Z][ -]?[0-9][A-Z][0-9] | [AC-FHKNPRTV-Y][0-9][0-9W][ -]?[0-9AC-FHKNPRTV-Y]{4}
      | [1-9][0-9]{3}[ ]?(?-i:[A-Z]{2})
      | [0-9]{5}-[0-9]{3,4} | [0-9]{2}-[0-9]{3} | [0-9]{3}-[0-9]{4} | [0-9]{4}-[0-9]{3} | [0-9]{3}[ ][0-9]{2,3}
      | (?:[A-Z]{1,2}-)?[0-9]{4,6} | (?-i:[A-Z]{1,2}[0-9]{1,2}[A-Z]?) )(?![A-Za-z0-9])
    """)
)


def postcodes(text: str) -> list[tuple[int, int]]:
    """Find postal codes of many states (UPU addressing systems), else any number."""
    found = [
        match.span()
        for match in _POSTCODE.finditer(text)
        if not (answers.UNITS.match(text, match.end()) or answers.CONTINUES.match(text, match.end()))
    ]
    return found or answers.numbers(text)


_COUNTS: Final = compiled(r"[0-9]{1,3}")


def references(text: str) -> list[tuple[int, int]]:
    """Find references; up to three digits are one only as the whole answer."""
    return [
        (start, end)
        for start, end in answers.codes(text)
        if not _COUNTS.fullmatch(text, start, end) or answers.is_whole_answer(text, start, end)
    ]


_LOCATOR: Final = compiled(r"\b[A-Z]{5,8}\b")


def locators(text: str) -> list[tuple[int, int]]:
    """Find booking references, also those of capitals alone (IATA PSC resolution 830)."""
    return answers.codes(text) or [
        match.span() for match in _LOCATOR.finditer(text) if match.group().lower() not in ORDINARY_WORDS
    ]


_HOME: Final = compiled(
    verbose(r"""(?i)(?<![A-Za-z0-9$.,:])(?:
        (?: flat | apt\.? | apartment | unit | suite | block | blk | bldg | building | room | house | plot | villa
          | door | floor | tower | wing | lot | site | h\.?[ ]?no\.? | no\.? | number | po[ ]box )
        [ :.#-]{0,3} (?: (?:number|no)\.?[ ] )? (?: [0-9] | (?-i:[A-Z])[0-9,]? [ ,] )
      | (?: c/o | c/ | ul\.? | al\.? | os\.? | av\.? | avda\.? | calle | carrer | rua | via | viale | piazza
        | corso | rue | quai | chemin | travessa | jalan | jl\.? | lorong ) [ ]{1,2} [A-Za-z]
      | [0-9]{1,6}[a-z]?(?:[-/][0-9]{1,5}[a-z]?)?[ ,]
      | (?-i: [A-Z][A-Za-z'.-]+ (?:[ ][A-Z][A-Za-z'.-]+){0,5} (?: ,[ ] | [ ][0-9]+ ) ) )
    """)
)
_HOME_WORD: Final = compiled(r"[^\s,;]+")
_IN_HOMES: Final = word_set(
    "of the first second one near opposite opp behind next on at st in and way place well kind mine"
    " close view over under"
)
_HOME_FIRST: Final = word_set(
    "the old new little great long high upper lower north south east west flat unit suite block"
    " building room house plot "
    "villa door floor tower wing lot site no number apartment apt green white red black rose church park station"
)
_SUM: Final = compiled(r"[0-9]{1,3},[0-9]{3}\b")
_HOUSE_NAME: Final = compiled(
    r"(?i)\b(?:house|cottage|farm|farmhouse|rectory|vicarage|lodge|hall|manor|barn|mill|court|villas?|bungalow|grange|croft"
    r"|street|road|lane|avenue|drive|close|terrace|place|square|gardens|park|mews|way|colony|nagar|estate|apartments?)\b"
)
_PLACE: Final = compiled(
    r"(?i)(?:house|cottage|farm|farmhouse|rectory|vicarage|lodge|hall|manor|barn|mill|court|villas?|bungalow|grange|croft"
    r"|street|st|road|rd|lane|ln|avenue|ave|drive|dr|close|terrace|place|pl|square|sq|gardens?|park|mews|way|colony|nagar"
    r"|estate|apartments?|apts?|apt|unit|suite|flat|floor|room|block|building|tower|wing|blvd|boulevard|crescent|circle|ct"
    r"|grove|hill|view|rise|north|south|east|west|city|phase|sector|number|no|box|county|village|stra(?:ss|x)e|straat|weg)"
)
_CUT_WORDS: Final = word_set(
    "al apt av avda ave bldg blk blvd c ct d dr e fl flr ft h hwy jl kv ln lt m mt n no nr os p pl"
    " rd s sq st ste str ul w"
)
_COUNTED: Final = word_set("times weeks week days day months month years year hours hour minutes people items pm am")
_HOME_CHARS_MAX: Final = 160
_HOME_REST_CHARS_MAX: Final = 24
"""So near the end of an answer, small letters after "the" and "of" are the name of a house."""
_HOME_WORDS_MIN: Final = 2
_ANSWERING: Final = word_set("i thanks please ok yes")


def homes(text: str) -> list[tuple[int, int]]:
    """Find an address in the form of any state: words up to one that no address has, with a number or two parts."""
    match = _HOME.search(text)
    if match is None:
        return []
    start = match.start()
    value = text[start : _home_end(text, start)].rstrip(" .,!?\"')")
    return [(start, start + len(value))] if _is_home(value) else answers.addresses(text)


def _home_end(text: str, start: int) -> int:
    """Return where the words end that an address can have."""
    end = start
    joined = complete = False
    for word in _HOME_WORD.finditer(text, start, start + _HOME_CHARS_MAX):
        bare = word.group().lower().strip(".'\"()?!")
        capital = word.group()[0].isupper()
        named = capital and word.start() > start and bare not in _ANSWERING
        if (bare in FUNCTION_WORDS and not named) or bare in _COUNTED or answers.TIME.fullmatch(bare):
            if bare not in _IN_HOMES:
                break
            joined = True
            continue
        if joined and not (capital or word.group()[0].isdecimal() or len(text) - word.start() <= _HOME_REST_CHARS_MAX):
            break
        place = _PLACE.fullmatch(bare) is not None
        if complete and not place and bare in ORDINARY_WORDS and word.group().islower():
            break
        joined = False
        complete = complete or (place and end > start)
        end = word.end()
        if word.group()[-1] in "!?" or (word.group()[-1] == "." and bare not in _CUT_WORDS):
            break
    return end


def _is_home(value: str) -> bool:
    """Whether the words are an address: a number or a house's name in them, no count, no word of a sentence first."""
    words = value.replace(",", " ").split()
    if len(words) < _HOME_WORDS_MIN or _SUM.match(value):
        return False
    named = ("," in value or "\n" in value) and _HOUSE_NAME.search(value)
    if not (named or any(map(str.isdecimal, value))):
        return False
    first, second = words[0].lower(), words[1].strip(".")
    if first.isdecimal():
        ordinary = second in ORDINARY_WORDS and not _HOUSE_NAME.search(value)
        return not (second.islower() and (ordinary or answers.UNITS.match(value, len(first))))
    return first not in ORDINARY_WORDS or first in _HOME_FIRST
