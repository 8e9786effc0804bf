"""The names tier: what finds names, addresses and codes that have no shape of their own."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from pipeline.detection.finding import Finding
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label


class NamesTurn(NamedTuple):
    """What a names tier may look at: the turn, who speaks, the locale, and what the speaker was asked for."""

    text: str
    role: Role
    locale: str
    asked: tuple[Label, ...] = ()

    def __repr__(self) -> str:
        return f"<NamesTurn: {self.role.value}, concealed>"


class NamesTier(Protocol):
    """A detector of names that scores the turns of a whole batch at once."""

    @property
    def version(self) -> str:
        """Name and version of the model, as receipts state it."""
        ...

    @property
    def is_quick(self) -> bool:
        """Whether a turn takes microseconds, so that neither a large batch nor a thread of its own pays."""
        ...

    def find(self, turns: Sequence[NamesTurn]) -> list[list[Finding]]:
        """Return the findings of each turn, in the turns' order, sorted by start.

        A turn whose locale the tier does not speak gets none. May raise: the batch is then tried turn by turn.
        """
        ...


class NoNames:
    """The tier that finds nothing: patterns and known values alone."""

    version = "none"
    is_quick = True

    def find(self, turns: Sequence[NamesTurn]) -> list[list[Finding]]:
        """Return no findings. Pure."""
        return [[] for _ in turns]
