"""The signed checkpoint: the chain of every receipts partition, so that the next audit can tell what changed.

The file is JSON: the checkpoint as it was signed, its Ed25519 signature (RFC 8032) in base64 and the fingerprint of the
key. The exact bytes of `checkpoint` are signed: a file that was reformatted no longer verifies.
"""

import base64
import hashlib
from typing import Final, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pipeline.audit.seal import Segment
from pipeline.errors import Misconfigured

_FINGERPRINT_LENGTH: Final = 16
_CONTEXT: Final = b"redact audit checkpoint 1\n"


class PartitionChain(msgspec.Struct, frozen=True, kw_only=True):
    """The chain of one partition: its last link, the next offset to seal, how many receipts it ever sealed."""

    next: int
    chain: str
    count: int
    segments: tuple[Segment, ...]


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit sealed, by partition number of the receipts topic. `sealed_at_ms` is the auditor's clock."""

    schema_version: Literal[1]
    topic: str
    sealed_at_ms: int
    partitions: dict[str, PartitionChain]

    def segments(self, partition: int) -> tuple[Segment, ...]:
        """Return the sealed segments of a partition, none where it is new. Pure."""
        chain = self.partitions.get(str(partition))
        return chain.segments if chain is not None else ()

    def count(self, partition: int) -> int:
        """Return how many receipts of a partition were ever sealed. Pure."""
        chain = self.partitions.get(str(partition))
        return chain.count if chain is not None else 0


class _Signed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    checkpoint: msgspec.Raw
    signature: str
    key: str


_encoder = msgspec.json.Encoder(order="sorted")
_signed_decoder = msgspec.json.Decoder(_Signed)
_decoder = msgspec.json.Decoder(Checkpoint)


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return a short name for a public key. Pure."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:_FINGERPRINT_LENGTH]


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> bytes:
    """Return the content of a checkpoint file. Pure: Ed25519 signatures are deterministic."""
    body = _encoder.encode(checkpoint)
    signed = _Signed(
        checkpoint=msgspec.Raw(body),
        signature=base64.b64encode(key.sign(_CONTEXT + body)).decode(),
        key=fingerprint(key.public_key()),
    )
    return _encoder.encode(signed) + b"\n"


def verified(content: bytes, key: Ed25519PublicKey, where: str) -> Checkpoint:
    """Return the checkpoint of a file whose signature holds. Raises `Misconfigured` that says what does not. Pure."""
    try:
        signed = _signed_decoder.decode(content)
        signature = base64.b64decode(signed.signature, validate=True)
        checkpoint = _decoder.decode(bytes(signed.checkpoint))
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        raise Misconfigured([f"{where}: not a checkpoint file; name the one that `redact audit` wrote"]) from None
    try:
        key.verify(signature, _CONTEXT + bytes(signed.checkpoint))
    except InvalidSignature:
        problem = f"signed with key {signed.key}, not {fingerprint(key)}: load that public key"
        if signed.key == fingerprint(key):
            problem = "the signature does not fit: the file was changed; restore it, and ask who did it"
        raise Misconfigured([f"{where}: {problem}"]) from None
    return checkpoint
