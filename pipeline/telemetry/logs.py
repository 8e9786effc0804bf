"""Logging that cannot show payload: one JSON object a line on stderr.

The guarantee stands where a record is made, before any handler, ours or a library's, can format it:

- Our loggers (`pipeline...`) say what they were told to; house rules keep personal values out of their messages. An
  exception, as argument or attached, is reduced to what `exceptions.tell` shows.
- All other loggers are libraries', whose messages may quote records. They are heard from WARNING up. A message is shown
  only where it is a literal of the calling code, with the types of its arguments in their places; else its place alone.
"""

import logging
import re
import sys
import time
import types
from collections.abc import Callable, Mapping
from typing import Any, Final, TextIO

import msgspec

from pipeline.errors import Misconfigured, RedactionError
from pipeline.settings import TelemetrySettings
from pipeline.telemetry.exceptions import TOLD, ToldException, install_exception_hooks, short_path, tell

OURS: Final = "pipeline"
WITHHELD: Final = "third-party message withheld: it may quote a record"
_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_FIELDS: Final = "fields"
_CALLERS_MAX: Final = 6
_CONVERSION: Final = re.compile(r"%%|%(?:\(\w*\))?[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?[a-zA-Z]")

FieldValue = str | int | float | bool | None


class LogLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the log. `time` is UTC; `fields` are named numbers and fixed words."""

    time: str
    level: str
    logger: str
    message: str
    fields: Mapping[str, FieldValue] = {}
    error: tuple[ToldException, ...] = ()


def configure_logging(settings: TelemetrySettings, stream: TextIO | None = None) -> Callable[[], None]:
    """Set up the log and the exception hooks of this program. Returns what undoes it.

    `stream` defaults to stderr. Raises `Misconfigured` for an unknown level. Effects: replaces the handlers of the root
    logger, the factory of log records, and Python's exception hooks; warnings are logged from here on.
    """
    level = settings.log_level.upper()
    if level not in _LEVELS:
        raise Misconfigured([f"telemetry.log_level: must be one of {', '.join(_LEVELS)}"])
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.getLogRecordFactory(), logging.raiseExceptions)
    ours = logging.getLogger(OURS)
    level_before = ours.level
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(_heard)
    root.handlers[:] = [handler]
    root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    ours.setLevel(level)
    logging.setLogRecordFactory(concealing_record)
    logging.raiseExceptions = False  # a failing handler would print the message and its arguments
    logging.captureWarnings(True)
    restore_hooks = install_exception_hooks()

    def restore() -> None:
        restore_hooks()
        logging.captureWarnings(False)
        root.handlers[:], root_level, factory, logging.raiseExceptions = before
        root.setLevel(root_level)
        ours.setLevel(level_before)
        logging.setLogRecordFactory(factory)

    return restore


def concealing_record(*args: Any, **kwargs: Any) -> logging.LogRecord:  # noqa: ANN401 - logging's factory signature
    """Make a log record that no handler can get payload out of. For `logging.setLogRecordFactory`."""
    record = logging.LogRecord(*args, **kwargs)
    if record.exc_info and record.exc_info[1] is not None:
        record.__dict__[TOLD] = tell(record.exc_info[1])
    record.exc_info = None
    record.exc_text = None
    record.stack_info = None
    if _is_ours(record.name):
        record.msg = _conceal_exception(record.msg)
        record.args = _conceal_exceptions(record.args)
    else:
        record.msg = _foreign_message(record)
        record.args = ()
    return record


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; a line break in a message cannot start a second one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields = getattr(record, _FIELDS, {}) if _is_ours(record.name) else {}
        line = LogLine(
            time=time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            level=record.levelname,
            logger=record.name,
            message=record.getMessage(),
            fields=fields,
            error=getattr(record, TOLD, ()),
        )
        return msgspec.json.encode(line, enc_hook=_type_only).decode()


def _heard(record: logging.LogRecord) -> bool:
    """Keep libraries below WARNING out, whatever level they gave themselves."""
    return _is_ours(record.name) or record.levelno >= logging.WARNING


def _is_ours(name: str) -> bool:
    return name == OURS or name.startswith(f"{OURS}.")


def _type_only(value: object) -> str:
    return f"<{type(value).__name__}>"


def _conceal_exceptions(args: Any) -> Any:  # noqa: ANN401 - a tuple or a mapping, as logging declares it
    if isinstance(args, Mapping):
        return {name: _conceal_exception(value) for name, value in args.items()}
    return tuple(_conceal_exception(value) for value in args or ())


def _conceal_exception(value: object) -> object:
    return (
        type(value).__qualname__
        if isinstance(value, BaseException) and not isinstance(value, RedactionError)
        else value
    )


def _foreign_message(record: logging.LogRecord) -> str:
    place = f"{short_path(record.pathname)}:{record.lineno}"
    if isinstance(record.msg, str) and _is_literal(record.msg):
        return f"{_with_types(record.msg, record.args)} ({place})"
    return f"{WITHHELD} ({place})"


def _is_literal(message: str) -> bool:
    """Say whether the message stands as it is in the code of one of the nearest callers: then it quotes nothing."""
    frame: types.FrameType | None = sys._getframe(2)  # noqa: SLF001 - logging itself finds callers this way
    for _ in range(_CALLERS_MAX):
        if frame is None:
            return False
        if message in frame.f_code.co_consts:
            return True
        frame = frame.f_back
    return False


def _with_types(message: str, args: object) -> str:
    """Put `<type>` in the place of each conversion. Of a mapping not even the types are told."""
    if not args:
        return message
    kinds = iter([_type_only(value) for value in args] if isinstance(args, tuple) else [])
    return _CONVERSION.sub(lambda found: "%" if found[0] == "%%" else next(kinds, "<value>"), message)
