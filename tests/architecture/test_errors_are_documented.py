"""The reference page of errors names every reason, error class and audit finding, and no other."""

import re
from pathlib import Path

import pytest

from pipeline import errors
from pipeline.audit.report import AuditProblem
from pipeline.cli import CRASHED
from pipeline.cli.exits import ExitCode
from pipeline.errors import Reason, RedactionError
from pipeline.event.receipt import WithheldReason
from pipeline.keys import CannotDecrypt

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
TEXT = PAGE.read_text(encoding="utf-8")


def names_in(section):
    (content,) = re.findall(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    return re.findall(r"^\| `([A-Za-z_0-9]+)` \|", content, re.MULTILINE)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("Why a record became a dead letter", Reason),
        ("Why a purpose got nothing of an event", WithheldReason),
        ("What an audit finds", AuditProblem),
    ],
)
def test_every_reason_stands_on_the_page_in_the_order_of_the_code(section, words):
    assert names_in(section) == [word.value for word in words]


def test_every_error_stands_on_the_page():
    kinds = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, RedactionError) and kind is not RedactionError
    }
    assert set(names_in("What a command or a worker ends with")) == kinds | {CannotDecrypt.__name__}


def test_the_exit_codes_are_those_of_the_code():
    codes = dict(re.findall(r"^\| `([A-Za-z]+)` \| (\d*) ?\|", TEXT, re.MULTILINE))
    assert codes == {
        "Misconfigured": str(int(ExitCode.MISUSED)),
        "CannotDecrypt": str(int(ExitCode.MISUSED)),
        "Unavailable": str(int(ExitCode.UNAVAILABLE)),
        "RejectedEvent": "",
        "InvariantBroken": str(CRASHED),
    }


def test_schemas_that_the_page_names_exist():
    named = set(re.findall(r"`(schemas/[a-z-]+\.schema\.json)`", TEXT))
    assert named
    assert all((PAGE.parents[1] / schema).is_file() for schema in named)
