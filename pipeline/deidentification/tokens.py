"""Tokens and placeholders: keyed, scoped, never an unkeyed hash."""

from typing import Final

from pipeline.event.labels import Label
from pipeline.keyed_hash import digest
from pipeline.keys import KeyRing, KeyUse

TOKEN_LENGTH: Final = 10
PLACEHOLDER_LENGTH: Final = 3
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS: Final = [first + second for first in _ALPHABET for second in _ALPHABET]
"""Two characters of base32 for each number of ten bits."""


def token(keys: KeyRing, tenant: str, purpose: str, kind: str, canonical: str) -> str:
    """Return the token of a value: 50 bits of HMAC-SHA-256 in base32 (RFC 4648, section 6), lower case. Pure.

    Equal values of a kind give equal tokens within tenant, purpose and key version, and nowhere else.
    """
    key = keys.derive(KeyUse.TOKEN, tenant, purpose)
    return _base32(digest(key, kind.encode(), canonical.encode()), TOKEN_LENGTH)


def text_token(keys: KeyRing, tenant: str, purpose: str, label: Label, canonical: str) -> str:
    """Return the token of a found value as it stands in a sanitized text: `[EMAIL_7k2mq3ztab]`. Pure."""
    return f"[{label.value}_{token(keys, tenant, purpose, label.value, canonical)}]"


def placeholder(keys: KeyRing, tenant: str, purpose: str, conversation_id: str, label: Label, canonical: str) -> str:
    """Return a name's placeholder, `[PERSON_k7f]`: the same throughout a conversation, unrelated in the next. Pure."""
    key = keys.derive(KeyUse.PLACEHOLDER, tenant, purpose)
    hashed = digest(key, conversation_id.encode(), label.value.encode(), canonical.encode())
    return f"[{label.value}_{_base32(hashed, PLACEHOLDER_LENGTH)}]"


def _base32(hashed: bytes, length: int) -> str:
    """Return the first characters of a hash in base32, five bits each; `base64` takes three times as long."""
    pairs = (length + 1) // 2
    bits = int.from_bytes(hashed[: (10 * pairs + 7) // 8]) >> -10 * pairs % 8
    written = [_PAIRS[bits >> shift & 1023] for shift in range(10 * pairs - 10, -1, -10)]
    return "".join(written)[:length]
