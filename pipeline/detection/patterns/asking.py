"""How a sentence asks for something, or refuses what was given, whatever it is."""

from typing import Final

from pipeline.detection.patterns.pattern import compiled, verbose

_SHORT_WORDS_MAX: Final = 5
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

_ELLIPTIC: Final = compiled(
    verbose(r"""(?i)
        \W* (?: (?: ok(?:ay)? | great | thanks | thank[ ]you | lovely | perfect | right | alright | good | fine ) \W+ )*
        (?: and | then | so | now | next ) \W+ (?: (?:then|also|now) \W+ )? (?: your | the | his | her | their )
        (?: [ ] (?! is\b | are\b | was\b | has\b | have\b | had\b | will\b | would\b | can\b | should\b | comes?\b
          | goes\b | got\b | says\b | needs?\b | for[ ]you\b | shows?\b ) [a-z'-]+ ){1,7} \W*$
    """)
)
"""How a question ends a transcript's line without its mark: "and your date of birth"."""

REJECTS: Final = compiled(
    verbose(r"""(?i)\b (?:
        try[ ](?:it[ ]|that[ ])?again | once[ ]more | double[ -]?check | repeat | incorrect | invalid
          | not[ ](?:the[ ])?(?:match|matching|correct|right|valid|found)
        | (?: can't | cannot | can[ ]not | couldn't | could[ ]not | don't | do[ ]not | didn't | did[ ]not | doesn't
            | does[ ]not | unable[ ]to )
          [ ](?:\w+[ ]){0,2}? (?: find | match | verify | authenticate | locate | recogni[sz]e )
    ) \b""")
)
"""How an agent refuses an answer: what comes next is the same thing again."""


def requests(sentence: str) -> bool:
    """Say whether a sentence asks for something, if only by being short: "Account number, please". Pure."""
    requests = _ASKS.search(sentence) or len(sentence.split()) <= _SHORT_WORDS_MAX or _ELLIPTIC.match(sentence)
    return bool(requests) and not _STATED.match(sentence)
