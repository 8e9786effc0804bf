"""From a message of the Kafka client to a source record of the core."""

from confluent_kafka import Message

from pipeline.event.records import TIMESTAMP_MS_MAX, Position, SourceRecord
from pipeline.event.replay import REPLAY_HEADER


def source_record(message: Message) -> SourceRecord:
    """Return a message's position, key and value. Of its headers only the replay header is read. Pure."""
    timestamp_ms = min(max(message.timestamp()[1], 0), TIMESTAMP_MS_MAX)
    position = Position(message.topic(), message.partition(), message.offset(), timestamp_ms)
    replay = next((value for name, value in message.headers() or () if name == REPLAY_HEADER), None)
    return SourceRecord(position, message.key(), message.value(), replay)
