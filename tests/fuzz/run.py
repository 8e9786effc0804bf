"""Search for bytes that make a target fail, guided by the coverage that they reach: `make fuzz SECONDS=60`.

Needs atheris (dependency group `fuzz`). Each target runs in a process of its own, from the corpus in the repository;
what makes it fail stays there, under a name that begins with `crash-`, `timeout-` or `oom-`, and is replayed by the
ordinary tests from then on. What merely reaches more code is kept in a folder of its own, which `make clean` removes.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

CORPUS: Final = Path(__file__).with_name("corpus")
REACHED: Final = Path(".fuzz")
_UNIT_S_MAX: Final = 5
_LENGTH_MAX_BYTES: Final = 4_096
_MEMORY_MAX_MB: Final = 4_096


def search(name: str, arguments: list[str]) -> None:
    """Fuzz one target with libFuzzer's arguments. Ends the process."""
    import atheris  # noqa: PLC0415 - only whoever fuzzes has it

    with atheris.instrument_imports(include=["pipeline"]):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - instrumented while it is imported

    atheris.Setup([sys.argv[0], *arguments], TARGETS[name])
    atheris.Fuzz()


def main(seconds: int, names: list[str]) -> int:
    """Search each named target for its share of the time; return how many failed. Effects: writes the corpora."""
    failed = 0
    for name in names:
        own, reached = CORPUS / name, REACHED / name
        own.mkdir(parents=True, exist_ok=True)
        reached.mkdir(parents=True, exist_ok=True)
        limits = [
            f"-max_total_time={max(1, seconds // len(names))}",
            f"-timeout={_UNIT_S_MAX}",
            f"-max_len={_LENGTH_MAX_BYTES}",
            f"-rss_limit_mb={_MEMORY_MAX_MB}",
            f"-artifact_prefix={own}/",
            "-print_final_stats=1",
        ]
        command = [sys.executable, "-m", "tests.fuzz.run", "search", name, str(reached), str(own), *limits]
        failed += subprocess.run(command, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    if sys.argv[1] == "search":
        search(sys.argv[2], sys.argv[3:])
    else:
        every = ["decoding", "normalization", "patterns", "overlap", "splice", "policy"]
        sys.exit(main(int(sys.argv[1]), sys.argv[2:] or every))
