"""Every setting of the product, in one typed place: a TOML file, overridden by `REDACT_...` environment variables.

`load_settings` reports every problem at once. A setting's variable is `REDACT_` + section + `_` + name in capitals:
`[kafka] bootstrap_servers` is `REDACT_KAFKA_BOOTSTRAP_SERVERS`. Secrets are read from files or the environment only.
"""

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, get_type_hints

from pipeline.errors import Misconfigured
from pipeline.keys import KEYS_FILE_VARIABLE, KEYS_VARIABLE


class Delivery(StrEnum):
    """What the broker can promise. AT_LEAST_ONCE is for brokers without transactions (the embedded broker)."""

    EXACTLY_ONCE = "exactly_once"
    AT_LEAST_ONCE = "at_least_once"


class RawKey(StrEnum):
    """What the key of a raw record must be."""

    CONVERSATION_ID = "conversation_id"
    STABLE = "stable"


class SecurityProtocol(StrEnum):
    """How the worker speaks to the brokers. The plaintext forms must be allowed by `allow_plaintext`."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"


class SaslMechanism(StrEnum):
    """How the worker proves who it is. PLAIN sends the password and must be allowed by `allow_sasl_plain`."""

    NONE = ""
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"
    PLAIN = "PLAIN"


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """Where the brokers are and how to speak to them."""

    bootstrap_servers: str = "127.0.0.1:9092"
    delivery: Delivery = Delivery.EXACTLY_ONCE
    security_protocol: SecurityProtocol = SecurityProtocol.SSL
    allow_plaintext: bool = False  # must be true for PLAINTEXT and SASL_PLAINTEXT
    ssl_ca_file: str = ""  # empty: the system's certificate authorities
    ssl_certificate_file: str = ""
    ssl_key_file: str = ""
    sasl_mechanism: SaslMechanism = SaslMechanism.NONE
    allow_sasl_plain: bool = False  # must be true for PLAIN
    sasl_username: str = ""
    sasl_password_file: str = ""  # a file, so that the password never stands in an argument list
    session_timeout_ms: int = 10_000
    heartbeat_interval_ms: int = 3_000


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """Names of the topics, and how `topics create` makes them."""

    raw: str = "support.conversations.raw"
    sanitized_prefix: str = "support.conversations.sanitized."
    dead_letters: str = "support.conversations.dead-letters"
    receipts: str = "redaction.receipts"
    state: str = "redaction.state"
    requests: str = "privacy.requests"
    request_results: str = "privacy.request-results"
    opt_outs: str = "privacy.opt-outs"
    partitions: int = 4  # of the raw topic, and so of sanitized, dead letters, receipts and state
    replication: int = 1
    raw_retention_hours: int = 72
    sanitized_retention_days: int = 365
    receipts_retention_days: int = 730
    requests_retention_hours: int = 24
    compaction_lag_hours_max: int = 24  # how long a replaced or retracted output may physically remain


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How one worker process works."""

    group: str = "redaction"
    slot: str = "0"  # stable name of this worker among its peers; two live workers must not share one
    batch_records_max: int = 500
    batch_age_ms: int = 20
    batches_in_flight_max: int = 3
    raw_key: RawKey = RawKey.CONVERSATION_ID
    opt_out_lag_s_max: float = 5.0  # intake pauses while the opt-out list is further behind
    policy_reload_s: float = 1.0
    detection_s_max: float = 60.0  # a batch that takes longer kills the worker
    transaction_s_max: float = (
        5.0  # a transaction that takes longer is given up; what hangs five times as long kills the worker
    )
    drain_s_max: float = 20.0
    state_ttl_hours: int = 168  # a conversation silent for longer is forgotten
    state_directory: str = ".redact"  # holds no personal data: position markers for hung records


@dataclass(frozen=True, slots=True)
class TelemetrySettings:
    """Where metrics and health are served, and how the log looks."""

    host: str = "127.0.0.1"
    port: int = 9464
    stalled_s_max: float = 30.0  # liveness fails when a worker with a backlog commits nothing for longer
    log_level: str = "INFO"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. `policy` is a path or the name of a shipped profile; `keys_file` may be given by environment."""

    policy: str = "analytics"
    keys_file: str = ""
    kafka: KafkaSettings = field(default_factory=KafkaSettings)
    topics: TopicSettings = field(default_factory=TopicSettings)
    worker: WorkerSettings = field(default_factory=WorkerSettings)
    telemetry: TelemetrySettings = field(default_factory=TelemetrySettings)

    def sanitized_topic(self, purpose: str) -> str:
        """Return the name of a purpose's sanitized topic. Pure."""
        return self.topics.sanitized_prefix + purpose


