"""Addresses in the forms of other states: a designator and number first, a street's name before its number, units."""

from typing import Final

from pipeline.detection.common_words import FUNCTION_WORDS, NAME_WORDS, ORDINARY_WORDS, word_set
from pipeline.detection.patterns.pattern import Pattern, compiled, verbose
from pipeline.event.labels import Label

_S42: Final = "UPU S42 international address components"

_PLACE_WORDS: Final = verbose(r"""
    (?: nagar | colony | road | rd | marg | sector | apartments? | apts? | society | layout | cross | main | phase
      | street | st | lane | ln | towers? | enclave | vihar | puram | pur | ganj | bagh | chowk | bazaar | residency
      | residences? | heights | complex | building | bldg | house | court | ct | block | blk | estates? | gardens?
        | park
      | mansions? | villas? | avenue | ave | drive | close | terrace | place | square | crescent | way | quay | wharf
      | mews | grove | hill | rise | lodge | wing | stage | extension | extn | chawl | floor | city | village | town
      | brgy | barangay | jalan | taman | lorong | bishan | plaza | centre | center )
""")

_PLACE_WORD: Final = compiled(rf"(?i){_PLACE_WORDS}")
_SMALL: Final = word_set("of the de la le du des del near opp opposite behind no and at st")
_SIGN_OFFS: Final = word_set(
    "regards best kind sincerely cheers thanks thank tel phone mobile mob cell fax email e-mail mail"
    " dear subject from sent "
    "date order ref re attn contact dob name ph web www"
)
_WORD: Final = compiled(r"[^\s,]+")
_WORDS_MAX: Final = 18
_GAP_MARKS_MAX: Final = 3


def _designated(value: str) -> tuple[int, int] | None:
    """Take "Flat 302, Shanti Apartments, MG Road": words up to one that no address has, with a place among them."""
    end = place = 0
    plain = False
    for number, word in enumerate(_WORD.finditer(value)):
        bare = word.group().strip(".'\"()").lower()
        small = not (word.group()[0].isupper() or word.group()[0].isdecimal())
        is_place = number > 0 and _PLACE_WORD.fullmatch(bare) is not None
        if number == _WORDS_MAX or bare in _SIGN_OFFS or word.start() - end > _GAP_MARKS_MAX:
            break
        if small and bare in FUNCTION_WORDS and bare not in _SMALL:
            break
        if small and not is_place and bare in ORDINARY_WORDS and bare not in _SMALL and bare not in NAME_WORDS:
            break
        end = word.end() if not (small and bare in _SMALL) else end
        plain = plain or (number > 0 and bare.isalpha() and not is_place and bare not in _SMALL)
        place = end if is_place else place
        if word.group()[-1] in ".!?" and len(bare) > _GAP_MARKS_MAX:
            break
    if not place or not (plain or any(map(str.isdecimal, value[4:end]))):
        return None
    return 0, len(value[:end].rstrip(" ,.-'\"()"))


_NOT_STREETS: Final = word_set("brigade renegade upgrade downgrade motorway norway subway headway runway railway")

_PREPOSITIONS: Final = word_set("am an auf in zum zur unter hinter lange hohe")


def _no_word_like(value: str) -> tuple[int, int] | None:
    words = value.lower().split()
    ordinary = words[0] in ORDINARY_WORDS and words[0] not in _PREPOSITIONS
    return None if ordinary or not _NOT_STREETS.isdisjoint(words) else (0, len(value))


