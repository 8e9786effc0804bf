"""The receipt: a value-free record of what became of one raw record."""

from enum import StrEnum

import msgspec

from pipeline.errors import Reason
from pipeline.event.sanitized_event import Versions


class Outcome(StrEnum):
    """What became of an event for one purpose."""

    SANITIZED = "sanitized"
    WITHHELD = "withheld"


class WithheldReason(StrEnum):
    """Why a purpose got nothing, or metadata only, of an event."""

    OPTED_OUT = "opted_out"
    GPC = "gpc"
    UNIDENTIFIED = "unidentified"
    DUPLICATE = "duplicate"
    NO_NAMES_TIER = "no_names_tier"


class FindingCount(msgspec.Struct, frozen=True, gc=False):
    """How many values of a label one operator treated, by the detector that found them."""

    label: str
    operator: str
    detector: str
    count: int


class PurposeReceipt(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The outcome for one purpose. `id` is the key on that purpose's sanitized topic."""

    purpose: str
    outcome: Outcome
    id: str
    reason: WithheldReason | None = None
    metadata_only: bool = False
    findings: tuple[FindingCount, ...] = ()
    dropped_fields: int = 0


class AmendmentOutcome(StrEnum):
    """What became of an earlier output."""

    AMENDED = "amended"
    RETRACTED = "retracted"


class AmendmentReceipt(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An output of an earlier record of the conversation that this one showed to hold something personal.

    `revision` counts what was written under the `id`: an amended output says the same of itself, a tombstone holds
    nothing. `findings` are those that the amendment treated.
    """

    purpose: str
    id: str
    revision: int
    outcome: AmendmentOutcome
    findings: tuple[FindingCount, ...] = ()


class Receipt(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One per raw record, at the raw record's partition. Exactly one of `purposes` and `dead_letter` is filled.

    `replay_of` is the id of the dead-lettered record that this raw record replays. `sequence_regressed` says that the
    event arrived behind a later sequence number of its conversation, `unidentified` that nothing named its customer.
    `undeclared_fields` were dropped unread. `amendments` are outputs of earlier records that were written anew.
    """

    schema_version: int
    id: str
    topic: str
    partition: int
    offset: int
    recorded_at_ms: int
    versions: Versions
    purposes: tuple[PurposeReceipt, ...] = ()
    amendments: tuple[AmendmentReceipt, ...] = ()
    dead_letter: Reason | None = None
    field: str | None = None
    replay_of: str | None = None
    undeclared_fields: int = 0
    sequence_regressed: bool = False
    unidentified: bool = False


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Receipt)


def encode(receipt: Receipt) -> bytes:
    """Encode for the receipts topic. Pure."""
    return _encoder.encode(receipt)


def decode(value: bytes) -> Receipt:
    """Decode a receipt. Raises `msgspec.DecodeError` (a receipt holds nothing personal)."""
    return _decoder.decode(value)
