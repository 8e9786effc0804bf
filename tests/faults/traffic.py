"""A publisher whose every event has a number, and who knows which customers opted out and which values it planted."""

import itertools
import logging
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from pipeline.event.privacy_request import Choice, IdentifierKind
from pipeline.operations.opt_outs import Identity, make_request
from tests.support.events import TENANT, event_bytes
from tests.support.pipeline_lab import PipelineLab

CONVERSATIONS = 60
PLANTED = ("zebedee.quill@example.org", "4000056655665556", "+14155550187", "Quillfeather")
_TEXTS = (
    "write to zebedee.quill@example.org",
    "my card is 4000056655665556",
    "call +14155550187 please",
    "thanks",
)
# A number in words that no detector touches, so that it can be read in the sanitized text.
_DIGITS = ("apple", "bread", "chair", "door", "egg", "fork", "garden", "house", "ink", "jam")
_MARK = re.compile(rf"((?:\b(?:{'|'.join(_DIGITS)})\b ?){{6}})")
_PAUSE_S = 0.02
_UNKNOWN_S_MAX = 30
_REQUEST_EVERY = 10

OnDelivery = Callable[[KafkaError | None, Message], None]

logger = logging.getLogger("tests.kafka")
logger.setLevel(logging.CRITICAL)


def mark(number: int) -> str:
    """Return the words for a number. Pure."""
    return " ".join(_DIGITS[int(digit)] for digit in f"{number:06d}")


def number_in(text: str) -> int | None:
    """Return the number whose words stand in a text. Pure."""
    found = _MARK.search(text)
    return int("".join(str(_DIGITS.index(word)) for word in found[1].split())) if found else None


@dataclass(frozen=True)
class Sent:
    """One event as it was published."""

    number: int
    conversation: int
    opted_out: bool


class Traffic:
    """Publishes events until told to stop; the same seed gives the same events in the same order."""

    def __init__(self, lab: PipelineLab, bootstrap: str, *, seed: int, rate_per_s: int) -> None:
        self._lab = lab
        self._random = random.Random(seed)  # noqa: S311, a test's seed
        self._per_pause = max(1, round(rate_per_s * _PAUSE_S))
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "acks": "all",
                "enable.idempotence": True,
                "max.in.flight.requests.per.connection": 1,
                "partitioner": "murmur2_random",
                "topic.metadata.refresh.interval.ms": 1000,
                "logger": logger,
            }
        )
        self.opted_out = frozenset(self._random.sample(range(CONVERSATIONS), CONVERSATIONS // 5))
        self.acknowledged: list[Sent] = []
        self.requested: list[str] = []
        self.refused: list[str] = []
        self._stopped = threading.Event()
        self._flowing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="traffic", daemon=True)

    def ask_for_opt_outs(self) -> None:
        """Publish the customers' requests; they hold for every event, because workers read them before they begin."""
        for customer in sorted(self.opted_out):
            self._request(customer)
        assert self._producer.flush(60) == 0

    def start(self) -> None:
        """Begin to publish."""
        self._thread.start()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Publish nothing for the time of a `with` block, which begins when all is acknowledged."""
        with self._flowing:
            assert self._producer.flush(120) == 0
            yield

    def stop(self) -> None:
        """Publish no more, and wait until all is acknowledged."""
        self._stopped.set()
        self._thread.join()
        assert self._producer.flush(120) == 0
        assert not self.refused, self.refused[:3]

    def _run(self) -> None:
        events = self._events()
        for turn in itertools.count(CONVERSATIONS):
            if self._stopped.wait(_PAUSE_S):
                return
            with self._flowing:
                for _ in range(self._per_pause):
                    self._publish(next(events))
                if turn % _REQUEST_EVERY == 0:
                    self._request(turn)  # a customer without conversations: requests are translated all the time
                self._producer.poll(0)

    def _events(self) -> Iterator[Sent]:
        number = 0
        while True:
            conversation = self._random.randrange(CONVERSATIONS)
            yield Sent(number, conversation, conversation in self.opted_out)
            number += 1

    def _publish(self, event: Sent) -> None:
        text = f"{_TEXTS[event.number % len(_TEXTS)]}. {mark(event.number)}"
        value = event_bytes(
            text,
            event_id=f"event-{event.number}",
            conversation_id=f"c{event.conversation}",
            sequence=event.number,
            author={"role": "customer", "display_name": "Zebedee Quillfeather"},
            subject={"customer_id": f"customer-{event.conversation}", "name": "Zebedee Quillfeather"},
        )

        def acknowledged(error: KafkaError | None, _record: Message) -> None:
            if error is None:
                self.acknowledged.append(event)
            else:
                self.refused.append(error.name())

        self._send(self._lab.settings.topics.raw, value, f"c{event.conversation}", acknowledged)

    def _request(self, customer: int) -> None:
        request = make_request(
            Identity(TENANT, IdentifierKind.CUSTOMER_ID, f"customer-{customer}"),
            Choice.OUT,
            request_id=f"r{customer}",
            requested_at=datetime.now(UTC),
        )

        def acknowledged(error: KafkaError | None, _record: Message) -> None:
            if error is None:
                self.requested.append(request.request_id)
            else:
                self.refused.append(error.name())

        self._send(self._lab.settings.topics.requests, msgspec.json.encode(request), request.request_id, acknowledged)

    def _send(self, topic: str, value: bytes, key: str, on_delivery: OnDelivery) -> None:
        """Publish, and again while a broker that has just started does not know its topics yet."""
        deadline_s = time.monotonic() + _UNKNOWN_S_MAX
        while True:
            try:
                return self._producer.produce(topic, value, key, on_delivery=on_delivery)
            except KafkaException as failure:
                unknown = failure.args[0].code() == KafkaError._UNKNOWN_TOPIC
                if not unknown or time.monotonic() > deadline_s:
                    raise
            self._producer.poll(_PAUSE_S)
