"""The whole worker on Apache Kafka: nothing lost, nothing twice, nothing reordered, whatever happens to it."""

import pytest

from tests.support.events import event_bytes
from tests.support.pipeline_lab import PURPOSES, PipelineLab, wait_until, write_policy

CONVERSATIONS = 40


def turns(count, start=0):
    """Return turns of many conversations, some of them with something to find."""
    texts = ("what is your PIN?", "4577", "write to robin@example.org", "card 4242 4242 4242 4242", "fine, thanks")
    return [
        (
            b"c%d" % (number % CONVERSATIONS),
            event_bytes(
                texts[number % len(texts)],
                event_id=str(number),
                conversation_id=f"c{number % CONVERSATIONS}",
                sequence=number,
                author={"role": "agent" if number % 2 else "customer", "display_name": "Dana Scott"},
            ),
        )
        for number in range(start, start + count)
    ]


@pytest.mark.kafka
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(lab: PipelineLab):
    """Kill -9 twice while records flow; the restarted worker goes on from the last commit."""
    lab.publish(turns(3_000))
    for enough in (300, 1_200):
        worker = lab.worker(REDACT_WORKER_BATCH_RECORDS_MAX="50")
        lab.wait_for_receipts(enough)
        worker.kill()
    lab.worker()
    lab.wait_for_receipts(3_000)
    lab.assert_exactly_once()


@pytest.mark.kafka
def test_workers_added_and_removed_lose_and_double_nothing(lab: PipelineLab):
    """One worker, two, one again by SIGTERM, and a kill -9 at the end."""
    lab.publish(turns(1_000))
    first = lab.worker("0", REDACT_WORKER_BATCH_RECORDS_MAX="50")
    lab.wait_for_receipts(500)
    second = lab.worker("1", REDACT_WORKER_BATCH_RECORDS_MAX="50")
    lab.publish(turns(1_000, 1_000))
    lab.wait_for_receipts(1_500)
    assert first.stop() == 0
    lab.publish(turns(1_000, 2_000))
    lab.wait_for_receipts(2_500)
    second.kill()
    lab.worker("2")
    lab.wait_for_receipts(3_000)
    lab.assert_exactly_once()


@pytest.mark.kafka
def test_a_stopped_worker_has_committed_what_it_had_in_hand(lab: PipelineLab):
    """SIGTERM drains, commits and ends with status 0; the next worker repeats nothing."""
    lab.publish(turns(2_000))
    worker = lab.worker(REDACT_WORKER_BATCH_RECORDS_MAX="20")
    lab.wait_for_receipts(200)
    assert worker.stop() == 0
    lab.worker()
    lab.wait_for_receipts(2_000)
    lab.assert_exactly_once()


@pytest.mark.kafka
def test_batches_of_every_size_publish_the_same_bytes(lab: PipelineLab):
    """1, 7 and 500 records a batch give the same outputs under the same ids."""
    lab.publish(turns(400))
    siblings = [lab.sibling(size, REDACT_WORKER_BATCH_RECORDS_MAX=size) for size in ("1", "7", "500")]
    published = []
    for sibling in siblings:
        worker = sibling.worker()
        sibling.wait_for_receipts(400)
        assert worker.stop() == 0
        published.append([sibling.outputs(purpose) for purpose in PURPOSES])
        sibling.stop_all()
    assert published[0][0]
    assert published[0] == published[1] == published[2]


def test_conversation_state_survives_a_restart(each_lab: PipelineLab):
    """A duplicate, a remembered name and a sticky signal of before the restart count after it."""
    lab, key = each_lab, b"c1"

    def event(text, number, **changes):
        return key, event_bytes(text, conversation_id="c1", event_id=str(number), sequence=number, **changes)

    lab.publish([event("hello", 1, author={"role": "agent", "display_name": "Oluwaseun Adeyemi"})])
    worker = lab.worker()
    lab.wait_for_receipts(1)
    worker.kill()
    lab.publish([event("thanks oluwaseun", 2), event("hello again", 1)])
    lab.worker()
    receipts = {receipt.offset: receipt for receipt in lab.wait_for_receipts(3)}  # at least once: the last one counts
    assert {finding.detector for finding in receipts[1].purposes[0].findings} == {"seen"}
    assert {line.reason for line in receipts[2].purposes} == {"duplicate"}


@pytest.mark.kafka
def test_a_policy_that_changes_is_taken_over_and_a_bad_one_is_refused(lab: PipelineLab):
    """Without a restart: a good policy decides the next events, a bad one changes nothing."""
    lab.worker(REDACT_WORKER_POLICY_RELOAD_S="0.1")
    lab.publish(turns(5))
    before = lab.wait_for_receipts(5)[0].versions.policy
    lab.policy.write_text("schema_version: [", encoding="utf-8")
    wait_until(lambda: "policy refused" in lab.log.read_text(encoding="utf-8"), "the refusal in the log")
    lab.publish(turns(5, 5))
    assert {receipt.versions.policy for receipt in lab.wait_for_receipts(10)} == {before}
    write_policy(lab.policy, replace=[("tenants: [demo, acme]", "tenants: [demo, acme, third]")])
    wait_until(lambda: "policy adopted" in lab.log.read_text(encoding="utf-8"), "the new policy in the log")
    lab.publish(turns(5, 10))
    after = {receipt.id: receipt.versions.policy for receipt in lab.wait_for_receipts(15)}
    assert sum(version == before for version in after.values()) == 10


@pytest.mark.tansu
def test_on_the_embedded_broker_nothing_is_lost_and_the_last_record_by_id_is_right(embedded_lab: PipelineLab):
    """At least once: after a kill -9 every record has a receipt, and each id one meaning."""
    lab = embedded_lab
    lab.publish(turns(1_000))
    worker = lab.worker(REDACT_WORKER_BATCH_RECORDS_MAX="50")
    lab.wait_for_receipts(300)
    worker.kill()
    lab.worker()
    lab.wait_for_receipts(1_000)
    receipts = {(receipt.partition, receipt.offset): receipt for receipt in lab.receipts()}
    for purpose in PURPOSES:
        promised = {line.id for receipt in receipts.values() for line in receipt.purposes if line.purpose == purpose}
        assert promised == lab.outputs(purpose).keys()
