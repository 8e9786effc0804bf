"""What one purpose's events are made of: compiled from the policy once, so that an event asks nothing twice."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import UNSET, UnsetType

from pipeline.deidentification.deidentifier import Deidentifier
from pipeline.deidentification.generalization import cut_time, generalized_time
from pipeline.event.conversation_event import IDENTIFIER_LENGTH_MAX
from pipeline.policy.compiled import Generalization, Operator

_ALWAYS_PRESENT: Final = ("conversation_id", "author.role", "occurred_at", "channel", "locale")
_CACHED_TOKENS_MAX: Final = 16_384
_CACHED_HOURS_MAX: Final = 1_024
_HOUR_MS: Final = 3_600_000

FindToken = Callable[[str, str, str, str], str]
"""From tenant, purpose, kind and value to a token."""


class FieldTokens(NamedTuple):
    """The tokens of an event's fields that its purpose lets out."""

    conversation: str | UnsetType
    author: str | UnsetType
    customer: str | UnsetType


class Publication:
    """One purpose's de-identification, and which fields of an event leave it in which form.

    `kept_always` counts those that every event has. Pure; holds keys, so its `repr` is bare.
    """

    __slots__ = (
        "_cached_tokens",
        "_fields",
        "_find_token",
        "_occurred",
        "channel",
        "deidentifier",
        "kept_always",
        "locale",
        "purpose",
        "role",
        "sequence",
    )

    def __init__(self, deidentifier: Deidentifier, find_token: FindToken) -> None:
        purpose = deidentifier.purpose
        fields = purpose.fields
        self.purpose = purpose
        self.deidentifier = deidentifier
        self.role = "author.role" in fields
        self.sequence = "sequence" in fields
        self.channel = "channel" in fields
        self.locale = "locale" in fields
        self.kept_always = sum(name in fields for name in _ALWAYS_PRESENT)
        self._fields = fields
        self._occurred = fields.get("occurred_at")
        self._find_token = find_token
        self._cached_tokens = lru_cache(_CACHED_TOKENS_MAX)(self._tokens)

    def __repr__(self) -> str:
        return f"<Publication: {self.purpose.name}>"

    def tokens(
        self, tenant: str, conversation_id: str, author_id: str | UnsetType, customer_id: str | UnsetType
    ) -> FieldTokens:
        """Return the tokens of an event's fields; `UNSET` where the policy drops the field or the event lacks it."""
        # The decoder bounds the other ids; this one may be as long as a publisher likes, and must not fill the memory.
        fits = customer_id is UNSET or len(customer_id) <= IDENTIFIER_LENGTH_MAX
        return (self._cached_tokens if fits else self._tokens)(tenant, conversation_id, author_id, customer_id)

    def occurred_at(self, moment: datetime) -> datetime | str | UnsetType:
        """Return the event's time as this purpose may see it."""
        treatment = self._occurred
        if treatment is None:
            return UNSET
        if treatment.operator is Operator.GENERALIZE and treatment.to is not None:
            return generalized_time(moment, treatment.to)
        return moment

    def processed_at(self, recorded_at_ms: int) -> datetime:
        """Return the record's time as coarse as the event's, which it would give away; the day if that is dropped."""
        treatment = self._occurred
        if treatment is None:
            return cut_record_time(recorded_at_ms, Generalization.DAY)
        if treatment.operator is Operator.KEEP:
            return datetime.fromtimestamp(recorded_at_ms / 1000, UTC)
        return cut_record_time(recorded_at_ms, treatment.to or Generalization.DAY)

    def _tokens(
        self, tenant: str, conversation_id: str, author_id: str | UnsetType, customer_id: str | UnsetType
    ) -> FieldTokens:
        def token(field: str, kind: str, value: str | UnsetType) -> str | UnsetType:
            if value is UNSET or field not in self._fields:
                return UNSET
            return self._find_token(tenant, self.purpose.name, kind, value)

        return FieldTokens(
            token("conversation_id", "conversation", conversation_id),
            token("author.id", "author", author_id),
            token("subject.customer_id", "customer", customer_id),
        )


def cut_record_time(recorded_at_ms: int, to: Generalization) -> datetime:
    """Return the first moment, in UTC, of the hour, day, month or year of a record's time. Pure."""
    return _cut(recorded_at_ms // _HOUR_MS, to)


@lru_cache(_CACHED_HOURS_MAX)
def _cut(hour: int, to: Generalization) -> datetime:
    return cut_time(datetime.fromtimestamp(hour * _HOUR_MS / 1000, UTC), to)
