"""Dead letters are replayed under their original ids, and under the opt-outs of today."""

from datetime import UTC, datetime

import pytest

from pipeline.errors import Reason
from pipeline.event.privacy_request import Choice, IdentifierKind
from pipeline.operations.dead_letters import list_letters, replay_letters
from pipeline.operations.opt_outs import Identity, ask, make_request
from tests.support.events import event_bytes
from tests.support.pipeline_lab import PipelineLab, wait_until, write_policy

pytestmark = pytest.mark.kafka


def test_a_replayed_letter_is_published_unless_its_customer_opted_out_meanwhile(lab: PipelineLab):
    """Two events of a tenant that was forgotten in the policy: one is published later, one is withheld."""
    lab.worker(REDACT_WORKER_POLICY_RELOAD_S="0.1")
    letters = [
        (
            name.encode(),
            event_bytes("hello", tenant="late", conversation_id=name, event_id=name, subject={"customer_id": name}),
        )
        for name in ("stays", "leaves")
    ]
    lab.publish(letters)
    before = {receipt.offset: receipt for receipt in lab.wait_for_receipts(2)}
    assert {receipt.dead_letter for receipt in before.values()} == {Reason.UNKNOWN_TENANT}
    write_policy(lab.policy, replace=[("tenants: [demo, acme]", "tenants: [demo, acme, late]")])
    wait_until(lambda: "policy adopted" in lab.log.read_text(encoding="utf-8"), "the new policy")
    request = make_request(
        Identity("late", IdentifierKind.CUSTOMER_ID, "leaves"),
        Choice.OUT,
        request_id="r1",
        requested_at=datetime.now(UTC),
    )
    assert ask(lab.broker, lab.settings, request, wait_s_max=30).accepted
    listed = list_letters(lab.broker, lab.settings)
    ids = [letter.id for letter in listed.letters]
    replay_letters(lab.broker, lab.settings, lab.keys, ids)
    receipts = lab.wait_for_receipts(4)
    replays = [receipt for receipt in receipts if receipt.replay_of is not None]
    assert {receipt.replay_of for receipt in replays} == set(ids)
    outcomes = sorted(line.outcome.value for receipt in replays for line in receipt.purposes)
    assert outcomes == ["sanitized", "sanitized", "withheld", "withheld"]
    wait_until(lambda: not list_letters(lab.broker, lab.settings).letters, "the letters to be settled")
