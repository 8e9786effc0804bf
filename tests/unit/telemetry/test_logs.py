"""What the log shows and, above all, what it cannot be made to show."""

import asyncio
import io
import json
import logging
import secrets
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest

from pipeline.errors import Misconfigured, Reason, RejectedEvent, Unavailable
from pipeline.settings import TelemetrySettings
from pipeline.telemetry.exceptions import asyncio_exception_hook
from pipeline.telemetry.logs import WITHHELD, configure_logging

OURS = "pipeline.streaming.worker"
FOREIGN = ["faust.agents", "mode.services", "kafka.conn", "confluent_kafka", "asyncio", "root", "pipelinex"]


class Log:
    """The log as an operator reads it."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def planted() -> str:
    """Return a value that stands in no source file, as payload does."""
    return f"planted-{secrets.token_hex(8)}"


@pytest.fixture
def log() -> Iterator[Log]:
    """Set up the log at DEBUG, the level that shows most."""
    log = Log()
    kafka = logging.getLogger("kafka")
    level = kafka.level
    kafka.setLevel(logging.NOTSET)  # the operations silence it for the whole process
    restore = configure_logging(TelemetrySettings(log_level="DEBUG"), log.stream)
    yield log
    restore()
    kafka.setLevel(level)


def chained(planted: str) -> Exception:
    """Return one of our errors with foreign ones below it that hold the value in every place there is."""
    try:
        try:
            local = planted
            raise ValueError(planted, {"value": planted})  # noqa: TRY301 - the chain is what is tested
        except ValueError as error:
            error.add_note(local)
            raise KeyError(planted) from error
    except KeyError as error:
        try:
            raise Unavailable("the broker does not answer; retrying") from error  # noqa: TRY301 - likewise
        except Unavailable as ours:
            return ours


def test_our_lines_have_time_level_logger_message_and_fields(log):
    """One JSON object a line, with UTC time and named fields."""
    logging.getLogger(OURS).info("batch committed: %d records", 7, extra={"fields": {"partition": 3, "ok": True}})
    (line,) = log.lines
    assert line["time"].endswith("Z")
    assert line["level"] == "INFO"
    assert line["logger"] == OURS
    assert line["message"] == "batch committed: 7 records"
    assert line["fields"] == {"partition": 3, "ok": True}


def test_a_line_break_in_a_message_cannot_forge_a_line(log):
    """Each record is one line, whatever it says."""
    logging.getLogger(OURS).warning('first\n{"level":"INFO","message":"forged"}')
    assert len(log.text.splitlines()) == 1


def test_our_own_error_is_shown_with_its_chain_by_type_and_place(log, planted):
    """Our message helps; foreign ones are reduced to type and file:line, nearest first."""
    logging.getLogger(OURS).error("cannot go on", exc_info=chained(planted))
    (line,) = log.lines
    assert [told["type"] for told in line["error"]] == ["pipeline.errors.Unavailable", "KeyError", "ValueError"]
    assert line["error"][0]["message"] == "the broker does not answer; retrying"
    assert "message" not in line["error"][1]
    assert line["error"][2]["frames"][0].startswith("unit/telemetry/test_logs.py:")
    assert planted not in log.text


def test_a_foreign_exception_as_argument_or_message_is_reduced_to_its_type(log, planted):
    """`log.error("...", error)` is safe, and so is `log.error(error)`."""
    error = ValueError(planted)
    logging.getLogger(OURS).error("failed: %s", error)
    logging.getLogger(OURS).error("failed: %(error)r", {"error": error})
    logging.getLogger(OURS).error(error)
    assert [line["message"] for line in log.lines] == ["failed: ValueError", "failed: 'ValueError'", "ValueError"]


def test_our_own_error_as_argument_keeps_its_message(log):
    """Our errors never hold a value, so they may speak."""
    logging.getLogger(OURS).error("rejected: %s", RejectedEvent(Reason.WRONG_TYPE, "subject.email"))
    assert log.lines[0]["message"] == "rejected: wrong_type at subject.email"


@pytest.mark.parametrize("name", FOREIGN)
class TestForeignLoggers:
    """Libraries log what they like; what they say of records is not shown."""

    def test_are_heard_from_warning_up_even_if_they_set_their_own_level(self, log, name):
        """DEBUG is for our own lines."""
        logger = logging.getLogger(name)
        before = logger.level
        logger.setLevel(logging.DEBUG)
        try:
            logger.debug("noise")
            logger.info("noise")
            logger.warning("heard")
        finally:
            logger.setLevel(before)
        assert [line["level"] for line in log.lines] == ["WARNING"]

    def test_show_a_literal_message_with_the_types_of_its_arguments(self, log, planted, name):
        """The template is code, the arguments may be payload."""
        logging.getLogger(name).error("cannot decode %r of %-10.5s at 100%% by %s", planted, {"v": planted}, 4711)
        message = log.lines[0]["message"]
        assert message.startswith("cannot decode <str> of <dict> at 100% by <int> (unit/telemetry/test_logs.py:")
        assert planted not in log.text

    def test_show_only_the_place_of_a_message_that_was_put_together(self, log, planted, name):
        """An f-string may hold payload anywhere."""
        logging.getLogger(name).error(f"cannot decode {planted}")  # noqa: G004 - what libraries do
        assert log.lines[0]["message"].startswith(f"{WITHHELD} (unit/telemetry/test_logs.py:")
        assert planted not in log.text

    def test_show_exceptions_by_type_and_place(self, log, planted, name):
        """Neither message, arguments, notes nor locals of any link in the chain."""
        try:
            raise chained(planted)
        except Unavailable:
            logging.getLogger(name).exception("crashed", stack_info=True, extra={"fields": {"v": planted}})
        assert [told["type"] for told in log.lines[0]["error"]][1:] == ["KeyError", "ValueError"]
        assert "fields" not in log.lines[0]
        assert planted not in log.text

    def test_are_safe_in_the_handlers_of_others(self, log, planted, name):
        """A library that adds a handler of its own gets concealed records too."""
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(logging.Formatter("%(message)s %(args)s %(exc_info)s %(stack_info)s"))
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        try:
            logger.error("value %s", planted, exc_info=chained(planted))
            logging.getLogger(OURS).error("value", exc_info=chained(planted))
        finally:
            logger.removeHandler(handler)
        assert stream.getvalue()
        assert planted not in stream.getvalue()


def test_an_exception_in_a_thread_is_logged_without_its_message(log, planted):
    """The hook of threads is replaced."""

    def fail() -> None:
        raise ValueError(planted)

    # pytest puts its own hook in place once fixtures are set up, so ours is installed here again.
    restore = configure_logging(TelemetrySettings(), log.stream)
    try:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    finally:
        restore()
    assert log.lines[0]["message"] == "uncaught exception in a thread"
    assert log.lines[0]["error"][0]["type"] == "ValueError"
    assert planted not in log.text


def test_an_unhandled_error_of_the_event_loop_is_logged_without_its_context(log, planted):
    """The context holds reprs of tasks and their arguments: none is shown."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(asyncio_exception_hook)
        loop.call_exception_handler({"message": planted, "exception": ValueError(planted), "task": planted})
        loop.call_exception_handler({"message": planted})

    asyncio.run(run())
    assert [line["message"] for line in log.lines] == ["unhandled error in the event loop"] * 2
    assert planted not in log.text


