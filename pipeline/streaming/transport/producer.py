"""The producer that Faust's app holds, for what is sent outside batches. It is never part of a transaction."""
# ruff: noqa: ARG002, ANN401, the methods have Faust's own signatures

import asyncio
import threading
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, NoReturn

import confluent_kafka
from faust.exceptions import ProducerSendError
from faust.transport.producer import Producer as FaustProducer
from faust.types import TP, RecordMetadata

from pipeline.streaming.transport.clients import producer_settings
from pipeline.streaming.transport.consumer import refuse_topics

_FLUSH_S_MAX = 30.0
_POLL_S = 0.1

Headers = Mapping[str, bytes] | Sequence[tuple[str, bytes]]


class LooseProducer(FaustProducer):  # type: ignore[misc]  # Faust is untyped
    """Connects with the first record; a worker that only answers batches never does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._client: confluent_kafka.Producer = None
        self._stopped = threading.Event()

    async def on_stop(self) -> None:
        """Wait for what was sent."""
        await self.flush()
        self._stopped.set()

    async def send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        partition: int | None,
        timestamp: float | None,
        headers: Headers | None,
        *,
        transactional_id: str | None = None,
    ) -> Awaitable[RecordMetadata]:
        """Send one record; the awaitable is done when the broker acknowledged it, or raises `ProducerSendError`."""
        loop = asyncio.get_running_loop()
        acknowledged: asyncio.Future[RecordMetadata] = loop.create_future()

        def on_delivery(error: confluent_kafka.KafkaError | None, record: confluent_kafka.Message) -> None:
            loop.call_soon_threadsafe(_resolve, acknowledged, error, record)

        pairs = list(headers.items() if isinstance(headers, Mapping) else headers or ())
        self._connected().produce(
            topic,
            value,
            key,
            -1 if partition is None else partition,
            on_delivery=on_delivery,
            timestamp=int(timestamp * 1000) if timestamp else 0,
            headers=pairs or None,
        )
        return acknowledged

    async def send_and_wait(self, *args: Any, **kwargs: Any) -> RecordMetadata:
        """Send one record and wait for its acknowledgement."""
        return await (await self.send(*args, **kwargs))

    async def flush(self) -> None:
        """Wait until everything sent is acknowledged."""
        await self.buffer.flush()
        if self._client is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._client.flush, _FLUSH_S_MAX)

    async def create_topic(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        refuse_topics()

    def supports_headers(self) -> bool:
        """Return True."""
        return True

    def _connected(self) -> confluent_kafka.Producer:
        if self._client is None:
            settings = producer_settings(
                self.transport.bootstrap, self.transport.controls.options, client_id=self.client_id
            )
            # Faust waits for each record's own acknowledgement.
            self._client = confluent_kafka.Producer({**settings, "delivery.report.only.error": False})
            threading.Thread(target=self._poll, name="transport-producer", daemon=True).start()
        return self._client

    def _poll(self) -> None:
        while not self._stopped.is_set():
            self._client.poll(_POLL_S)


def _resolve(
    acknowledged: "asyncio.Future[RecordMetadata]",
    error: confluent_kafka.KafkaError | None,
    record: confluent_kafka.Message,
) -> None:
    if acknowledged.done():
        return
    if error is not None:
        acknowledged.set_exception(ProducerSendError(error.name()))
        return
    tp = TP(record.topic(), record.partition())
    acknowledged.set_result(RecordMetadata(tp.topic, tp.partition, tp, record.offset()))
