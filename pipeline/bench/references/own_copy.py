"""The pipeline's own transport, exactly once, copying: the ceiling of what a worker can reach. Run as a module."""

from collections.abc import AsyncIterator
from typing import Any

import faust

from pipeline.bench.references.stock_worker import StockPlan, plan_of_environment
from pipeline.streaming.transport import Batch, Stage, TransportOptions, batches, equip


def make_app(plan: StockPlan) -> faust.App:
    """Return the app: one agent, a batch at a time, one transaction each."""
    app = faust.App(
        plan.group,
        broker=f"confluent+eos://{plan.bootstrap}",
        datadir=plan.directory,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        key_serializer="raw",
        value_serializer="raw",
    )
    equip(app, TransportOptions(transactional_id=plan.group))

    async def copy(stream: Any) -> None:  # noqa: ANN401 - Faust is untyped
        delivered: AsyncIterator[Batch] = batches(stream)
        async for batch in delivered:
            async with batch:
                for record in batch.records:
                    batch.send(Stage.OUTPUT, plan.target, record.value(), record.key(), record.partition())

    app.agent(app.topic(plan.source, key_serializer="raw", value_serializer="raw"), name="copy", concurrency=1)(copy)
    return app


if __name__ == "__main__":
    make_app(plan_of_environment()).main()
