"""Errors, named by what the runtime must do about them. No message ever carries a personal value."""

from collections.abc import Sequence
from enum import StrEnum


class RedactionError(Exception):
    """Root of every error this project raises on purpose."""


class Reason(StrEnum):
    """Why a raw record became a dead letter: a public code, on the dead letter, in receipts and metrics."""

    NULL_VALUE = "null_value"
    INVALID_UTF8 = "invalid_utf8"
    INVALID_JSON = "invalid_json"
    NESTING_TOO_DEEP = "nesting_too_deep"
    LONE_SURROGATE = "lone_surrogate"
    WRONG_TYPE = "wrong_type"
    MISSING_FIELD = "missing_field"
    UNKNOWN_TENANT = "unknown_tenant"
    KEY_MISMATCH = "key_mismatch"
    OUTPUT_TOO_LARGE = "output_too_large"
    RECORD_TOO_LARGE = "record_too_large"
    DETECTOR_FAILED = "detector_failed"
    DETECTOR_HUNG = "detector_hung"
    REPLAY_FORGED = "replay_forged"
    REQUEST_REFUSED = "request_refused"


class RejectedEvent(RedactionError):
    """The event can never be processed: dead-letter it and go on.

    `field` is a path of our schema (`subject.email`), never a name the publisher chose; it may be empty.
    """

    def __init__(self, reason: Reason, field: str = "") -> None:
        self.reason = reason
        self.field = field
        super().__init__(f"{reason.value} at {field}" if field else reason.value)


class Unavailable(RedactionError):
    """A dependency does not answer: back off, commit nothing, try again."""


class Misconfigured(RedactionError):
    """Refuse to start; on a reload keep the last good configuration. Carries every problem found, not the first."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class InvariantBroken(RedactionError):
    """The program is wrong: crash, commit nothing."""
