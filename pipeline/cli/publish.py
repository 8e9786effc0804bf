"""`redact publish`: put events, or whole conversations, onto the raw topic."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj
from typing import Annotated, Final

import msgspec
import typer

from pipeline.cli import screen
from pipeline.cli.exits import finish
from pipeline.cli.invocation import connected, invocation, policy_of, tenant_of
from pipeline.cli.options import Json, PolicyName, Tenant
from pipeline.corpora import numbered_lines
from pipeline.errors import Misconfigured
from pipeline.event.concealed import Concealed
from pipeline.event.conversation_event import Channel
from pipeline.operations.publish import ConversationOrigin, publish_file

_STDIN: Final = Path("-")


_ABSENT: Final = msgspec.Raw()


class _Glance(Concealed, frozen=True):
    """What tells a whole conversation from an event."""

    turns: msgspec.Raw = _ABSENT


_glance: Final = msgspec.json.Decoder(_Glance)


def publish(
    context: typer.Context,
    *,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="JSON lines, .gz or plain: events or whole conversations; - is stdin."),
    ],
    tenant: Tenant = None,
    channel: Annotated[Channel, typer.Option(help="Channel of whole conversations.")] = Channel.CHAT,
    locale: Annotated[str, typer.Option(help="Locale of whole conversations.")] = "en",
    started_at: Annotated[
        datetime | None,
        typer.Option(metavar="TIME", help="When whole conversations began, UTC (default: now).", show_default=False),
    ] = None,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Send lines that are no events too; they become dead letters.")
    ] = False,
    policy: PolicyName = None,
    json: Json = False,
) -> None:
    """Publish a file of JSON lines onto the raw topic, in order, keyed by conversation id.

    A line is a conversation event, or a whole conversation with `id`, `turns` and `known`, which becomes an event a
    turn. The file is checked first: with a line that is neither, nothing is sent, unless `--lenient`.
    """
    settings = invocation(context).settings()
    with _rereadable(file) as path:
        origin = ConversationOrigin(
            tenant=_tenant(path, policy_of(settings, policy).tenants, tenant),
            started_at=started_at.replace(tzinfo=UTC) if started_at is not None else datetime.now(UTC),
            channel=channel,
            locale=locale,
        )
        with connected(settings) as broker, screen.counting("records") as note:
            published = publish_file(broker, settings.topics.raw, path, origin, lenient=lenient, on_delivered=note)
    if json:
        screen.show_json(published)
    else:
        of = f" of {published.conversations:,} conversations" if published.conversations else ""
        screen.show(f"{published.records:,} records{of} ({published.value_bytes:,} bytes) on {settings.topics.raw}")
        if published.invalid:
            screen.show(f"{published.invalid:,} of them are no events: they will become dead letters")
    finish(found=published.invalid > 0)


def _tenant(path: Path, tenants: frozenset[str], tenant: str | None) -> str:
    """Return the tenant of whole conversations; which one matters only where the file holds any."""
    if tenant is None and len(tenants) > 1 and not any(_is_conversation(line) for _, line in numbered_lines(path)):
        return ""
    return tenant_of(tenants, tenant)


def _is_conversation(line: bytes) -> bool:
    try:
        return _glance.decode(line).turns is not _ABSENT
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


@contextmanager
def _rereadable(file: Path) -> Iterator[Path]:
    """Give a path that can be read twice: stdin is held in memory, never in a file on disk.

    Problems of it are told as problems of `stdin`.
    """
    if file != _STDIN:
        yield file
        return
    if sys.platform != "linux":
        raise Misconfigured(["-: stdin can be read only once on this system, and a file is checked first: name a file"])
    with os.fdopen(os.memfd_create("stdin"), "w+b") as held:
        copyfileobj(sys.stdin.buffer, held)
        held.flush()
        path = Path(f"/proc/self/fd/{held.fileno()}")
        try:
            yield path
        except Misconfigured as refusal:
            problems = [problem.replace(str(path), "stdin") for problem in refusal.problems]
        else:
            return
    raise Misconfigured(problems)
