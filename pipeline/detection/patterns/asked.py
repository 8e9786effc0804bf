"""Label a short answer by the question before it: after "your PIN, please?" a bare "4577" is a password.

The tables are written from knowledge of support work: what agents ask for, and how people answer. Statistical models
see the same words; this tier is exact, explains itself, and needs no training.
"""

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import re2

from pipeline.detection.normalization import normalize
from pipeline.detection.patterns import answers
from pipeline.detection.patterns.pattern import compiled, verbose
from pipeline.detection.patterns.values import digits_of
from pipeline.event.labels import Label

QUESTION_CHARS_MAX: Final = 600
_CACHED_QUESTIONS_MAX: Final = 1_024  # agents and bots ask in the same words again and again
_SET_MEMORY_BYTES: Final = 64 << 20
_PIN_DIGITS_MAX: Final = 4
_SHORT_WORDS_MAX: Final = 4
ANSWER_CHARS_MAX: Final = 240
"""A longer turn is a story, not an answer: only cues inside it count."""


_ASKS: Final = compiled(
    verbose(r"""(?i)
        \? | \b (?: please | pls | plz | may[ ]i | can[ ](?:i|you|we) | could | would[ ]you | what | what's | which
          | who | whose | provide | enter | need | give | tell | share
        | type | confirm | verify | spell | state | let[ ]me | ask | supply | send | submit | require[ds]?
          | help[ ]me[ ]with | how[ ]old | when | where ) \b | :\s*$
    """)
)

_STATED: Final = compiled(
    r"(?i)^\W*(?:your|the|ok\w*,? your|great,? your)\b[^?]{0,80}\b(?:is|are|was|has been|have been)\b(?! ?\?)[^?]*$"
)

_REJECTS: Final = compiled(
    verbose(r"""(?i)\b (?:
        try[ ](?:it[ ]|that[ ])?again | once[ ]more | double[ -]?check | repeat | incorrect | invalid
          | not[ ](?:the[ ])?(?:match|matching|correct|right|valid|found)
        | (?: can't | cannot | can[ ]not | couldn't | could[ ]not | don't | do[ ]not | didn't | did[ ]not | doesn't
            | does[ ]not | unable[ ]to )
          [ ](?:\w+[ ]){0,2}? (?: find | match | verify | authenticate | locate | recogni[sz]e )
    ) \b""")
)
"""How an agent refuses an answer: what comes next is the same thing again."""

_SENTENCES: Final = re.compile(r"(?i)(?<=[?!\n])\s+|(?<=[a-z0-9])(?<!\bmr)(?<!\bms)(?<!\bdr)(?<!\bmrs)\.\s+")

