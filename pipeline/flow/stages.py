"""What one step of an event's way hands to the next."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.detection.finding import Finding
from pipeline.detection.known_values import KnownValues
from pipeline.errors import RejectedEvent
from pipeline.event.concealed import Concealed
from pipeline.event.conversation_event import ConversationEvent, SubjectPairs
from pipeline.event.labels import Label
from pipeline.event.records import Position, SourceRecord


class AcceptedRecord(Concealed, frozen=True):
    """A raw record whose event may be processed. `origin` is the position its ids come from (a replay's original)."""

    record: SourceRecord
    origin: Position
    event: ConversationEvent
    subject: SubjectPairs
    undeclared_fields: int
    state_key: str

    def __repr__(self) -> str:
        return f"<AcceptedRecord: {self.record.position}, concealed>"


class RejectedRecord(NamedTuple):
    """A raw record that can never be processed, and why."""

    record: SourceRecord
    origin: Position
    rejection: RejectedEvent

    def __repr__(self) -> str:
        return f"<RejectedRecord: {self.record.position}, {self.rejection}>"


class KnownPeople(NamedTuple):
    """What an event says of its people, ready to be found, and a digest of it, to be compared by its keyed hash."""

    values: KnownValues
    digest: str


class NumberInPieces(NamedTuple):
    """What a turn's digits are the end of: its label, and which of the recent turns hold the earlier pieces.

    `finding` is the turn's own piece, where no detector had found it.
    """

    label: Label
    turns: tuple[int, ...]
    finding: Finding | None


class DetectedEvent(Concealed, frozen=True):
    """An event whose text and free-text attributes have been searched for personal data.

    `fields` counts its fields, `people` is what it says of them, `pieces` the number that its digits end.
    """

    event: ConversationEvent
    origin: Position
    findings: Sequence[Finding]
    attribute_findings: Mapping[str, Sequence[Finding]]
    fields: int
    people: KnownPeople | None = None
    pieces: NumberInPieces | None = None

    def __repr__(self) -> str:
        return f"<DetectedEvent: {self.origin}, {len(self.findings)} findings, concealed>"
