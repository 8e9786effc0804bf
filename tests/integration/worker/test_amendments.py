"""What a later turn reveals is amended in the streams, in one transaction with the receipt that says so."""

import json

import pytest

from pipeline.event.receipt import AmendmentOutcome
from pipeline.operations.audit import audit
from tests.support.events import event_bytes
from tests.support.pipeline_lab import PURPOSES, PipelineLab, wait_until

CONVERSATION = b"conversation-amended"


def turn(number: int, text: str) -> tuple[bytes, bytes]:
    name = CONVERSATION.decode()
    return CONVERSATION, event_bytes(text, conversation_id=name, event_id=f"{name}-{number}", sequence=number)


def test_an_amendment_reaches_the_topic_although_the_worker_was_replaced_in_between(each_lab: PipelineLab):
    """What may be amended stands in the conversation's state: the worker that reads the reveal never saw the turn."""
    lab = each_lab
    first = lab.worker()
    lab.publish([turn(1, "Trevalko told me to write"), turn(2, "are you there?")])
    missed = {line.purpose: line.id for line in _receipt(lab.wait_for_receipts(2), 0).purposes}
    first.kill()
    lab.worker()
    lab.publish([turn(3, "my name is Dina Trevalko")])
    lines = _receipt(lab.wait_for_receipts(3), 2).amendments
    assert {(line.purpose, line.id, line.revision, line.outcome) for line in lines} == {
        (purpose, missed[purpose], 2, AmendmentOutcome.AMENDED) for purpose in PURPOSES
    }
    for purpose in PURPOSES:
        # Without transactions a receipt may be seen before what it tells of.
        wait_until(lambda purpose=purpose: _newest(lab, purpose, missed[purpose])["revision"] == 2, "the amendment")
        assert _newest(lab, purpose, missed[purpose])["text"].startswith("[PERSON_")
        records = lab.read(lab.settings.sanitized_topic(purpose))
        assert len({record.partition for record in records}) == 1
    report = audit(lab.broker, lab.settings, lab.keys, PURPOSES, sealed=None, now_ms=2**41).report
    assert report.sound
    assert report.counts.amended == len(PURPOSES)


@pytest.mark.kafka
def test_a_transaction_holds_an_amendment_or_nothing_of_it(lab: PipelineLab):
    """Readers of committed records see each amendment once, behind what it replaces."""
    lab.worker()
    lab.publish(
        [turn(1, "Trevalko told me to write"), turn(2, "my name is Dina Trevalko"), turn(3, "thanks, Trevalko")]
    )
    lab.wait_for_receipts(3)
    lab.assert_exactly_once()


def _newest(lab: PipelineLab, purpose: str, identity: str) -> dict:
    return json.loads(lab.outputs(purpose)[identity] or b"")


def _receipt(receipts, offset):
    return next(receipt for receipt in receipts if receipt.offset == offset)
