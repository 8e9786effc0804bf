"""A number given in pieces that says what it is with the last of them: "2000", "1234", "5678", "9010"."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from pipeline.conversation.kept_turns import KeptContent, KeptTurn, content_of, decode_turn
from pipeline.conversation.state import ConversationState
from pipeline.detection.finding import Finding
from pipeline.detection.normalization import normalize
from pipeline.detection.patterns.answering import PROMPTED
from pipeline.detection.patterns.pieces import (
    PIECE_CHARS_MAX,
    WHOLE_DIGITS_MIN,
    digits_at_end,
    has_digit,
    piece_of,
)
from pipeline.detection.patterns.values import digits_of
from pipeline.detection.patterns.waiting import goes_on, waits_for_the_rest
from pipeline.event.conversation_event import ConversationEvent, Role
from pipeline.event.labels import CONTEXT_LABELS, Label
from pipeline.event.sanitized_event import SanitizedFinding
from pipeline.flow.remember import expected_of
from pipeline.flow.rules import Rules
from pipeline.flow.stages import NumberInPieces
from pipeline.policy.compiled import Operator

DETECTOR: Final = "pieces"
EARLIER_MAX: Final = 3
"""A number is looked for in four turns: cards are given in groups of four digits (ISO/IEC 7812-1 allows 19)."""

_SCORE: Final = 0.9
_SCORE_MIN: Final = 0.85  # of the whole, with its check digit or its usual groups: nobody asked for it
_WHOLE: Final = frozenset({Label.CREDIT_CARD, Label.NATIONAL_ID, Label.PHONE})
_NUMBERS: Final = _WHOLE | {
    Label.ACCOUNT_ID,
    Label.ORDER_ID,
    Label.PASSWORD,
    Label.CARD_SECURITY,
    Label.ZIP,
    Label.TAX_ID,
    Label.HEALTH_ID,
    Label.PASSPORT,
    Label.DRIVING_LICENCE,
}
_LEAVING: Final = frozenset({Operator.MASK.value, Operator.GENERALIZE.value})
_CARD_DIGITS: Final = range(13, 20)
_GROUPS: Final = {9: (3, 5), 10: (3, 6), 11: (1, 4, 7)}  # where social security and US telephone numbers are grouped
_PIECES_AS_TYPED: Final = 3  # so many turns of digits are one number, wherever they break
_CUSTOMERS: Final = frozenset({Role.CUSTOMER, Role.THIRD_PARTY})


class _Piece(NamedTuple):
    """A turn of the same speaker before: its digits, empty where they were found then, and as what they were.

    `shown` says that some of them stand in clear, if only those that a mask or a generalization left, `alone` that the
    turn holds nothing else, `follows` that in between the other side did no more than wait.
    """

    turn: int
    digits: str
    label: Label | None
    shown: bool
    alone: bool
    follows: bool


def number_in_pieces(
    event: ConversationEvent, findings: Sequence[Finding], state: ConversationState, rules: Rules
) -> NumberInPieces | None:
    """Return the number that a turn of digits ends, where earlier pieces of it were published in clear. Pure.

    That is a number of which this turn was found to be a piece; one whose pieces together are a payment card, a social
    security number or a telephone number; or a third turn and more of digits, of which an earlier one was found.
    """
    text = event.text
    if not state.recent or len(text) > PIECE_CHARS_MAX or not has_digit(text):
        return None
    normalized = normalize(text)
    span = piece_of(normalized.ascii_text)
    if span is None:
        return None
    earlier = list(_earlier(state.recent, event.author.role))
    if not earlier:
        return None
    digits = digits_of(normalized.ascii_text[slice(*span)])
    start, end = normalized.to_original(*span)
    own = next((each for each in findings if each.start < end and start < each.end), None)
    if own is not None and own.label in CONTEXT_LABELS:
        own = None
    whole = _whole(earlier, digits, rules)
    if whole is not None:
        label, turns = whole
        return NumberInPieces(label, turns, None if own else Finding(start, end, label, DETECTOR, _SCORE))
    if len(digits) >= WHOLE_DIGITS_MIN:
        return None
    expected = expected_of(state.asked, event.author.role)
    if own is not None and own.label is expected.begun:
        turns = _begun(earlier, expected.digits)
        return NumberInPieces(own.label, turns, None) if turns else None
    known = _goes_on(earlier)
    if known is None or len(digits) == 1:
        return None
    label, turns = known
    return NumberInPieces(label, turns, None if own else Finding(start, end, label, DETECTOR, _SCORE))


def shown_digits(content: KeptContent) -> tuple[int, int] | None:
    """Return where the digits of a turn that is nothing else, or ends in them, stand in clear. Pure.

    What a mask or a generalization left in clear is shown too: of a piece it may be all.
    """
    normalized = normalize(content.text)
    plain = normalized.ascii_text
    span = piece_of(plain)
    if span is None and (ending := digits_at_end(plain)):
        start = plain.rindex(ending)
        span = start, start + len(ending)
    if span is None:
        return None
    first, after = normalized.to_original(*span)
    for finding in content.findings:
        if finding.start < after and first < finding.end:
            return (finding.start, finding.end) if _leaves_some(finding) else None
    return first, after


def _leaves_some(finding: SanitizedFinding) -> bool:
    return finding.operator in _LEAVING


def _earlier(recent: Sequence[bytes], role: Role) -> Iterator[_Piece]:
    """Yield the pieces that the same side gave in its last turns, newest first."""
    follows, pieces = True, 0
    for number in range(len(recent) - 1, -1, -1):
        turn = decode_turn(recent[number])
        if turn.role is Role.SYSTEM:
            continue
        if (turn.role in _CUSTOMERS) is not (role in _CUSTOMERS):
            follows = follows and _only_waits(turn)
            continue
        piece = _piece(turn, number, follows=follows)
        if piece is None:
            return
        yield piece
        pieces += 1
        if pieces == EARLIER_MAX or not piece.alone:
            return


def _begun(earlier: Sequence[_Piece], digits: int) -> tuple[int, ...]:
    """Return the turns with the first pieces of a number of which so many `digits` were given."""
    turns: list[int] = []
    given = 0
    for piece in earlier:
        if not piece.follows or (given >= digits and not piece.alone):
            break
        given += len(piece.digits)
        if piece.shown:
            turns.insert(0, piece.turn)
    return tuple(turns)


def _goes_on(earlier: Sequence[_Piece]) -> tuple[Label, tuple[int, ...]] | None:
    """Return the label of a number of which at least two turns gave pieces without a break, and the turns that show."""
    run = [piece for piece in earlier if piece.follows and piece.alone]
    label = next((piece.label for piece in run if piece.label is not None), None)
    if label is None or len(run) < _PIECES_AS_TYPED - 1:
        return None
    return label, tuple(sorted(piece.turn for piece in run if piece.shown))


def _only_waits(turn: KeptTurn) -> bool:
    # What was found may be the digits that the other side repeats; it is read as one.
    texts = [_blanked(normalize(each.text).ascii_text, each) for each in map(content_of, turn.outputs[:1])]
    return all(goes_on(text) or waits_for_the_rest(text) for text in texts)


def _piece(turn: KeptTurn, number: int, *, follows: bool) -> _Piece | None:
    """Return what digits a turn gave, if it is nothing else or ends in them; the first purpose speaks for all."""
    for content in map(content_of, turn.outputs[:1]):
        plain = normalize(content.text).ascii_text
        shown = shown_digits(content)
        found = [Label(each.label) for each in content.findings if each.label in _NUMBERS]
        label = found[0] if found else None
        if shown is not None:
            digits = "" if label else digits_of(content.text[slice(*shown)])
            alone = piece_of(plain) is not None
            return _Piece(number, digits, label, shown=True, alone=alone, follows=follows)
        if label is not None and piece_of(_blanked(plain, content)) is not None:
            return _Piece(number, "", label, shown=False, alone=True, follows=follows)
    return None


def _blanked(plain: str, content: KeptContent) -> str:
    """Return the text with every finding as one digit."""
    pieces: list[str] = []
    done = 0
    for finding in content.findings:
        pieces += (plain[done : finding.start], "1")
        done = finding.end
    return "".join((*pieces, plain[done:]))


def _whole(earlier: Sequence[_Piece], last: str, rules: Rules) -> tuple[Label, tuple[int, ...]] | None:
    """Return what the last pieces are together, the most of them first, and the turns of the earlier ones."""
    clear: list[_Piece] = []
    for piece in earlier:
        if not piece.digits:
            break
        clear.insert(0, piece)
    while clear:
        written = _written([*(piece.digits for piece in clear), last])
        if written:
            found = rules.detector.find(written, expected=PROMPTED)
            if found and _is_whole(found[0], written):
                return found[0].label, tuple([piece.turn for piece in clear])
        del clear[0]
    return None


def _is_whole(finding: Finding, written: str) -> bool:
    covers = finding.end - finding.start == len(written)
    return covers and finding.label in _WHOLE and finding.score >= _SCORE_MIN


def _written(pieces: Sequence[str]) -> str:
    """Return the digits as such a number is written; nothing where there is none of that length or grouping."""
    digits = "".join(pieces)
    if len(digits) in _CARD_DIGITS:
        return digits
    breaks = _GROUPS.get(len(digits))
    if breaks is None:
        return ""
    if len(pieces) < _PIECES_AS_TYPED and not set(list(accumulate(map(len, pieces)))[:-1]) <= set(breaks):
        return ""
    ends = (*breaks, len(digits))
    return "-".join(digits[start:end] for start, end in zip((0, *breaks), ends, strict=True))
