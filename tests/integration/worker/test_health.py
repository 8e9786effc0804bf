"""Health of a real worker."""

import json
import time
import urllib.request

import pytest

from pipeline.demo.brokers import free_port
from tests.support.events import event_bytes
from tests.support.pipeline_lab import PipelineLab, wait_until

KEY = b"conversation-1"


@pytest.mark.tansu
def test_a_worker_is_live_at_the_first_record_after_a_quiet_time(embedded_lab: PipelineLab):
    """Liveness counts from when the backlog appeared, not from the last commit."""
    lab, port = embedded_lab, str(free_port())
    lab.worker(REDACT_TELEMETRY_PORT=port, REDACT_TELEMETRY_STALLED_S_MAX="3")
    wait_until(lambda: health(port)["ready"], "the worker to be ready")
    quiet_until_s = time.monotonic() + 5
    wait_until(lambda: time.monotonic() > quiet_until_s, "a quiet time")
    lab.publish([(KEY, event_bytes("hello"))])
    seen = []
    wait_until(lambda: seen.append(health(port)["live"]) or len(lab.receipts()) == 1, "the receipt")
    assert all(seen)


def health(port: str) -> dict:
    """Return what the worker says of itself; not ready while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return json.load(answer)
    except OSError:
        return {"ready": False, "live": False}
