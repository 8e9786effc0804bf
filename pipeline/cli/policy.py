"""`redact policy`: check, test and explain policies."""

from collections.abc import Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from pipeline.cli import screen
from pipeline.cli.exits import finish
from pipeline.cli.invocation import invocation, local_rules
from pipeline.cli.options import Json
from pipeline.cli.policy_run import event_runner
from pipeline.errors import Misconfigured
from pipeline.keys import KeyRing
from pipeline.policy.compile import compile_policy, read_bytes
from pipeline.policy.document import PolicyDocument, read_document
from pipeline.policy.expectation import TestVerdict, run_policy_tests
from pipeline.policy.explain import Explained
from pipeline.policy.explain import explain as explain_document
from pipeline.policy.shipped import find_policy

Policies = Annotated[
    list[str] | None,
    typer.Argument(metavar="POLICY", help="Shipped profiles or policy files (default: the one of the settings)."),
]
PolicyArgument = Annotated[
    str | None, typer.Argument(metavar="POLICY", help="Shipped profile or policy file (default: the settings' one).")
]
_TEST_KEYS: Final = KeyRing(b"\x01" * 32, {1: b"\x02" * 32}, 1)
"""Keys for made-up events: nothing personal is tokenized with them."""


class _PackageMeta(msgspec.Struct, frozen=True):
    """What a spaCy package says of itself."""

    lang: str


_ANY_LANGUAGE: Final = "xx"
_meta_decoder: Final = msgspec.json.Decoder(_PackageMeta)


class Checked(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a check says of one policy."""

    policy: str
    good: bool
    name: str = ""
    version: str = ""
    purposes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class Tested(msgspec.Struct, frozen=True):
    """What a test of a policy came to."""

    policy: str
    line: int
    name: str
    passed: bool
    failures: tuple[str, ...]


def check(context: typer.Context, *, policies: Policies = None, json: Json = False) -> None:
    """Check policies and say everything that is wrong with them: file, line, field, what is required, what to do.

    Exit code 1 says that a policy has problems; a worker would refuse it and go on with the last good one.
    """
    checked: list[Checked] = []
    absent: list[str] = []
    for name in policies or [invocation(context).settings().policy]:
        try:
            checked.append(_checked(name))
        except Misconfigured as refusal:
            absent += refusal.problems
    for one in checked:
        if json:
            screen.show_json(one)
        elif one.good:
            screen.show(f"{one.policy}: good, {one.name}@{one.version}, purposes {', '.join(one.purposes)}")
        else:
            for problem in one.problems:
                screen.show(screen.visible(problem))
    if absent:
        raise Misconfigured(absent)
    finish(found=not all(one.good for one in checked))


def run_tests(
    context: typer.Context,
    *,
    policies: Policies = None,
    no_names: Annotated[
        bool, typer.Option("--no-names", help="Leave the names model out; tests that need it fail.")
    ] = False,
    json: Json = False,
) -> None:
    """Run the tests that stand in policy files, through the flow that a worker runs.

    Exit code 1 says that a test failed, or that a policy has no tests.
    """
    tested = [
        _tested(name, verdict)
        for name in policies or [invocation(context).settings().policy]
        for verdict in _verdicts(name, names=not no_names)
    ]
    for one in tested:
        if json:
            screen.show_json(one)
            continue
        screen.show(f"{'passed' if one.passed else 'FAILED'}  {one.policy}:{one.line}: {screen.visible(one.name)}")
        for failure in one.failures:
            screen.show(f"        {screen.visible(failure)}")
    failed = sum(not one.passed for one in tested)
    if not json:
        screen.show(f"{len(tested) - failed} of {len(tested)} tests passed")
    finish(found=failed > 0)


def explain(
    context: typer.Context,
    *,
    policy: PolicyArgument = None,
    purpose: Annotated[str | None, typer.Option(help="Only this purpose.")] = None,
    name: Annotated[str | None, typer.Option(help="Only this label, field, attribute or setting.")] = None,
    json: Json = False,
) -> None:
    """Say what a policy does with every label, field and attribute, for each purpose, and which line says so.

    A label that is treated otherwise in the turns of some authors has a row for each of their roles.
    """
    document = policy_document(policy or invocation(context).settings().policy)
    purposes = [one.name for one in document.resolved]
    if purpose is not None and purpose not in purposes:
        raise Misconfigured([f"--purpose: {document.name} has no such purpose; it has {', '.join(purposes)}"])
    rows = [
        row
        for row in explain_document(document)
        if purpose in (None, row.purpose) and (name is None or row.name.casefold() == name.casefold())
    ]
    if not rows:
        raise Misconfigured(["--name: must be a label, a field, an attribute or a setting; leave it out to see them"])
    if json:
        for row in rows:
            screen.show_json(asdict(row))
        return
    by_role = any(row.role for row in rows)
    columns = ("purpose", "what", "name", *(("author",) if by_role else ()), "operator", "with", "stated at")
    screen.show_table(columns, (_cells(row, by_role=by_role) for row in rows))


def policy_document(name_or_path: str, settings: Sequence[tuple[str, str]] = ()) -> PolicyDocument:
    """Read a policy, with settings of it replaced; lines are told under the name that was typed (`analytics:43`)."""
    return read_document(read_bytes(find_policy(name_or_path)), name_or_path, settings)


def _checked(name_or_path: str) -> Checked:
    """Check one policy. Raises `Misconfigured` where there is none, or it cannot be read."""
    path: Path = find_policy(name_or_path)
    content = read_bytes(path)
    try:
        policy = compile_policy(read_document(content, str(path), unusable=_unusable))
    except Misconfigured as refusal:
        return Checked(name_or_path, good=False, problems=refusal.problems)
    purposes = tuple(purpose.name for purpose in policy.purposes)
    return Checked(name_or_path, good=True, name=policy.name, version=policy.version, purposes=purposes)


def _unusable(package: str, language: str) -> str:
    """Say why a names tier cannot be loaded for a language; empty where it can, as far as can be said unloaded."""
    found = find_spec(package)
    if found is None:
        return f"package {package} is not installed; install it or write `off`"
    try:
        made_for = _meta_decoder.decode((Path(found.origin or "").parent / "meta.json").read_bytes()).lang
    except (OSError, msgspec.DecodeError):
        return f"package {package} is no spaCy pipeline; name one that is"
    if made_for not in (language, _ANY_LANGUAGE):
        return f"package {package} is for the language {made_for}; name one for {language}"
    return ""


def _verdicts(name_or_path: str, *, names: bool) -> tuple[TestVerdict, ...]:
    document = policy_document(name_or_path)
    if not document.tests:
        raise Misconfigured([f"{document.origin}: tests: has none; add events with what each purpose must get of them"])
    rules = local_rules(compile_policy(document), _TEST_KEYS, names=names, publish_unidentified=False)
    return run_policy_tests(document.tests, event_runner(rules))


def _tested(policy: str, verdict: TestVerdict) -> Tested:
    failures = verdict.failures
    return Tested(policy, verdict.test.line, verdict.test.name, not failures, failures)


def _cells(row: Explained, *, by_role: bool) -> tuple[str, ...]:
    author = (row.role or "-",) if by_role else ()
    return (row.purpose, row.subject.value, row.name, *author, row.operator, row.parameters, row.defined_at)
