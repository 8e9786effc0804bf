"""The dashboard's queries, put to a real Prometheus that scraped a real worker on Apache Kafka."""

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from pipeline.policy.shipped import find_policy
from tests.support.events import TENANT, event_bytes, write_key_file
from tests.support.prometheus import (
    RunningPrometheus,
    dashboard_queries,
    prometheus_program,
    running_prometheus,
    selectors,
)

pytestmark = [pytest.mark.kafka, pytest.mark.prometheus]

START_S_MAX = 60.0


@pytest.fixture(scope="module")
def environment(kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the settings of a worker with topics, group, keys and a policy of its own."""
    directory = tmp_path_factory.mktemp("worker")
    prefix = f"observed-{uuid4().hex[:8]}."
    topics = ("raw", "sanitized_prefix", "dead_letters", "receipts", "state", "requests", "request_results", "opt_outs")
    policy = directory / "policy.yaml"
    policy.write_text(_without_names(find_policy("analytics").read_text(encoding="utf-8")), encoding="utf-8")
    return {
        **os.environ,
        **{f"REDACT_TOPICS_{name}".upper(): prefix + name.replace("_", "-") for name in topics},
        "REDACT_TOPICS_PARTITIONS": "2",
        "REDACT_KAFKA_BOOTSTRAP_SERVERS": kafka_bootstrap,
        "REDACT_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
        "REDACT_KAFKA_ALLOW_PLAINTEXT": "true",
        "REDACT_KEYS_FILE": str(write_key_file(directory / "keys.json")),
        "REDACT_POLICY": str(policy),
        "REDACT_WORKER_GROUP": prefix + "redaction",
        "REDACT_WORKER_STATE_DIRECTORY": str(directory / "state"),
        "REDACT_TELEMETRY_PORT": "0",
    }


@pytest.fixture(scope="module")
def scraped(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPrometheus]:
    """Run a worker under steady traffic of every kind, and a Prometheus that scrapes it."""
    prometheus_program("prometheus")
    redact = [sys.executable, "-m", "pipeline"]
    made = subprocess.run(
        [*redact, "topics", "create"], env=environment, timeout=120, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    log = tmp_path_factory.mktemp("log") / "worker.log"
    with log.open("wb") as sink, subprocess.Popen([*redact, "worker"], env=environment, stderr=sink) as worker:
        ended = threading.Event()
        traffic = threading.Thread(target=_publish, args=(environment, ended))
        try:
            port = _served_port(log, worker)
            traffic.start()
            with running_prometheus(tmp_path_factory.mktemp("prometheus"), [f"127.0.0.1:{port}"]) as prometheus:
                prometheus.await_data("redaction_ready == 1", timeout_s=START_S_MAX)
                prometheus.await_data("sum(redaction_records_committed_total) > 100", timeout_s=START_S_MAX)
                yield prometheus
        finally:
            ended.set()
            worker.terminate()
            worker.wait(60)
            if traffic.ident is not None:
                traffic.join()


@pytest.mark.parametrize("name", dashboard_queries())
def test_each_query_of_the_dashboard_returns_data(scraped, name):
    """Every panel shows numbers while a real worker works."""
    scraped.await_data(dashboard_queries()[name])


def test_outcomes_add_up(scraped):
    """Each committed record is one dead letter or one outcome for each purpose, as the worker counts them."""
    for purpose in ("analytics", "quality"):
        committed = "sum(redaction_records_committed_total) - sum(redaction_dead_letters_total)"
        outcomes = f'sum(redaction_outcomes_total{{purpose="{purpose}"}})'
        scraped.await_data(f"{committed} - {outcomes} == 0")


@pytest.mark.parametrize(
    "expression",
    [
        'sum(redaction_outcomes_total{outcome="sanitized"}) > 0',
        'sum(redaction_outcomes_total{outcome="withheld", reason="duplicate"}) > 0',
        'sum(redaction_outcomes_total{reason="opted_out"}) > 0',
        'sum(redaction_dead_letters_total{reason="invalid_json"}) > 0',
        'sum(redaction_findings_total{label="EMAIL"}) > 0',
        "sum(redaction_sequence_regressions_total) > 0",
        "sum(redaction_undeclared_fields_total) > 0",
        "sum(redaction_dropped_fields_total) > 0",
        'sum(redaction_transactions_total{result="committed"}) > 0',
        'sum(redaction_privacy_requests_total{result="accepted"}) > 0',
        'sum(redaction_privacy_requests_total{result="refused"}) > 0',
        "redaction_opt_outs_entries > 0",
        "redaction_state_conversations > 0",
        "redaction_live == 1",
    ],
    ids=lambda expression: selectors(expression)[0],
)
def test_what_was_published_is_counted(scraped, expression):
    """Each kind of traffic moves its own series."""
    scraped.await_data(expression)


def test_a_broken_policy_on_disk_is_seen_and_its_correction_too(scraped, environment):
    """The worker keeps the last good policy, says that it refuses the new one, and says when that is settled."""
    policy = Path(environment["REDACT_POLICY"])
    good = policy.read_text(encoding="utf-8")
    (before,) = scraped.await_data("redaction_policy_info")
    policy.write_text(good + "no_such_setting: 1\n", encoding="utf-8")
    try:
        scraped.await_data("redaction_policy_refused == 1")
        (during,) = scraped.await_data("redaction_policy_info")
        assert during.labels == before.labels
    finally:
        policy.write_text(good, encoding="utf-8")
    scraped.await_data("redaction_policy_refused == 0")
    scraped.await_data("redaction_policy_refusals_total >= 1")


def _publish(environment: dict[str, str], ended: threading.Event) -> None:
    """Publish rounds of good, doubled, late, broken and opted-out events, and privacy requests, until told to end."""
    producer = Producer({"bootstrap.servers": environment["REDACT_KAFKA_BOOTSTRAP_SERVERS"], "linger.ms": 1})
    raw, requests = environment["REDACT_TOPICS_RAW"], environment["REDACT_TOPICS_REQUESTS"]
    for turn in itertools.count():
        conversation = f"conversation-{turn}"
        mine = {
            "conversation_id": conversation,
            "subject": {"customer_id": f"customer-{turn % 3}", "name": "Robin Hale"},
        }
        text = "please write to robin.hale@example.org"
        good = event_bytes(text, event_id=f"a-{turn}", sequence=5, **mine)
        late = event_bytes(text, event_id=f"b-{turn}", sequence=2, surprise="x", **mine)
        for value in (good, good, late, b"{"):
            producer.produce(raw, value, conversation)
        if turn % 10 == 0:
            producer.produce(requests, _request(turn), f"request-{turn}")
            producer.produce(requests, b"{}", f"broken-{turn}")
        producer.poll(0)
        if ended.wait(0.05):
            break
    producer.flush(10)


def _request(turn: int) -> bytes:
    request = {
        "schema_version": 1,
        "request_id": f"request-{turn}",
        "tenant": TENANT,
        "kind": "customer_id",
        "identifier": "customer-0",
        "choice": "out",
        "requested_at": f"2026-03-01T10:{turn // 60 % 60:02d}:{turn % 60:02d}Z",
    }
    return json.dumps(request).encode()


def _served_port(log: Path, worker: subprocess.Popen[bytes]) -> int:
    deadline = time.monotonic() + START_S_MAX
    while True:
        text = log.read_text(encoding="utf-8")
        for line in text.splitlines(keepends=True):
            if line.endswith("\n") and "port" in (fields := json.loads(line).get("fields", {})):
                return int(fields["port"])
        assert worker.poll() is None, text
        assert time.monotonic() < deadline, text
        time.sleep(0.05)


def _without_names(policy: str) -> str:
    """Turn the names tier off, which these tests do not need and which takes seconds to load."""
    return policy.replace("en: own", 'en: "off"')
