"""Cards and bank accounts that follow an international standard."""

from functools import partial
from typing import Final

from stdnum import iban

from pipeline.detection.patterns.pattern import Pattern, accepted_by, verbose
from pipeline.detection.patterns.values import DIGIT_GROUPS, UNIT_AFTER, luhn
from pipeline.event.labels import Label

_IBAN_VALID: Final = partial(iban.is_valid, check_country=False)
_LENGTHS: Final = range(19, 11, -1)

_ISSUERS: Final = (
    # first, last prefix, lengths
    (4, 4, {13, 16, 19}),  # Visa
    (51, 55, {16}),  # Mastercard
    (2221, 2720, {16}),  # Mastercard
    (34, 34, {15}),  # American Express
    (37, 37, {15}),  # American Express
    (6011, 6011, {16, 17, 18, 19}),  # Discover
    (644, 649, {16, 17, 18, 19}),  # Discover
    (65, 65, {16, 17, 18, 19}),  # Discover
    (300, 305, {14, 16, 17, 18, 19}),  # Diners Club
    (36, 36, {14, 16, 17, 18, 19}),  # Diners Club
    (38, 39, {16, 17, 18, 19}),  # Diners Club
    (3528, 3589, {16, 17, 18, 19}),  # JCB
    (62, 62, {16, 17, 18, 19}),  # UnionPay
    (50, 50, set(range(12, 20))),  # Maestro
    (56, 58, set(range(12, 20))),  # Maestro
    (60, 60, {16}),  # RuPay
    (81, 82, {16}),  # RuPay, UnionPay
    (2200, 2204, {16, 17, 18, 19}),  # Mir
    (67, 67, set(range(12, 20))),  # Maestro
)


def _issued(digits: str) -> bool:
    """Whether some scheme issues such a number. Source: ISO/IEC 7812-1 issuer identification numbers, as published."""
    return any(
        first <= int(digits[: len(str(first))]) <= last and len(digits) in lengths for first, last, lengths in _ISSUERS
    )


def _card(value: str) -> tuple[int, int] | None:
    """Take the longest run of digits from a group's start that is a card number."""
    positions = [index for index, character in enumerate(value) if character.isdecimal()]
    digits = "".join(value[index] for index in positions)
    starts = [i for i, p in enumerate(positions) if i == 0 or positions[i - 1] != p - 1]
    if len(starts) == len(positions):
        starts = starts[:1]
    for first in starts:
        for length in _LENGTHS:
            last = first + length - 1
            if last >= len(digits) or (last + 1 < len(digits) and positions[last + 1] == positions[last] + 1):
                continue
            number = digits[first : last + 1]
            if len(set(number)) > 1 and luhn(number) and _issued(number):
                return positions[first], positions[last] + 1
    return None


def _iban(value: str) -> tuple[int, int] | None:
    """Take the longest valid prefix, since a word may follow the last group."""
    for end in range(len(value), 14, -1):
        if value[end - 1].isalnum() and (end == len(value) or not value[end].isalnum()) and _IBAN_VALID(value[:end]):
            return 0, end
    return None


_IIN: Final = "ISO/IEC 7812-1:2017, annex B (Luhn) and issuer identification numbers"

EXPIRY: Final = verbose(r"""
    (?: 0?[1-9] | 1[0-2] ) (?: [ ]?[/.-][ ]? | [ ]of[ ] ) (?: 20[2-4][0-9] | [2-4][0-9] )
  | (?: 0[1-9] | 1[0-2] ) [ ]? (?: 20 )? [2-4][0-9]
  | (?: jan | feb | mar | apr | may | jun | jul | aug | sep | oct | nov
    | dec ) [a-z]{0,6} (?: [ ,.]{1,3} 20[2-4][0-9] | [ ]of[ ](?:20)?[2-4][0-9] )
""")
"""Month and year, as on a card or as told."""

