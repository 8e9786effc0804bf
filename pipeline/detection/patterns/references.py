"""Numbers that a company gave: accounts and memberships, orders, bookings, claims, tickets."""

from typing import Final

from pipeline.detection.common_words import ORDINARY_WORDS
from pipeline.detection.patterns.pattern import Pattern, accepted_by, compiled, verbose
from pipeline.detection.patterns.values import CODE, STRONG_CODE, UNIT_AFTER, WEAK_CODE, digits_of, machine_made
from pipeline.event.labels import Label

_NUMBER: Final = (
    r"(?:numbers?|no\b\.?|num\b|nr\b|nbr\b|ids?\b|i\.d\.|codes?\b|\#|ref(?:erence)?(?: (?:number|no|id|code))?)"
)

_ACCOUNT: Final = verbose(r"""
    (?: accounts? | acct | acnt | accnt | a/c | ac | acc | member (?:ship)? | customer | client | loyalty | rewards?
      | frequent[ ]fl[iy]er | subscriber
      | subscription | employee | staff | guest | card[ ]holder | user | miles | skymiles | payroll | agent
        | advertiser | merchant | profile | wallet
      | contract | meter | caller )
""")

_MEMBER: Final = verbose(r"""
    (?: meter[ ]point | badge | supporter | donor | lunch | library (?:[ ]card)? | tenan(?:cy|t) | locker | pupil
      | student | candidate | volunteer | roll | enrol?lment | matriculation | player | passenger | micro ?chip | chip
      | kennel | known[ ]travell?er | redress | courier | consumer | supply | permit | property | premises | household
      | dealer | branch | clubcard | participant | membership[ ]card | loyalty[ ]card )
""")
"""What has numbers, but is often told without one."""

_ORDER: Final = verbose(r"""
    (?: orders? | booking | reservation | confirmation | ticket | rides? | trip | case | claim | policy | invoice
      | tracking | shipment | shipping | package
      | parcel | reference | ref | rma | returns? | transaction | txn | receipt | purchase (?:[ ]order)? | po | quote
        | application | incident | request
      | delivery | itinerary | flight[ ]confirmation | pnr | record[ ]locator | locator | awb | waybill | complaint
        | service[ ]request | sr
      | job | quot(?:e|ation) | file | matter | work[ ]?order | wo | batch | dispatch | despatch | consignment
        | collection
        | folio | lot | fault | outage | report | crime | warranty | certificate | plan | seat | pick-?up | drop-?off
        | container | loan | mortgage | requisition | sales[ ]order | pledge | registration | inspection
          | service[ ]ticket
        | call | log | help ?desk | helpdesk[ ]ticket | referral | voucher | petition | hearing | docket | case[ ]file
      | repair | appointment | session | enquiry | inquiry | docket | voucher | cancellation | refund | payment
        | deposit | transfer )
""")

_ORDER_ALONE: Final = verbose(r"""
    (?: orders? | booking | reservation | confirmation | ticket | rides? | case | claim | policy | invoice | tracking
      | reference | ref | rma | transaction | txn | pnr
      | purchase[ ]order | application | incident | locator | job | quot(?:e|ation) | docket | work[ ]?order | enquiry
        | inquiry | matter | service[ ](?:request|ticket) | consignment | waybill | awb | referral | sales[ ]order
        | shipment | parcel )
""")

_DIGITS_MIN: Final = 3
_SUPPORT: Final = "support practice: the number after its name"


def _after_hash(value: str) -> tuple[int, int] | None:
    """Leave out the mark; what has fewer than three digits is a rank."""
    start = len(value) - len(value.lstrip("# "))
    return (start, len(value)) if len(digits_of(value)) >= _DIGITS_MIN else None


def _locator(value: str) -> bool:
    """Whether it can be a record locator of capitals only, without a digit (IATA PSC resolution 830)."""
    letters = sum(map(str.isalpha, value))
    return value.isupper() and letters >= 2 and value.lower() not in ORDINARY_WORDS  # noqa: PLR2004 - fewer are plain codes


def _plain_number(value: str) -> bool:
    """Eight or more digits that are no date: a number of some account."""
    digits = digits_of(value)
    return (
        not compiled(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])").fullmatch(digits)
        and len(set(digits)) > 2  # noqa: PLR2004 - fewer are model names and amounts
    )


