"""Whoever opted out is not published: whatever starts first, and within a second while events flow."""

import threading
import time
from datetime import UTC, datetime

import msgspec
import pytest

from pipeline.event.privacy_request import Choice, IdentifierKind
from pipeline.event.receipt import Receipt
from pipeline.operations.broker import OutgoingRecord
from pipeline.operations.opt_outs import Identity, make_request
from tests.support.events import event_bytes
from tests.support.pipeline_lab import PURPOSES, PipelineLab, wait_until

EFFECT_S_MAX = 1.0


def event(customer: int, number: int) -> tuple[bytes, bytes]:
    """Return an event of a customer, in a conversation of its own each time, so that nothing is sticky."""
    conversation = f"c{customer}-{number}"
    subject = {"customer_id": f"customer-{customer}"}
    return conversation.encode(), event_bytes(
        "hello", event_id=conversation, conversation_id=conversation, subject=subject
    )


def opt_out(lab: PipelineLab, customers) -> None:
    """Publish requests, without waiting for their answers."""
    requests = [
        make_request(
            Identity("acme", IdentifierKind.CUSTOMER_ID, f"customer-{customer}"),
            Choice.OUT,
            request_id=f"r{customer}",
            requested_at=datetime.now(UTC),
        )
        for customer in customers
    ]
    topic = lab.settings.topics.requests
    lab.broker.send(OutgoingRecord(topic, each.request_id.encode(), msgspec.json.encode(each)) for each in requests)


def published(receipts: list[Receipt]) -> list[Receipt]:
    """Return the receipts of events that any purpose got."""
    return [each for each in receipts if any(line.outcome == "sanitized" for line in each.purposes)]


def test_requests_of_before_the_start_hold_for_the_first_event(each_lab: PipelineLab):
    """Events and requests lie there before any worker runs; two workers start, one is killed, one comes back."""
    lab = each_lab
    opt_out(lab, range(20))
    lab.publish([event(customer, 0) for customer in range(20)])
    first = lab.worker("0")
    lab.worker("1")
    lab.wait_for_receipts(20)
    lab.publish([event(customer, 1) for customer in range(20)])
    first.kill()
    lab.worker("0")
    lab.publish([event(customer, 2) for customer in range(20)])
    receipts = lab.wait_for_receipts(60)
    assert published(receipts) == []
    assert {line.reason for receipt in receipts for line in receipt.purposes} == {"opted_out"}


@pytest.mark.kafka
@pytest.mark.alone
def test_a_request_takes_effect_within_a_second_while_events_flow(lab: PipelineLab):
    """No event that was published a second after its customer's request is published to analysts."""
    customers = 40
    lab.worker()
    lab.publish([event(customer, 0) for customer in range(customers)])
    lab.wait_for_receipts(customers)
    stop = threading.Event()
    sent = [customers]

    def flow():
        number = 0
        while not stop.is_set():
            number += 1
            sent[0] += lab.publish([event(customer, number) for customer in range(customers)])
            stop.wait(0.05)

    flowing = threading.Thread(target=flow)
    flowing.start()
    opt_out(lab, range(customers))
    deadline_s = time.monotonic() + 4
    stop.wait(max(0.0, deadline_s - time.monotonic()))
    stop.set()
    flowing.join()
    receipts = lab.wait_for_receipts(sent[0])
    requested_ms = max(record.timestamp_ms for record in lab.read(lab.settings.topics.requests))
    late = [each for each in published(receipts) if each.recorded_at_ms > requested_ms + EFFECT_S_MAX * 1000]
    withheld_ms = [each.recorded_at_ms for each in receipts if each not in published(receipts)]
    assert withheld_ms
    assert late == []


@pytest.mark.tansu
def test_without_transactions_the_last_record_by_id_follows_the_opt_outs_of_the_last_reading(embedded_lab: PipelineLab):
    """Half of the customers opt out, then everything is read again: what is now withheld is retracted."""
    lab = embedded_lab
    count = 100
    lab.publish([event(customer, 0) for customer in range(count)])
    worker = lab.worker()
    lab.wait_for_receipts(count)
    worker.kill()
    opt_out(lab, range(count // 2))
    lab.worker(REDACT_WORKER_GROUP=f"{lab.settings.worker.group}-again")  # a group without offsets: all is redelivered
    wait_until(lambda: len(lab.receipts()) == 2 * count, "the second reading")
    last = {(receipt.partition, receipt.offset): receipt for receipt in lab.receipts()}
    assert len(last) == count
    for purpose in PURPOSES:
        standing = lab.outputs(purpose)
        lines = [line for receipt in last.values() for line in receipt.purposes if line.purpose == purpose]
        assert sum(line.reason == "opted_out" for line in lines) == count // 2
        assert all((standing[line.id] is None) is (line.outcome == "withheld") for line in lines)
