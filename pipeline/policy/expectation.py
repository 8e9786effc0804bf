"""Policy tests: a made-up event, and what a purpose must get of it. They stand in the policy document itself."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, TypeAlias

from pipeline.event.conversation_event import ConversationEvent
from pipeline.event.labels import Label
from pipeline.event.receipt import WithheldReason


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a policy test expects. What is None or empty is not looked at, but that `withheld` None wants an output.

    `text` is the whole sanitized text, in which `[EMAIL_*]` stands for any token or placeholder of that label.
    `contains` take the same patterns; `absent` are literal and must stand neither in the text nor in a field.
    `labels` must be among those found and not kept; a names model may find more.
    `fields` maps a field of the event (`occurred_at`, `author.id`, `attributes.topic`) to what leaves of it; None:
    nothing does.
    """

    text: str | None = field(default=None, repr=False)
    contains: tuple[str, ...] = field(default=(), repr=False)
    absent: tuple[str, ...] = field(default=(), repr=False)
    withheld: WithheldReason | None = None
    metadata_only: bool = False
    labels: frozenset[Label] = frozenset()
    fields: Mapping[str, str | None] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class PolicyTest:
    """One test of a policy document. `question` is what an agent said just before, or empty."""

    name: str
    line: int
    purpose: str
    event: ConversationEvent
    question: str = field(repr=False)
    opted_out: bool
    expect: Expectation


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """What a purpose got of a test's event: a reason for withholding, or text, finding labels and fields.

    `fields` holds what left, by path of the event's field, as text (`true`, `3`, `2025-01-31T14:00:00Z`).
    """

    __test__: ClassVar[bool] = False  # pytest must not collect it

    withheld: WithheldReason | None = None
    metadata_only: bool = False
    text: str | None = field(default=None, repr=False)
    labels: tuple[Label, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class TestVerdict:
    """Whether a test held: it did where there are no failures."""

    __test__: ClassVar[bool] = False  # pytest must not collect it

    test: PolicyTest
    failures: tuple[str, ...] = field(repr=False)


RunEvent: TypeAlias = Callable[[ConversationEvent, bool, str], Mapping[str, TestOutcome]]
"""Runs an event through the real flow: the event, whether its customer has opted out of every purpose, and the question
asked just before (or empty). Returns the outcome of each purpose."""

_WILD: Final = re.compile(r"\[([A-Z_]+)_\*\]")


def run_policy_tests(tests: Sequence[PolicyTest], run: RunEvent) -> tuple[TestVerdict, ...]:
    """Run every test of a policy, in the order written. Effects: those of `run`."""
    verdicts: list[TestVerdict] = []
    for test in tests:
        outcomes = run(test.event, test.opted_out, test.question)
        verdicts.append(TestVerdict(test, tuple(check_expectation(test, outcomes.get(test.purpose)))))
    return tuple(verdicts)


def check_expectation(test: PolicyTest, outcome: TestOutcome | None) -> list[str]:
    """Return what differs from the expectation, one line each; empty where the test holds. Pure.

    Lines quote the test's own event and its sanitized text, so they are for the terminal of the policy's author: no
    other text than the made-up one may be run through this.
    """
    expect = test.expect
    if outcome is None:
        return [f"purpose {test.purpose} got no outcome at all"]
    if outcome.withheld != expect.withheld:
        wanted = f"withheld as {expect.withheld}" if expect.withheld else "an output"
        got = f"withheld as {outcome.withheld}" if outcome.withheld else "an output"
        return [f"expected {wanted}, got {got}"]
    failures: list[str] = []
    if outcome.metadata_only != expect.metadata_only:
        failures.append(f"expected metadata_only {expect.metadata_only}, got {outcome.metadata_only}")
    failures += _text_failures(expect, outcome)
    if not expect.labels <= frozenset(outcome.labels):
        failures.append(f"expected labels {_listed(expect.labels)}, got {_listed(frozenset(outcome.labels))}")
    for name, pattern in expect.fields.items():
        failures += _field_failures(name, pattern, outcome.fields.get(name))
    return failures


def _text_failures(expect: Expectation, outcome: TestOutcome) -> list[str]:
    text = outcome.text or ""
    failures: list[str] = []
    if expect.text is not None and not _pattern(expect.text).fullmatch(text):
        failures.append(f"expected text {expect.text!r}, got {text!r}")
    failures += [
        f"expected {part!r} in the text, got {text!r}"
        for part in expect.contains
        if _pattern(part).search(text) is None
    ]
    failures += [f"expected {part!r} to be gone from the text, got {text!r}" for part in expect.absent if part in text]
    failures += [
        f"expected {part!r} to be gone from {name}, got {value!r}"
        for part in expect.absent
        for name, value in outcome.fields.items()
        if part in value
    ]
    return failures


def _field_failures(name: str, pattern: str | None, value: str | None) -> list[str]:
    if pattern is None:
        return [] if value is None else [f"expected {name} to be dropped, got {value!r}"]
    if value is None:
        return [f"expected {name} to be {pattern!r}, but it was dropped"]
    return [] if _pattern(pattern).fullmatch(value) else [f"expected {name} to be {pattern!r}, got {value!r}"]


def _pattern(text: str) -> re.Pattern[str]:
    """Compile text in which `[LABEL_*]` stands for any token or placeholder of that label. Pure."""
    parts: list[str] = []
    end = 0
    for wild in _WILD.finditer(text):
        parts += [re.escape(text[end : wild.start()]), rf"\[{wild[1]}_[A-Za-z0-9]+\]"]
        end = wild.end()
    return re.compile("".join([*parts, re.escape(text[end:])]))


def _listed(labels: frozenset[Label]) -> str:
    return ", ".join(sorted(labels)) or "none"
