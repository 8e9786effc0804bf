"""Tokens and placeholders are keyed, scoped and stable."""

import base64
import re

import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from pipeline.deidentification.tokens import placeholder, text_token, token
from pipeline.event.labels import Label
from pipeline.keyed_hash import digest
from pipeline.keys import KeyRing, KeyUse

KEYS = KeyRing(bytes(range(32)), {1: bytes(range(1, 33)), 2: bytes(range(2, 34))}, 1)
ROTATED = KeyRing(bytes(range(32)), {1: bytes(range(1, 33)), 2: bytes(range(2, 34))}, 2)


def test_a_token_is_stable_within_tenant_purpose_and_key_version():
    """The same value gives the same token, so that analysts can count."""
    assert token(KEYS, "acme", "analytics", "EMAIL", "a@b.c") == token(KEYS, "acme", "analytics", "EMAIL", "a@b.c")


@pytest.mark.parametrize(
    "other",
    [
        (KEYS, "demo", "analytics", "EMAIL", "a@b.c"),
        (KEYS, "acme", "quality", "EMAIL", "a@b.c"),
        (KEYS, "acme", "analytics", "PHONE", "a@b.c"),
        (KEYS, "acme", "analytics", "EMAIL", "a@b.d"),
        (ROTATED, "acme", "analytics", "EMAIL", "a@b.c"),
    ],
    ids=["tenant", "purpose", "label", "value", "key version"],
)
def test_no_token_joins_two_scopes(other):
    """Another tenant, purpose, label, value or key version gives another token."""
    assert token(*other) != token(KEYS, "acme", "analytics", "EMAIL", "a@b.c")


def test_a_text_token_says_its_label():
    """The token in a text is readable: label and ten characters of base32."""
    assert re.fullmatch(r"\[EMAIL_[a-z2-7]{10}\]", text_token(KEYS, "acme", "analytics", Label.EMAIL, "a@b.c"))


def test_a_placeholder_holds_within_its_conversation_only():
    """A name's placeholder is equal throughout a conversation and unrelated in the next."""
    here = placeholder(KEYS, "acme", "analytics", "c1", Label.PERSON, "robin")
    assert re.fullmatch(r"\[PERSON_[a-z2-7]{3}\]", here)
    assert here == placeholder(KEYS, "acme", "analytics", "c1", Label.PERSON, "robin")
    elsewhere = {placeholder(KEYS, "acme", "analytics", f"c{n}", Label.PERSON, "robin") for n in range(2, 12)}
    assert len(elsewhere | {here}) > 5


@seed(21)
@given(st.text(max_size=12))
def test_tokens_and_placeholders_are_written_in_base32(value):
    """What follows the label is the beginning of the keyed hash in RFC 4648's base32, in lower case."""
    hashed = digest(KEYS.derive(KeyUse.TOKEN, "acme", "analytics"), b"EMAIL", value.encode())
    assert token(KEYS, "acme", "analytics", "EMAIL", value) == base64.b32encode(hashed).decode().lower()[:10]
    hashed = digest(KEYS.derive(KeyUse.PLACEHOLDER, "acme", "analytics"), b"c1", b"PERSON", value.encode())
    written = placeholder(KEYS, "acme", "analytics", "c1", Label.PERSON, value)
    assert written == f"[PERSON_{base64.b32encode(hashed).decode().lower()[:3]}]"
