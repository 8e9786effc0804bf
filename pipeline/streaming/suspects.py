"""Records on which a detector hung: remembered across the worker's death, and dead-lettered when they do it twice.

A detector that hangs may hold the interpreter's lock, so nothing in Python can be relied on once it does: what is being
worked on is noted in a memory-mapped file *before* the work starts, and a thread of the C runtime ends the process. The
files hold topic positions only.
"""

import faulthandler
import json
import mmap
import struct
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.event.records import SourceRecord

DEATHS_MAX: Final = 2
_MARK: Final = struct.Struct("<qqq")
_SUSPECTS_MAX: Final = 1_000


class Mark(NamedTuple):
    """The record being worked on. The time tells a topic that was deleted and made again."""

    partition: int
    offset: int
    timestamp_ms: int


_NOTHING: Final = Mark(-1, -1, -1)
_WHOLE_BATCH: Final = Mark(-2, -1, -1)


class Suspects:
    """Counts how often each record was in progress when the worker died.

    After a death in the middle of work, the next `careful_records` records are worked on one by one, so that the one
    that kills is known. `seconds_max` bounds the work on a batch, and on each record that is worked on alone. Effects:
    reads and writes two small files in `directory`, and arms a timer that ends the process.
    """

    def __init__(self, directory: Path, slot: str, *, seconds_max: float, careful_records: int) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._seconds_max = seconds_max
        self._deaths_path = directory / f"deaths-{slot}.json"
        self._deaths = self._read_deaths()
        mark_path = directory / f"in-progress-{slot}"
        if not mark_path.exists() or mark_path.stat().st_size != _MARK.size:
            mark_path.write_bytes(_MARK.pack(*_NOTHING))
        with mark_path.open("r+b") as file:
            self._file = mmap.mmap(file.fileno(), _MARK.size)
        left = Mark(*_MARK.unpack_from(self._file))
        self._careful_left = 0 if left == _NOTHING else careful_records
        self._one_by_one = False
        if left not in (_NOTHING, _WHOLE_BATCH):
            self._deaths[left] = self._deaths.get(left, 0) + 1
            self._write_deaths()
        self._put(_NOTHING)

    def careful(self, records: int) -> bool:
        """Say whether the next so many records must be worked on one by one."""
        self._one_by_one = self._careful_left > 0
        if self._one_by_one:
            self._careful_left -= records
        return self._one_by_one

    def killed_twice(self, record: SourceRecord) -> bool:
        """Say whether the worker died on a record often enough for it to be dead-lettered unread."""
        return bool(self._deaths) and self._deaths.get(_mark(record), 0) >= DEATHS_MAX

    def start_batch(self) -> None:
        """Note that a whole batch is being worked on, and start the time that it may take."""
        self._put(_WHOLE_BATCH)
        faulthandler.dump_traceback_later(self._seconds_max, exit=True)

    def working_on(self, record: SourceRecord) -> None:
        """Note the record that is being worked on; where it is worked on alone, start the time that it may take."""
        if self._one_by_one:
            faulthandler.dump_traceback_later(self._seconds_max, exit=True)
        position = record.position
        _MARK.pack_into(self._file, 0, position.partition, position.offset, position.timestamp_ms)

    def done(self) -> None:
        """Note that nothing is in progress, and stop the time."""
        faulthandler.cancel_dump_traceback_later()
        self._put(_NOTHING)

    def close(self) -> None:
        """Stop the time and close the file."""
        self.done()
        self._file.close()

    def _put(self, mark: Mark) -> None:
        _MARK.pack_into(self._file, 0, *mark)

    def _read_deaths(self) -> dict[Mark, int]:
        if not self._deaths_path.exists():
            return {}
        rows = json.loads(self._deaths_path.read_text(encoding="utf-8"))
        return {Mark(*row[:-1]): row[-1] for row in rows}

    def _write_deaths(self) -> None:
        rows = [[*mark, count] for mark, count in self._deaths.items()][-_SUSPECTS_MAX:]
        fresh = self._deaths_path.with_suffix(".new")
        fresh.write_text(json.dumps(rows), encoding="utf-8")
        fresh.replace(self._deaths_path)


def _mark(record: SourceRecord) -> Mark:
    position = record.position
    return Mark(position.partition, position.offset, position.timestamp_ms)
