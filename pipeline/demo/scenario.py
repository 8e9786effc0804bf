"""What the demo publishes: bundled conversations, people who opt out, and records that are broken or hostile."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec

from pipeline.corpora import Conversation, bundled
from pipeline.errors import Reason
from pipeline.operations.conversation_events import encode_event, events_of

TENANT: Final = "demo"
SEED: Final = 20_260_301
CONCURRENT_CONVERSATIONS: Final = 60
OPT_OUTS_BEFORE: Final = 20
OPT_OUTS_IN_THE_MIDDLE: Final = 20
STARTED_AT: Final = datetime(2026, 3, 1, 9, tzinfo=UTC)

PLANTED: Final = (
    "planted.person@example.org",
    "4000 0566 5566 5556",
    "hunter2-planted",
    "415-555-0132",
    "GB82 WEST 1234 5698 7654 32",
)
"""Values that hostile records carry; none may stand in any output, receipt, plain dead letter or log line."""


@dataclass(frozen=True, slots=True, repr=False)
class Planned:
    """A record to publish. `rejected_for` is set where it must end as a dead letter; `customer` says whose it is."""

    key: bytes | None
    value: bytes | None
    customer: str = ""
    rejected_for: Reason | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Two halves of records in the order of publishing, and the customers who opt out before either."""

    first_half: Sequence[Planned]
    second_half: Sequence[Planned]
    out_before: frozenset[str]
    out_in_the_middle: frozenset[str]
    conversations: int

    @property
    def records(self) -> int:
        """How many records are published in all."""
        return len(self.first_half) + len(self.second_half)


def make_scenario() -> Scenario:
    """Return the same scenario in every run: conversations interleaved, hostile records spread among them. Pure."""
    chance = random.Random(SEED)  # noqa: S311 - a scenario, not a secret
    conversations = list(bundled())
    chance.shuffle(conversations)
    records = list(_interleaved(conversations))
    half = len(records) // 2
    before, after = {each.customer for each in records[:half]}, {each.customer for each in records[half:]}
    out_before = frozenset(chance.sample(sorted(before), OPT_OUTS_BEFORE))
    out_in_the_middle = frozenset(chance.sample(sorted((before & after) - out_before), OPT_OUTS_IN_THE_MIDDLE))
    for index, hostile in enumerate(hostile_records()):
        records.insert(chance.randrange(len(records)) if index else 0, hostile)
    half = len(records) // 2
    return Scenario(records[:half], records[half:], out_before, out_in_the_middle, len(conversations))


def _interleaved(conversations: Sequence[Conversation]) -> Iterator[Planned]:
    """Yield events as a busy desk would see them: many conversations at once, each in its own order."""
    waiting = iter(enumerate(conversations))
    running: list[Iterator[Planned]] = []
    while True:
        while len(running) < CONCURRENT_CONVERSATIONS and (following := next(waiting, None)) is not None:
            running.append(_events(*following))
        if not running:
            return
        still_running = []
        for events in running:
            if (event := next(events, None)) is not None:
                yield event
                still_running.append(events)
        running = still_running


def _events(number: int, conversation: Conversation) -> Iterator[Planned]:
    customer = f"customer-{number:04}"
    for event in events_of(conversation, TENANT, started_at=STARTED_AT, subject={"customer_id": customer}):
        yield Planned(event.conversation_id.encode(), encode_event(event), customer)


def hostile_records() -> list[Planned]:
    """Return one record of every broken kind, each with a planted value, and unusual ones that are fine. Pure."""
    conversation = "hostile-1"
    key = conversation.encode()

    def event(text: str, **changes: object) -> bytes:
        fields: dict[str, object] = {
            "schema_version": 1,
            "event_id": f"{conversation}/{text[:12]}/{len(changes)}",
            "tenant": TENANT,
            "conversation_id": conversation,
            "occurred_at": "2026-03-01T09:00:00Z",
            "channel": "chat",
            "author": {"role": "customer"},
            "text": text,
        }
        fields |= changes
        return msgspec.json.encode({name: value for name, value in fields.items() if value is not None})

    mail, card, password, phone, iban = PLANTED
    deep: object = mail
    for _ in range(40):
        deep = [deep]
    rejected = [
        (key, event(f"mail {mail}")[:-9], Reason.INVALID_JSON),
        (key, event("mail @@").replace(b"@@", mail.encode() + b"\xff"), Reason.INVALID_UTF8),
        (key, event("mail @@").replace(b"@@", mail.encode() + rb"\ud800 "), Reason.LONE_SURROGATE),
        (key, event(card, sequence=mail), Reason.WRONG_TYPE),
        (key, event(card, surprise=deep), Reason.NESTING_TOO_DEEP),
        (key, event(phone, tenant="stranger"), Reason.UNKNOWN_TENANT),
        (key, event(iban, conversation_id=None), Reason.MISSING_FIELD),
        (mail.encode(), event(password), Reason.KEY_MISMATCH),
        (key, None, Reason.NULL_VALUE),
    ]
    published = [
        event(""),
        event("a\x00b \u202e right to left \U0001f469\u200d\U0001f4bb"),
        event(f"card {card}, password: {password}, mail {mail}, phone {phone}, iban {iban}"),
        event(f"I am [PERSON_k7f] and [EMAIL_aaaaaaaaaa], really {mail}"),
        event(f"mail {mail} " * 300),
        event("undeclared fields come along", mood=mail),
    ]
    return [Planned(*record[:2], rejected_for=record[2]) for record in rejected] + [
        Planned(key, value) for value in published
    ]