_OWN: Final = (
    r"(?:your|the|a|an|his|her|their|my|full|legal|any|complete|both|and|first|last|of|on|this|that|other"
    r"|customer(?:'s)?|caller(?:'s)?|user(?:'s)?|patient(?:'s)?)"
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One thing that agents ask for: how they call it, and how its answer is found."""

    label: Label
    words: str
    answer: Callable[[str], list[tuple[int, int]]]
    score: float = 0.9
    never: str = ""


_NAMELESS: Final = (
    r"(?:doctor|restaurant|hotel|company|business|venue|bank|city|street|product|item|pet|dog|cat|school|teacher"
    r"|employer|airline|apartment|place|building|movie|user|plan|store|pharmacy|insurance|organi[sz]ation|brand"
    r"|file|domain|package|model|event|destination|location)"
)

_TABLE: Final = (
    _Asked(
        Label.PASSWORD,
        verbose(r"""
            \bpin\b | pass[ ]?code | one[ -]?time | \botp\b
              | (?:verification|security|authentication|access|confirmation[ ]sms|texted|emailed|6|six|4
                |four)[ -](?:digit[ ])?(?:code|pin)
            | code[ ](?:that[ ])?(?:we|i|you)[ ](?:just[ ])?(?:sent|texted|e-?mailed|received|got)
              | telephone[ ]banking[ ]code | \bpins?\b
        """),
        answers.codes,
        0.95,
        never=r"pin ?code of your (?:area|city)|postal",
    ),
    _Asked(
        Label.PASSWORD,
        verbose(r"""
            maiden
              | \byour[ ](?:\w+[ ]){0,2}?(?:first|childhood|favou?rite|old)[ ](?:pet|dog|cat|teacher|school|car
                |street|colou?r|food|movie|book|team|place|sport|singer|band|job|concert) | pet's
                | \bpets?\b[^.?!]{0,15}\bname | name[ ]of[ ]your[ ][^.?!]{0,20}(?:pet|dog|cat|school|teacher|street
                |best[ ]friend)
            | (?:elementary|primary|high|middle|grade)[ ]school | security[ ](?:question|answer|word|phrase)
              | secret[ ](?:question|answer|word|phrase) | memorable
                | (?:city|town|place|where)[^.?!]{0,20}(?:were[ ]you|you[ ]were)[ ]born | street[ ]you[ ]grew[ ]up
                  | grow[ ]up
            | place[ ]of[ ]birth | birth ?place | best[ ]friend | childhood
        """),
        answers.secret_words,
        0.93,
    ),
    _Asked(
        Label.PASSWORD,
        r"pass ?words?\b|pass ?phrase|passwd|passowrd|log ?in (?:details|credentials)|credentials",
        answers.passwords,
        0.92,
    ),
    _Asked(
        Label.USERNAME,
        (
            r"user ?name|user ?id\b|log ?in (?:name|id|details)|screen ?name|nick ?name|\b(?:your|the"
            r"|a) (?:\w{2,12} )?handle\b|gamer ?tag"
        ),
        answers.tokens,
        0.88,
    ),
    _Asked(
        Label.DATE_OF_BIRTH,
        (
            r"date of birth|birth ?-?dates?|birth ?days?|\bd\.?o\.?b\b|(?:when|what (?:day|year"
            r"|date))[^.?!]{0,20}born|(?:day|month|year) of birth|birth (?:day|month|year)"
        ),
        answers.birth_dates,
        0.97,
    ),
    _Asked(
        Label.NATIONAL_ID,
        (
            r"\bssn\b|social security|\bsocial\b|national (?:id|insurance)|identity (?:number|card)|\bsin\b"
            r"|aadhaa?r|government id|tax id"
        ),
        answers.codes,
        0.93,
        never=r"social media",
    ),
    _Asked(
        Label.CARD_SECURITY,
        r"\bcvv2?\b|\bcvc\b|\bcsc\b|security (?:code|number)|(?:code|number|digits) on the back",
        answers.codes,
        0.94,
    ),
    _Asked(
        Label.CARD_EXPIRY, r"expir(?:y|es?|ation|ing)\b|\bexp\.? date|valid (?:until|thru|through)", answers.codes, 0.92
    ),
    _Asked(
        Label.CREDIT_CARD,
        r"(?:credit|debit|bank|visa|your|the) ?card\b|card (?:number|no|digits)|(?:last|final) (?:four|4) digits",
        answers.numbers,
        0.85,
    ),
    _Asked(Label.PASSPORT, r"passport", answers.codes, 0.9),
    _Asked(Label.DRIVING_LICENCE, r"driv\w*'?s? licen[cs]e|licen[cs]e number", answers.codes, 0.9),
    _Asked(
        Label.HEALTH_ID,
        r"(?:medicare|medicaid|nhs|patient|health|insurance (?:member|card)) ?(?:id|number|no|card)?\b",
        answers.codes,
        0.86,
    ),
    _Asked(
        Label.VEHICLE_ID,
        r"\bvin\b|licen[cs]e plate|plate number|registration number|vehicle (?:id|registration)",
        answers.codes,
        0.86,
    ),
    _Asked(
        Label.PHONE,
        (
            r"phone|mobile|cell\b|contact (?:number|no|details)|call ?back|number (?:we can|to|i can"
            r"|where)[^.?!]{0,20}(?:reach|call|contact)|telephone|whatsapp"
        ),
        answers.numbers,
        0.9,
    ),
    _Asked(Label.EMAIL, r"e-?mail|mail (?:id|address)", answers.emails, 0.9),
    _Asked(Label.ZIP, r"\bzip\b|postal ?code|post ?code|pin ?code|zip ?code", answers.numbers, 0.97),
    _Asked(
        Label.ORDER_ID,
        verbose(r"""
            (?: order | booking | reservation | confirmation | ticket | ride | trip | case | claim | policy | invoice
              | tracking | shipment | reference | transaction | receipt | return | rma | quote | application
              | incident | delivery | itinerary | pnr | appointment | request
                | complaint ) s? (?:'s)? [ ]? (?: [ ](?:confirmation|booking|reference|tracking|claim|policy|order
                  |ride|id) )?
              [ ]? (?: numbers? | no\b | ids?\b | code | identifier | \# | ref(?:erence)?\b | details )
            | (?:which|what)[ ](?:ride|booking|order|reservation|trip|ticket|claim|policy)\b
              [^.?!]{0,40}(?:cancel|change|check|modify|mean|about)
            | \bpnr\b | record[ ]locator | confirmation[ ](?:number|code|id)
              | id[ ](?:of|for)[ ](?:the|your)[ ](?:ride|booking|order|trip|reservation)
                | number[ ](?:of|for|on)[ ](?:the|your)[ ](?:ride|booking|order|ticket|trip|reservation|claim|policy)
            | \b(?:booking|ride|order|claim|policy)\b[^.?!]{0,12}\b(?:number|id)\b
        """),
        answers.codes,
        0.91,
    ),
    _Asked(
        Label.ACCOUNT_ID,
        verbose(r"""
            (?: account | acct | a/c | member (?:ship)? | customer | client | loyalty | rewards?
              | frequent[ ]fl[iy]er | subscriber | employee | student | bank | user | company | agent | device
                | serial | routing ) s? (?:'s)?
              [ ]? (?: numbers? | no\b | ids?\b | code | identifier | \# | details | information | info )
            | \b(?:id|identification)[ ]number | (?:your|the)[ ](?:account|membership)\b | \b(?:your|the)[ ]id\b
              | last[ ](?:four|4|few)
        """),
        answers.codes,
        0.9,
    ),
    _Asked(Label.IBAN, r"\biban\b", answers.codes, 0.9),
    _Asked(
        Label.ADDRESS,
        r"\baddress|where do you live|(?:deliver|ship|send) (?:it|this|that|the \w+) to|street\b",
        answers.addresses,
        0.8,
        never=r"(?:e-?mail|ip|mac|web) address",
    ),
    _Asked(
        Label.ADDRESS,
        verbose(r"""
            pick(?:ed)?[ -]?up | drop(?:ped)?[ -]?off | destination | where[ ](?:to|from)\b
            | where[^.?!]{0,30}\b(?:going|go|leaving|leave|departing|depart|travel\w*|heading|head|start|located
              |pick|drop|from|to)\b
        """),
        answers.departures,
        0.75,
    ),
    _Asked(
        Label.ADDRESS,
        r"(?:house|street|building|apartment|door|which) number",
        answers.retried,
        0.7,
        never=r"which number (?:is|are|was|do|did|can|should|would|will|shall)",
    ),
    _Asked(
        Label.PERSON,
        verbose(rf"""
            {_OWN}[ ](?:\w+[ ])?names?\b | \bnames?[ ]?(?:\?|please|pls|:)
              | who[ ](?:am[ ]i|is[ ]this|is[ ]the[ ](?:host|account|patient|passenger|guest|card)|do[ ]i[ ]have
                |are[ ]you[ ](?:meeting|seeing)|would[ ]you[ ]like[ ]to[ ](?:see|meet|transfer|pay|send)
                |should[ ]i) | (?:who|which|what)(?:'s|[ ]is)?[ ][^.?!]{{0,15}}doctor
            | \bwhom\b | who[ ][^.?!]{{0,20}}(?:meeting|transfer|send|host)
              | name[ ]of[ ]the[ ](?:host|patient|passenger|guest|account|card|customer|recipient|person|driver
                |policy|owner) | host'?s?[ ]name | how[ ](?:may|should|can)[ ]i[ ](?:address|call)[ ]you | (?:first
                |last|full|sur)[ ]?names?
            | (?:for|under|on|in)[ ](?:what|which)[ ]name
            | whose[ ](?:party|account|name|appointment) | what[ ]should[ ]i[ ]call[ ]you | guest[ ]?list
              | spell[ ][^.?!]{{0,12}}name | \b(?:is[ ]this|are[ ]you|speaking[ ](?:to|with))[ ]\[PERSON
        """),
        answers.names,
        0.88,
    ),
    _Asked(
        Label.PASSWORD,
        r"\banswers?\b[^.?!]{0,40}\b(?:match\w*|correct|right|wrong|incorrect|again)\b|(?:correct|right|wrong) answer",
        answers.secret_words,
        0.75,
    ),
    _Asked(
        Label.PASSWORD,
        (
            r"\b(?:need|require|ask for) (?:it|that|this|them)\b|(?:verify|confirm) (?:you\b|your identity|who you are)"
            r"|(?:identify|authenticate) you\b|without (?:it|that|them)\b|for (?:your )?security"
        ),
        answers.retried,
        0.75,
    ),
    _Asked(
        Label.ORDER_ID,
        r"try (?:it |that )?again|find (?:it|that|this|any|a|your)\b|double[ -]?check|repeat (?:it|that)|once more"
        r"|\bnot (?:the )?(?:right|correct|match|valid)|\bincorrect|\binvalid|\b(?:does not|doesn't|don't) match",
        answers.retried,
        0.7,
    ),
)

_WORDS: Final = tuple(compiled(rf"(?i)(?:{asked.words})") for asked in _TABLE)
_NEVER: Final = tuple(compiled(rf"(?i){asked.never}") if asked.never else None for asked in _TABLE)


def _prefilter() -> "re2.Set":
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _SET_MEMORY_BYTES
    prefilter = re2.Set.SearchSet(options)
    for asked in _TABLE:
        prefilter.Add(rf"(?i)(?:{asked.words})")
    prefilter.Compile()
    return prefilter


_PREFILTER: Final = _prefilter()
_NOT_A_PERSON: Final = compiled(
    rf"(?i)name of (?:the|your|a) (?:\w+ )?{_NAMELESS}|\b{_NAMELESS}(?:'s)? name|user ?name|maiden"
)
_PERSON_ANYWAY: Final = compiled(
    r"(?i)(?:full|first|last|your|caller's|customer) name|host|(?:who|which|what)[^.?!]{0,15}doctor"
    r"|name of (?:the|your) doctor"
)


def asked_for(question: str) -> tuple[Label, ...]:
    """Return the labels of what a question asks for, in the order of the table, each once. Pure."""
    return tuple(dict.fromkeys(_TABLE[number].label for number in _entries(question)))


def _entries(question: str) -> list[int]:
    """Return the numbers of the table's entries that a sentence of the question asks for."""
    numbers: list[int] = []
    possible = set(_PREFILTER.Match(question[-QUESTION_CHARS_MAX:]) or ())
    if not possible:
        return numbers
    for sentence in _SENTENCES.split(question[-QUESTION_CHARS_MAX:]):
        if not sentence or not (_REJECTS.search(sentence) or _requests(sentence)):
            continue
        for number, words in enumerate(_WORDS):
            if number in possible and number not in numbers and words.search(sentence):
                never = _NEVER[number]
                if never is not None and never.search(sentence):
                    continue
                if (
                    _TABLE[number].label is Label.PERSON
                    and _NOT_A_PERSON.search(sentence)
                    and not _PERSON_ANYWAY.search(sentence)
                ):
                    continue
                numbers.append(number)
    return sorted(numbers)


def _requests(sentence: str) -> bool:
    """Whether a sentence asks for something, if only by being short: "Account number, please"."""
    return (_ASKS.search(sentence) or len(sentence.split()) <= _SHORT_WORDS_MAX) and not _STATED.match(sentence)


def find_asked(
    text: str, question: str, taken: AbstractSet[tuple[int, int]]
) -> dict[tuple[int, int, Label], tuple[float, str]]:
    """Return spans of `text` that answer `question`, with score and detector; both texts in plain spelling. Pure.

    `taken` spans are what other patterns found: a part that lies inside one of them is labelled already. Without any
    question a turn that is nothing but a code of four or more digits counts as an account's.
    """
    found: dict[tuple[int, int, Label], tuple[float, str]] = {}
    if len(text) > ANSWER_CHARS_MAX:
        return found
    if not question:
        span = answers.unasked_code(text)
        if span is not None:
            found[*span, Label.ACCOUNT_ID] = (0.4, "asked")
        return found
    entries = _entries_of(question[-QUESTION_CHARS_MAX:])
    labels = {_TABLE[number].label for number in entries}
    covered = list(taken)
    for number in entries:
        asked = _TABLE[number]
        for start, end in asked.answer(text):
            inside = any(first <= start and end <= last for first, last in covered)
            if not inside or (len(entries) == 1 and (start, end) not in covered):
                found[start, end, _meant(asked.label, text[start:end], labels)] = (asked.score, "asked")
                covered.append((start, end))
            elif len(entries) == 1:
                found[start, end, asked.label] = (asked.score, "asked")
    return found


def _meant(label: Label, value: str, labels: AbstractSet[Label]) -> Label:
    """Tell a PIN from the number asked for with it by the length: "account number and PIN"."""
    if label is not Label.PASSWORD or len(digits_of(value)) <= _PIN_DIGITS_MAX or any(map(str.isalpha, value)):
        return label
    return next((other for other in (Label.ACCOUNT_ID, Label.ORDER_ID, Label.CREDIT_CARD) if other in labels), label)


@lru_cache(_CACHED_QUESTIONS_MAX)
def _entries_of(question: str) -> list[int]:
    """Return `_entries` of a question as typed, cut to its end before it becomes a key of the cache."""
    return _entries(normalize(question).ascii_text)
