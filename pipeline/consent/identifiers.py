"""From an identifier to its key on the opt-out list. The identifier itself is never stored."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pipeline.event.canonical import canonical_email, canonical_phone, folded
from pipeline.event.conversation_event import IDENTIFIER_LENGTH_MAX
from pipeline.event.privacy_request import IdentifierKind
from pipeline.keyed_hash import digest
from pipeline.keys import KeyRing, KeyUse

_KINDS: Final = {kind.value: kind for kind in IdentifierKind}
_KEY_LENGTH_BYTES: Final = 16
_CACHED_KEYS_MAX: Final = 65_536
_PHONE_DIGITS_MIN: Final = 7


def canonical_identifier(kind: IdentifierKind, identifier: str, *, strip_email_tags: bool, default_region: str) -> str:
    """Return the one form that every way of writing an identifier shares. Pure."""
    if kind is IdentifierKind.EMAIL:
        return canonical_email(identifier, strip_tags=strip_email_tags)
    if kind is IdentifierKind.PHONE:
        return canonical_phone(identifier, default_region)
    return folded(identifier)


def required_form(kind: IdentifierKind, identifier: str, *, default_region: str) -> str:
    """Return what is required of an identifier of its kind, where it is not met; else nothing. Never quotes it. Pure.

    A slip that no event can match would look like an opt-out and protect nobody. Only e-mail addresses and phone
    numbers have a form; other kinds are whatever their publisher says.
    """
    canonical = canonical_identifier(kind, identifier, strip_email_tags=False, default_region=default_region)
    if kind is IdentifierKind.EMAIL and not _is_address(canonical):
        return "must be an e-mail address: a local part, one @, and a domain with a dot and no blank"
    if kind is IdentifierKind.PHONE and sum(character.isdigit() for character in canonical) < _PHONE_DIGITS_MIN:
        return f"must be a phone number of at least {_PHONE_DIGITS_MIN} digits"
    return ""


def _is_address(canonical: str) -> bool:
    local, _, domain = canonical.partition("@")
    labels = domain.split(".")
    return bool(local) and "@" not in domain and " " not in domain and len(labels) > 1 and all(labels)


def opt_out_key(
    keys: KeyRing,
    tenant: str,
    kind: IdentifierKind,
    identifier: str,
    *,
    strip_email_tags: bool,
    default_region: str,
) -> str:
    """Return an identifier's key on the opt-out list: HMAC-SHA-256 of tenant, kind and canonical identifier. Pure."""
    canonical = canonical_identifier(kind, identifier, strip_email_tags=strip_email_tags, default_region=default_region)
    return digest(keys.derive(KeyUse.OPT_OUT), tenant.encode(), kind.value.encode(), canonical.encode())[
        :_KEY_LENGTH_BYTES
    ].hex()


class IdentifierKeys:
    """Opt-out keys under one key ring and one policy's way of canonicalising, remembered for the next event."""

    def __init__(self, keys: KeyRing, *, strip_email_tags: bool, default_region: str) -> None:
        def fresh_key(tenant: str, kind: IdentifierKind, identifier: str) -> str:
            return opt_out_key(
                keys, tenant, kind, identifier, strip_email_tags=strip_email_tags, default_region=default_region
            )

        self._fresh_key = fresh_key
        self._cached_key = lru_cache(_CACHED_KEYS_MAX)(fresh_key)

    def key(self, tenant: str, kind: IdentifierKind, identifier: str) -> str:
        """Return an identifier's key on the opt-out list."""
        find = self._cached_key if len(identifier) <= IDENTIFIER_LENGTH_MAX else self._fresh_key
        return find(tenant, kind, identifier)

    def of_people(self, tenant: str, pairs: Iterable[tuple[str, str]], customer: str) -> frozenset[str]:
        """Return the keys of everybody named as a customer: by the pairs of a subject, and by an author's id."""
        found = [self.key(tenant, kind, value) for field, value in pairs if (kind := _KINDS.get(field)) is not None]
        if customer:
            found.append(self.key(tenant, IdentifierKind.CUSTOMER_ID, customer))
        return frozenset(found)
