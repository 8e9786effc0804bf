"""`redact dead-letters`: list what could not be processed, open a letter, replay letters."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.cli import screen
from pipeline.cli.exits import finish
from pipeline.cli.invocation import connected, invocation
from pipeline.cli.options import Json
from pipeline.errors import Misconfigured
from pipeline.event.dead_letter import OriginalRecord
from pipeline.operations.dead_letters import list_letters, replay_letters, show_letter


def list_(context: typer.Context, *, json: Json = False) -> None:
    """List the dead letters that wait, oldest first: id, reason, field, time. Needs no keys; shows nothing personal."""
    settings = invocation(context).settings()
    with connected(settings) as broker:
        listing = list_letters(broker, settings)
    if json:
        for letter in listing.letters:
            screen.show_json(letter)
        return
    if listing.letters:
        rows = (
            (one.id, one.reason.value, one.field or "-", _time(one.recorded_at_ms), one.partition, one.sealed_bytes)
            for one in listing.letters
        )
        screen.show_table(("id", "reason", "field", "arrived", "partition", "bytes"), rows)
    unreadable = f", {listing.unreadable} that are no dead letters" if listing.unreadable else ""
    screen.show(f"{len(listing.letters)} waiting, {listing.replayed} replayed{unreadable}")


def show(
    context: typer.Context,
    *,
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="The letter's id, from the list.")],
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show the record although stdout is no terminal: it is personal data.")
    ] = False,
    json: Json = False,
) -> None:
    """Open a dead letter: why it is one, and the original record, which is personal data. Needs the key file.

    The record is shown on a terminal alone, control characters written out, unless `--reveal` is given.
    """
    run = invocation(context)
    settings = run.settings()
    if not reveal and not sys.stdout.isatty():
        raise Misconfigured(["stdout is no terminal, and the record is personal data: add --reveal if you mean it"])
    keys = run.keys(settings)
    with connected(settings) as broker:
        letter, original = show_letter(broker, settings, keys, letter_id)
    if json:
        outside = {"id": letter.id, "reason": letter.reason, "field": letter.field}
        at = {"topic": original.topic, "partition": original.partition, "offset": original.offset}
        screen.show_json({**outside, **at, "key": _text(original.key), "value": _text(original.value)})
        return
    screen.show(f"reason:  {letter.reason.value}{f' at {letter.field}' if letter.field else ''}")
    screen.show(f"arrived: {_time(original.timestamp_ms)}, {_place(original)}")
    screen.show(f"key:     {screen.visible(_text(original.key) or 'null')}")
    screen.show(f"value:   {screen.visible(_text(original.value) or 'null')}")


def replay(
    context: typer.Context,
    *,
    letter_ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Ids of letters, from the list.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every letter that waits.")] = False,
    json: Json = False,
) -> None:
    """Put the original records of dead letters onto the raw topic again. Needs the key file.

    They are processed under their original ids, by today's policy and opt-outs. Exit code 1 says that a letter was
    refused.
    """
    if bool(letter_ids) is everything:
        raise Misconfigured(["name the letters to replay, or --all: one of the two is required"])
    run = invocation(context)
    settings = run.settings()
    keys = run.keys(settings)
    with connected(settings) as broker:
        done = replay_letters(broker, settings, keys, letter_ids or None)
    refused = [{"id": letter_id, "reason": refusal.value} for letter_id, refusal in done.refused]
    if json:
        screen.show_json({"replayed": done.replayed, "refused": refused})
    else:
        screen.show(f"{done.replayed} on {settings.topics.raw} again, {len(refused)} refused")
        for one in refused:
            screen.complain(f"{one['id']}: {one['reason']}")
    finish(found=bool(refused))


def _time(recorded_at_ms: int) -> str:
    return datetime.fromtimestamp(recorded_at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _place(original: OriginalRecord) -> str:
    return f"{original.topic}[{original.partition}]@{original.offset}"


def _text(content: bytes | None) -> str | None:
    return None if content is None else content.decode("utf-8", "backslashreplace")
