"""The policy document: what an author writes, read with every mistake at once.

`read_document` gives a `PolicyDocument` that is right as a whole: every label treated, every name known.
`pipeline.policy.compile` turns it into what the hot path uses.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from phonenumbers import SUPPORTED_REGIONS

from pipeline.errors import InvariantBroken
from pipeline.event.labels import Label
from pipeline.policy.compiled import NAMES_BIAS, Attribute, AttributeType, Unidentified
from pipeline.policy.expectation import PolicyTest
from pipeline.policy.problems import Problems
from pipeline.policy.purposes import PurposeDocument, ResolvedPurpose, read_purposes, resolve
from pipeline.policy.section import Section
from pipeline.policy.tests_section import read_tests
from pipeline.policy.tree import Leaf, Table, read_tree, with_setting

SCHEMA_VERSION: Final = 1
SETTINGS: Final = (
    "schema_version",
    "name",
    "description",
    "tenants",
    "default_region",
    "names",
    "publish_unnamed_locales",
    "detection",
    "identifiers",
    "unidentified",
    "attributes",
    "purposes",
    "tests",
)
REQUIRED_SETTINGS: Final = ("schema_version", "name", "tenants", "default_region", "names", "purposes")
NAME_PATTERN: Final = r"[a-z][a-z0-9-]{0,62}"
TENANT_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}"
REGION_PATTERN: Final = r"[A-Z]{2}"
LANGUAGE_PATTERN: Final = r"[a-z]{2,3}"
NAMES_TIER_PATTERN: Final = r"off|own|spacy:[A-Za-z][A-Za-z0-9_-]{0,127}"
NAMES_OWN: Final = "own"
NAMES_OWN_LANGUAGES: Final = ("en",)
NAMES_BIAS_LIMIT: Final = 10.0
ATTRIBUTE_PATTERN: Final = r"[A-Za-z][A-Za-z0-9_-]{0,63}"
CHOICE_PATTERN: Final = r"[^\n\r\u2028\u2029]{1,128}"


class PlusTags(StrEnum):
    """What happens to the `+tag` of an e-mail address before it is looked up."""

    STRIP = "strip"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy with defaults filled in. `purposes` stand as written, `resolved` with `like` and `default` applied."""

    origin: str
    name: str
    description: str
    tenants: tuple[str, ...] = field(repr=False)
    default_region: str
    names: Mapping[str, str]
    publish_unnamed_locales: bool
    names_bias: Mapping[Label, float]
    score_min: Mapping[Label, float]
    known_values: bool
    strip_email_tags: bool
    unidentified: Unidentified
    attributes: Mapping[str, Attribute] = field(repr=False)
    purposes: tuple[PurposeDocument, ...]
    resolved: tuple[ResolvedPurpose, ...]
    tests: tuple[PolicyTest, ...] = field(repr=False)


def any_package(_package: str, _language: str) -> str:
    """Take every names model for usable. Pure."""
    return ""


def read_document(
    content: bytes,
    origin: str,
    settings: Sequence[tuple[str, str]] = (),
    unusable: Callable[[str, str], str] = any_package,
) -> PolicyDocument:
    """Read a policy document. `origin` names it in problems, a path as a rule.

    `settings` are dotted paths and values, in YAML, that take the place of what the document states there. `unusable`
    says of a spaCy package why it cannot be used for a language here, or nothing.
    Raises `Misconfigured` with every problem found, as `origin:line: field: what is required; what to do`. Pure.
    """
    problems = Problems(origin)
    root = read_tree(content, problems)
    if isinstance(root, Table):
        for path, value in settings:
            node = read_tree(value.encode(), problems)
            root = root if node is None else with_setting(root, path, node)
        return _read(Section(root, "", problems), unusable)
    if root is not None:
        problems.add(root.line, "", "must be a mapping of settings", "see docs/policy.md for the structure")
    problems.raise_any()
    raise InvariantBroken("a policy could not be read and no problem was noted")


def _read(top: Section, unusable: Callable[[str, str], str]) -> PolicyDocument:
    problems = top.problems
    top.allow(SETTINGS, required=REQUIRED_SETTINGS)
    _check_schema_version(top)
    tenants = top.texts("tenants", TENANT_PATTERN, "must be a tenant: letters, digits and . _ : - (at most 128)") or ()
    if "tenants" in top and not tenants:
        top.refuse("tenants", "must list at least one tenant", "name every tenant; events of others are dead-lettered")
    name = top.text("name", NAME_PATTERN, "must be lower-case letters, digits and hyphens (at most 63)")
    description = top.text("description")
    region = _region(top)
    names = _names(top, unusable)
    publish_unnamed_locales = top.flag("publish_unnamed_locales")
    detection = _detection(top)
    strip_email_tags = _strip_email_tags(top)
    unidentified = top.choice("unidentified", Unidentified)
    attributes = _attributes(top)
    purposes = read_purposes(top, attributes)
    resolved = resolve(purposes, problems)
    tests = read_tests(top, [purpose.name for purpose in purposes], tenants[0] if tenants else "tenant")
    problems.raise_any()
    return PolicyDocument(
        origin=problems.origin,
        name=name or "",
        description=description or "",
        tenants=tenants,
        default_region=region or "",
        names=names,
        publish_unnamed_locales=publish_unnamed_locales or False,
        names_bias=detection.names_bias,
        score_min=detection.score_min,
        known_values=detection.known_values,
        strip_email_tags=strip_email_tags,
        unidentified=unidentified or Unidentified.WITHHOLD,
        attributes=attributes,
        purposes=purposes,
        resolved=resolved,
        tests=tests,
    )


