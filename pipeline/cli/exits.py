"""How a command ends: four exit codes, and the one place where errors become words on stderr."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Final

import typer
from typer.core import TyperGroup

from pipeline.cli import screen
from pipeline.errors import Misconfigured, Unavailable
from pipeline.keys import CannotDecrypt


class ExitCode(IntEnum):
    """What the exit status of every command says."""

    DONE = 0
    FOUND = 1  # the command did its work and found a problem
    MISUSED = 2  # wrong usage or configuration: every problem is on stderr
    UNAVAILABLE = 3  # a dependency does not answer: try again


_CONFIG_OPTION: Final = "--config"


class RedactGroup(TyperGroup):
    """The root command: takes `--config` wherever it stands, and turns expected errors into words and exit codes.

    Errors that are not expected pass through, as crashes.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's own context type is private
        """Parse, with `--config FILE` moved in front of the command."""
        return super().parse_args(ctx, hoisted(args))

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as typer declares it
        """Run the command."""
        code: ExitCode
        try:
            return super().invoke(ctx)
        except Misconfigured as error:
            code, problems = ExitCode.MISUSED, error.problems
        except CannotDecrypt as error:
            code, problems = ExitCode.MISUSED, (f"{error}; name the key file it was made with",)
        except Unavailable as error:
            code, problems = ExitCode.UNAVAILABLE, (str(error),)
        for problem in problems:
            screen.complain(problem)
        raise typer.Exit(code)


def hoisted(args: Sequence[str]) -> list[str]:
    """Return the arguments with `--config FILE` first, up to a `--`. Pure."""
    first: list[str] = []
    rest: list[str] = []
    pending = iter(args)
    for argument in pending:
        if argument == "--":
            rest += [argument, *pending]
        elif argument == _CONFIG_OPTION:
            first += [argument, *([following] if (following := next(pending, None)) is not None else [])]
        elif argument.startswith(f"{_CONFIG_OPTION}="):
            first.append(argument)
        else:
            rest.append(argument)
    return first + rest


def finish(*, found: bool) -> None:
    """End the command with FOUND if it found a problem, else return. Raises `typer.Exit`."""
    if found:
        raise typer.Exit(ExitCode.FOUND)
