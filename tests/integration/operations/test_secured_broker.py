"""Mutual TLS and SASL, on Apache Kafka's second listener."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from pipeline.errors import Unavailable
from pipeline.operations import connection
from pipeline.operations.broker import OutgoingRecord, TopicPlan, TopicRole
from pipeline.operations.kafka_broker import KafkaBroker
from pipeline.operations.read_back import read_back
from pipeline.settings import KafkaSettings, SaslMechanism, SecurityProtocol
from tests.support.kafka_broker import SecureListener

pytestmark = pytest.mark.kafka
# kafka-python leaves sockets open when a handshake fails; the garbage collector closes them, now or in the fixture.
ABANDONED = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture
def secured(kafka_secure: SecureListener, tmp_path: Path) -> KafkaSettings:
    """Return the settings that reach the listener."""
    password = tmp_path / "password"
    password.write_text(kafka_secure.security["sasl.password"] + "\n", encoding="utf-8")
    return KafkaSettings(
        bootstrap_servers=kafka_secure.bootstrap,
        security_protocol=SecurityProtocol.SASL_SSL,
        ssl_ca_file=kafka_secure.security["ssl.ca.location"],
        ssl_certificate_file=kafka_secure.security["ssl.certificate.location"],
        ssl_key_file=kafka_secure.security["ssl.key.location"],
        sasl_mechanism=SaslMechanism.PLAIN,
        allow_sasl_plain=True,
        sasl_username=kafka_secure.security["sasl.username"],
        sasl_password_file=str(password),
    )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give up after a second, and sweep up what kafka-python leaves behind when it gives up."""
    monkeypatch.setattr(connection, "BOOTSTRAP_TIMEOUT_MS", 1_000)
    yield
    gc.collect()


def test_records_travel_encrypted_and_authenticated(secured: KafkaSettings) -> None:
    """Created, published, read back, with every client that the operations use."""
    topic = uuid4().hex
    broker = KafkaBroker(secured)
    assert broker.create([TopicPlan(TopicRole.RAW, topic, 1, 1, {})]) == {topic}
    assert broker.send([OutgoingRecord(topic, b"k", b"v")]) == 1
    assert [record.value for record in read_back(broker, [topic])] == [b"v"]
    broker.close()


@ABANDONED
@pytest.mark.usefixtures("impatient")
def test_a_wrong_password_is_refused(secured: KafkaSettings, tmp_path: Path) -> None:
    """The error asks about user and password, and shows neither."""
    wrong = tmp_path / "wrong"
    wrong.write_text("guessed-word", encoding="utf-8")
    with pytest.raises(Unavailable, match=r"describe topics: .*kafka\.sasl_password_file") as refusal:
        KafkaBroker(replace(secured, sasl_password_file=str(wrong))).describe(["any"])
    assert "guessed-word" not in str(refusal.value)


@ABANDONED
@pytest.mark.usefixtures("impatient")
def test_a_certificate_of_an_unknown_authority_is_refused(secured: KafkaSettings) -> None:
    """The system's authorities did not sign the broker's: nothing is sent, and the error asks about the files."""
    with pytest.raises(Unavailable, match=r"describe topics: .*the ssl files right"):
        KafkaBroker(replace(secured, ssl_ca_file="")).describe(["any"])
