"""One suite for the fake, the embedded broker and Apache Kafka: the fake may be trusted where this passes."""

import time

import pytest

from pipeline.errors import Misconfigured
from pipeline.operations.broker import Bounds, Broker, OutgoingRecord, Partition
from pipeline.operations.read_back import read_back
from pipeline.operations.topics import check, create, plan
from pipeline.settings import Settings

PURPOSES = ("analytics",)


def test_created_topics_pass_the_check(broker: Broker, settings: Settings) -> None:
    """What `create` makes has nothing to complain about; creating again changes nothing."""
    plans = plan(settings, PURPOSES)
    assert create(broker, plans) == {topic.name for topic in plans}
    assert create(broker, plans) == frozenset()
    report = check(broker, settings, PURPOSES)
    assert report.findings == ()
    assert report.disappears_within_ms[settings.sanitized_topic("analytics")] == 24 * 3_600_000 + 60_000


def test_absent_topics_are_left_out_of_the_description(broker: Broker, settings: Settings) -> None:
    """And looking for them does not make them."""
    assert broker.describe([settings.topics.raw]) == {}
    with pytest.raises(Misconfigured, match="topics create"):
        broker.bounds([settings.topics.raw])
    with pytest.raises(Misconfigured, match="topics create"):
        broker.send([OutgoingRecord(settings.topics.raw, b"k", b"v")])
    assert broker.describe([settings.topics.raw]) == {}


def test_records_come_back_as_they_were_sent(broker: Broker, settings: Settings) -> None:
    """Null values, empty values, no key, headers and explicit partitions survive; offsets count from 0 in order."""
    topic = _made(broker, settings)
    sent = [
        OutgoingRecord(topic, b"a", b"first", 1, (("redact-replay", b"\x00\xff"), ("other", b""))),
        OutgoingRecord(topic, b"a", None, 1),
        OutgoingRecord(topic, None, b"", 1),
        OutgoingRecord(topic, b"b", b"elsewhere", 2),
    ]
    assert broker.send(sent) == 4
    found = list(read_back(broker, [topic]))
    first = [(record.key, record.value, record.offset) for record in found if record.partition == 1]
    assert first == [(b"a", b"first", 0), (b"a", None, 1), (None, b"", 2)]
    assert found[0].headers == (("redact-replay", b"\x00\xff"), ("other", b""))
    assert [record.value for record in found if record.partition == 2] == [b"elsewhere"]
    assert all(abs(record.timestamp_ms / 1000 - time.time()) < 3_600 for record in found) or _is_fake(settings)


def test_equal_keys_share_the_partition_that_murmur2_names(broker: Broker, settings: Settings) -> None:
    """The default partitioner of Java clients: murmur2 of the key, modulo the partitions (values from Apache Kafka)."""
    topic = _made(broker, settings)
    keys = [b"21", b"foobar", b"a-little-bit-long-string", b"a-little-bit-longer-string"]
    hashes = [-973932308, -790332482, -985981536, -1486304829]  # org.apache.kafka.common.utils.UtilsTest
    broker.send(OutgoingRecord(topic, key, b"v") for key in keys * 2)
    found = {record.key: record.partition for record in read_back(broker, [topic])}
    assert found == {key: (value & 0x7FFFFFFF) % 3 for key, value in zip(keys, hashes, strict=True)}


def test_bounds_name_the_true_end_after_batches(broker: Broker, settings: Settings) -> None:
    """A batch of many records ends after its last one, not after its first."""
    topic = _made(broker, settings)
    for size in (1, 700, 40):
        broker.send(OutgoingRecord(topic, b"k", b"v" * 50, 0) for _ in range(size))
    assert broker.bounds([topic])[Partition(topic, 0)] == Bounds(0, 741)
    assert broker.bounds([topic])[Partition(topic, 1)] == Bounds(0, 0)
    assert [record.offset for record in read_back(broker, [topic])] == list(range(741))


def test_reading_stops_at_the_ends_of_the_call(broker: Broker, settings: Settings) -> None:
    """What arrives after the call is left for the next one."""
    topic = _made(broker, settings)
    broker.send(OutgoingRecord(topic, b"k", b"%d" % number, number % 3) for number in range(9))
    records = read_back(broker, [topic])
    broker.send([OutgoingRecord(topic, b"k", b"late", 0)])
    assert {record.value for record in records} == {b"%d" % number for number in range(9)}


def test_a_span_is_read_from_start_to_before_end(broker: Broker, settings: Settings) -> None:
    """Empty spans yield nothing, without waiting."""
    topic = _made(broker, settings)
    broker.send(OutgoingRecord(topic, b"k", b"%d" % number, 0) for number in range(20))
    spans = {Partition(topic, 0): Bounds(5, 8), Partition(topic, 1): Bounds(0, 0)}
    assert [record.value for record in broker.read(spans)] == [b"5", b"6", b"7"]
    assert list(broker.read({})) == []


def test_tail_yields_from_the_starts_on(broker: Broker, settings: Settings) -> None:
    """It can be left as soon as the awaited record came."""
    topic = _made(broker, settings)
    broker.send(OutgoingRecord(topic, b"k", b"%d" % number, 0) for number in range(3))
    tail = broker.tail({Partition(topic, 0): 1}, wait_s_max=20)
    assert next(tail).value == b"1"
    tail.close()  # type: ignore[attr-defined]


def test_tail_ends_when_its_time_is_over(broker: Broker, settings: Settings) -> None:
    """Nothing to read is no error."""
    topic = _made(broker, settings)
    assert list(broker.tail({Partition(topic, 0): 0}, wait_s_max=0.3)) == []


def test_a_group_that_never_committed_has_no_offsets(broker: Broker, settings: Settings) -> None:
    """An unknown group is not an error."""
    topic = _made(broker, settings)
    assert broker.committed(settings.worker.group, topic) == {}


def test_large_records_fit_the_planned_topics(broker: Broker, settings: Settings) -> None:
    """8 MiB in, beside its key; progress is told."""
    plans = plan(settings, PURPOSES)
    create(broker, plans)
    value = b"x" * (8 * 1024 * 1024)
    told: list[int] = []
    assert broker.send([OutgoingRecord(settings.topics.raw, b"k", value)], told.append) == 1
    assert told == [1]
    (record,) = read_back(broker, [settings.topics.raw])
    assert record.value == value


def _made(broker: Broker, settings: Settings) -> str:
    create(broker, plan(settings, PURPOSES)[:1])
    return settings.topics.raw


def _is_fake(settings: Settings) -> bool:
    return settings.kafka.bootstrap_servers == "fake"
