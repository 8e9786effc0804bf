"""Things that bear people's names: dresses, ships, services, files. Who reads "the Amelia midi dress" learns of nobody.

Written from knowledge of shops, ports and logs. What people do, and what is theirs, is left alone: "Amelia's dress",
"Amelia ordered the dress".
"""

from typing import Final

from pipeline.detection.patterns.pattern import compiled, verbose
from pipeline.detection.spoken.vocabulary import DIGITS, TEENS, TENS

_BEFORE_CHARS: Final = 32
_AFTER_CHARS: Final = 40

_PRODUCT: Final = verbose(r"""
    (?: dress (?:es)? | gown | skirt | blouse | cardigan | jumper | sweater | jacket | shirt | trousers
      | jeans | shoes
      | sandals? | heels | trainers | sneakers | handbag | tote | backpack | scarf | necklace | bracelet
      | earrings | sofa
      | couch | armchair | chair | stool | bed ?frame | mattress | headboard | wardrobe | sideboard
      | bookcase | lamp
      | chandelier | rug | curtains? | cushion | duvet | bedding | fabric | linen | yarn | wallpaper
      | tiles? | basin
      | bath ?tub | stroller | pram | crib | doll | teddy | scooter | e-?bike | bike | piano | guitar
      | violin | blender
      | vase | teapot | dinnerware | collection | edition | font | bouquet | serum | lipstick | perfume
      | wine | chardonnay
      | pinot | riesling )
""")
_MADE_OF: Final = verbose(r"""
    (?: wrap | midi | maxi | mini | linen | cotton | wool | velvet | leather | silk | satin | denim | lace | knit
      | knitted | crepe | corner | side | coffee | dining | bedside | floor | desk | standing | pendant
      | double | single
      | king | queen | oak | walnut | gold | silver | white | black | blue | red | green | grey | gray
      | beige | navy | ivory
      | oversized | slim | high | low | ankle | evening | summer | winter | small | large | medium
      | upright | folding )
""")
_FOLLOWED: Final = compiled(
    verbose(rf"""(?i)
        ["')]{{0,2}} (?:[ ]{_MADE_OF}){{0,2}} [ ] {_PRODUCT} \b (?!')
      | \. (?: dll | exe | java | py | jsx? | tsx? | jpe?g | png | gif | pdf | docx? | xlsx? | csv | zip
      | log | json | xml
          | sql | php | conf | cfg | ini | ya?ml | mp[34] | txt | bin | msi | apk ) \b
      | ["']? [ ] (?: font | theme | wi-?fi | network | chatbot | chat[ ]bot | virtual[ ]assistant
      | voice[ ]assistant ) \b
    """)
)
_PRECEDED: Final = compiled(
    verbose(r"""(?i)
        \b (?: m/?v | m\.v\. | s\.s\. | hms | vessel | ship | ferry | yacht | barge ) [ ] (?: m/?v [ ] )? ["']? $
      | \b (?: set | group | service | program | process | app | item | plan | bookmark | fabric | linen
      | shade | colou?r
          | range | collection | pattern | theme | playlist | album | song | film | movie | folder
          | sched (?:ule)? | mode
          | class | branch | module | package | library | font | perfume | wine )
        (?:[ ](?:called|named))? [ ]? [:=]? [ ]? ["'] $
      | \b (?: dress | sofa | chair | lamp | desk | bed | jacket | cardigan | bag | bike | cabin | suite )
        [ ] (?: called | named ) [ ] ["']? $
    """)
)
_ARTICLE: Final = compiled(r"(?i)(?:^|[\s(])the $")
_KINDRED: Final = compiled(
    r"(?i)(?:'s)? (?:family|household|account|party|booking|reservation|residence|wedding|group|twins|brothers|sisters"
    r"|estate|who|that|from|in|at|i|you|we|she|he|on)\b|[-']"
)
_NAMED_ONCE: Final = compiled(r"[A-Z][a-z]{1,13}[a-rt-z]")  # "the Smiths" are people
_INITIALS: Final = compiled(r"[A-Z]\. ?[A-Z]\.?")
_NUMBER_AFTER: Final = compiled(r"\.?:? ?[0-9]")
_PATH: Final = compiled(r"[a-zA-Z_$][\w$]*(?:\.[a-zA-Z_$][\w$]*){2,}|[a-z]{1,2}\.[a-z_]+")
_WEEKDAYS: Final = ("mon", "tue", "tues", "wed", "weds", "thu", "thur", "thurs", "fri", "sat", "sun")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec")
_CALENDAR: Final = frozenset({*_WEEKDAYS, *_MONTHS})
_NUMERALS: Final = frozenset({*DIGITS, *TEENS, *TENS})


def is_namesake(text: str, start: int, end: int) -> bool:
    """Say whether a span of ASCII text that was taken for a person is something that bears a name, or no name. Pure."""
    value = text[start:end]
    if all(word in _CALENDAR or word in _NUMERALS for word in value.lower().replace("-", " ").split()):
        return True
    after = text[end : end + _AFTER_CHARS]
    if _PATH.fullmatch(value) or (_INITIALS.fullmatch(value) and _NUMBER_AFTER.match(after)):
        return True
    before = text[max(0, start - _BEFORE_CHARS) : start]
    if _FOLLOWED.match(after) or _PRECEDED.search(before):
        return True
    return (
        _NAMED_ONCE.fullmatch(value) is not None
        and _ARTICLE.search(before) is not None
        and _KINDRED.match(after) is None
    )
