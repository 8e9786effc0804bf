"""What a turn asks for, as kinds: after "your PIN, please?" a bare "4577" is a password.

A kind is a label and the way in which its answer is found, such as `PASSWORD.codes`: all that is remembered of a
question, so that nothing of a person is. The tables are written from knowledge of support work: what agents ask for,
and how people answer. Statistical models see the same words; this tier is exact, explains itself, and needs no
training.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.detection.normalization import normalize
from pipeline.detection.patterns import answers
from pipeline.detection.patterns.asked_things import THINGS, asks
from pipeline.detection.patterns.asking import REJECTS, requests
from pipeline.detection.patterns.pattern import compiled, verbose
from pipeline.detection.patterns.prefilter import Prefilter
from pipeline.detection.patterns.trades import TRADE_ROWS
from pipeline.event.labels import Label

QUESTION_CHARS_MAX: Final = 600
_CACHED_QUESTIONS_MAX: Final = 1_024  # agents and bots ask in the same words again and again
_GIVEN: Final = compiled(
    r"(?i)[ :#]{1,3}(?:is |was )?(?![0-9]{1,2}[ -]?digit)[^\s?]*[0-9][^\s?]*[0-9][^\s?]*(?:\s|$)[^?]*$"
)
"""A value that stands where it would be asked for: the sentence tells it."""

_SENTENCES: Final = re.compile(
    r"(?i)[\s.](?:(?<=[?!\n]\s)\s*|(?<=[a-z0-9]\.)(?<!\bmr\.)(?<!\bms\.)(?<!\bdr\.)(?<!\bmrs\.)\s+)"
)

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

    @property
    def kind(self) -> str:
        """The label and how its answer is found: stable, while the table's order is not."""
        return f"{self.label.value}.{self.answer.__name__}"


_NAMELESS: Final = (
    r"(?:doctor|restaurant|hotel|company|business|venue|bank|city|street|product|item|pet|dog|cat|school|teacher"
    r"|employer|airline|apartment|place|building|movie|user|plan|store|pharmacy|insurance|organi[sz]ation|brand"
    r"|file|domain|package|model|event|destination|location)"
)

