"""A record on which the worker dies twice is known by then, and is dead-lettered unread."""

import signal
import subprocess
import sys

from pipeline.event.records import Position, SourceRecord
from pipeline.streaming.suspects import Suspects

HANGS = """
import sys, time
from pathlib import Path
from pipeline.event.records import Position, SourceRecord
from pipeline.streaming.suspects import Suspects

suspects = Suspects(Path(sys.argv[1]), "0", seconds_max=float(sys.argv[2]), careful_records=10)
suspects.start_batch()
suspects.working_on(SourceRecord(Position("raw", 1, 7, 70), b"key", b"value"))
print("working", flush=True)
time.sleep(600)
"""


def record(offset=7, timestamp_ms=70):
    return SourceRecord(Position("raw", 1, offset, timestamp_ms), b"key", b"value")


def suspects(directory):
    return Suspects(directory, "0", seconds_max=60, careful_records=10)


def die_on_a_record(directory, seconds_max=60.0):
    """Run a worker that hangs on record 7, and return its exit status; it is killed unless its own time ends it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HANGS, str(directory), str(seconds_max)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        assert process.stdout.readline() == b"working\n"
        if seconds_max >= 60:
            process.send_signal(signal.SIGKILL)
        return process.wait(30)


def test_work_that_takes_too_long_ends_the_process(tmp_path):
    """The time is kept outside of the interpreter, and it ends the process with a failure."""
    assert die_on_a_record(tmp_path, seconds_max=0.2) == 1


def test_a_record_is_condemned_by_two_deaths_and_not_by_one(tmp_path):
    """After the first death it is tried again, alone; after the second it is not."""
    die_on_a_record(tmp_path)
    once = suspects(tmp_path)
    assert once.careful(1)
    assert not once.killed_twice(record())
    once.close()
    die_on_a_record(tmp_path)
    twice = suspects(tmp_path)
    assert twice.killed_twice(record())
    assert not twice.killed_twice(record(offset=8))
    assert not twice.killed_twice(record(timestamp_ms=71))
    twice.close()


def test_care_ends_after_the_records_that_may_have_been_in_hand(tmp_path):
    """Only so many records are worked on one by one."""
    die_on_a_record(tmp_path)
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
    die_on_a_record(tmp_path)
    assert subprocess.run([sys.executable, "-c", SLOW, str(tmp_path)], check=False).returncode == 0
