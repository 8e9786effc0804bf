"""`redact keys`: make, check and rotate the key file."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import screen
from pipeline.cli.invocation import invocation
from pipeline.cli.options import Json, KeyFile
from pipeline.errors import Misconfigured
from pipeline.keys import load_key_ring, make_key_file, rotate_key_file


def make(*, file: KeyFile, json: Json = False) -> None:
    """Make a key file that its owner alone can read. An existing file is never overwritten.

    Keep a copy in a safe place: without it tokens cannot be made again, nor dead letters and state be read.
    """
    make_key_file(file)
    if json:
        screen.show_json({"file": str(file), "version": 1})
        return
    screen.show(f"{file}: made, version 1; keep a copy in a safe place")
    screen.show(f"use it with: export REDACT_KEYS_FILE={file}")


def check(
    context: typer.Context,
    *,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The key file (default: the one of the settings).")
    ] = None,
    json: Json = False,
) -> None:
    """Check that keys can be read, are whole, and are open to their owner alone. Shows no key."""
    run = invocation(context)
    ring = load_key_ring(file, run.environment) if file is not None else run.keys(run.settings())
    if json:
        screen.show_json({"version": ring.version})
    else:
        screen.show(f"the keys are good; current version {ring.version}")


def rotate(*, file: KeyFile, json: Json = False) -> None:
    """Add a new version of the rotating keys and make it the current one. Restart the workers afterwards.

    New tokens differ from old ones. Old versions stay, to read what they encrypted; keys of ids and of the opt-out list
    do not rotate.
    """
    load_key_ring(file, {})
    try:
        version = rotate_key_file(file)
        problem = ""
    except OSError as error:
        problem = error.strerror or type(error).__name__
    if problem:
        raise Misconfigured(
            [f"{file}: cannot be replaced ({problem}); {file}.new must not exist, its folder be writable"]
        )
    if json:
        screen.show_json({"file": str(file), "version": version})
    else:
        screen.show(f"{file}: current version is now {version}; restart the workers, one after the other")
