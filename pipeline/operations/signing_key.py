"""The key that signs checkpoints: making it, reading it, and the checkpoint files it signs.

The private key (PKCS #8 PEM, RFC 5958) belongs to whoever audits, not to the workers; the public key beside it (`.pub`)
is for everybody who verifies.
"""

import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from pipeline.audit.checkpoint import Checkpoint, sign, verified
from pipeline.errors import Misconfigured


def make_signing_key(path: Path) -> Path:
    """Write a new private key that its owner alone can read, and its public key beside it; return the latter's path.

    Raises `Misconfigured` when either exists: a key is never overwritten.
    """
    public = public_path(path)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public_pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    if public.exists():
        raise Misconfigured([f"{public}: exists already; keys are never overwritten, name a new file"])
    for target, content, mode in ((path, pem, 0o600), (public, public_pem, 0o644)):
        try:
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        except FileExistsError:
            raise Misconfigured([f"{target}: exists already; keys are never overwritten, name a new file"]) from None
        except OSError as error:
            raise Misconfigured([f"{target}: cannot be written ({error.strerror})"]) from None
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    return public


def public_path(path: Path) -> Path:
    """Return where the public half of a private key file lies. Pure."""
    return path.with_name(path.name + ".pub")


def load_signing_key(path: Path) -> Ed25519PrivateKey:
    """Read the private key. Raises `Misconfigured` when it is missing, no Ed25519 key, or open to others."""
    content = _read(path)
    mode = path.stat().st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Misconfigured([f"{path}: signing key is open to others (mode {mode & 0o777:o}); run `chmod 600` on it"])
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured([f"{path}: not an Ed25519 private key in PEM; make one with `redact audit --make-key`"])
    return key


def load_public_key(path: Path) -> Ed25519PublicKey:
    """Read a public key. Raises `Misconfigured` when it is missing or no Ed25519 key."""
    try:
        key = load_pem_public_key(_read(path))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise Misconfigured([f"{path}: not an Ed25519 public key in PEM; it lies beside the private one, as .pub"])
    return key


def read_checkpoint(path: Path, key: Ed25519PublicKey) -> Checkpoint | None:
    """Read and verify a checkpoint; None when the file does not exist yet. Raises `Misconfigured` when it is false."""
    return verified(_read(path), key, str(path)) if path.exists() else None


def write_checkpoint(path: Path, checkpoint: Checkpoint, key: Ed25519PrivateKey) -> None:
    """Sign a checkpoint and put it in the file's place, all or nothing. Raises `Misconfigured` if it cannot."""
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.write_bytes(sign(checkpoint, key))
        fresh.replace(path)
    except OSError as error:
        raise Misconfigured([f"{path}: cannot be written ({error.strerror})"]) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured([f"{path}: cannot be read ({error.strerror})"]) from None
