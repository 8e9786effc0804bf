"""Where people live: street addresses, boxes, postal codes."""

from typing import Final

from pipeline.detection.common_words import FUNCTION_WORDS, ORDINARY_WORDS, word_set
from pipeline.detection.patterns.pattern import Pattern, accepted_by, compiled, verbose
from pipeline.detection.patterns.values import UNIT_AFTER
from pipeline.event.labels import Label

_STATES: Final = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC"
    "|ND|OH|OK|OR|PA|PR|RI|SC|SD|TN|TX|UT"
    "|VT|VA|WA|WV|WI|WY|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida"
    "|Georgia|Hawaii|Idaho|Illinois|Indiana"
    "|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri"
    "|Montana|Nebraska|Nevada|New Hampshire"
    "|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania"
    "|Rhode Island|South Carolina|South Dakota"
    "|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming"
)

_SUFFIX: Final = verbose(r"""
    (?: street | str | st | avenue | ave | av | road | rd | boulevard | blvd | lane | ln | drive | dr | court | ct
      | terrace | ter | circle | cir | highway | hwy
      | parkway | pkwy | square | sq | place | pl | way | trail | trl | loop | alley | crescent | cres | close | row
        | gardens | quay | mews | turnpike
      | expressway | broadway | plaza | point | ridge | hill | hills | grove | heights | run | pike | cove | crossing
        | bend | path | walk | view | park
      | route | freeway | fwy | esplanade | parade | manor | glen | green | meadow | meadows | pines | estate
        | estates | island | villas? | nagar | colony | marg )
""")

_UNIT: Final = (
    r"(?:[,.]{0,2} ?(?:apt|apartment|suite|ste|unit|floor|fl|room|rm|bldg|building|lot"
    r"|\#)\.? ?\#?(?:[0-9]{1,5}[A-Za-z]?|[A-Za-z](?:-?[0-9]{1,4})?)\b)"
)

_TAIL: Final = (
    rf"(?:[, ]{{1,3}}(?:[A-Za-z.'-]{{2,20}} "
    rf"?){{1,3}}[, ]{{1,3}}(?:{_STATES})\b\.?)?(?:[, ]{{1,3}}[0-9]{{5}}(?:-[0-9]{{4}})?\b)?"
)

_NOT_IN_STREETS: Final = (FUNCTION_WORDS - {"first", "second", "mine", "kind", "well", "like"}) | word_set(
    "star stars bed beds bath baths room rooms blocks block hour hours minute minutes bedroom bedrooms "
    "bathroom floor level credits dollars people person ticket tickets pizza pizzas percent times km mile "
    "miles nights night guests day days week weeks month months year years gb mb inch inches pack box boxes "
    "order orders item items card cards way flight flights call calls number numbers digit digits account "
    "code pm am"
) - {"way"}

_WEAK_SUFFIXES: Final = word_set(
    "drive dr place pl way trail loop close row point ridge hill hills run pike cove crossing bend path walk "
    "view park route parade green island st str court ct square sq circle terrace gardens estate villa villas "
    "ter plaza glen manor heights grove"
)

_MEASURE: Final = compiled(rf"(?i){UNIT_AFTER}")
_ABBREVIATION_CHARS_MAX: Final = 5  # "Blvd." with its full stop
_HOUSE: Final = compiled(r"(?i)(?<![A-Za-z0-9])[0-9]{1,6}(?:-[0-9]{1,4})?[a-z]?(?=[ ,])")
_WORD: Final = compiled(r"[A-Za-z'.-]+|[0-9]+(?:st|nd|rd|th)?")


def _street(value: str) -> tuple[int, int] | None:
    """Start at the first number from which no word on is one that no street name has: "2 tickets to 44 Main Street"."""
    for house in _HOUSE.finditer(value):
        rest = value[house.end() :]
        suffixes = compiled(rf"(?i)[ .,]{_SUFFIX}\b").finditer(rest)
        suffix = next((found for found in suffixes if rest[: found.start()].strip(" .,")), None)  # not Hill of Hill St
        if suffix is None:
            return None
        name = [word.strip(".,'-") for word in _WORD.findall(rest[: suffix.start()])]
        if not name or any(word.lower() in _NOT_IN_STREETS for word in name):
            continue
        weak = suffix.group().strip(" .,").lower() in _WEAK_SUFFIXES
        capital = any(word[:1].isupper() for word in name) or len(house.group()) >= 3  # noqa: PLR2004 - a house number and two words; long house numbers are no counts
        if weak and not capital and not any(word[:1].isdecimal() for word in name):
            continue
        end = len(value.rstrip(" ,"))
        sentence_end = value[:end].endswith(".") and len(value[:end].rsplit(" ", 1)[-1]) > _ABBREVIATION_CHARS_MAX
        return house.start(), end - sentence_end
    return None


