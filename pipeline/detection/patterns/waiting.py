"""How whoever asked waits: for more of an answer, for its rest, or for one at all, saying why it is needed."""

from typing import Final

from pipeline.detection.patterns.pattern import compiled, verbose
from pipeline.detection.patterns.pieces import PIECE_CHARS_MAX

_GOES_ON: Final = compiled(
    verbose(r"""(?i)\W* (?: (?: ok | okay | k | yes | yep | yeah | go[ ](?:on|ahead) | got[ ](?:it|that|those) | and
      | and[ ]then | then | next | uh[ -]?huh | m+[ -]?hm+ | right | alright | all[ ]right | perfect | great | good
      | sure | thanks | thank[ ]you | continue | please | i'm[ ]listening | listening | i[ ]have[ ](?:that|it)
      | noted | carry[ ]on | keep[ ]going | the[ ]rest | what's[ ]next | (?:the[ ])?next
      | (?:the[ ])?next[ ](?:four|4|digits|part|ones?|group) | is[ ]there[ ]more | so[ ]far | one[ ]moment
      | after[ ]that | (?:sir|madam|ma'am) ) \b \W* ){1,6}
    """)
)
_DIGITS: Final = compiled("[0-9]+")
_THE_REST: Final = compiled(r"(?i)\b(?:next|last|remaining|final|rest|other|second|third|fourth|missing)\b")

_INSISTS: Final = compiled(
    verbose(r"""(?i)\b (?:
        verif(?:y|ying|ication) | security | identi(?:ty|fy) | authenticate | need(?:ed|s)? | require[ds]?
          | because | policy | so[ ]that
          | so[ ](?:i|we)[ ]can | to[ ](?:find|pull|look|access|locate|check|open|proceed|confirm|continue)
          | (?:take|in)[ ]your[ ](?:own[ ])?time | no[ ](?:rush|hurry|worries|problem) | whenever[ ]you
          | (?:you|it)[ ](?:can|should)[ ](?:find|be)|it[ ]is[ ](?:on|in|printed|at) | it's[ ](?:on|in|printed|at)
          | without[ ](?:it|that)
    ) \b""")
)
"""Why an answer is needed, that there is time, or where it stands."""


def goes_on(text: str) -> bool:
    """Say whether a turn only waits for more, perhaps repeating digits: "ok, 4111, go on". Pure."""
    if len(text) > PIECE_CHARS_MAX:
        return False
    words = _DIGITS.sub(" ", text)
    return words.isspace() or _GOES_ON.fullmatch(words) is not None


def waits_for_the_rest(text: str) -> bool:
    """Say whether a turn asks for the rest of a number: "and the last four digits?". Pure."""
    return len(text) <= PIECE_CHARS_MAX and _THE_REST.search(text) is not None


def insists(text: str) -> bool:
    """Say whether an agent's turn says why an answer is needed, or where to find it. Pure."""
    return _INSISTS.search(text) is not None
