"""How the transport meets Faust: one version, one way to be configured, no contradictions."""

import asyncio

import faust
import pytest
from confluent_kafka import KafkaError, KafkaException

from pipeline.errors import InvariantBroken, Misconfigured, Unavailable
from pipeline.streaming.transport import (
    AtLeastOnceTransport,
    ExactlyOnceTransport,
    TransportOptions,
    equip,
    require_faust,
)
from pipeline.streaming.transport.consumer import presentable


@pytest.fixture
def app():
    """Make apps, each with settings of its own."""
    asyncio.set_event_loop(loop := asyncio.new_event_loop())

    def make(scheme: str = "confluent+eos", query: str = "", **settings) -> faust.App:
        return faust.App("test", broker=f"{scheme}://127.0.0.1:9092{query}", **settings)

    yield make
    asyncio.set_event_loop(None)
    loop.close()


@pytest.mark.parametrize("version", ["0.15.2", "0.15.4", "0.16.0", "1.10.4"])
def test_an_unknown_faust_is_refused(version: str):
    """The transport reaches into Faust; another version may lose records silently."""
    with pytest.raises(Misconfigured, match=r"0\.15\.3 is required"):
        require_faust(version)


@pytest.mark.parametrize(
    ("scheme", "transport"),
    [("confluent+eos", ExactlyOnceTransport), ("confluent+alo", AtLeastOnceTransport)],
)
def test_the_url_scheme_chooses_the_guarantee(app, scheme: str, transport: type):
    """Faust finds both by their entry points."""
    made = app(scheme)
    equip(made, TransportOptions())
    assert type(made.transport) is transport
    assert made.transport.bootstrap == "127.0.0.1:9092"


def test_an_app_without_options_is_refused(app):
    """Nothing is guessed."""
    with pytest.raises(Misconfigured, match="equip"):
        _ = app().transport.controls


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"query": "/?batch=7"}, "must have no query"),
        ({"processing_guarantee": "exactly_once"}, "processing_guarantee"),
        ({"stream_wait_empty": False}, "stream_wait_empty"),
        ({"broker_credentials": faust.SASLCredentials(username="u", password="p")}, "broker_credentials"),
    ],
)
def test_settings_that_contradict_the_transport_are_refused(app, settings, problem: str):
    """Each would weaken a guarantee or be silently without effect."""
    made = app(**settings)
    equip(made, TransportOptions())
    with pytest.raises(Misconfigured, match=problem):
        _ = made.transport.controls


def test_the_intake_can_be_paused_before_the_worker_starts(app):
    """A worker may start with its intake shut."""
    controls = equip(app(), TransportOptions())
    controls.pause_intake()
    assert controls.snapshot().intake_paused
    controls.resume_intake()
    assert not controls.snapshot().intake_paused


def test_an_error_is_shown_without_the_message_of_others():
    """Messages of unknown errors may hold what was being processed."""
    with pytest.raises(ValueError, match="secret") as caught:
        int("secret")
    shown = presentable(caught.value)
    assert isinstance(shown, InvariantBroken)
    assert "secret" not in str(shown)
    assert "ValueError at " in str(shown)
    assert "_ALL_BROKERS_DOWN" in str(presentable(KafkaException(KafkaError(KafkaError._ALL_BROKERS_DOWN))))
    ours = Unavailable("ours")
    assert presentable(ours) is ours
