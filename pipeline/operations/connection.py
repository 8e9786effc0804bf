"""How kafka-python is told to reach the brokers, and what its errors mean to the person at the keyboard."""

import logging
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kafka import errors

from pipeline.errors import Misconfigured, RedactionError, Unavailable
from pipeline.settings import Delivery, KafkaSettings, SaslMechanism, SecurityProtocol, insecurities

CONNECT_S_MAX: Final = 5.0
REQUEST_TIMEOUT_MS: Final = 20_000
BOOTSTRAP_TIMEOUT_MS: Final = 10_000
DELIVERY_TIMEOUT_MS: Final = 60_000
FETCH_BYTES_MAX: Final = 32 * 1024 * 1024
_ENCRYPTED: Final = frozenset({SecurityProtocol.SSL, SecurityProtocol.SASL_SSL})
_WITH_PASSWORD: Final = frozenset({SecurityProtocol.SASL_PLAINTEXT, SecurityProtocol.SASL_SSL})

Option = str | int | bool | None


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """Keyword arguments for kafka-python's clients. The password stays out of `repr`."""

    common: Mapping[str, Option] = field(repr=False)
    producer: Mapping[str, Option]
    consumer: Mapping[str, Option]


def client_options(kafka: KafkaSettings) -> ClientOptions:
    """Return how each client is to be made. Reads the password file.

    Raises `Misconfigured` when the settings are insecure without saying so, or the password cannot be read.
    """
    problems = insecurities(kafka)
    common: dict[str, Option] = {
        "bootstrap_servers": kafka.bootstrap_servers,
        "client_id": "redact",
        "security_protocol": kafka.security_protocol.value,
        "request_timeout_ms": REQUEST_TIMEOUT_MS,
        "bootstrap_timeout_ms": BOOTSTRAP_TIMEOUT_MS,
    }
    if kafka.security_protocol in _ENCRYPTED:
        files = (
            ("ssl_cafile", "ssl_ca_file", kafka.ssl_ca_file),
            ("ssl_certfile", "ssl_certificate_file", kafka.ssl_certificate_file),
            ("ssl_keyfile", "ssl_key_file", kafka.ssl_key_file),
        )
        for option, setting, path in files:
            common[option] = path or None
            if path and not Path(path).is_file():
                problems.append(f"kafka.{setting}: {path} is no file")
    if kafka.security_protocol in _WITH_PASSWORD and kafka.sasl_mechanism is not SaslMechanism.NONE:
        common["sasl_mechanism"] = kafka.sasl_mechanism.value
        common["sasl_plain_username"] = kafka.sasl_username
        common["sasl_plain_password"] = _password(kafka.sasl_password_file, problems)
    if problems:
        raise Misconfigured(problems)
    return ClientOptions(common=common, producer=_producer(kafka.delivery), consumer=_CONSUMER)


_CONSUMER: Final[Mapping[str, Option]] = {
    "group_id": None,
    "enable_auto_commit": False,
    "auto_offset_reset": "earliest",
    "isolation_level": "read_committed",
    "allow_auto_create_topics": False,
    "max_partition_fetch_bytes": FETCH_BYTES_MAX,
    # In pure Python a CRC takes 0.19 s a MiB, most of a reader's time; the broker checked each batch when it took it.
    "check_crcs": False,
    "metrics_enabled": False,
}


def _producer(delivery: Delivery) -> dict[str, Option]:
    # Without the idempotent producer a retry can overtake a later batch: one request in flight keeps the order.
    idempotent = delivery is Delivery.EXACTLY_ONCE
    return {
        "acks": "all",
        "enable_idempotence": idempotent,
        "max_in_flight_requests_per_connection": 5 if idempotent else 1,
        "allow_auto_create_topics": False,
        "linger_ms": 5,
        "batch_size": 128 * 1024,
        "max_request_size": FETCH_BYTES_MAX,
        "max_block_ms": BOOTSTRAP_TIMEOUT_MS,
        "delivery_timeout_ms": DELIVERY_TIMEOUT_MS,
        "metrics_enabled": False,
    }


def _password(path: str, problems: list[str]) -> str:
    if not path:
        return ""
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        content = ""
    if not content:
        problems.append(f"kafka.sasl_password_file: {path} cannot be read or is empty")
    return content


