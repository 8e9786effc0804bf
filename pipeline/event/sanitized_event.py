"""The sanitized event: what analysts of one purpose read."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from pipeline.event.concealed import Concealed
from pipeline.event.conversation_event import AttributeValue, Channel, Role

OUTPUT_BYTES_MAX: Final = 16 * 1024 * 1024
_REVISION: Final = re.compile(rb'"revision":([1-9][0-9]{0,8}),')
_REVISION_BEFORE_BYTES: Final = 200
_FRAME_BYTES: Final = 64 * 1024


class SanitizedFinding(msgspec.Struct, frozen=True, gc=False, array_like=False):
    """One value that was de-identified. `start` and `end` are code points of the sanitized text; never a value."""

    label: str
    operator: str
    detector: str
    start: int
    end: int


class Versions(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What an output was decided under. `opt_outs` is the position up to which the opt-out list had been read."""

    policy: str
    names: str
    keys: int
    opt_outs: int
    product: str


class SanitizedEvent(Concealed, frozen=True, kw_only=True, omit_defaults=False):
    """One event as one purpose may see it. Tokens are scoped to the purpose; fields the policy drops are absent.

    `processed_at` is the raw record's broker timestamp, so that the same record gives the same bytes; it is as coarse
    as `occurred_at`, and the day where that is dropped. `text` and the tokens are absent where the opt-out effect
    leaves metadata only; then `length` says how long the text was, in bands.
    """

    schema_version: int
    id: str
    revision: int
    purpose: str
    tenant: str
    processed_at: datetime
    versions: Versions
    findings: tuple[SanitizedFinding, ...] = ()
    conversation: str | UnsetType = UNSET
    author: str | UnsetType = UNSET
    customer: str | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    sequence: int | UnsetType = UNSET
    occurred_at: datetime | str | UnsetType = UNSET
    channel: Channel | UnsetType = UNSET
    locale: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    length: str | UnsetType = UNSET
    attributes: dict[str, AttributeValue] | UnsetType = UNSET


encode: Final[Callable[[SanitizedEvent], bytes]] = msgspec.json.Encoder().encode
"""Encode for the sanitized topic. Pure. The caller asks `exceeds_limit`."""


def with_revision(value: bytes, revision: int) -> bytes:
    """Return a first revision's encoding as that of another. Pure."""
    return value.replace(b'"revision":1,', b'"revision":%d,' % revision, 1)  # what stands before it is ours alone


def revision_of(value: bytes) -> int:
    """Return the revision of an encoded event, 1 where the value is none of ours. Pure."""
    found = _REVISION.search(value, 0, _REVISION_BEFORE_BYTES)
    return int(found[1]) if found else 1


def exceeds_limit(value: bytes) -> bool:
    """Say whether a record would not fit beside its key and frame. Pure."""
    return len(value) > OUTPUT_BYTES_MAX - _FRAME_BYTES
