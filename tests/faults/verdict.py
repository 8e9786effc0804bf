"""What came of a round: nothing lost, nothing doubled, order kept, receipts complete, opt-outs honoured, no secrets."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from itertools import chain

import msgspec
from kafka.consumer.fetcher import ConsumerRecord

from tests.faults.reader import NOWHERE, Place, read_all
from tests.faults.traffic import PLANTED, Sent, number_in
from tests.support.pipeline_lab import PURPOSES, PipelineLab


class _Line(msgspec.Struct):
    purpose: str
    outcome: str
    id: str


class _Receipt(msgspec.Struct):
    partition: int
    offset: int
    purposes: tuple[_Line, ...] = ()
    dead_letter: str | None = None


class _Output(msgspec.Struct):
    id: str
    revision: int
    text: str = ""


class _Result(msgspec.Struct):
    request_id: str


_MAY_REPEAT = frozenset({"doubled", "out_of_order", "receipts_doubled", "requests_doubled"})


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Counts of one round. All but the first three must be 0; outputs count once for each purpose.

    At least once, records may come again: then whatever is doubled must be so under one id.
    """

    published: int
    receipts: int
    outputs: int
    lost: int
    doubled: int
    under_two_ids: int
    out_of_order: int
    without_receipt: int
    receipts_doubled: int
    receipts_not_kept: int
    opted_out_published: int
    requests_lost: int
    requests_doubled: int
    secrets_in_the_open: int

    def and_then(self, later: "Verdict") -> "Verdict":
        """Return the counts of both together. Pure."""
        return Verdict(**{each.name: getattr(self, each.name) + getattr(later, each.name) for each in fields(self)})

    def faultless(self, *, exactly_once: bool) -> bool:
        """Whether every promise was kept."""
        allowed = frozenset() if exactly_once else _MAY_REPEAT
        return all(getattr(self, each.name) == 0 for each in fields(self)[3:] if each.name not in allowed)


Positions = AbstractSet[tuple[int, int]]
"""Partitions and offsets of raw records."""

NONE_GONE: Mapping[str, Positions] = {}


def judge(
    lab: PipelineLab,
    bootstrap: str,
    sent: Sequence[Sent],
    requested: Sequence[str],
    *,
    since: Mapping[Place, int] = NOWHERE,
    gone: Mapping[str, Positions] = NONE_GONE,
) -> Verdict:
    """Read everything that the round wrote since some offsets, and hold it against what was published since then.

    `gone` names, by purpose, the raw records whose outputs were removed together with their topic.
    """
    names = lab.settings.topics

    def read(*topics: str) -> list[ConsumerRecord]:
        return read_all(bootstrap, topics, since=since)

    raw, receipts = read(names.raw), read(names.receipts)
    streams = {purpose: read(lab.settings.sanitized_topic(purpose)) for purpose in PURPOSES}
    others = read(names.dead_letters, names.state, names.opt_outs)
    results = read(names.request_results)
    records = [*receipts, *others, *results, *chain.from_iterable(streams.values())]
    places = [*((record.key or b"") + (record.value or b"") for record in records), lab.log.read_bytes()]
    return judge_records(raw, receipts, streams, places, sent, results, requested, gone=gone)


def judge_records(
    raw: Sequence[ConsumerRecord],
    receipts: Sequence[ConsumerRecord],
    streams: Mapping[str, Sequence[ConsumerRecord]],
    places: Iterable[bytes],
    sent: Sequence[Sent],
    results: Sequence[ConsumerRecord] = (),
    requested: Sequence[str] = (),
    *,
    gone: Mapping[str, Positions] = NONE_GONE,
) -> Verdict:
    """Judge what was read; `places` are all that a stranger may see. Pure."""
    positions = Counter((each.partition, each.offset) for each in map(_receipt, receipts))
    standing = {(record.partition, record.offset) for record in raw}
    answered = Counter(msgspec.json.decode(record.value, type=_Result).request_id for record in results)
    missed = {purpose: _numbers_at(raw, positions) for purpose, positions in gone.items()}
    judged = [_Stream.of(records, sent, missed.get(purpose, frozenset())) for purpose, records in streams.items()]
    return Verdict(
        published=len(sent),
        receipts=len(receipts),
        outputs=sum(stream.outputs for stream in judged),
        lost=sum(stream.lost for stream in judged) + len(_lost_on_the_way_in(raw, sent)),
        doubled=sum(stream.doubled for stream in judged),
        under_two_ids=sum(stream.under_two_ids for stream in judged),
        out_of_order=sum(stream.out_of_order for stream in judged),
        without_receipt=len(standing - positions.keys()),
        receipts_doubled=sum(count - 1 for count in positions.values()) + len(positions.keys() - standing),
        receipts_not_kept=_not_kept(receipts, streams, gone),
        opted_out_published=sum(stream.opted_out for stream in judged),
        requests_lost=len(set(requested) - answered.keys()),
        requests_doubled=sum(count - 1 for count in answered.values()),
        secrets_in_the_open=sum(any(each.lower().encode() in place.lower() for each in PLANTED) for place in places),
    )


