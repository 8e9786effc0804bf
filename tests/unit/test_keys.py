"""The key ring: what it refuses, what it derives, and that it never shows a key."""

import base64
import hmac
import json
import os

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from pipeline.errors import Misconfigured
from pipeline.keyed_hash import digest, length_prefixed
from pipeline.keys import (
    ROTATING,
    CannotDecrypt,
    KeyRing,
    KeyUse,
    load_key_ring,
    make_key_file,
    rotate_key_file,
)
from tests.support.events import key_content, key_ring, secret, write_key_file

WEAK = base64.b64encode(b"\x00" * 32).decode()
SHORT = base64.b64encode(b"0123456789abcdef").decode()
# Computed with Python's hmac alone, by the formulas of RFC 2104 and RFC 5869 (one block of HKDF-Expand).
EXPECTED_DIGEST = "1c3f0964858b4b8c0d7fe90e8deec28f13514d162d914b8b8d599baa782ebc3a"
EXPECTED_OPT_OUT_KEY = "7367602270ad4a13d7694d43790230870352b34159a055aeb3d4f6670d932553"
EXPECTED_TOKEN_KEY = "73e4fb564952b87df3c07a783dfd50c6ffbead9fa13fb14d7ee7f840ee09d2a8"


def problems_of(path):
    with pytest.raises(Misconfigured) as caught:
        load_key_ring(path, {})
    return caught.value.problems


def test_a_new_key_file_is_whole_and_its_owners_alone(tmp_path):
    path = tmp_path / "redact.keys"
    make_key_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_key_ring(path, {}).version == 1


def test_two_new_key_files_share_no_secret(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    make_key_file(one)
    make_key_file(other)
    assert json.loads(one.read_text())["fixed"] != json.loads(other.read_text())["fixed"]


def test_a_key_file_is_never_overwritten(tmp_path):
    path = write_key_file(tmp_path / "redact.keys")
    before = path.read_bytes()
    with pytest.raises(Misconfigured, match="never overwritten"):
        make_key_file(path)
    assert path.read_bytes() == before


def test_a_key_file_in_a_folder_that_is_not_there_cannot_be_made(tmp_path):
    with pytest.raises(Misconfigured, match="cannot be written"):
        make_key_file(tmp_path / "no" / "redact.keys")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_file_open_to_others_is_refused(tmp_path, mode):
    path = write_key_file(tmp_path / "redact.keys")
    path.chmod(mode)
    (problem,) = problems_of(path)
    assert "chmod 600" in problem


def test_a_missing_key_file_is_refused_with_the_remedy(tmp_path):
    (problem,) = problems_of(tmp_path / "none")
    assert "redact keys make" in problem


def test_no_keys_at_all_are_refused_with_both_ways_to_give_them():
    with pytest.raises(Misconfigured) as caught:
        load_key_ring(None, {})
    assert "REDACT_KEYS_FILE" in str(caught.value)
    assert "REDACT_KEYS " in str(caught.value)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"schema_version": 2}, "schema_version must be 1"),
        ({"current": 2}, "current names no version"),
        ({"fixed": SHORT}, "fixed: must be 32 random bytes"),
        ({"fixed": WEAK}, "fixed: must be 32 random bytes"),
        ({"fixed": "not base64!"}, "fixed: must be base64"),
        ({"fixed": ""}, "fixed: must be 32 random bytes"),
        ({"rotating": {"1": SHORT}}, "rotating.1: must be 32 random bytes"),
        ({"rotating": {}}, "current names no version"),
        ({"rotating": {"0": WEAK, "1": SHORT}}, "numbers from 1 to 255"),
        ({"rotating": {"256": SHORT, "1": WEAK}}, "numbers from 1 to 255"),
        ({"rotating": {"one": SHORT}}, "numbers from 1 to 255"),
        ({"rotating": {"1": base64.b64encode(secret("test fixed")).decode()}}, "must differ"),
        ({"extra": 1}, "not a key file"),
        ({"fixed": 5}, "not a key file"),
        ({"rotating": []}, "not a key file"),
    ],
)
def test_a_key_file_that_is_not_right_is_refused(tmp_path, change, problem):
    path = write_key_file(tmp_path / "redact.keys")
    path.write_text(json.dumps({**key_content(), **change}))
    assert any(problem in found for found in problems_of(path))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]"])
def test_a_key_file_that_is_no_json_is_refused(tmp_path, content):
    path = write_key_file(tmp_path / "redact.keys")
    path.write_bytes(content)
    (problem,) = problems_of(path)
    assert "not a key file" in problem


def test_every_problem_of_a_key_file_is_reported_and_no_secret_is_quoted(tmp_path):
    path = write_key_file(tmp_path / "redact.keys")
    path.write_text(json.dumps({**key_content(), "schema_version": 3, "current": 9, "fixed": SHORT}))
    problems = problems_of(path)
    assert len(problems) == 3
    assert not any(SHORT in problem for problem in problems)


def test_the_environment_gives_the_keys_or_the_file(tmp_path):
    path = write_key_file(tmp_path / "redact.keys")
    by_content = load_key_ring(None, {"REDACT_KEYS": json.dumps(key_content())})
    by_file = load_key_ring(None, {"REDACT_KEYS_FILE": str(path), "REDACT_KEYS": "ignored"})
    assert by_content.derive(KeyUse.OPT_OUT) == by_file.derive(KeyUse.OPT_OUT) == key_ring().derive(KeyUse.OPT_OUT)


