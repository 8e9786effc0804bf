"""A record that ends the worker twice is dead-lettered unread; one that the worker was killed over is tried on."""

import json
import logging
import signal
import subprocess
import sys

import pytest

from pipeline.errors import Misconfigured
from pipeline.event.records import Position, SourceRecord
from pipeline.streaming.suspects import DEATHS_FROM_OUTSIDE_MAX, Suspects

WORKS = """
import faulthandler, os, signal, sys, time
from pathlib import Path
from pipeline.event.records import Position, SourceRecord
from pipeline.streaming.suspects import Suspects

directory, seconds_max, then = sys.argv[1:]
suspects = Suspects(Path(directory), "0", seconds_max=float(seconds_max), careful_records=10)
suspects.start_batch()
suspects.working_on(SourceRecord(Position("raw", 1, 7, 70), b"key", b"value"))
if then == "crash":
    faulthandler._sigsegv()
elif then == "abort":
    faulthandler._sigabrt()
elif then == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
time.sleep(600)
"""
HANG, CRASH, ABORT, KILL = "hang", "crash", "abort", "kill"


def record(offset=7, timestamp_ms=70):
    return SourceRecord(Position("raw", 1, offset, timestamp_ms), b"key", b"value")


def suspects(directory):
    return Suspects(directory, "0", seconds_max=60, careful_records=10)


def die_on_a_record(directory, how):
    """Run a worker that dies while it works on record 7, and return its exit status."""
    seconds_max = "0.1" if how == HANG else "60"
    command = [sys.executable, "-c", WORKS, str(directory), seconds_max, how]
    return subprocess.run(command, stderr=subprocess.DEVNULL, timeout=30, check=False).returncode


def leave_as_if_killed(directory):
    """Leave what a worker leaves that was ended from outside while it worked on record 7: nothing but the mark."""
    here = suspects(directory)
    here.start_batch()
    here.working_on(record())
    mark = (directory / "in-progress-0").read_bytes()
    here.close()
    (directory / "in-progress-0").write_bytes(mark)


def test_a_directory_that_cannot_be_written_is_an_error_for_a_person(tmp_path):
    """It names the setting, and says what to do."""
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    with pytest.raises(Misconfigured, match=r"worker\.state_directory: .* cannot be written .*; name a directory"):
        suspects(in_the_way / "worker")


@pytest.mark.parametrize(
    ("how", "status"),
    [(HANG, 1), (CRASH, -signal.SIGSEGV), (ABORT, -signal.SIGABRT)],
)
def test_a_record_is_condemned_by_ending_the_worker_twice_and_not_once(tmp_path, how, status):
    """The time is kept outside of the interpreter. After the first death the record is tried again, alone."""
    assert die_on_a_record(tmp_path, how) == status
    once = suspects(tmp_path)
    assert once.careful(1)
    assert not once.condemned(record())
    once.close()
    assert die_on_a_record(tmp_path, how) == status
    twice = suspects(tmp_path)
    assert twice.condemned(record())
    assert not twice.condemned(record(offset=8))
    assert not twice.condemned(record(timestamp_ms=71))
    twice.close()


def test_a_record_is_condemned_by_the_tenth_kill_from_outside(tmp_path, caplog):
    """Nobody knows who killed: nothing hung, but one that takes all memory must not end workers for ever."""
    assert die_on_a_record(tmp_path, KILL) == -signal.SIGKILL
    for _ in range(DEATHS_FROM_OUTSIDE_MAX - 1):
        before = suspects(tmp_path)
        assert before.careful(1)
        assert not before.condemned(record())
        before.close()
        leave_as_if_killed(tmp_path)
    tenth = suspects(tmp_path)
    assert tenth.condemned(record())
    tenth.close()
    assert not caplog.records


def test_a_kill_between_two_hangs_counts_apart(tmp_path):
    """One hang and one kill condemn nobody; what the first hang left is not taken for the kill's."""
    die_on_a_record(tmp_path, HANG)
    die_on_a_record(tmp_path, KILL)
    here = suspects(tmp_path)
    assert not here.condemned(record())
    here.close()
    die_on_a_record(tmp_path, HANG)
    there = suspects(tmp_path)
    assert there.condemned(record())
    there.close()


def test_where_the_worker_hung_is_kept_and_told_once(tmp_path, caplog):
    """One warning names the file; it shows the line that hung, and nothing of the record."""
    die_on_a_record(tmp_path, HANG)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            suspects(tmp_path).close()
    (told,) = caplog.records
    assert told.levelno == logging.WARNING
    kept = (tmp_path / told.fields["file"]).read_text("utf-8")
    assert kept.startswith("Timeout")
    assert 'File "<string>", line' in kept
    assert "key" not in kept
    assert "value" not in kept


def test_a_hang_is_counted_once_over_several_starts(tmp_path):
    """A worker that is started and stopped before it works again blames nobody anew."""
    die_on_a_record(tmp_path, HANG)
    for _ in range(3):
        here = suspects(tmp_path)
        assert not here.condemned(record())
        here.close()


def test_counts_of_a_worker_that_told_no_deaths_apart_are_read(tmp_path):
    """What it condemned stays condemned: it may be read again."""
    (tmp_path / "deaths-0.json").write_text(json.dumps([[1, 7, 70, 2], [1, 8, 70, 1]]), "utf-8")
    here = suspects(tmp_path)
    assert here.condemned(record())
    assert not here.condemned(record(offset=8))
    here.close()


def test_care_ends_after_the_records_that_may_have_been_in_hand(tmp_path):
    """Only so many records are worked on one by one."""
    leave_as_if_killed(tmp_path)
    here = suspects(tmp_path)
    assert [here.careful(5) for _ in range(3)] == [True, True, False]
    here.close()


def test_a_worker_that_ended_between_two_batches_suspects_nobody(tmp_path):
    """Done work leaves no mark."""
    first = suspects(tmp_path)
    first.start_batch()
    first.working_on(record())
    first.done()
    first.close()
    second = suspects(tmp_path)
    assert not second.careful(1)
    second.close()


def test_the_files_hold_positions_only(tmp_path):
    """Nothing of a record's key or value is written."""
    here = suspects(tmp_path)
    here.start_batch()
    here.working_on(record())
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"key" not in content
    assert b"value" not in content
    here.close()


SLOW = """
import sys, time
from pathlib import Path
from pipeline.event.records import Position, SourceRecord
from pipeline.streaming.suspects import Suspects

suspects = Suspects(Path(sys.argv[1]), "0", seconds_max=1.5, careful_records=10)
suspects.start_batch()
assert suspects.careful(4)
for offset in range(4):
    suspects.working_on(SourceRecord(Position("raw", 1, offset, 70), b"key", b"value"))
    time.sleep(0.5)
suspects.close()
"""


def test_a_record_that_is_worked_on_alone_has_the_whole_time(tmp_path):
    """Several slow records of one batch must not condemn the last of them."""
    leave_as_if_killed(tmp_path)
    assert subprocess.run([sys.executable, "-c", SLOW, str(tmp_path)], check=False).returncode == 0
