"""A wall clock for one process: a library of our own is compiled and preloaded (`wall_clock.c` says what it does).

The well-known `libfaketime` will not do: where it leaves the monotonic clock alone, Python's `time.sleep` fails.
"""

import shutil
import struct
import subprocess
from pathlib import Path

from pipeline.errors import Unavailable

_SOURCE = Path(__file__).with_name("wall_clock.c")


class WallClock:
    """The clock of the processes that were started with its `settings`; right until it is set."""

    def __init__(self, path: Path, library: Path) -> None:
        self._path = path
        self._library = library
        self.set(0)

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a process that goes by this clock."""
        return {"LD_PRELOAD": str(self._library), "WALL_CLOCK_FILE": str(self._path)}

    def set(self, ahead_s: int) -> None:
        """Set the clock to so many seconds from ours, at once and in place."""
        with self._path.open("r+b" if self._path.exists() else "wb") as shared:
            shared.write(struct.pack("=q", ahead_s))


def clock_library(directory: Path) -> Path:
    """Return the library, compiled for this machine. Raises `Unavailable` without a C compiler."""
    library = directory / "wall_clock.so"
    compiler = shutil.which("cc")
    if compiler is None:
        raise Unavailable("clocks_jump needs a C compiler: install one, or name other faults")
    if not library.exists():
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(_SOURCE)], check=True)
    return library
