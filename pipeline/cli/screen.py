"""What people and scripts see: results on stdout, progress and problems on stderr."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TextIO

import msgspec
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

_UNLIMITED_WIDTH: Final = 1_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def console(stream: TextIO) -> Console:
    """Return a console that never reads markup, so that `[EMAIL_7k2mq3ztab]` stays what it is.

    Off a terminal lines are as long as they need be: nothing is cut for whoever reads the pipe.
    """
    width = None if stream.isatty() else _UNLIMITED_WIDTH
    return Console(file=stream, markup=False, highlight=False, emoji=False, soft_wrap=True, width=width)


def say(line: str) -> None:
    """Tell on stderr what is being done: one line a step."""
    console(sys.stderr).print(line, style="dim")


def complain(problem: str) -> None:
    """Tell a problem on stderr."""
    console(sys.stderr).print(Text.assemble(("error: ", "bold red"), visible(problem)))


def show(line: str | Text) -> None:
    """Write a line of the result to stdout, in colours on a terminal."""
    console(sys.stdout).print(line)


def show_json(value: object) -> None:
    """Write one line of JSON to stdout."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table to stdout. Cells are shown as they are, control characters made visible."""
    table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(visible(str(cell))) for cell in row))
    # On a terminal cells wrap to its width; off it they must not.
    console(sys.stdout).print(table, soft_wrap=not sys.stdout.isatty())


def visible(text: str) -> str:
    r"""Return text with control and direction characters written out (`\x1b`), so that it cannot steer a terminal."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)


@contextmanager
def counting(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show how far long work is: a bar on a terminal, else a line at its start and one at its end.

    Yields what to call with the count so far.
    """
    reached = 0
    if not sys.stderr.isatty():
        say(f"{what} ...")

        def note(count: int) -> None:
            nonlocal reached
            reached = count

        yield note
        say(f"{what}: {reached:,} done")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(sys.stderr), transient=True) as progress:
        task = progress.add_task(what, total=total)

        def advance(count: int) -> None:
            nonlocal reached
            reached = count
            progress.update(task, completed=count)

        yield advance
    say(f"{what}: {reached:,} done")
