"""Exceptions told without what they hold: type and places; a message only where this project wrote it."""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from types import TracebackType
from typing import Any, Final

import msgspec

from pipeline.errors import RedactionError

CHAIN_LENGTH_MAX: Final = 8
FRAMES_MAX: Final = 24
TOLD: Final = "told_exception"  # the attribute of a log record that holds what `tell` returned
_PATH_PARTS: Final = 3

Report = Callable[[str, BaseException | None], None]

_log = logging.getLogger(__name__)


class ToldException(msgspec.Struct, frozen=True, omit_defaults=True):
    """What may be shown of one exception. `frames` are `file:line`, outermost first; `message` is ours or absent."""

    type: str
    frames: tuple[str, ...] = ()
    message: str | None = None


def tell(error: BaseException) -> tuple[ToldException, ...]:
    """Return an exception, its causes, contexts and members of groups, nearest first, at most `CHAIN_LENGTH_MAX`. Pure.

    Nothing of a foreign exception is shown but the name of its type and where it passed: its message, arguments, notes
    and local variables may hold payload.
    """
    told: list[ToldException] = []
    for link in _chain(error):
        message = str(link) if isinstance(link, RedactionError) else None
        told.append(ToldException(type=_type_name(link), frames=_frames(link.__traceback__), message=message))
        if len(told) == CHAIN_LENGTH_MAX:
            break
    return tuple(told)


def as_text(told: tuple[ToldException, ...]) -> str:
    """Return the same for a terminal, several lines. Pure."""
    lines: list[str] = []
    for link in told:
        lines.append(f"{link.type}: {link.message}" if link.message else link.type)
        lines += [f"  at {frame}" for frame in link.frames]
    return "\n".join(lines) + "\n"


def short_path(path: str) -> str:
    """Return the last parts of a source file's path: enough to find it, nothing of the machine. Pure."""
    return "/".join(PurePath(path).parts[-_PATH_PARTS:]).lstrip("/")


def log_report(what: str, error: BaseException | None) -> None:
    """Report an uncaught exception as a line of the log; for long-running programs."""
    _log.critical(what, extra={TOLD: tell(error) if error is not None else ()})


def print_report(what: str, error: BaseException | None) -> None:
    """Report an uncaught exception as text on stderr; for commands that people type."""
    sys.stderr.write(f"{what}\n{as_text(tell(error)) if error is not None else ''}")


def install_exception_hooks(report: Report = log_report) -> Callable[[], None]:
    """Replace the hooks that print uncaught exceptions, so that type and places alone are shown. Returns the undo.

    Covers the main thread, other threads, and exceptions that cannot be raised (finalizers). For asyncio see
    `asyncio_exception_hook`.
    """
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:  # noqa: ARG001 - Python's signature
        interrupted = issubclass(kind, KeyboardInterrupt)
        report("interrupted" if interrupted else "uncaught exception", None if interrupted else error)

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        if not issubclass(args.exc_type, SystemExit):
            report("uncaught exception in a thread", args.exc_value)

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        report("exception that nobody could catch", args.exc_value)

    def restore() -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread
    sys.unraisablehook = unraisable
    return restore


def asyncio_exception_hook(loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:  # noqa: ARG001 - asyncio's signature
    """Log what asyncio could not hand to anybody; for `loop.set_exception_handler`. The context itself is not shown."""
    error = context.get("exception")
    log_report("unhandled error in the event loop", error if isinstance(error, BaseException) else None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Walk breadth first, each exception once; loops and deep groups end with the caller's limit."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += link.exceptions[:CHAIN_LENGTH_MAX] if isinstance(link, BaseExceptionGroup) else ()
        following = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
        waiting += [following] if following is not None else []


def _type_name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _frames(trace: TracebackType | None) -> tuple[str, ...]:
    frames: list[str] = []
    while trace is not None:
        frames.append(f"{short_path(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}")
        trace = trace.tb_next
    return tuple(frames[-FRAMES_MAX:])
