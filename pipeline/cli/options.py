"""Options that several commands share, so that they read alike everywhere."""

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Write JSON for scripts instead of text for people.")]
PolicyName = Annotated[
    str | None,
    typer.Option(
        "--policy", metavar="NAME|PATH", help="Shipped profile or policy file (default: the policy of the settings)."
    ),
]
Tenant = Annotated[str | None, typer.Option(help="Whose events these are (default: the policy's only tenant).")]
NoNames = Annotated[
    bool, typer.Option("--no-names", help="Leave the names model out: patterns and known values alone; starts at once.")
]
Locale = Annotated[str, typer.Option(help="Language of the conversations, which chooses the names model.")]
AllLabels = Annotated[
    bool,
    typer.Option("--all-labels", help="Also findings that every purpose of the policy keeps (places, dates, ...)."),
]
KeyFile = Annotated[Path, typer.Argument(metavar="FILE", help="The key file.")]
