"""What is written for an outcome, and in which order: the only place that says so.

Outputs, dead letters and receipts first, then state, then the offset (by the transport). On a broker with transactions
all of it is one; without, each stage is acknowledged before the next.
"""

from typing import final

from pipeline.event import receipt as receipts
from pipeline.flow.outcome import DeadLettered, Redacted, Sanitized
from pipeline.settings import Delivery, Settings
from pipeline.streaming.transport import Output


@final
class Effects:
    """The records of an outcome.

    A tombstone retracts what an earlier reading of the same record may have published. With transactions there was no
    earlier reading, unless the record is a replay or the group's offsets were set back behind it; without, any record
    may have been read before.
    """

    __slots__ = ("_at_least_once", "_dead_letters", "_receipts", "_sanitized")

    def __init__(self, settings: Settings) -> None:
        self._sanitized = settings.sanitized_topic
        self._dead_letters = settings.topics.dead_letters
        self._receipts = settings.topics.receipts
        self._at_least_once = settings.kafka.delivery is Delivery.AT_LEAST_ONCE

    def writes(self, outcome: Redacted | DeadLettered) -> list[Output]:
        """Return the outputs of a record and its amendments, or its dead letter, then its receipt. Pure.

        All at the source partition's number.
        """
        receipt = outcome.receipt
        partition = receipt.partition
        repeatable = self._at_least_once or outcome.read_before or receipt.replay_of is not None
        written: list[Output] = []
        if isinstance(outcome, DeadLettered):
            written.append(Output(self._dead_letters, outcome.letter, outcome.letter_id.encode(), partition))
            if repeatable:
                for purpose_name, key in outcome.output_ids:
                    written.append(Output(self._sanitized(purpose_name), None, key.encode(), partition))
        else:
            for purpose in outcome.outcomes:
                value = purpose.value if isinstance(purpose, Sanitized) else None
                if value is not None or repeatable:
                    line = purpose.receipt
                    written.append(Output(self._sanitized(line.purpose), value, line.id.encode(), partition))
            for amendment in outcome.amendments:
                amended = amendment.receipt
                written.append(
                    Output(self._sanitized(amended.purpose), amendment.value, amended.id.encode(), partition)
                )
            if receipt.replay_of is not None:
                written.append(Output(self._dead_letters, None, receipt.replay_of.encode(), partition))
        written.append(Output(self._receipts, receipts.encode(receipt), receipt.id.encode(), partition))
        return written
