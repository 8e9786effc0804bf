"""The words around a code that say that it belongs to a thing: a version, an error, a product, a journey, a measure.

Written from knowledge of support work. Each situation is one expression, free of lookaround, for the end of the text
before a code or the beginning of the text after it; one pass of RE2 over either says which hold.
"""

from enum import IntEnum, auto
from typing import Final

from pipeline.detection.patterns.pattern import compiled, verbose
from pipeline.detection.patterns.prefilter import Prefilter

BEFORE_CHARS: Final = 56
AFTER_CHARS: Final = 32
_SET_MEMORY_BYTES: Final = 16 << 20

_LINK: Final = verbose(r"""
    (?: [ ]? (?: (?: numbers? | no | nr | nbr | id | codes? | name | string | hash | value | tag | ver | is | was | are
      | were | says? | said | reads? | to | from | of | at | ends? | ending | the | a | an | it's | its | it
        | now | still
      | currently | just | about | around | only | like | got | get | gives? | gave ) \b \.? | [:=\#"'(,-] )
        | [ ] ){0,7}
    (?: (?-i:[A-Z]{1,3}) [ -] )?
""")

_NAMES: Final = verbose(r"""
    versions? | ver | v | builds? | releases? | firmware | fw | bios | patch | revision | commits? | changeset
      | sha-?[0-9]{0,3} | md5 | checksum | digest | hash | (?:docker|git|image)[ ]tag | kernel | drivers? | chipset
      | board | cpu | gpu | ram | ssd
  | errors? | warnings? | lint | err | errno | exceptions? | faults?[ ]code | stop[ ]code | exit (?:ed)?
      | exit[ ]status | signal | sqlstate | http | status[ ]code | response[ ]code | return[ ]code
      | reason[ ]code | event[ ]id | trouble[ ]code
      | fails?[ ]with (?:[ ][a-z_]+[ ]and)? | failed[ ]with | crashe[ds][ ]with | lines?
  | skus? | ean | upc | gtin | isbn | issn | asin | mpn | p/n | parts? | spare[ ]parts? | models? | modell | art\.?
      | articles? | items? | products? | catalog (?:ue)? | cat\.?[ ]no\.? | styles? | colou?rs? | colou?r[ ]code | paint
      | shade | series | filters? | bulbs? | drums? | cartridges? | toner | ral | pantone | swatch | fabric | tyres?
      | tires? | sizes? | pattern[ ]no\.? | design | batter(?:y|ies) | memory | edition | chapter | volume
  | promo (?:tion(?:al)?)? (?:[ ]?codes?)? | coupons? | discount | offers? | voucher[ ]code | referral[ ]code
      | gift[ ]code
  | flights? | trains? | bus | buses | tram | coach | ferry | exits? | route | highway | motorway | interstate
      | junction | channels?
  | modules? | courses? | exams? | lectures? | subjects? | grade | queue | serving
  | forms? | schedule | sections? | clauses? | paragraph | pages? | figures? | fig\.? | iso | iec | en | din | rfc | kb
      | cve | annex | appendix | rule | regulation | statute
  | bp | blood[ ]pressure | pulse | heart[ ]rate | (?:blood[ ])?sugar | glucose | bmi | temp (?:erature)? | a1c | hba1c
      | weight | weighs | height | dose | dosage | cholesterol
  | pid | process | pr | (?:pull|merge)[ ]request | thread | worker | pod | row | fico | ltv | apr | miles? | km
  | readings? | odometer | mileage | clock[ ]shows
  | scores? | ranks? | ranking | rating | balances? | totals? | amounts? | sum | price[ds]? | costs? | fees? | points
      | credits | quantity | qty | mtu | ports? | timeout | limit | resolution | retries | dpi | baud | frequency
      | (?:text(?:ed)?|sent|send|sms)[ ] (?:"?[A-Z]{2,10}"?|it|that|a[ ]text)[ ]to
""")

_BRANDS: Final = verbose(r"""
    (?: lg | samsung | sony | canon | hp | epson | brother | dell | lenovo | thinkpad | asus | acer | msi
      | iphone | ipad
      | macbook | galaxy | pixel | xiaomi | redmi | huawei | nokia | motorola | oneplus | bosch | siemens | miele
      | philips | panasonic | whirlpool | dyson | netgear | tp-?link | linksys | cisco | logitech | nikon
        | garmin | gopro
      | lego | ikea | makita | dewalt | intel | ryzen | radeon | geforce | rtx | gtx | windows | win | macos | ios
      | android | usb | hdmi | ddr[345] | ps[2345] | xbox | boeing | airbus | formula | psalm )
    [ ] (?: [a-z]{2,8}[ ] | [0-9]{1,4}[ ] ){0,2}
""")

_CLOCK: Final = r"(?:[01][0-9]|2[0-3])[0-5][0-9]"


class Cue(IntEnum):
    """What the words before a code, or after it, say of it."""

    NAMED = 0
    PLACED = auto()
    FIELD = auto()
    BRAND = auto()
    SHOWN = auto()
    APPLIED = auto()
    LINE = auto()
    SINCE = auto()
    ANEW = auto()
    LINKED = auto()
    MEASURED = auto()
    SOLD = auto()
    FLIES = auto()
    UNTIL = auto()
    CALLED = auto()
    ASSIGNED = auto()


