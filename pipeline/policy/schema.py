"""The JSON Schema (draft 2020-12) of the policy document, made from the tables that the reader checks against.

It says what a document's shape may be, for editors and for other readers. What one part requires of another (a declared
attribute, a purpose that exists, every label treated) only `pipeline.policy.document` says.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import msgspec

from pipeline.event.conversation_event import LOCALE_PATTERN, Channel, Role
from pipeline.event.labels import Label
from pipeline.event.receipt import WithheldReason
from pipeline.policy.compiled import (
    FIELD_OPERATORS,
    AttributeType,
    Generalization,
    Operator,
    OptOutEffect,
    Unidentified,
)
from pipeline.policy.document import (
    ATTRIBUTE_PATTERN,
    CHOICE_PATTERN,
    LANGUAGE_PATTERN,
    NAME_PATTERN,
    NAMES_BIAS_LIMIT,
    NAMES_TIER_PATTERN,
    REGION_PATTERN,
    REQUIRED_SETTINGS,
    SCHEMA_VERSION,
    TENANT_PATTERN,
    PlusTags,
)
from pipeline.policy.permitted import (
    DEFAULT_OPERATORS,
    FIELD_GENERALIZATIONS,
    KEEP_LAST_MAX,
    LABEL_GENERALIZATIONS,
    label_operators,
)
from pipeline.policy.purposes import DEFAULT_LABEL, PURPOSE_PATTERN, PURPOSES_MAX
from pipeline.policy.tests_section import ATTRIBUTE_PREFIX, OUTPUT_SETTINGS, TEST_REQUIRED, TESTS_MAX

Schema = dict[str, object]
_TEXT: Final[Mapping[str, object]] = {"type": "string"}
_FLAG: Final[Mapping[str, object]] = {"type": "boolean"}
_SAID: Final[Mapping[str, object]] = {"type": "string", "pattern": r"\S"}
_SCORE: Final[Mapping[str, object]] = {"type": "number", "minimum": 0, "maximum": 1}

_BIAS: Final[Mapping[str, object]] = {"type": "number", "minimum": -NAMES_BIAS_LIMIT, "maximum": NAMES_BIAS_LIMIT}


def policy_schema() -> Schema:
    """Return the schema of the whole document. Pure."""
    schema = _object(
        {
            "schema_version": {"const": SCHEMA_VERSION},
            "name": _matching(NAME_PATTERN),
            "description": _TEXT,
            "tenants": _texts(_matching(TENANT_PATTERN), least=1),
            "default_region": _matching(REGION_PATTERN),
            "names": {
                "type": "object",
                "minProperties": 1,
                "propertyNames": _matching(LANGUAGE_PATTERN),
                "additionalProperties": _matching(NAMES_TIER_PATTERN),
            },
            "publish_unnamed_locales": _FLAG,
            "detection": _object(
                {
                    "known_values": _FLAG,
                    "names_bias": _object(dict.fromkeys((DEFAULT_LABEL, *Label), _BIAS)),
                    "score_min": _object(dict.fromkeys(Label, _SCORE)),
                }
            ),
            "identifiers": _object({"email_plus_tags": _one_of(PlusTags)}),
            "unidentified": _one_of(Unidentified),
            "attributes": {
                "type": "object",
                "propertyNames": _matching(ATTRIBUTE_PATTERN),
                "additionalProperties": _attribute(),
            },
            "purposes": {
                "type": "object",
                "minProperties": 1,
                "maxProperties": PURPOSES_MAX,
                "propertyNames": _matching(PURPOSE_PATTERN),
                "additionalProperties": _purpose(),
            },
            "tests": {"type": "array", "maxItems": TESTS_MAX, "items": _test()},
        },
        REQUIRED_SETTINGS,
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Redaction policy",
        "description": "What may happen to which data for which purpose. Reference: docs/policy.md.",
        "$defs": {
            label.value: _treatment(label_operators(label), LABEL_GENERALIZATIONS.get(label, frozenset()))
            for label in Label
        },
        **schema,
    }


def render_schema() -> str:
    """Return the schema as the text of `schemas/policy.schema.json`. Pure."""
    return msgspec.json.format(msgspec.json.encode(policy_schema()), indent=2).decode() + "\n"


def _attribute() -> Schema:
    plain = [option.value for option in AttributeType if option is not AttributeType.CHOICE]
    choice = AttributeType.CHOICE.value
    return {
        "oneOf": [{"enum": plain}, _object({choice: _texts(_matching(CHOICE_PATTERN), least=1)}, (choice,))],
    }


def _purpose() -> Schema:
    labels: Schema = {label.value: {"$ref": f"#/$defs/{label}"} for label in Label}
    fields: Schema = {
        name: _treatment(operators, FIELD_GENERALIZATIONS.get(name, frozenset()))
        for name, operators in FIELD_OPERATORS.items()
    }
    purpose = _object(
        {
            "description": _SAID,
            "like": _TEXT,
            "fields": _object(fields),
            "attributes": _texts(_TEXT),
            "labels": _object({DEFAULT_LABEL: {"enum": sorted(DEFAULT_OPERATORS)}, **labels}),
            "roles": {
                "type": "object",
                "propertyNames": _one_of(Role),
                "additionalProperties": _object({"labels": {**_object(labels), "minProperties": 1}}, ("labels",)),
            },
            "honours_gpc": _FLAG,
            "opt_out_effect": _one_of(OptOutEffect),
        },
        ("description",),
    )
    return {**purpose, "anyOf": [{"required": ["like"]}, {"required": ["honours_gpc", "labels"]}]}


def _treatment(operators: Collection[Operator], generalizations: Collection[Generalization]) -> Schema:
    forms: list[Mapping[str, object]] = [
        {"enum": sorted(operator.value for operator in operators if operator is not Operator.GENERALIZE)}
    ]
    if Operator.MASK in operators:
        keep_last = {"type": "integer", "minimum": 0, "maximum": KEEP_LAST_MAX}
        mask = Operator.MASK.value
        forms.append(_object({mask: _object({"keep_last": keep_last}, ("keep_last",))}, (mask,)))
    if Operator.GENERALIZE in operators:
        generalize = Operator.GENERALIZE.value
        forms.append(_object({generalize: {"enum": sorted(generalizations)}}, (generalize,)))
    return {"oneOf": forms}


def _test() -> Schema:
    return _object(
        {"name": _SAID, "purpose": _TEXT, "event": _event(), "opted_out": _FLAG, "expect": _expectation()},
        TEST_REQUIRED,
    )


def _event() -> Schema:
    identifier = {"type": "string", "minLength": 1, "maxLength": 512}
    return _object(
        {
            "text": _TEXT,
            "question": _TEXT,
            "author": _object(
                {"role": _one_of(Role), "id": identifier, "display_name": {"type": "string", "maxLength": 512}}
            ),
            "subject": {
                "type": "object",
                "additionalProperties": {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]},
            },
            "signals": _object({"gpc": _FLAG}),
            "attributes": {
                "type": "object",
                "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
            },
            "channel": _one_of(Channel),
            "locale": {"type": "string", "maxLength": 35, "pattern": LOCALE_PATTERN.replace(r"\Z", "$")},
            "occurred_at": {"type": "string", "format": "date-time"},
            "sequence": {"type": ["integer", "null"], "minimum": 0, "exclusiveMaximum": 1_000_000_000},
            "tenant": identifier,
            "conversation_id": identifier,
        }
    )


def _expectation() -> Schema:
    part = {"type": "string", "minLength": 1}
    value = {"type": ["string", "number", "boolean", "null"]}
    expectation = _object(
        {
            "text": _TEXT,
            "contains": _texts(part, least=1),
            "absent": _texts(part, least=1),
            "withheld": _one_of(WithheldReason),
            "metadata_only": _FLAG,
            "labels": _texts(_one_of(Label), least=1),
            "fields": {
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"anyOf": [{"enum": list(FIELD_OPERATORS)}, {"pattern": f"^{ATTRIBUTE_PREFIX}.+$"}]},
                "additionalProperties": value,
            },
        }
    )
    nothing_left = {"not": {"anyOf": [{"required": [name]} for name in OUTPUT_SETTINGS]}}
    return {
        **expectation,
        "minProperties": 1,
        "if": {"required": ["withheld"]},
        "then": nothing_left,
    }


def _object(properties: Mapping[str, object], required: Collection[str] = ()) -> Schema:
    schema: Schema = {"type": "object", "additionalProperties": False, "properties": dict(properties)}
    return {**schema, "required": list(required)} if required else schema


def _matching(pattern: str) -> Schema:
    """Return the schema of a text that matches as a whole; JSON Schema's own patterns match anywhere. Pure."""
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def _texts(item: Mapping[str, object], least: int = 0) -> Schema:
    schema: Schema = {"type": "array", "items": dict(item), "uniqueItems": True}
    return {**schema, "minItems": least} if least else schema


def _one_of(words: Iterable[str]) -> Schema:
    return {"enum": [str(word) for word in words]}