_LINE_END: Final = compiled(
    r"(?i)\s(?:and|my|phone|ph|tel|mobile|e-?mail|zip|thanks|thank|but|please|is|so|because|contact|number"
    r"|name|i|it|with|if|for|can|which|where|when|you)\b|[.!?](?:\s|$)"
)


def _told_address(value: str) -> tuple[int, int] | None:
    stop = _LINE_END.search(value)
    end = stop.start() if stop else len(value)
    end = len(value[:end].rstrip(" ,.;"))
    return (0, end) if len(_WORD.findall(value[:end])) >= 3 else None  # noqa: PLR2004 - a house number and two words; long house numbers are no counts


_DIRECTIONS: Final = word_set("north south east west n s e w ne nw se sw")


def _without_suffix(value: str) -> tuple[int, int] | None:
    """Take a house number and words that only a street is called: "1904 east sycamore", not "40 million people"."""
    number, *words = value.split(" ")
    directed = len(words) > 1 and words[0].lower().strip(".") in _DIRECTIONS
    first = words[directed].lower()
    known = first in FUNCTION_WORDS or first in _NOT_IN_STREETS if directed else first in ORDINARY_WORDS
    if known or first in _MONTHS or _MEASURE.match(value, len(number)):
        return None
    second = words[directed + 1] if len(words) > directed + 1 else ""
    kept = words[: directed + 1] + [second] * (second[:1].isupper() or (second != "" and second not in ORDINARY_WORDS))
    return 0, len(" ".join([number, *kept]))


_UK_OUTWARD: Final = (
    r"(?:GIR|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9][ABEHMNPRVWXY]))"
)


def _uk_postcode(value: str) -> bool:
    return " " in value or value.isupper()


_STATE_AND_ZIP: Final = compiled(r"(?:[A-Z]{2}|[A-Za-z][A-Za-z ]{3,20})[, ]{1,2}(?P<zip>[0-9]{5}(?:-[0-9]{4})?)")


def _zip_of_state(value: str) -> tuple[int, int] | None:
    """Take the number after a state, whose abbreviation is in capitals: "in 12345" has none."""
    match = _STATE_AND_ZIP.fullmatch(value)
    return match.span("zip") if match else None


_MONTHS: Final = word_set(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday room gate flight"
)


def _no_month(value: str) -> bool:
    """Whether none of the words is one of a date: "May 14, 2024 Monday"."""
    return not any(word.lower() in _MONTHS for word in _WORD.findall(value))


_TO_A_HOUSE: Final = verbose(r"""
    (?: liv(?:e|es|ing)[ ](?:at|on|in) | stay(?:s|ing)?[ ]at | (?:you're|you[ ]are|we're|we[ ]are|i'm|i[ ]am)
          [ ](?:still[ ])?(?:on|at) | going[ ]to | (?:sen[dt]|ship|shipped|deliver|delivered|mail|mailed|bring|post)
          (?:[ ](?:it|them|this|that))?[ ]to
      | (?:place|house|home|property|office|building)[ ](?:is|was)(?:[ ](?:at|on))? | (?:billing|shipping|service
        |mailing|delivery|home|new|old)[ ]address | address (?:[ ]is | [ ]to | [ ]on[ ]file[ ]is )?
      | moved[ ]to | from | pick(?:ed)?[ ](?:me|us|him|her|them|it)?[ ]?up[ ](?:at|from) )
""")
_TO_A_NUMBER: Final = r"[ :=]{1,2}(?:(?:uh|um|it's|its|at|is|actually|the|number)[ ]){0,2}"

