"""Find in a short answer what was asked for: codes, dates, names, words of security answers."""

import re
from typing import Final

from pipeline.detection.common_words import FUNCTION_WORDS, ORDINARY_WORDS, word_set
from pipeline.detection.patterns.dates import BIRTH_DATE
from pipeline.detection.patterns.pattern import compiled, verbose
from pipeline.detection.patterns.payment import EXPIRY
from pipeline.detection.patterns.people import ASKED_BACK, capitalised_name, told_name
from pipeline.detection.patterns.values import CODE, UNIT_AFTER, digits_of, machine_made, named_by

_SECRET_WORDS_MAX: Final = 3
_NAME_WORDS_MAX: Final = 6
_CAPITAL_WORDS_MAX: Final = 4
_RETRIED_DIGITS_MIN: Final = 3
_YEAR_DIGITS: Final = 4
_NUMERALS: Final = word_set("one two three four five six seven eight nine ten")

_LEAD: Final = compiled(
    verbose(r"""(?i)\s* (?: (?: yes | yeah | yep | sure | ok | okay | alright | of[ ]course | certainly
      | absolutely | no[ ]problem | hi | hello | hey | well | oh | um+ | uh+ | hmm | right
        | so | and | sorry | thanks | thank[ ]you | please | sir | mam | ma'am | madam | not[ ]a[ ]problem
          | definitely | here[ ]you[ ]go | here[ ]it[ ]is | here[ ]goes | gladly | great | my[ ]bad | it[ ]should[ ]be
        | i[ ](?:think|believe|guess)(?:[ ]that)? | that[ ]is | that's | that[ ]would[ ]be | that[ ]was | it's | its
          | it[ ]is | it[ ]was | it[ ]would[ ]be | this[ ]is | i'?m | i[ ]am | is
        | they[ ]are | she[ ]is | he[ ]is | he's | she's | the[ ]name[ ]is
          | (?:my|his|her|the|their|our)[ ](?:[a-z']+[ ]){1,4}(?:is|was|are|would[ ]be) (?:[ ](?:called|named))?
            | (?:mom|mum|mama|mother|mommy|she|her|he|it)(?:'s)? [ ](?:[a-z]+[ ]){0,2}(?:is|was)(?:[ ](?:a|an|born))?
            | name | was[ ](?:called|named) | named | called | the | a | under
        | i[ ](?:grew[ ]up|was[ ]born|lived)[ ](?:on|in|at)
          | i[ ](?:had|have|used)[ ](?:a|the)? (?:[ ](?:dog|cat|pet|hamster))? (?:[ ](?:named|called))?
            | let[ ]me[ ]see | you[ ]can[ ]use | use | try | for | by | with | to
        ) \b [\s,.:;!=-]* )* ["'(]?
    """)
)

_REFUSALS: Final = FUNCTION_WORDS | word_set(
    "problem forgot remember remembered question help password pin account number security name stop agent "
    "human representative mom mum mama mother dad father sir madam "
    "believe guess suppose wrote chose picked used wrong correct call bill balance private privacy safe secure "
    "reset refuse rude joke sticker label router box fridge paper note"
)

_CHUNK_END: Final = compiled(
    r"(?i)(?:[,;\n!?]|(?<!\b[a-z])(?<!\bmr)(?<!\bms)(?<!\bmrs)(?<!\bdr)(?<!\bst)\.(?:\s|$)|\s[-/&]\s"
    r"|\s(?:and|but|or|then|with|also|plus|because|so|if|for|can|could|is|was|i|my|which|who|that|the|please"
    r"|thanks|thank|here|speaking|by|on|at|from)\b)\s*"
)


def _chunks(text: str) -> list[tuple[int, int]]:
    """Split an answer at commas, sentence ends and joining words, and skip what leads into each part."""
    found = []
    position = 0
    while position < len(text):
        lead = _LEAD.match(text, position)
        start = lead.end() if lead else position
        stop = _CHUNK_END.search(text, start)
        end, position = (stop.start(), max(stop.end(), start + 1)) if stop else (len(text), len(text))
        while end > start and text[end - 1] in " .,!?\"')":
            end -= 1
        if end > start:
            found.append((start, end))
    return found


