"""`redact policy diff`: what two policies decide differently, by themselves or over a file of events."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import msgspec
import typer

from pipeline.cli import screen
from pipeline.cli.exits import finish
from pipeline.cli.invocation import local_rules
from pipeline.cli.options import Json, Locale, NoNames
from pipeline.cli.policy import policy_document
from pipeline.corpora import numbered_lines
from pipeline.errors import Misconfigured, RejectedEvent
from pipeline.evaluation.policy_effects import Changed, PolicyEffects
from pipeline.event.conversation_event import Channel, ConversationEvent, decode
from pipeline.flow.local import LocalRedactor
from pipeline.keys import KeyRing
from pipeline.operations.publish import ConversationOrigin, records_of
from pipeline.policy.compile import compile_policy
from pipeline.policy.compiled import CompiledPolicy
from pipeline.policy.explain import Change
from pipeline.policy.explain import diff as compare

TURNS_AT_ONCE: Final = 1_000
EXAMPLES_MAX: Final = 5
TEXT_SHOWN_MAX: Final = 120
_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
_THROWAWAY: Final = KeyRing(bytes(32), {1: bytes(32)}, 1)
"""Keys for work that publishes nothing: no token leaves, so no secret is needed."""


class RawTurn(NamedTuple):
    """One event of a file: where it stands, and the record that it is."""

    where: str
    event: ConversationEvent
    key: bytes
    value: bytes

    def __repr__(self) -> str:
        return f"<RawTurn: {self.where}, concealed>"


class EffectRow(msgspec.Struct, frozen=True):
    """How often one thing changes for a purpose. `before` and `after` are None where nothing was found."""

    purpose: str
    effect: str
    label: str | None
    before: str | None
    after: str | None
    count: int


def diff(
    *,
    old: Annotated[str, typer.Argument(metavar="OLD", help="Shipped profile or policy file.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Shipped profile or policy file.")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Events or whole conversations, JSON lines, .gz or plain."),
    ] = None,
    changed: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="SETTING=VALUE", help="Change NEW first, as in detection.score_min.PERSON=0.6; repeatable."
        ),
    ] = None,
    show_values: Annotated[
        bool, typer.Option("--show-values", help="Also show what changes, with its text: on a terminal alone.")
    ] = False,
    locale: Locale = "en",
    no_names: NoNames = False,
    json: Json = False,
) -> None:
    """Compare two policies: by what they decide, or, with files, by what each purpose would get of these events.

    Over files both run as a worker would, without opt-outs, each conversation with its memory. Counted are, for each
    purpose, turns that only one of them publishes, and in turns that both publish, by label: what only one finds and
    treats, other operators, other labels, other borders. To try a names model or a threshold, name one policy twice and
    `--set` it. Exit code 1 says that they differ.
    """
    if show_values and (json or not on_terminal()):
        raise Misconfigured(["--show-values: shows personal values, so on a terminal alone: leave it out here"])
    before = compile_policy(policy_document(old))
    after = compile_policy(policy_document(new, [_setting(one) for one in changed or ()]))
    if not files:
        _show_decisions(compare(before, after), json=json)
        return
    examples: dict[Changed, list[str]] | None = {} if show_values else None
    effects = _effects(before, after, files, locale, names=not no_names, examples=examples)
    _show_effects(effects, json=json)
    for line in (line for changed, _ in effects.rows() for line in (examples or {}).get(changed, ())):
        screen.show(screen.visible(line))
    finish(found=bool(effects.counts))


def on_terminal() -> bool:
    """Say whether a person reads what this command writes."""
    return sys.stdout.isatty()


def _setting(stated: str) -> tuple[str, str]:
    path, equals, value = stated.partition("=")
    if not equals or not all(path.split(".")) or not value:
        raise Misconfigured(["--set: must be SETTING=VALUE, as in detection.score_min.PERSON=0.6 or names.en=off"])
    return path, value


def _show_decisions(changes: Sequence[Change], *, json: bool) -> None:
    if json:
        for change in changes:
            screen.show_json(asdict(change))
    elif not changes:
        screen.show("both decide alike")
    else:
        columns = ("purpose", "what", "name", "before", "after")
        rows = (
            (one.purpose or "every", one.subject.value, one.name, one.before or "-", one.after or "-")
            for one in changes
        )
        screen.show_table(columns, rows)
    finish(found=bool(changes))


def _effects(
    before: CompiledPolicy,
    after: CompiledPolicy,
    files: Iterable[Path],
    locale: str,
    *,
    names: bool,
    examples: dict[Changed, list[str]] | None,
) -> PolicyEffects:
    """Run both policies over the files, in batches; note a few values of each change in `examples`, if given."""
    redactors = [
        LocalRedactor(local_rules(policy, _THROWAWAY, names=names, publish_unidentified=False))
        for policy in (before, after)
    ]
    tenant = min(before.tenants & after.tenants, default=min(before.tenants))
    origin = ConversationOrigin(tenant=tenant, started_at=_BEGINNING, channel=Channel.CHAT, locale=locale)
    effects = PolicyEffects(before, after)
    turns = (turn for path in files for turn in _turns(path, origin))
    with screen.counting("turns") as note:
        while batch := list(islice(turns, TURNS_AT_ONCE)):
            old, new = (redactor.redact_values((turn.key, turn.value) for turn in batch) for redactor in redactors)
            for turn, one, other in zip(batch, old, new, strict=True):
                text = turn.event.text
                for place in effects.compare(turn.event.author.role, len(text), one, other):
                    if examples is not None:
                        _note_example(turn, place.changed, text[place.start : place.end], examples)
            note(effects.turns)
    return effects


def _turns(path: Path, origin: ConversationOrigin) -> Iterator[RawTurn]:
    """Yield the events of a file. Raises `Misconfigured` that names file and line, never the line's content."""
    for number, line in numbered_lines(path):
        where = f"{path}:{number}"
        try:
            records = [(decode(value).event, key, value) for key, value in records_of(line.strip(), origin)]
        except RejectedEvent as refused:
            problem = f"{where}: {refused}: an event, or a whole conversation, is required; see `redact publish`"
        else:
            for place, (event, key, value) in enumerate(records):
                yield RawTurn(where if len(records) == 1 else f"{where}, turn {place + 1}", event, key, value)
            continue
        raise Misconfigured([problem])


