"""Postal codes of many states, by their shape, or beside the name of a city, a state or the word itself."""

from typing import Final

from pipeline.detection.common_words import ORDINARY_WORDS, word_set
from pipeline.detection.patterns.pattern import Pattern, Refine, compiled, verbose
from pipeline.event.labels import Label

_UPU: Final = "UPU Universal POST*CODE database, addressing systems"

_NOT_CITIES: Final = word_set(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday euro euros dollars dollar pounds rupees yen usd eur gbp ubuntu windows linux"
)
_CITIES: Final = word_set(
    "paris london berlin madrid rome roma milan milano nice essen mexico florence nancy tours mark"
)
_NOT_DUTCH: Final = word_set(
    "am pm mb gb kb tb mw kw hp eu us uk ad bc bp ce ok tv hz mm cm km kg ml sa sd ss id mg rs"
)

_DUTCH_CONTEXT: Final = (
    r"(?:[a-z]{3,}(?:straat|laan|weg|plein|gracht|kade|dijk|singel|hof)|post ?-?code|netherlands|holland|nederland"
    r"|amsterdam|rotterdam|utrecht|den haag|the hague|eindhoven|groningen|tilburg|almere|breda|nijmegen|haarlem|arnhem"
    r"|leiden|delft|maastricht|zwolle|address)"
)

_FOUR_DIGIT_CITIES: Final = (
    r"(?:Z[ux]rich|Gen[ex]ve|Geneva|Bern|Basel|Lausanne|Luzern|Wien|Vienna|Graz|Linz|Salzburg|Innsbruck|K[ox]benhavn"
    r"|Copenhagen|Aarhus|Odense|Aalborg|Oslo|Bergen|Trondheim|Stavanger|Brussels?|Bruxelles|Antwerp(?:en)?|Gent|Ghent"
    r"|Li[ex]ge|Brugge|Leuven|Budapest|Debrecen|Luxembourg|Sofia|Ljubljana|Maribor|Auckland|Wellington|Christchurch"
    r"|Hamilton|Johannesburg|Pretoria|Durban|Cape Town)"
)
_INDIAN_PLACES: Final = (
    r"(?:Mumbai|New Delhi|Delhi|Bengaluru|Bangalore|Hyderabad|Ahmedabad|Chennai|Kolkata|Surat|Pune|Jaipur|Lucknow"
    r"|Kanpur|Nagpur|Indore|Thane|Bhopal|Visakhapatnam|Patna|Vadodara|Ghaziabad|Ludhiana|Agra|Nashik|Faridabad|Meerut"
    r"|Rajkot|Varanasi|Srinagar|Aurangabad|Amritsar|Navi Mumbai|Ranchi|Coimbatore|Jabalpur|Gwalior|Vijayawada|Jodhpur"
    r"|Madurai|Raipur|Kota|Guwahati|Chandigarh|Solapur|Mysuru|Mysore|Gurgaon|Gurugram|Noida|Kochi|Cochin|Trivandrum"
    r"|Thiruvananthapuram|Mangalore|Dehradun|Karnataka|Maharashtra|Tamil Nadu|Telangana|Kerala|Gujarat|Rajasthan|Punjab"
    r"|Haryana|Uttar Pradesh|Madhya Pradesh|West Bengal|Bihar|Odisha|Andhra Pradesh|India|Singapore)"
)


def _leading(expression: str, *, city: bool) -> Refine:
    """Return the refinement that takes the code before a city, whose name is no ordinary word, nor a month."""
    matcher = compiled(expression)

    def refine(value: str) -> tuple[int, int] | None:
        match = matcher.match(value)
        if match is None:
            return None
        word = value[match.end() :].strip(" ,").partition(" ")[0].lower()
        if city and word not in _CITIES and (word in ORDINARY_WORDS or word in _NOT_CITIES):
            return None
        return match.span("code")

    return refine


def _last(expression: str) -> Refine:
    """Return the refinement that takes the code at the end."""
    matcher = compiled(rf"(?i)(?s:.*[^A-Za-z0-9])(?P<code>{expression})")

    def refine(value: str) -> tuple[int, int] | None:
        match = matcher.fullmatch(value)
        return match.span("code") if match else None

    return refine


