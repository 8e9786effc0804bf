"""One treatment as written: `tokenize`, `{mask: {keep_last: 4}}`, `{generalize: year}`."""

from typing import Final

from pipeline.policy.compiled import Generalization, Operator, Treatment
from pipeline.policy.permitted import KEEP_LAST_MAX
from pipeline.policy.problems import suggest
from pipeline.policy.section import Section
from pipeline.policy.tree import Leaf, Table

_FORMS: Final = "write `redact`, `{mask: {keep_last: 4}}` or `{generalize: year}`"


def read_treatment(section: Section, key: str) -> Treatment | None:
    """Read the treatment under a key; None, with the problem noted, where it is none.

    Whether it is allowed there is for `pipeline.policy.permitted` to say.
    """
    match section.node(key):
        case Leaf(_, str(word)):
            return _short(section, key, word)
        case Table():
            below = section.section(key)
            return None if below is None else _long(section, key, below)
        case _:
            section.refuse(key, "must be an operator", _FORMS)
            return None


def _short(section: Section, key: str, word: str) -> Treatment | None:
    if word not in tuple(Operator):
        section.refuse(key, f"must be an operator: {', '.join(Operator)}", suggest(word, tuple(Operator)))
        return None
    if word == Operator.GENERALIZE:
        section.refuse(key, "generalize must say to what", f"write `{{generalize: {Generalization.YEAR}}}`")
        return None
    return Treatment(Operator(word))


def _long(section: Section, key: str, below: Section) -> Treatment | None:
    words = [word for word, _ in below.entries()]
    match words:
        case [Operator.GENERALIZE.value]:
            to = below.choice(Operator.GENERALIZE.value, Generalization)
            return None if to is None else Treatment(Operator.GENERALIZE, to=to)
        case [Operator.MASK.value]:
            return _mask(below)
        case _:
            section.refuse(key, "must be one operator; only mask and generalize have parameters", _FORMS)
            return None


def _mask(below: Section) -> Treatment | None:
    parameters = below.section(Operator.MASK.value)
    if parameters is None:
        return None
    parameters.allow(("keep_last",), what="parameter", required=("keep_last",))
    node = parameters.node("keep_last")
    if node is None:
        return None
    value = node.value if isinstance(node, Leaf) else None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= KEEP_LAST_MAX:
        parameters.refuse("keep_last", f"must be a whole number from 0 to {KEEP_LAST_MAX}", "more would tell too much")
        return None
    return Treatment(Operator.MASK, keep_last=value)