_EXPRESSIONS: Final = {
    Cue.NAMED: rf"(?:^|[^a-z0-9_/-])(?:{_NAMES}){_LINK}$",
    Cue.PLACED: verbose(r"""
        \b (?: fault | rooms? | tables? | gates? | platforms? | terminals? | aisles? | shelf | rows? | seats? | bays?
          | zones? | lanes? | tracks? | levels? | spots? | floors? | wards? | halls? | stalls? | booths?
            | slots? | tabs?
          | fields? | steps? | options? | tiers? | categor(?:y|ies) | priority | severity | sev | cabins? | pitch
          | screens? | theat(?:re|er)s? | buildings? )
        (?:[ ](?:number|no\.?|is|was|to|from|the|it's|now)){0,4} [ :\#]{0,2} $
    """),
    Cue.FIELD: verbose(r"""
        (?:^|[^a-z0-9]) [a-z_.-]* (?: country | country_?code | currency | locale | lang (?:uage)? | sku | qty
          | quantity
          | price | total | amount | status | status_?code | state | type | kind | port | host | hostname
            | version | size
          | colou?r | count | page | per_page | limit | offset | duration | latency | ms | retries | timeout | ttl | max
          | min | width | height | weight | line | col | pid | tid | thread | attempts? | level | queue | region | zone
          | image | rate | ratio | percent | bytes | seconds | namespace ) ["']? [ ]? [:=] [ ]? ["']? $
    """),
    Cue.BRAND: rf"\b{_BRANDS}$",
    Cue.SHOWN: (
        r"\b(?:shows?|showing|showed|displays?|displaying|flash(?:es|ing)?|blink(?:s|ing)|reads|throws|stops with)"
        r"(?: (?:a|an|the|code|me)){0,3}[ :\"']{1,2}$"
    ),
    Cue.APPLIED: r"\b(?:use|using|enter|entered|apply|applied|typed?|with|code)[ \"']{1,2}(?:code[ \"']{1,2})?$",
    Cue.LINE: r"[a-z_)][:@][0-9]{1,5}:$",
    Cue.SINCE: rf"\b{_CLOCK}[ ]?(?:to|until|till|and|-)[ ]?$",
    # "I raised a fault, the number is"
    Cue.ANEW: r"\b(?:the|a|an|its?) (?:numbers?|no|nr|id|codes?|name)\b[.]?(?: is| was)?[ :#]{0,3}$",
    Cue.LINKED: r"(?:@|://[^ ]{0,56})$",
    Cue.MEASURED: verbose(r"""
        ^ (?: [ ]? (?: [kmgt]hz | [kmgt]?i?bps | [kmg]?wh | kw | ma?h | volts? | watts? | amps? | ml | cl | litres?
            | liters? | mg | mcg | iu | units? | grams? | cm | mm | mph | km/h | kmh | rpm | psi | px | pixels
              | dpi | fps
            | rows | pcs | pieces | boxes | pallets | pages | steps | calories | kcal | bpm | bytes | characters
            | requests | users | customers | connections ) \b
          | [ ](?:point|decimal)[ ](?:oh|zero|one|two|three|four|five|six|seven|eight|nine|[0-9])\b )
    """),
    Cue.SOLD: verbose(r"""
        ^ ,?[ ] (?: printer | laptop | phone | monitor | cartridge | toner | drum | bulb | battery | charger | cable
          | keyboard | mouse | router | modem | camera | tv | headphones? | speaker | drill | fridge | freezer | oven
          | washer | dryer | dishwasher | boiler | model | series | drive | disk | card[ ]reader | gpu | cpu
            | motherboard
          | chipset | in[ ](?:black|white|red|blue|green|grey|gray|silver|gold|stock|size)
          | (?:is|was)[ ](?:out[ ]of|in|not[ ]in)[ ]stock | (?:is|was)[ ](?:listed|not[ ]listed|discontinued|sold[ ]out)
          | at[ ](?:the[ ])?(?:checkout|basket|till) ) \b
    """),
    Cue.FLIES: (
        r"^(?:[ ](?:to|from|into|out of) (?-i:[A-Z])|,?[ ](?:is|was|got|has been|gets|just got)"
        r" (?:cancel|delay|divert|late|on time|board))"
    ),
    Cue.UNTIL: rf"^[ ]?(?:to|until|till|and|-)[ ]?{_CLOCK}\b",
    Cue.CALLED: r"^\(",
    Cue.ASSIGNED: r"^[\"']?[ ]?[:=][ ]?[^ ]",
}
_ANY_CASE: Final = {cue: rf"(?i){expression}" for cue, expression in _EXPRESSIONS.items()}
_LAST_BEFORE: Final = Cue.LINKED

_NAMED_FIRST: Final = compiled(rf"(?i)\W*(?:(?:{_NAMES})[ :#-]|{_BRANDS})")


_BEFORE: Final = Prefilter([_ANY_CASE[cue] for cue in Cue if cue <= _LAST_BEFORE], memory_bytes=_SET_MEMORY_BYTES)
_AFTER: Final = Prefilter([_ANY_CASE[cue] for cue in Cue if cue > _LAST_BEFORE], memory_bytes=_SET_MEMORY_BYTES)


def cues_around(text: str, start: int, end: int) -> frozenset[Cue]:
    """Return what the ASCII text around a span says of it. Pure."""
    before = text[max(0, start - BEFORE_CHARS) : start]
    found = {Cue(number) for number in _BEFORE.match(before)}
    found.update(Cue(number + _LAST_BEFORE + 1) for number in _AFTER.match(text[end : end + AFTER_CHARS]))
    if Cue.ANEW in found:
        found.discard(Cue.NAMED)
    return frozenset(found)


def names_thing(value: str) -> bool:
    """Say whether a value begins with the word for a thing, or with a brand: "boeing 737 800". Pure."""
    return _NAMED_FIRST.match(value) is not None and not value.lower().startswith("v ")
