"""The command line: what a person types. `redact --help` lists the commands."""

import os
import sys
from collections.abc import Callable
from inspect import cleandoc
from pathlib import Path
from typing import Annotated, Final

import typer
from typer.main import get_command

import pipeline
from pipeline.cli import (
    audit,
    dead_letters,
    detect,
    evaluate,
    health,
    keys,
    opt_out,
    policy,
    policy_diff,
    publish,
    text,
    topics,
    work,
)
from pipeline.cli.examples import epilog
from pipeline.cli.exits import RedactGroup
from pipeline.cli.invocation import Invocation
from pipeline.native import check_fresh
from pipeline.settings import CONFIG_VARIABLE
from pipeline.telemetry.exceptions import print_report

CRASHED: Final = 70
"""The exit code of a defect of the program (EX_SOFTWARE of sysexits.h), apart from those that commands choose."""

COMMANDS: Final[tuple[tuple[str, Callable[..., None]], ...]] = (
    ("demo", work.demo),
    ("text", text.text),
    ("worker", work.worker),
    ("publish", publish.publish),
    ("health", health.health),
    ("audit", audit.audit),
    ("detect", detect.detect),
    ("evaluate", evaluate.evaluate),
    ("bench", work.bench),
)
GROUPS: Final[tuple[tuple[str, str, tuple[tuple[str, Callable[..., None]], ...]], ...]] = (
    ("topics", "Make and check the topics.", (("create", topics.create), ("check", topics.check))),
    (
        "policy",
        "Check, test, explain and compare policies.",
        (("check", policy.check), ("test", policy.run_tests), ("explain", policy.explain), ("diff", policy_diff.diff)),
    ),
    (
        "opt-out",
        "Keep somebody's conversations out of purposes.",
        (("add", opt_out.add), ("remove", opt_out.remove), ("status", opt_out.status)),
    ),
    (
        "keys",
        "Make, check and rotate the key file.",
        (("make", keys.make), ("check", keys.check), ("rotate", keys.rotate)),
    ),
    (
        "dead-letters",
        "List, open and replay what could not be processed.",
        (("list", dead_letters.list_), ("show", dead_letters.show), ("replay", dead_letters.replay)),
    ),
)

app = typer.Typer(
    name="redact",
    cls=RedactGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 found a problem, 2 wrong usage or configuration, 3 a dependency is unavailable.",
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    if wanted:
        typer.echo(f"redact {pipeline.__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    *,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", envvar=CONFIG_VARIABLE, help="Settings, in TOML (default: redact.toml, where it exists)."
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001 - typer's callback acts on it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """De-identify support conversations on their way through Kafka: one sanitized stream per purpose.

    Every setting may also be given by environment, as in REDACT_KAFKA_BOOTSTRAP_SERVERS.
    """
    check_fresh()
    context.obj = Invocation(config, os.environ)


def explained(command: Callable[..., None]) -> str:
    """Return a command's help: its docstring, each paragraph one line, for the terminal to wrap. Pure."""
    return "\n\n".join(" ".join(part.split()) for part in cleandoc(command.__doc__ or "").split("\n\n"))


for _name, _command in COMMANDS:
    app.command(_name, help=explained(_command), epilog=epilog(_name))(_command)
for _group, _help, _members in GROUPS:
    _sub = typer.Typer(name=_group, help=_help, no_args_is_help=True)
    for _name, _command in _members:
        _sub.command(_name, help=explained(_command), epilog=epilog(f"{_group} {_name}"))(_command)
    app.add_typer(_sub)


def main() -> None:
    """Run the command line of this program. Ends by `SystemExit`.

    A defect is told by type and places alone: its message could hold payload.
    """
    try:
        get_command(app).main(prog_name="redact")
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback may show what an exception holds
        print_report("redact: this is a defect of the program; please report it with these lines", error)
    sys.exit(CRASHED)