SECTIONS: Final[Mapping[str, type]] = {
    "kafka": KafkaSettings,
    "topics": TopicSettings,
    "worker": WorkerSettings,
    "telemetry": TelemetrySettings,
}
PREFIX: Final = "REDACT_"
CONFIG_VARIABLE: Final = "REDACT_CONFIG"
"""Names the settings file."""
_LIKENESS_MIN: Final = 0.88
_PORT_MAX: Final = 65_535
_HEARTBEATS_IN_A_SESSION_MIN: Final = 3
_LABEL: Final = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]+\Z")
"""What may name a group or a slot: it becomes part of file names and of ids at the brokers."""
_WITHOUT_SECURITY: Final = frozenset({"bootstrap_servers", "delivery", "session_timeout_ms", "heartbeat_interval_ms"})


def load_settings(path: Path | None, environment: Mapping[str, str]) -> Settings:
    """Read settings from a TOML file (or none) and the environment. Raises `Misconfigured` with every problem."""
    problems: list[str] = []
    document = _read(path) if path else {}
    where = str(path) if path else "settings"
    known = {item.name for item in fields(Settings)}
    problems += [f"{where}: {name}: no such setting" for name in document if name not in known]
    values: dict[str, Any] = {}
    for name in ("policy", "keys_file"):
        raw = environment.get(_variable(name), document.get(name))
        if raw is not None:
            values[name] = _typed(raw, str, f"{where}: {name}", problems)
    unread: dict[str, AbstractSet[str]] = {}
    for name in SECTIONS:
        table = document.get(name, {})
        if not isinstance(table, dict):
            problems.append(f"{where}: [{name}] must be a table")
            table = {}
        values[name], unread[name] = _section(name, table, environment, where, problems)
    problems += _mistyped(environment)
    settings = Settings(**values)
    if unread["kafka"] <= _WITHOUT_SECURITY:
        problems += insecurities(settings.kafka)
    problems += _limits(settings, unread["kafka"])
    if problems:
        raise Misconfigured(problems)
    return settings


def _variable(*names: str) -> str:
    """Return the environment variable of a setting, given its section, if it has one, and its name. Pure."""
    return PREFIX + "_".join(names).upper()


