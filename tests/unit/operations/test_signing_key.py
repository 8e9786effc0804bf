from pathlib import Path

import pytest

from pipeline.audit.checkpoint import Checkpoint
from pipeline.errors import Misconfigured
from pipeline.operations.signing_key import (
    load_public_key,
    load_signing_key,
    make_signing_key,
    public_path,
    read_checkpoint,
    write_checkpoint,
)

CHECKPOINT = Checkpoint(schema_version=1, topic="receipts", sealed_at_ms=1, partitions={})


def test_a_made_key_signs_and_its_public_half_verifies(tmp_path: Path) -> None:
    """A second run reads what the first wrote; before the first there is no checkpoint."""
    public = make_signing_key(tmp_path / "audit.pem")
    seal = tmp_path / "seal.json"
    assert read_checkpoint(seal, load_public_key(public)) is None
    write_checkpoint(seal, CHECKPOINT, load_signing_key(tmp_path / "audit.pem"))
    assert read_checkpoint(seal, load_public_key(public)) == CHECKPOINT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["audit.pem", "audit.pem.pub", "seal.json"]


def test_only_its_owner_reads_the_private_key(tmp_path: Path) -> None:
    """It is made so, and refused when it is not so any more."""
    path = tmp_path / "audit.pem"
    make_signing_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(Misconfigured, match="open to others"):
        load_signing_key(path)


@pytest.mark.parametrize("existing", ["audit.pem", "audit.pem.pub"])
def test_keys_are_never_overwritten(tmp_path: Path, existing: str) -> None:
    """Neither half."""
    (tmp_path / existing).write_text("precious", encoding="utf-8")
    with pytest.raises(Misconfigured, match="never overwritten"):
        make_signing_key(tmp_path / "audit.pem")
    assert [path.name for path in tmp_path.iterdir()] == [existing]


def test_other_files_are_no_keys(tmp_path: Path) -> None:
    """A public key is no private one, and text is neither."""
    path = tmp_path / "audit.pem"
    make_signing_key(path)
    public = public_path(path)
    public.chmod(0o600)
    text = tmp_path / "text"
    text.touch(0o600)
    for wrong in (public, text):
        with pytest.raises(Misconfigured, match="not an Ed25519 private key"):
            load_signing_key(wrong)
    for wrong in (path, text):
        with pytest.raises(Misconfigured, match="not an Ed25519 public key"):
            load_public_key(wrong)


def test_missing_files_are_named(tmp_path: Path) -> None:
    """With the system's reason."""
    with pytest.raises(Misconfigured, match="absent: cannot be read"):
        load_signing_key(tmp_path / "absent")
    key = tmp_path / "audit.pem"
    make_signing_key(key)
    with pytest.raises(Misconfigured, match="cannot be written"):
        write_checkpoint(tmp_path / "no" / "seal.json", CHECKPOINT, load_signing_key(key))


def test_a_false_checkpoint_is_refused(tmp_path: Path) -> None:
    """Signed by another key than the one that verifies."""
    mine, other = tmp_path / "mine.pem", tmp_path / "other.pem"
    make_signing_key(mine)
    make_signing_key(other)
    seal = tmp_path / "seal.json"
    write_checkpoint(seal, CHECKPOINT, load_signing_key(other))
    with pytest.raises(Misconfigured, match="signed with key"):
        read_checkpoint(seal, load_public_key(public_path(mine)))
