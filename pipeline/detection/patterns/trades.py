"""What agents of many trades ask for besides names, cards and accounts: meters, phones, doors, cars, tax, files.

Rows of the table in `asked`, before whose own they stand: "the serial number of your phone" asks for no phone number.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from pipeline.detection.patterns import answers, trade_answers
from pipeline.detection.patterns.pattern import verbose
from pipeline.event.labels import Label


class TradeRow(NamedTuple):
    """One thing that agents ask for: how they call it, how its answer is found, and what they do not mean by it."""

    label: Label
    words: str
    answer: Callable[[str], list[tuple[int, int]]]
    score: float = 0.9
    never: str = ""


_NUMBER: Final = r"(?:[ ]?(?:numbers?|no\b\.?|ids?\b|codes?|\#|ref(?:erence)?\b))"

TRADE_ROWS: Final = (
    TradeRow(
        Label.PASSWORD,
        verbose(r"""
            (?: door | gate | alarm | entry | entrance | access | garage | lock ?box | key ?(?:safe|box|pad) | safe
              | building | lobby | security | disarm | keypad | padlock | locker ) [ ] (?:code | pin | combination)\b
            | (?:code|combination)[ ](?:for|to|of)[ ](?:the|your)[ ](?:\w+[ ]){0,2}?(?:door|gate|alarm|building|garage
              |lock|safe|key|locker|entrance|lobby|house)
            | voice ?mail[ ](?:pin|code|password|passcode)
            | \bunlock[ ](?:code|pin|pattern) | \bpuk\b | telephone[ ]pin | (?:mobile|app)[ ]pin\b
        """),
        trade_answers.door_codes,
        0.95,
    ),
    TradeRow(
        Label.PASSWORD,
        r"(?:wi-?fi|wireless|network|router|hotspot|guest)[ ](?:security[ ])?(?:key|pass ?\w*|pw|code|credentials)\b",
        answers.passwords,
        0.9,
    ),
    TradeRow(
        Label.PASSWORD,
        (
            r"(?:safe|code|duress|pass|pick[ -]?up|verbal|memorable|secret|security|challenge|recovery"
            r"|seed|backup) ?(?:word|phrase)s?\b"
        ),
        answers.secret_words,
        0.93,
        never=r"pass ?words?\b",
    ),
    TradeRow(
        Label.DEVICE_ID,
        verbose(rf"""
            \b(?: imei | meid | iccid | imsi | eid | udid )\b | \bsim (?:[ ]card)?{_NUMBER} | \bserial{_NUMBER}? \b
            | \bmac[ ]address | (?:device|router|modem|handset|hub|box|unit|tablet|laptop){_NUMBER} | \bs/n\b
              | (?:number|code)[ ]on[ ]the[ ](?:back|bottom|side|label|sticker|sim)
        """),
        answers.codes,
        0.92,
        never=r"serial killer|on the back of (?:the|your) card",
    ),
    TradeRow(
        Label.TAX_ID,
        verbose(rf"""
            \b(?: vat | gst (?:in)? | abn | acn | tfn | ein | fein | itin | utr | cnpj | cpf | nif | cif | tin | pan )\b
              {_NUMBER}? | tax (?:payer)? [ ](?:id|identification|file|ref(?:erence)?|number) | partita[ ]iva
            | codice[ ]fiscale | steuer | \bpan[ ]card | fiscal[ ](?:code|number)
        """),
        answers.codes,
        0.93,
        never=r"tax return|file (?:your|my) tax|includ\w+ (?:vat|gst)|(?:vat|gst) (?:included|rate|receipt|invoice)",
    ),
    TradeRow(
        Label.NATIONAL_ID,
        verbose(rf"""
            national[ ](?:insurance|id (?:entity|entification)?) | \bn\.?i\.?{_NUMBER} | \bnino\b | \bcnic\b | \bnric\b
            | \b(?:emirates|civil|state|government|citizen|personal)[ ]id (?:entification)? \b{_NUMBER}?
            | \b(?: pesel | bsn | dni | nie | curp | ppsn? | cnp | pps | sin | egn | aadhaa?r | rut | hkid | nhif
              | ghana[ ]card ) \b | burgerservice | personnummer | (?:id|identity)[ ]card | personal[ ](?:code|number)\b
            | social[ ]insurance
        """),
        answers.codes,
        0.94,
        never=r"social media",
    ),
    TradeRow(
        Label.HEALTH_ID,
        verbose(rf"""
            \b(?: nhs | mrn | hospital | patient | medicare | medicaid | prescription | rx | chart | chi )\b{_NUMBER}
            | \b(?: medicare | medicaid | nhs ) (?:[ ]card)?\b | medical[ ]record
              | (?:insurance|health|medical)[ ](?:card|plan|scheme|fund|aid)?[ ]?(?:member(?:ship)?)?
              {_NUMBER}
        """),
        answers.codes,
        0.9,
    ),
    TradeRow(
        Label.VEHICLE_ID,
        verbose(r"""
            (?: number | licen[cs]e | vehicle | car | reg (?:istration)? ) [ ]?plates? \b | \bplates?[ ](?:number|no)\b
            | vehicle[ ]id | (?:vehicle|car|van|truck|bike|motor\w*)(?:'s)?[ ](?:reg\b|registration|tag|plate)
            | \bvehicle'?s?[ ]reg | \bplates?\b | (?:what|which|your|the)(?:'s|[ ]is)?[ ](?:the[ ]|your[ ])?reg\b
              | \bregistration[ ](?:of|on|for)[ ](?:the|your)[ ](?:\w+[ ])?(?:car|vehicle|van|truck|bike)
                | \btag[ ]number | registration[ ](?:number|mark|of) | \bvin\b | chassis | \breg[ ](?:number|no\b|of)
        """),
        trade_answers.plates,
        0.93,
        never=r"plates? (?:\w+ )?(?:made|tectonic|holder|cover|light)|(?:hot|phone|back|face|dinner|base) ?plate",
    ),
    TradeRow(
        Label.ZIP,
        r"post ?-?code|postal ?-?code|eir ?code|\bzip\b|pin ?code|area code and postcode|\bcep\b|\bplz\b|code postal",
        trade_answers.postcodes,
        0.97,
    ),
    TradeRow(
        Label.PHONE,
        r"last (?:two|three|four|few|2|3|4)(?: digits)?[^.?!]{0,24}\b(?:phone|mobile|cell"
        r"|number (?:we have|on file|you))",
        answers.codes,
        0.92,
        never=r"card|account|social|ssn",
    ),
    TradeRow(
        Label.ACCOUNT_ID,
        verbose(rf"""
            \b(?: mpan | mprn | mpr | crn | pod | upin )\b | meter (?:[ ]point)? (?:{_NUMBER}|[ ]reading[ ]?id)
            | (?: supply | supporter | donor | membership | library | locker | badge | tenan(?:cy|t) | lunch | pupil
              | student | learner | candidate | staff | employee | payroll | clock | driver | courier | volunteer
                | guest
              | loyalty | rewards? | clubcard | player | cabin | roll | enrol?lment | matriculation | property | unit
              | premises | contract | micro ?chip | chip | tag | kennel | pet | passenger | traveler | traveller | ktn
              | redress | profile | merchant | broker | dealer | franchise | branch | store | site | participant
              | subscriber | consumer | ca | household | resident | case[ ]?worker | collar | permit
                | licence[ ]holder )
              (?:[ ](?:card|account|member|reference))?{_NUMBER}
            | sort[ ]code | library[ ]card | \bbsb\b | \bifsc\b | \biban\b | routing | swift | micro ?chip
        """),
        answers.codes,
        0.92,
        never=r"product code|promo",
    ),
    TradeRow(
        Label.ORDER_ID,
        r"\bpnr\b|locator|(?:booking|reservation|confirmation|ticket)(?: (?:code|reference|ref|number))\b",
        trade_answers.locators,
        0.92,
    ),
    TradeRow(
        Label.ADDRESS,
        r"\baddress|where do you live|(?:deliver|ship|send) (?:it|this|that|the \w+) to|street\b"
        r"|where (?:should|shall|do) we"
        r" (?:deliver|send|ship|collect)|(?:first|second) line\b",
        trade_answers.homes,
        0.8,
        never=r"(?:e-?mail|ip|mac|web|wallet) address",
    ),
    TradeRow(
        Label.ORDER_ID,
        verbose(rf"""
            (?: \bjob | quot(?:e|ation) | \bfile | enquiry | inquiry | matter | docket | work[ ]?order | \bwo | batch
              | service[ ](?:request|order|ticket) | \bsr | consignment | waybill | \bawb | collection | dispatch
              | despatch | folio | \blot | repair | fault | outage | incident | complaint | report | crime | log | claim
              | warranty | cover | certificate | plan | booking | seat | voucher | pick ?up | drop ?off
                | container | loan
              | mortgage | application | exhibit | plot | interview | requisition | purchase[ ]order | \bpo
                | sales[ ]order
              | pledge | gift[ ]aid | event | registration | reg | tracking | \bpnr | record[ ]locator | locator
                | inspection | ticket | parcel | package | reference | ref ) {_NUMBER}
            | (?:number|code|ref(?:erence)?)[ ](?:on|of|from)[ ](?:the|your)[ ](?:\w+[ ]){{0,2}}(?:docket|receipt|slip
              |quote|letter|invoice|card|label|tag|e-?mail|ticket|parcel|box|form|paperwork|claim)
            | ^\W*(?:and[ ]|ok(?:ay)?[ ])?(?:your[ ]|the[ ])?(?:claim|policy|order|booking|ticket
              |case|job|invoice|quote|tracking)
              [ ]?[?:]+\W*$
            | what(?:'s|[ ]is|[ ]was)[ ](?:the|your)[ ](?:job|quote|file|docket|reference|ref|work[ ]order|locator|pnr)
              \W*$ | (?:the|your)[ ](?:reference|ref)\b | \b(?:reference|ref|docket|file)\b[ ]?[?:]
                | number[ ](?:were[ ]you|did[ ](?:they|we|he|she)|you[ ]were)
        """),
        trade_answers.references,
        0.91,
        never=r"on the back of (?:the|your) card|card number|(?:gift|voucher|promo|discount) code",
    ),
)
