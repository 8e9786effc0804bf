"""Receipts of every kind, and a program that serves a worker's telemetry while it records them without a broker.

As a program: `python -m tests.support.telemetry_traffic` prints the port it serves on, then records until it is ended.
"""

import itertools
import signal
import sys
import threading
import time
from collections.abc import Iterator

from pipeline.errors import Reason
from pipeline.event.receipt import FindingCount, Outcome, PurposeReceipt, Receipt, WithheldReason
from pipeline.event.sanitized_event import Versions
from pipeline.settings import TelemetrySettings
from pipeline.telemetry.health import HealthState
from pipeline.telemetry.metric import Stage
from pipeline.telemetry.recorder import PartitionLag, Telemetry
from pipeline.telemetry.server import TelemetryServer

VERSIONS = Versions(policy="v1", names="off", keys=1, opt_outs=0, product="test")
DURATIONS_S = {Stage.DECODE: 0.001, Stage.NAMES: 0.02, Stage.REDACT: 0.01, Stage.COMMIT: 0.004}
FINDINGS = (
    FindingCount("PERSON", "placeholder", "spacy", 2),
    FindingCount("EMAIL", "tokenize", "pattern", 1),
)


def receipt(offset: int = 0, *, partition: int = 0, recorded_at_ms: int = 0, **parts: object) -> Receipt:
    """Return a receipt at a place, with whatever the test is about."""
    return Receipt(
        schema_version=1,
        id=f"{partition:08x}{offset:08x}",
        topic="raw",
        partition=partition,
        offset=offset,
        recorded_at_ms=recorded_at_ms,
        versions=VERSIONS,
        **parts,
    )


def sanitized(purpose: str = "analytics", findings: tuple[FindingCount, ...] = FINDINGS) -> PurposeReceipt:
    """Return the outcome of an event that was published."""
    return PurposeReceipt(purpose=purpose, outcome=Outcome.SANITIZED, id="id", findings=findings, dropped_fields=3)


def withheld(purpose: str, reason: WithheldReason, *, metadata_only: bool = False) -> PurposeReceipt:
    """Return the outcome of an event of which the purpose got nothing, or metadata only."""
    return PurposeReceipt(
        purpose=purpose, outcome=Outcome.WITHHELD, id="id", reason=reason, metadata_only=metadata_only
    )


def mixed_batch(first_offset: int, recorded_at_ms: int) -> list[Receipt]:
    """Return a batch in which every kind of outcome occurs, over two partitions."""
    contents: Iterator[dict[str, object]] = iter(
        [
            {"purposes": (sanitized("analytics"), sanitized("quality")), "undeclared_fields": 1},
            {"purposes": (sanitized("analytics"), withheld("quality", WithheldReason.OPTED_OUT))},
            {"purposes": (withheld("analytics", WithheldReason.GPC, metadata_only=True), sanitized("quality"))},
            {
                "purposes": (
                    withheld("analytics", WithheldReason.DUPLICATE),
                    withheld("quality", WithheldReason.DUPLICATE),
                )
            },
            {"purposes": (sanitized("analytics"),), "sequence_regressed": True, "replay_of": "00"},
            {"dead_letter": Reason.INVALID_JSON},
            {"dead_letter": Reason.DETECTOR_FAILED},
        ]
    )
    return [
        receipt(first_offset + index, partition=index % 2, recorded_at_ms=recorded_at_ms, **content)
        for index, content in enumerate(contents)
    ]


def record_everything(telemetry: Telemetry, turn: int) -> None:
    """Let every metric of the catalogue move once."""
    now_ms = time.time_ns() // 1_000_000
    batch = mixed_batch(turn * 10, now_ms - 50)
    for partition in (0, 1):
        telemetry.record_read(partition, 4)
    telemetry.record_batch(batch, durations_s=DURATIONS_S)
    telemetry.record_transaction(committed=turn % 5 != 4)
    telemetry.record_request(accepted=turn % 2 == 0)
    telemetry.record_state_expired(1)
    telemetry.observe_partitions(
        [PartitionLag(partition, turn + 2, turn, turn + 9, now_ms - 1500) for partition in (0, 1)]
    )
    telemetry.observe_intake(None)
    telemetry.observe_opt_outs(position=turn, entries=3, lag_s=0.1, requests_pending=0)
    telemetry.observe_key_version(1)
    telemetry.observe_state(conversations=2, size_bytes=900)


def healthy() -> HealthState:
    """Return the state of a worker that has nothing to complain about."""
    return HealthState(joined_group=True, partitions=(0, 1), state_restored=True, opt_outs_read=True)


def main() -> None:
    """Serve telemetry and record until SIGTERM."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    telemetry = Telemetry()
    telemetry.observe_policy("analytics", "v1", ["analytics", "quality"])
    telemetry.observe_policy_refused()
    with TelemetryServer(telemetry, healthy, TelemetrySettings(port=0)) as server:
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        for turn in itertools.count():
            record_everything(telemetry, turn)
            if ended.wait(0.05):
                return


if __name__ == "__main__":
    main()
