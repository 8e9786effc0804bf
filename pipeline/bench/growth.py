"""How the core's cost grows: with the text, its findings, conversations, opt-outs, purposes, partitions."""

import dataclasses
import gc
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from pipeline.bench.workload import TENANT, RawRecord, records
from pipeline.bootstrap import build_rules
from pipeline.consent.opt_outs import OptOutList
from pipeline.event.records import Position, SourceRecord
from pipeline.flow.local import LocalRedactor, StatesInMemory
from pipeline.flow.redact_batch import redact_batch
from pipeline.flow.rules import Rules
from pipeline.keys import throwaway_keys
from pipeline.policy.compile import load_policy
from pipeline.policy.compiled import CompiledPolicy
from pipeline.policy.shipped import find_policy

EXPONENT_MAX: Final = 1.1
"""What must not be exceeded: 1 is linear, and a tenth is left for the machine."""

ROUNDS: Final = 3
SIZES: Final[Mapping[str, tuple[int, ...]]] = {
    "text, code points": (20_000, 50_000, 100_000, 250_000, 500_000, 1_000_000),
    "line without blanks, code points": (5_000, 10_000, 20_000, 50_000, 100_000),
    "findings in one text": (300, 1_000, 3_000, 10_000),
    "conversations": (250, 500, 1_000, 2_000, 4_000),
    "opt-outs": (1_000, 10_000, 30_000, 100_000),
    "purposes": (1, 2, 4, 8, 16),
    "partitions": (1, 2, 4, 8, 16, 32, 64),
}
_TURNS: Final = 1_000
_BATCH_RECORDS: Final = 200

Points = tuple[tuple[int, float], ...]
"""Sizes, ascending, each with the seconds of processor time that it cost."""


class Growth(msgspec.Struct, frozen=True):
    """What the core's cost was at each size, and the exponent of its growth."""

    against: str
    points: Points
    exponent: float


class GrowthFigures(msgspec.Struct, frozen=True):
    """All that one run measured."""

    exponent_max: float
    growth: tuple[Growth, ...]


def exponent_of(points: Sequence[tuple[float, float]]) -> float:
    """Return the exponent b of the line a * size ** b nearest to the points: least squares on their logarithms. Pure.

    At least two points of different sizes; sizes and costs are above zero.
    """
    logs = [(math.log(size), math.log(cost)) for size, cost in points]
    middle_size = sum(size for size, _ in logs) / len(logs)
    middle_cost = sum(cost for _, cost in logs) / len(logs)
    spread = sum((size - middle_size) * (size - middle_size) for size, _ in logs)
    return sum((size - middle_size) * (cost - middle_cost) for size, cost in logs) / spread


def measure_growth(say: Callable[[str], None], sizes: Mapping[str, Sequence[int]] = SIZES) -> GrowthFigures:
    """Return how the processor time of the core under `analytics` grows with each of `sizes`, by their names.

    Texts and conversations are searched with the names tier on. Of each size the least of three rounds counts; the
    collector is off meanwhile. Effects: none outside the process.
    """
    keys = throwaway_keys()
    policy = load_policy(find_policy("analytics"))
    rules = build_rules(policy, keys)
    works: dict[str, Callable[[int], Callable[[], object]]] = {
        "text, code points": lambda size: _one_turn(_talk(size), rules),
        "line without blanks, code points": lambda size: _one_turn(_line(size), rules),
        "findings in one text": lambda size: _one_turn(_many_findings(size), rules),
        "conversations": lambda size: _conversations(size, rules),
        "opt-outs": _opt_outs,
        "purposes": lambda size: _turns(build_rules(_with_purposes(policy, size), keys, names=False)),
        "partitions": lambda size: _turns(rules, partitions=size),
    }
    _turns(rules)()  # warms up
    measured: list[Growth] = []
    for against, steps in sizes.items():
        points: list[tuple[int, float]] = []
        for size in steps:
            say(f"{against}: {size:,}")
            points.append((size, _least_time_s(works[against](size))))
        measured.append(Growth(against, tuple(points), exponent_of(points)))
    return GrowthFigures(EXPONENT_MAX, tuple(measured))


def _least_time_s(work: Callable[[], object]) -> float:
    was_on = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        times_s: list[float] = []
        for _ in range(ROUNDS):
            started_at_s = time.process_time()
            work()
            times_s.append(time.process_time() - started_at_s)
    finally:
        if was_on:
            gc.enable()
    return min(times_s)


def _one_turn(text: str, rules: Rules) -> Callable[[], object]:
    record = records(1)[0]
    event = msgspec.json.decode(record.value)
    value = msgspec.json.encode({**event, "text": text})
    return lambda: LocalRedactor(rules).redact_values([(record.key, value)])


def _talk(size: int) -> str:
    parts: list[str] = []
    length, number = 0, _TURNS
    while length < size:
        parts = [record.text for record in records(number)]
        length, number = sum(map(len, parts)) + len(parts), 2 * number
    return " ".join(parts)[:size]


def _line(size: int) -> str:
    unit = "order4471=A.Person@shop.example/?ref=8_81%"
    return (unit * (size // len(unit) + 1))[:size]


def _many_findings(size: int) -> str:
    """Return a text of telephone numbers, each of its own; 555-01xx belongs to nobody (NANP)."""
    return " ".join(f"call +1 {200 + number // 100 % 700} 555 01{number % 100:02}," for number in range(size))


def _conversations(number: int, rules: Rules) -> Callable[[], object]:
    first = records(1)[0]
    event = msgspec.json.decode(first.value)
    turns = [
        (name.encode(), msgspec.json.encode({**event, "conversation_id": name, "event_id": f"{name}/{turn}"}))
        for turn in range(2)
        for name in (f"conversation-{each}" for each in range(number))
    ]

    def work() -> None:
        redactor = LocalRedactor(rules)
        for begin in range(0, len(turns), _BATCH_RECORDS):
            redactor.redact_values(turns[begin : begin + _BATCH_RECORDS])

    return work


def _opt_outs(number: int) -> Callable[[], object]:
    keys = [f"opt-out-{each}" for each in range(number)]

    def work() -> None:
        listed = OptOutList()
        for offset, key in enumerate(keys):
            listed.apply(key, None, offset)
        for key in keys:
            listed.excluded((key,), (TENANT,))

    return work


def _with_purposes(policy: CompiledPolicy, number: int) -> CompiledPolicy:
    first = policy.purposes[0]
    return dataclasses.replace(
        policy, purposes=tuple(dataclasses.replace(first, name=f"purpose-{each}") for each in range(number))
    )


def _turns(rules: Rules, partitions: int = 1) -> Callable[[], object]:
    batches = [
        [
            SourceRecord(
                Position("local", _partition_of(record, partitions), begin + place, 0), record.key, record.value
            )
            for place, record in enumerate(batch)
        ]
        for begin, batch in _batches(records(_TURNS))
    ]

    def work() -> None:
        states, nobody = StatesInMemory(), OptOutList()
        for batch in batches:
            redact_batch(batch, states, nobody, rules)

    return work


def _batches(turns: Sequence[RawRecord]) -> Iterator[tuple[int, Sequence[RawRecord]]]:
    for begin in range(0, len(turns), _BATCH_RECORDS):
        yield begin, turns[begin : begin + _BATCH_RECORDS]


def _partition_of(record: RawRecord, partitions: int) -> int:
    """Return the partition of a record: its key's bytes decide, so that a conversation stays in one. Pure."""
    return sum(record.key) % partitions