_UNIT_ABROAD: Final = verbose(r"""
    (?: [, ]{1,3} (?:
        (?: flat | apt\.? | apartment | unit | suite | floor | room | staircase | stair | entrance | door | block
          | tower
          | wing | building | scala | esc\.? | escalera | escalier | int\.? | interno | piso | porta | puerta | planta
          | piano | appt\.? | apto\.? | appartement | bat\.? | batiment | bloco | bloc | quadra | lote | depto\.?
            | dpto\.?
          | lgh | kv\.? | m\. | lok\.? | mieszk\.? | haus | hinterhaus | bus | bte | boite | et\.? | etage | stock
            | aufgang | huis | hs ) [ ]? (?:no\.?[ ]?)? (?: [0-9]{1,4}[A-Z]? | (?-i:[A-Z])[0-9]{0,4} )\b
      | [0-9]{1,2} (?: st | nd | rd | th | e | er | eme | o | a | \. )? [ ]? (?: floor | fl | etage | og | stock
          | obergeschoss | piso | piano | andar | planta | verdieping | sal | tv | th | mf | vaning | krs | emelet )\b
      | (?: ground | first | second | third | fourth | fifth | sixth | top | lower[ ]ground ) [ ] floor \b
          (?:[ ](?:flat|left|right|front|back)\b)?
      | [0-9]{1,2}[oa]?[ ]?[A-D]\b | \#[0-9]{1,3}-[0-9]{1,4} ) ){1,4}
""")
"""The second part of an address: flat, floor, staircase, door, in the words of many languages."""