@contextmanager
def translated(where: str, doing: str) -> Iterator[None]:
    """Turn kafka-python's errors into ours: `Misconfigured` for what a person must change, else `Unavailable`.

    The message names the host, what was being done and the remedy; never what the library quoted: it may be a record.
    """
    problem: RedactionError | None = None
    try:
        yield
    except errors.KafkaError as error:
        problem = as_ours(error, where, doing)
        error.args = ()  # a `with` block keeps it as the context of ours, and it might quote a record
    except OSError as error:
        problem = Unavailable(f"{where}: {doing}: {error.strerror or 'the connection broke'}; is the broker running?")
    if problem is not None:
        raise problem


def silence_client() -> None:
    """Silence kafka-python's log: at DEBUG it writes keys, values and whole requests, passwords among them.

    What it logs as errors is what we raise, once for each of its attempts.
    """
    logging.getLogger("kafka").setLevel(logging.CRITICAL)


def require_reachable(bootstrap_servers: str) -> None:
    """Connect to the first of the hosts that accepts, and hang up.

    kafka-python would try for its whole bootstrap time and then not say what was wrong. Raises `Misconfigured` for what
    is no host:port, `Unavailable` when none accepts.
    """
    refusals = []
    for server in bootstrap_servers.split(","):
        host, _, port = server.strip().rpartition(":")
        if not host or not port.isdecimal():
            problem = f"kafka.bootstrap_servers: {server.strip() or 'nothing'} is not host:port"
            raise Misconfigured([problem])
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_S_MAX).close()
        except OSError as error:
            refusals.append(f"{server.strip()}: {error.strerror or 'no answer'}")
        else:
            return
    raise Unavailable(f"{'; '.join(refusals)}; is the broker running, and kafka.bootstrap_servers right?")


# kafka-python tries again when certificates or passwords are refused, and in the end reports a timeout.
_NO_ANSWER: Final = (
    "is the broker running, are kafka.security_protocol and the ssl files right, kafka.sasl_username and"
    " kafka.sasl_password_file?"
)
_REMEDIES: Final[tuple[tuple[type[Exception], type[RedactionError], str], ...]] = (
    (errors.SaslAuthenticationFailedError, Misconfigured, "check kafka.sasl_username and kafka.sasl_password_file"),
    (errors.UnsupportedSaslMechanismError, Misconfigured, "the broker does not offer kafka.sasl_mechanism"),
    (errors.AuthorizationError, Misconfigured, "this user may not do it: ask for the access rights (ACL)"),
    (errors.UnknownTopicOrPartitionError, Misconfigured, "the topic or partition is not there: `redact topics create`"),
    (errors.InvalidReplicationFactorError, Misconfigured, "more replicas than brokers: lower topics.replication"),
    (errors.InvalidTopicError, Misconfigured, "not a topic name: change it under [topics]"),
    (errors.InvalidConfigurationError, Misconfigured, "the broker refuses a topic setting"),
    (errors.PolicyViolationError, Misconfigured, "the cluster's own policy refuses it: ask its operators"),
    (errors.MessageSizeTooLargeError, Misconfigured, "over the topic's max.message.bytes: see `redact topics check`"),
    (errors.RecordListTooLargeError, Misconfigured, "over the topic's max.message.bytes: see `redact topics check`"),
    (errors.KafkaConfigurationError, Misconfigured, "kafka-python refuses the [kafka] settings"),
    (errors.UnsupportedVersionError, Misconfigured, "the broker is too old, or needs kafka.delivery = at_least_once"),
    (errors.KafkaTimeoutError, Unavailable, _NO_ANSWER),
)


def as_ours(error: errors.KafkaError, where: str, doing: str) -> RedactionError:
    """Return our error for one of kafka-python's. Pure."""
    name = type(error).__name__
    for theirs, ours, remedy in _REMEDIES:
        if isinstance(error, theirs):
            message = f"{where}: {doing}: {name}; {remedy}"
            return Misconfigured([message]) if ours is Misconfigured else Unavailable(message)
    return Unavailable(f"{where}: {doing}: {name}; try again, and look at the broker's log")
