"""What becomes of a raw record: a closed set of outcomes."""

from dataclasses import dataclass

from pipeline.conversation.state import ConversationState
from pipeline.detection.finding import Finding
from pipeline.event.receipt import PurposeReceipt, Receipt


@dataclass(frozen=True, slots=True, repr=False)
class Sanitized:
    """A sanitized event for one purpose: its receipt line and its encoded value."""

    receipt: PurposeReceipt
    value: bytes


@dataclass(frozen=True, slots=True)
class Withheld:
    """Nothing for one purpose: its receipt line says why."""

    receipt: PurposeReceipt


@dataclass(frozen=True, slots=True, repr=False)
class Redacted:
    """A processed event: one outcome for each purpose of the policy, its receipt, its conversation's new state.

    `findings` are the spans found in the original text, sorted and disjoint, for those who evaluate detection.
    """

    outcomes: tuple[Sanitized | Withheld, ...]
    receipt: Receipt
    state_key: str
    state: ConversationState
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class DeadLettered:
    """A record that can never be processed: the sealed dead letter and its receipt.

    `output_ids` name, by purpose, the outputs that it takes the place of. `state` is set where the event was read far
    enough to change what its conversation may publish later.
    """

    letter_id: str
    letter: bytes
    receipt: Receipt
    output_ids: tuple[tuple[str, str], ...]
    state_key: str | None = None
    state: ConversationState | None = None
