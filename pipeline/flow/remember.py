"""What a turn leaves in the memory of its conversation."""

from typing import Final, NamedTuple

import msgspec

from pipeline.conversation.bounds import remember_given, remember_values
from pipeline.conversation.questions import KINDS_MAX, UNASKED, Prompt, Question, Questions
from pipeline.conversation.state import ConversationState
from pipeline.conversation.values import ValuesSeen
from pipeline.detection.normalization import normalize
from pipeline.detection.patterns.answering import PROMPTED, UNPROMPTED, Expected, answered_kinds, label_of_piece
from pipeline.detection.patterns.asked import KINDS, NUMBER_KINDS, asked_kinds, asks_for_thing, labels_of, rejects
from pipeline.detection.patterns.asked_back import asked_back_kinds, named_number
from pipeline.detection.patterns.pieces import (
    can_begin,
    digits_at_end,
    has_digit,
    piece_of,
)
from pipeline.detection.patterns.values import digits_of
from pipeline.detection.patterns.waiting import goes_on, insists, waits_for_the_rest
from pipeline.detection.seen_values import Form, forms_of, given_number, is_remembered
from pipeline.detection.spoken import numeral_view, read_runs
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from pipeline.flow.rules import Rules
from pipeline.flow.stages import DetectedEvent

MISSES_MAX = 2
"""So many turns without an answer, and a question lapses."""

SPOKEN_CHARS_MAX = 120
"""Numbers read out in pieces are short turns."""

# Sets, since a member named in the code is looked up in its class each time.
_CUSTOMERS: Final = frozenset({Role.CUSTOMER, Role.THIRD_PARTY})
_AGENTS: Final = frozenset({Role.AGENT, Role.BOT})

_replace = msgspec.structs.replace


class NewForm(NamedTuple):
    """A form of a value that the conversation did not know, with its fingerprint. It is looked for, and never kept."""

    form: Form
    key: bytes
    label: Label

    def __repr__(self) -> str:
        return f"<NewForm: {self.label.value}, concealed>"


def expected_of(asked: Questions, role: Role) -> Expected:
    """Return what a turn of that role may answer. Pure."""
    question = _question_to(role, asked)
    if question is None:
        return PROMPTED
    echoes = role in _AGENTS and asked.to_customer.prompt is Prompt.ASKED_THING
    return _expected(question, thing=echoes)


def labels_asked(asked: Questions, role: Role) -> tuple[Label, ...]:
    """Return the labels of what a turn of that role is asked for. Pure."""
    question = _question_to(role, asked)
    return labels_of(question.kinds) if question is not None and question.kinds else ()


def heard(asked: Questions, role: Role, text: str) -> Questions:
    """Return what either side is asked for after a turn: from roles and the texts alone, not from findings. Pure.

    A question stays open until it is answered, until two turns of the asked side went by, or until the asking side
    goes on to other things after one; waiting and saying why the answer is needed is none. Digits alone may be a piece
    of a number, and the number goes on.
    """
    if role in _CUSTOMERS:
        return _changed(asked, _answered(asked.to_customer, text), _asked(asked.to_agent, asked_back_kinds(text), text))
    if role in _AGENTS:
        return _changed(asked, _asked(asked.to_customer, asked_kinds(text), text), _answered(asked.to_agent, text))
    return asked


def values_seen(detected: DetectedEvent, state: ConversationState, rules: Rules) -> tuple[ValuesSeen, list[NewForm]]:
    """Return the fingerprints of the values found so far, those of this event among them, and what is new. Pure."""
    seen, tenant, text = state.seen, detected.event.tenant, detected.event.text
    found = [each for each in detected.findings if is_remembered(each, text[each.start : each.end])]
    if not found and not seen.given:
        return seen, []
    shapes, mixed = seen.shapes, seen.mixed
    new: list[NewForm] = []
    given: list[tuple[int, Label]] = []
    for finding in found:
        value = text[finding.start : finding.end]
        for form in forms_of(value, finding.label):
            key = rules.fingerprints.of(tenant, form.text)
            if key not in seen.labels:
                new.append(NewForm(form, key, finding.label))
            shapes |= form.shapes
            mixed |= form.mixed
        if (number := given_number(value, finding.label)) is not None:
            given.append(number)
    labels = remember_values(seen.labels, [(each.key, each.label) for each in new]) if new else seen.labels
    return ValuesSeen(labels, shapes, mixed, remember_given(seen.given, given)), new


