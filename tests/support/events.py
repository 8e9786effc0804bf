"""Small builders that every test may use: an event, a key ring, the shipped rules. All people in them are made up."""

import base64
import dataclasses
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pipeline.event.conversation_event import ConversationEvent
from pipeline.keys import KeyRing
from pipeline.policy.compile import load_policy
from pipeline.policy.compiled import CompiledPolicy
from pipeline.policy.shipped import find_policy

if TYPE_CHECKING:
    from pipeline.flow.rules import Rules

TENANT = "acme"
CONVERSATION = "conversation-1"


def secret(name: str) -> bytes:
    """Return 32 bytes that look random and are the same in every run: a test's key material."""
    return hashlib.sha256(name.encode()).digest()


def key_ring(name: str = "test", current: int = 1) -> KeyRing:
    """Return a key ring; other names give other keys. Versions 1 to `current` exist."""
    rotating = {version: secret(f"{name} rotating {version}") for version in range(1, current + 1)}
    return KeyRing(secret(f"{name} fixed"), rotating, current)


def key_content(name: str = "test") -> dict[str, object]:
    """Return what the key file of `key_ring(name)` holds."""
    return {
        "schema_version": 1,
        "fixed": base64.b64encode(secret(f"{name} fixed")).decode(),
        "rotating": {"1": base64.b64encode(secret(f"{name} rotating 1")).decode()},
        "current": 1,
    }


def write_key_file(path: Path, name: str = "test") -> Path:
    """Write the key file of `key_ring(name)`, readable by its owner alone, and return its path."""
    path.touch(0o600)
    path.write_text(json.dumps(key_content(name)), encoding="utf-8")
    return path


def event_dict(text: str = "hello", **changes: object) -> dict[str, object]:
    """Return a conversation event as a publisher would build it; a change to None removes the field."""
    event: dict[str, object] = {
        "schema_version": 1,
        "event_id": "event-1",
        "tenant": TENANT,
        "conversation_id": CONVERSATION,
        "sequence": 1,
        "occurred_at": "2026-03-01T10:15:00Z",
        "channel": "chat",
        "locale": "en-US",
        "author": {"role": "customer"},
        "text": text,
    }
    event.update(changes)
    return {field: value for field, value in event.items() if value is not None}


def event_bytes(text: str = "hello", **changes: object) -> bytes:
    """Return a conversation event as the value of a raw record."""
    return json.dumps(event_dict(text, **changes), ensure_ascii=False).encode()


def conversation_event(text: str = "hello", **changes: object) -> ConversationEvent:
    """Return a conversation event, decoded."""
    return msgspec.convert(event_dict(text, **changes), ConversationEvent, strict=False)


def analytics_policy() -> CompiledPolicy:
    """Return the shipped `analytics` policy with the tenant of these events among its tenants."""
    policy = load_policy(find_policy("analytics"))
    return dataclasses.replace(policy, tenants=policy.tenants | {TENANT})


def analytics_rules(*, names: bool = False, keys: KeyRing | None = None) -> "Rules":
    """Return the rules of `analytics`, without the names tier unless asked, under `keys` or the test key ring."""
    from pipeline.bootstrap import build_rules  # noqa: PLC0415 - tests of events need no third parties

    return build_rules(analytics_policy(), keys or key_ring(), names=names)