_CODE_ANSWER: Final = compiled(rf"(?i)(?<![A-Za-z0-9$.,'/\\])(?:(?<!\$ ))(?:{CODE})")
CONTINUES: Final = compiled(r"[.,][0-9]")
UNITS: Final = compiled(rf"(?i){UNIT_AFTER}")
TIME: Final = compiled(r"(?i)[0-9]{1,2}[:.][0-9]{2}\b.*|[0-9]{1,2} ?[ap]\.?m\b.*|[0-9]+(?:st|nd|rd|th)")
_EXPIRY: Final = compiled(
    rf"(?i)(?<![A-Za-z0-9/.-])(?:{EXPIRY}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov"
    rf"|dec)[a-z]{{0,6}}[ ,']{{1,3}}[2-4][0-9])"
    r"(?![A-Za-z0-9/.-])"
)


def codes(text: str) -> list[tuple[int, int]]:
    """Find references with a digit; one of one or two characters only where it is the whole answer."""
    found = []
    for match in _CODE_ANSWER.finditer(text):
        start, end = match.span()
        start += named_by(match.group())
        start += text[start] == "#"
        value = text[start:end]
        if (
            text[end : end + 1].isalnum()
            or CONTINUES.match(text, end)
            or UNITS.match(text, end)
            or TIME.fullmatch(value)
            or text[end : end + 1] == ":"
            or machine_made(value)
        ):
            continue
        if len(value) > 2 or is_whole_answer(text, start, end):  # noqa: PLR2004 - shorter are counts
            found.append((start, end))
    return found


def is_whole_answer(text: str, start: int, end: int) -> bool:
    """Say whether nothing but words that lead into it stand beside a value. Pure."""
    lead = _LEAD.match(text)
    return lead is not None and lead.end() >= start and not any(map(str.isalnum, text[end:]))


def numbers(text: str) -> list[tuple[int, int]]:
    """Find codes with at least three digits."""
    return [span for span in codes(text) if len(digits_of(text[slice(*span)])) >= 3]  # noqa: PLR2004 - shorter are counts


def retried(text: str) -> list[tuple[int, int]]:
    """Find the reference that is given again after one that was wrong."""
    return [span for span in codes(text) if len(digits_of(text[slice(*span)])) >= _RETRIED_DIGITS_MIN]


def expiries(text: str) -> list[tuple[int, int]]:
    """Find a month and a year, else what is said of either."""
    whole = [match.span() for match in _EXPIRY.finditer(text)]
    return whole or [
        span for span in codes(text) if text[slice(*span)].isdecimal() and span[1] - span[0] <= _YEAR_DIGITS
    ]


def birth_dates(text: str) -> list[tuple[int, int]]:
    """Find dates, also without a year."""
    return [match.span() for match in compiled(rf"(?i)(?<![A-Za-z0-9])(?:{BIRTH_DATE})(?![A-Za-z0-9])").finditer(text)]


def _mostly_letters(value: str) -> bool:
    return sum(map(str.isalpha, value)) > sum(map(str.isdecimal, value))


_TITLED: Final = compiled(r"(?i)\b(?:sir|madam|mr|mrs|ms|miss|lady|lord|captain|king|queen|prince|princess)\.?\s$")
_KIND: Final = compiled(r"(?i)(?:^|[^a-z])an? $")
_DESCRIBES: Final = compiled(r"(?i)\b(?:was|is|were|are|he|she|who|which|that|because)\b")


