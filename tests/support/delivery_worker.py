"""A Faust worker for the delivery tests: copies every record to two topics and notes each partition's last offset.

Run as a program, with the path of a JSON file (`WorkerPlan`) in DELIVERY_PLAN. What goes wrong, and where, is planned
by the record's value; a marker file says that it happened, and lets it happen once only.
"""

import asyncio
import faulthandler
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field
from pathlib import Path

import faust
from faust.types import TP

from pipeline.streaming.transport import Batch, Stage, TransportControls, TransportOptions, batches, equip
from pipeline.streaming.transport.transactional_client import TransactionalClient

OVERSIZE_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class WorkerPlan:
    """What one worker does. Values are compared with the records' values; empty means never."""

    broker: str
    group: str
    slot: str
    directory: str
    run: int
    source: str
    outputs: tuple[str, ...]
    state: str
    session_s: float
    heartbeat_s: float
    batch_records_max: int = 500
    security: Mapping[str, str] = field(default_factory=dict)
    idempotent: bool = True
    read_committed: bool = True
    stuck_s: float = 25.0
    drain_s: float = 5.0
    aborts_in_a_row_max: int = 10
    transaction_s_max: float = 5.0
    batch_pause_s: float = 0.0
    raise_at: str = ""
    raise_always: bool = False
    hold_at: str = ""
    hold_s: float = 3600.0
    oversize_at: str = ""
    freeze_in_transaction: bool = False
    pause_intake: bool = False
    resume_often: bool = False
    restore_slowly: bool = False
    listener_fails: bool = False

    def write(self) -> Path:
        """Write the plan where the worker reads it."""
        path = Path(self.directory) / "plan.json"
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")
        return path


class Journal:
    """A `PartitionListener` that writes down what it hears, with what the agent does in between."""

    def __init__(self, plan: WorkerPlan) -> None:
        self._plan = plan
        self._file = (Path(plan.directory) / f"journal-{plan.run}").open("a", encoding="utf-8")

    def note(self, *words: object) -> None:
        """Add a line."""
        self._file.write(" ".join(map(str, words)) + "\n")
        self._file.flush()

    async def assigned(self, partitions: AbstractSet[TP]) -> None:
        self.note("assigned", *sorted(tp.partition for tp in partitions))
        if self._plan.listener_fails:
            raise OSError("no state")
        go_on = Path(self._plan.directory) / "restore"
        while self._plan.restore_slowly and not go_on.exists():  # noqa: ASYNC110, it comes from another process
            await asyncio.sleep(0.02)
        self.note("restored", *sorted(tp.partition for tp in partitions))

    async def revoked(self, partitions: AbstractSet[TP]) -> None:
        self.note("revoked", *sorted(tp.partition for tp in partitions))

    def committed(self, batch: Batch) -> None:
        self.note("committed", batch.epoch, *offsets(batch))

    async def aborted(self) -> None:
        self.note("aborted")


def offsets(batch: Batch) -> list[str]:
    """One word for each partition of a batch: number and next offset."""
    return [f"{tp.partition}:{span.next_offset}" for tp, span in sorted(batch.spans.items())]


def once(plan: WorkerPlan, name: str) -> bool:
    """Return True the first time, and leave a marker file."""
    marker = Path(plan.directory) / name
    if marker.exists():
        return False
    marker.touch()
    return True


def freeze_once(plan: WorkerPlan) -> None:
    """Make the first transaction stop the whole process between its records and its offsets."""
    send_offsets = TransactionalClient._send_offsets

    def freeze(self, *arguments):
        if once(plan, "frozen"):
            self._producer.flush(5)
            os.kill(os.getpid(), signal.SIGSTOP)
        send_offsets(self, *arguments)

    TransactionalClient._send_offsets = freeze


def make_app(plan: WorkerPlan) -> faust.App:
    """Build the app as a worker of this project does."""
    journal = Journal(plan)
    app = faust.App(
        plan.group,
        broker=plan.broker,
        datadir=str(Path(plan.directory) / "faust"),
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        broker_session_timeout=plan.session_s,
        broker_heartbeat_interval=plan.heartbeat_s,
        key_serializer="raw",
        value_serializer="raw",
    )
    options = TransportOptions(
        transactional_id=plan.slot,
        security=plan.security,
        idempotent=plan.idempotent,
        read_committed=plan.read_committed,
        batch_records_max=plan.batch_records_max,
        stuck_s=plan.stuck_s,
        drain_s=plan.drain_s,
        aborts_in_a_row_max=plan.aborts_in_a_row_max,
        transaction_s_max=plan.transaction_s_max,
    )
    controls = equip(app, options, journal)
    if plan.pause_intake:
        controls.pause_intake()
        threading.Thread(target=watch_pause, args=(plan, controls), daemon=True).start()
    if plan.freeze_in_transaction:
        freeze_once(plan)

    @app.agent(app.topic(plan.source, internal=False, key_serializer="raw", value_serializer="raw"))
    async def copy(stream):
        async for batch in batches(stream):
            journal.note("delivered", batch.epoch, *offsets(batch))
            async with batch:
                await transform(plan, batch)

    @app.task
    async def resume() -> None:
        while plan.resume_often and not app.should_stop:
            app.flow_control.resume()
            await asyncio.sleep(0)

    return app


def watch_pause(plan: WorkerPlan, controls: TransportControls) -> None:
    """Write the lag down while the intake is paused; let it go on when the file `resume` appears."""
    directory = Path(plan.directory)
    while not (directory / "resume").exists():
        lags = [position.lag_records for position in controls.snapshot().partitions.values()]
        known = [lag for lag in lags if lag is not None]
        scratch = directory / "lag.new"
        scratch.write_text(str(sum(known)) if known and len(known) == len(lags) else "", encoding="utf-8")
        scratch.rename(directory / "lag")
        time.sleep(0.05)
    controls.resume_intake()


async def transform(plan: WorkerPlan, batch: Batch) -> None:
    """Fill a batch as planned."""
    for record in batch.records:
        value = record.value()
        text = value.decode()
        if text == plan.raise_at and (plan.raise_always or once(plan, "raised")):
            raise ValueError("planned")
        if text == plan.hold_at and once(plan, "held"):
            await asyncio.sleep(plan.hold_s)
        out = value if text != plan.oversize_at else value * OVERSIZE_BYTES
        for topic in plan.outputs:
            batch.send(Stage.OUTPUT, topic, out, record.key(), record.partition(), record.timestamp()[1])
    for tp, span in batch.spans.items():
        batch.send(Stage.STATE, plan.state, str(span.next_offset).encode(), b"last", tp.partition)
    if plan.batch_pause_s:
        time.sleep(plan.batch_pause_s)  # noqa: ASYNC251, stands for work that holds the loop


if __name__ == "__main__":
    faulthandler.enable()
    loaded = json.loads(Path(os.environ["DELIVERY_PLAN"]).read_text(encoding="utf-8"))
    logging.captureWarnings(capture=True)
    make_app(WorkerPlan(**{**loaded, "outputs": tuple(loaded["outputs"])})).main()
