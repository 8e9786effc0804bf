"""What it means when a broker says that this user may not: waiting does not help, so the worker ends."""

from typing import Final

from confluent_kafka import KafkaError

from pipeline.errors import Misconfigured

_FORBIDDEN: Final = frozenset(
    {
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    }
)


def require_right(error: KafkaError, subject: str) -> None:
    """Raise `Misconfigured` where a call failed because the worker's user lacks a right; `subject` says to what."""
    if error.code() in _FORBIDDEN:
        raise Misconfigured([f"{subject}: {error.name()}; grant the worker's user the rights (ACL) that it needs"])
