"""Records on which a detector hung or crashed: remembered across the worker's death, and dead-lettered the second time.

A detector that hangs may hold the interpreter's lock, so nothing in Python can be relied on once it does: what is being
worked on is noted in a memory-mapped file *before* the work starts, and a thread of the C runtime ends the process. It
writes first where every thread is, as a crash of native code does, to a file of its own: empty at the next start, it
says that the worker was ended from outside (killed, out of memory, out of power), for which the record is not to blame.

The files hold topic positions, counts, and the traceback's files, lines and functions; nothing of a record.
"""

import faulthandler
import json
import logging
import mmap
import struct
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.errors import Misconfigured
from pipeline.event.records import SourceRecord

_log = logging.getLogger(__name__)

DEATHS_BY_ITSELF_MAX: Final = 2
# Who takes all memory is killed from outside, and a fatal error of the interpreter is told on stderr alone: without a
# bound, such records would end workers for ever.
DEATHS_FROM_OUTSIDE_MAX: Final = 10
_MARK: Final = struct.Struct("<qqq")
_SUSPECTS_MAX: Final = 1_000


class Mark(NamedTuple):
    """The record being worked on. The time tells a topic that was deleted and made again."""

    partition: int
    offset: int
    timestamp_ms: int


class Deaths(NamedTuple):
    """How often the worker died on a record: by the work itself, and ended from outside in the middle of it."""

    by_itself: int = 0
    from_outside: int = 0


_NOTHING: Final = Mark(-1, -1, -1)
_WHOLE_BATCH: Final = Mark(-2, -1, -1)


class Suspects:
    """Counts how often each record was in progress when the worker died, and whether the work itself ended it.

    After a death in the middle of work, the next `careful_records` records are worked on one by one, so that the one
    that kills is known. `seconds_max` bounds the work on a batch, and on each record that is worked on alone. Effects:
    reads and writes small files in `directory`, arms a timer that ends the process, and until `close` has a crash of
    native code told in a file there instead of on stderr. Raises `Misconfigured` where the directory cannot be made or
    written.
    """

    def __init__(self, directory: Path, slot: str, *, seconds_max: float, careful_records: int) -> None:
        self._file = _mark_file(directory, slot)
        self._seconds_max = seconds_max
        self._deaths_path = directory / f"deaths-{slot}.json"
        self._deaths = self._read_deaths()
        ended_path = directory / f"ended-{slot}.txt"
        by_itself = _put_aside(ended_path)
        left = Mark(*_MARK.unpack_from(self._file))
        self._careful_left = 0 if left == _NOTHING else careful_records
        self._one_by_one = False
        if left not in (_NOTHING, _WHOLE_BATCH):
            self._count(left, by_itself=by_itself)
        self._put(_NOTHING)
        self._ended = ended_path.open("wb", buffering=0)
        faulthandler.enable(self._ended)

    def careful(self, records: int) -> bool:
        """Say whether the next so many records must be worked on one by one."""
        self._one_by_one = self._careful_left > 0
        if self._one_by_one:
            self._careful_left -= records
        return self._one_by_one

    def condemned(self, record: SourceRecord) -> bool:
        """Say whether the worker died on a record often enough for it to be dead-lettered unread."""
        if not self._deaths:
            return False
        by_itself, from_outside = self._deaths.get(_mark(record), Deaths())
        return by_itself >= DEATHS_BY_ITSELF_MAX or from_outside >= DEATHS_FROM_OUTSIDE_MAX

    def start_batch(self) -> None:
        """Note that a whole batch is being worked on, and start the time that it may take."""
        self._put(_WHOLE_BATCH)
        faulthandler.dump_traceback_later(self._seconds_max, file=self._ended, exit=True)

    def working_on(self, record: SourceRecord) -> None:
        """Note the record that is being worked on; where it is worked on alone, start the time that it may take."""
        if self._one_by_one:
            faulthandler.dump_traceback_later(self._seconds_max, file=self._ended, exit=True)
        position = record.position
        _MARK.pack_into(self._file, 0, position.partition, position.offset, position.timestamp_ms)

    def done(self) -> None:
        """Note that nothing is in progress, and stop the time."""
        faulthandler.cancel_dump_traceback_later()
        self._put(_NOTHING)

    def close(self) -> None:
        """Stop the time and close the files."""
        self.done()
        faulthandler.enable(2)  # from here on a crash is told on stderr
        self._ended.close()
        self._file.close()

    def _put(self, mark: Mark) -> None:
        _MARK.pack_into(self._file, 0, *mark)

    def _count(self, mark: Mark, *, by_itself: bool) -> None:
        before = self._deaths.get(mark, Deaths())
        self._deaths[mark] = Deaths(before.by_itself + by_itself, before.from_outside + (not by_itself))
        rows = [[*known, *deaths] for known, deaths in self._deaths.items()][-_SUSPECTS_MAX:]
        fresh = self._deaths_path.with_suffix(".new")
        fresh.write_text(json.dumps(rows), encoding="utf-8")
        fresh.replace(self._deaths_path)

    def _read_deaths(self) -> dict[Mark, Deaths]:
        if not self._deaths_path.exists():
            return {}
        rows = json.loads(self._deaths_path.read_text(encoding="utf-8"))
        return {Mark(*row[:3]): Deaths(*row[3:]) for row in rows}


def _mark_file(directory: Path, slot: str) -> mmap.mmap:
    """Open the file of what is in progress, made where there is none. Raises `Misconfigured`."""
    path = directory / f"in-progress-{slot}"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.stat().st_size != _MARK.size:
            path.write_bytes(_MARK.pack(*_NOTHING))
        with path.open("r+b") as file:
            return mmap.mmap(file.fileno(), _MARK.size)
    except OSError as error:
        verdict = error.strerror or type(error).__name__
    raise Misconfigured(
        [f"worker.state_directory: {directory} cannot be written ({verdict}); name a directory of the worker's own"]
    )


def _mark(record: SourceRecord) -> Mark:
    position = record.position
    return Mark(position.partition, position.offset, position.timestamp_ms)


def _put_aside(ended_path: Path) -> bool:
    """Say whether the work itself ended the worker before; what was written then is kept for developers."""
    if not ended_path.exists() or not ended_path.stat().st_size:
        return False
    kept = ended_path.with_suffix(".last")
    ended_path.replace(kept)
    told = "the work ended the worker before: it took too long or crashed; a file in worker.state_directory says where"
    _log.warning(told, extra={"fields": {"file": kept.name}})
    return True