PAYMENT: Final = (
    Pattern(
        name="card",
        label=Label.CREDIT_CARD,
        regex=r"[0-9](?:[ -]{0,2}[0-9]){11,47}",  # with a telephone number before and an address after it
        source=_IIN,
        refine=_card,
        score=0.98,
        trigger=r"[0-9](?: ?-? ?[0-9]){11}",
    ),
    Pattern(
        name="card_groups",
        label=Label.CREDIT_CARD,
        regex=r"[2-6][0-9]{3}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{4}|3[47][0-9]{2}[ -][0-9]{6}[ -][0-9]{5}",
        source=_IIN + "; a mistyped digit fails the check but stays a card number",
        score=0.75,
        veto_after=r"[ -][0-9]",
    ),
    Pattern(
        name="card_set_apart",
        starts_word=False,
        label=Label.CREDIT_CARD,
        regex=verbose(r"""
            [2-8][0-9]{3} (?: [ ]{0,2} [._/|*,-] [ ]{0,2} [0-9]{4} ){3}
          | 3[47][0-9]{2} [ ]{0,2} [._/|*,-]? [ ]{0,2} [0-9]{6} [ ]{0,2} [._/|*,-]? [ ]{0,2} [0-9]{5}
          | \([2-8][0-9]{3}\) (?: [ ]? \([0-9]{4}\) ){3} | [2-8] (?: [._/|*-][ ]? [0-9] ){12,18}
        """),
        source=_IIN + "; in groups with other marks between",
        refine=_card,
        score=0.98,
        veto=r"[0-9][._/|*,-]?",
        veto_after=r"[._/|*,-]?[0-9]",
        trigger=verbose(r"""
            [0-9]{4}\)? [ ]? [._/|*,(-] [ ]? [0-9]{4}\)? [ ]? [._/|*,(-]
          | 3[47][0-9]{2} [ ]? [._/|*,-]? [ ]? [0-9]{6} | [0-9](?:[._/|*,-][ ]?[0-9]){8}
        """),
    ),
    Pattern(
        name="card_in_a_word",
        label=Label.CREDIT_CARD,
        regex=r"[A-Z]{0,20}[2-6][0-9]{14,15}[A-Z]{0,20}",
        source=_IIN + "; run together with the words around it",
        refine=accepted_by(lambda value: _card(value) is not None),
        score=0.95,
        trigger=r"[0-9]{15}",
    ),
    Pattern(
        name="card_masked",
        starts_word=False,
        label=Label.CREDIT_CARD,
        regex=r"(?:[0-9]{4}[ -]?)?[*xX#]{2,16}(?:[ -]?[*xX#]{2,4}){0,3}[ -]?[0-9]{4}",
        source="PCI DSS v4.0 requirement 3.4.1, masked display",
        score=0.8,
        context=r"(?:card|visa|master|amex|debit|credit|ending|account|paid|charged)",
        trigger=r"[*x#]{2}[ -]?[0-9]{4}",
    ),
    Pattern(
        name="card_cue",
        label=Label.CREDIT_CARD,
        cue=(
            r"(?:(?:credit|debit|bank|payment|gift|prepaid)?[ -]?card(?: ?holder)?|visa|master ?card|amex"
            r"|american express|discover|maestro)"
        ),
        regex=r"[0-9](?:[ -]{0,2}[0-9]){11,18}|[0-9]{4}",
        source=_IIN,
        score=0.9,
        veto_words=r"(?:library|sim|id|report|membership|loyalty|business|micro ?sd|sd|graphics|video|sound)",
        veto_after=rf"{UNIT_AFTER}|[/-][0-9]|[.:,][0-9]",
        reversible=True,
        repeats=True,
        trigger=r"card|visa|amex|american express|discover|maestro",
    ),
    Pattern(
        name="card_last_four",
        label=Label.CREDIT_CARD,
        cue=(
            r"(?:ending|ends|ended|finishing|(?:last )?(?:four|4)[ -]?digits?(?: (?:no|number|num))?"
            r"|last (?:four|4))(?: (?:in|with|on|of))?"
        ),
        regex=r"[0-9]{4}",
        refine=accepted_by(lambda value: value[:2] not in {"19", "20"}),
        source="PCI DSS v4.0 requirement 3.4.1, masked display",
        score=0.7,
        veto_after=UNIT_AFTER,
        reversible=True,
        repeats=True,
    ),
    Pattern(
        name="card_security",
        label=Label.CARD_SECURITY,
        cue=(
            r"(?:cvv2?|cvc2?|cv2|cid|csc(?:[ ](?:code|number|is)|[ ]?[:=])|c\.v\.v\.?"
            r"|card verification (?:value|code|number)|(?:card )?security code"
            r"|(?:3|three|4|four)[ -]digits? (?:security )?(?:code"
            r"|number)(?: on the back)?|(?:number|code|digits) on the back(?: of (?:the|my|your) card)?)"
        ),
        regex=r"[0-9]{3,4}|[0-9](?: [0-9]){2,3}",
        source="ISO/IEC 7813; PCI DSS v4.0 requirement 3.3.1.2",
        score=0.95,
        veto_after=rf"{UNIT_AFTER}|[0-9]",
        reversible=True,
    ),
    Pattern(
        name="card_expiry",
        label=Label.CARD_EXPIRY,
        cue=(
            r"(?:exp(?:\.|iry|iration|ires?|iring)?(?: ?date)?|valid (?:thru|through|until|till|to)|good (?:thru"
            r"|through))"
        ),
        regex=EXPIRY,
        source="ISO/IEC 7813, expiration date",
        score=0.9,
        veto_after=r"[/.-][0-9]",
    ),
    Pattern(
        name="card_expiry_bare",
        label=Label.CARD_EXPIRY,
        regex=r"(?:0[1-9]|1[0-2])/(?:20[2-4][0-9]|[2-4][0-9])",
        source="ISO/IEC 7813, expiration date",
        score=0.7,
        context=r"(?:card|visa|amex|cvv|cvc|[0-9]{4}[ -]?[0-9]{4})",
        veto="/",
        veto_after=r"[/.-]?[0-9]",
    ),
    Pattern(
        name="iban",
        label=Label.IBAN,
        regex=r"[A-Z]{2}[0-9]{2}[ ]?[A-Z0-9]{2,4}(?:[ -]?[A-Z0-9]{2,4}){2,8}(?:[ ][A-Z0-9])?",
        source="ISO 13616-1:2020, check digits ISO/IEC 7064 MOD 97-10; python-stdnum registry",
        refine=_iban,
        score=1.0,
        trigger=r"\b[A-Z]{2}[0-9]{2}[ ]?[A-Z0-9]{4}",
    ),
    Pattern(
        name="iban_cue",
        label=Label.IBAN,
        cue=r"iban",
        regex=r"[A-Z]{2}[0-9]{2}[ ]?[A-Z0-9]{2,4}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?\b",
        source="ISO 13616-1:2020; a mistyped digit fails the check but stays an account",
        refine=accepted_by(lambda value: sum(map(str.isdecimal, value)) >= 8),  # noqa: PLR2004 - fewer is a sentence
        score=0.96,
    ),
    Pattern(
        name="sort_code_and_account",
        label=Label.ACCOUNT_ID,
        regex=(
            r"[0-9]{2}[ -][0-9]{2}[ -][0-9]{2}[ ,/]{1,3}(?:a/?c(?:count)?(?: (?:no"
            r"|number))?[ :]{0,2})?[0-9]{4}[ ]?[0-9]{4}"
        ),
        source="Pay.UK, sort code and eight-digit account number",
        score=0.8,
        veto=r"[-/_#$.0-9]",
        veto_after=r"[-/.]?[0-9]",
        trigger=r"[0-9]{2}[ -][0-9]{2}[ -][0-9]{2}[ ,/]{1,3}[0-9a]",
    ),
    Pattern(
        name="account_tail",
        label=Label.ACCOUNT_ID,
        cue=(
            r"(?:account|acct|a/c|savings|checking|current account|iban)(?: (?:number|no))?(?: that)?"
            r" (?:ending|ends|ended|finishing)(?: (?:in|with|on))?"
        ),
        gap=r"[\s:#*x.]{1,6}",
        regex=r"[0-9]{2,5}",
        source="support practice: an account by its last digits",
        score=0.85,
        veto_after=UNIT_AFTER,
    ),
    Pattern(
        name="routing_number",
        label=Label.ACCOUNT_ID,
        cue=r"(?:routing|aba|sort code|bsb|branch code|swift|bic|transit|ifsc)",
        regex=rf"[A-Z]{{4}}0[A-Z0-9]{{6}}|{DIGIT_GROUPS}",
        source="ANSI X9.13 (ABA), UK sort codes, RBI IFSC",
        score=0.85,
        needs_digit=False,
    ),
)
