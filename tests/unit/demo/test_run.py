"""What the demo leaves on the disk and on topics that name nobody."""

import itertools
import re
import stat

from pipeline.cli.work import demo
from pipeline.demo.run import left_behind, make_fresh, opt_out_requests
from pipeline.demo.scenario import make_scenario
from pipeline.settings import Delivery
from tests.support.command_line import ROOT


def test_its_directory_is_empty_and_open_to_its_owner_alone(tmp_path):
    """The broker's files in it hold raw records, and stay after the demo."""
    directory = tmp_path / "demo"
    directory.mkdir(mode=0o755)
    (directory / "old").touch()
    make_fresh(directory)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert list(directory.iterdir()) == []


def test_its_request_ids_are_numbers_and_go_on():
    """An answer stands under the id of its request, on a topic without identifiers."""
    numbers = itertools.count(1)
    first = list(opt_out_requests({"customer-0038", "customer-0007"}, numbers))
    second = list(opt_out_requests({"customer-0012"}, numbers))
    assert [(one.request_id, one.identifier) for one in first + second] == [
        ("demo-0001", "customer-0007"),
        ("demo-0002", "customer-0038"),
        ("demo-0003", "customer-0012"),
    ]


def test_it_says_what_of_the_broker_stays_and_until_when(tmp_path):
    """Apache Kafka's topics stay on the disk, the embedded broker's do not."""
    kafka, embedded = (left_behind(tmp_path, delivery) for delivery in Delivery)
    assert "raw records" in kafka
    assert "raw records" not in embedded
    for told in (kafka, embedded):
        assert str(tmp_path / "broker") in told
        assert "make clean" in told


def test_its_help_tells_how_many_conversations_it_publishes():
    """The number stands in the help, the README and the Makefile; the scenario has it from the bundled corpora."""
    number = f"{make_scenario().conversations:,} "
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "Makefile")]
    assert all(re.search(rf"{number}(real )?conversations", text) for text in [*texts, demo.__doc__ or ""])