def secret_words(text: str) -> list[tuple[int, int]]:
    """Find answers of up to three words: a pet, a school, a maiden name, a colour. "I forgot" is none."""
    found: list[tuple[int, int]] = []
    for start, end in _chunks(text):
        if found and _DESCRIBES.search(text, found[-1][1], start):
            break
        words = text[start:end].lower().split()
        bare = [word.strip(".,'\"!?-") for word in words]
        if not _mostly_letters(text[start:end]) or len(words) > _SECRET_WORDS_MAX:
            continue
        if not any(word in _REFUSALS for word in bare):
            title = _TITLED.search(text, 0, start)
            found.append((title.start() if title else start, end))
    named = [span for span in found if not _KIND.search(text, 0, span[0])]
    return named or found or _capital_in_sentence(text)


_CAPITAL: Final = compiled(r"[a-z0-9,;:]['\"]? ['\"]?(?P<word>[A-Z][A-Za-z'-]{2,24})\b")


def _capital_in_sentence(text: str) -> list[tuple[int, int]]:
    """Find the first word that only its capital sets apart: "there was none, but I put down Biscuit I think"."""
    for match in _CAPITAL.finditer(text):
        word = match["word"].lower()
        if word not in ORDINARY_WORDS and not word.startswith("i'"):
            return [match.span("word")]
    return []


def passwords(text: str) -> list[tuple[int, int]]:
    """Find single tokens that are no ordinary words, else what a security question would get."""
    tokens = []
    for match in re.finditer(r"[^\s]{3,64}", text):
        start, end = match.span()
        while end > start and text[end - 1] in ".,;:?\"')":
            end -= 1
        word = text[start:end].lower()
        if not UNITS.match(text, end) and (
            any(not character.isalpha() for character in word.strip("'"))
            and word.strip("!'") not in ORDINARY_WORDS
            and "'" not in word
        ):
            tokens.append((start, end))
    words = [(start, end) for start, end in secret_words(text) if " " not in text[start:end]]
    return tokens or words


def tokens(text: str) -> list[tuple[int, int]]:
    """Find user names: single tokens that are no ordinary words."""
    found = []
    for start, end in _chunks(text):
        value = text[start:end]
        if (
            len(text.split()) <= _NAME_WORDS_MAX
            and not TIME.fullmatch(value)
            and " " not in value
            and len(value) > 1
            and value.lower() not in ORDINARY_WORDS
        ):
            found.append((start, end))
    return found


_SENTENCE_END: Final = re.compile(r"[.!?\n]")


def names(text: str) -> list[tuple[int, int]]:
    """Find names: first words of a part of the answer, capitalised, or in small letters where little else is said."""
    found: list[tuple[int, int]] = []
    short = len(text.split()) <= _NAME_WORDS_MAX
    for start, end in _chunks(text):
        value = text[start:end]
        if ASKED_BACK.match(text, start) or (found and _SENTENCE_END.search(text, found[-1][1], start)):
            continue
        part = (told_name if short or not found else capitalised_name)(value)
        if part is None or len(value[part[0] : part[1]]) < 2:  # noqa: PLR2004 - shorter are counts
            continue
        if value[:1].isupper() or (short and not found and part[1] == len(value)):
            stop = len(value) if end == len(text.rstrip(" .!")) and _all_capital(value) else part[1]
            found.append((start + part[0], start + stop))
    return found


def _all_capital(value: str) -> bool:
    """Whether every word has a capital and none is grammar, so that all that was said is the name."""
    words = value.split()
    return len(words) <= _CAPITAL_WORDS_MAX and all(
        word[0].isupper() and (word.isalpha() or "-" in word or "'" in word)
        and (word.lower() not in FUNCTION_WORDS or word.lower() in _NUMERALS)
        for word in words
    )  # fmt: skip


_ADDRESS_START: Final = compiled(r"(?i)(?<![A-Za-z0-9$,.:])[0-9]{1,6}[a-z]?[ ,][^\n?!]{4,120}")


_NOT_IN_ADDRESSES: Final = FUNCTION_WORDS | {
    "ticket",
    "tickets",
    "people",
    "person",
    "blocks",
    "block",
    "bucks",
    "dollars",
    "items",
    "bed",
    "bath",
    "room",
}


