"""Sending one record through a producer, and what it means when a topic does not take it."""

import time
from collections.abc import Callable

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from pipeline.errors import Misconfigured, Unavailable
from pipeline.streaming.transport.batch import Output

OnDelivery = Callable[[KafkaError | None, Message], None]

_ROOM_S = 0.1
# Sending the same record again cannot help.
_REFUSALS = frozenset(
    {
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.RECORD_LIST_TOO_LARGE,
        KafkaError.INVALID_MSG,
        KafkaError.INVALID_RECORD,
        KafkaError.POLICY_VIOLATION,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError._UNKNOWN_TOPIC,  # noqa: SLF001, the client's constant
        KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001, the client's constant
    }
)
# Answers of a coordinator that works. Only after them is a producer sure to abort cleanly.
_GROUP_MOVED_ON = frozenset(
    {
        KafkaError.ILLEGAL_GENERATION,
        KafkaError.UNKNOWN_MEMBER_ID,
        KafkaError.REBALANCE_IN_PROGRESS,
        KafkaError.FENCED_INSTANCE_ID,
    }
)


def send(producer: Producer, output: Output, on_delivery: OnDelivery, *, deadline_s: float = float("inf")) -> None:
    """Queue one record, waiting while the client's queue is full.

    Raises `KafkaException` when the client does not take it, also when there is no room by `deadline_s` on the
    monotonic clock.
    """
    while True:
        try:
            producer.produce(output.topic, output.value, output.key, output.partition, on_delivery, output.timestamp_ms)
        except BufferError:
            if time.monotonic() > deadline_s:
                raise KafkaException(KafkaError(KafkaError._QUEUE_FULL)) from None  # noqa: SLF001, the client's constant
            producer.poll(_ROOM_S)
        else:
            return


def error_behind(failure: BaseException) -> KafkaError | None:
    """Return the client's error that a failed call tells of, if it does. Pure.

    A fatal error, as being fenced is one, is raised by the client while it serves callbacks. Where another callback
    follows in the same call, Python makes a `SystemError` of the two, whose cause is the first.
    """
    cause: BaseException | None = failure
    while cause is not None:
        if isinstance(cause, KafkaException):
            error: KafkaError = cause.args[0]
            return error
        cause = cause.__cause__
    return None


def is_refusal(error: KafkaError) -> bool:
    """Tell whether sending the record again cannot help. Pure."""
    return error.code() in _REFUSALS


def group_moved_on(error: KafkaError) -> bool:
    """Tell whether a transaction failed for nothing but a rebalance. Pure."""
    return error.code() in _GROUP_MOVED_ON


def refusal(topic: str, error: KafkaError) -> Misconfigured | Unavailable:
    """Return the error for a record that a topic did not take: the worker has to end. Pure."""
    if is_refusal(error):
        return Misconfigured(
            [f"topic {topic} refused a record ({error.name()}): compare it with `redact topics check`"]
        )
    return Unavailable(f"topic {topic} did not take a record ({error.name()})")