PLACES: Final = (
    Pattern(
        name="street_address",
        label=Label.ADDRESS,
        regex=verbose(rf"""
            (?: no\.?[ ]? )? [0-9]{{1,6}} (?:-[0-9]{{1,4}})? [A-Za-z]? [ ,]{{1,2}} (?: [0-9]{{1,5}}[ ] )?
            (?: [A-Za-z0-9'.-]{{1,20}} [ ]{{1,2}} ){{1,5}}? {_SUFFIX} \b \.?
            (?-i: [ ] (?: Court | Road | Street | Avenue | Lane | Drive | Close | Way | Place | Terrace | Crescent
              | Ct | Rd | St | Ave | Ln ) \b )?
            (?: [ ] (?: n | s | e | w | ne | nw | se | sw | north | south | east | west | northeast | northwest
              | southeast | southwest )\b )? (?: [ ][A-Z]-?[0-9]{{1,4}}\b )?
        """)
        + _UNIT
        + "?"
        + _TAIL,
        source="USPS Publication 28, sections 23 and appendix C1 (street suffixes)",
        refine=_street,
        score=0.92,
        trigger=rf"[ .]{_SUFFIX}\b",
    ),
    Pattern(
        name="numbered_broadway",
        label=Label.ADDRESS,
        regex=(
            rf"[0-9]{{1,6}}[ ](?:[NSEW]\.?[ ])?(?:Broadway|(?:US|State|County)[ ](?:Route|Highway|Hwy|Road"
            rf"|Rd)[ ][0-9]{{1,4}}|(?:Avenida|Avenue|Camino|Via|Calle|Paseo|El|La|Rue"
            rf"|Embarcadero)[ ][A-Za-z]{{3,20}}(?:[ ][A-Z][a-z]{{2,20}})?|Highway[ ][0-9]{{1,4}}){_UNIT}?{_TAIL}"
        ),
        source="USPS Publication 28, section 24",
        score=0.75,
        trigger=(
            r"[0-9] (?:[NSEW]\.? )?(?:Broadway|US |State |County |Avenida|Avenue|Camino|Via |Calle|Paseo|El |La "
            r"|Rue |Embarcadero|Highway)"
        ),
    ),
    Pattern(
        name="post_office_box",
        label=Label.ADDRESS,
        regex=(
            rf"(?:(?:p\.?[ ]?o\.?|gpo|p\.?m\.?b\.?)[ ]?box|(?:locked|private)[ ](?:mail[ ]?)?bag"
            rf"|postfach|postbus|boite postale"
            rf"|casilla|apartado|caixa postal)[ ]?\#?[ ]?(?:no\.?[ ])?[0-9]{{1,7}}{_TAIL}"
        ),
        source="USPS Publication 28, section 28",
        score=0.95,
    ),
    Pattern(
        name="unit",
        label=Label.ADDRESS,
        regex=r"(?:apt|apartment|suite|flat)\.?[ ]?(?:no\.?|number|\#)?[ ]?(?:[0-9]{1,5}[A-Z]?|[A-Z]-?[0-9]{1,4})",
        source="USPS Publication 28, section 213 (secondary unit designators)",
        score=0.6,
        veto_words=r"(?:a|an|the|at|is|was|be|of)",
        veto_after=rf"[.,][0-9]|{UNIT_AFTER}",
    ),
    Pattern(
        name="european_street",
        label=Label.ADDRESS,
        regex=verbose(r"""
            [A-Z][A-Za-z-]{2,25} (?: stra(?:ss|x)e | str\. | gasse | platz | allee | straat | laan | gracht
              | weg ) [ ][0-9]{1,4}(?:-[0-9]{1,4})?[ ]?[a-z]?\b (?: ,?[ ][0-9]{4,5}[ ][A-Z][A-Za-z]{2,25} )?
          | [0-9]{1,4} (?:[ ]?(?:bis|ter))? ,?[ ] (?: rue | boulevard | chemin | impasse | quai ) [ ]
            (?: (?: de | du | des | la | le | l' | d' | de[ ]la )[ ]? )? [A-Z][A-Za-z'-]{2,25}
            (?:[ ][A-Z][A-Za-z'-]{2,25}){0,3} (?: ,?[ ][0-9]{5}[ ][A-Z][A-Za-z-]{2,25} )?
          | (?: calle | avenida | avda\. | paseo | via | viale | piazza | corso | rua ) [ ]
            (?: (?: de | del | da | do | la | las | los | dei | della )[ ] ){0,2} [A-Z][A-Za-z'-]{2,25}
            (?:[ ][A-Z][A-Za-z'-]{2,25}){0,3} ,?[ ] (?: n\.?o?[ ]? )? [0-9]{1,4}\b
        """),
        source="UPU S42 international address components, DE, NL, FR, ES, IT, PT templates",
        score=0.85,
        trigger=(
            r"stra(?:ss|x)e |str\. |gasse |platz |allee |straat |laan |gracht |weg |\b(?:rue|boulevard|chemin"
            r"|impasse|quai|calle|avenida|avda\.|paseo|via|viale|piazza|corso|rua) "
        ),
    ),
    Pattern(
        name="street_and_postcode",
        label=Label.ADDRESS,
        regex=(
            r"(?-i:(?:[0-9]{1,4}[a-z]?[ ][A-Z][A-Za-z-]{2,25}(?:[ ][A-Z][A-Za-z-]{2,25})?"
            r"|[A-Z][A-Za-z-]{2,25}(?:[ ][A-Z][A-Za-z-]{2,25})?[ ][0-9]{1,4}[a-z]?),[ ]?[0-9]{4,5}[ ][A-Z][a-z]{2,25})"
        ),
        source="UPU S42 international address components, NO, DK, SE, DE, CH, AT templates",
        refine=accepted_by(_no_month),
        score=0.8,
        trigger=r",[ ]?[0-9]{4,5}[ ][A-Z][a-z]",
    ),
    Pattern(
        name="address_told",
        label=Label.ADDRESS,
        cue=(
            r"(?:address(?:es)?|addr|live at|lives at|living at|residing at|reside at|staying at"
            r"|deliver(?:ed)? (?:it )?to|ship(?:ped)? (?:it )?to|moved to|located at)"
        ),
        gap=r"(?:[\s:=-]{1,3}(?:is|was|to|would be|will be|it's|its|at)\b){0,3}[\s:=-]{1,4}",
        regex=r"[0-9][^\n;]{5,90}",
        source="support practice: an address after the word",
        refine=_told_address,
        score=0.7,
        veto_words=r"(?:e-?mail|ip|mac|web|wallet|bitcoin|btc)",
    ),
    Pattern(
        name="address_without_suffix",
        label=Label.ADDRESS,
        cue=_TO_A_HOUSE,
        gap=_TO_A_NUMBER,
        regex=(
            r"[0-9]{2,5}[A-Za-z]?[ ](?:(?:north|south|east|west|n|s|e|w|ne|nw|se"
            r"|sw)\.?[ ])?[A-Za-z'-]{4,20}(?:[ ][A-Za-z'-]{4,20})?"
        ),
        source="USPS Publication 28, section 23: the suffix is often left out when it is told",
        refine=_without_suffix,
        score=0.7,
        veto_after=UNIT_AFTER,
        trigger=rf"\b(?:{_TO_A_HOUSE}){_TO_A_NUMBER}[0-9]{{2}}",
    ),
    Pattern(
        name="zip_plus_four",
        label=Label.ZIP,
        regex=r"[0-9]{5}-[0-9]{4}",
        source="USPS Publication 28, section 222",
        score=0.9,
        veto=r"[0-9$-]|\)[ ]?",
        veto_after=r"-[0-9]",
    ),
    Pattern(
        name="zip_cue",
        label=Label.ZIP,
        cue=r"(?:zip ?codes?|zips?|zip-codes?|postal ?codes?|post ?codes?|pin[ _]?codes?)",
        regex=r"[0-9]{3} [0-9]{3}\b|[0-9]{4,6}\b(?:-[0-9]{4})?",
        source="USPS Publication 28, section 222",
        score=0.96,
        veto_after=r"[0-9]",
        reversible=True,
        repeats=True,
    ),
    Pattern(
        name="zip_after_state",
        label=Label.ZIP,
        regex=rf"(?:{_STATES})[, ]{{1,2}}[0-9]{{5}}(?:-[0-9]{{4}})?",
        source="USPS Publication 28, section 22",
        refine=_zip_of_state,
        score=0.9,
    ),
    Pattern(
        name="uk_postcode",
        label=Label.ZIP,
        regex=rf"{_UK_OUTWARD}[ ]?[0-9][ABD-HJLNP-UW-Z]{{2}}",
        source="BS 7666-2; Royal Mail programmers' guide",
        refine=accepted_by(_uk_postcode),
        score=0.85,
        veto="-",
    ),
    Pattern(
        name="canadian_postcode",
        label=Label.ZIP,
        regex=r"[ABCEGHJ-NPR-TVXY][0-9][ABCEGHJ-NPR-TV-Z][ -]?[0-9][ABCEGHJ-NPR-TV-Z][0-9]",
        source="Canada Post addressing guidelines",
        refine=accepted_by(lambda value: value.isupper() or " " in value),
        score=0.85,
        veto="-",
    ),
)
