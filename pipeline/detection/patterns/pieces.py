"""Digits given in pieces, one turn after the other: "4111 1111", "then 1111", "and 1111 that's all"."""

from functools import lru_cache
from typing import Final

from pipeline.detection.patterns.pattern import compiled, verbose
from pipeline.detection.patterns.values import digits_of
from pipeline.event.labels import Label

PIECE_CHARS_MAX: Final = 60
"""A longer turn says more than digits."""

FIRST_DIGITS_MIN: Final = 3
"""Fewer at the beginning are a count, until more follows."""

DIGITS_MAX: Final = {Label.NATIONAL_ID: 12, Label.PHONE: 15, Label.ZIP: 9, Label.PASSWORD: 8, Label.CARD_SECURITY: 4}
"""More than these belong to something else."""

OTHER_DIGITS_MAX: Final = 19
"""Of a payment card (ISO/IEC 7812-1)."""

WHOLE_DIGITS_MIN: Final = 9
"""So many at once, unasked, are a number that needs no rest."""

_SAID: Final = verbose(r"""
    (?: ok | okay | k | so | and | then | next | now | after[ ]that | it's | its | it[ ]is | it | is | was | the | this
      | rest | last | final | first | second | third | fourth | part | part[ ]of | half | group | set | number | numbers
      | no | digits? | (?:four|4|three|3|two|2)[ ]digits | last[ ](?:four|4) | are | that's[ ]all | that's | thats
      | that[ ]is | all | done | end | yes | yeah | yep | sure | right | uh | um | er | dash | space | here | goes
      | here[ ]it[ ]is | you[ ]go | again | starts?[ ]with | begins?[ ]with | continues? | continued
      | followed[ ]by | finally | ends?[ ](?:with|in) | my | area[ ]code | plus | please | thanks | thank[ ]you
      | got[ ]it | to[ ]follow | more | sorry | let[ ]me[ ]see | one[ ]sec | one[ ]moment )
""")

_PIECE: Final = compiled(
    rf"(?i)[^\w$%]*(?:{_SAID}[^\w$%]+)*(?P<digits>\+?\(?[0-9](?:[ .()-]{{0,3}}[0-9])*)(?:[^\w$%]+{_SAID})*[^\w$%]*"
)
_SUM_OR_YEAR: Final = compiled(r"[1-9][0-9]?0{1,9}|(?:19|20)[0-9]{2}|[0-9]")
_AMOUNT: Final = compiled(r"[0-9]{1,6}\.[0-9]{1,2}")
_ENDS_IN_DIGITS: Final = compiled(
    r"(?i)[^0-9](?P<digits>[+(]?[0-9](?:[ ()-]{0,3}[0-9]){1,12})\W{0,4}(?:and|then)?\W{0,4}$"
)
_SOME_DIGIT: Final = compiled("[0-9]")
_END_CHARS: Final = 9
_CACHED_TURNS_MAX: Final = 1_024  # each step of a batch asks the same of its turns
_CACHED_TURN_CHARS_MAX: Final = 200
_UNFINISHED: Final = {
    Label.NATIONAL_ID: frozenset({3, 5}),
    Label.PHONE: frozenset({3, 6}),
    Label.CREDIT_CARD: frozenset(range(6, 15)),
}
"""Digits after which more must come, of numbers with a usual length."""

_TOLD_LABELS: Final = (Label.NATIONAL_ID, Label.CREDIT_CARD, Label.PHONE, Label.ACCOUNT_ID)
_TOLD: Final = compiled(
    verbose(r"""(?i)
        \b (?: (?P<national_id> ssn | social (?:[ ]security)? ) | (?P<credit_card> card )
          | (?P<phone> (?:tele)?phone | mobile | cell | whatsapp ) | (?P<account_id> account | acct | a/c ) )
        (?P<link>
          (?:[ ] (?: numbers? | no\.? | num | nr | \# ))? (?: [ ] (?: is | starts[ ]with | begins[ ]with ) | [ ]?[:=] )?
        )
        [ ]{1,2} (?P<digits> [+(]? [0-9] (?: [ ()-]{0,3} [0-9] )* ) [^\w$%]* (?: and | then | ok )? [^\w$%]* $
    """)
)
_CALLS: Final = compiled(r"(?i)\b(?:call|reach|text|ring|phone) (?:me|us)\b")
_UNLINKED_DIGITS_MIN: Final = 5


def piece_of(text: str) -> tuple[int, int] | None:
    """Return where the digits stand in a turn of ASCII text that is nothing else; sums of money are none. Pure."""
    return _piece_of(text) if len(text) <= PIECE_CHARS_MAX else None


@lru_cache(_CACHED_TURNS_MAX)
def _piece_of(text: str) -> tuple[int, int] | None:
    if not _SOME_DIGIT.search(text):
        return None
    match = _PIECE.fullmatch(text)
    if match is None or _AMOUNT.fullmatch(match["digits"]):
        return None
    return match.span("digits")


def has_digit(text: str) -> bool:
    """Say whether a text as typed may hold a digit of any script. Pure."""
    return _has_digit(text) if len(text) <= _CACHED_TURN_CHARS_MAX else _find_digit(text)


def _find_digit(text: str) -> bool:
    return _SOME_DIGIT.search(text) is not None or not text.isascii()


_has_digit: Final = lru_cache(_CACHED_TURNS_MAX)(_find_digit)


def digits_at_end(text: str) -> str:
    """Return the two digits or more that a turn ends in, with their marks: "my card is 4111 1111". Pure."""
    if not _SOME_DIGIT.search(text, max(0, len(text) - _END_CHARS)):
        return ""
    match = _ENDS_IN_DIGITS.search(text, max(0, len(text) - PIECE_CHARS_MAX))
    return match["digits"] if match else ""


def can_begin(digits: str) -> bool:
    """Say whether digits may begin a number that nobody asked for: no sums, years or whole numbers. Pure."""
    return FIRST_DIGITS_MIN <= len(digits) < WHOLE_DIGITS_MIN and not _SUM_OR_YEAR.fullmatch(digits)


def can_follow(digits: str, label: Label, before: int, *, asked: bool) -> bool:
    """Say whether digits may go on a number of which there were so many before. Pure.

    Where nobody `asked`, and the number may be whole already, counts, sums and years are something else.
    """
    if before + len(digits) > DIGITS_MAX.get(label, OTHER_DIGITS_MAX):
        return False
    if asked or before in _UNFINISHED.get(label, ()):
        return True
    return len(digits) >= FIRST_DIGITS_MIN and not _SUM_OR_YEAR.fullmatch(digits)


def told_number(text: str) -> tuple[int, int, Label] | None:
    """Return where a turn of ASCII text ends in a number that it names, if only its beginning. Pure."""
    if not _SOME_DIGIT.search(text, max(0, len(text) - _END_CHARS)):
        return None
    match = _TOLD.search(text)
    if match is None:
        return None
    digits = len(digits_of(match["digits"]))
    linked = match["link"].strip() or _CALLS.search(text)
    if digits < (FIRST_DIGITS_MIN if linked else _UNLINKED_DIGITS_MIN):
        return None
    label = next(label for label in _TOLD_LABELS if match[label.value.lower()])
    return *match.span("digits"), label
