"""Telephone numbers in the groups of other plans, and those that are told by their last digits."""

from typing import Final

from pipeline.detection.patterns.contact import REFERENCE_BEFORE
from pipeline.detection.patterns.pattern import Pattern, verbose
from pipeline.detection.patterns.values import UNIT_AFTER
from pipeline.event.labels import Label

PHONE_FORMS: Final = (
    Pattern(
        name="phone_tail",
        label=Label.PHONE,
        cue=(
            r"(?:(?:phone|mobile|cell|telephone|handset|landline|line|number)(?: number)?(?: (?:is"
            r"|that|on file|i have))?"
            r" (?:ending|ends|ended|finishing)(?: (?:in|with|on))?"
            r"|last (?:two|three|four|few|2|3|4)(?: digits)? (?:of|on|for) (?:my|the|your|his"
            r"|her) (?:\w+ )?(?:phone|mobile|cell"
            r"|number)(?: number)?)"
        ),
        gap=r"(?:[\s:*x.#]{1,4}(?:is|are|was|were|it's)\b)?[\s:*x.#]{1,4}",
        regex=r"[0-9]{2,4}|[0-9](?: [0-9]){1,3}",
        source="support practice: a telephone by its last digits",
        score=0.8,
        veto_words=r"(?:card|account|order|acct|visa|ticket|tracking|reference|serial)",
        veto_after=UNIT_AFTER,
    ),
    Pattern(
        name="phone_groups",
        starts_word=False,
        label=Label.PHONE,
        regex=verbose(r"""
            \b[6-9][0-9]{4}[ -][0-9]{5} | \b04[0-9]{2}[ -][0-9]{3}[ -][0-9]{3}
              | (?:\(0[2378]\)|\b0[2378])[ -][0-9]{4}[ -][0-9]{4}
              | (?:\([1-9][1-9]\)|\b[1-9][1-9])[ ]?9[0-9]{4}-[0-9]{4} | \b0[67](?:[ .-][0-9]{2}){4}
              | \b07[0-9]{3}[ -][0-9]{3}[ -]?[0-9]{3} | \b0[1-9][0-9]{1,3}[ -][0-9]{3,4}[ -][0-9]{3,4}
              | \(0\)[ ]?[1-9][0-9]{1,3}[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}
        """),
        source="national numbering plans: IN TRAI, AU ACMA, BR Anatel, FR ARCEP, GB Ofcom",
        score=0.75,
        veto=r"[-/_#$.0-9][ ]?",
        veto_words=REFERENCE_BEFORE,
        veto_after=r"[-./ ]?[0-9]",
        trigger=(r"\b[6-9][0-9]{4}[ -][0-9]{5}|\b0[0-9]{1,4}\)?[ .-][0-9]{2,4}|\(0[0-9]\)|9[0-9]{4}-[0-9]{4}|\(0\)"),
    ),
)
