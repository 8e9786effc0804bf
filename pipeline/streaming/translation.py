"""What one privacy request becomes: an entry of the opt-out list and an answer, or a dead letter and an answer."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec

from pipeline.consent.identifiers import opt_out_key, required_form
from pipeline.consent.opt_outs import encode_entry, merged
from pipeline.errors import Reason, RejectedEvent
from pipeline.event.dead_letter import seal
from pipeline.event.privacy_request import (
    EVERY_PURPOSE,
    Choice,
    Decision,
    OptOutEntry,
    PrivacyRequest,
    RequestResult,
    decode_entry,
    decode_request,
)
from pipeline.event.records import SourceRecord, source_id
from pipeline.keys import KeyRing
from pipeline.policy.compiled import CompiledPolicy

UNREADABLE_SOURCE: Final = "unreadable"
ENTRY_BYTES_MAX: Final = 512 * 1024
AHEAD_S_MAX: Final = 300.0
"""So far may the sender's clock be ahead of the broker's in an opt-in."""
_TIMESTAMP_MS_MAX: Final = 253_402_300_799_000  # the last second of year 9999, the last that a datetime holds
_result_encoder = msgspec.json.Encoder()


class KnownEntries:
    """The opt-out list as a translator knows it: what it read at its assignment, and what it wrote since."""

    def __init__(self) -> None:
        self._entries: dict[str, OptOutEntry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def apply(self, key: str, value: bytes | None, timestamp_ms: int) -> None:
        """Take over a record of the list.

        A null or unreadable value means out of all purposes. It says not since when, so its record's timestamp does: a
        request of before that does not lift it, and an opt-out of one purpose does not lift the others.
        """
        entry = decode_entry(value)
        self._entries[key] = _out_of_everything(timestamp_ms) if entry is None else entry

    def put(self, entries: Mapping[str, OptOutEntry]) -> None:
        """Take over entries whose writing is committed."""
        self._entries.update(entries)

    def entry(self, key: str) -> OptOutEntry | None:
        """Return what stands under a key, or None."""
        return self._entries.get(key)


class Accepted(NamedTuple):
    """A request that changed the list: its entry, and the answer under the request's id."""

    key: str
    entry: OptOutEntry
    value: bytes
    result_key: str
    result: bytes


class Refused(NamedTuple):
    """A request that cannot be applied: its dead letter, and a negative answer with the reason."""

    reason: Reason
    letter_key: str
    letter: bytes
    result_key: str
    result: bytes


def translate(
    record: SourceRecord,
    known: KnownEntries,
    written: Mapping[str, OptOutEntry],
    policy: CompiledPolicy,
    keys: KeyRing,
) -> Accepted | Refused:
    """Return what a request becomes, given the list and the entries `written` by earlier requests of the same batch.

    The record's key is not looked at: anybody may write it. Effects: reads the system's randomness for a dead letter.
    """
    request: PrivacyRequest | None = None
    try:
        request = decode_request(record.value)
        rejection = _problem(request, record, policy)
    except RejectedEvent as error:
        rejection = error
    if request is None or rejection is not None:
        return _refused(record, request, rejection or RejectedEvent(Reason.REQUEST_REFUSED), keys)
    key = opt_out_key(
        keys,
        request.tenant,
        request.kind,
        request.identifier,
        strip_email_tags=policy.strip_email_tags,
        default_region=policy.default_region,
    )
    entry = merged(written.get(key) or known.entry(key), request)
    value = encode_entry(entry)
    if len(value) > ENTRY_BYTES_MAX:  # requests that name ever new purposes
        return _refused(record, request, RejectedEvent(Reason.REQUEST_REFUSED, "purposes"), keys)
    result = RequestResult(schema_version=1, request_id=request.request_id, accepted=True)
    return Accepted(key, entry, value, request.request_id, _result_encoder.encode(result))


def _problem(request: PrivacyRequest, record: SourceRecord, policy: CompiledPolicy) -> RejectedEvent | None:
    """Return why a readable request is refused, if it is.

    An address or a number with a slip in it would be accepted and protect nobody. An opt-in from the future would
    defeat every opt-out until then; an opt-out from the future only lasts.
    """
    if request.tenant not in policy.tenants:
        return RejectedEvent(Reason.UNKNOWN_TENANT, "tenant")
    if required_form(request.kind, request.identifier, default_region=policy.default_region):
        return RejectedEvent(Reason.REQUEST_REFUSED, "identifier")
    ahead_s = request.requested_at.timestamp() - record.position.timestamp_ms / 1000
    if request.choice is Choice.IN and ahead_s > AHEAD_S_MAX:
        return RejectedEvent(Reason.REQUEST_REFUSED, "requested_at")
    return None


def _refused(record: SourceRecord, request: PrivacyRequest | None, rejection: RejectedEvent, keys: KeyRing) -> Refused:
    letter_key, letter = seal(record, record.position, rejection, keys)
    request_id = "" if request is None else request.request_id
    result = RequestResult(
        schema_version=1, request_id=request_id, accepted=False, reason=rejection.reason, field=rejection.field
    )
    result_key = request_id or source_id(keys, record.position)
    return Refused(rejection.reason, letter_key, letter, result_key, _result_encoder.encode(result))


def _out_of_everything(timestamp_ms: int) -> OptOutEntry:
    since = Decision(
        choice=Choice.OUT,
        requested_at=datetime.fromtimestamp(min(max(timestamp_ms, 0), _TIMESTAMP_MS_MAX) / 1000, UTC),
        source=UNREADABLE_SOURCE,
        evidence="",
    )
    return OptOutEntry(schema_version=1, decisions={EVERY_PURPOSE: since})
