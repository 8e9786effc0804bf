"""`python -m pipeline.training build|leave-one-out|check`: make the weights, and say what they are worth."""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from pipeline.errors import Misconfigured
from pipeline.tagger.weights import FILE
from pipeline.training import build, leave_one_out

_USAGE: Final = """usage: python -m pipeline.training COMMAND [FILE]
  build [FILE]      make the weights (default: pipeline/tagger/english.npz)
  leave-one-out     print what the detector is worth on each corpus when nothing was learned from it
  check             print what the shipped weights are worth on the bundled conversations"""


def _build(arguments: Sequence[str], report: Callable[[str], None]) -> None:
    path = Path(arguments[0]) if arguments else FILE
    path.write_bytes(build.built(report))
    report(f"{path}: {path.stat().st_size:,} bytes")


def _leave_one_out(_: Sequence[str], report: Callable[[str], None]) -> None:
    for line in leave_one_out.table(leave_one_out.rows(report)):
        print(line, flush=True)  # noqa: T201 - the result of the command


def _check(_: Sequence[str], report: Callable[[str], None]) -> None:
    print(build.check(report))  # noqa: T201 - the result of the command


_COMMANDS: Final = {"build": _build, "leave-one-out": _leave_one_out, "check": _check}


def main(arguments: Sequence[str]) -> int:
    """Run a command; return its exit status: 0 done, 2 wrong usage or configuration."""
    began_s = time.monotonic()

    def report(line: str) -> None:
        print(f"{time.monotonic() - began_s:6.0f} s  {line}", file=sys.stderr, flush=True)  # noqa: T201 - progress

    if not arguments or arguments[0] not in _COMMANDS:
        print(_USAGE, file=sys.stderr)  # noqa: T201 - the answer to wrong usage
        return 2
    try:
        _COMMANDS[arguments[0]](arguments[1:], report)
    except Misconfigured as refusal:
        print(*refusal.problems, sep="\n", file=sys.stderr)  # noqa: T201 - the answer to wrong configuration
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