def test_rotation_adds_a_version_and_keeps_what_must_not_change(tmp_path):
    path = write_key_file(tmp_path / "redact.keys")
    before = load_key_ring(path, {})
    sealed = before.encrypt(KeyUse.STATE, b"state", b"place")
    assert rotate_key_file(path) == 2
    after = load_key_ring(path, {})
    assert after.version == 2
    assert path.stat().st_mode & 0o777 == 0o600
    assert after.decrypt(KeyUse.STATE, sealed, b"place") == b"state"
    for use in KeyUse:
        assert (before.derive(use) == after.derive(use)) is (use not in ROTATING)
        assert before.derive(use) == after.derive(use, version=1)


def test_rotation_leaves_no_second_file_behind(tmp_path):
    path = write_key_file(tmp_path / "redact.keys")
    rotate_key_file(path)
    assert os.listdir(tmp_path) == ["redact.keys"]  # noqa: PTH208 - names alone


def test_no_two_uses_tenants_or_purposes_share_a_key():
    ring = key_ring(current=2)
    derived = [
        ring.derive(use, tenant, purpose) for use in KeyUse for tenant in ("", "a", "b") for purpose in ("", "a", "ab")
    ]
    derived += [ring.derive(use, version=1) for use in ROTATING]
    assert len(set(derived)) == len(derived)


def test_joined_names_cannot_be_confused():
    ring = key_ring()
    assert ring.derive(KeyUse.TOKEN, "ab", "c") != ring.derive(KeyUse.TOKEN, "a", "bc")


def test_a_key_ring_shows_versions_alone():
    ring = key_ring(current=2)
    ring.derive(KeyUse.TOKEN)
    assert repr(ring) == "<KeyRing: version 2 of [1, 2]>"
    assert str(ring) == repr(ring)


@seed(20260301)
@settings(max_examples=100, deadline=None)
@given(plain=st.binary(max_size=300), place=st.binary(max_size=40))
def test_what_was_encrypted_comes_back_at_its_place_only(plain, place):
    ring = key_ring()
    sealed = ring.encrypt(KeyUse.STATE, plain, place)
    assert ring.decrypt(KeyUse.STATE, sealed, place) == plain
    assert len(plain) < 4 or plain not in sealed
    for wrong in ((KeyUse.DEAD_LETTER, sealed, place), (KeyUse.STATE, sealed, place + b"x")):
        with pytest.raises(CannotDecrypt):
            ring.decrypt(*wrong)


@seed(20260301)
@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, 60), flip=st.integers(1, 255))
def test_a_changed_ciphertext_is_refused(at, flip):
    ring = key_ring(current=2)
    sealed = bytearray(ring.encrypt(KeyUse.STATE, b"some state of a conversation", b"place"))
    sealed[at % len(sealed)] ^= flip
    with pytest.raises(CannotDecrypt) as caught:
        ring.decrypt(KeyUse.STATE, bytes(sealed), b"place")
    assert caught.value.__context__ is None


@pytest.mark.parametrize("ciphertext", [b"", b"\x01", b"\x01" + bytes(12), b"\x09" + bytes(40)])
def test_what_is_no_ciphertext_is_refused(ciphertext):
    with pytest.raises(CannotDecrypt):
        key_ring().decrypt(KeyUse.STATE, ciphertext, b"place")


def test_equal_plain_values_give_different_ciphertexts():
    ring = key_ring()
    assert ring.encrypt(KeyUse.STATE, b"x", b"") != ring.encrypt(KeyUse.STATE, b"x", b"")


@seed(20260301)
@settings(max_examples=200, deadline=None)
@given(one=st.lists(st.binary(max_size=6), max_size=4), other=st.lists(st.binary(max_size=6), max_size=4))
def test_length_prefixes_tell_every_two_lists_apart(one, other):
    assert (length_prefixed(*one) == length_prefixed(*other)) is (one == other)


def test_a_digest_is_hmac_sha256_of_the_prefixed_parts():
    """The prefix is ours, so no published vector fits: the value was computed apart from the code."""
    assert digest(b"Jefe", b"what do ya want ", b"for nothing?").hex() == EXPECTED_DIGEST


@pytest.mark.parametrize("length_bytes", [1, 32, 64, 65, 200])
def test_a_digest_equals_pythons_hmac_for_keys_of_every_length(length_bytes):
    """A key that fills a block stays as it is, a longer one is hashed first (RFC 2104, section 2)."""
    key = bytes(range(length_bytes))
    assert digest(key, b"part", b"") == hmac.digest(key, length_prefixed(b"part", b""), "sha256")


@seed(20260301)
@settings(max_examples=200, deadline=None)
@given(key=st.binary(max_size=200), parts=st.lists(st.binary(max_size=100), max_size=3))
def test_a_digest_is_what_the_standard_library_computes(key, parts):
    assert digest(key, *parts) == hmac.digest(key, length_prefixed(*parts), "sha256")


def test_keys_of_known_secrets_do_not_change_between_releases():
    """A changed derivation would orphan every token, state and opt-out: the values are pinned."""
    ring = KeyRing(secret("pinned fixed"), {1: secret("pinned rotating")}, 1)
    assert ring.derive(KeyUse.OPT_OUT, "acme").hex() == EXPECTED_OPT_OUT_KEY
    assert ring.derive(KeyUse.TOKEN, "acme", "analytics").hex() == EXPECTED_TOKEN_KEY
