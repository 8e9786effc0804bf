"""A names tier that does not read the same turn twice: of human support chats, four turns of ten were said before."""

from collections.abc import Sequence
from typing import Final, final

from pipeline.detection.finding import Finding
from pipeline.detection.names import NamesTier, NamesTurn

TURNS_MAX: Final = 1_024
"""So many turns are remembered for sure, at most twice as many."""
TURN_CHARS_MAX: Final = 160
"""What is said again is short: "yes please", "is there anything else that I can help you with today?"."""


@final
class RememberedNames:
    """The findings of a tier, those of the short turns of a while ago without asking it again. Holds texts in memory.

    For a tier that finds the same in equal turns, whatever the batch. Threads may share it: at worst they ask again.
    """

    __slots__ = ("_earlier", "_lately", "_tier")

    def __init__(self, tier: NamesTier) -> None:
        self._tier = tier
        self._lately: dict[NamesTurn, list[Finding]] = {}
        self._earlier: dict[NamesTurn, list[Finding]] = {}

    def __repr__(self) -> str:
        return f"<RememberedNames: {self.version}>"

    @property
    def version(self) -> str:
        """Name and version of the tier's model."""
        return self._tier.version

    @property
    def is_quick(self) -> bool:
        """Whether the tier is."""
        return self._tier.is_quick

    def find(self, turns: Sequence[NamesTurn]) -> list[list[Finding]]:
        """Return the findings of each turn, in the turns' order. May raise what the tier raises."""
        found: list[list[Finding] | None] = []
        unread: dict[NamesTurn, None] = {}
        for turn in turns:
            known = self._recall(turn)
            if known is None:
                unread[turn] = None
            found.append(known)
        read = dict(zip(unread, self._tier.find(list(unread)), strict=True)) if unread else {}
        for turn, findings in read.items():
            if len(turn.text) <= TURN_CHARS_MAX:
                self._remember(turn, findings)
        return [read[turn] if known is None else known for turn, known in zip(turns, found, strict=True)]

    def _recall(self, turn: NamesTurn) -> list[Finding] | None:
        findings = self._lately.get(turn)
        if findings is None:
            findings = self._earlier.get(turn)
            if findings is not None:
                self._remember(turn, findings)
        return findings

    def _remember(self, turn: NamesTurn, findings: list[Finding]) -> None:
        if len(self._lately) >= TURNS_MAX:
            self._earlier, self._lately = self._lately, {}
        self._lately[turn] = findings
