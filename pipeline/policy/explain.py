"""What a policy comes to, row by row, and what changes from one policy to another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from pipeline.policy.compiled import Attribute, AttributeType, CompiledPolicy, CompiledPurpose, Operator, Treatment
from pipeline.policy.document import PolicyDocument
from pipeline.policy.purposes import ResolvedPurpose, Stated, Via

NOT_NAMED: Final = "not named"
T = TypeVar("T")


class Subject(StrEnum):
    """What a row is about."""

    LABEL = "label"
    FIELD = "field"
    ATTRIBUTE = "attribute"
    SETTING = "setting"


@dataclass(frozen=True, slots=True)
class Explained:
    """What happens to one label, field or attribute for one purpose, or how the purpose is set, and where it says so.

    `operator` is the operator, or the value of a setting; `parameters` may be empty. `defined_at` is `file:line`, with
    what led there in brackets: `(default)`, `(like quality)`; or `not named`, where the product's own default holds.
    `role` is the role of the authors in whose turns this holds; empty for all that no row of their own names.
    """

    purpose: str
    subject: Subject
    name: str
    operator: str
    parameters: str
    defined_at: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two policies. `purpose` is empty for what holds for all; None: not there."""

    purpose: str
    subject: Subject
    name: str
    before: str | None
    after: str | None


def explain(document: PolicyDocument) -> tuple[Explained, ...]:
    """Return a row for each purpose's settings, labels, fields and attributes, purposes in the order written. Pure."""
    return tuple(row for purpose in document.resolved for row in _explain_purpose(document, purpose))


def _explain_purpose(document: PolicyDocument, purpose: ResolvedPurpose) -> Iterator[Explained]:
    origin = document.origin
    gpc, effect = purpose.honours_gpc, purpose.opt_out_effect
    yield Explained(purpose.name, Subject.SETTING, "honours_gpc", _flag(gpc.value), "", _where(origin, gpc))
    yield Explained(purpose.name, Subject.SETTING, "opt_out_effect", effect.value.value, "", _where(origin, effect))
    for label, stated in purpose.labels.items():
        yield _treated(origin, purpose.name, Subject.LABEL, label.value, stated)
        for role, overrides in purpose.roles.items():
            if label in overrides:
                yield _treated(origin, purpose.name, Subject.LABEL, label.value, overrides[label], role.value)
    for name, stated in purpose.fields.items():
        yield _treated(origin, purpose.name, Subject.FIELD, name, stated)
    for attribute in document.attributes.values():
        leaves = attribute.name in purpose.attributes.value
        operator = _attribute_operator(attribute) if leaves else Operator.DROP.value
        where = _where(origin, purpose.attributes) if leaves else NOT_NAMED
        yield Explained(
            purpose.name, Subject.ATTRIBUTE, attribute.name, operator, _attribute_parameters(attribute), where
        )


def _treated(
    origin: str, purpose: str, subject: Subject, name: str, stated: Stated[Treatment], role: str = ""
) -> Explained:
    treatment = stated.value
    where = _where(origin, stated)
    return Explained(purpose, subject, name, treatment.operator.value, _parameters(treatment), where, role)


def _where(origin: str, stated: Stated[T]) -> str:
    where = f"{origin}:{stated.line}"
    match stated.via:
        case Via.STATED:
            return where
        case Via.INHERITED:
            return f"{where} (like {stated.source})"
        case Via.DEFAULT:
            return f"{where} (default)"
        case Via.UNNAMED:
            return NOT_NAMED


def _parameters(treatment: Treatment) -> str:
    match treatment.operator:
        case Operator.MASK:
            return f"keep_last {treatment.keep_last}"
        case Operator.GENERALIZE:
            return f"to {treatment.to}"
        case _:
            return ""


def _attribute_operator(attribute: Attribute) -> str:
    return "by label" if attribute.type is AttributeType.TEXT else Operator.KEEP.value


