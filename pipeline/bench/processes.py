"""A program under measurement: a Python module in a process of its own, and what the system says it used."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

_STOP_S_MAX: Final = 40.0
_PROC: Final = Path("/proc")
_USER_TIME, _SYSTEM_TIME = 11, 12  # fields of /proc/PID/stat, counted from the one after the program's name


class Usage(NamedTuple):
    """What a process has used so far. Both are None where the system has no `/proc`."""

    cpu_s: float | None
    rss_mb: float | None


class MeasuredProcess:
    """`python -m MODULE ARGUMENTS` between entering and leaving a `with` block; output goes to `log`."""

    def __init__(self, module: str, arguments: Sequence[str], settings: Mapping[str, str], log: Path) -> None:
        self._command = [sys.executable, "-m", module, *arguments]
        self._environment = {**os.environ, **settings}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._log.open("ab") as sink:
            self._process = subprocess.Popen(  # noqa: S603 - our own modules
                self._command, env=self._environment, stdout=sink, stderr=sink, stdin=subprocess.DEVNULL
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_S_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def pid(self) -> int | None:
        """The number of the process, once it was started."""
        return None if self._process is None else self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def usage(self) -> Usage:
        """Return processor time and resident memory."""
        if self._process is None:
            return Usage(None, None)
        try:
            stat = (_PROC / str(self._process.pid) / "stat").read_text("ascii", errors="replace")
            status = (_PROC / str(self._process.pid) / "status").read_text("ascii", errors="replace")
        except OSError:
            return Usage(None, None)
        fields = stat.rpartition(")")[2].split()
        ticks = int(fields[_USER_TIME]) + int(fields[_SYSTEM_TIME])
        resident_kib = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
        return Usage(ticks / os.sysconf("SC_CLK_TCK"), resident_kib / 1024)


class Together:
    """Several programs under measurement as one: alive while all are, using what all of them use."""

    def __init__(self, processes: Sequence[MeasuredProcess]) -> None:
        self._processes = processes

    @property
    def alive(self) -> bool:
        """Whether every process runs."""
        return all(process.alive for process in self._processes)

    def usage(self) -> Usage:
        """Return the sums of processor time and of resident memory."""
        usages = [process.usage() for process in self._processes]
        cpu_s = [usage.cpu_s for usage in usages if usage.cpu_s is not None]
        rss_mb = [usage.rss_mb for usage in usages if usage.rss_mb is not None]
        return Usage(sum(cpu_s) if cpu_s else None, sum(rss_mb) if rss_mb else None)
