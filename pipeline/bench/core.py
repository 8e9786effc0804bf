"""The core on one core: decode to encode, conversation state included, beside other products on the same texts."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from pipeline.bench.references.products import PRODUCTS, RedactText, installed
from pipeline.bench.workload import RawRecord
from pipeline.bootstrap import build_rules, settle_memory
from pipeline.flow.local import LocalRedactor
from pipeline.flow.rules import Rules
from pipeline.keys import throwaway_keys
from pipeline.policy.compile import load_policy
from pipeline.policy.shipped import find_policy

BATCH_RECORDS: Final = 200
ROUNDS: Final = 3
TEXTS_A_ROUND: Final[Mapping[str, int]] = {"presidio": 250, "regex_product": 4_000}
"""As many as a product redacts in a second or two."""
_WARM_UP_TEXTS: Final = 20


@dataclass(frozen=True, slots=True)
class CoreFigures:
    """Turns a second of one core's time: the median round of each, None for a product that is not installed."""

    turns_per_s: float
    with_names_turns_per_s: float
    product_turns_per_s: Mapping[str, float | None]

    def ratio(self, product: str, *, with_names: bool = False) -> float | None:
        """Return how many times as fast as a product the core is."""
        theirs = self.product_turns_per_s[product]
        return None if theirs is None else (self.with_names_turns_per_s if with_names else self.turns_per_s) / theirs


def measure_core(records: Sequence[RawRecord], say: Callable[[str], None]) -> CoreFigures:
    """Redact the records under `analytics` (two purposes) in batches of 200, beside each product.

    Once with the names tier off, once with our own.

    The contestants take turns, so that a machine that slows down slows all of them. A first share of the
    records warms up; each round then brings new conversations of new customers. Time is processor time. Effects:
    `settle_memory`.
    """
    say("making the contestants")
    products = {name: make() for name, (make, _) in PRODUCTS.items() if installed(name)}
    texts = [record.text for record in records]
    for redact in products.values():
        _texts_per_s(redact, texts[:_WARM_UP_TEXTS])
    rules, with_names, share = _rules(names=False), _rules(names=True), len(records) // (1 + ROUNDS)
    core_turns_per_s(records[:share], rules)
    core_turns_per_s(records[:share], with_names)
    settle_memory()
    ours: list[float] = []
    ours_with_names: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in products}
    for number in range(ROUNDS):
        say(f"core, round {number + 1} of {ROUNDS}")
        fresh = records[(1 + number) * share : (2 + number) * share]
        ours.append(core_turns_per_s(fresh, rules))
        ours_with_names.append(core_turns_per_s(fresh, with_names))
        for name, redact in products.items():
            say(f"{name}, round {number + 1} of {ROUNDS}")
            first = number * TEXTS_A_ROUND[name] % len(texts)
            theirs[name].append(_texts_per_s(redact, texts[first : first + TEXTS_A_ROUND[name]]))
    return CoreFigures(
        turns_per_s=median(ours),
        with_names_turns_per_s=median(ours_with_names),
        product_turns_per_s={name: median(theirs[name]) if name in theirs else None for name in PRODUCTS},
    )


def core_turns_per_s(records: Sequence[RawRecord], rules: Rules) -> float:
    """Redact all records once, from an empty conversation state, and return how many a second of processor time."""
    redactor = LocalRedactor(rules)
    batches = [
        [(record.key, record.value) for record in records[first : first + BATCH_RECORDS]]
        for first in range(0, len(records), BATCH_RECORDS)
    ]
    started_at_s = time.process_time()
    for batch in batches:
        redactor.redact_values(batch)
    return len(records) / (time.process_time() - started_at_s)


def _texts_per_s(redact: RedactText, texts: Sequence[str]) -> float:
    started_at_s = time.process_time()
    for text in texts:
        redact(text)
    return len(texts) / (time.process_time() - started_at_s)


def _rules(*, names: bool) -> Rules:
    keys = throwaway_keys()
    return build_rules(load_policy(find_policy("analytics")), keys, names=names)
