"""What analysts read, and the receipt beside it: fields that were not let out are absent, not null."""

import json
from datetime import UTC, datetime

import pytest

from pipeline.event.receipt import FindingCount, Outcome, PurposeReceipt, Receipt, decode
from pipeline.event.receipt import encode as encode_receipt
from pipeline.event.sanitized_event import (
    OUTPUT_BYTES_MAX,
    SanitizedEvent,
    SanitizedFinding,
    Versions,
    encode,
    exceeds_limit,
)

VERSIONS = Versions(policy="analytics@1", names="none", keys=1, opt_outs=7, product="0.1.0")


def sanitized(**fields):
    return SanitizedEvent(
        schema_version=1,
        id="0" * 32,
        revision=1,
        purpose="analytics",
        tenant="acme",
        processed_at=datetime(2026, 3, 1, tzinfo=UTC),
        versions=VERSIONS,
        **fields,
    )


def test_a_field_that_was_not_let_out_is_absent():
    value = json.loads(encode(sanitized()))
    assert not {"text", "conversation", "author", "customer", "role", "attributes"} & value.keys()
    assert value["findings"] == []


def test_a_finding_says_where_and_never_what():
    value = json.loads(encode(sanitized(text="[EMAIL]", findings=(SanitizedFinding("EMAIL", "redact", "p", 0, 7),))))
    assert value["findings"] == [{"label": "EMAIL", "operator": "redact", "detector": "p", "start": 0, "end": 7}]


def test_a_sanitized_text_is_not_shown_by_repr():
    assert "secret" not in repr(sanitized(text="secret"))


@pytest.mark.parametrize(("room_bytes", "exceeds"), [(0, False), (64 * 1024 + 1, True)])
def test_an_output_must_fit_beside_its_key_and_frame(room_bytes, exceeds):
    assert exceeds_limit(b"x" * (OUTPUT_BYTES_MAX - 64 * 1024 + room_bytes)) is exceeds


def test_a_receipt_comes_back_as_it_was():
    receipt = Receipt(
        schema_version=1,
        id="0" * 32,
        topic="raw",
        partition=3,
        offset=41,
        recorded_at_ms=1_700_000_000_000,
        versions=VERSIONS,
        purposes=(
            PurposeReceipt(
                purpose="analytics",
                outcome=Outcome.SANITIZED,
                id="1" * 32,
                findings=(FindingCount("EMAIL", "tokenize", "pattern", 2),),
                dropped_fields=3,
            ),
        ),
    )
    assert decode(encode_receipt(receipt)) == receipt
