"""What is remembered of a conversation between two events: bounded, ciphertext at rest, without a plain value."""

import threading
from typing import Final

import msgspec
import zstandard

from pipeline.conversation.questions import NOTHING_ASKED, Questions
from pipeline.conversation.values import NOTHING_SEEN, ValuesSeen
from pipeline.errors import RedactionError
from pipeline.event.concealed import Concealed
from pipeline.event.receipt import WithheldReason
from pipeline.keyed_hash import digest
from pipeline.keys import KeyRing, KeyUse

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


_EVERY_STATE_HAS: Final = (
    b'"findings":[{"label":"PERSON","operator":"tokenize","detector":"names","start":0,"end":11}],"findings":[],'
    b'"conversation":"","author":"","customer":"","role":"agent","role":"customer","sequence":1,'
    b'"occurred_at":"2026-03-01T09:06:20Z","channel":"chat","locale":"en","text":"'
)
"""What kept turns are written in: a quarter of a new conversation's state. Part of the format: it may not change."""


class _Zstandard(threading.local):
    """One pair for each thread, as the library demands. The same turn stands in a state once for each purpose."""

    def __init__(self) -> None:
        known = zstandard.ZstdCompressionDict(_EVERY_STATE_HAS, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
        self.compressor = zstandard.ZstdCompressor(level=1, dict_data=known)
        self.decompressor = zstandard.ZstdDecompressor(dict_data=known)


_zstandard = _Zstandard()


def state_key(keys: KeyRing, tenant: str, conversation_id: str) -> str:
    """Return the key of a conversation's state record. Pure."""
    key = keys.derive(KeyUse.CONVERSATION)
    return digest(key, tenant.encode(), conversation_id.encode())[:_KEY_LENGTH_BYTES].hex()


def seal_state(state: ConversationState, key: str, keys: KeyRing) -> bytes:
    """Return the state, compressed, as ciphertext bound to its key.

    Effects: reads the system's randomness for the nonce.
    """
    return keys.encrypt(KeyUse.STATE, _zstandard.compressor.compress(_encoder.encode(state)), key.encode())


def unseal_state(ciphertext: bytes, key: str, keys: KeyRing) -> ConversationState:
    """Return the state that `seal_state` was given. Raises `CannotDecrypt`, `NotAState`."""
    plain = keys.decrypt(KeyUse.STATE, ciphertext, key.encode())
    state: ConversationState | None = None
    try:
        state = _decoder.decode(_zstandard.decompressor.decompress(plain))
    except (zstandard.ZstdError, msgspec.DecodeError, UnicodeDecodeError):
        state = None  # the error's context holds the state: raised outside
    if state is None:
        raise NotAState("what was decrypted is no conversation state of this version of redact")
    return state
