"""One node of Apache Kafka for tests: a plain listener, one with mutual TLS, and one where rights must be granted."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.demo.brokers import RunningBroker, free_port, start_apache_kafka
from tests.support.certificates import Authority
from tests.support.components import missing

LIBS = Path(__file__).resolve().parents[2] / ".kafka" / "libs"

# Dead workers are noticed after 2 s instead of Kafka's lower limit of 6 s, so that the tests wait less.
SESSION_S = 2.0
HEARTBEAT_S = 0.5
_PLAIN_USER = "worker"
_PASSWORD = "planted-listener-password"


@dataclass(frozen=True)
class SecureListener:
    """Where clients connect with mutual TLS and SASL, and librdkafka's settings for it."""

    bootstrap: str
    security: Mapping[str, str]


@dataclass(frozen=True)
class GuardedListener:
    """Where clients connect with TLS and SCRAM as users who may do nothing before they are granted it."""

    bootstrap: str
    authority: Authority


@dataclass(frozen=True)
class ProxiedListener:
    """Where the broker listens, and where it says that it does: whoever wants it must run a proxy between them."""

    behind: str
    before: str


@dataclass(frozen=True)
class KafkaNode:
    """A running node and its other listeners."""

    broker: RunningBroker
    secure: SecureListener
    guarded: GuardedListener
    proxied: ProxiedListener


def require_kafka() -> None:
    """Skip the test (fail it in CI) when Java or Kafka is absent."""
    if shutil.which("java") is None:
        missing("Java", "install a Java 17 runtime")
    if not (LIBS / "ready").exists():
        missing("Apache Kafka", "run `make kafka`")


def start_kafka(directory: Path) -> KafkaNode:
    """Start a node below `directory`, or skip (fail in CI) when Java or Kafka is absent."""
    require_kafka()
    authority = Authority(directory / "certificates")
    secure, guarded, behind, before = (f"127.0.0.1:{free_port()}" for _ in range(4))
    broker = start_apache_kafka(
        LIBS,
        directory,
        settings={"group.min.session.timeout.ms": "1000", **_secure_settings(authority)},
        listeners=[f"SECURE://{secure}", f"GUARDED://{guarded}", f"PROXIED://{behind}"],
        advertised={"PROXIED": before},
    )
    return KafkaNode(
        broker,
        SecureListener(secure, _client_security(authority)),
        GuardedListener(guarded, authority),
        ProxiedListener(behind, before),
    )


def _secure_settings(authority: Authority) -> dict[str, str]:
    login = "org.apache.kafka.common.security"
    listener, guarded = "listener.name.secure", "listener.name.guarded"
    broker = str(authority.issue("broker").both)
    return {
        "listener.security.protocol.map": (
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT,SECURE:SASL_SSL,GUARDED:SASL_SSL"
        ),
        # Whoever comes by the other listeners may do everything.
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:ANONYMOUS;User:{_PLAIN_USER}",
        f"{guarded}.ssl.keystore.type": "PEM",
        f"{guarded}.ssl.keystore.location": broker,
        f"{guarded}.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        f"{guarded}.scram-sha-512.sasl.jaas.config": f"{login}.scram.ScramLoginModule required;",
        f"{listener}.ssl.keystore.type": "PEM",
        f"{listener}.ssl.keystore.location": broker,
        f"{listener}.ssl.truststore.type": "PEM",
        f"{listener}.ssl.truststore.location": str(authority.certificate),
        f"{listener}.ssl.client.auth": "required",
        f"{listener}.sasl.enabled.mechanisms": "PLAIN",
        f"{listener}.plain.sasl.jaas.config": (
            f'{login}.plain.PlainLoginModule required user_{_PLAIN_USER}="{_PASSWORD}";'
        ),
    }


def _client_security(authority: Authority) -> dict[str, str]:
    worker = authority.issue("worker")
    return {
        "security.protocol": "sasl_ssl",
        "ssl.ca.location": str(authority.certificate),
        "ssl.certificate.location": str(worker.certificate),
        "ssl.key.location": str(worker.key),
        "sasl.mechanism": "PLAIN",
        "sasl.username": _PLAIN_USER,
        "sasl.password": _PASSWORD,
    }