def _mixed_eircode(value: str) -> tuple[int, int] | None:
    unit = value[-4:]
    capital = value.isupper() or " " in value
    mixed = any(map(str.isdecimal, unit)) and any(map(str.isalpha, unit))
    return (0, len(value)) if capital and mixed else None


def _dutch(value: str) -> tuple[int, int] | None:
    return None if value[-2:].lower() in _NOT_DUTCH else (0, len(value))


_CODE_FIRST: Final = _leading(r"(?P<code>[0-9]{4})", city=False)
_CODE_LAST: Final = _last("[0-9]{4}")


def _beside_city(value: str) -> tuple[int, int] | None:
    """Take the four digits before or after a city, unless they can be a year."""
    span = _CODE_FIRST(value) or _CODE_LAST(value)
    return None if span is None or value[span[0] : span[0] + 2] in {"19", "20"} else span


_LEAD: Final = (
    r"(?:^|[,;:\n][ ]?|(?i:\b(?:in|to|at|from|near|is|live|lives|zip|and|of|postcode|code)[ ])|[0-9][a-z]?[ ]|[A-Z]-)"
)
_CITY: Final = r"[A-Z][a-z]{2,20}\b"

POSTCODES: Final = (
    Pattern(
        name="postcode_cue",
        label=Label.ZIP,
        cue=r"(?:post ?-?codes?|postal ?codes?|zip ?codes?|zip|eir ?codes?|plz|code postal|codigo postal|cep)",
        regex=verbose(r"""
            (?: [A-Z]{1,2}[0-9][0-9A-Z]?[ ]{0,2}[0-9][A-Z]{2} | [A-Z][0-9][A-Z][ -]?[0-9][A-Z][0-9]
              | [AC-FHKNPRTV-Y][0-9][0-9W][ -]?[0-9AC-FHKNPRTV-Y]{4} | [1-9][0-9]{3}[ ]?(?-i:[A-Z]{2})
                | [0-9]{5}-[0-9]{3}
              | [0-9]{2}-[0-9]{3} | [0-9]{3}-[0-9]{4} | [0-9]{4}-[0-9]{3} | [0-9]{3}[ ][0-9]{2} | [A-Z]{1,2}-[0-9]{4,6}
              | (?-i:[A-Z]{1,2}[0-9]{1,2}[A-Z]?) )\b
        """),
        source=_UPU,
        score=0.97,
        veto_after=r"[0-9]",
        reversible=True,
    ),
    Pattern(
        name="eircode",
        label=Label.ZIP,
        regex=r"(?:D6W|[AC-FHKNPRTV-Y][0-9]{2})[ ]?[0-9AC-FHKNPRTV-Y]{4}",
        source="Eircode product guide, section 2: routing key and unique identifier",
        refine=_mixed_eircode,
        score=0.7,
        veto=r"[-/_#]",
        veto_words=r"(?:model|part|sku|item|product|code|version|order|ref|gate|error)(?: number| no| code)?(?: is)?",
        veto_after=r"[-/_.][A-Za-z0-9]",
    ),
    Pattern(
        name="dutch_postcode",
        label=Label.ZIP,
        regex=r"(?-i:[1-9][0-9]{3}[ ]?[A-Z]{2})\b",
        source="UPU S42, NL template: four digits, two letters",
        refine=_dutch,
        context=_DUTCH_CONTEXT,
        score=0.8,
        veto=r"[-/_#$.]",
    ),
    Pattern(
        name="five_digits_and_city",
        label=Label.ZIP,
        starts_word=False,
        regex=rf"(?-i:{_LEAD}[0-9]{{5}},?[ ]{_CITY})",
        source=_UPU + ": DE, FR, IT, ES, FI, TR, MX, UA",
        refine=_leading(r"(?s:.*?)(?P<code>[0-9]{5})", city=True),
        score=0.65,
        veto=r"[-/_#$.]",
        veto_words=(
            r"(?:order|account|ticket|case|id|ref|number|no|invoice|claim|policy|booking|code|build"
            r"|error)(?: is)?"
        ),
    ),
    Pattern(
        name="country_and_postcode",
        label=Label.ZIP,
        regex=rf"(?-i:(?:D|DE|F|FR|CH|A|AT|B|BE|NL|SE|S|DK|NO|N|FI|PL|E|ES|I|IT|L|LU|CZ|SK|HU|LT|LV|EE|HR|SI|RO|PT)-[0-9]{{4,6}}"
        rf"[ ]{_CITY})",
        source=_UPU + "; CEPT country prefixes",
        refine=_leading(r"[A-Z]{1,2}-(?P<code>[0-9]{4,6})", city=True),
        score=0.8,
    ),
    Pattern(
        name="four_digits_and_city",
        label=Label.ZIP,
        regex=rf"(?-i:[0-9]{{4}},?[ ]{_FOUR_DIGIT_CITIES}|{_FOUR_DIGIT_CITIES},?[ ][1-9][0-9]{{3}})\b",
        source=_UPU + ": CH, AT, DK, NO, BE, HU, LU, BG, SI, NZ, ZA",
        refine=_beside_city,
        score=0.75,
        veto=r"[-/_#$.]",
    ),
    Pattern(
        name="grouped_digits_and_city",
        label=Label.ZIP,
        starts_word=False,
        regex=rf"(?-i:{_LEAD}(?:[0-9]{{3}}[ ][0-9]{{2}}|[0-9]{{2}}-[0-9]{{3}}|[0-9]{{4}}-[0-9]{{3}})[ ]{_CITY})",
        source=_UPU + ": SE, CZ, SK, GR; PL; PT",
        refine=_leading(r"(?s:.*?)(?P<code>[0-9]{3} [0-9]{2}|[0-9]{2}-[0-9]{3}|[0-9]{4}-[0-9]{3})", city=True),
        score=0.75,
        veto=r"[-/_#$.0-9][ ]?",
    ),
    Pattern(
        name="brazilian_postcode",
        label=Label.ZIP,
        regex=r"[0-9]{2}\.?[0-9]{3}-[0-9]{3}",
        source=_UPU + ": BR, codigo de enderecamento postal",
        score=0.7,
        veto=r"[-/_#$.0-9]",
        veto_after=r"[-/.]?[0-9]",
    ),
    Pattern(
        name="japanese_postcode",
        label=Label.ZIP,
        regex=r"[0-9]{3}-[0-9]{4}",
        source=_UPU + ": JP",
        context=r"(?:tokyo|osaka|kyoto|yokohama|nagoya|sapporo|fukuoka|kobe|japan|[a-z]{2,}-(?:ku|shi|cho)|chome|postal)\b",
        trigger=r"\b(?:tokyo|osaka|kyoto|yokohama|nagoya|sapporo|fukuoka|kobe|japan|chome|postal)\b|-(?:ku|shi|cho)\b",
        score=0.8,
        veto=r"[-/_#$.0-9]",
        veto_after=r"[-/.]?[0-9]",
    ),
    Pattern(
        name="indian_postcode",
        label=Label.ZIP,
        regex=rf"{_INDIAN_PLACES}[ ,.:-]{{1,4}}(?:pin ?(?:code)?[ :-]{{0,3}})?[1-9][0-9]{{2}}[ ]?[0-9]{{3}}",
        source=_UPU + ": IN, SG",
        refine=_last(r"[1-9][0-9]{2}[ ]?[0-9]{3}"),
        score=0.85,
        veto_after=r"[ -]?[0-9]",
    ),
    Pattern(
        name="australian_postcode",
        label=Label.ZIP,
        regex=r"(?-i:NSW|VIC|QLD|SA|TAS|ACT|WA|NT),?[ ](?P<postcode>[0-9]{4})\b",
        source=_UPU + ": AU, state and four digits",
        refine=_last("[0-9]{4}"),
        score=0.85,
    ),
)
