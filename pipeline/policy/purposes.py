"""The purposes of a policy document: what each one states, and what it comes to with `like` and defaults applied."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Generic, TypeAlias, TypeVar

from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from pipeline.policy.compiled import FIELD_OPERATORS, Attribute, Operator, OptOutEffect, Treatment
from pipeline.policy.permitted import DEFAULT_OPERATORS, field_refusal, label_refusal
from pipeline.policy.problems import Problems, suggest
from pipeline.policy.section import Section
from pipeline.policy.treatments import read_treatment
from pipeline.policy.tree import Items, Leaf

K = TypeVar("K", bound=str)
T = TypeVar("T")

PURPOSE_SETTINGS: Final = (
    "description",
    "like",
    "fields",
    "attributes",
    "labels",
    "roles",
    "honours_gpc",
    "opt_out_effect",
)
PURPOSE_PATTERN: Final = r"[a-z][a-z0-9-]{0,40}"
"""A purpose's name ends the name of its topic, so it keeps to what both a topic and a metric's label may hold."""
PURPOSES_MAX: Final = 64
DEFAULT_LABEL: Final = "default"
_GPC_REMEDY: Final = "say whether a Global Privacy Control signal keeps conversations out of this purpose"


class Via(StrEnum):
    """How a purpose came to a treatment."""

    STATED = "stated"
    INHERITED = "inherited"
    DEFAULT = "default"
    UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Stated(Generic[T]):
    """What is stated, and on which line; 0 where nothing states it. `source` is the purpose it is inherited from."""

    value: T
    line: int
    via: Via = Via.STATED
    source: str = ""


RoleTreatments: TypeAlias = Mapping[Role, Mapping[Label, Stated[Treatment]]]
"""What the labels are treated with instead, in turns of authors of a role. Only roles and labels that are named."""


@dataclass(frozen=True, slots=True)
class PurposeDocument:
    """A purpose as written. What is None is not stated, and inherited where there is a `like`."""

    name: str
    line: int
    description: str
    like: str | None
    like_line: int
    labels: Mapping[Label, Stated[Treatment]]
    labels_line: int
    default: Stated[Treatment] | None
    roles: RoleTreatments
    fields: Mapping[str, Stated[Treatment]]
    attributes: Stated[tuple[str, ...]] | None
    honours_gpc: Stated[bool] | None
    opt_out_effect: Stated[OptOutEffect] | None


@dataclass(frozen=True, slots=True)
class ResolvedPurpose:
    """A purpose with everything decided: each label, each field that a policy may let out, and what roles override."""

    name: str
    line: int
    labels: Mapping[Label, Stated[Treatment]]
    roles: RoleTreatments
    fields: Mapping[str, Stated[Treatment]]
    attributes: Stated[tuple[str, ...]]
    honours_gpc: Stated[bool]
    opt_out_effect: Stated[OptOutEffect]


def read_purposes(top: Section, attributes: Mapping[str, Attribute]) -> tuple[PurposeDocument, ...]:
    """Read every purpose whose name and mapping can be read; note what is wrong."""
    section = top.section("purposes")
    if section is None:
        return ()
    if not 1 <= len(section) <= PURPOSES_MAX:
        top.refuse("purposes", f"must name from one to {PURPOSES_MAX} purposes", "each one gets a topic of its own")
    purposes: list[PurposeDocument] = []
    for name, node in section.entries():
        if not _is_name(name):
            required = "must be lower-case letters, digits and hyphens, a letter first (at most 41)"
            top.problems.add(node.line, section.below(name), required, "it ends the name of a topic")
        below = section.section(name)
        if below is not None and _is_name(name):
            purposes.append(_read_purpose(name, below, attributes))
    return tuple(purposes)


def _is_name(name: str) -> bool:
    return re.fullmatch(PURPOSE_PATTERN, name, re.ASCII) is not None


def _read_purpose(name: str, section: Section, attributes: Mapping[str, Attribute]) -> PurposeDocument:
    section.allow(PURPOSE_SETTINGS)
    description = section.text(
        "description", r".*\S.*", "must say what the purpose is for", "write it for those who opt out"
    )
    if "description" not in section:
        section.refuse("description", "is required", "say what the purpose is for")
    if "like" not in section and "honours_gpc" not in section:
        section.refuse("honours_gpc", "is required", _GPC_REMEDY)
    labels_node = section.node("labels")
    labels = section.section("labels")
    like_node = section.node("like")
    return PurposeDocument(
        name=name,
        line=section.line,
        description=description or "",
        like=section.text("like", required="must name another purpose"),
        like_line=section.line if like_node is None else like_node.line,
        labels={} if labels is None else _labels(labels),
        labels_line=section.line if labels_node is None else labels_node.line,
        default=None if labels is None else _default(labels),
        roles=_roles(section),
        fields=_fields(section),
        attributes=_stated(section, "attributes", _attribute_names(section, attributes)),
        honours_gpc=_stated(section, "honours_gpc", section.flag("honours_gpc")),
        opt_out_effect=_stated(section, "opt_out_effect", section.choice("opt_out_effect", OptOutEffect)),
    )


def _stated(section: Section, key: str, value: T | None) -> Stated[T] | None:
    node = section.node(key)
    return None if node is None or value is None else Stated(value, node.line)


def _roles(purpose: Section) -> dict[Role, Mapping[Label, Stated[Treatment]]]:
    section = purpose.section("roles")
    roles: dict[Role, Mapping[Label, Stated[Treatment]]] = {}
    if section is None:
        return roles
    section.allow(tuple(Role), what="role of an author")
    for word, _ in section.entries():
        below = section.section(word)
        if below is None or word not in tuple(Role):
            continue
        below.allow(("labels",), required=("labels",))
        labels = below.section("labels")
        if labels is None:
            continue
        labels.allow(tuple(Label), what="label")
        if not labels:
            below.refuse("labels", "must name at least one label", "a role changes only what it names")
        roles[Role(word)] = _treatments(labels)
    return roles


def _labels(section: Section) -> dict[Label, Stated[Treatment]]:
    section.allow((*Label, DEFAULT_LABEL), what="label")
    return _treatments(section)


def _treatments(section: Section) -> dict[Label, Stated[Treatment]]:
    labels: dict[Label, Stated[Treatment]] = {}
    for word, node in section.entries():
        if word not in tuple(Label):
            continue
        label = Label(word)
        treatment = read_treatment(section, word)
        refusal = None if treatment is None else label_refusal(label, treatment)
        if refusal is not None:
            section.refuse(word, refusal, "choose one of these")
        # A refused document is never used; the stand-in keeps its label from also being called untreated.
        labels[label] = Stated(treatment or Treatment(Operator.REDACT), node.line)
    return labels


def _default(section: Section) -> Stated[Treatment] | None:
    node = section.node(DEFAULT_LABEL)
    if node is None:
        return None
    treatment = read_treatment(section, DEFAULT_LABEL)
    if treatment is not None and treatment.operator not in DEFAULT_OPERATORS:
        required = f"must be {' or '.join(sorted(DEFAULT_OPERATORS))}: a label that is not named must not get out"
        section.refuse(DEFAULT_LABEL, required, "name the labels that you want treated otherwise")
    return Stated(treatment or Treatment(Operator.REDACT), node.line, Via.DEFAULT)


def _fields(purpose: Section) -> dict[str, Stated[Treatment]]:
    section = purpose.section("fields")
    fields: dict[str, Stated[Treatment]] = {}
    if section is None:
        return fields
    section.allow(tuple(FIELD_OPERATORS), what="field that may leave")
    for name, node in section.entries():
        treatment = read_treatment(section, name) if name in FIELD_OPERATORS else None
        refusal = None if treatment is None else field_refusal(name, treatment)
        if refusal is not None:
            section.refuse(name, refusal, "choose one of these")
        elif treatment is not None:
            fields[name] = Stated(treatment, node.line)
    return fields


def _attribute_names(section: Section, declared: Mapping[str, Attribute]) -> tuple[str, ...] | None:
    names = section.texts("attributes", r".+", "must be the name of an attribute")
    node = section.node("attributes")
    if isinstance(node, Items):
        for index, item in enumerate(node.items):
            if isinstance(item, Leaf) and isinstance(item.value, str) and item.value not in declared:
                path = f"{section.below('attributes')}[{index}]"
                section.problems.add(
                    item.line, path, "must be declared under attributes", suggest(item.value, declared)
                )
    return names


def resolve(purposes: Sequence[PurposeDocument], problems: Problems) -> tuple[ResolvedPurpose, ...]:
    """Apply `like` and `default`; note what refers to nothing and what is left untreated. In the order written."""
    by_name = {purpose.name: purpose for purpose in purposes}
    resolved: list[ResolvedPurpose] = []
    for purpose in purposes:
        lineage = _lineage(purpose, by_name, problems)
        if lineage is not None:
            resolved.append(_merge(lineage, problems))
    return tuple(resolved)


def _lineage(
    purpose: PurposeDocument, by_name: Mapping[str, PurposeDocument], problems: Problems
) -> list[PurposeDocument] | None:
    """Return the purpose and those that it is like, nearest first; None where a `like` leads nowhere or in a circle."""
    path = f"purposes.{purpose.name}.like"
    lineage = [purpose]
    while (like := lineage[-1].like) is not None:
        if like not in by_name:
            if lineage[-1] is purpose:
                others = [name for name in by_name if name != purpose.name]
                problems.add(
                    purpose.like_line, path, "must name another purpose of this document", suggest(like, others)
                )
            return None
        if by_name[like] in lineage:
            problems.add(purpose.like_line, path, "leads back to itself", "write one of these purposes out")
            return None
        lineage.append(by_name[like])
    return lineage


def _merge(lineage: Sequence[PurposeDocument], problems: Problems) -> ResolvedPurpose:
    purpose = lineage[0]
    labels = _nearest([(member.name, member.labels) for member in lineage])
    fields = _nearest([(member.name, member.fields) for member in lineage])
    default = next((member.default for member in lineage if member.default is not None), None)
    untreated = [label for label in Label if label not in labels]
    if untreated and default is None:
        required = f"must treat every label; untreated: {', '.join(untreated)}"
        problems.add(
            purpose.labels_line, f"purposes.{purpose.name}.labels", required, "name them, or add `default: redact`"
        )
    if default is not None:
        labels |= dict.fromkeys(untreated, default)
    unnamed = Stated(Treatment(Operator.DROP), 0, Via.UNNAMED)
    return ResolvedPurpose(
        name=purpose.name,
        line=purpose.line,
        labels={label: labels[label] for label in Label if label in labels},
        roles=_role_overrides(lineage),
        fields={name: fields.get(name, unnamed) for name in FIELD_OPERATORS},
        attributes=_first([(member.name, member.attributes) for member in lineage], ()),
        honours_gpc=_first([(member.name, member.honours_gpc) for member in lineage], otherwise=True),
        opt_out_effect=_first([(member.name, member.opt_out_effect) for member in lineage], OptOutEffect.WITHHELD),
    )


def _role_overrides(lineage: Sequence[PurposeDocument]) -> RoleTreatments:
    """Return what roles override, nearest first. A label that a purpose states itself ends what it inherits. Pure.

    Otherwise a purpose could be stricter than the one that it is like, and a role inherited with it be loose again.
    """
    found: dict[Role, dict[Label, Stated[Treatment]]] = {}
    for role in Role:
        closed: set[Label] = set()
        for distance, member in enumerate(lineage):
            for label, stated in member.roles.get(role, {}).items():
                if label not in closed:
                    inherited = replace(stated, via=Via.INHERITED, source=member.name)
                    found.setdefault(role, {})[label] = inherited if distance else stated
            closed |= member.labels.keys() | member.roles.get(role, {}).keys()
    return found


def _first(layers: Sequence[tuple[str, Stated[T] | None]], otherwise: T) -> Stated[T]:
    """Return what the nearest purpose says, or the default; the first layer is the purpose itself. Pure."""
    for distance, (source, stated) in enumerate(layers):
        if stated is not None:
            return replace(stated, via=Via.INHERITED, source=source) if distance else stated
    return Stated(otherwise, 0, Via.UNNAMED)


def _nearest(layers: Sequence[tuple[str, Mapping[K, Stated[Treatment]]]]) -> dict[K, Stated[Treatment]]:
    """Return what the nearest purpose says of each name; the first layer is the purpose itself. Pure."""
    found: dict[K, Stated[Treatment]] = {}
    for distance, (source, stated) in enumerate(layers):
        for name, treatment in stated.items():
            inherited = replace(treatment, via=Via.INHERITED, source=source)
            found.setdefault(name, inherited if distance else treatment)
    return found
