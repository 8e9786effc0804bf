import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.audit.checkpoint import Checkpoint, PartitionChain, fingerprint, sign, verified
from pipeline.audit.seal import GENESIS, Segment
from pipeline.errors import Misconfigured

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SEGMENT = Segment(start=0, next=7, count=5, before=GENESIS, after="ab" * 32, last_ms=1_000)
CHECKPOINT = Checkpoint(
    schema_version=1,
    topic="redaction.receipts",
    sealed_at_ms=2_000,
    partitions={"0": PartitionChain(next=7, chain="ab" * 32, count=5, segments=(SEGMENT,))},
)


def test_a_signed_checkpoint_comes_back() -> None:
    """Under its own public key, equal to what was signed."""
    assert verified(sign(CHECKPOINT, KEY), KEY.public_key(), "seal.json") == CHECKPOINT


def test_equal_checkpoints_have_equal_files() -> None:
    """Keys are sorted and Ed25519 draws no randomness."""
    assert sign(CHECKPOINT, KEY) == sign(CHECKPOINT, KEY)


def test_a_changed_number_is_found() -> None:
    """Any change of the signed bytes."""
    forged = sign(CHECKPOINT, KEY).replace(b'"count":5', b'"count":4')
    with pytest.raises(Misconfigured, match=r"seal\.json: the signature does not fit"):
        verified(forged, KEY.public_key(), "seal.json")


def test_another_key_is_named() -> None:
    """The message tells which key signed, so that the right public key can be found."""
    other = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
    with pytest.raises(Misconfigured, match=f"signed with key {fingerprint(KEY.public_key())}, not"):
        verified(sign(CHECKPOINT, KEY), other.public_key(), "seal.json")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"checkpoint": 1, "signature": "!", "key": ""}', b"\xff"])
def test_other_files_are_no_checkpoints(content: bytes) -> None:
    """Whatever they hold."""
    with pytest.raises(Misconfigured, match="not a checkpoint file"):
        verified(content, KEY.public_key(), "seal.json")


def test_the_file_is_json_that_others_can_verify() -> None:
    """The signature covers a context line and the bytes of `checkpoint`, as the documentation says."""
    content = sign(CHECKPOINT, KEY)
    document = json.loads(content)
    body = content[content.index(b'{"partitions"') : content.index(b',"key":')]
    assert json.loads(body) == document["checkpoint"]
    signature = base64.b64decode(document["signature"])
    KEY.public_key().verify(signature, b"redact audit checkpoint 1\n" + body)


def test_segments_and_counts_of_new_partitions_are_empty() -> None:
    """A partition that was added since has nothing sealed."""
    assert CHECKPOINT.segments(0) == (SEGMENT,)
    assert CHECKPOINT.segments(4) == ()
    assert (CHECKPOINT.count(0), CHECKPOINT.count(4)) == (5, 0)
