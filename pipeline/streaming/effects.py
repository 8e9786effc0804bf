"""What is written for an outcome, and in which order: the only place that says so.

Outputs, dead letters and receipts first, then state, then the offset (by the transport). On a broker with transactions
all of it is one; without, each stage is acknowledged before the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.event import receipt as receipts
from pipeline.flow.outcome import DeadLettered, Redacted, Sanitized
from pipeline.settings import Delivery, Settings


class Write(NamedTuple):
    """One record to write, at the source partition's number. A value of None is a tombstone."""

    topic: str
    key: bytes
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Effects:
    """The records of an outcome.

    A tombstone retracts what an earlier reading of the same record may have published. With transactions there was no
    earlier reading, unless the record is a replay or the group's offsets were set back behind it; without, any record
    may have been read before.
    """

    settings: Settings

    def writes(self, outcome: Redacted | DeadLettered) -> Iterator[Write]:
        """Yield the outputs of a record and its amendments, or its dead letter, then its receipt. Pure."""
        topics = self.settings.topics
        receipt = outcome.receipt
        at_least_once = self.settings.kafka.delivery is Delivery.AT_LEAST_ONCE
        repeatable = at_least_once or outcome.read_before or receipt.replay_of is not None
        if isinstance(outcome, DeadLettered):
            yield Write(topics.dead_letters, outcome.letter_id.encode(), outcome.letter)
            if repeatable:
                for purpose_name, key in outcome.output_ids:
                    yield Write(self.settings.sanitized_topic(purpose_name), key.encode(), None)
        else:
            for purpose in outcome.outcomes:
                topic = self.settings.sanitized_topic(purpose.receipt.purpose)
                if isinstance(purpose, Sanitized):
                    yield Write(topic, purpose.receipt.id.encode(), purpose.value)
                elif repeatable:
                    yield Write(topic, purpose.receipt.id.encode(), None)
            for amendment in outcome.amendments:
                line = amendment.receipt
                yield Write(self.settings.sanitized_topic(line.purpose), line.id.encode(), amendment.value)
            if receipt.replay_of is not None:
                yield Write(topics.dead_letters, receipt.replay_of.encode(), None)
        yield Write(topics.receipts, receipt.id.encode(), receipts.encode(receipt))
