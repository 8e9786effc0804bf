"""Every bad record gets the outcome that the design names, and stops nobody else."""

import json

import pytest

from pipeline.errors import Reason
from tests.support.events import event_bytes
from tests.support.pipeline_lab import PARTITIONS, PipelineLab, wait_until

pytestmark = pytest.mark.kafka

KEY = b"conversation-1"
DEEP = json.loads("[" * 40 + "]" * 40)
BROKEN = [
    (None, Reason.NULL_VALUE),
    (b"", Reason.INVALID_JSON),
    (b'{"text":', Reason.INVALID_JSON),
    (event_bytes("@@").replace(b"@@", b"\xff"), Reason.INVALID_UTF8),
    (event_bytes("@@").replace(b"@@", rb"\udfff."), Reason.LONE_SURROGATE),
    (event_bytes("x").replace(b'"x"', b'["a list"]'), Reason.WRONG_TYPE),
    (event_bytes("x", sequence="one"), Reason.WRONG_TYPE),
    (event_bytes("x", more=DEEP), Reason.NESTING_TOO_DEEP),
    (event_bytes("x", tenant="stranger"), Reason.UNKNOWN_TENANT),
    (event_bytes("x", conversation_id=None), Reason.MISSING_FIELD),
    (event_bytes("x", conversation_id="conversation-2"), Reason.KEY_MISMATCH),
    (event_bytes("x", locale="call 415 555 0132 now"), Reason.WRONG_TYPE),
]
UNUSUAL = [
    event_bytes("", event_id="u1"),
    event_bytes("a\x00b", event_id="u2"),
    event_bytes("\u05e9\u05dc\u05d5\u05dd \u202e abc", event_id="u3"),
    event_bytes("👩‍👩‍👧 ok", event_id="u4"),
    event_bytes("late", event_id="u5", sequence=0),
]


def test_each_broken_record_is_one_dead_letter_and_each_unusual_one_is_published(lab: PipelineLab):
    """Also with a broken record at the head of every partition."""
    for partition in range(PARTITIONS):
        lab.publish([(b"head", b"poison")], partition)
    lab.publish([(KEY, value) for value, _ in BROKEN])
    lab.publish([(KEY, value) for value in UNUSUAL])
    count = PARTITIONS + len(BROKEN) + len(UNUSUAL)
    lab.worker()
    lab.wait_for_receipts(count)
    lab.assert_exactly_once()
    by_partition: dict[int, list] = {}
    for receipt in sorted(lab.receipts(), key=lambda each: each.offset):
        by_partition.setdefault(receipt.partition, []).append(receipt)
    assert all(receipts[0].dead_letter is Reason.INVALID_JSON for receipts in by_partition.values())
    (busy,) = [receipts[1:] for receipts in by_partition.values() if len(receipts) > 1]
    assert [receipt.dead_letter for receipt in busy] == [reason for _, reason in BROKEN] + [None] * len(UNUSUAL)
    assert busy[-1].sequence_regressed
    assert len(lab.read(lab.settings.topics.dead_letters)) == PARTITIONS + len(BROKEN)


def test_sizes_at_the_limit_pass_and_stop_nobody(lab: PipelineLab):
    """A text of 5 MB, a header of 500 kB, a line of 100 kB without spaces and ten thousand findings are published."""
    lab.publish(
        [
            (KEY, event_bytes("lorem ipsum dolor " * 290_000, event_id="big")),
            (KEY, event_bytes("x" * 100_000, event_id="line")),
            (KEY, event_bytes("write to robin@example.org " * 10_000, event_id="many")),
        ]
    )
    lab.publish_with_headers(KEY, event_bytes("with a header", event_id="header"), (("trace", b"h" * 500_000),))
    lab.publish([(KEY, event_bytes("after them", event_id="after"))])
    lab.worker()
    receipts = sorted(lab.wait_for_receipts(5, deadline_s=90), key=lambda each: each.offset)
    assert [receipt.dead_letter for receipt in receipts] == [None] * 5
    assert sum(finding.count for finding in receipts[2].purposes[0].findings) == 10_000
    assert all(not record.headers for record in lab.read(lab.settings.sanitized_topic("analytics")))


def test_a_worker_refuses_to_start_without_its_topics(lab: PipelineLab):
    """A purpose without a topic is named, with what to do, before anything is read; the exit status is 2."""
    worker = lab.worker(REDACT_TOPICS_SANITIZED_PREFIX="missing.")
    wait_until(lambda: not worker.alive, "the worker to end")
    assert worker.stop() == 2
    assert "missing.analytics" in lab.log.read_text(encoding="utf-8")
    assert "redact topics create" in lab.log.read_text(encoding="utf-8")
