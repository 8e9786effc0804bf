"""What each side of a conversation has asked the other for, as kinds: no word of what was said is kept."""

from enum import IntEnum
from typing import Final

from pipeline.event.concealed import Concealed
from pipeline.event.labels import Label

KINDS_MAX: Final = 8
"""More are not asked for in one breath."""


class Prompt(IntEnum):
    """What the asking side did since the last answer."""

    NONE = 0
    SPOKE = 1
    ASKED_ELSE = 2  # something whose answer holds no personal value
    ASKED_THING = 3  # the number, name or measure of a thing


class Question(Concealed, frozen=True, array_like=True):
    """What one side still has to answer.

    `kinds` are what was asked for and is not answered yet (`detection/patterns/asked.py` names them), `last` what was
    asked for last, answered or not: it counts again when the answer is refused. `misses` counts turns without an
    answer. `begun` is the label of a number that is being given in pieces, `digits` how many of them there were.
    """

    kinds: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    misses: int = 0
    begun: Label | None = None
    digits: int = 0
    prompt: Prompt = Prompt.NONE


UNASKED: Final = Question()


class Questions(Concealed, frozen=True, array_like=True):
    """What the customer's side is asked for, and what the agent's."""

    to_customer: Question = UNASKED
    to_agent: Question = UNASKED


NOTHING_ASKED: Final = Questions()