_TABLE: Final = (
    *(_Asked(*row) for row in TRADE_ROWS),
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
        never=(
            r"pincode|pin ?code of|postal|pin ?code[^?]{0,40}(?:area|city|address|deliver|local)|(?:area"
            r"|city|address|delivery)[^?]{0,24}pin"
        ),
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
            r"|year (?:you|he|she|they) (?:was|were) born"
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
        (
            r"\bcvv2?\b|\bcvc\b|\bcsc\b|security (?:code|number)|(?:code|number|digits) on the back"
            r"|(?:^\W*|and |now |also )(?:the|your) (?:three|3)[ -]digits?\b"
        ),
        answers.codes,
        0.94,
        never=r"social security",
    ),
    _Asked(
        Label.CARD_EXPIRY,
        r"expir(?:y|es?|ation|ing)\b|\bexp\.? date|valid (?:until|thru|through)",
        answers.expiries,
        0.92,
    ),
    _Asked(
        Label.CREDIT_CARD,
        r"(?:credit|debit|bank|visa|your|the|which) ?card\b|card (?:number|no|digits)|(?:last|final) (?:four|4) digits",
        answers.numbers,
        0.85,
    ),
    _Asked(Label.PASSPORT, r"passport", answers.codes, 0.9),
    _Asked(Label.DRIVING_LICENCE, r"driv\w*'?s? licen[cs]e|licen[cs]e number", answers.codes, 0.9),
    _Asked(
        Label.PHONE,
        (
            r"phone|mobile|cell\b|(?:good|best|better|daytime|evening|another|alternat(?:e"
            r"|ive)) (?:contact )?number|contact (?:number|no|details)|call ?back|number (?:we can|to|i can"
            r"|where)[^.?!]{0,20}(?:reach|call|contact)|telephone|whatsapp"
        ),
        answers.numbers,
        0.9,
        never=r"which phone|phone (?:model|version|brand|do you have|are you using)",
    ),
    _Asked(Label.EMAIL, r"e-?mail|mail (?:id|address)", answers.emails, 0.9),
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
              | who(?:'s|s|[ ]is)[ ](?:my[ ]|the[ ])?driv
              | who[ ](?:am[ ]i|is[ ]this|is[ ]the[ ](?:host|account|patient|passenger|guest|card)|do[ ]i[ ]have
                |are[ ]you[ ](?:meeting|seeing)|would[ ]you[ ]like[ ]to[ ](?:see|meet|transfer|pay|send)
                |should[ ]i) | (?:who|which|what)(?:'s|[ ]is)?[ ][^.?!]{{0,15}}doctor
            | \bwhom\b | who[ ][^.?!]{{0,20}}(?:meeting|transfer|send|host)
              | name[ ]of[ ]the[ ](?:host|patient|passenger|guest|account|card|customer|recipient|person|driver
                |policy|owner) | host'?s?[ ]name | how[ ](?:may|should|can)[ ]i[ ](?:address|call)[ ]you | (?:first
                |last|full|sur)[ ]?names?
            | (?:what|which)[ ]name\b
            | whose[ ](?:party|account|name|appointment) | what[ ]should[ ]i[ ]call[ ]you | guest[ ]?list
              | spell[ ][^.?!]{{0,12}}name | \b(?:is[ ](?:this|that|it)|are[ ]you|(?:speaking|talking)[ ](?:to|with))
                [ ](?:mr|mrs|ms|miss)?\.?[ ]?
                (?-i:[A-Z][a-z]+)(?:[ ](?-i:[A-Z][a-z]+))?\W*\?
        """),
        answers.names,
        0.88,
    ),
    _Asked(
        Label.ORDER_ID,
        r"\b(?:your|the|his|her|their)[ ](?:[a-z-]+[ ]){1,2}(?:numbers?|no\b|reference|ref|id)\b",
        answers.codes,
        0.65,
        never=r"(?:phone|mobile|cell|telephone|contact|fax|model|version|floor|room|gate|flight|seat|page|part|item"
        r"|product|house|building|street|apartment|door|total|size|bus|train|movie|show|account|acct|a/c|member\w*"
        r"|customer|client|loyalty|rewards?|flyer|subscriber|employee|student|bank|user|company|agent|device|serial"
        r"|routing|order|booking|ride|reservation|confirmation|ticket|trip|case|claim|policy|invoice|tracking"
        r"|shipment|reference|transaction|receipt|security|insurance|passport|licen[cs]e|card|pin|zip|tax|plate"
        r"|registration|medicare|medicaid|nhs|patient|health|national|identity|government|vehicle|login|e-?mail)"
        r"(?:'s)? (?:numbers?|no\b|reference|ref|id)\b",
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

_DIGITS: Final = frozenset({answers.codes, answers.numbers})

KINDS: Final = {asked.kind: asked for asked in reversed(_TABLE)}
"""What each kind asks for. Of two entries of a kind the first in the table, whose words are the plainest."""

NUMBER_KINDS: Final = frozenset({kind for kind, asked in KINDS.items() if asked.answer in _DIGITS})
"""The kinds that digits answer, and so digits in pieces over several turns."""

_WORDS: Final = tuple(compiled(rf"(?i)(?:{asked.words})") for asked in _TABLE)
_NEVER: Final = tuple(compiled(rf"(?i){asked.never}") if asked.never else None for asked in _TABLE)
_PREFILTER: Final = Prefilter([*(rf"(?i)(?:{asked.words})" for asked in _TABLE), REJECTS.pattern, THINGS])
_REFUSED: Final = len(_TABLE)
_THING: Final = _REFUSED + 1
_NO_KINDS: Final = frozenset({_REFUSED, _THING})
_NOT_A_PERSON: Final = compiled(
    rf"(?i)name of (?:the|your|a) (?:\w+ )?{_NAMELESS}|\b{_NAMELESS}(?:'s)? name|user ?name|maiden"
)
_PERSON_ANYWAY: Final = compiled(
    r"(?i)(?:full|first|last|your|caller's|customer) name|host|(?:who|which|what)[^.?!]{0,15}doctor"
    r"|name of (?:the|your) doctor"
)


def asked_kinds(text: str) -> tuple[str, ...]:
    """Return the kinds of what an agent's turn, as typed, asks for, in the order of the table, each once. Pure."""
    return _reading(text[-QUESTION_CHARS_MAX:])[0]


def asked_labels(text: str) -> tuple[Label, ...]:
    """Return the labels of what an agent's turn, as typed, asks for, in the order of the table, each once. Pure."""
    return labels_of(asked_kinds(text))


@lru_cache(_CACHED_QUESTIONS_MAX)
def labels_of(kinds: tuple[str, ...]) -> tuple[Label, ...]:
    """Return the labels of kinds, each once; a kind of another version is passed over. Pure."""
    return tuple(dict.fromkeys(KINDS[kind].label for kind in kinds if kind in KINDS))


def rejects(text: str) -> bool:
    """Say whether an agent's turn refuses an answer, so that the same thing comes again. Pure."""
    return _reading(text[-QUESTION_CHARS_MAX:])[1]


def asks_for_thing(text: str) -> bool:
    """Say whether an agent's turn asks for the number, name or measure of a thing, whatever else it asks for. Pure."""
    return _reading(text[-QUESTION_CHARS_MAX:])[2]


def kinds_asked(plain: str) -> tuple[str, ...]:
    """Return the kinds that a text of ASCII asks for, whoever asks, in the order of the table, each once. Pure."""
    numbers: set[int] = set()
    for sentence in _SENTENCES.split(plain):
        if sentence:
            numbers.update(_entries(sentence))
    return tuple(dict.fromkeys(_TABLE[number].kind for number in sorted(numbers)))


def kinds_named(plain: str) -> tuple[str, ...]:
    """Return the kinds whose words a text of ASCII holds, asking or telling, in the order of the table. Pure."""
    return tuple(dict.fromkeys(_TABLE[number].kind for number in sorted(_possible(plain)) if number < _REFUSED))


@lru_cache(_CACHED_QUESTIONS_MAX)
def _reading(text: str) -> tuple[tuple[str, ...], bool, bool]:
    """Return the kinds that a turn asks for, whether it refuses an answer, and whether it asks for a thing."""
    plain = normalize(text).ascii_text
    possible = _possible(plain)
    kinds = kinds_asked(plain) if possible - _NO_KINDS else ()
    return kinds, _REFUSED in possible, _THING in possible and asks(plain)


def _possible(plain: str) -> frozenset[int]:
    """Return the numbers of the table's entries whose words occur, `_REFUSED` for a refused answer, and `_THING`."""
    return frozenset(_PREFILTER.match(plain))


@lru_cache(_CACHED_QUESTIONS_MAX)
def _entries(sentence: str) -> tuple[int, ...]:
    """Return the numbers of the table's entries that a sentence asks for. Agents say the same again and again."""
    possible = _possible(sentence) - _NO_KINDS
    if not possible or not (REJECTS.search(sentence) or requests(sentence)):
        return ()
    return tuple([number for number in sorted(possible) if _is_asked(sentence, number)])


def _is_asked(sentence: str, number: int) -> bool:
    words = _WORDS[number].search(sentence)
    if words is None or _GIVEN.match(sentence, words.end()):
        return False
    never = _NEVER[number]
    if never is not None and never.search(sentence):
        return False
    if _TABLE[number].label is not Label.PERSON:
        return True
    return not _NOT_A_PERSON.search(sentence) or _PERSON_ANYWAY.search(sentence) is not None