def _attribute_parameters(attribute: Attribute) -> str:
    if attribute.type is AttributeType.CHOICE:
        return f"choice of {', '.join(sorted(attribute.choices))}"
    return attribute.type.value


def diff(old: CompiledPolicy, new: CompiledPolicy) -> tuple[Change, ...]:
    """Return what changes from the old policy to the new: settings first, then by purpose. Pure."""
    changes = _changes("", Subject.SETTING, _settings(old), _settings(new))
    changes += _changes("", Subject.ATTRIBUTE, _declared(old), _declared(new))
    before = {purpose.name: purpose for purpose in old.purposes}
    after = {purpose.name: purpose for purpose in new.purposes}
    for name in {**before, **after}:
        changes += _purpose_changes(name, before.get(name), after.get(name))
    return tuple(changes)


def _purpose_changes(name: str, old: CompiledPurpose | None, new: CompiledPurpose | None) -> list[Change]:
    return [
        *_changes(name, Subject.SETTING, _purpose_settings(old), _purpose_settings(new)),
        *_changes(name, Subject.LABEL, _labels(old), _labels(new)),
        *_changes(name, Subject.LABEL, _overrides(old), _overrides(new)),
        *_changes(name, Subject.FIELD, _fields(old), _fields(new)),
        *_changes(name, Subject.ATTRIBUTE, _leaving(old), _leaving(new)),
    ]


def _changes(purpose: str, subject: Subject, old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    return [
        Change(purpose, subject, name, old.get(name), new.get(name))
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def _settings(policy: CompiledPolicy) -> dict[str, str]:
    return {
        "name": policy.name,
        **{f"tenants.{tenant}": "listed" for tenant in sorted(policy.tenants)},
        "default_region": policy.default_region,
        **{f"names.{language}": tier for language, tier in policy.names.items()},
        "publish_unnamed_locales": _flag(policy.publish_unnamed_locales),
        **{f"detection.names_bias.{label}": f"{bias:g}" for label, bias in policy.names_bias.items()},
        **{f"detection.score_min.{label}": str(score) for label, score in policy.score_min.items()},
        "detection.known_values": _flag(policy.known_values),
        "identifiers.email_plus_tags": "strip" if policy.strip_email_tags else "keep",
        "unidentified": policy.unidentified.value,
    }


def _declared(policy: CompiledPolicy) -> dict[str, str]:
    return {name: _attribute_parameters(attribute) for name, attribute in policy.attributes.items()}


def _purpose_settings(purpose: CompiledPurpose | None) -> dict[str, str]:
    if purpose is None:
        return {}
    return {"honours_gpc": _flag(purpose.honours_gpc), "opt_out_effect": purpose.opt_out_effect.value}


def _labels(purpose: CompiledPurpose | None) -> dict[str, str]:
    return {} if purpose is None else {label.value: spoken(each) for label, each in purpose.treatments.items()}


def _overrides(purpose: CompiledPurpose | None) -> dict[str, str]:
    """Return what roles treat otherwise than the purpose does, as `PERSON (agent)`. Pure."""
    if purpose is None:
        return {}
    return {
        f"{label} ({role})": spoken(treatment)
        for role, treatments in purpose.roles.items()
        for label, treatment in treatments.items()
        if treatment != purpose.treatments[label]
    }


def _fields(purpose: CompiledPurpose | None) -> dict[str, str]:
    return {} if purpose is None else {name: spoken(each) for name, each in purpose.fields.items()}


def spoken(treatment: Treatment) -> str:
    """Return an operator and its parameters in words, as in `mask keep_last 4`. Pure."""
    return f"{treatment.operator} {_parameters(treatment)}".strip()


def _leaving(purpose: CompiledPurpose | None) -> dict[str, str]:
    return {} if purpose is None else dict.fromkeys(sorted(purpose.attributes), "leaves")


def _flag(value: bool) -> str:  # noqa: FBT001 - the value is what is rendered
    return "true" if value else "false"
