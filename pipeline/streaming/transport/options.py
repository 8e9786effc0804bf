"""Settings of the transport, typed and checked before anything connects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.errors import Misconfigured

MIB = 1024 * 1024

# What librdkafka may be told through `security`; anything else would be a way round the settings below.
_SECURITY_NAMES = frozenset({"security.protocol", "enable.ssl.certificate.verification"})
_SECURITY_PREFIXES = ("ssl.", "sasl.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportOptions:
    """How one worker reads, batches and commits.

    Raises `Misconfigured` with every problem found. `security` holds librdkafka's `ssl.*` and `sasl.*` settings as they
    are; it may hold secrets, so it is left out of `repr`.
    """

    transactional_id: str = ""
    """Name of the worker's slot, unique among the workers of a group and the same after a restart, so that a restart
    aborts what the dead worker left open at once. Empty: a random one, and readers wait for the broker's time-out."""

    idempotent: bool = True
    """False only for a broker that cannot do it: one request in flight keeps the order; duplicates are possible."""

    read_committed: bool = True
    """Skip records of aborted transactions of whoever publishes the source topic."""

    security: Mapping[str, str] = field(default_factory=dict, repr=False)

    batch_records_max: int = 500
    batch_bytes_max: int = 16 * MIB
    """A single larger record still makes a batch of its own."""

    batch_age_ms: int = 20
    """How long the first record of a batch waits for others."""

    pipeline_depth: int = 2
    """Batches read and not yet committed: one computes while the one before commits."""

    linger_ms: int = 0
    record_bytes_max: int = 8 * MIB
    """The largest source record."""

    message_bytes_max: int = 16 * MIB
    """The largest output record."""

    transaction_s_max: float = 5.0
    """A transaction that takes longer is given up and its batch read again. The broker, which aborts what a dead worker
    left open, waits twice as long."""

    away_s_max: float = 300.0
    """The worker ends when it cannot get a transactional producer back for so long."""

    aborts_in_a_row_max: int = 10
    """The worker ends when so many batches in a row were given back without a commit between them."""

    drain_s: float = 5.0
    """How long a stop or a rebalance waits for the batches in hand."""

    stuck_s: float = 25.0
    """The watchdog ends the worker when one commit, or one rebalance callback, takes longer: a last resort, and more
    than twice `transaction_s_max`."""

    agent_s_max: float = 120.0
    """The watchdog ends the worker when the agent holds one batch for longer."""

    def __post_init__(self) -> None:
        if problems := tuple(self._problems()):
            raise Misconfigured(problems)

    def _problems(self) -> Iterator[str]:
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                yield f"transport option {name} must be at least {least}"
        if self.transactional_id != self.transactional_id.strip():
            yield "transport option transactional_id must not start or end with white space"
        if self.message_bytes_max < self.record_bytes_max:
            yield "transport option message_bytes_max must not be smaller than record_bytes_max"
        for name in self.security:
            if name not in _SECURITY_NAMES and not name.startswith(_SECURITY_PREFIXES):
                yield f"transport option security must hold only ssl.* and sasl.* settings, not {name}"


_LEAST: Mapping[str, float] = {
    "batch_records_max": 1,
    "batch_bytes_max": 1,
    "batch_age_ms": 0,
    "pipeline_depth": 1,
    "linger_ms": 0,
    "record_bytes_max": 1024,
    "message_bytes_max": 1024,
    "transaction_s_max": 0.5,
    "aborts_in_a_row_max": 1,
    "drain_s": 0,
    "away_s_max": 0,
    "stuck_s": 1,
    "agent_s_max": 1,
}
