"""The AsyncAPI document and the code say the same of topics, keys and settings."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline.operations.broker import TopicRole
from pipeline.operations.topics import plan
from pipeline.settings import Settings

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
RECORDS = (
    "conversation-event",
    "sanitized-event",
    "receipt",
    "dead-letter",
    "privacy-request",
    "request-result",
    "opt-out-entry",
)


@pytest.fixture(scope="module")
def asyncapi() -> dict[str, object]:
    """Return the AsyncAPI document."""
    return YAML(typ="safe").load(SCHEMAS / "asyncapi.yaml")


def test_channels_are_the_planned_topics(asyncapi: dict[str, dict[str, dict[str, object]]]) -> None:
    """Every topic of the pipeline, with its partitions and every setting that the document states."""
    by_address = {channel["address"]: channel for channel in asyncapi["channels"].values()}
    planned = plan(Settings(), ["{purpose}"])
    assert set(by_address) == {topic.name for topic in planned}
    for topic in planned:
        kafka = by_address[topic.name]["bindings"]["kafka"]  # type: ignore[index]
        stated = {
            name: ",".join(value) if isinstance(value, list) else str(value)
            for name, value in kafka["topicConfiguration"].items()
        }
        assert kafka["partitions"] == topic.partitions
        assert stated.items() <= topic.configs.items()
        assert {"cleanup.policy", "retention.ms", "max.message.bytes"} & topic.configs.keys() <= stated.keys()


def test_the_raw_partitioner_is_stated(asyncapi: dict[str, dict[str, dict[str, object]]]) -> None:
    """Publishers in other languages must know it."""
    raw = asyncapi["channels"][TopicRole.RAW.value]
    assert raw["x-partitioner"] == "murmur2"
    assert "murmur2 of the key" in str(raw["description"])
    assert "conversation id" in str(raw["description"])


def test_every_reference_resolves(asyncapi: dict[str, object]) -> None:
    """To a part of the document or to a schema file; and every schema of a record is referred to."""
    references = set(_references(asyncapi))
    for reference in references:
        if reference.startswith("#/"):
            part: object = asyncapi
            for step in reference[2:].split("/"):
                part = part[step]  # type: ignore[index]
        else:
            assert (SCHEMAS / reference).is_file()
    assert {f"./{name}.schema.json" for name in RECORDS} <= references


def test_every_channel_has_an_operation_and_every_message_a_key(
    asyncapi: dict[str, dict[str, dict[str, dict[str, object]]]],
) -> None:
    """Results are the reply to requests."""
    served = set(_references(asyncapi["operations"]))
    assert served == {f"#/channels/{name}" for name in asyncapi["channels"]}
    for message in asyncapi["components"]["messages"].values():
        assert message["bindings"]["kafka"]["key"]["description"]  # type: ignore[index]


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for name, inner in part.items():
            if name == "$ref":
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)