_STANDARDS: Final = (
    "KB",
    "RFC",
    "ISO",
    "CVE",
    "IEC",
    "EN",
    "SKU",
    "UTF",
    "IEEE",
    "DIN",
    "MIL",
    "ANSI",
    "ASTM",
    "EU",
    "MS",
    "ORA",
    "ERR",
)


def _mixed(value: str) -> bool:
    """Whether it is a token of capitals and digits, such as `AB12CD34`, rather than a model name."""
    if value.startswith(_STANDARDS) or machine_made(value):
        return False
    return sum(map(str.isdecimal, value)) >= 3 and sum(map(str.isupper, value)) >= 2  # noqa: PLR2004 - fewer are model names and amounts


def _long_code(value: str) -> tuple[int, int] | None:
    """Narrow to a code of at least five digits, or four with letters: a model, a room, a flight have fewer."""
    part = WEAK_CODE(value)
    if part is None:
        return None
    rest = value[part[0] : part[1]]
    letters = any(map(str.isalpha, rest))
    return part if len(digits_of(rest)) >= _DIGITS_MIN + 2 - letters else None


def _capital_code(value: str) -> tuple[int, int] | None:
    """Whether the letters of a code are capitals, and it is no fraction or date."""
    date = compiled(r"[0-9]{1,2}/[0-9]{4}|(?:19|20)[0-9]{2}-[0-9]{2,4}").fullmatch(value)
    return (0, len(value)) if value == value.upper() and not date else None


