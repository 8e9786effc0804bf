"""What becomes of a raw record: a closed set of outcomes."""

from pipeline.conversation.state import ConversationState
from pipeline.detection.finding import Finding
from pipeline.event.concealed import Concealed
from pipeline.event.receipt import AmendmentReceipt, PurposeReceipt, Receipt


class Sanitized(Concealed, frozen=True):
    """A sanitized event for one purpose: its receipt line, its revision and its encoded value."""

    receipt: PurposeReceipt
    value: bytes
    revision: int = 1


class Withheld(Concealed, frozen=True):
    """Nothing for one purpose: its receipt line says why."""

    receipt: PurposeReceipt


class Amendment(Concealed, frozen=True):
    """A newer revision of an earlier output, or the tombstone (None) that retracts it: its receipt line and its value.

    `found` are the spans of the earlier revision's text that were treated, sorted and disjoint.
    """

    receipt: AmendmentReceipt
    value: bytes | None
    found: tuple[Finding, ...] = ()


class Redacted(Concealed, frozen=True):
    """A processed event: one outcome for each purpose of the policy, its receipt, its conversation's new state.

    `findings` are the spans found in the original text, sorted and disjoint, for those who evaluate detection.
    `read_before` says that the conversation had come as far as this record once: offsets were set back.
    `amendments` are of earlier outputs of the conversation, oldest first.
    """

    outcomes: tuple[Sanitized | Withheld, ...]
    receipt: Receipt
    state_key: str
    state: ConversationState
    findings: tuple[Finding, ...] = ()
    read_before: bool = False
    amendments: tuple[Amendment, ...] = ()


class DeadLettered(Concealed, frozen=True):
    """A record that can never be processed: the sealed dead letter and its receipt.

    `output_ids` name, by purpose, the outputs that it takes the place of. `state` is set where the event was read far
    enough to change what its conversation may publish later. `read_before` as in `Redacted`.
    """

    letter_id: str
    letter: bytes
    receipt: Receipt
    output_ids: tuple[tuple[str, str], ...]
    state_key: str | None = None
    state: ConversationState | None = None
    read_before: bool = False
