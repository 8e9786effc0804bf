import socket
import traceback
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, errors

from pipeline.errors import Misconfigured, Unavailable
from pipeline.operations.connection import as_ours, client_options, require_reachable, translated
from pipeline.operations.kafka_broker import KafkaBroker
from pipeline.settings import Delivery, KafkaSettings, SaslMechanism, SecurityProtocol

PLAIN = KafkaSettings(security_protocol=SecurityProtocol.PLAINTEXT, allow_plaintext=True)


def test_plaintext_must_be_asked_for_by_name() -> None:
    """The plaintext protocol without `allow_plaintext` is refused before any connection."""
    with pytest.raises(Misconfigured, match="allow_plaintext"):
        KafkaBroker(KafkaSettings(security_protocol=SecurityProtocol.PLAINTEXT))


def test_exactly_once_brokers_get_an_idempotent_producer() -> None:
    """Acknowledged by all replicas and idempotent, where the broker offers it."""
    producer = client_options(PLAIN).producer
    assert producer["acks"] == "all"
    assert producer["enable_idempotence"] is True


def test_without_idempotence_one_request_at_a_time_keeps_the_order() -> None:
    """The at-least-once setting turns idempotence off; a retry must not overtake a later batch."""
    producer = client_options(KafkaSettings(**_plain(), delivery=Delivery.AT_LEAST_ONCE)).producer
    assert producer["enable_idempotence"] is False
    assert producer["max_in_flight_requests_per_connection"] == 1


def test_readers_see_committed_records_only() -> None:
    """Aborted transactions stay invisible, and no offset is ever committed for a reader."""
    consumer = client_options(PLAIN).consumer
    assert consumer["isolation_level"] == "read_committed"
    assert consumer["group_id"] is None
    assert consumer["enable_auto_commit"] is False


def test_password_comes_from_its_file_and_stays_out_of_repr(tmp_path: Path) -> None:
    """The file's content without its line end is the password; `repr` shows nothing of it."""
    secret = tmp_path / "password"
    secret.write_text("open sesame\n", encoding="utf-8")
    options = client_options(_sasl(str(secret)))
    assert options.common["sasl_plain_password"] == "open sesame"
    assert options.common["sasl_mechanism"] == "SCRAM-SHA-512"
    assert "sesame" not in repr(options)


def test_clients_know_every_option(tmp_path: Path) -> None:
    """kafka-python ignores or refuses what it does not know, depending on the client."""
    secret = tmp_path / "password"
    secret.write_text("open sesame", encoding="utf-8")
    options = client_options(_sasl(str(secret)))
    assert options.common.keys() <= KafkaAdminClient.DEFAULT_CONFIG.keys()
    assert options.common.keys() | options.producer.keys() <= KafkaProducer.DEFAULT_CONFIG.keys()
    assert options.common.keys() | options.consumer.keys() <= KafkaConsumer.DEFAULT_CONFIG.keys()


def test_every_missing_file_is_named_at_once(tmp_path: Path) -> None:
    """Password, authority and client certificate are all looked at before the refusal."""
    absent = str(tmp_path / "absent")
    kafka = KafkaSettings(
        security_protocol=SecurityProtocol.SASL_SSL,
        sasl_mechanism=SaslMechanism.SCRAM_SHA_512,
        sasl_username="worker",
        sasl_password_file=absent,
        ssl_ca_file=absent,
        ssl_certificate_file=absent,
        ssl_key_file=absent,
    )
    with pytest.raises(Misconfigured) as refusal:
        client_options(kafka)
    named = {problem.split(":")[0] for problem in refusal.value.problems}
    assert named == {
        "kafka.ssl_ca_file",
        "kafka.ssl_certificate_file",
        "kafka.ssl_key_file",
        "kafka.sasl_password_file",
    }


@pytest.mark.parametrize(
    ("theirs", "ours", "remedy"),
    [
        (errors.KafkaTimeoutError("x"), Unavailable, "is the broker running"),
        (errors.SaslAuthenticationFailedError("x"), Misconfigured, "sasl_username"),
        (errors.TopicAuthorizationFailedError("x"), Misconfigured, "ACL"),
        (errors.UnknownTopicOrPartitionError("x"), Misconfigured, "topics create"),
        (errors.MessageSizeTooLargeError("x"), Misconfigured, "max.message.bytes"),
        (errors.NotControllerError("x"), Unavailable, "try again"),
    ],
)
def test_errors_name_the_host_and_the_remedy(theirs: errors.KafkaError, ours: type[Exception], remedy: str) -> None:
    """What a person must change is misconfigured, the rest unavailable."""
    error = as_ours(theirs, "broker.example:9092", "publish")
    assert isinstance(error, ours)
    assert str(error).startswith("broker.example:9092: publish: ")
    assert remedy in str(error)


def test_translation_drops_what_the_library_quoted() -> None:
    """A library's message may quote a record: neither the text nor the exception chain keeps it."""
    with pytest.raises(Unavailable) as caught, translated("h:1", "publish"):
        raise errors.KafkaTimeoutError("jane.doe@example.com")
    chain = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)
    assert "KafkaTimeoutError" in chain
    assert "jane" not in chain.replace('"jane.doe@example.com"', "this test's own source line")


@pytest.mark.parametrize("servers", ["localhost", "localhost:kafka", ":9092", "", "a:1,b"])
def test_what_is_no_address_is_misconfigured(servers: str) -> None:
    """Before anything is resolved."""
    with pytest.raises(Misconfigured, match="is not host:port"):
        require_reachable(servers.replace("a:1", "127.0.0.1:1"))


def test_one_reachable_host_is_enough() -> None:
    """The others may be down."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        require_reachable(f"127.0.0.1:1, 127.0.0.1:{server.getsockname()[1]}")


def _plain() -> dict[str, object]:
    return {"security_protocol": SecurityProtocol.PLAINTEXT, "allow_plaintext": True}


def _sasl(password_file: str) -> KafkaSettings:
    return KafkaSettings(
        security_protocol=SecurityProtocol.SASL_SSL,
        sasl_mechanism=SaslMechanism.SCRAM_SHA_512,
        sasl_username="worker",
        sasl_password_file=password_file,
    )