REFERENCES: Final = (
    Pattern(
        name="account_number",
        label=Label.ACCOUNT_ID,
        cue=rf"(?:{_ACCOUNT}|{_MEMBER})(?:'s)?[ ]?-?{_NUMBER}",
        regex=CODE,
        source=_SUPPORT,
        refine=STRONG_CODE,
        score=0.92,
        veto_after=UNIT_AFTER,
        reversible=True,
        repeats=True,
        needs_digit=False,
    ),
    Pattern(
        name="account",
        label=Label.ACCOUNT_ID,
        cue=_ACCOUNT,
        regex=CODE,
        source=_SUPPORT,
        refine=WEAK_CODE,
        score=0.8,
        veto_after=UNIT_AFTER,
        repeats=True,
        # Not "accommodate": the cue ends, or goes on to a digit.
        trigger=rf"\b(?:{_ACCOUNT})(?:[^A-Z]|[A-Z]{{1,4}} #?[0-9]|[A-Z/_-]+[-_/.]?#?[0-9])",
    ),
    Pattern(
        name="order_number",
        label=Label.ORDER_ID,
        cue=(
            rf"{_ORDER}(?:'s)?(?: (?:confirmation|booking|reference|claim|policy|order|tracking"
            rf"|claims))?[ ]?-?{_NUMBER}"
        ),
        regex=CODE,
        source=_SUPPORT,
        refine=STRONG_CODE,
        score=0.92,
        veto_after=UNIT_AFTER,
        reversible=True,
        repeats=True,
        needs_digit=False,
    ),
    Pattern(
        name="order",
        label=Label.ORDER_ID,
        cue=_ORDER_ALONE,
        regex=CODE,
        source=_SUPPORT,
        refine=WEAK_CODE,
        score=0.8,
        veto_after=UNIT_AFTER,
        repeats=True,
    ),
    Pattern(
        name="member",
        label=Label.ACCOUNT_ID,
        cue=verbose(r"""
            (?: mpan | mprn | badge | supporter | donor | lunch | library[ ]card | tenancy | locker
              | micro ?chip (?:ped)?
              | kennel | clubcard | crn | sort (?:[ ]code)? | bsb | loyalty[ ]card | known[ ]travell?er | ktn )
        """),
        regex=CODE,
        source="support practice: the number after its name; Elexon BSCP 501 (MPAN), Xoserve (MPRN), ISO 11784 (chips)",
        refine=WEAK_CODE,
        score=0.85,
        veto_after=UNIT_AFTER,
        reversible=True,
        repeats=True,
    ),
    Pattern(
        name="number_given",
        label=Label.ORDER_ID,
        cue=verbose(r"""
            (?: got | have | was[ ]given | gave[ ]me | given | received | says | shows | quote[ds]? | under | it's | its
              | is | with | on[ ]it | reads ) [ ] (?: a[ ] | the[ ] | this[ ] )?
            (?: number | no\.? | nr\.? | ref (?:erence)? (?:[ ](?:number|no|code))? | confirmation )
        """),
        gap=r"(?:[ ](?:is|was|of|like))?[\s:=#]{1,3}",
        regex=CODE,
        source="support practice: the number that somebody was given",
        refine=WEAK_CODE,
        score=0.65,
        veto_after=UNIT_AFTER,
        trigger=(
            r"\b(?:got|have|was given|gave me|given|received|says|shows|quote[ds]?|under|it's|its|is|with|on it|reads)"
            r" (?:a |the |this )?(?:number|no\.?|nr\.?|ref(?:erence)?(?: number| no| code)?"
            r"|confirmation)(?: is| was| of"
            r"| like)?[\s:=#]{1,3}(?:[a-z]{0,6}[-_/.# ]?[0-9]|[a-z]{2,12}[-_/])"
        ),
    ),
    Pattern(
        name="id_told",
        label=Label.ORDER_ID,
        cue=r"(?:my|the|your|its|his|her|this|with|by|has|under) (?:id|i\.d\.)(?: numbers?| no\.?)?",
        regex=CODE,
        source=_SUPPORT,
        refine=STRONG_CODE,
        score=0.7,
        veto_words=(
            r"(?:flights?|fights?|shows?|movies?|products?|models?|trains?|buses|bus|gate)(?: with| by"
            r"| is)?(?: the)?"
        ),
        veto_after=UNIT_AFTER,
        repeats=True,
    ),
    Pattern(
        name="number_told",
        label=Label.ORDER_ID,
        cue=r"(?:my|the|your|its) numbers?(?: is|'s|:)",
        gap=r"[\s:]{1,3}",
        regex=CODE,
        source=_SUPPORT,
        refine=WEAK_CODE,
        score=0.6,
        veto_after=UNIT_AFTER,
    ),
    Pattern(
        name="number_of_something",
        label=Label.ORDER_ID,
        cue=r"(?:number|no\.|nr\.|ref(?:erence)?|id)(?: is|'s|:| was)?",
        gap=r"[\s:#]{1,3}(?:now |still |actually )?",
        regex=CODE,
        source=_SUPPORT,
        refine=_long_code,
        score=0.6,
        veto_words=(
            r"(?:the|my|your|their|his|her|its|our|this|that|a|any|right|wrong|correct|new|old|same|other|total|large|big"
            r"|model|version|part|room|gate|flight|floor|seat|page|line|bus|train|item|product|size|lucky|error|issue|style|article|art|batch|design|pattern"
            r"|build|release|port|chapter|section|track|phone|mobile|cell|telephone|fax|contact|sku|catalog(?:ue)?)"
        ),
        veto_after=UNIT_AFTER,
    ),
    Pattern(
        name="quoted_reference",
        label=Label.ORDER_ID,
        cue=(
            r"(?:quote|quoting|job|under|file|lease|pcn|permit|locker|deed|folio|lot|tenancy|docket"
            r"|cabinet|plot|unit ref)"
        ),
        gap=r"[ ](?:the |reference |ref |number |no\.? )?",
        regex=r"[A-Z]{1,4}[-/ ]?[0-9]{3,12}(?:[-/][A-Z0-9]{1,12}){0,3}|[0-9]{2,4}[-/][0-9]{3,10}"
        r"|[0-9]{1,4}[A-Z]{1,2}-[0-9]{2,6}(?:-[A-Z0-9]{1,6}){0,2}",
        source=_SUPPORT,
        refine=_capital_code,
        score=0.6,
        veto_after=UNIT_AFTER,
    ),
    Pattern(
        name="record_locator",
        label=Label.ORDER_ID,
        cue=(
            r"(?:(?:confirmation|booking|reservation|reference|ticket)(?: (?:code|number|no|id|ref(?:erence)?))?"
            r"|pnr|record locator|locator)"
        ),
        regex=r"[A-Za-z0-9]{5,8}\b",
        source="IATA PSC resolution 830, record locators",
        refine=accepted_by(_locator),
        score=0.8,
        needs_digit=False,
    ),
    Pattern(
        name="numbered_with_hash",
        starts_word=False,
        label=Label.ORDER_ID,
        regex=r"\#[ ]?[A-Z]{0,4}-?[0-9][A-Z0-9-]{3,24}",
        refine=_after_hash,
        source="support practice: # before a reference",
        score=0.7,
    ),
    Pattern(
        name="ticket_key",
        label=Label.ORDER_ID,
        regex=(
            r"(?:ord(?:er)?|inv|job|wo|qt|quo|enq|doc|mat|fil|sup|don|lib|bdg|tnc|bat|lkr|case|tkt|ticket|clm|pol|rma|bk|bkg|res|ref|txn|po|sr|inc|cs|req|cus|cust|acct"
            r"|mem|usr|uid|emp)[-_\#][A-Z0-9-]{2,24}"
        ),
        source="support practice: references with a prefix of their kind",
        refine=accepted_by(lambda value: sum(map(str.isdecimal, value)) >= 3),  # noqa: PLR2004 - fewer are model names and amounts
        score=0.85,
    ),
    Pattern(
        name="parcel",
        label=Label.ORDER_ID,
        regex=r"1Z[A-Z0-9]{16}|[A-Z]{2}[0-9]{9}[A-Z]{2}",
        source="UPS 1Z tracking number; UPU S10-12",
        score=0.9,
    ),
    Pattern(
        name="long_number",
        label=Label.ACCOUNT_ID,
        regex=r"[0-9]{8,30}",
        source="support practice: amounts and counts are shorter",
        refine=accepted_by(_plain_number),
        score=0.5,
        veto=r"[$][ ]?|[0-9][.,]",
        veto_after=rf"[.,][0-9]|{UNIT_AFTER}",
    ),
    Pattern(
        name="grouped_reference",
        label=Label.ORDER_ID,
        regex=verbose(r"""
            (?-i: [A-Z]{1,5} (?:[-/][A-Z]{1,5}){0,2} [-/] [0-9]{1,4}[A-Z]? [-/] [0-9]{3,8} (?:-[A-Z0-9]{1,4})?
              | [A-Z]{1,5} [-/] [A-Z]{1,5} [-/] [0-9]{4,8} (?:-[A-Z0-9]{1,4})?
              | [0-9]{2,4} / [A-Z]{1,4} / [0-9]{3,6} | [A-Z]{1,4}-[0-9]{4,8}-[A-Z]{1,2}\b )
        """),
        source="support practice: capitals and digits in groups with marks",
        refine=accepted_by(lambda value: _mixed(value) or not value.startswith(_STANDARDS)),
        score=0.45,
        veto=r"[/\\_.-]",
        veto_words=(
            r"(?:model|error|code|promo\w*|coupon|version|part|sku|item|product|standard|sensor"
            r"|spec)(?: code| number| no)?(?: is)?"
        ),
        veto_after=r"[/\\.][A-Za-z0-9]",
        trigger=(r"(?-i:[A-Z][-/][0-9A-Z]{1,5}[-/][0-9A-Z]|[A-Z]-[0-9]{4,8}-[A-Z]|[0-9]/[A-Z]{1,4}/[0-9])"),
    ),
    Pattern(
        name="mixed_reference",
        label=Label.ORDER_ID,
        regex=(
            r"(?-i:[A-Z]{2,4}-?[0-9]{4,12}[A-Z0-9]{0,8}|[A-Z0-9]{0,3}[A-Z][0-9]{2,4}[A-Z]{1,3}[0-9][A-Z0-9]{0,8}"
            r"|[A-Z]{1,3}-[0-9]{3,4}-[A-Z]{1,3}\b)"
        ),
        source="support practice: capitals and digits in one token",
        refine=accepted_by(_mixed),
        score=0.45,
        veto_words=(
            r"(?:model|error|code|promo\w*|coupon|discount|version|part|sku|item|product|windows|kb|rfc|iso|cve"
            r"|printer|laptop|phone|flight|gate|room|use|with|enter)(?: code| number| no)?(?: is)?"
        ),
    ),
)
