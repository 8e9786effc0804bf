"""The judge sees what it is there to see: each way to break a promise is counted."""

from types import SimpleNamespace

import msgspec
import pytest

from pipeline.errors import Misconfigured
from pipeline.policy.compile import load_policy
from tests.faults.faults import FAULTS, POISONS
from tests.faults.report import table
from tests.faults.rounds import Outcome
from tests.faults.traffic import PLANTED, Sent, mark, number_in
from tests.faults.verdict import NONE_GONE, Verdict, judge_records
from tests.support.pipeline_lab import PURPOSES, write_policy

SENT = [Sent(0, 1, opted_out=False), Sent(1, 1, opted_out=False), Sent(2, 2, opted_out=True)]


def record(partition: int, offset: int, value: object, key: str = "") -> SimpleNamespace:
    """Return what a reader gives."""
    return SimpleNamespace(partition=partition, offset=offset, key=key.encode(), value=msgspec.json.encode(value))


def output(number: int) -> SimpleNamespace:
    """Return the output of an event."""
    return record(0, number, {"id": f"i{number}", "revision": 1, "text": f"a card. {mark(number)}"}, f"i{number}")


def receipt(number: int, outcome: str = "sanitized") -> SimpleNamespace:
    """Return the receipt of an event."""
    lines = [{"purpose": purpose, "outcome": outcome, "id": f"i{number}"} for purpose in PURPOSES]
    return record(0, number, {"partition": 0, "offset": number, "purposes": lines})


def verdict(outputs=(0, 1), receipts=(0, 1), places=(), gone=NONE_GONE) -> Verdict:
    """Judge streams that hold these numbers, in this order."""
    raw = [record(0, number, {"text": mark(number)}) for number in range(3)]
    written = [*(receipt(number) for number in receipts), receipt(2, "withheld")]
    streams = {purpose: [output(number) for number in outputs] for purpose in PURPOSES}
    return judge_records(raw, written, streams, places, SENT, gone=gone)


def test_numbers_are_read_back_from_words():
    """Also between other words."""
    assert [number_in(f"write to me. {mark(number)}") for number in (0, 7, 123456)] == [0, 7, 123456]
    assert number_in("an apple a day") is None


def test_a_round_without_fault_is_faultless():
    """Two outputs for each purpose, and a receipt for each record."""
    found = verdict()
    assert found.faultless(exactly_once=True)
    assert (found.published, found.receipts, found.outputs) == (3, 3, 4)


def test_every_broken_promise_is_counted():
    """Once for each purpose where it concerns streams."""
    assert verdict(outputs=(0,)).lost == 2
    assert verdict(outputs=(0, 1, 1)).doubled == 2
    assert verdict(outputs=(1, 0)).out_of_order == 2
    assert verdict(outputs=(0, 1, 2)).opted_out_published == 2
    assert verdict(receipts=(0,)).without_receipt == 1
    assert verdict(receipts=(0, 1, 1)).receipts_doubled == 1
    assert verdict(receipts=(0,)).receipts_not_kept == 2
    assert verdict(places=[b"x", PLANTED[0].upper().encode()]).secrets_in_the_open == 1


def test_what_went_with_its_topic_is_not_lost():
    """But only from the stream whose topic it was, and nothing else is excused."""
    assert verdict(outputs=(1,)).lost == 2
    assert verdict(outputs=(1,), gone={PURPOSES[0]: {(0, 0)}}).lost == 1
    excused = verdict(outputs=(1,), gone={purpose: {(0, 0)} for purpose in PURPOSES})
    assert excused.faultless(exactly_once=True)
    assert excused.lost == excused.receipts_not_kept == 0
    assert verdict(outputs=(), gone={purpose: {(0, 0)} for purpose in PURPOSES}).lost == 2


def test_a_round_in_two_parts_keeps_its_promises_in_both():
    """Counts are added up."""
    both = verdict().and_then(verdict(outputs=(0,)))
    assert (both.published, both.lost) == (6, 2)


@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_policy_is_refused(tmp_path, poison):
    """Else the round would show nothing."""
    policy = write_policy(tmp_path / "policy.yaml")
    load_policy(policy)
    policy.write_bytes(poison(policy.read_text(encoding="utf-8")))
    with pytest.raises(Misconfigured):
        load_policy(policy)


def test_at_least_once_allows_doubles_under_one_id():
    """And nothing else."""
    repeated = verdict(outputs=(0, 1, 0, 1), receipts=(0, 1, 1))
    assert not repeated.faultless(exactly_once=True)
    assert repeated.faultless(exactly_once=False)
    assert not verdict(outputs=(0,)).faultless(exactly_once=False)


def test_the_report_has_a_line_for_each_fault():
    """With the time of every round."""
    outcomes = [
        Outcome(
            fault=fault,
            seed=seed,
            exactly_once=True,
            resumed_s=1.5,
            all_resumed_s=2.0,
            worker_exits={"-9": 1},
            verdict=verdict(),
        )
        for fault in FAULTS
        for seed in (1, 2)
    ]
    lines = table(outcomes).splitlines()
    assert len(lines) == 1 + len(FAULTS)
    assert all(line.endswith("2x-9   1.5/2.0 1.5/2.0") for line in lines[1:])
