"""Shapes of values that several families share, and the checks that narrow a candidate to its value."""

import re
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import Final

from pipeline.detection.common_words import FUNCTION_WORDS, ORDINARY_WORDS, word_set
from pipeline.detection.patterns.pattern import Refine, accepted_by, compiled, verbose

CODE: Final = verbose(r"""
    (?: [A-Za-z]{1,4} [ ] | (?: [A-Za-z]{1,5} [-_/] ){0,2} [A-Za-z]{1,12} [-_/.]? )? \#?
        [0-9] [A-Za-z0-9]{0,30}
        (?:
            (?: [ ]{1,2} | [ ]?[-/_.][ ]? ) [A-Za-z]{0,3} [0-9] [A-Za-z0-9]{0,20}
              | [-/_] [A-Za-z]{1,5} [-/_] [0-9] [A-Za-z0-9]{0,20} | [-_] [A-Za-z0-9]{1,20} ){0,8}
        (?: /[A-Za-z]{1,3}\b | (?-i: [ ][B-HJ-Z]\b ) )?
""")
"""A reference of letters and digits with at least one digit, possibly in groups."""

DIGIT_GROUPS: Final = r"[0-9](?:[ -]{0,3}[0-9]){2,24}"
"""At least three digits, possibly in groups."""

UNIT_AFTER: Final = verbose(r"""
    :[0-9]{2}\b | [ ]?(?: % | (?: dollars? | bucks | credits | usd | eur | euros? | gbp | pounds? | rupees | yen
      | yuan | rubles | inr
      | cents | grand | k | am
      | pm | a\.m | p\.m | o'?clock
      | minutes? | mins? | hours? | hrs? | seconds? | secs? | days? | weeks? | months? | years? | yrs? | times
        | people | persons?
      | guests? | passengers? | nights? | items? | miles? | km | kms | kilometers | meters? | metres? | feet | ft
        | kg | kgs | lbs? | oz | gb | mb
      | tb | ghz | mhz | mbps | percent | points | stars? | adults? | kids | children | tickets | bedrooms? | bed
        | baths? | rooms? | sqft | square | st | nd | rd | th
      | digits? | degrees | inch | inches | business | working | calendar | more | other | different ) \b )
""")
"""What follows a number that counts or measures."""

_CLOCK_OR_MONEY: Final = compiled(
    r"(?i)[0-9]{1,2}[:.][0-9]{2}(?: ?[ap]\.?m\.?)?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{2})?|[0-9]+(?:st|nd|rd"
    r"|th|am|pm|k|x|gb|mb|h|g)|[0-9]+\.[0-9]{2}"
)


_KEYWORDS: Final = word_set(
    "abn acn awb bic bin btc bvn card clabe code crn cuil cuit curp cvc email eth fax ifsc ihi imsi mob mpesa nin otp "
    "passport password pcn pen pnr puk qr rfc rrn rut swift tan tfn upi usdt vat "
    "acc account acct badge bsn case cell claim cnic cpf cvv dni dob ein exp file iban iccid id imei ird itin job mob "
    "mpan mprn mrn nhs ni nie nif nin nino no nr num order pan pesel phone pin plate pnr po pps ppsn ref reg rx serial "
    "sim sin sort ssn tax tel tfn ticket tin txn utr vat vin zip"
)
"""What a number is called, which is no part of it: "imei 35 693803 564380 9"."""

_MACHINE_MADE: Final = compiled(
    r"(?i)0x[0-9a-f]+|[0-9a-f]{40}|[0-9a-f]{64}|(?:sku|isbn|issn|upc|gtin|asin|mpn|cve|kb|rfc)[-_ #:]?[0-9].*"
)
"""Error codes, commits and product numbers: they name no person."""


def named_by(value: str) -> int:
    """Return how long the keyword and blank are that a code opens with, or 0. Pure."""
    head, blank, _ = value.partition(" ")
    return len(head) + 1 if blank and (head.lower() in _KEYWORDS or head.lower() in ORDINARY_WORDS) else 0


def machine_made(value: str) -> bool:
    """Say whether a code names an error, a revision or a product rather than anything of a person. Pure."""
    return _MACHINE_MADE.fullmatch(value) is not None


_YEAR: Final = compiled(r"19[5-9][0-9]|20[0-4][0-9]")


def digits_of(value: str) -> str:
    """Return the decimal digits of the value. Pure."""
    return "".join(filter(str.isdecimal, value))


def _strong_code(value: str) -> tuple[int, int] | None:
    """Narrow a candidate that follows an explicit "number" or "id"."""
    start = named_by(value)
    start += len(value[start:]) - len(value[start:].lstrip("# "))
    rest = value[start:].rstrip("-_/. ")
    if len(rest) < 2 or _CLOCK_OR_MONEY.fullmatch(rest) or machine_made(rest):  # noqa: PLR2004 - shorter are amounts
        return None
    return start, start + len(rest)


def _weak_code(value: str) -> tuple[int, int] | None:
    """Narrow a candidate that follows a bare noun: only what is long enough not to be an amount."""
    part = _strong_code(value)
    if part is None:
        return None
    rest = value[part[0] : part[1]]
    count = len(digits_of(rest))
    letters = sum(map(str.isalpha, rest))
    if _YEAR.fullmatch(rest):
        return None
    if count >= 4 or (count >= 2 and letters and count + letters >= 5):  # noqa: PLR2004 - shorter are amounts
        return part
    return None


STRONG_CODE: Final[Refine] = _strong_code
WEAK_CODE: Final[Refine] = _weak_code

WORDS: Final = r"[A-Za-z][A-Za-z'-]{1,30}(?:[ ][A-Za-z][A-Za-z'-]{0,30}){0,3}"
"""One to four words of letters."""


def leading_words(value: str, *, words_max: int) -> tuple[int, int] | None:
    """Keep the first words up to one that cannot be part of an answer, at most `words_max`. Pure."""
    end = 0
    for number, match in enumerate(re.finditer(r"[^\s]+", value)):
        if number == words_max or match.group().lower().strip(".,!?'\"") in FUNCTION_WORDS:
            break
        end = match.end()
    while end and not value[end - 1].isalnum():
        end -= 1
    return (0, end) if end else None


def stdnum_check(module: str) -> Callable[[str], bool]:
    """Return python-stdnum's `is_valid` for a module such as `es.dni`, which cites the standard it implements.

    A check that stumbles over its own tables (`cn.ric` does, over districts that were dissolved) rejects nothing: the
    shape alone decides then.
    """

    @lru_cache(maxsize=1)
    def load() -> Callable[[str], bool]:
        check: Callable[[str], bool] = import_module(f"stdnum.{module}").is_valid
        return check

    def check(value: str) -> bool:
        try:
            return bool(load()(value))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            return True

    return check


def stdnum_refine(module: str) -> Refine:
    """Return the refinement that takes what python-stdnum finds valid."""
    return accepted_by(stdnum_check(module))


def luhn(digits: str) -> bool:
    """Whether the digits end in the right check digit. Source: ISO/IEC 7812-1:2017, annex B. Pure."""
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    total = sum(map(int, digits[-1::-2])) + sum(doubled[int(digit)] for digit in digits[-2::-2])
    return total % 10 == 0
