"""What one step of an event's way hands to the next.

What every turn makes one of is a plain class and no record of msgspec: compiled, its fields are read in no time.
"""

from collections.abc import Mapping
from typing import NamedTuple, final

from pipeline.detection.finding import Finding
from pipeline.errors import RejectedEvent
from pipeline.event.conversation_event import ConversationEvent
from pipeline.event.labels import Label
from pipeline.event.records import Position, SourceRecord
from pipeline.event.subject import SubjectPairs
from pipeline.flow.people import KnownPeople


@final
class AcceptedRecord:
    """A raw record whose event may be processed. `origin` is the position its ids come from (a replay's original)."""

    __slots__ = ("event", "origin", "record", "state_key", "subject", "undeclared_fields")

    def __init__(
        self,
        record: SourceRecord,
        origin: Position,
        event: ConversationEvent,
        subject: SubjectPairs,
        undeclared_fields: int,
        state_key: str,
    ) -> None:
        self.record = record
        self.origin = origin
        self.event = event
        self.subject = subject
        self.undeclared_fields = undeclared_fields
        self.state_key = state_key

    def __repr__(self) -> str:
        return f"<AcceptedRecord: {self.record.position}, concealed>"


class RejectedRecord(NamedTuple):
    """A raw record that can never be processed, and why."""

    record: SourceRecord
    origin: Position
    rejection: RejectedEvent

    def __repr__(self) -> str:
        return f"<RejectedRecord: {self.record.position}, {self.rejection}>"


class NumberInPieces(NamedTuple):
    """What a turn's digits are the end of: its label, and which of the recent turns hold the earlier pieces.

    `finding` is the turn's own piece, where no detector had found it.
    """

    label: Label
    turns: tuple[int, ...]
    finding: Finding | None


@final
class DetectedEvent:
    """An event whose text and free-text attributes have been searched for personal data.

    `fields` counts its fields, `people` is what it says of them, `pieces` the number that its digits end.
    """

    __slots__ = ("attribute_findings", "event", "fields", "findings", "origin", "people", "pieces")

    def __init__(
        self,
        event: ConversationEvent,
        origin: Position,
        findings: tuple[Finding, ...],
        attribute_findings: Mapping[str, tuple[Finding, ...]],
        fields: int,
        people: KnownPeople | None = None,
        pieces: NumberInPieces | None = None,
    ) -> None:
        self.event = event
        self.origin = origin
        self.findings = findings
        self.attribute_findings = attribute_findings
        self.fields = fields
        self.people = people
        self.pieces = pieces

    def __repr__(self) -> str:
        return f"<DetectedEvent: {self.origin}, {len(self.findings)} findings, concealed>"
