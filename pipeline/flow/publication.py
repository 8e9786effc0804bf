"""What one purpose's events are made of: compiled from the policy once, so that an event asks nothing twice."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, final

from msgspec import UNSET, UnsetType

from pipeline.deidentification.deidentifier import Deidentifier
from pipeline.deidentification.generalization import cut_time, generalized_time
from pipeline.event.conversation_event import IDENTIFIER_LENGTH_MAX, ConversationEvent
from pipeline.policy.compiled import CompiledPurpose, Generalization, Operator

_ALWAYS_PRESENT: Final = ("conversation_id", "author.role", "occurred_at", "channel", "locale")
_CACHED_TOKENS_MAX: Final = 16_384
_CACHED_HOURS_MAX: Final = 1_024
_HOUR_MS: Final = 3_600_000

FindToken = Callable[[str, str, str, str], str]
"""From tenant, purpose, kind and value to a token."""


@final
class FieldTokens:
    """The tokens of an event's fields that its purpose lets out, and how many identify author and customer."""

    __slots__ = ("author", "conversation", "customer", "people")

    def __init__(self, conversation: str | UnsetType, author: str | UnsetType, customer: str | UnsetType) -> None:
        self.conversation = conversation
        self.author = author
        self.customer = customer
        self.people = (author is not UNSET) + (customer is not UNSET)


class FieldTokenizer:
    """Makes the tokens of events' fields for every purpose, and remembers them: a conversation's are the same."""

    def __init__(self, purposes: Iterable[CompiledPurpose], find_token: FindToken) -> None:
        self._fields = [(purpose.name, purpose.fields) for purpose in purposes]
        self._find_token = find_token
        self._cached = lru_cache(_CACHED_TOKENS_MAX)(self._made)

    def of(self, event: ConversationEvent) -> tuple[FieldTokens, ...]:
        """Return an event's tokens for each purpose, in their order; `UNSET` for fields that are dropped or absent."""
        customer_id = _customer_id(event)
        # The decoder bounds the other ids; this one may be as long as a publisher likes, and must not fill the memory.
        fits = customer_id is UNSET or len(customer_id) <= IDENTIFIER_LENGTH_MAX
        find = self._cached if fits else self._made
        return find(event.tenant, event.conversation_id, event.author.id, customer_id)

    def _made(
        self, tenant: str, conversation_id: str, author_id: str | UnsetType, customer_id: str | UnsetType
    ) -> tuple[FieldTokens, ...]:
        values = (
            ("conversation_id", "conversation", conversation_id),
            ("author.id", "author", author_id),
            ("subject.customer_id", "customer", customer_id),
        )
        return tuple(
            [
                FieldTokens(
                    *[
                        UNSET
                        if value is UNSET or field not in fields
                        else self._find_token(tenant, purpose, kind, value)
                        for field, kind, value in values
                    ]
                )
                for purpose, fields in self._fields
            ]
        )


def _customer_id(event: ConversationEvent) -> str | UnsetType:
    value = event.subject.get("customer_id", "")
    if isinstance(value, list):
        value = value[0] if value else ""
    return value or UNSET


class Publication:
    """One purpose's de-identification, and which fields of an event leave it in which form.

    `kept_always` counts those that every event has. Pure; holds keys, so its `repr` is bare.
    """

    __slots__ = (
        "_drops_time",
        "_occurred_to",
        "_processed_to",
        "channel",
        "deidentifier",
        "kept_always",
        "locale",
        "purpose",
        "role",
        "sequence",
    )

    def __init__(self, deidentifier: Deidentifier) -> None:
        purpose = deidentifier.purpose
        fields = purpose.fields
        self.purpose = purpose
        self.deidentifier = deidentifier
        self.role = "author.role" in fields
        self.sequence = "sequence" in fields
        self.channel = "channel" in fields
        self.locale = "locale" in fields
        self.kept_always = sum(name in fields for name in _ALWAYS_PRESENT)
        occurred = fields.get("occurred_at")
        self._drops_time = occurred is None
        self._occurred_to = None if occurred is None else occurred.to
        kept = occurred is not None and occurred.operator is Operator.KEEP
        self._processed_to = None if kept else self._occurred_to or Generalization.DAY

    def __repr__(self) -> str:
        return f"<Publication: {self.purpose.name}>"

    def occurred_at(self, moment: datetime) -> datetime | str | UnsetType:
        """Return the event's time as this purpose may see it."""
        if self._drops_time:
            return UNSET
        return moment if self._occurred_to is None else generalized_time(moment, self._occurred_to)

    def processed_at(self, recorded_at_ms: int) -> datetime:
        """Return the record's time as coarse as the event's, which it would give away; the day if that is dropped."""
        if self._processed_to is None:
            return datetime.fromtimestamp(recorded_at_ms / 1000, UTC)
        return cut_record_time(recorded_at_ms, self._processed_to)


def cut_record_time(recorded_at_ms: int, to: Generalization) -> datetime:
    """Return the first moment, in UTC, of the hour, day, month or year of a record's time. Pure."""
    return _cut(recorded_at_ms // _HOUR_MS, to)


@lru_cache(_CACHED_HOURS_MAX)
def _cut(hour: int, to: Generalization) -> datetime:
    return cut_time(datetime.fromtimestamp(hour * _HOUR_MS / 1000, UTC), to)
