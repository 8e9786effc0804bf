from pathlib import Path

from pipeline.operations.topics import TopicProblem, plan
from pipeline.settings import Settings

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "topics.md").read_text(encoding="utf-8")


def test_every_topic_has_its_row() -> None:
    """Under its default name, with its cleanup."""
    for topic in plan(Settings(), ["<purpose>"]):
        (row,) = [line for line in DOCUMENT.splitlines() if line.startswith(f"| `{topic.name}`")]
        assert f"| {topic.configs['cleanup.policy']} |" in row


def test_every_finding_of_the_check_is_explained() -> None:
    """By the word that the command prints."""
    for problem in TopicProblem:
        assert f"| `{problem.value}` |" in DOCUMENT
