"""Planted values stand nowhere but in the raw topic, the requests and ciphertext."""

import json
import os
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.event.privacy_request import Choice, IdentifierKind
from pipeline.operations.broker import OutgoingRecord
from pipeline.operations.opt_outs import Identity, ask, make_request
from tests.support.events import event_bytes
from tests.support.pipeline_lab import PURPOSES, PipelineLab, write_policy

NAME = "Zebedee Quillfeather"
MAIL = "zebedee.quill@example.org"
CARD = "4000056655665556"
PHONE = "+14155550187"
PASSWORD = "xK7-planted-pass"
ACCOUNT = "ZQ-88120-774"
PLANTED = (NAME, MAIL, CARD, PHONE, PASSWORD, ACCOUNT, "Quillfeather", "zebedee.quill")
SUBJECT = {"name": NAME, "email": MAIL, "phone": PHONE, "account_id": ACCOUNT}
TEXT = f"I am {NAME}, {MAIL}, {PHONE}. Card {CARD}. password: {PASSWORD}. account {ACCOUNT}"


def records():
    """Return events and broken records that carry the planted values in every field that takes text."""
    key = f"{NAME}/1".encode()

    def event(text=TEXT, number=1, **changes):
        fields = {
            "event_id": f"{MAIL}/{number}",
            "conversation_id": key.decode(),
            "author": {"role": "customer", "id": ACCOUNT, "display_name": NAME},
            "subject": SUBJECT,
            "attributes": {"note": TEXT, "summary": TEXT, PHONE: MAIL, "queue": NAME},
            **changes,
        }
        return event_bytes(text, **fields)

    fine = [event(number=number, sequence=number) for number in range(3)]
    broken = [
        event()[:-20],
        event().replace(b"customer", b"\xff"),
        event().replace(b'"customer"', b'"\\ud800 x"'),
        event(tenant=NAME),
        event(schema_version=MAIL),
        event(occurred_at=TEXT),
        event(locale=PHONE),
        event(channel=NAME),
        event(extra=json.loads("[" * 40 + f'"{CARD}"' + "]" * 40)),
        event(**{MAIL: CARD}),
        event(author={"role": NAME}),
        event(conversation_id=ACCOUNT),
        json.dumps({NAME: TEXT}).encode(),
        TEXT.encode(),
        f'"{TEXT}"'.encode(),
    ]
    return [(key, value) for value in (*fine, *broken)] + [(MAIL.encode(), event()), (key, None)]


def everything_in_the_open(lab: PipelineLab, port: int) -> dict[str, bytes]:
    """Return all that a stranger may read: topics but raw and requests, logs, metrics, files and the command line."""
    names = lab.settings.topics
    open_topics = [lab.settings.sanitized_topic(purpose) for purpose in PURPOSES]
    open_topics += [names.dead_letters, names.receipts, names.state, names.opt_outs, names.request_results]
    found = {}
    for topic in open_topics:
        for record in lab.read(topic):
            headers = b"".join(name.encode() + value for name, value in record.headers)
            found[f"{topic} {record.partition}/{record.offset}"] = (record.key or b"") + (record.value or b"") + headers
    found["log"] = lab.log.read_bytes()
    for page in ("metrics", "health", "health/live", "health/ready"):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=10) as answer:
            found[page] = answer.read()
    for path in Path(lab.settings.worker.state_directory).rglob("*"):
        if path.is_file():
            found[str(path)] = path.read_bytes()
    for pid in Path("/proc").iterdir():
        if pid.name.isdigit() and pid.name != str(os.getpid()):
            command = read_command(pid)
            if b"pipeline" in command:
                found[f"command line {pid.name}"] = command
    return found


def read_command(pid: Path) -> bytes:
    """Return a process's command line, nothing if it ended."""
    try:
        return (pid / "cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.tansu
@pytest.mark.parametrize("names", [True, False], ids=["names tier on", "names tier off"])
def test_no_planted_value_is_anywhere_in_the_open(lab: PipelineLab, names):
    """Events, broken records, requests and refused requests leave no value outside raw, requests and ciphertext."""
    write_policy(lab.policy, names=names)
    port = lab.settings.telemetry.port
    planned = records()
    lab.publish(planned)
    worker = lab.worker()
    lab.wait_for_receipts(len(planned), deadline_s=90)
    request = make_request(
        Identity("acme", IdentifierKind.EMAIL, MAIL),
        Choice.OUT,
        request_id="r1",
        requested_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    broken = [TEXT.encode(), json.dumps({"identifier": MAIL, "request_id": PHONE}).encode(), None]
    topic = lab.settings.topics.requests
    lab.broker.send(OutgoingRecord(topic, MAIL.encode(), value) for value in broken)
    assert ask(lab.broker, lab.settings, request, wait_s_max=30).accepted
    lab.publish(planned[:1])
    lab.wait_for_receipts(len(planned) + 1)
    found = everything_in_the_open(lab, port)
    assert worker.stop() == 0
    found["log"] = lab.log.read_bytes()
    leaks = {
        (place, planted)
        for place, content in found.items()
        for planted in PLANTED
        if planted.lower().encode() in content.lower()
    }
    assert not leaks
    assert any(MAIL.encode() in (record.value or b"") for record in lab.read(lab.settings.topics.raw))
    assert b"DEBUG" in found["log"]
    assert len(found) > len(planned)
