"""The key ring: every key of the product, derived from the secrets of one file.

The file is JSON: `{"schema_version": 1, "fixed": SECRET, "rotating": {"1": SECRET, ...}, "current": 1}` with secrets
of 32 bytes in base64. `fixed` serves record ids, opt-out keys and conversation keys, which cannot rotate: no plain
value is kept to hash again. `rotating` serves tokens and ciphertext; old versions stay, to decrypt what they encrypted.
"""

import base64
import json
import os
import secrets
import stat
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from pipeline.errors import Misconfigured, RedactionError
from pipeline.keyed_hash import length_prefixed

SECRET_LENGTH_BYTES: Final = 32
KEYS_VARIABLE: Final = "REDACT_KEYS"
KEYS_FILE_VARIABLE: Final = "REDACT_KEYS_FILE"
_NONCE_LENGTH_BYTES: Final = 12
_REMEDY: Final = "make one with `redact keys make FILE`"


class KeyUse(StrEnum):
    """What a derived key is for. Two uses never share a key."""

    SOURCE_ID = "source-id"
    OUTPUT_ID = "output-id"
    OPT_OUT = "opt-out"
    CONVERSATION = "conversation"
    REPLAY = "replay"
    MEMORY = "memory"
    TOKEN = "token"  # noqa: S105 - a use's name
    PLACEHOLDER = "placeholder"
    STATE = "state"
    DEAD_LETTER = "dead-letter"


ROTATING: Final = frozenset({KeyUse.TOKEN, KeyUse.PLACEHOLDER, KeyUse.STATE, KeyUse.DEAD_LETTER})


class CannotDecrypt(RedactionError):
    """The ciphertext was made under other keys, for another place, or was changed."""


class _KeyFile(msgspec.Struct, forbid_unknown_fields=True):
    schema_version: int
    fixed: str
    rotating: dict[str, str]
    current: int


class KeyRing:
    """Derives and holds keys. Its `repr` shows versions only.

    Derivation is HKDF-Expand (RFC 5869, section 2.3) with SHA-256 from a uniformly random secret, `info` being the
    length-prefixed use, tenant and purpose: keys of two tenants, purposes or uses tell nothing about each other.
    """

    def __init__(self, fixed: bytes, rotating: Mapping[int, bytes], current: int) -> None:
        self._fixed = fixed
        self._rotating = dict(rotating)
        self.version = current
        self._derived: dict[tuple[KeyUse, str, str, int], bytes] = {}
        self._ciphers: dict[tuple[KeyUse, int], AESGCM] = {}

    def __repr__(self) -> str:
        return f"<KeyRing: version {self.version} of {sorted(self._rotating)}>"

    def derive(self, use: KeyUse, tenant: str = "", purpose: str = "", version: int | None = None) -> bytes:
        """Return the 32-byte key of a use; rotating uses take the current version unless told. Remembers it."""
        chosen = (version or self.version) if use in ROTATING else 0
        name = (use, tenant, purpose, chosen)
        key = self._derived.get(name)
        if key is None:
            secret = self._rotating[chosen] if use in ROTATING else self._fixed
            info = length_prefixed(use.value.encode(), tenant.encode(), purpose.encode())
            key = HKDFExpand(SHA256(), SECRET_LENGTH_BYTES, info).derive(secret)
            self._derived[name] = key
        return key

    def encrypt(self, use: KeyUse, plain: bytes, place: bytes) -> bytes:
        """Encrypt with AES-256-GCM (NIST SP 800-38D) under the current version; `place` is authenticated, not stored.

        Returns version (1 byte), random nonce (12 bytes), ciphertext and tag. Binding the place keeps a ciphertext from
        being read where it was not written. Effects: reads the system's randomness.
        """
        nonce = os.urandom(_NONCE_LENGTH_BYTES)
        return bytes((self.version,)) + nonce + self._cipher(use, self.version).encrypt(nonce, plain, place)

    def decrypt(self, use: KeyUse, ciphertext: bytes, place: bytes) -> bytes:
        """Return what `encrypt` was given. Raises `CannotDecrypt`."""
        version = ciphertext[0] if ciphertext else 0
        plain: bytes | None = None
        if version in self._rotating:
            try:
                nonce, body = ciphertext[1 : 1 + _NONCE_LENGTH_BYTES], ciphertext[1 + _NONCE_LENGTH_BYTES :]
                plain = self._cipher(use, version).decrypt(nonce, body, place)
            except (InvalidTag, ValueError):
                plain = None
        if plain is None:
            raise CannotDecrypt(f"{use.value}: ciphertext of key version {version} cannot be read with these keys")
        return plain

    def _cipher(self, use: KeyUse, version: int) -> AESGCM:
        cipher = self._ciphers.get((use, version))
        if cipher is None:
            cipher = self._ciphers[use, version] = AESGCM(self.derive(use, version=version))
        return cipher


