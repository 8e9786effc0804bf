"""What must hold for any bytes at all: one function for each part that reads what others wrote.

Each takes bytes, does nothing where they make no input, and fails by an assertion. `tests/fuzz/run.py` searches for
bytes that make one fail; `tests/fuzz/test_replay.py` replays what was found.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from pipeline.deidentification.deidentifier import Deidentifier
from pipeline.deidentification.operators import PlainOperators
from pipeline.detection.finding import Finding
from pipeline.detection.normalization import normalize
from pipeline.detection.overlap import CLOSER_LABELS, resolve, yielding
from pipeline.detection.patterns import PatternDetector
from pipeline.detection.spoken import read_runs
from pipeline.errors import Misconfigured, RejectedEvent
from pipeline.event.conversation_event import decode
from pipeline.event.labels import CONTEXT_LABELS, SECRET_LABELS, Label
from pipeline.keys import KeyRing
from pipeline.policy.compile import compile_policy
from pipeline.policy.compiled import CompiledPurpose, Operator, OptOutEffect, Treatment
from pipeline.policy.document import read_document

_BYTES_A_FINDING: Final = 4
_LABELS: Final = tuple(Label)
_PATTERNS: Final = PatternDetector()
_REDACTOR: Final = Deidentifier(
    CompiledPurpose(
        "fuzz", dict.fromkeys(Label, Treatment(Operator.REDACT)), {}, frozenset(), True, OptOutEffect.WITHHELD
    ),
    KeyRing(bytes(range(32)), {1: bytes(range(1, 33))}, 1),
    PlainOperators(),
    "US",
)


def decoding(content: bytes) -> None:
    """Decode a record or reject it; what is decoded is the same after it was encoded again."""
    try:
        event = decode(content).event
    except RejectedEvent:
        return
    again = decode(msgspec.json.encode(event))
    assert msgspec.to_builtins(again.event) == msgspec.to_builtins(event)
    assert again.undeclared_fields == 0


def normalization(content: bytes) -> None:
    """Spell a text plainly: as long in ASCII, the same the second time, and every code point leads back and forth."""
    text = content.decode("utf-8", "ignore")
    normalized = normalize(text)
    assert len(normalized.ascii_text) == len(normalized.text)
    assert normalized.ascii_text.isascii()
    assert normalize(normalized.text).text == normalized.text
    for place in range(len(normalized.text)):
        start, end = normalized.to_original(place, place + 1)
        assert 0 <= start < end <= len(text)
        assert normalized.to_normalized(start, end) == (place, place + 1)


def patterns(content: bytes) -> None:
    """Find what lies in the text, sorted; runs that are read out lie in it, in order and apart."""
    text = content.decode("utf-8", "ignore")
    found = _PATTERNS.find(text)
    assert found == sorted(found)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)
    position = 0
    for run in read_runs(normalize(text).ascii_text):
        assert position <= run.start < run.end <= len(text)
        position = run.end


def overlap(content: bytes) -> None:
    """Resolve findings: sorted, disjoint, covering the union; a name yields as if held against every pattern."""
    findings = _findings(content)
    resolved = resolve(findings)
    assert _covered(resolved) == _covered(findings)
    assert all(one.end <= other.start for one, other in pairwise(resolved))
    identity = _covered([finding for finding in findings if finding.label not in CONTEXT_LABELS])
    assert not identity & _covered([finding for finding in resolved if finding.label in CONTEXT_LABELS])
    rough = [finding for finding in findings[::2] if finding.start < finding.end]
    exact = sorted(finding for finding in findings[1::2] if finding.start < finding.end)
    assert yielding(rough, exact) == [_yielded_to_any(finding, exact) for finding in rough]


def splice(content: bytes) -> None:
    """Leave nothing of what is found where it stood, and all the rest as it was, in its order."""
    head, _, tail = content.partition(b"\0")
    text = tail.decode("utf-8", "ignore")
    found = resolve(
        finding._replace(start=min(finding.start, len(text)), end=min(finding.end, len(text)))
        for finding in _findings(head)
    )
    sanitized, treated = _REDACTOR.de_identify(text, found, "acme", "conversation")
    assert [sanitized[each.start : each.end] for each in treated] == [f"[{finding.label.value}]" for finding in found]
    assert _outside(sanitized, [(each.start, each.end) for each in treated]) == _outside(
        text, [(finding.start, finding.end) for finding in found]
    )


def policy(content: bytes) -> None:
    """Compile a document to a policy that treats every label and lets no secret out, or refuse it with reasons."""
    problems: Sequence[str] = ()
    purposes: Sequence[CompiledPurpose] = ()
    try:
        purposes = compile_policy(read_document(content, "policy.yaml")).purposes
    except Misconfigured as refused:
        problems = refused.problems
    assert bool(purposes) != bool(problems)
    assert all(problem.startswith("policy.yaml:") for problem in problems)
    for purpose in purposes:
        for treatments in (purpose.treatments, *purpose.roles.values()):
            assert set(treatments) == set(Label)
            assert all(treatments[secret].operator in {Operator.DROP, Operator.REDACT} for secret in SECRET_LABELS)


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    target.__name__: target for target in (decoding, normalization, patterns, overlap, splice, policy)
}


def _findings(content: bytes) -> list[Finding]:
    """Read four bytes as one finding: start, length, label, score."""
    quadruples = zip(*[iter(content)] * _BYTES_A_FINDING, strict=False)
    return [
        Finding(start, start + length % 32, _LABELS[label % len(_LABELS)], "fuzz", score % 11 / 10)
        for start, length, label, score in quadruples
    ]


def _covered(findings: Sequence[Finding]) -> set[int]:
    return {place for finding in findings for place in range(finding.start, finding.end)}


def _yielded_to_any(finding: Finding, exact: Sequence[Finding]) -> Finding:
    for other in exact:
        zips = other.label is Label.ADDRESS and finding.label is Label.ZIP
        shared = min(finding.end, other.end) - max(finding.start, other.start)
        if (zips or other.label in CLOSER_LABELS) and 2 * shared >= finding.end - finding.start:
            return finding._replace(label=other.label, score=other.score)
    return finding


def _outside(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    starts = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]