def _mistyped(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield what looks like a variable of ours and is none; other names with our prefix belong to somebody else."""
    known = {_variable("policy"), CONFIG_VARIABLE, KEYS_VARIABLE, KEYS_FILE_VARIABLE}
    known |= {_variable(name, key) for name, section in SECTIONS.items() for key in get_type_hints(section)}
    for variable in sorted(name for name in environment if name.startswith(PREFIX) and name not in known):
        for meant in get_close_matches(variable, known, n=1, cutoff=_LIKENESS_MIN):
            yield f"{variable}: no such setting; {meant} is"


def insecurities(kafka: KafkaSettings) -> list[str]:
    """Return what is insecure and was not asked for by name, and what a secure form still lacks. Pure."""
    problems: list[str] = []
    protocol, mechanism = kafka.security_protocol, kafka.sasl_mechanism
    sasl = protocol in (SecurityProtocol.SASL_PLAINTEXT, SecurityProtocol.SASL_SSL)
    if protocol in (SecurityProtocol.PLAINTEXT, SecurityProtocol.SASL_PLAINTEXT) and not kafka.allow_plaintext:
        problems.append(f"kafka.security_protocol: {protocol} is not encrypted; use SSL or set kafka.allow_plaintext")
    if mechanism is SaslMechanism.PLAIN and not kafka.allow_sasl_plain:
        problems.append(
            "kafka.sasl_mechanism: PLAIN sends the password; use SCRAM-SHA-512 or set kafka.allow_sasl_plain"
        )
    if sasl and (mechanism is SaslMechanism.NONE or not kafka.sasl_username or not kafka.sasl_password_file):
        problems.append("kafka: SASL needs sasl_mechanism, sasl_username and sasl_password_file")
    if not sasl and mechanism is not SaslMechanism.NONE:
        problems.append(f"kafka.sasl_mechanism: has no effect with {protocol}; use SASL_SSL")
    if bool(kafka.ssl_certificate_file) != bool(kafka.ssl_key_file):
        problems.append("kafka: ssl_certificate_file and ssl_key_file go together")
    return problems


def _limits(settings: Settings, unread_of_kafka: AbstractSet[str]) -> list[str]:
    kafka, worker, telemetry = settings.kafka, settings.worker, settings.telemetry
    positive = {
        "kafka.session_timeout_ms": kafka.session_timeout_ms,
        "kafka.heartbeat_interval_ms": kafka.heartbeat_interval_ms,
        "topics.partitions": settings.topics.partitions,
        "topics.replication": settings.topics.replication,
        "worker.batch_records_max": worker.batch_records_max,
        "worker.batch_age_ms": worker.batch_age_ms,
        "worker.batches_in_flight_max": worker.batches_in_flight_max,
        "worker.opt_out_lag_s_max": worker.opt_out_lag_s_max,
        "worker.policy_reload_s": worker.policy_reload_s,
        "worker.drain_s_max": worker.drain_s_max,
        "worker.detection_s_max": worker.detection_s_max,
        "worker.transaction_s_max": worker.transaction_s_max,
        "worker.state_ttl_hours": worker.state_ttl_hours,
        "telemetry.stalled_s_max": telemetry.stalled_s_max,
    }
    problems = [f"{name}: must be above 0" for name, value in positive.items() if value <= 0]
    both_read = unread_of_kafka.isdisjoint({"session_timeout_ms", "heartbeat_interval_ms"})
    if both_read and kafka.heartbeat_interval_ms * _HEARTBEATS_IN_A_SESSION_MIN > kafka.session_timeout_ms > 0:
        problems.append("kafka.heartbeat_interval_ms: must be at most a third of kafka.session_timeout_ms; set both")
    problems += [
        f"{name}: must be letters, digits, `.`, `_` and `-`, at least one, and not `.` or `..`"
        for name, value in {"worker.group": worker.group, "worker.slot": worker.slot}.items()
        if not _LABEL.match(value)
    ]
    if not 0 <= telemetry.port <= _PORT_MAX:
        problems.append(f"telemetry.port: must be from 0, which takes any free one, to {_PORT_MAX}")
    return problems


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Misconfigured([f"{path}: cannot be read ({error.strerror})"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured([f"{path}: not TOML ({error})"]) from None


def _section(
    name: str, table: Mapping[str, Any], environment: Mapping[str, str], where: str, problems: list[str]
) -> tuple[object, AbstractSet[str]]:
    """Return a section, with the default in place of each setting that cannot be read, and the names of those."""
    section = SECTIONS[name]
    hints = get_type_hints(section)
    problems += [f"{where}: {name}.{key}: no such setting" for key in table if key not in hints]
    values = {}
    for key, kind in hints.items():
        variable = _variable(name, key)
        if variable in environment:
            values[key] = _typed(environment[variable], kind, variable, problems)
        elif key in table:
            values[key] = _typed(table[key], kind, f"{where}: {name}.{key}", problems)
    unread = {key for key, value in values.items() if value is None}
    return section(**{key: value for key, value in values.items() if key not in unread}), unread


_WORDS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def _typed(raw: Any, kind: type, where: str, problems: list[str]) -> object:  # noqa: ANN401
    """Return `raw` as the setting's type; a problem never quotes the value, which may be a secret."""
    if kind is bool and (isinstance(raw, bool) or str(raw).lower() in _WORDS):
        return raw if isinstance(raw, bool) else _WORDS[str(raw).lower()]
    if kind in (int, float) and not isinstance(raw, bool):
        try:
            number = kind(raw)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number):  # a limit that no lag is above would fail open
            return number
        problems.append(f"{where}: must be a number")
        return None
    if issubclass(kind, StrEnum) and isinstance(raw, str) and raw in set(kind):
        return kind(raw)
    if kind is str and isinstance(raw, str):
        return raw
    required = " | ".join(kind) if issubclass(kind, StrEnum) else kind.__name__
    problems.append(f"{where}: must be {required}")
    return None