def _note_example(turn: RawTurn, changed: Changed, value: str, examples: dict[Changed, list[str]]) -> None:
    noted = examples.setdefault(changed, [])
    if len(noted) < EXAMPLES_MAX:
        label = changed.label or f"{changed.before} -> {changed.after}"
        shown = f"{value[:TEXT_SHOWN_MAX]!r} | {turn.event.text[:TEXT_SHOWN_MAX]}"
        noted.append(f"{turn.where}: {changed.purpose}, {changed.effect} {label}: {shown}")


def _show_effects(effects: PolicyEffects, *, json: bool) -> None:
    rows = [EffectRow(*changed, count) for changed, count in effects.rows()]
    if json:
        published = {
            name: dict(zip(("before", "after"), counts, strict=True)) for name, counts in effects.published.items()
        }
        screen.show_json({"turns": effects.turns, "published": published, "changes": rows})
        return
    for name, (before, after) in effects.published.items():
        screen.show(f"{name}: {before:,} of {effects.turns:,} turns published before, {after:,} after")
    if not rows:
        screen.show("both treat these turns alike")
        return
    columns = ("purpose", "what", "label", "before", "after", "n")
    screen.show_table(columns, (_cells(row) for row in rows))


def _cells(row: EffectRow) -> tuple[str, ...]:
    return (row.purpose, row.effect, row.label or "-", row.before or "-", row.after or "-", f"{row.count:,}")
