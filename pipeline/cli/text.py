"""`redact text`: a first look without Kafka. Each line is one turn of a conversation."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, BinaryIO, Final, NamedTuple

import msgspec
import typer
from rich.text import Text

from pipeline.cli import screen
from pipeline.cli.exits import finish
from pipeline.cli.invocation import invocation, local_rules, policy_of
from pipeline.cli.options import Json, Locale, NoNames, PolicyName
from pipeline.conversation.recent import TURNS_MAX
from pipeline.errors import Misconfigured
from pipeline.event.concealed import Concealed
from pipeline.event.conversation_event import Author, Channel, ConversationEvent, Role, SubjectValue, language_of
from pipeline.event.receipt import AmendmentOutcome, WithheldReason
from pipeline.event.sanitized_event import SanitizedFinding
from pipeline.flow.local import LocalRedactor
from pipeline.flow.outcome import DeadLettered, Redacted, Sanitized
from pipeline.policy.compiled import CompiledPolicy
from pipeline.policy.document import LANGUAGE_PATTERN

TURNS_AT_ONCE: Final = 200
LINE_BYTES_MAX: Final = 8 * 1024 * 1024
_ROLES: Final[Mapping[str, Role]] = {role.value.replace("_", " "): role for role in Role}
_PREFIX: Final = re.compile(rf"\s*({'|'.join(_ROLES)})\s*:\s*", re.IGNORECASE)
_NO_NAMES_TIER: Final = (
    "no_names_tier: the policy looks for names in {languages} alone; say another --locale, or have the policy name a"
    " tier: `{language}: spacy:PACKAGE` under `names`, or `{language}: off` to publish without looking for names"
)
_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)


class SpokenTurn(NamedTuple):
    """One line: its number from 1, the role prefix as it was typed (or ""), who speaks, and the text."""

    number: int
    prefix: str
    role: Role
    text: str

    def __repr__(self) -> str:
        return f"<SpokenTurn: {self.number}, {self.role.value}, concealed>"


class Detected(msgspec.Struct, frozen=True):
    """A finding in the text as it was typed: half-open code points, never the value."""

    turn: int
    label: str
    detector: str
    score: float
    start: int
    end: int


class TurnOutcome(Concealed, frozen=True, omit_defaults=True):
    """What became of one turn for the purpose looked at.

    `findings` lie in the sanitized text, `detected` in the text as it was typed.
    """

    turn: int
    role: Role
    outcome: str
    text: str | None = None
    reason: str | None = None
    findings: tuple[SanitizedFinding, ...] = ()
    detected: tuple[Detected, ...] = ()


class _Published(Concealed, frozen=True):
    """What is shown of a sanitized event."""

    text: str = ""
    findings: tuple[SanitizedFinding, ...] = ()


_decoder: Final = msgspec.json.Decoder(_Published)


def text(
    context: typer.Context,
    *,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Text, a turn a line (default: stdin).")] = None,
    purpose: Annotated[str | None, typer.Option(help="Show what this purpose gets (default: the first).")] = None,
    policy: PolicyName = None,
    known: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What is known of the customer: a JSON object, or `name=Jane Doe` a line. A file, because other users "
            "of this machine can read arguments.",
        ),
    ] = None,
    locale: Locale = "en",
    findings: Annotated[bool, typer.Option("--findings", help="Show what was found, by which detector.")] = False,
    no_names: NoNames = False,
    json: Json = False,
) -> None:
    """Redact text, from a file or from stdin, without Kafka.

    Each line that is not empty is one turn of a single conversation. A line may begin with `agent:`, `customer:`,
    `bot:`, `system:` or `third party:`; without that the customer speaks. Exit code 1 says that a turn could not be
    processed.
    """
    run = invocation(context)
    settings = run.settings()
    chosen = policy_of(settings, policy)
    shown_purpose = purpose_of(chosen, purpose)
    subject = read_known(known) if known is not None else {}
    rules = local_rules(chosen, run.keys_or_throwaway(settings), names=not no_names)
    redactor = LocalRedactor(rules)
    interactive = file is None and sys.stdin.isatty()
    if interactive:
        screen.say("type a turn a line, `agent:` first for the agent; Ctrl+D ends")
    failed = nameless = False
    detected: list[Detected] = []
    shown: dict[str, SpokenTurn] = {}
    source = _opened(file) if file is not None else nullcontext(sys.stdin.buffer)
    with source as stream:
        turns = spoken_turns(stream, str(file or "stdin"))
        while batch := list(islice(turns, 1 if interactive else TURNS_AT_ONCE)):
            events = [_event(turn, min(chosen.tenants), subject, locale) for turn in batch]
            outcomes = redactor.redact(events)
            newest = _amendments(outcomes, shown_purpose)
            for earlier in (_later(shown[id_], newest.pop(id_)) for id_ in shown.keys() & newest.keys()):
                screen.show_json(earlier) if json else screen.say(f"amended: line {earlier.turn}: {earlier.text}")
            for turn, outcome in zip(batch, outcomes, strict=True):
                told = _outcome(turn, outcome, shown_purpose, newest, with_detected=findings)
                failed |= told.outcome == "dead_letter"
                nameless |= told.reason == WithheldReason.NO_NAMES_TIER
                detected += told.detected
                screen.show_json(told) if json else _show(turn, told)
            shown = _last_shown(shown, batch, outcomes, shown_purpose)
    if findings and not json:
        columns = ("turn", "label", "detector", "score", "start", "end")
        screen.show_table(columns, map(msgspec.structs.astuple, detected))
    if nameless:
        screen.say(_NO_NAMES_TIER.format(languages=", ".join(sorted(chosen.names)), language=_language(locale)))
    finish(found=failed)


def _language(locale: str) -> str:
    """Return the language of a locale where it is one that a policy may name, else a word for it. Pure."""
    language = language_of(locale)
    return language if re.fullmatch(LANGUAGE_PATTERN, language) else "LANGUAGE"


def purpose_of(policy: CompiledPolicy, purpose: str | None) -> str:
    """Return the purpose asked for, or the policy's first. Raises `Misconfigured`."""
    names = [one.name for one in policy.purposes]
    if purpose is None:
        return names[0]
    if purpose not in names:
        raise Misconfigured([f"--purpose: policy {policy.name} has no such purpose; it has {', '.join(names)}"])
    return purpose


