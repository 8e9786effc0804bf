"""TLS and SASL settings of the Kafka client."""

import pytest

from pipeline.errors import Misconfigured
from pipeline.settings import KafkaSettings, SaslMechanism, SecurityProtocol, load_settings
from pipeline.streaming.security import client_security


def test_tls_is_the_default():
    """Without a word the worker speaks TLS."""
    assert client_security(KafkaSettings()) == {"security.protocol": "SSL"}


def test_the_password_is_read_from_a_file(tmp_path):
    """The password stands in a file, so in no argument list and no settings file."""
    file = tmp_path / "password"
    file.write_text("planted-secret\n", encoding="utf-8")
    kafka = KafkaSettings(
        security_protocol=SecurityProtocol.SASL_SSL,
        sasl_mechanism=SaslMechanism.SCRAM_SHA_512,
        sasl_username="worker",
        sasl_password_file=str(file),
        ssl_ca_file="/ca.pem",
    )
    assert client_security(kafka) == {
        "security.protocol": "SASL_SSL",
        "ssl.ca.location": "/ca.pem",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "worker",
        "sasl.password": "planted-secret",
    }


def test_a_password_file_that_cannot_be_read_is_named():
    """The error says which file."""
    kafka = KafkaSettings(sasl_mechanism=SaslMechanism.SCRAM_SHA_512, sasl_password_file="/nowhere/password")
    with pytest.raises(Misconfigured, match="/nowhere/password"):
        client_security(kafka)


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"REDACT_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT"}, "not encrypted"),
        ({"REDACT_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT"}, "not encrypted"),
        (
            {"REDACT_KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "REDACT_KAFKA_SASL_MECHANISM": "PLAIN"},
            "PLAIN sends the password",
        ),
        ({"REDACT_KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, "SASL needs"),
        ({"REDACT_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512"}, "has no effect"),
    ],
)
def test_what_is_insecure_is_refused_unless_asked_for_by_name(environment, word):
    """Plaintext and PLAIN need a setting that says so."""
    with pytest.raises(Misconfigured, match=word):
        load_settings(None, environment)


def test_what_is_asked_for_by_name_is_done():
    """`allow_plaintext` is the way to run on loopback."""
    environment = {"REDACT_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT", "REDACT_KAFKA_ALLOW_PLAINTEXT": "true"}
    assert load_settings(None, environment).kafka.security_protocol is SecurityProtocol.PLAINTEXT