PLACES_ABROAD: Final = (
    Pattern(
        name="designated_address",
        label=Label.ADDRESS,
        regex=verbose(r"""
            (?: flat | apt\.? | apartment | unit | suite | block | blk\.? | tower | villa | bungalow | plot | shop
              | quarter | qtr\.? | wing | lot | stand | house | (?:house|door|h\.?|d\.?)[ ]?no\.?
              | [0-9]{1,2}(?:st|nd|rd|th)[ ]floor,?[ ](?:flat|unit|apt) )
            [ ]? (?:no\.?|number|\#)? [ :.\#-]{0,3}
            (?: [A-Z]{0,2}[-/]?[0-9]{1,5}[A-Z]? | (?-i:[A-Z]) ) (?:[-/][0-9A-Z]{1,5}){0,3}
            [ ]?,?[ ] [A-Z0-9][^;?!]{3,110}
        """),
        source=_S42 + ", GB, IE, IN, SG, HK, PH, ZA templates",
        refine=_designated,
        score=0.8,
        veto_words=r"(?:bed|bath|bedroom|thanks a|a|the whole|another)",
        trigger=(
            r"\b(?:flat|apt\.?|apartment|unit|suite|block|blk\.?|tower|villa|bungalow|plot|shop|quarter|qtr\.?|wing|lot"
            r"|stand|house|house no\.?|door no\.?|h\.? ?no\.?|d\.? ?no\.?|[0-9](?:st|nd|rd"
            r"|th) floor,? (?:flat|unit|apt))"
            r" ?(?:no\.?|number|#)?[ :.#-]{0,3}(?:[a-z]{0,2}[-/]?[0-9]|(?-i:[A-Z])[-/ ,])"
        ),
    ),
    Pattern(
        name="street_before_number",
        label=Label.ADDRESS,
        regex=verbose(r"""
            (?-i: (?: [A-Z][A-Za-z-]{1,20}[ ] ){0,2} [A-Z][a-z-]{2,20}
                (?: gatan | gata | vagen | v[ax]gen | veien | vegen | vej | gade | stien | plass | katu | polku | kuja
                  | plein | kade | singel | dreef | dijk | steeg | markt | ufer | damm | chaussee | promenade
                  | graben | steig ) | [A-Z][a-z]{5,20}tie
              | (?:Am|An[ ]de[rmn]|Auf[ ]de[rmn]|In[ ]de[rnm]|Zu[mr]|Unter[ ]den|Hinter[ ]de[rmn])[ ][A-Z][a-z]{2,20}
              | (?:Alte[rs]?|Neue[rs]?|Lange|Kurze|Hohe|Obere|Untere|Gro(?:ss|x)e|Kleine|[A-Z][a-z]{2,15}er)[ ]
                (?:Stra(?:ss|x)e|Str\.|Weg|Gasse|Platz|Allee|Ring|Damm|Markt|Ufer|Berg|Landstra(?:ss|x)e) )
            [ ][0-9]{1,4}(?:[ ]?[a-zA-Z]\b)?(?:[-/][0-9]{1,4}[a-z]?)?(?:[ ][0-9]{1,3}\b)?
        """)
        + rf"(?:{_UNIT_ABROAD})?",
        source=_S42 + ", SE, NO, DK, FI, NL, DE, AT, CH templates",
        refine=_no_word_like,
        score=0.8,
        veto_words=r"(?:i|who|what|where|so)",
        trigger=verbose(r"""
            (?: gata | gatan | v.gen | veien | vegen | vej | gade | stien | plass | katu | polku | kuja | plein | kade
              | singel | dreef | dijk | steeg | markt | ufer | damm | chaussee | promenade | graben | steig | [a-z]tie
              | stra(?:ss|x)e | str\. | weg | gasse | platz | allee | berg | ring ) [ ][0-9]
            | \b(?: am | an[ ]de[rmn] | auf[ ]de[rmn] | in[ ]de[rnm] | zu[mr] | unter[ ]den | hinter[ ]de[rmn] )
              [ ](?-i:[A-Z][a-z])
        """),
    ),
    Pattern(
        name="street_type_first",
        label=Label.ADDRESS,
        regex=verbose(r"""
            (?: ul\.? | ulica | al\. | aleja | os\. | pl\. | c/ | calle | carrer | cl | cra\.? | carrera | avda\.?
              | av\.? | avenida | paseo | plaza | pza\.? | ronda | camino | via | viale | v\.le | piazza | p\.za | corso
              | c\.so
              | largo | vicolo | strada | rua | r\. | travessa | alameda | praca | estrada | rodovia | rue | r | quai
              | jalan | jl\.? | jln\.? | lorong | soi | thanon | prospekt | pr\. | bulvar | sokak | cad\.?
                | caddesi | mah\.? )
            [ ] (?: (?: de | del | de[ ]la | de[ ]los | da | do | das | dos | di | dei | della | degli | la | el
              | los | las | san | santa | gen\. | dr\. )[ ] ){0,2}
            (?-i: (?: [A-Z][A-Za-z'-]{1,25} | [A-Z][a-z]{0,2}\. )
              (?:[ ](?:de[ ]|da[ ]|do[ ])?[A-Z][A-Za-z'-]{1,25}){0,3} )
            [ ]?,?[ ] (?: n[o.]{0,2}[ ]? | nr\.?[ ]? | d\.[ ]?
              | [#] )? [0-9]{1,5}[a-z]?(?:[-/][0-9]{1,4}[a-z]?)?\b
        """)
        + rf"(?:{_UNIT_ABROAD})?",
        source=_S42 + ", PL, ES, IT, PT, BR, FR, RU, TR, ID, MX, CO templates",
        score=0.8,
        trigger=verbose(r"""
            (?: \b(?: ulica | aleja | calle | carrer | carrera | avenida | paseo | plaza | ronda | camino | via | viale
              | piazza | corso | largo | vicolo | strada | rua | travessa | alameda | praca | estrada | rodovia | quai
              | rue | jalan | jln | lorong | soi | thanon | prospekt | bulvar | sokak | caddesi | cl
              | ul | al | os | pl | av | avda | pza | cra | jl | cad | mah | r | pr | v\.le | c\.so | p\.za )\.?
            | \bc/ ) [ ] (?:[a-z]{1,5}\.?[ ]){0,2} (?-i:[A-Z])
        """),
    ),
    Pattern(
        name="number_before_street_abroad",
        label=Label.ADDRESS,
        regex=verbose(r"""
            [0-9]{1,4}[a-z]? (?:[ ]?(?:bis|ter))? ,?[ ] (?: rue | avenue | allee | place | boulevard | bd\.? | chemin
              | impasse | quai | route | cours | square | passage | sentier | jalan | lorong | via | calle ) [ ]
            (?: (?: de | du | des | la | le | les | l' | d' | de[ ]la | de[ ]l' | aux? )[ ]? ){0,2}
            (?-i:[A-Z][A-Za-z'-]{2,25}(?:[ ](?:de[ ]|du[ ]|la[ ])?[A-Z][A-Za-z'-]{2,25}){0,3})
        """)
        + rf"(?:{_UNIT_ABROAD})?",
        source=_S42 + ", FR, BE, MY templates",
        score=0.8,
        trigger=(
            r"[0-9][a-z]?(?: ?(?:bis|ter))?,? (?:rue|avenue|allee|place|boulevard|bd\.?|chemin"
            r"|impasse|quai|route|cours|square"
            r"|passage|sentier|jalan|lorong|via|calle) "
        ),
    ),
    Pattern(
        name="street_and_unit",
        label=Label.ADDRESS,
        regex=verbose(r"""
            (?: (?:[A-Za-z-]+(?:stra(?:ss|x)e|str\.|gasse|platz|allee|straat|laan|gracht|weg)) [ ]
                [0-9]{1,4}[a-z]?(?:-[0-9]{1,4})?
              | (?: via | viale | piazza | corso | calle | avenida | paseo | rua ) [ ]
                (?: (?: de | del | da | do | das | dos | di | dei | la )[ ] ){0,2}
                [A-Z][A-Za-z'-]{2,25}(?:[ ][A-Z][A-Za-z'-]{2,25}){0,2},?[ ](?:n\.?o?[ ]?)?[0-9]{1,5}
              | [0-9]{1,6}[a-z]?[ ](?:[A-Z][A-Za-z'-]{1,20}[ ]){1,3}(?: street | road | avenue | lane | drive | court
                | terrace | close | st | rd | ave | ln | dr | ct | blvd | boulevard | place | square | way ) \.? )
        """)
        + _UNIT_ABROAD,
        source=_S42 + ": thoroughfare with the dwelling's part",
        score=0.85,
        trigger=(
            r"(?:stra(?:ss|x)e|str\.|gasse|platz|allee|straat|laan|gracht|weg) [0-9]|\b(?:via|viale"
            r"|piazza|corso|calle|avenida"
            r"|paseo|rua) (?:[a-z]{1,5} ){0,2}(?-i:[A-Z])"
            r"|[ .](?:street|road|avenue|lane|drive|court|terrace|close|st|rd|ave|ln|dr|ct|blvd"
            r"|boulevard|place|square|way)\.?"
            r",? (?:flat|apt|apartment|unit|suite|floor|room|staircase|stair|entrance|door|block"
            r"|tower|wing|building|lgh"
            r"|[0-9]{1,2}(?:st|nd|rd|th)? ?fl|(?:ground|first|second|third|fourth|fifth|top|lower ground) fl|#[0-9])"
        ),
    ),
    Pattern(
        name="unit_before_street",
        label=Label.ADDRESS,
        regex=(
            r"(?:(?:[0-9]{1,2}(?:st|nd|rd|th)|ground|first|second|third|fourth|fifth"
            r"|top) floor(?: flat)?|staircase [A-Z0-9]{1,2}"
            r"|entrance [A-Z0-9]{1,2}),? (?:flat [0-9A-Z]{1,4},? )?[0-9]{1,5}[a-z]? (?:[A-Z][A-Za-z'-]{1,20} ){1,3}"
            r"(?:street|road|avenue|lane|drive|court|terrace|close|st|rd|ave|ln|dr|ct|place|square|way)"
        ),
        source=_S42 + ": the dwelling's part before the thoroughfare",
        score=0.85,
        trigger=(
            r"\b(?:floor(?: flat)?|staircase [a-z0-9]{1,2}"
            r"|entrance [a-z0-9]{1,2}),? (?:flat [0-9a-z]{1,4},? )?[0-9]"
        ),
    ),
    Pattern(
        name="named_house",
        label=Label.ADDRESS,
        regex=verbose(r"""
            (?-i: (?:The[ ])?(?:[A-Z][a-z']{2,15}[ ]){1,2}
              (?:Cottage|Farm|Farmhouse|House|Lodge|Barn|Manor|Hall|Mill|Rectory|Vicarage|Croft|Grange|Bungalow|Villa|Oast)
              ,[ ](?:[0-9]{1,4}[a-z]?[ ])?[A-Z][a-z']{2,20}(?:[ ][A-Z][a-z']{2,20}){0,3} )
        """),
        source="Royal Mail PAF digest: building names",
        context=(
            r"(?:address|live|living|deliver\w*|parcel|moved|send|sent|ship\w*|post\w*|courier|driver"
            r"|collect\w*|stay\w*|regards|sincerely|cheers|wishes|[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2})\b"
        ),
        score=0.7,
        needs_digit=False,
        trigger=(
            r"(?-i:(?:Cottage|Farm|Farmhouse|House|Lodge|Barn|Manor|Hall|Mill|Rectory|Vicarage|Croft|Grange|Bungalow|Villa"
            r"|Oast), [0-9A-Z])"
        ),
        veto_words=r"(?:white|opera|full|guest|open)",
    ),
    Pattern(
        name="block_and_unit",
        label=Label.ADDRESS,
        regex=verbose(r"""
            (?: block | blk | tower | building | bldg | wing
              | phase ) [ ]?(?:no\.?[ ])? (?:[0-9]{1,4}[A-Z]?|(?-i:[A-Z])) [, ]{1,3}
            (?: unit | flat | apt | apartment | door | floor | house | villa
              | \# ) [ ]?(?:no\.?[ ])? (?:[A-Z]?-?[0-9]{1,5}[A-Z]?|(?-i:[A-Z]))\b
            (?: [, ]{1,3} (?:unit|flat|apt|apartment|door) [ ] (?:[A-Z]?-?[0-9]{1,5}[A-Z]?|(?-i:[A-Z]))\b )?
          | (?: flat | apt | apartment | unit ) [ ]?(?:no\.?[ ])? (?:[A-Z]?-?[0-9]{1,5}[A-Z]?|(?-i:[A-Z])) [, ]{1,3}
            (?: block | blk | tower | building | bldg | wing | phase | floor ) [ ] (?:[0-9]{1,4}|(?-i:[A-Z]))\b
        """),
        source=_S42 + ": building and dwelling by number",
        score=0.8,
        trigger=(
            r"\b(?:block|blk|tower|building|bldg|wing|phase|flat|apt|apartment"
            r"|unit) ?(?:no\.? )?[a-z]?-?[0-9a-z]{1,5}[, ]{1,3}"
            r"(?:unit|flat|apt|apartment|door|floor|house|villa|block|blk|tower|building|bldg|wing|phase|#)"
        ),
    ),
    Pattern(
        name="sector_or_plot",
        label=Label.ADDRESS,
        regex=verbose(r"""
            (?: plot | h(?:ouse)?\.? | d(?:oor)?\.? | khasra | survey ) [ ]?no\.?[ :-]{0,2}[A-Z]{0,2}-?[0-9]{1,5}
            (?:[-/][0-9A-Z]{1,5}){0,3} (?: ,?[ ] (?:sector|phase|block|street|ward)[ ][0-9A-Z]{1,4}\b ){0,3}
        """),
        source=_S42 + ", IN, PK, BD templates",
        score=0.75,
        trigger=r"\b(?:plot|h(?:ouse)?\.?|d(?:oor)?\.?|khasra|survey) ?no\.?[ :-]{0,2}[a-z]{0,2}-?[0-9]",
    ),
    Pattern(
        name="singapore_unit",
        starts_word=False,
        label=Label.ADDRESS,
        regex=r"\#[0-9B]{2}-[0-9]{2,4}[A-Z]?",
        source=_S42 + ", SG template: floor and unit",
        score=0.75,
        veto_after=r"[-/.]?[0-9]",
    ),
    Pattern(
        name="number_at_address",
        label=Label.ADDRESS,
        cue=(
            r"(?:live|lives|living|stay|staying|house|address is|we're|we are|it is|it's"
            r"|deliver(?:ed)? to|sent? to) ?(?:at|in)?"
        ),
        gap=r"[ :]{1,2}",
        regex=(
            r"(?:no\.?"
            r"|number)[ ]?[0-9]{1,4}[a-z]?,?[ ](?-i:(?:The[ ])?[A-Z][a-z']{2,20}(?:[ ][A-Z][a-z']{2,20}){0,2})"
        ),
        source="support practice: a house by its number and row",
        score=0.75,
        trigger=r"\b(?:no\.?|number) ?[0-9]{1,4}[a-z]?,? (?-i:[A-Z])",
    ),
)