def test_asyncio_without_our_hook_shows_nothing_either(log, planted):
    """The default handler logs as a library does."""

    async def run() -> None:
        asyncio.get_running_loop().call_exception_handler({"message": planted, "exception": ValueError(planted)})

    asyncio.run(run())
    assert log.lines[0]["message"].startswith(WITHHELD)
    assert planted not in log.text


def test_a_warning_is_logged_without_its_text(log, planted):
    """Libraries quote values in warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(planted, stacklevel=1)
    assert log.lines[0]["logger"] == "py.warnings"
    assert planted not in log.text


def test_a_failing_handler_prints_nothing(log, planted, capsys):
    """Python's logging would print message and arguments when a handler fails."""
    logging.getLogger(OURS).error("%d records", planted)
    assert planted not in log.text + "".join(capsys.readouterr())


def test_an_unknown_level_is_a_setting_to_correct():
    """The error names the levels, not the value."""
    with pytest.raises(Misconfigured, match=r"telemetry\.log_level: must be one of DEBUG"):
        configure_logging(TelemetrySettings(log_level="LOUD"))


def test_undoing_restores_logging():
    """Tests and embedding programs get their logging back."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.getLogRecordFactory(), sys.excepthook)
    configure_logging(TelemetrySettings(), io.StringIO())()
    assert (root.handlers[:], root.level, logging.getLogRecordFactory(), sys.excepthook) == before


_PROGRAM = """
import gc, sys
from pipeline.settings import TelemetrySettings
from pipeline.telemetry.exceptions import install_exception_hooks, print_report
from pipeline.telemetry.logs import configure_logging
if sys.argv[1] == "log":
    configure_logging(TelemetrySettings(log_level="DEBUG"))
else:
    install_exception_hooks(print_report)
value = sys.stdin.read()

class Finalized:
    def __del__(self):
        raise ValueError(value)

Finalized()
gc.collect()
try:
    {}[value]
except KeyError as error:
    raise ExceptionGroup(value, [ValueError(value)]) from error
"""


@pytest.mark.parametrize("how", ["log", "print"])
def test_a_program_that_ends_by_an_exception_shows_types_and_places(how, planted):
    """Nothing of the value on stderr or stdout, in a process as real as the worker's, and the exit status is 1."""
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM, how], input=planted, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert "ExceptionGroup" in ended.stderr
    assert "KeyError" in ended.stderr
    assert "exception that nobody could catch" in ended.stderr
    assert planted not in ended.stderr + ended.stdout


_SERVICE = """
import logging, sys
import mode
from pipeline.settings import TelemetrySettings
from pipeline.telemetry.logs import configure_logging
configure_logging(TelemetrySettings(log_level="DEBUG"))
logging.getLogger().setLevel(logging.DEBUG)
value = sys.stdin.read()

class Crashing(mode.Service):
    @mode.Service.task
    async def crash(self):
        held = {"text": value}
        raise KeyError(held["text"], held)

class Program(mode.Worker):
    def _setup_logging(self):
        pass

Program(Crashing(), quiet=True, redirect_stdouts=False).execute_from_commandline()
"""


def test_a_crash_inside_the_streaming_framework_shows_types_and_places(planted):
    """The framework logs the crash of a part by its own loggers, at every level; the value stays inside."""
    command = [sys.executable, "-c", _SERVICE]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, text=True, **pipes) as program:
        program.stdin.write(planted)
        program.stdin.close()
        shown = []
        for line in program.stdout:  # the program may wait for more after a crash, so it is ended at the first sign
            shown.append(line)
            if '"type":"KeyError"' in line:
                program.terminate()
    assert any('"type":"KeyError"' in line for line in shown)
    assert planted not in "".join(shown)
