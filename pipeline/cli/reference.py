"""Renders the commands as the reference page `docs/commands.md`: `python -m pipeline.cli.reference`."""

import sys
from enum import Enum
from textwrap import fill
from typing import Any, Final

from typer.main import get_command

from pipeline.cli import CRASHED, app
from pipeline.cli.examples import EXAMPLES

_LINE_LENGTH: Final = 120
_HEAD: Final = f"""\
# Commands

What `redact` (also `python -m pipeline`) can do. This page is made from the commands' own help by
`python -m pipeline.cli.reference > docs/commands.md`; a test holds the two together.

- **Settings** come from the file that `--config FILE` names (anywhere on the line), else from the one in
  `REDACT_CONFIG`, else from `redact.toml` in the current folder, and every one of them from the environment:
  [settings](settings.md).
- **Results** go to stdout; progress, notes and problems to stderr. With `--json` stdout is one line of JSON for each
  result. Off a terminal nothing is coloured and no line is cut.
- **Personal values** are never arguments, because other users of a machine can read those: they come from files, stdin
  or a prompt.
- **Completion** of commands and options in your shell: `redact --install-completion`.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | the command did its work and found a problem: a turn that could not be processed, a topic that does not fit |
| 2 | wrong usage or configuration; every problem is on stderr: where, what is required, what to do |
| 3 | a dependency is unavailable: the broker, or a worker; try again |
| {CRASHED} | a defect of the program; stderr names types and places, never what was being processed |
| 130 | interrupted from the keyboard |

"""


def render() -> str:
    """Return the page. Pure."""
    root: Any = get_command(app)
    sections: list[str] = []
    for name, command in sorted(root.commands.items()):
        members = getattr(command, "commands", None)
        if members is None:
            sections.append(_section(name, command))
        else:
            sections += [_section(f"{name} {member}", one) for member, one in members.items()]
    return _HEAD + "\n".join(sections)


def _section(name: str, command: Any) -> str:  # noqa: ANN401 - typer's own command type is private
    arguments = "".join(f" {_bracketed(one)}" for one in command.params if one.param_type_name == "argument")
    examples = "".join(f"    {example}\n" for example in EXAMPLES[name])
    rows = "".join(_row(one) for one in command.params)
    table = f"| | |\n| --- | --- |\n{rows}\n" if rows else ""
    return f"## redact {name}\n`redact {name} [options]{arguments}`\n\n{_wrapped(command.help)}\n\n{table}{examples}"


def _wrapped(text: str) -> str:
    return "\n\n".join(fill(paragraph, _LINE_LENGTH, break_on_hyphens=False) for paragraph in text.split("\n\n"))


def _bracketed(argument: Any) -> str:  # noqa: ANN401 - as above
    return str(argument.metavar) if argument.required else f"[{argument.metavar}]"


def _row(parameter: Any) -> str:  # noqa: ANN401 - as above
    help_text = parameter.help.replace("|", "\\|")
    if parameter.param_type_name == "argument":
        return f"| `{parameter.metavar}` | {help_text} |\n".replace("NAME|PATH", "NAME\\|PATH")
    value = "" if getattr(parameter, "is_flag", False) else f" {_value_name(parameter)}"
    shown = [] if parameter.default in (None, False, "") else [f"Default: `{_default(parameter.default)}`."]
    required = ["Required."] if parameter.required else []
    return f"| `{parameter.opts[0]}{value}` | {' '.join([help_text, *required, *shown])} |\n"


def _value_name(parameter: Any) -> str:  # noqa: ANN401 - as above
    annotation = parameter.type_descriptor.annotation
    if parameter.metavar:
        return str(parameter.metavar).replace("|", "\\|")
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "\\|".join(str(member.value) for member in annotation)
    return "NUMBER" if annotation in (int, float) else "TEXT"


def _default(value: object) -> str:
    return str(value.value if isinstance(value, Enum) else value)


if __name__ == "__main__":
    sys.stdout.write(render())
