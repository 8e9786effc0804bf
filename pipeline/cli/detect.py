"""`redact detect`: what is found in labelled conversations, turn by turn, as a worker would find it."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Final, NamedTuple

import msgspec
import typer

import pipeline
from pipeline.cli import screen
from pipeline.cli.exits import finish
from pipeline.cli.invocation import Invocation, invocation, local_rules, policy_of
from pipeline.cli.options import AllLabels, Json, Locale, NoNames, PolicyName
from pipeline.corpora import Conversation, events_of, read_conversations
from pipeline.detection.finding import Finding
from pipeline.errors import Misconfigured
from pipeline.evaluation.predictions import PredictedConversation, Prediction, write_predictions
from pipeline.event.labels import Label
from pipeline.flow.hindsight import findings_in_hindsight
from pipeline.flow.local import LocalRedactor
from pipeline.flow.outcome import DeadLettered
from pipeline.flow.rules import Rules
from pipeline.keys import KeyRing
from pipeline.policy.compiled import CompiledPolicy, Operator

TURNS_AT_ONCE: Final = 2_000
CHARACTERS_AT_ONCE: Final = 1_000_000
_THROWAWAY: Final = KeyRing(bytes(32), {1: bytes(32)}, 1)
"""Keys for work that publishes nothing: no token leaves, so no secret is needed."""


class DetectedConversation(NamedTuple):
    """The predictions for one conversation, and how many of its turns no detector could process."""

    predicted: PredictedConversation
    failed_turns: int


class DetectOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the detectors are told, and which of their findings count."""

    with_known: bool = True
    all_labels: bool = False
    locale: str = "en"


class DetectSummary(msgspec.Struct, frozen=True):
    """What was done."""

    conversations: int
    turns: int
    findings: int
    failed_turns: int


class Tally:
    """Counts what goes past."""

    def __init__(self) -> None:
        self.conversations = self.turns = self.findings = self.failed_turns = 0

    def count(self, detected: Iterable[DetectedConversation]) -> Iterator[PredictedConversation]:
        """Yield the predictions, counted."""
        for predicted, failed_turns in detected:
            self.conversations += 1
            self.turns += len(predicted.turns)
            self.findings += sum(map(len, predicted.turns))
            self.failed_turns += failed_turns
            yield predicted

    def summary(self) -> DetectSummary:
        """Return the counts."""
        return DetectSummary(self.conversations, self.turns, self.findings, self.failed_turns)


def detect(
    context: typer.Context,
    *,
    conversations: Annotated[
        Path, typer.Option(metavar="IN", help="Conversations, one a line: .jsonl or .jsonl.gz (see pipeline/corpora).")
    ],
    output: Annotated[Path, typer.Option(metavar="OUT", help="Where the predictions go, a line per conversation.")],
    without_known: Annotated[
        bool, typer.Option("--without-known", help="Do not tell what `known` says of the customer.")
    ] = False,
    policy: PolicyName = None,
    locale: Locale = "en",
    all_labels: AllLabels = False,
    meta: Annotated[
        bool, typer.Option("--meta", help="Write a first line that says which policy and model these are from.")
    ] = False,
    no_names: NoNames = False,
    json: Json = False,
) -> None:
    """Find personal data in labelled conversations and write where it is, with what later turns reveal of earlier ones.

    Turns are read in order, each conversation with a memory of its own, and `known` is what the event says of its
    customer. Each line of the output holds `id` and, for each turn, its findings: start, end, label, score; offsets are
    code points of the original text. Labels that every purpose of the policy keeps are left out, as a worker leaves
    them in clear. Exit code 1 says that turns could not be processed; they have no findings.
    """
    rules = detection_rules(invocation(context), policy, names=not no_names)
    tally = Tally()
    read = read_conversations(conversations)
    with _written(output) as out, screen.counting("conversations") as note:
        if meta:
            said = {"policy": f"{rules.policy.name}@{rules.policy.version}", "names": rules.names_version}
            out.write(msgspec.json.encode({"meta": {**said, "product": pipeline.__version__}}) + b"\n")
        options = DetectOptions(with_known=not without_known, all_labels=all_labels, locale=locale)
        found = detected_conversations(read, rules, options, on_done=note)
        write_predictions(tally.count(found), out)
    told = tally.summary()
    if json:
        screen.show_json(told)
    else:
        screen.show(
            f"{output}: {told.findings:,} findings in {told.turns:,} turns of {told.conversations:,} conversations"
        )
    if told.failed_turns:
        screen.complain(f"{told.failed_turns:,} turns could not be processed; a worker would have dead-lettered them")
    finish(found=told.failed_turns > 0)