def addresses(text: str) -> list[tuple[int, int]]:
    """Find the first text that starts like an address: a number, then words that count nothing."""
    match = _ADDRESS_START.search(text)
    if match is None or any(word.lower().strip(".,") in _NOT_IN_ADDRESSES for word in match.group().split()[1:4]):
        return []
    value = compiled(r"(?i)\s(?:and my|my|phone|please|thanks|thank you|but|is that)\b.*|\.\s.*").sub("", match.group())
    return [(match.start(), match.start() + len(value.rstrip(" .,")))]


_GOES_ON: Final = compiled(
    r"(?i)[ ,;]+(?:to|and|for|is|are|was|as|at|by|if|because|with|from|now|right|where|which|then|in|around|going)\b"
)
_TO_A_PLACE: Final = compiled(r"(?i)(?:.{0,40}\b(?:from|at|to|on|in|it's|its)\s)?\s*$")


def departures(text: str) -> list[tuple[int, int]]:
    """Find the house number and street of somebody who is asked where a ride begins or ends; no counts, no times."""
    match = _ADDRESS_START.search(text)
    if match is None:
        return []
    lead = _LEAD.match(text)
    number, _, rest = match.group().partition(" ")
    word = rest.split(" ", 1)[0].strip(".,'-")
    begins = (lead is not None and lead.end() >= match.start()) or _TO_A_PLACE.match(text, 0, match.start())
    street = word.isalpha() and (word[0].isupper() or word.lower() not in ORDINARY_WORDS)
    if not begins or not street or UNITS.match(text, match.start() + len(number)):
        return []
    stop = _GOES_ON.search(text, match.start())
    cut = text[: stop.start()] if stop else text
    return addresses(cut)


_LOCAL_PART: Final = compiled(r"\W*(?P<local>[A-Za-z][A-Za-z0-9]*[._0-9-][A-Za-z0-9._-]*[A-Za-z0-9])\W*")


def emails(text: str) -> list[tuple[int, int]]:
    """Find what stands around an @ sign, or ends in "com"; else the part before the sign that is the whole answer."""
    local = _LOCAL_PART.fullmatch(text)
    if local is not None:
        return [local.span("local")]
    return [
        match.span()
        for match in compiled(
            r"(?i)[^\s@]{1,64} ?@ ?[^\s@]{2,64}|[^\s]{1,40}(?: [0-9]{1,6})? ?[a-z]{2,12}com\b"
        ).finditer(text)
    ]


_WHOLE_CODE: Final = compiled(
    r"(?i)\W*(?P<words>(?:[a-z]{2,20}\s){0,3}?)"
    r"(?P<code>(?:[a-z]{1,4}[ -])?[0-9][0-9a-z]*(?:[ -][0-9a-z]*[0-9][0-9a-z]*){0,5})\W*"
)


_TOLD: Final = compiled(r"(?i)\W*(?:(?:sure|yes|ok|okay)\W{1,2})?(?:it|that|this)(?: is|'s|s)\W{1,2}")
_TOLD_DIGITS_MIN: Final = 5
"""After "it is" a shorter number is a sum, a time or a year."""


def unasked_code(text: str) -> tuple[int, int] | None:
    """Find the code that a turn consists of, but for a name or a city; years and round sums are none."""
    told = _TOLD.match(text)
    start = told.end() if told else 0
    match = _WHOLE_CODE.fullmatch(text, start)
    if (
        match is None
        or machine_made(match["code"])
        or any(word in ORDINARY_WORDS for word in text[start:].lower().split())
    ):
        return None
    digits = digits_of(match["code"])
    if len(digits) < (_TOLD_DIGITS_MIN if told else 4) or compiled(r"(?:19|20)[0-9]{2}|[0-9]{1,2}0{3,9}").fullmatch(
        digits
    ):
        return None
    return match.start("code") + named_by(match["code"]), match.end("code")
