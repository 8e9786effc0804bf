"""Short keyed hashes of values: what a conversation compares with, and can never read back."""

from functools import lru_cache
from typing import Final

from pipeline.event.conversation_event import IDENTIFIER_LENGTH_MAX
from pipeline.keyed_hash import KeyedHash
from pipeline.keys import KeyRing, KeyUse

FINGERPRINT_LENGTH_BYTES: Final = 8
_CACHED_VALUES_MAX: Final = 65_536


class Fingerprints:
    """Fingerprints under one key ring: equal values of a tenant have equal ones. Holds keys, so its `repr` is bare."""

    __slots__ = ("_cached", "_hashes", "_keys")

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._hashes: dict[str, KeyedHash] = {}
        self._cached = lru_cache(_CACHED_VALUES_MAX)(self.once)

    def __repr__(self) -> str:
        return "<Fingerprints>"

    def of(self, tenant: str, value: str) -> bytes:
        """Return the fingerprint of a value that may come again; it is remembered."""
        return self._cached(tenant, value) if len(value) <= IDENTIFIER_LENGTH_MAX else self.once(tenant, value)

    def once(self, tenant: str, value: str) -> bytes:
        """Return the fingerprint of a value that is new each time."""
        hashed = self._hashes.get(tenant)
        if hashed is None:
            hashed = self._hashes[tenant] = KeyedHash(self._keys.derive(KeyUse.MEMORY, tenant))
        return hashed.of(value.encode())[:FINGERPRINT_LENGTH_BYTES]
