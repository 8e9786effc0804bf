"""The operators that a third party does well, behind a protocol of ours."""

from typing import Protocol


class TextOperators(Protocol):
    """Turns one found value into its replacement. Pure: equal values give equal replacements."""

    def replace(self, value: str, replacement: str) -> str:
        """Return the replacement in place of the value."""
        ...

    def mask(self, value: str, kept_last: int) -> str:
        """Return the value with every character but the last `kept_last` as an asterisk."""
        ...


class PlainOperators:
    """The protocol in plain Python: the reference that tests hold the third party's adapter to."""

    def replace(self, value: str, replacement: str) -> str:  # noqa: ARG002 - the protocol hands the value over
        """Return the replacement. Pure."""
        return replacement

    def mask(self, value: str, kept_last: int) -> str:
        """Return the masked value. Pure."""
        hidden = max(0, len(value) - kept_last)
        return "*" * hidden + value[hidden:]
