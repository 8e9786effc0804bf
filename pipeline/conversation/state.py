"""What is remembered of a conversation between two events: bounded, ciphertext at rest, without a plain value."""

from typing import Final, TypeVar

import msgspec

from pipeline.conversation.questions import NOTHING_ASKED, Questions
from pipeline.conversation.values import NOTHING_SEEN, ValuesSeen
from pipeline.errors import RedactionError
from pipeline.event.concealed import Concealed
from pipeline.event.receipt import WithheldReason
from pipeline.keyed_hash import digest
from pipeline.keys import KeyRing, KeyUse

_Item = TypeVar("_Item", bytes, str)
EVENTS_MAX: Final = 64
NAME_PARTS_MAX: Final = 64
IDENTIFIERS_MAX: Final = 64
SUBJECTS_MAX: Final = 16
STATE_BYTES_MAX: Final = 28 << 10
"""What a sealed state cannot exceed, whatever was said: each part has a bound of its own."""
_KEY_LENGTH_BYTES: Final = 16


class NotAState(RedactionError):
    """The bytes were sealed under the right keys, and are no state of a conversation as this version writes it."""


class ConversationState(Concealed, frozen=True, kw_only=True, array_like=True):
    """The memory of one conversation.

    `last_offset` is the last source offset applied, `last_sequence` the highest sequence number seen (-1: none).
    `events` maps fingerprints of recent event ids to their offsets, oldest first. `withheld` names the purposes that an
    opt-out or signal excludes from then on. `identifiers` are the opt-out keys of everybody named as the customer so
    far, so that an opt-out reaches later turns that name nobody. `name_parts` are fingerprints of the words of authors'
    names. `asked` is what either side is asked for, `seen` are fingerprints of values found in earlier turns.
    `subjects` are fingerprints of what events said of their people, `recent` the last turns as they were published
    (`conversation/recent.py`), oldest first.
    """

    last_offset: int = -1
    last_sequence: int = -1
    last_seen_ms: int = 0
    events: dict[bytes, int] = {}
    withheld: dict[str, WithheldReason] = {}
    identifiers: frozenset[str] = frozenset()
    name_parts: frozenset[bytes] = frozenset()
    asked: Questions = NOTHING_ASKED
    seen: ValuesSeen = NOTHING_SEEN
    subjects: tuple[bytes, ...] = ()
    recent: tuple[bytes, ...] = ()


NEW_CONVERSATION: Final = ConversationState()

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(ConversationState)


def state_key(keys: KeyRing, tenant: str, conversation_id: str) -> str:
    """Return the key of a conversation's state record. Pure."""
    key = keys.derive(KeyUse.CONVERSATION)
    return digest(key, tenant.encode(), conversation_id.encode())[:_KEY_LENGTH_BYTES].hex()


def seal_state(state: ConversationState, key: str, keys: KeyRing) -> bytes:
    """Return the state as ciphertext bound to its key. Effects: reads the system's randomness for the nonce."""
    return keys.encrypt(KeyUse.STATE, _encoder.encode(state), key.encode())


def unseal_state(ciphertext: bytes, key: str, keys: KeyRing) -> ConversationState:
    """Return the state that `seal_state` was given. Raises `CannotDecrypt`, `NotAState`."""
    plain = keys.decrypt(KeyUse.STATE, ciphertext, key.encode())
    state: ConversationState | None = None
    try:
        state = _decoder.decode(plain)
    except (msgspec.DecodeError, UnicodeDecodeError):  # its context holds the state: raised outside
        state = None
    if state is None:
        raise NotAState("what was decrypted is no conversation state of this version of redact")
    return state


def is_duplicate(state: ConversationState, event: bytes, offset: int) -> bool:
    """Say whether an event id was seen at another, earlier record. The same record read again is no duplicate. Pure."""
    seen_at = state.events.get(event)
    return seen_at is not None and seen_at < offset


def remember_event(events: dict[bytes, int], event: bytes, offset: int) -> dict[bytes, int]:
    """Return the fingerprints with one more, the oldest forgotten past the bound. Pure."""
    if event in events:
        return events
    grown = {**events, event: offset}
    if len(grown) > EVENTS_MAX:
        del grown[next(iter(grown))]
    return grown


def remember_names(parts: frozenset[bytes], new: frozenset[bytes]) -> frozenset[bytes]:
    """Return the name parts with more, as far as the bound allows: the first authors are the ones spoken of. Pure."""
    return _bounded_union(parts, new, NAME_PARTS_MAX)


def remember_identifiers(known: frozenset[str], new: frozenset[str]) -> frozenset[str]:
    """Return the opt-out keys of a conversation with more, as far as the bound allows. Pure."""
    return _bounded_union(known, new, IDENTIFIERS_MAX)


def remember_subject(subjects: tuple[bytes, ...], subject: bytes) -> tuple[bytes, ...]:
    """Return the fingerprints of subjects with one more that is not among them, the oldest forgotten. Pure."""
    return (*subjects, subject)[-SUBJECTS_MAX:]


def _bounded_union(known: frozenset[_Item], new: frozenset[_Item], size_max: int) -> frozenset[_Item]:
    if new <= known or len(known) >= size_max:
        return known
    return known | frozenset(sorted(new - known)[: size_max - len(known)])
