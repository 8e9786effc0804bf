"""A worker in Faust's own idiom: what a team writes on its first day. Run as a module, configured by `StockPlan`.

It copies each record, or has Presidio redact its text, and sends it on. Offsets are Faust's business, so it loses
events in situations where the pipeline does not. Its producer waits for a few milliseconds and
sends large requests, which is the fastest of its stock forms.
"""

import json
import os
from collections.abc import Callable
from typing import Any, Final

import faust
import msgspec

from pipeline.bench.references.products import presidio_default

PLAN_VARIABLE: Final = "REDACT_BENCH_PLAN"
LINGER_S: Final = 0.005
REQUEST_BYTES: Final = 128 * 1024


class StockPlan(msgspec.Struct, frozen=True):
    """From where to where a reference worker copies, and whether Presidio redacts on the way."""

    bootstrap: str
    group: str
    source: str
    target: str
    directory: str
    presidio: bool = False


def plan_of_environment() -> StockPlan:
    """Return the plan that the benchmark left in the environment."""
    return msgspec.json.decode(os.environ[PLAN_VARIABLE], type=StockPlan)


def make_app(plan: StockPlan) -> faust.App:
    """Return the app: one agent, one event at a time."""
    app = faust.App(
        plan.group,
        broker=f"kafka://{plan.bootstrap}",
        datadir=plan.directory,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        key_serializer="raw",
        value_serializer="raw",
        producer_linger=LINGER_S,
        producer_max_batch_size=REQUEST_BYTES,
    )
    source = app.topic(plan.source, key_serializer="raw", value_serializer="raw")
    target = app.topic(plan.target, key_serializer="raw", value_serializer="raw")
    change = _redacting() if plan.presidio else _copying

    async def copy(stream: Any) -> None:  # noqa: ANN401 - Faust is untyped
        async for event in stream.events():
            await target.send(key=event.key, value=change(event.value), partition=event.message.partition)

    app.agent(source, name="copy")(copy)
    return app


def _copying(value: bytes) -> bytes:
    return value


def _redacting() -> Callable[[bytes], bytes]:
    redact = presidio_default()

    def change(value: bytes) -> bytes:
        event = json.loads(value)
        event["text"] = redact(event["text"])
        return json.dumps(event).encode()

    return change


if __name__ == "__main__":
    make_app(plan_of_environment()).main()
