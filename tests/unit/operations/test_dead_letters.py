import pytest

from pipeline.errors import Misconfigured, Reason, RejectedEvent
from pipeline.event.dead_letter import seal
from pipeline.event.records import Position, SourceRecord, source_id
from pipeline.event.replay import REPLAY_HEADER, original_position
from pipeline.keys import CannotDecrypt
from pipeline.operations.broker import OutgoingRecord, Partition
from pipeline.operations.dead_letters import Refusal, list_letters, replay_letters, show_letter
from pipeline.settings import Settings
from tests.support.events import key_ring
from tests.support.fake_broker import FakeBroker

KEYS = key_ring()
SETTINGS = Settings()
RAW = SETTINGS.topics.raw
LETTERS = SETTINGS.topics.dead_letters


def test_list_tells_reasons_and_never_needs_a_key(broker: FakeBroker) -> None:
    """Oldest first, without anything personal."""
    late = _letter(broker, offset=9, at_ms=2_000, reason=Reason.WRONG_TYPE, field="channel")
    early = _letter(broker, offset=3, at_ms=1_000, partition=2)
    listing = list_letters(broker, SETTINGS)
    assert [letter.id for letter in listing.letters] == [early, late]
    assert listing.letters[1].reason is Reason.WRONG_TYPE
    assert listing.letters[1].field == "channel"
    assert listing.letters[0].partition == 2
    assert "jane" not in repr(listing)


def test_the_latest_record_of_a_key_counts(broker: FakeBroker) -> None:
    """A tombstone means replayed; a letter after it waits again; a foreign record is counted as unreadable."""
    replayed, again = _letter(broker, offset=1), _letter(broker, offset=2)
    _tombstone(broker, replayed)
    _tombstone(broker, again)
    _letter(broker, offset=2)
    broker.append(OutgoingRecord(LETTERS, b"foreign", b"{}", 0))
    listing = list_letters(broker, SETTINGS)
    assert [letter.id for letter in listing.letters] == [again]
    assert (listing.replayed, listing.unreadable) == (1, 1)


def test_show_opens_a_letter_for_the_key_holder(broker: FakeBroker) -> None:
    """The original key, value and position; other keys cannot open it."""
    letter_id = _letter(broker, offset=7, value=b"hello from jane")
    letter, original = show_letter(broker, SETTINGS, KEYS, letter_id)
    assert letter.reason is Reason.INVALID_JSON
    assert (original.value, original.key) == (b"hello from jane", b"c-1")
    assert original.position == Position(RAW, 1, 7, 1_000)
    with pytest.raises(CannotDecrypt):
        show_letter(broker, SETTINGS, key_ring("other"), letter_id)


def test_show_says_when_there_is_nothing_to_show(broker: FakeBroker) -> None:
    """An unknown id and a replayed letter have different answers."""
    replayed = _letter(broker, offset=1)
    _tombstone(broker, replayed)
    with pytest.raises(Misconfigured, match="no such letter"):
        show_letter(broker, SETTINGS, KEYS, "0" * 32)
    with pytest.raises(Misconfigured, match="replayed already"):
        show_letter(broker, SETTINGS, KEYS, replayed)


def test_replay_publishes_the_original_with_its_position(broker: FakeBroker) -> None:
    """Original key, value and partition; the header proves the original position to the worker."""
    letter_id = _letter(broker, offset=7, value=b"payload", partition=3)
    report = replay_letters(broker, SETTINGS, KEYS, [letter_id])
    assert (report.replayed, report.refused) == (1, ())
    (record,) = broker.logs[Partition(RAW, 3)]
    assert (record.key, record.value) == (b"c-1", b"payload")
    ((name, header),) = record.headers
    assert name == REPLAY_HEADER
    assert original_position(header, record.key, record.value, KEYS) == Position(RAW, 3, 7, 1_000)


def test_replay_of_all_takes_every_letter_that_waits(broker: FakeBroker) -> None:
    """Replayed ones stay out."""
    for offset in range(5):
        _letter(broker, offset=offset)
    _tombstone(broker, _letter(broker, offset=5))
    assert replay_letters(broker, SETTINGS, KEYS).replayed == 5
    assert len(broker.logs[Partition(RAW, 1)]) == 5


def test_what_cannot_be_replayed_is_refused_with_the_reason(broker: FakeBroker) -> None:
    """Null values, other keys, missing partitions, privacy requests, unknown and replayed letters; the rest goes on."""
    good = _letter(broker, offset=1)
    null = _letter(broker, offset=2, value=None)
    foreign = _letter(broker, offset=3, keys="other")
    beyond = _letter(broker, offset=4, partition=4, stored_at=0)
    replayed = _letter(broker, offset=5)
    request = _letter(broker, offset=6, topic=SETTINGS.topics.requests)
    _tombstone(broker, replayed)
    report = replay_letters(broker, SETTINGS, KEYS, [good, null, foreign, beyond, replayed, request, "f" * 32])
    assert report.replayed == 1
    assert dict(report.refused) == {
        null: Refusal.NULL_VALUE,
        foreign: Refusal.OTHER_KEYS,
        beyond: Refusal.NO_PARTITION,
        replayed: Refusal.ALREADY_REPLAYED,
        request: Refusal.PRIVACY_REQUEST,
        "f" * 32: Refusal.NO_LETTER,
    }


def test_a_record_with_a_forged_header_gets_no_genuine_one(broker: FakeBroker) -> None:
    """Neither among all nor by its id: the header would vouch for what somebody else wrote."""
    forged = _letter(broker, offset=1, reason=Reason.REPLAY_FORGED)
    _letter(broker, offset=2)
    for chosen, replayed in ((None, 1), ([forged], 0)):
        report = replay_letters(broker, SETTINGS, KEYS, chosen)
        assert report.replayed == replayed
        assert (forged, Refusal.FORGED) in report.refused
    assert len(broker.logs[Partition(RAW, 1)]) == 1


def test_a_replay_that_no_worker_has_processed_is_not_repeated(broker: FakeBroker) -> None:
    """A second copy would be withheld as a duplicate of the first, under the same output id."""
    letter_id = _letter(broker, offset=7)
    replay_letters(broker, SETTINGS, KEYS, [letter_id])
    assert replay_letters(broker, SETTINGS, KEYS, [letter_id]).refused == ((letter_id, Refusal.IN_FLIGHT),)
    broker.group_offsets["redaction", RAW] = {1: 1}
    assert replay_letters(broker, SETTINGS, KEYS, [letter_id]).replayed == 1


def _letter(
    broker: FakeBroker,
    *,
    offset: int,
    partition: int = 1,
    at_ms: int = 1_000,
    value: bytes | None = b"call jane at once",
    reason: Reason = Reason.INVALID_JSON,
    field: str = "",
    keys: str = "test",
    stored_at: int | None = None,
    topic: str = RAW,
) -> str:
    position = Position(topic, partition, offset, at_ms)
    record = SourceRecord(position, b"c-1", value)
    letter_id, letter = seal(record, position, RejectedEvent(reason, field), key_ring(keys))
    where = partition if stored_at is None else stored_at
    broker.append(OutgoingRecord(LETTERS, letter_id.encode(), letter, where))
    assert letter_id == source_id(key_ring(keys), position)
    return letter_id


def _tombstone(broker: FakeBroker, letter_id: str) -> None:
    broker.append(OutgoingRecord(LETTERS, letter_id.encode(), None, 1))
