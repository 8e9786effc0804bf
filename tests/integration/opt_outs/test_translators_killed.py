"""Translators that are killed at any moment: no request without effect, none with two."""

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import msgspec
import pytest

from pipeline.consent.opt_outs import merged
from pipeline.event.privacy_request import decode_entry, decode_request
from tests.unit.streaming.worlds import list_key, request

ROOT = Path(__file__).resolve().parents[3]
REQUESTS = 240
PEOPLE = 8
KILLS = 3


def start(place, slot):
    environment = {
        **os.environ,
        "PLACE_BOOTSTRAP": place.bootstrap,
        "PLACE_SETTINGS": msgspec.json.encode(place.worker(slot)).decode(),
    }
    command = [sys.executable, "-m", "tests.integration.opt_outs.translator_worker"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE)


def wait_for_results(place, count, publish=lambda: None, seconds=60):
    deadline = time.monotonic() + seconds
    while len(place.results()) < count:
        assert time.monotonic() < deadline, f"{len(place.results())} results instead of {count}"
        publish()


@pytest.mark.kafka
def test_two_translators_one_killed_again_and_again(kafka_place):
    """Each request is answered exactly once, and the list holds what a single reading of them would."""
    chance = Random(7)  # noqa: S311 - a seed, so that a failure comes again
    requests, expected = [], {}
    for number in range(REQUESTS):
        address = f"person{chance.randrange(PEOPLE)}@example.com"
        value = request(
            number,
            identifier=address,
            choice=chance.choice(["out", "in"]),
            minute=chance.randrange(20),
            purposes=[chance.choice(["*", "analytics", "quality"])],
        )
        requests.append((None, value))
        expected[list_key(address)] = merged(expected.get(list_key(address)), decode_request(value))
    waiting = list(requests)
    topic = kafka_place.settings.topics.requests

    def publish():
        kafka_place.publish(topic, waiting[:10])
        del waiting[:10]

    workers = {slot: start(kafka_place, slot) for slot in ("0", "1")}
    try:
        for kill in range(KILLS):
            wait_for_results(kafka_place, (kill + 1) * REQUESTS // (KILLS + 2), publish)
            slot = str(kill % 2)
            workers[slot].kill()
            workers[slot].communicate()
            publish()
            workers[slot] = start(kafka_place, slot)
        while waiting:
            publish()
        wait_for_results(kafka_place, REQUESTS)
    finally:
        for worker in workers.values():
            worker.stdin.close()
            worker.wait(30)
    assert [result.request_id for result in kafka_place.results()] == [f"r{number}" for number in range(REQUESTS)]
    entries = {
        key.decode(): decode_entry(value) for key, value in kafka_place.read(kafka_place.settings.topics.opt_outs)
    }
    assert entries == expected
