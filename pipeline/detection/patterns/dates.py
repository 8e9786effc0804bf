"""Birth dates and ages; other dates only when they have a year."""

from typing import Final

from pipeline.detection.patterns.pattern import Pattern, verbose
from pipeline.detection.patterns.values import UNIT_AFTER
from pipeline.event.labels import Label

_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR: Final = r"(?:19[0-9]{2}|20[0-4][0-9])"
_DAY: Final = r"(?:[12][0-9]|3[01]|0?[1-9])"
_MONTH_NUMBER: Final = r"(?:1[0-2]|0?[1-9])"

_SPOKEN_DAY: Final = (
    r"(?:(?:twenty|thirty)?[ -]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|twelfth"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)"
)
_SPOKEN_YEAR: Final = r"(?:[ ,]{1,2}(?:of )?(?:nineteen|twenty|two thousand)(?:[ -](?:and )?[a-z]{3,9}){0,2})"

DATE_WITH_YEAR: Final = verbose(rf"""
    (?: {_YEAR} [/.-] {_MONTH_NUMBER} [/.-] {_DAY}
      | (?: {_DAY}[ ]?[/.-][ ]?{_MONTH_NUMBER} | {_MONTH_NUMBER}[ ]?[/.-][ ]?{_DAY} ) [ ]?[/.-][ ]? {_YEAR}
      | {_DAY} [ ]?(?:st|nd|rd|th)? [ ,.-]{{0,2}} (?:of[ ])? {_MONTH}\.? [ ,.-]{{0,3}} (?:of[ ])? {_YEAR}
      | {_MONTH}\.? [ .-]? (?:the[ ])?{_DAY} [ ]?(?:st|nd|rd|th)? [ ,.-]{{1,3}} (?:of[ ])? {_YEAR} )
""")
"""A full date: ISO 8601, numeric in either order, or with the month's English name."""

_SHORT_YEAR: Final = r"(?: [ ,.'-]{1,3} (?:of[ ](?:the[ ]year[ ])?)? [0-9]{2} (?:[0-9]{2})? \b )"

BIRTH_DATE: Final = verbose(rf"""
    (?: {DATE_WITH_YEAR}
      | {_DAY}[ ]?(?:st|nd|rd|th)[ ](?:day[ ])?of[ ](?:the[ ])?{_MONTH_NUMBER}(?:[ ]?(?:st|nd|rd|th))?(?:[ ]month)?
        {_SHORT_YEAR}?
      | {_YEAR} [ ,]{{1,2}} {_MONTH}\.? [ ](?:the[ ])?{_DAY}[ ]?(?:st|nd|rd|th)?
      | (?: {_DAY}[ ]?[/.-][ ]?{_MONTH_NUMBER} | {_MONTH_NUMBER}[ ]?[/.-][ ]?{_DAY} ) \b (?:[ ]?[/.-][ ]?[0-9]{{2}}\b)?
      | {_DAY} [ ]?(?:st|nd|rd|th)? [ ,.-]{{0,2}} (?:day[ ])?(?:of[ ])? {_MONTH}\b {_SHORT_YEAR}?
      | {_MONTH}\.? [ .-]? (?:the[ ])?{_DAY} (?:[ ]?(?:st|nd|rd|th))? {_SHORT_YEAR}?
      | (?:the[ ])?{_SPOKEN_DAY} [ ](?:of[ ])?{_MONTH}\b {_SPOKEN_YEAR}?
      | {_MONTH} [ ](?:the[ ])?{_SPOKEN_DAY}\b {_SPOKEN_YEAR}?
      | {_MONTH} [ ,]{{1,2}} {_YEAR}
      | [0-9]{{8}} | [0-9]{{2}}[ ][0-9]{{2}}[ ][0-9]{{2,4}} | {_YEAR} | [0-9]{{6}} )
""")
"""What people give as a birth date: also without a year, with two digits of it, or the year alone."""

_GAP: Final = verbose(r"""
    (?: [\s:=\#,.;"'(*>-]{1,4} (?: is | was | on | in | the | its | it | s | my | date | of | birth | your
      | no | sorry | actually | wait | i | mean | meant | correction | rather | make | that
      | her | his | registered | as | would | be | will
      | here | yes | sure | i | believe | think )\b ){0,6}
    [\s:=\#,.;"'(*>-]{0,4}
""")

DATES: Final = (
    Pattern(
        name="birth_date",
        label=Label.DATE_OF_BIRTH,
        cue=(
            r"(?:born|d\.?o\.?b\.?|date of birth|birth ?-?date|birth ?day|b-?day|day of birth|year of birth"
            r"|birth year|(?:turn(?:s|ed|ing)?|will be) (?:[0-9]{1,3}|[a-z]{3,9}) on)"
        ),
        gap=_GAP,
        regex=BIRTH_DATE,
        source="ISO 8601-1:2019 section 5.2.2; Unicode CLDR date patterns en",
        score=0.97,
        reversible=True,
        needs_digit=False,
    ),
    Pattern(
        name="birth_year",
        label=Label.DATE_OF_BIRTH,
        cue=r"born in",
        gap=r"[ ]'?",
        regex=r"[0-9]{2}",
        source="support practice: two digits of the year",
        score=0.9,
        veto_after=rf"{UNIT_AFTER}|[0-9]",
    ),
    Pattern(
        name="date_with_year",
        label=Label.DATE,
        regex=DATE_WITH_YEAR,
        source="ISO 8601-1:2019 section 5.2.2; Unicode CLDR date patterns en",
        score=0.6,
        veto_after=r"\.[0-9]",
        trigger=rf"{_YEAR}[/.-][0-9]|[0-9a-z ,.-]{_YEAR}\b|/ ?{_YEAR}",
    ),
    Pattern(
        name="age_told",
        label=Label.AGE,
        regex=r"(?:1[01][0-9]|[1-9]?[0-9])[ -]?(?:years?|yrs?)[ -]old|(?:1[01][0-9]|[1-9]?[0-9])[ ]?y/?o\b",
        source="45 CFR 164.514(b)(2)(i)(C), ages",
        score=0.8,
        trigger=r"[0-9] ?-?(?:years?|yrs?|y)[ -/]?o",
    ),
    Pattern(
        name="age_cue",
        label=Label.AGE,
        cue=r"(?:aged?|age is|my age)",
        gap=r"[\s:=]{1,3}(?:is |of )?",
        regex=r"(?:1[01][0-9]|[1-9][0-9])",
        source="45 CFR 164.514(b)(2)(i)(C), ages",
        score=0.7,
        veto_after=r"[/.,:]?[0-9]",
    ),
)