def _check_schema_version(top: Section) -> None:
    node = top.node("schema_version")
    value = node.value if isinstance(node, Leaf) else None
    if node is not None and (value != SCHEMA_VERSION or not isinstance(value, int) or isinstance(value, bool)):
        top.refuse("schema_version", f"must be {SCHEMA_VERSION}", "this version of the product reads no other")


def _region(top: Section) -> str | None:
    required = "must be a region of two letters (ISO 3166-1), as in US, GB, DE"
    region = top.text("default_region", REGION_PATTERN, required)
    if region is not None and region not in SUPPORTED_REGIONS:
        top.refuse("default_region", required, "phone numbers of this one are not known")
    return region


def _names(top: Section, unusable: Callable[[str, str], str]) -> dict[str, str]:
    section = top.section("names")
    names: dict[str, str] = {}
    if section is None:
        return names
    for language, node in section.entries():
        tier = section.text(
            language, NAMES_TIER_PATTERN, "must be `own`, `off` or `spacy:PACKAGE`", "name an installed package"
        )
        if not re.fullmatch(LANGUAGE_PATTERN, language):
            required = "must be a language of two or three small letters (ISO 639), as in en"
            top.problems.add(
                node.line, section.below(language), required, "regions do not matter here: `en` is also en-GB"
            )
        elif tier == NAMES_OWN and language not in NAMES_OWN_LANGUAGES:
            section.refuse(language, "must be `off` or `spacy:PACKAGE`", "`own` is the tier for English")
        elif tier is not None:
            names[language] = tier
            _, _, package = tier.partition(":")
            if package and (problem := unusable(package, language)):
                section.refuse(language, problem)
    if not section:
        top.refuse("names", "must name at least one language", "write `en: own`, or `en: off`")
    return names


class _Detection(NamedTuple):
    """The section `detection` with its defaults."""

    names_bias: dict[Label, float]
    score_min: dict[Label, float]
    known_values: bool


def _detection(top: Section) -> _Detection:
    section = top.section("detection")
    if section is None:
        return _Detection(dict(NAMES_BIAS), {}, True)
    section.allow(("names_bias", "score_min", "known_values"))
    known_values = section.flag("known_values")
    remedy = "0 accepts every finding, 1 only certain ones"
    scores = _numbers(section, "score_min", tuple(Label), (0, 1), remedy)
    remedy = "above 0 more is found, and more of it is wrong"
    limits = (-NAMES_BIAS_LIMIT, NAMES_BIAS_LIMIT)
    biases = _numbers(section, "names_bias", ("default", *Label), limits, remedy)
    default = biases.pop("default", None)
    return _Detection(
        {label: biases.get(label, NAMES_BIAS[label] if default is None else default) for label in Label},
        {Label(word): score for word, score in scores.items()},
        True if known_values is None else known_values,
    )


def _numbers(
    section: Section, setting: str, words: tuple[str, ...], limits: tuple[float, float], remedy: str
) -> dict[str, float]:
    """Return a table of numbers within inclusive limits, by label."""
    numbers: dict[str, float] = {}
    by_label = section.section(setting)
    if by_label is None:
        return numbers
    by_label.allow(words, what="label")
    for word, node in by_label.entries():
        value = node.value if isinstance(node, Leaf) else None
        if isinstance(value, bool) or not isinstance(value, int | float) or not limits[0] <= value <= limits[1]:
            by_label.refuse(word, f"must be a number from {limits[0]:g} to {limits[1]:g}", remedy)
        elif word in words:
            numbers[word] = float(value)
    return numbers


def _strip_email_tags(top: Section) -> bool:
    section = top.section("identifiers")
    if section is None:
        return True
    section.allow(("email_plus_tags",))
    return section.choice("email_plus_tags", PlusTags) is not PlusTags.KEEP


def _attributes(top: Section) -> dict[str, Attribute]:
    section = top.section("attributes")
    attributes: dict[str, Attribute] = {}
    if section is None:
        return attributes
    for name, node in section.entries():
        if not re.fullmatch(ATTRIBUTE_PATTERN, name, re.ASCII):
            required = "must be letters, digits, _ and - (at most 64), a letter first"
            top.problems.add(node.line, section.below(name), required)
            continue
        attribute = _choice(section, name) if isinstance(node, Table) else _plain_attribute(section, name)
        if attribute is not None:
            attributes[name] = attribute
    return attributes


def _plain_attribute(section: Section, name: str) -> Attribute | None:
    chosen = section.choice(name, AttributeType)
    if chosen is AttributeType.CHOICE:
        section.refuse(name, "a choice must list its values", "write `{choice: [one, two]}`")
        return None
    return None if chosen is None else Attribute(name, chosen)


def _choice(section: Section, name: str) -> Attribute | None:
    below = section.section(name)
    if below is None:
        return None
    below.allow((AttributeType.CHOICE.value,), required=(AttributeType.CHOICE.value,))
    choices = below.texts(AttributeType.CHOICE.value, CHOICE_PATTERN, "must be text of 1 to 128 characters")
    if choices is not None and not choices:
        below.refuse(AttributeType.CHOICE.value, "must list at least one value", "any other value is dropped")
    return Attribute(name, AttributeType.CHOICE, frozenset(choices or ()))