def detection_rules(run: Invocation, policy: str | None, *, names: bool) -> Rules:
    """Return the rules to detect with. No key file is needed: nothing is published. Raises `Misconfigured`."""
    return local_rules(policy_of(run.settings(), policy), _THROWAWAY, names=names)


def detected_conversations(
    conversations: Iterable[Conversation],
    rules: Rules,
    options: DetectOptions,
    *,
    on_done: Callable[[int], None] = lambda _count: None,
) -> Iterator[DetectedConversation]:
    """Yield what is found in each conversation, in order. No conversation influences another.

    Several conversations make a batch, for the names tier's sake, of at most about `TURNS_AT_ONCE` turns.
    """
    done = 0
    for batch in _batches(conversations):
        yield from _detected(batch, rules, options)
        done += len(batch)
        on_done(done)


def _batches(conversations: Iterable[Conversation]) -> Iterator[list[Conversation]]:
    batch: list[Conversation] = []
    turns = characters = 0
    for conversation in conversations:
        batch.append(conversation)
        turns += len(conversation.turns)
        characters += sum(len(turn.text) for turn in conversation.turns)
        if turns >= TURNS_AT_ONCE or characters >= CHARACTERS_AT_ONCE:
            yield batch
            batch, turns, characters = [], 0, 0
    if batch:
        yield batch


def treated_labels(policy: CompiledPolicy) -> frozenset[Label]:
    """Return the labels that at least one purpose does not keep in clear, in turns of some role. Pure."""
    return frozenset(
        label
        for purpose in policy.purposes
        for treatments in (purpose.treatments, *purpose.roles.values())
        for label, treatment in treatments.items()
        if treatment.operator is not Operator.KEEP
    )


def _detected(batch: list[Conversation], rules: Rules, options: DetectOptions) -> Iterator[DetectedConversation]:
    events = events_of(batch, min(rules.policy.tenants), locale=options.locale, with_known=options.with_known)
    labels = frozenset(Label) if options.all_labels else treated_labels(rules.policy)
    outcomes = LocalRedactor(rules).redact(events)
    found = iter(findings_in_hindsight(outcomes, [event.author.role for event in events], rules))
    failures = iter(isinstance(outcome, DeadLettered) for outcome in outcomes)
    for conversation in batch:
        failed = sum(next(failures) for _ in conversation.turns)
        turns = tuple(_predictions(next(found), labels) for _ in conversation.turns)
        yield DetectedConversation(PredictedConversation(conversation.id, turns), failed)


def _predictions(findings: Iterable[Finding], labels: Collection[Label]) -> tuple[Prediction, ...]:
    return tuple(
        Prediction(found.start, found.end, found.label.value, found.score)
        for found in findings
        if found.label in labels
    )


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """Give what writes to `path.part`, which takes the path's name once it is whole; a device is written directly.

    Raises `Misconfigured` where it cannot be made.
    """
    whole = not path.exists() or path.is_file()
    target = path.with_name(f"{path.name}.part") if whole else path
    try:
        out = target.open("wb")
    except OSError as error:
        verdict = error.strerror or type(error).__name__
        raise Misconfigured([f"{path}: cannot be written ({verdict}); name a file in a folder that exists"]) from None
    with out:
        yield out
    if whole:
        target.replace(path)
