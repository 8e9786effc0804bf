"""The core without Kafka: states in memory, records numbered by hand."""

from collections.abc import Iterable

import msgspec

from pipeline.consent.opt_outs import OptOutList
from pipeline.conversation.state import NEW_CONVERSATION, ConversationState
from pipeline.event.conversation_event import ConversationEvent
from pipeline.event.records import Position, SourceRecord
from pipeline.flow.outcome import DeadLettered, Redacted
from pipeline.flow.redact_batch import redact_batch
from pipeline.flow.rules import Rules

_TOPIC = "local"
_encoder = msgspec.json.Encoder()


class StatesInMemory:
    """`ConversationStates` in a dictionary."""

    def __init__(self) -> None:
        self._states: dict[tuple[int, str], ConversationState] = {}

    def get(self, partition: int, key: str, timestamp_ms: int) -> ConversationState:  # noqa: ARG002 - nothing expires here
        """Return a conversation's state, a new one where nothing is remembered."""
        return self._states.get((partition, key), NEW_CONVERSATION)

    def is_forgotten(self, last_seen_ms: int, timestamp_ms: int) -> bool:  # noqa: ARG002 - nothing expires here
        """Say that no conversation begins anew."""
        return False

    def put(self, partition: int, key: str, state: ConversationState) -> None:
        """Remember a conversation's state."""
        self._states[partition, key] = state


class LocalRedactor:
    """Redacts events in the order given, with the conversation memory that a worker would have."""

    def __init__(self, rules: Rules, opt_outs: OptOutList | None = None) -> None:
        self.rules = rules
        self.opt_outs = opt_outs or OptOutList()
        self._states = StatesInMemory()
        self._next_offset = 0

    def redact(self, events: Iterable[ConversationEvent]) -> list[Redacted | DeadLettered]:
        """Return the outcome of each event, in order."""
        return self.redact_values((event.conversation_id.encode(), _encoder.encode(event)) for event in events)

    def redact_values(self, records: Iterable[tuple[bytes | None, bytes | None]]) -> list[Redacted | DeadLettered]:
        """Return the outcome of each raw (key, value), in order."""
        numbered = [
            SourceRecord(Position(_TOPIC, 0, offset, 0), key, value)
            for offset, (key, value) in enumerate(records, self._next_offset)
        ]
        self._next_offset += len(numbered)
        return redact_batch(numbered, self._states, self.opt_outs, self.rules)
