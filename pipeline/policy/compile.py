"""PolicyDocument -> CompiledPolicy, and the version that names it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from pipeline.errors import Misconfigured
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label
from pipeline.policy.compiled import CompiledPolicy, CompiledPurpose, Operator, Treatment
from pipeline.policy.document import SCHEMA_VERSION, PolicyDocument, read_document
from pipeline.policy.purposes import ResolvedPurpose, RoleTreatments
from pipeline.policy.tree import DOCUMENT_BYTES_MAX

VERSION_LENGTH: Final = 12


def load_policy(path: Path) -> CompiledPolicy:
    """Read, check and compile the policy in a file. Raises `Misconfigured` with every problem."""
    return compile_policy(read_document(read_bytes(path), str(path)))


def read_bytes(path: Path) -> bytes:
    """Read a policy file, at most one byte over its limit. Raises `Misconfigured` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(DOCUMENT_BYTES_MAX + 1)
    except OSError as error:
        verdict = error.strerror or type(error).__name__
    raise Misconfigured([f"{path}: policy cannot be read ({verdict}); name a readable file or a shipped profile"])


def compile_policy(document: PolicyDocument) -> CompiledPolicy:
    """Compile a document, which is right as a whole once it was read. Purposes stand in the order written. Pure."""
    purposes = tuple(_compile_purpose(purpose) for purpose in document.resolved)
    return CompiledPolicy(
        name=document.name,
        version=_version(document, purposes),
        tenants=frozenset(document.tenants),
        purposes=purposes,
        attributes=MappingProxyType(dict(document.attributes)),
        names=MappingProxyType(dict(document.names)),
        publish_unnamed_locales=document.publish_unnamed_locales,
        names_bias=MappingProxyType(dict(document.names_bias)),
        score_min=MappingProxyType(dict(document.score_min)),
        known_values=document.known_values,
        unidentified=document.unidentified,
        strip_email_tags=document.strip_email_tags,
        default_region=document.default_region,
    )


def _compile_purpose(purpose: ResolvedPurpose) -> CompiledPurpose:
    leaving = {
        name: stated.value for name, stated in purpose.fields.items() if stated.value.operator is not Operator.DROP
    }
    treatments = {label: stated.value for label, stated in purpose.labels.items()}
    return CompiledPurpose(
        name=purpose.name,
        treatments=MappingProxyType(treatments),
        fields=MappingProxyType(leaving),
        attributes=frozenset(purpose.attributes.value),
        honours_gpc=purpose.honours_gpc.value,
        opt_out_effect=purpose.opt_out_effect.value,
        roles=MappingProxyType(_roles(treatments, purpose.roles)),
    )


def _roles(treatments: dict[Label, Treatment], roles: RoleTreatments) -> dict[Role, Mapping[Label, Treatment]]:
    """Return, of the roles that change something, how each label is treated in their turns. Pure."""
    overridden = {
        role: {**treatments, **{label: stated.value for label, stated in labels.items()}}
        for role, labels in roles.items()
    }
    return {role: MappingProxyType(labels) for role, labels in overridden.items() if labels != treatments}


def _version(document: PolicyDocument, purposes: tuple[CompiledPurpose, ...]) -> str:
    """Return the first hexadecimal digits of SHA-256 (FIPS 180-4) over what the policy decides. Pure.

    Comments, descriptions, tests, order, and whether something was stated, inherited or a default make no difference.
    """
    decides = {
        "schema_version": SCHEMA_VERSION,
        "name": document.name,
        "tenants": sorted(document.tenants),
        "default_region": document.default_region,
        "names": document.names,
        "publish_unnamed_locales": document.publish_unnamed_locales,
        "names_bias": document.names_bias,
        "score_min": document.score_min,
        "known_values": document.known_values,
        "strip_email_tags": document.strip_email_tags,
        "unidentified": document.unidentified,
        "attributes": {
            name: [attribute.type, sorted(attribute.choices)] for name, attribute in document.attributes.items()
        },
        "purposes": {
            purpose.name: {
                "treatments": dict(purpose.treatments),
                "fields": dict(purpose.fields),
                "attributes": sorted(purpose.attributes),
                "honours_gpc": purpose.honours_gpc,
                "opt_out_effect": purpose.opt_out_effect,
                # Only where there are any: policies without roles keep the versions that their outputs state.
                **({"roles": {role: dict(labels) for role, labels in purpose.roles.items()}} if purpose.roles else {}),
            }
            for purpose in purposes
        },
    }
    canonical = msgspec.json.encode(decides, order="sorted")
    return hashlib.sha256(canonical).hexdigest()[:VERSION_LENGTH]
