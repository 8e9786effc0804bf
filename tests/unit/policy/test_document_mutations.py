"""Whatever happens to a policy document, it compiles to a total policy or is refused as misconfigured."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.errors import Misconfigured
from pipeline.event.labels import SECRET_LABELS, Label
from pipeline.policy.compile import compile_policy
from pipeline.policy.compiled import FIELD_OPERATORS, Operator
from pipeline.policy.document import read_document
from pipeline.policy.permitted import label_operators

YAML_MARKS = [
    "",
    " ",
    "\n",
    "\t",
    ":",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "#",
    "&a",
    "*a",
    "!x ",
    "'",
    '"',
    "|\n",
    ">\n",
    "? ",
    "%",
]
DOCUMENT_MARKS = ["---\n", "...", "<<: {}", "null", ".inf", "0x1F", "1" * 5000, "\ufeff", "\x85", "\u2028"]
ESCAPES = ["\\UFFFFFFFF", '"\\ud800"', '"\\UFFFFFFFF"']
POLICY_WORDS = [
    "keep",
    "roles: {agent: {labels: {EMAIL: keep}}}\n    ",
    "EMAIL: keep",
    "PASSWORD: tokenize",
    "like: review\n    ",
]
FRAGMENTS = st.one_of(st.sampled_from([*YAML_MARKS, *DOCUMENT_MARKS, *ESCAPES, *POLICY_WORDS]), st.text(max_size=6))


def assert_compiles_or_is_refused(content):
    problems, policy = (), None
    try:
        policy = compile_policy(read_document(content, "policy.yaml"))
    except Misconfigured as refused:
        problems = refused.problems
    if policy is None:
        assert problems
        assert all(problem.startswith("policy.yaml:") for problem in problems)
        return
    assert policy.purposes
    assert policy.tenants
    for purpose in policy.purposes:
        for treatments in (purpose.treatments, *purpose.roles.values()):
            assert set(treatments) == set(Label)
            assert all(treatment.operator in label_operators(label) for label, treatment in treatments.items())
            assert all(treatments[secret].operator in {Operator.DROP, Operator.REDACT} for secret in SECRET_LABELS)
        assert all(treatment.operator in FIELD_OPERATORS[field] for field, treatment in purpose.fields.items())
        assert purpose.attributes <= set(policy.attributes)


SETTINGS = settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(data=st.data())
@SETTINGS
def test_text_replaced_anywhere(small_policy, data):
    """A stretch of the text is replaced by a fragment of YAML or by anything."""
    start = data.draw(st.integers(0, len(small_policy)))
    end = data.draw(st.integers(start, min(len(small_policy), start + 40)))
    content = small_policy[:start] + data.draw(FRAGMENTS) + small_policy[end:]
    assert_compiles_or_is_refused(content.encode("utf-8", "surrogatepass"))


@given(data=st.data())
@SETTINGS
def test_lines_moved_repeated_and_left_out(small_policy, data):
    """Lines of the document in any order, some twice, some missing, some indented otherwise."""
    lines = small_policy.splitlines(keepends=True)
    at, count = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.integers(1, 4))
    moved = lines[at : at + count]
    rest = lines[:at] + lines[at + count :] if data.draw(st.booleans()) else lines
    to = data.draw(st.integers(0, len(rest)))
    indent = data.draw(st.sampled_from(["", "  ", "      "]))
    content = "".join([*rest[:to], *(indent + line for line in moved), *rest[to:]])
    assert_compiles_or_is_refused(content.encode())


@given(content=st.binary(max_size=200))
@example(content=b'"\\UFFFFFFFF"')
@example(content=b"\xff\xfe")
@example(content=b"a: *a")
@settings(max_examples=200, deadline=None, derandomize=True)
def test_bytes_of_any_kind(content):
    """What is no policy at all is refused like any other mistake."""
    assert_compiles_or_is_refused(content)
