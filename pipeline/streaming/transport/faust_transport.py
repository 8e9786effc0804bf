"""The two transports that Faust finds by the scheme of the broker URL."""

from abc import abstractmethod
from uuid import uuid4

import confluent_kafka
from faust.transport import base

from pipeline.errors import Misconfigured
from pipeline.streaming.transport.clients import ClientSettings, producer_settings
from pipeline.streaming.transport.committers import AtLeastOnce, Committer
from pipeline.streaming.transport.consumer import BatchConsumer
from pipeline.streaming.transport.controls import TransportControls, controls_of
from pipeline.streaming.transport.exactly_once import ExactlyOnce
from pipeline.streaming.transport.producer import LooseProducer


class _BatchTransport(base.Transport):  # type: ignore[misc]  # Faust is untyped
    """What both have in common. Options come from `equip`; they are read when a worker starts, not at import."""

    Consumer = BatchConsumer
    Producer = LooseProducer
    driver_version = f"confluent-kafka={confluent_kafka.version()}"
    default_port = 9092

    @property
    def controls(self) -> TransportControls:
        """Options, listener and progress of the app; raises `Misconfigured` when Faust's settings contradict them."""
        conf = self.app.conf
        problems = []
        if any(url.query for url in self.url):
            problems.append("the broker URL must have no query: give options by equip(app, options)")
        if conf.processing_guarantee.value != "at_least_once":
            problems.append("processing_guarantee must stay at_least_once: the transport owns the transaction")
        if conf.broker_credentials is not None or conf.ssl_context is not None:
            problems.append("broker_credentials and ssl_context are not used: give options.security")
        if not conf.stream_wait_empty:
            problems.append("stream_wait_empty must be True: a stop has to wait for the batches in hand")
        if problems:
            raise Misconfigured(problems)
        return controls_of(self.app)

    @property
    def bootstrap(self) -> str:
        """Addresses of the brokers, as clients take them."""
        return ",".join(f"{url.host or '127.0.0.1'}:{url.port or self.default_port}" for url in self.url)

    @abstractmethod
    def committer(self) -> Committer:
        """Return the way in which this transport commits."""

    def producer_settings(self, transactional_id: str = "") -> ClientSettings:
        """Return the settings of the producer that batches go out through."""
        return producer_settings(
            self.bootstrap,
            self.controls.options,
            client_id=self.app.conf.broker_client_id,
            transactional_id=transactional_id,
        )


class ExactlyOnceTransport(_BatchTransport):
    """`confluent+eos://`: outputs, state and offsets of a batch in one transaction. Needs Apache Kafka 2.5 or newer."""

    def committer(self) -> Committer:
        """Return a committer whose transactional id is the group's and the worker slot's."""
        options = self.controls.options
        settings = self.producer_settings(f"{self.app.conf.id}-{options.transactional_id or uuid4().hex}")
        return ExactlyOnce(lambda: confluent_kafka.Producer(settings), transaction_s_max=options.transaction_s_max)


class AtLeastOnceTransport(_BatchTransport):
    """`confluent+alo://`: for brokers without transactions; each step is acknowledged before the next."""

    def committer(self) -> Committer:
        """Return a committer that sends outputs, then state, then commits offsets."""
        settings = self.producer_settings()
        return AtLeastOnce(lambda: confluent_kafka.Producer(settings))
