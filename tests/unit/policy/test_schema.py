"""The published schema is the one that the code makes, and both refuse the same shapes."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from pipeline.errors import Misconfigured
from pipeline.policy.document import read_document
from pipeline.policy.problems import Problems
from pipeline.policy.schema import policy_schema, render_schema
from pipeline.policy.shipped import PROFILES, find_policy
from pipeline.policy.tree import plain, read_tree

PUBLISHED = Path(__file__).parents[3] / "schemas" / "policy.schema.json"
VALIDATOR = Draft202012Validator(policy_schema(), format_checker=FormatChecker())

RENEW = "write pipeline.policy.schema.render_schema() to schemas/policy.schema.json"


def test_the_published_schema_is_the_one_the_code_makes():
    assert PUBLISHED.read_text() == render_schema(), RENEW


def test_the_published_schema_is_a_schema():
    Draft202012Validator.check_schema(json.loads(PUBLISHED.read_text()))


@pytest.mark.parametrize("profile", PROFILES)
def test_the_shipped_profiles_are_valid_by_the_schema(profile):
    tree = read_tree(find_policy(profile).read_bytes(), Problems(profile))
    assert tree is not None
    assert [error.json_path for error in VALIDATOR.iter_errors(plain(tree))] == []


def refused_by_code(content):
    try:
        read_document(content, "policy.yaml")
    except Misconfigured:
        return True
    return False


def refused_by_schema(content):
    problems = Problems("policy.yaml")
    tree = read_tree(content, problems)
    return tree is None or not VALIDATOR.is_valid(plain(tree))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: small", "nam: small"),
        ("name: small", "name: Small"),
        ("name: small", "name: 7"),
        ("schema_version: 1", "schema_version: 2"),
        ("[north]", "[]"),
        ("[north]", "[x, x]"),
        ("[north]", "[a b]"),
        ("default_region: US", "default_region: usa"),
        ("de: off", "de: of"),
        ("de: off", "de-AT: off"),
        ("publish_unnamed_locales: false", "publish_unnamed_locales: no"),
        ("DATE: 0.4", "DATE: 2"),
        ("DATE: 0.4", "DAET: 0.4"),
        ("known_values: true", "known: true"),
        ("email_plus_tags: keep", "email_plus_tags: drop"),
        ("unidentified: withhold", "unidentified: keep"),
        ("rating: integer", "rating: int"),
        ("rating: integer", "rating: choice"),
        ("[billing, delivery]", "[]"),
        ("  research:\n", "  Research:\n"),
        ("what customers ask for", "' '"),
        ("    honours_gpc: true\n", ""),
        ("metadata_only", "nothing"),
        ("conversation_id: tokenize", "conversation_id: keep"),
        ("conversation_id: tokenize", "subject.email: tokenize"),
        ("generalize: day", "generalize: year"),
        ("{generalize: day}", "generalize"),
        ("default: redact", "default: keep"),
        ("PERSON: placeholder", "PERSON: tokenize"),
        ("PERSON: placeholder", "PERSN: redact"),
        ("EMAIL: tokenize", "EMAIL: keep"),
        ("EMAIL: tokenize", "PASSWORD: tokenize"),
        ("EMAIL: tokenize", "API_SECRET: {mask: {keep_last: 2}}"),
        ("EMAIL: tokenize", "ZIP: {generalize: year}"),
        ("keep_last: 4", "keep_last: 5"),
        ("{keep_last: 4}", "{}"),
        ("  - name: an e-mail address becomes a token", "  - nme: x"),
        ("      text: write to ada@example.com", "      txt: x"),
        ("role: customer", "role: boss"),
        ("{email: ada@example.com}", "{email: 5}"),
        ("      absent: [ada]", "      absnt: [ada]"),
        ("      absent: [ada]", "      absent: []"),
        ("      absent: [ada]", "      withheld: gpc"),
        ("      absent: [ada]", "      labels: [MAIL]"),
        ("      absent: [ada]", "      fields: {author.name: x}"),
        ("      absent: [ada]", "      fields: {}"),
    ],
)
def test_a_wrong_shape_is_refused_by_schema_and_code(small_policy, old, new):
    assert old in small_policy
    content = small_policy.replace(old, new, 1).encode()
    assert refused_by_code(content)
    assert refused_by_schema(content)


def places(value, path=()):
    """Yield the path of every node of a plain document."""
    yield path
    if isinstance(value, dict):
        for key, below in value.items():
            yield from places(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from places(below, (*path, index))


def replaced(value, path, new):
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def removed(value, path):
    *above, last = path
    parent = value
    for step in above:
        parent = parent[step]
    kept = (
        {key: below for key, below in parent.items() if key != last}
        if isinstance(parent, dict)
        else [below for index, below in enumerate(parent) if index != last]
    )
    return replaced(value, above, kept)


WORDS = st.sampled_from(
    [
        "keep",
        "drop",
        "redact",
        "tokenize",
        "mask",
        "placeholder",
        "generalize",
        "year",
        "zip3",
        "off",
        "research",
        "",
        "5",
        "x",
    ]
)
SCALARS = st.one_of(WORDS, st.none(), st.booleans(), st.integers(-2, 9), st.sampled_from([0.0, 0.5, 4.0, 1e9]))
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.dictionaries(
        st.one_of(WORDS, st.sampled_from(["keep_last", "default", "choice", "EMAIL"])), SCALARS, max_size=3
    ),
)


@pytest.fixture
def tree(small_policy):
    return plain(read_tree(small_policy.encode(), Problems("policy.yaml")))


@given(data=st.data())
@settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_the_schema_refuses_the_code_refuses(tree, data):
    """Any part of a right document replaced or removed: the code is at least as strict as the published schema."""
    path = data.draw(st.sampled_from([path for path in places(tree) if path]))
    mutated = data.draw(st.one_of(st.just(removed(tree, path)), VALUES.map(lambda new: replaced(tree, path, new))))
    content = json.dumps(mutated, indent=1).encode()
    if refused_by_schema(content):
        assert refused_by_code(content)
