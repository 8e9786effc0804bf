"""The policy in force: one snapshot, replaced when the file's content changes, kept when the new content is bad."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.errors import Misconfigured
from pipeline.policy.compile import compile_policy, read_bytes
from pipeline.policy.compiled import CompiledPolicy
from pipeline.policy.document import read_document


class Reload(StrEnum):
    """What a look at the policy file came to."""

    UNCHANGED = "unchanged"
    ADOPTED = "adopted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why what the file holds now is not in force. `problems` quote no value of the document."""

    problems: tuple[str, ...]
    refused_at_s: float


def accept_any(_policy: CompiledPolicy) -> Sequence[str]:
    """Object to no policy. Pure."""
    return ()


class PolicyHolder:
    """Holds the policy in force. The worker calls `reload` between batches, and takes `current` once for each batch.

    `clock` gives seconds; only differences count. `objections` says what this installation cannot do of a policy
    that is right in itself (a names model that is not installed, a topic that is not there); any one refuses it.
    The first load raises `Misconfigured`. Effects: each call reads the whole file, for its times are not trusted.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float],
        objections: Callable[[CompiledPolicy], Sequence[str]] = accept_any,
    ) -> None:
        self._path = path
        self._clock = clock
        self._objections = objections
        content = read_bytes(path)
        self._current = self._admit(content)
        self._adopted_at_s = clock()
        self._digest = _digest(content)
        self._refused_digest = b""
        self._refused: Refusal | None = None
        self._refusals = 0

    def __repr__(self) -> str:
        return f"<PolicyHolder: {self._current.name} {self._current.version}>"

    @property
    def current(self) -> CompiledPolicy:
        """The policy in force. The object never changes; a reload puts another in its place."""
        return self._current

    @property
    def version(self) -> str:
        """The version in force."""
        return self._current.version

    @property
    def age_s(self) -> float:
        """Seconds since the policy in force was adopted."""
        return self._clock() - self._adopted_at_s

    @property
    def refused(self) -> Refusal | None:
        """Why the file's content is not in force; None where it is."""
        return self._refused

    @property
    def refusals(self) -> int:
        """How many different contents in a row or apart were refused since the start."""
        return self._refusals

    def reload(self) -> Reload:
        """Look at the file and adopt its content if that is new and good; else keep the policy in force.

        Bad content is reported as `REFUSED` once and then as `UNCHANGED` until the content changes again; `refused`
        stays as long as the file holds it.
        """
        refusal: Misconfigured
        digest = b""
        try:
            content = read_bytes(self._path)
            digest = _digest(content)
            if digest == self._digest:
                self._refused, self._refused_digest = None, b""
                return Reload.UNCHANGED
            if self._refused is not None and digest == self._refused_digest:
                return Reload.UNCHANGED
            policy = self._admit(content)
        except Misconfigured as error:
            refusal = error
        else:
            self._current, self._digest, self._adopted_at_s = policy, digest, self._clock()
            self._refused, self._refused_digest = None, b""
            return Reload.ADOPTED
        return self._refuse(refusal, digest)

    def _admit(self, content: bytes) -> CompiledPolicy:
        policy = compile_policy(read_document(content, str(self._path)))
        objections = self._objections(policy)
        if objections:
            raise Misconfigured([f"{self._path}: {objection}" for objection in objections])
        return policy

    def _refuse(self, error: Misconfigured, digest: bytes) -> Reload:
        if self._refused is not None and digest == self._refused_digest:
            return Reload.UNCHANGED
        self._refused = Refusal(error.problems, self._clock())
        self._refused_digest = digest
        self._refusals += 1
        return Reload.REFUSED


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
