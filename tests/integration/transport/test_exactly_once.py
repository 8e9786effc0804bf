"""Nothing lost, nothing twice, nothing reordered on Apache Kafka, whatever happens to workers. Read committed."""

import time

import pytest

from pipeline.demo.brokers import RunningBroker
from tests.support.delivery import Laboratory, poll_until
from tests.support.kafka_broker import SecureListener

pytestmark = pytest.mark.kafka


@pytest.mark.parametrize("records", [1, 7, 500])
def test_every_batch_size_copies_every_record_once(kafka_lab: Laboratory, records: int):
    """The outputs do not depend on how records were cut into batches."""
    kafka_lab.publish(min(2000, 100 * records))
    kafka_lab.start("a", batch_records_max=records)
    kafka_lab.assert_exactly_once()


@pytest.mark.parametrize(("records", "value"), [(500, "0/0"), (7, "1/40")])
def test_an_agent_that_raises_gets_the_batch_again(kafka_lab: Laboratory, records: int, value: str):
    """At the head of a partition and inside a batch: nothing of the failed batch is sent, all of it is read again."""
    kafka_lab.publish(400)
    worker = kafka_lab.start("a", batch_records_max=records, raise_at=value)
    kafka_lab.assert_exactly_once()
    assert "aborted" in worker.journal


def test_an_agent_that_always_raises_ends_the_worker_and_commits_nothing(kafka_lab: Laboratory):
    """After a bounded number of batches in a row the process ends with an error."""
    kafka_lab.publish(8)
    worker = kafka_lab.start("a", raise_at="0/0", raise_always=True, aborts_in_a_row_max=1)
    assert worker.exit_code() != 0
    assert sum(kafka_lab.committed().values()) == 0
    assert "batches in a row were given back" in worker.log


def test_nothing_is_committed_past_a_slow_head_when_the_worker_is_killed(kafka_lab: Laboratory):
    """The event that hangs, and all behind it, are read again by the next worker."""
    kafka_lab.publish(200)
    worker = kafka_lab.start("a", batch_records_max=10, hold_at="2/15")
    worker.wait_for_marker("held")
    worker.kill()
    assert kafka_lab.committed()[2] <= 15
    kafka_lab.start("a", batch_records_max=10)
    kafka_lab.assert_exactly_once()


def test_an_output_that_the_topic_refuses_ends_the_worker_uncommitted(kafka_lab: Laboratory):
    """A record too large for its topic is an error that a person has to see, not one to lose or to repeat for ever."""
    kafka_lab.publish(100)
    worker = kafka_lab.start("a", batch_records_max=10, oversize_at="3/12")
    assert worker.exit_code() != 0
    assert kafka_lab.committed()[3] <= 12
    assert "refused a record (MSG_SIZE_TOO_LARGE)" in worker.log
    kafka_lab.start("a")
    kafka_lab.assert_exactly_once()


def test_sigterm_lets_the_batch_in_hand_commit(kafka_lab: Laboratory):
    """A graceful stop drains: the batch that was being computed is committed before the worker leaves."""
    kafka_lab.publish(40, partitions=[0])
    worker = kafka_lab.start("a", batch_records_max=20, hold_at="0/25", hold_s=1.0)
    worker.wait_for_marker("held")
    assert worker.stop() == 0
    assert kafka_lab.committed()[0] > 25  # where batches end depends on how the records were fetched
    kafka_lab.start("b")
    kafka_lab.assert_exactly_once()


def test_sigterm_gives_up_a_batch_that_outlasts_the_drain(kafka_lab: Laboratory):
    """What cannot finish in time is left whole to the next worker."""
    kafka_lab.publish(100)
    worker = kafka_lab.start("a", batch_records_max=10, hold_at="0/15", drain_s=0.5)
    worker.wait_for_marker("held")
    assert worker.stop() == 0
    kafka_lab.start("b")
    kafka_lab.assert_exactly_once()


def test_workers_added_removed_and_killed_lose_and_double_nothing(kafka_lab: Laboratory):
    """1 -> 2 -> 1 workers, then kill -9 of the last, while records keep coming."""
    slowly = {"batch_records_max": 50, "batch_pause_s": 0.05}
    kafka_lab.publish(2000)
    first = kafka_lab.start("a", **slowly)
    first.wait_for("committed")
    second = kafka_lab.start("b", **slowly)
    second.wait_for("restored")
    kafka_lab.publish(3000)
    second.wait_for("committed")
    assert first.stop() == 0
    second.wait_for("restored 0 1 2 3")
    kafka_lab.publish(1000)
    second.kill()
    kafka_lab.start("a")
    kafka_lab.assert_exactly_once()


def test_a_worker_that_stood_still_in_its_transaction_is_fenced(kafka_lab: Laboratory):
    """SIGSTOP between records and offsets, longer than the session: another worker takes over and the batch is void.

    The zombie comes back as a normal member.
    """
    kafka_lab.publish(1000)
    zombie = kafka_lab.start("a", batch_records_max=50, freeze_in_transaction=True, transaction_s_max=2.0)
    zombie.wait_for_marker("frozen")
    heir = kafka_lab.start("b", batch_records_max=50)
    heir.wait_for("committed")
    poll_until(lambda: sum(kafka_lab.committed().values()) == 1000, deadline_s=20, what="the heir commits everything")
    zombie.resume()
    zombie.wait_for("revoked")
    kafka_lab.publish(400)
    kafka_lab.assert_exactly_once()
    assert zombie.process.poll() is None