def read_known(path: Path) -> dict[str, SubjectValue]:
    """Read known values: a JSON object of strings and lists of strings, or `field=value` lines.

    Raises `Misconfigured` that names file and line, never a value.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        content = None
    if content is None:
        raise Misconfigured([f"{path}: known values cannot be read; a readable file in UTF-8 is required"])
    known = _known_of_json(content) if content.lstrip().startswith("{") else _known_of_lines(content, path)
    if known is None:
        raise Misconfigured([f"{path}: must be a JSON object whose values are strings or lists of strings"])
    return known


def _known_of_json(content: str) -> dict[str, SubjectValue] | None:
    try:
        return msgspec.json.decode(content, type=dict[str, SubjectValue])
    except (msgspec.DecodeError, RecursionError):
        return None


def _known_of_lines(content: str, path: Path) -> dict[str, SubjectValue]:
    known: dict[str, list[str]] = {}
    problems: list[str] = []
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        field, equals, value = line.partition("=")
        if not equals or not field.strip() or not value.strip():
            problems.append(f"{path}:{number}: must be `field=value`, as in `name=Jane Doe`")
        else:
            known.setdefault(field.strip(), []).append(value.strip())
    if problems:
        raise Misconfigured(problems)
    return dict(known)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        verdict = error.strerror or type(error).__name__
    raise Misconfigured([f"{path}: cannot be read ({verdict}); name a text file, or none for stdin"])


def spoken_turns(stream: BinaryIO, where: str) -> Iterator[SpokenTurn]:
    """Yield a turn for each line that is not blank. Raises `Misconfigured` with the number of a line that is no UTF-8.

    A role prefix is taken off the text; it says who speaks.
    """
    for number, raw in enumerate(iter(lambda: stream.readline(LINE_BYTES_MAX + 1), b""), 1):
        if len(raw) > LINE_BYTES_MAX:
            raise Misconfigured([f"{where}:{number}: a turn may have {LINE_BYTES_MAX:,} bytes; split the line"])
        line = _decoded(raw)
        if line is None:
            raise Misconfigured([f"{where}:{number}: UTF-8 is required; convert the file, as with iconv"])
        if not line.strip():
            continue
        found = _PREFIX.match(line)
        prefix = line[: found.end()] if found else ""
        role = _ROLES[found[1].lower()] if found else Role.CUSTOMER
        yield SpokenTurn(number, prefix, role, line[len(prefix) :])


def _decoded(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8").rstrip("\r\n").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None


def _event(turn: SpokenTurn, tenant: str, subject: dict[str, SubjectValue], locale: str) -> ConversationEvent:
    return ConversationEvent(
        schema_version=1,
        event_id=str(turn.number),
        tenant=tenant,
        conversation_id="text",
        occurred_at=_BEGINNING,
        channel=Channel.CHAT,
        author=Author(role=turn.role),
        text=turn.text,
        sequence=turn.number,
        locale=locale,
        subject=subject,
    )


def _amendments(outcomes: Iterable[Redacted | DeadLettered], purpose: str) -> dict[str, bytes]:
    """Return what stands at last of the outputs that were amended, by their ids."""
    return {
        amendment.receipt.id: amendment.value
        for outcome in outcomes
        if isinstance(outcome, Redacted)
        for amendment in outcome.amendments
        if amendment.receipt.purpose == purpose and amendment.value is not None
    }


def _later(turn: SpokenTurn, value: bytes) -> TurnOutcome:
    event = _decoder.decode(value)
    return TurnOutcome(turn.number, turn.role, AmendmentOutcome.AMENDED.value, event.text, None, event.findings)


def _last_shown(
    shown: Mapping[str, SpokenTurn],
    batch: Sequence[SpokenTurn],
    outcomes: Sequence[Redacted | DeadLettered],
    purpose: str,
) -> dict[str, SpokenTurn]:
    """Return the turns that may still be amended, by the ids of their outputs."""
    turns = [*shown.items()]
    for turn, outcome in zip(batch, outcomes, strict=True):
        if isinstance(outcome, Redacted):
            turns += [(one.receipt.id, turn) for one in outcome.outcomes if one.receipt.purpose == purpose]
    return dict(turns[-TURNS_MAX:])


def _outcome(
    turn: SpokenTurn,
    outcome: Redacted | DeadLettered,
    purpose: str,
    newest: Mapping[str, bytes],
    *,
    with_detected: bool,
) -> TurnOutcome:
    if isinstance(outcome, DeadLettered):
        return TurnOutcome(turn.number, turn.role, "dead_letter", reason=outcome.receipt.dead_letter)
    detected = tuple(
        Detected(turn.number, found.label.value, found.detector, round(found.score, 3), found.start, found.end)
        for found in (outcome.findings if with_detected else ())
    )
    one = next(one for one in outcome.outcomes if one.receipt.purpose == purpose)
    if isinstance(one, Sanitized):
        event = _decoder.decode(newest.get(one.receipt.id, one.value))
        return TurnOutcome(turn.number, turn.role, "sanitized", event.text, None, event.findings, detected)
    return TurnOutcome(turn.number, turn.role, "withheld", reason=one.receipt.reason, detected=detected)


def _show(turn: SpokenTurn, told: TurnOutcome) -> None:
    if told.text is None:
        screen.complain(f"line {told.turn}: {told.outcome.replace('_', ' ')} ({told.reason})")
        return
    line = Text(turn.prefix)
    line.append_text(_highlighted(told.text, told.findings))
    if not sys.stdout.isatty():
        sys.stdout.write(f"{line.plain}\n")
        return
    screen.show(line if screen.visible(line.plain) == line.plain else screen.visible(line.plain))


def _highlighted(sanitized: str, findings: Sequence[SanitizedFinding]) -> Text:
    shown = Text(sanitized)
    for found in findings:
        shown.stylize("bold cyan", found.start, found.end)
    return shown
