"""The compiled policy: what the hot path reads. Total over labels, closed over fields, immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label


class Operator(StrEnum):
    """What is done to a value that was found."""

    REDACT = "redact"
    MASK = "mask"
    TOKENIZE = "tokenize"
    PLACEHOLDER = "placeholder"
    GENERALIZE = "generalize"
    DROP = "drop"
    KEEP = "keep"


class Generalization(StrEnum):
    """How coarse a generalized value becomes."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    HOUR = "hour"
    ZIP3 = "zip3"


@dataclass(frozen=True, slots=True)
class Treatment:
    """One operator with its parameters: `keep_last` characters for MASK, `to` for GENERALIZE."""

    operator: Operator
    keep_last: int = 0
    to: Generalization | None = None


class OptOutEffect(StrEnum):
    """What an analyst still gets of a conversation whose customer opted out of the purpose."""

    WITHHELD = "withheld"
    METADATA_ONLY = "metadata_only"


class Unidentified(StrEnum):
    """What happens to an event that names nobody, so that no opt-out can be looked up."""

    PUBLISH = "publish"
    WITHHOLD = "withhold"


class AttributeType(StrEnum):
    """What an attribute of the event holds, and so how it may leave."""

    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"  # one of the strings that the policy lists; any other value is dropped and counted
    TEXT = "text"  # free text: personal data in it is found and treated like the turn's own text


@dataclass(frozen=True, slots=True)
class Attribute:
    """A declared attribute. `choices` is empty unless the type is CHOICE."""

    name: str
    type: AttributeType
    choices: frozenset[str] = frozenset()


FIELD_OPERATORS: Final[Mapping[str, frozenset[Operator]]] = {
    "conversation_id": frozenset({Operator.TOKENIZE, Operator.DROP}),
    "author.id": frozenset({Operator.TOKENIZE, Operator.DROP}),
    "author.role": frozenset({Operator.KEEP, Operator.DROP}),
    "subject.customer_id": frozenset({Operator.TOKENIZE, Operator.DROP}),
    "sequence": frozenset({Operator.KEEP, Operator.DROP}),
    "occurred_at": frozenset({Operator.KEEP, Operator.GENERALIZE, Operator.DROP}),
    "channel": frozenset({Operator.KEEP, Operator.DROP}),
    "locale": frozenset({Operator.KEEP, Operator.DROP}),
}
"""Fields of the event that a policy may let out, and by which operators. Every other field is always dropped.
`text` is not among them: it always leaves de-identified, by label. `tenant` always leaves as it is."""


NAMES_BIAS: Final[Mapping[Label, float]] = MappingProxyType(
    {
        **dict.fromkeys(Label, 0.3),
        Label.ADDRESS: 0.5,
        Label.PASSWORD: -0.5,
        Label.NATIONAL_ID: -0.5,
        **dict.fromkeys((Label.PHONE, Label.CREDIT_CARD, Label.DATE_OF_BIRTH, Label.ZIP), -1.0),
        Label.USERNAME: -1.5,
    }
)
"""How much the names tier of our own leans towards finding each label where a policy does not say. Chosen between what
stays in clear on a corpus left out of training, and what is flagged for nothing in the gold sets of `tests/corpus`."""


@dataclass(frozen=True, slots=True)
class CompiledPurpose:
    """What one purpose gets. `treatments` names every label; `fields` only what leaves (absent: dropped).

    `roles` holds the authors' roles in whose turns a label is treated otherwise, each with a treatment of every label.
    """

    name: str
    treatments: Mapping[Label, Treatment]
    fields: Mapping[str, Treatment]
    attributes: frozenset[str]
    honours_gpc: bool
    opt_out_effect: OptOutEffect
    roles: Mapping[Role, Mapping[Label, Treatment]] = field(default_factory=dict)

    def for_role(self, role: Role) -> "CompiledPurpose":
        """Return the purpose as it treats the turns of a role: itself, where the role changes nothing. Pure."""
        return replace(self, treatments=self.roles[role]) if role in self.roles else self


@dataclass(frozen=True, slots=True)
class CompiledPolicy:
    """The policy as the hot path uses it.

    `version` is the digest of the document, so equal documents decide equally. `names` maps a language subtag (`en`) to
    a names tier (`own`, `spacy:PACKAGE`, `off`); a language without one is withheld unless `publish_unnamed_locales`.
    `names_bias` says of every label how much the tier of our own leans towards finding it (0: neither way).
    `score_min` holds a label's least score; a finding below it is ignored. `default_region` reads national phones.
    """

    name: str
    version: str
    tenants: frozenset[str]
    purposes: tuple[CompiledPurpose, ...]
    attributes: Mapping[str, Attribute]
    names: Mapping[str, str]
    publish_unnamed_locales: bool
    names_bias: Mapping[Label, float]
    score_min: Mapping[Label, float]
    known_values: bool
    unidentified: Unidentified
    strip_email_tags: bool
    default_region: str
