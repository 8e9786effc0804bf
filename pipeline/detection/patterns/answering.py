"""Find in a turn the answer to what was asked of its speaker: after "your PIN, please?" a bare "4577" is a password."""

from collections.abc import Set as AbstractSet
from typing import Final, final

from pipeline.detection.patterns import answers
from pipeline.detection.patterns.asked import KINDS, NUMBER_KINDS
from pipeline.detection.patterns.pieces import can_follow, has_digit, piece_of, told_number
from pipeline.detection.patterns.values import digits_of
from pipeline.event.labels import Label

ANSWER_CHARS_MAX: Final = 240
"""A longer turn is a story, not an answer: only cues inside it count."""

DETECTOR: Final = "asked"
UNASKED_SCORE: Final = 0.4
TOLD_SCORE: Final = 0.72  # above what any number after "#" has
PIECE_SCORE: Final = 0.8
_PIN_DIGITS_MAX: Final = 4

Spans = dict[tuple[int, int, Label], tuple[float, str]]
"""Score and detector of each span and label."""


@final
class Expected:
    """What a turn may answer: the kinds asked for, and the label of a number that was begun, if any.

    `digits` is how many of that number were given; `was_asked` says that anything was asked for before, `prompted` that
    the other side spoke since the last answer, whatever it asked, `thing` that it asked for the number of a thing.
    """

    __slots__ = ("begun", "digits", "kinds", "prompted", "thing", "was_asked")

    def __init__(
        self,
        kinds: tuple[str, ...] = (),
        begun: Label | None = None,
        digits: int = 0,
        *,
        was_asked: bool = False,
        prompted: bool = False,
        thing: bool = False,
    ) -> None:
        self.kinds = kinds
        self.begun = begun
        self.digits = digits
        self.was_asked = was_asked
        self.prompted = prompted
        self.thing = thing


UNPROMPTED: Final = Expected()
PROMPTED: Final = Expected(prompted=True)


def find_answers(text: str, expected: Expected, taken: AbstractSet[tuple[int, int]]) -> Spans:
    """Return spans of a turn of ASCII text that answer what is expected of it, with score and detector. Pure.

    `taken` spans are what other patterns found: a part that lies inside one of them is labelled already. Without
    anything said before, a turn that is nothing but a code of four or more digits counts as an account's.
    """
    found: Spans = {}
    if len(text) > ANSWER_CHARS_MAX:
        return found
    if expected.kinds:
        _find_asked(text, expected.kinds, taken, found)
    if has_digit(text):
        _find_piece(text, expected, found)
    if not expected.prompted and not found:
        span = answers.unasked_code(text)
        if span is not None:
            found[*span, Label.ACCOUNT_ID] = (UNASKED_SCORE, DETECTOR)
    return found


def answered_kinds(text: str, kinds: tuple[str, ...]) -> frozenset[str]:
    """Return which of the kinds a turn of ASCII text answers, by itself: other patterns are not asked. Pure."""
    if not kinds or len(text) > ANSWER_CHARS_MAX:
        return frozenset()
    covered: set[tuple[int, int]] = set()
    answered: set[str] = set()
    for kind in kinds:
        for start, end in KINDS[kind].answer(text) if kind in KINDS else ():
            if not any(first <= start and end <= last for first, last in covered):
                covered.add((start, end))
                answered.add(kind)
    return frozenset(answered)


def label_of_piece(digits: str, expected: Expected) -> Label | None:
    """Return what digits are that are all of a turn: the next piece of a number, or the number asked for. Pure."""
    begun = expected.begun
    if begun is not None and can_follow(digits, begun, expected.digits, asked=expected.was_asked):
        return begun
    asked = [KINDS[kind].label for kind in expected.kinds if kind in NUMBER_KINDS]
    return _meant(asked[0], digits, frozenset(asked)) if asked else None


def _find_piece(text: str, expected: Expected, found: Spans) -> None:
    piece = piece_of(text)
    if piece is not None:
        label = label_of_piece(digits_of(text[slice(*piece)]), expected)
        if label is not None:
            found.setdefault((*piece, label), (PIECE_SCORE, DETECTOR))
    elif (told := told_number(text)) is not None:
        found.setdefault(told, (TOLD_SCORE, DETECTOR))


def _find_asked(text: str, kinds: tuple[str, ...], taken: AbstractSet[tuple[int, int]], found: Spans) -> None:
    sought = [KINDS[kind] for kind in kinds if kind in KINDS]
    labels = {asked.label for asked in sought}
    covered = list(taken)
    for asked in sought:
        for start, end in asked.answer(text):
            inside = any(first <= start and end <= last for first, last in covered)
            if not inside or (len(sought) == 1 and (start, end) not in covered):
                found[start, end, _meant(asked.label, text[start:end], labels)] = (asked.score, DETECTOR)
                covered.append((start, end))
            elif len(sought) == 1:
                found[start, end, asked.label] = (asked.score, DETECTOR)


def _meant(label: Label, value: str, labels: AbstractSet[Label]) -> Label:
    """Tell a PIN from the number asked for with it by the length: "account number and PIN"."""
    if label is not Label.PASSWORD or len(digits_of(value)) <= _PIN_DIGITS_MAX or any(map(str.isalpha, value)):
        return label
    return next((other for other in (Label.ACCOUNT_ID, Label.ORDER_ID, Label.CREDIT_CARD) if other in labels), label)
