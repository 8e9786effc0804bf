"""Which operator may be used on which label and field, with which parameters. The one table behind check and schema."""

from collections.abc import Mapping
from typing import Final

from pipeline.event.labels import CONTEXT_LABELS, SECRET_LABELS, Label
from pipeline.policy.compiled import FIELD_OPERATORS, Generalization, Operator, Treatment

KEEP_LAST_MAX: Final = 4
"""PCI DSS 4.0.1, requirement 3.4.1: the issuer's number and the last four digits are the most that may be shown of a
card. The issuer's number is never shown here."""

DEFAULT_OPERATORS: Final = frozenset({Operator.REDACT, Operator.DROP})
"""What the `default` of a purpose may be: nothing that lets part of a value, or a reference to it, out."""

PLACEHOLDER_LABELS: Final = frozenset({Label.PERSON, Label.USERNAME, Label.ADDRESS, Label.LOCATION, Label.ORG})
"""Labels whose reader wants to tell one from the other inside a conversation."""

TOKEN_LABELS: Final = frozenset(
    {
        Label.EMAIL,
        Label.PHONE,
        Label.ADDRESS,
        Label.CREDIT_CARD,
        Label.ACCOUNT_ID,
        Label.NATIONAL_ID,
        Label.USERNAME,
        Label.ORDER_ID,
        Label.VEHICLE_ID,
        Label.IP,
        Label.IBAN,
        Label.URL_WITH_PERSONAL_DATA,
        Label.DEVICE_ID,
        Label.CRYPTO_WALLET,
        Label.HEALTH_ID,
        Label.TAX_ID,
        Label.PASSPORT,
        Label.DRIVING_LICENCE,
        Label.URL,
    }
)
"""Labels with so many possible values that a token cannot be named by how often it occurs. Names are not among them."""

MASK_LABELS: Final = frozenset(
    {
        Label.CREDIT_CARD,
        Label.ACCOUNT_ID,
        Label.IBAN,
        Label.PHONE,
        Label.ORDER_ID,
        Label.DEVICE_ID,
        Label.VEHICLE_ID,
        Label.CRYPTO_WALLET,
    }
)
"""Codes whose ends support staff read out. National ids are not among them: their last digits prove who one is."""

LABEL_GENERALIZATIONS: Final[Mapping[Label, frozenset[Generalization]]] = {
    Label.DATE_OF_BIRTH: frozenset({Generalization.YEAR}),
    Label.DATE: frozenset({Generalization.YEAR}),
    Label.ZIP: frozenset({Generalization.ZIP3}),
}

KEEP_LABELS: Final = CONTEXT_LABELS | {Label.ORDER_ID, Label.ZIP}
"""Labels that a policy may leave in clear, in so many words. No other identity label ever leaves as it was found."""

FIELD_GENERALIZATIONS: Final[Mapping[str, frozenset[Generalization]]] = {
    "occurred_at": frozenset({Generalization.HOUR, Generalization.DAY, Generalization.MONTH}),
}


def label_operators(label: Label) -> frozenset[Operator]:
    """Return the operators that a policy may use on a label. Pure."""
    allowed = {Operator.REDACT, Operator.DROP}
    if label in SECRET_LABELS or label is Label.PLACEHOLDER:
        return frozenset(allowed)
    for operator, labels in (
        (Operator.PLACEHOLDER, PLACEHOLDER_LABELS),
        (Operator.TOKENIZE, TOKEN_LABELS),
        (Operator.MASK, MASK_LABELS),
        (Operator.GENERALIZE, LABEL_GENERALIZATIONS),
        (Operator.KEEP, KEEP_LABELS),
    ):
        if label in labels:
            allowed.add(operator)
    return frozenset(allowed)


def label_refusal(label: Label, treatment: Treatment) -> str | None:
    """Return what is required where a policy may not treat a label so; None where it may. Pure."""
    allowed = label_operators(label)
    if treatment.operator not in allowed:
        return f"{label} allows {_listed(allowed)}{_why(label, treatment.operator)}"
    return _generalization_refusal(treatment, LABEL_GENERALIZATIONS.get(label, frozenset()))


def field_refusal(field: str, treatment: Treatment) -> str | None:
    """Return what is required where a policy may not let a field out so; None where it may. Pure."""
    allowed = FIELD_OPERATORS[field]
    if treatment.operator not in allowed:
        return f"{field} allows {_listed(allowed)}"
    return _generalization_refusal(treatment, FIELD_GENERALIZATIONS.get(field, frozenset()))


def _generalization_refusal(treatment: Treatment, allowed: frozenset[Generalization]) -> str | None:
    if treatment.operator is Operator.GENERALIZE and treatment.to not in allowed:
        return f"may be generalized to {_listed(allowed)} only"
    return None


def _why(label: Label, operator: Operator) -> str:
    if label in SECRET_LABELS:
        return ": it grants access"
    if label is Label.PLACEHOLDER:
        return ": it was typed to look like ours"
    if label is Label.PERSON and operator is Operator.TOKENIZE:
        return ": a token of a name would join conversations"
    if operator is Operator.TOKENIZE:
        return ": it has so few values that its tokens could be guessed by frequency"
    if operator is Operator.KEEP:
        return ": it identifies somebody, so it never leaves in clear"
    return ""


def _listed(words: frozenset[Operator] | frozenset[Generalization]) -> str:
    return ", ".join(sorted(words)) or "nothing"
