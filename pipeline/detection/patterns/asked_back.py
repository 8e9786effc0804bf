"""What customers ask agents for, and which number a text speaks of."""

from typing import Final

from pipeline.detection.normalization import normalize
from pipeline.detection.patterns.asked import KINDS, NUMBER_KINDS, QUESTION_CHARS_MAX, kinds_asked, kinds_named
from pipeline.detection.patterns.pattern import compiled, verbose
from pipeline.event.labels import Label

_ANSWERED: Final = frozenset(
    {kind for kind in NUMBER_KINDS if KINDS[kind].label is not Label.ZIP} | {"PERSON.names", "EMAIL.emails"}
)
_ASKS: Final = compiled(
    verbose(r"""(?i)
        \b (?: what (?: 's | s | [ ](?:is|was|are) )? | which | who (?: 's | s )? | whose
          | (?: tell | give | send | text | remind ) [ ] me | look[ ]up | read[ ] | do[ ]you[ ](?:have|know)
          | i[ ](?:forgot|lost|don't[ ]have|do[ ]not[ ]have|don't[ ]know) | where[ ]is | and[ ](?:the|my)
        ) \b
    """)
)
_SOME_DIGIT: Final = compiled("[0-9]")
_SOME_NUMBER: Final = compiled(r"(?i)\b(?:numbers?|digits)\b")


def asked_back_kinds(text: str) -> tuple[str, ...]:
    """Return the kinds of what a customer's turn, as typed, asks the agent for: "what is my account number?". Pure.

    Of what is not a number only names and e-mail addresses count; whoever goes on with a number asks something else.
    """
    if len(text) > QUESTION_CHARS_MAX:
        return ()
    if not _may_ask(text):
        return ()
    plain = normalize(text).ascii_text
    cue = _ASKS.search(plain)
    if cue is None or _SOME_DIGIT.search(plain, cue.start()) or not kinds_named(plain):
        return ()
    return tuple([kind for kind in kinds_asked(plain[cue.start() :]) if kind in _ANSWERED])


def _may_ask(text: str) -> bool:
    """Whether a text holds a part of some cue: written out, for half of all turns come this way."""
    if "?" in text:
        return True
    lowered = text.lower()
    return (
        "wh" in lowered
        or " me " in lowered
        or "forgot" in lowered
        or "lost" in lowered
        or "know" in lowered
        or "and the" in lowered
        or "and my" in lowered
    )


def named_number(plain: str) -> Label | None:
    """Return the label of the number that a text of ASCII speaks of, asking or telling: "my card is". Pure."""
    kind = next((kind for kind in kinds_named(plain) if kind in NUMBER_KINDS), None)
    if kind is not None:
        return KINDS[kind].label
    return Label.ACCOUNT_ID if _SOME_NUMBER.search(plain) else None