def _question_to(role: Role, asked: Questions) -> Question | None:
    if role in _CUSTOMERS:
        return asked.to_customer
    return asked.to_agent if role in _AGENTS else None


def _changed(asked: Questions, to_customer: Question, to_agent: Question) -> Questions:
    if to_customer is asked.to_customer and to_agent is asked.to_agent:
        return asked
    return Questions(to_customer, to_agent)


def _asked(question: Question, kinds: tuple[str, ...], text: str) -> Question:
    """Return what is asked after a turn of the asking side that asks for `kinds`."""
    if question.begun and (goes_on(text) or waits_for_the_rest(text)):
        return _replace(question, prompt=Prompt.SPOKE)
    if question.last and rejects(text):
        again = tuple(dict.fromkeys((*question.last, *kinds)))[:KINDS_MAX]
        return Question(again, again, prompt=Prompt.SPOKE)
    if kinds:
        still = question.kinds if not question.misses else ()  # asked in the same breath
        both = tuple(dict.fromkeys((*still, *kinds)))[:KINDS_MAX]
        return Question(both, both, prompt=Prompt.SPOKE)
    prompt = Prompt.ASKED_THING if asks_for_thing(text) else Prompt.ASKED_ELSE if "?" in text else Prompt.SPOKE
    # Whoever has heard something and neither waits nor says why the answer is needed has gone on to other things.
    spoken = question.kinds and (question.misses or question.kinds != question.last)
    still = () if spoken and not goes_on(text) and not insists(text) else question.kinds
    if prompt is question.prompt and still is question.kinds and not question.begun:
        return question
    return _replace(question, kinds=still, begun=None, digits=0, prompt=prompt)


def _answered(question: Question, text: str) -> Question:
    """Return what is still asked after a turn of the asked side."""
    if not question.kinds and question.begun is None and not has_digit(text):
        return question
    plain = normalize(text).ascii_text
    if question.begun is not None or not NUMBER_KINDS.isdisjoint(question.kinds):
        plain = _with_numerals(plain)
    piece = piece_of(plain)
    if piece is None:
        answered = answered_kinds(plain, question.kinds)
        begun = _beginning(plain)
    else:
        digits = digits_of(plain[slice(*piece)])
        begun = _piece(question, digits)
        given = begun and begun[0]
        answered = frozenset({kind for kind in question.kinds if kind in NUMBER_KINDS and KINDS[kind].label is given})
    kinds = tuple([kind for kind in question.kinds if kind not in answered])
    if begun is not None:
        return Question(kinds, question.last, 0, *begun)
    if answered:
        return Question(kinds, question.last)
    if not question.kinds:
        return _replace(question, begun=None, digits=0) if question.begun else question
    misses = question.misses + 1
    return Question(kinds if misses < MISSES_MAX else (), question.last, misses, prompt=question.prompt)


def _with_numerals(plain: str) -> str:
    """Return a short text without digits with its spoken numbers in digits."""
    if len(plain) > SPOKEN_CHARS_MAX or has_digit(plain):
        return plain
    runs = read_runs(plain)
    return numeral_view(plain, runs).text if runs else plain


def _beginning(plain: str) -> tuple[Label, int] | None:
    """Return the label of the number with which a turn ends, and how many digits it has: others may follow."""
    digits = digits_of(digits_at_end(plain))
    label = named_number(plain) if digits else None
    return None if label is None else (label, len(digits))


def _piece(question: Question, digits: str) -> tuple[Label, int] | None:
    """Return the label of the number of which a turn's digits are a piece, and how many there are by now."""
    label = label_of_piece(digits, _expected(question))
    if label is not None:
        return label, len(digits) + (question.digits if question.begun is label else 0)
    if question.prompt < Prompt.ASKED_ELSE and can_begin(digits):
        return Label.ACCOUNT_ID, len(digits)
    return None


def _expected(question: Question, *, thing: bool = False) -> Expected:
    """Return what a question leaves to answer; `thing` says that a thing's number was asked for on the way."""
    if question is UNASKED and not thing:
        return UNPROMPTED
    return Expected(
        question.kinds,
        question.begun,
        question.digits,
        was_asked=bool(question.last),
        prompted=question.prompt is not Prompt.NONE,
        thing=thing or question.prompt is Prompt.ASKED_THING,
    )
