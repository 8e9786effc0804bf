"""TLS and SASL settings of the hot path's Kafka client."""

from pathlib import Path

from pipeline.errors import Misconfigured
from pipeline.settings import KafkaSettings, SaslMechanism


def client_security(kafka: KafkaSettings) -> dict[str, str]:
    """Return librdkafka's security settings. Raises `Misconfigured` when the password file cannot be read.

    Certificates are verified, host names too; there is no setting to turn that off. Effects: reads the password file.
    """
    security = {"security.protocol": kafka.security_protocol.value}
    files = {
        "ssl.ca.location": kafka.ssl_ca_file,
        "ssl.certificate.location": kafka.ssl_certificate_file,
        "ssl.key.location": kafka.ssl_key_file,
    }
    security |= {name: path for name, path in files.items() if path}
    if kafka.sasl_mechanism is not SaslMechanism.NONE:
        security["sasl.mechanism"] = kafka.sasl_mechanism.value
        security["sasl.username"] = kafka.sasl_username
        security["sasl.password"] = _password(Path(kafka.sasl_password_file))
    return security


def _password(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise Misconfigured([f"kafka.sasl_password_file: {path} cannot be read ({error.strerror})"]) from None