def test_a_broker_that_vanishes_in_a_transaction_ends_no_worker(kafka_lab: Laboratory, kafka_broker: RunningBroker):
    """Frozen for longer than a transaction may take: its client is given up, and the same process goes on."""
    kafka_lab.publish(4000)
    worker = kafka_lab.start("a", batch_records_max=20, transaction_s_max=1.5, drain_s=0.5)
    worker.wait_for("committed")
    kafka_broker.suspend()
    try:
        poll_until(lambda: "waiting for the broker" in worker.log, deadline_s=30, what="the transaction is given up")
    finally:
        kafka_broker.resume()
    kafka_lab.assert_exactly_once()
    assert worker.process.poll() is None


def test_state_is_restored_before_the_first_record_and_dropped_with_the_partition(kafka_lab: Laboratory):
    """A long restore outlasts the session without losing the partitions; a rebalance meanwhile supersedes it."""
    kafka_lab.publish(400)
    first = kafka_lab.start("a", restore_slowly=True)
    first.wait_for("assigned 0 1 2 3")
    began = time.monotonic()
    second = kafka_lab.start("b")
    second.wait_for("committed")
    poll_until(lambda: time.monotonic() - began > 2 * kafka_lab.session_s, deadline_s=10, what="two sessions pass")
    assert [line.split()[0] for line in first.journal] == ["assigned", "revoked", "assigned"]
    (first.directory / "restore").touch()
    kafka_lab.assert_exactly_once()


def test_an_agent_slower_than_the_intake_loses_nothing(kafka_lab: Laboratory):
    """Fetching stops while every slot is taken for seconds, and goes on where it stopped."""
    kafka_lab.publish(1000)
    kafka_lab.start("a", batch_records_max=10, hold_at="0/55", hold_s=3.0)
    kafka_lab.assert_exactly_once()


def test_flow_that_resumes_while_records_flow_loses_no_batch(kafka_lab: Laboratory):
    """Faust empties its queues whenever it resumes, which after a rebalance can be late: no batch may be in them."""
    kafka_lab.publish(1000)
    kafka_lab.start("a", batch_records_max=5, resume_often=True)
    kafka_lab.assert_exactly_once()


def test_records_of_the_largest_size_pass(kafka_lab: Laboratory):
    """8 MiB of source record, among small ones; batches are cut by size, too."""
    kafka_lab.name += "-large"
    kafka_lab.make_topics({"max.message.bytes": str(9 * 2**20)})
    kafka_lab.publish(1, padding_bytes=8 * 2**20 - 100)
    kafka_lab.publish(40)
    kafka_lab.start("a")
    kafka_lab.assert_exactly_once()


def test_tls_and_sasl_settings_reach_every_client(kafka_lab: Laboratory, kafka_secure: SecureListener):
    """Consumer, producer and watermarks connect with a client certificate and a password; neither is logged."""
    worker = kafka_lab.start(
        "a",
        broker=f"confluent+eos://{kafka_secure.bootstrap}",
        security=kafka_secure.security,
        pause_intake=True,
    )
    kafka_lab.publish(100)
    lag = worker.directory / "lag"
    poll_until(lambda: lag.exists() and lag.read_text() == "100", deadline_s=30, what="the lag is seen")
    (worker.directory / "resume").touch()
    kafka_lab.assert_exactly_once()
    assert kafka_secure.security["sasl.password"] not in worker.log


def test_a_broker_that_dies_and_comes_back_loses_nothing(kafka_lab: Laboratory, kafka_broker: RunningBroker):
    """The worker goes on by itself, in the same process."""
    kafka_lab.publish(1000)
    worker = kafka_lab.start("a", batch_records_max=20, batch_pause_s=0.02)
    worker.wait_for("committed")
    kafka_broker.kill()
    kafka_broker.revive()
    kafka_lab.assert_exactly_once()
    assert worker.process.poll() is None


def test_sigterm_ends_a_restore(kafka_lab: Laboratory):
    """A worker that is told to stop does not finish reading its state first."""
    worker = kafka_lab.start("a", restore_slowly=True)
    worker.wait_for("assigned")
    assert worker.stop() == 0
    assert worker.journal == ["assigned 0 1 2 3", "revoked 0 1 2 3"]


def test_a_listener_that_fails_ends_the_worker(kafka_lab: Laboratory):
    """Without its state a worker must not process."""
    kafka_lab.publish(4)
    worker = kafka_lab.start("a", listener_fails=True)
    assert worker.exit_code() != 0
    assert sum(kafka_lab.committed().values()) == 0


def test_a_paused_intake_delivers_nothing_keeps_the_group_and_shows_its_lag(kafka_lab: Laboratory):
    """Paused for longer than a session: no record delivered, the lag grows with what is published."""
    worker = kafka_lab.start("a", pause_intake=True)
    worker.wait_for("restored")
    kafka_lab.publish(120)
    began = time.monotonic()
    lag = worker.directory / "lag"
    poll_until(lambda: lag.read_text() == "120", deadline_s=10, what="the lag is seen")
    poll_until(lambda: time.monotonic() - began > kafka_lab.session_s, deadline_s=10, what="a session passes")
    assert worker.journal == ["assigned 0 1 2 3", "restored 0 1 2 3"]
    (worker.directory / "resume").touch()
    kafka_lab.assert_exactly_once()