def throwaway_keys() -> KeyRing:
    """Return a key ring for one run: tokens differ on the next. Effects: reads the system's randomness."""
    return KeyRing(secrets.token_bytes(SECRET_LENGTH_BYTES), {1: secrets.token_bytes(SECRET_LENGTH_BYTES)}, 1)


def make_key_file(path: Path) -> None:
    """Write a new key file, readable by its owner alone. Raises `Misconfigured` when the path exists."""
    content = {
        "schema_version": 1,
        "fixed": _new_secret(),
        "rotating": {"1": _new_secret()},
        "current": 1,
    }
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Misconfigured([f"{path}: exists already; keys are never overwritten, name a new file"]) from None
    except OSError as error:
        raise Misconfigured([f"{path}: cannot be written ({error.strerror})"]) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")


def rotate_key_file(path: Path) -> int:
    """Add a new version and make it current; return it. Old versions stay. Replaces the file atomically."""
    document = _parse(_read_private(path), str(path))
    version = max(map(int, document.rotating)) + 1
    document.rotating[str(version)] = _new_secret()
    document.current = version
    _ring(document, str(path))
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
    fresh.replace(path)
    return version


def load_key_ring(path: Path | None, environment: Mapping[str, str]) -> KeyRing:
    """Read the key ring from the file, or else from `REDACT_KEYS_FILE`, or else from `REDACT_KEYS` (the content).

    Raises `Misconfigured` when it is missing, short, malformed, or readable by anybody but its owner.
    """
    if path is None and environment.get(KEYS_FILE_VARIABLE):
        path = Path(environment[KEYS_FILE_VARIABLE])
    if path is not None:
        return _ring(_parse(_read_private(path), str(path)), str(path))
    content = environment.get(KEYS_VARIABLE, "")
    if not content:
        raise Misconfigured(
            [f"no keys: set {KEYS_FILE_VARIABLE} to a key file or {KEYS_VARIABLE} to its content; {_REMEDY}"]
        )
    return _ring(_parse(content.encode(), KEYS_VARIABLE), KEYS_VARIABLE)


def _read_private(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise Misconfigured([f"{path}: key file cannot be read ({error.strerror}); {_REMEDY}"]) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Misconfigured([f"{path}: key file is open to others (mode {mode & 0o777:o}); run `chmod 600` on it"])
    return content


def _parse(content: bytes, where: str) -> _KeyFile:
    document: _KeyFile | None = None
    try:
        document = msgspec.json.decode(content, type=_KeyFile)
    except (msgspec.DecodeError, UnicodeDecodeError):
        document = None
    if document is None:
        raise Misconfigured([f"{where}: not a key file (schema_version, fixed, rotating, current); {_REMEDY}"])
    return document


def _ring(document: _KeyFile, where: str) -> KeyRing:
    problems: list[str] = []
    if document.schema_version != 1:
        problems.append(f"{where}: schema_version must be 1")
    if str(document.current) not in document.rotating:
        problems.append(f"{where}: current names no version under rotating")
    if not all(version.isdecimal() and 1 <= int(version) <= 255 for version in document.rotating):  # noqa: PLR2004 - one byte in a ciphertext
        problems.append(f"{where}: versions under rotating must be numbers from 1 to 255")
    fixed = _secret(document.fixed, f"{where}: fixed", problems)
    rotating = {name: _secret(text, f"{where}: rotating.{name}", problems) for name, text in document.rotating.items()}
    if len({fixed, *rotating.values()}) != 1 + len(rotating):
        problems.append(f"{where}: secrets must differ from each other; {_REMEDY}")
    if problems:
        raise Misconfigured(problems)
    return KeyRing(fixed, {int(name): secret for name, secret in rotating.items()}, document.current)


def _secret(text: str, where: str, problems: list[str]) -> bytes:
    try:
        secret = base64.b64decode(text, validate=True)
    except ValueError:
        problems.append(f"{where}: must be base64")
        return b""
    if len(secret) != SECRET_LENGTH_BYTES or len(set(secret)) < SECRET_LENGTH_BYTES // 4:
        problems.append(f"{where}: must be {SECRET_LENGTH_BYTES} random bytes in base64; {_REMEDY}")
    return secret


def _new_secret() -> str:
    return base64.b64encode(secrets.token_bytes(SECRET_LENGTH_BYTES)).decode()