@dataclass(frozen=True)
class _Stream:
    outputs: int
    lost: int
    doubled: int
    under_two_ids: int
    out_of_order: int
    opted_out: int

    @classmethod
    def of(cls, records: Iterable[ConsumerRecord], sent: Sequence[Sent], missed: AbstractSet[int]) -> "_Stream":
        """Judge one purpose's stream by the numbers in its texts, whatever receipts say.

        `missed` are those that went with the stream's topic.
        """
        by_number = {each.number: each for each in sent}
        seen: Counter[int] = Counter()
        ids: set[tuple[int, str]] = set()
        last: dict[tuple[int, int], int] = {}
        out_of_order = opted_out = 0
        for record in records:
            output = msgspec.json.decode(record.value, type=_Output) if record.value else None
            number = number_in(output.text) if output and output.revision == 1 else None
            if number is None:
                continue
            seen[number] += 1
            ids.add((number, output.id))
            event = by_number[number]
            opted_out += event.opted_out
            place = (event.conversation, record.partition)
            out_of_order += number < last.get(place, -1)
            last[place] = number
        wanted = {each.number for each in sent if not each.opted_out} - missed
        doubled = sum(count - 1 for count in seen.values())
        return cls(len(seen), len(wanted - seen.keys()), doubled, len(ids) - len(seen), out_of_order, opted_out)


class _Raw(msgspec.Struct):
    text: str


def _numbers_at(raw: Iterable[ConsumerRecord], positions: Positions) -> set[int]:
    return {
        number
        for record in raw
        if (record.partition, record.offset) in positions and (number := _number(record)) is not None
    }


def _number(record: ConsumerRecord) -> int | None:
    return number_in(msgspec.json.decode(record.value, type=_Raw).text)


def _lost_on_the_way_in(raw: Iterable[ConsumerRecord], sent: Iterable[Sent]) -> set[int]:
    """Return events that the broker acknowledged and no longer has: its fault, and it would hide ours."""
    there = set(map(_number, raw))
    return {each.number for each in sent} - there


def receipted(receipts: Iterable[ConsumerRecord]) -> set[tuple[int, int]]:
    """Return the raw records that have receipts. Pure."""
    return {(each.partition, each.offset) for each in map(_receipt, receipts)}


def _receipt(record: ConsumerRecord) -> _Receipt:
    return msgspec.json.decode(record.value, type=_Receipt)


def _not_kept(
    receipts: Iterable[ConsumerRecord],
    streams: Mapping[str, Iterable[ConsumerRecord]],
    gone: Mapping[str, Positions],
) -> int:
    """Count ids that a receipt promised and no stream has, and the other way round; a dead letter keeps no promise."""
    promised: dict[str, set[str]] = defaultdict(set)
    excused: dict[str, set[str]] = defaultdict(set)
    dead = 0
    for receipt in map(_receipt, receipts):
        dead += receipt.dead_letter is not None
        for line in receipt.purposes:
            if line.outcome == "sanitized":
                promised[line.purpose].add(line.id)
            if (receipt.partition, receipt.offset) in gone.get(line.purpose, frozenset()):
                excused[line.purpose].add(line.id)
    return dead + sum(
        len((promised[purpose] ^ _standing(records)) - excused[purpose]) for purpose, records in streams.items()
    )


def _standing(records: Iterable[ConsumerRecord]) -> set[str]:
    """Return the ids whose last record is no tombstone."""
    last = {record.key.decode(): record.value for record in records}
    return {key for key, value in last.items() if value is not None}
