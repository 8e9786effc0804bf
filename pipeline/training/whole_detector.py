"""The whole detector over labelled conversations: patterns, conversation and a names tier, as a worker has them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pipeline.adapters.presidio import PresidioOperators
from pipeline.corpora import Conversation, events_of
from pipeline.detection.names import NamesTier
from pipeline.evaluation.predictions import PredictedConversation, Prediction
from pipeline.flow.local import LocalRedactor
from pipeline.flow.outcome import DeadLettered
from pipeline.flow.rules import Rules
from pipeline.keys import KeyRing
from pipeline.policy.compile import load_policy
from pipeline.policy.shipped import find_policy

POLICY: Final = "analytics"
TURNS_AT_ONCE: Final = 2_000
_THROWAWAY: Final = KeyRing(bytes(32), {1: bytes(32)}, 1)
"""Keys for work that publishes nothing."""


def predictions(conversations: Iterable[Conversation], tier: NamesTier) -> Iterator[PredictedConversation]:
    """Yield what the default policy's detectors with this tier find, without known values, in order."""
    rules = Rules(load_policy(find_policy(POLICY)), _THROWAWAY, {"en": tier}, PresidioOperators())
    batch: list[Conversation] = []
    for conversation in conversations:
        batch.append(conversation)
        if sum(len(one.turns) for one in batch) >= TURNS_AT_ONCE:
            yield from _predicted(batch, rules)
            batch = []
    if batch:
        yield from _predicted(batch, rules)


def _predicted(batch: Sequence[Conversation], rules: Rules) -> Iterator[PredictedConversation]:
    events = events_of(batch, min(rules.policy.tenants), with_known=False)
    outcomes = iter(LocalRedactor(rules).redact(events))
    for conversation in batch:
        turns = []
        for _ in conversation.turns:
            outcome = next(outcomes)
            found = () if isinstance(outcome, DeadLettered) else outcome.findings
            turns.append(tuple(Prediction(one.start, one.end, one.label.value, one.score) for one in found))
        yield PredictedConversation(conversation.id, tuple(turns))
