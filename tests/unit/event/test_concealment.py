"""Records that hold personal values show their type alone, however they are printed."""

import io
import logging
import pprint
import traceback

import pytest
from rich.console import Console

from pipeline.event.conversation_event import decode
from pipeline.event.dead_letter import OriginalRecord
from pipeline.event.privacy_request import decode_request
from pipeline.event.records import Position, SourceRecord
from tests.support.events import conversation_event, event_bytes, event_dict

SECRET = "margarethe.kowalczyk"
POSITION = Position("raw", 0, 7, 1_700_000_000_000)


def personal_records():
    event = conversation_event(
        f"I am {SECRET}",
        author={"role": "customer", "id": SECRET, "display_name": SECRET},
        subject={"email": SECRET, "name": [SECRET]},
        attributes={"note": SECRET},
        conversation_id=SECRET,
    )
    request = (
        f'{{"schema_version":1,"request_id":"r","tenant":"acme","kind":"email","identifier":"{SECRET}",'
        '"choice":"out","requested_at":"2026-03-01T10:00:00Z"}'
    )
    secret = SECRET.encode()
    yield event
    yield event.author
    yield decode(event_bytes(SECRET))
    yield decode_request(request.encode())
    yield SourceRecord(POSITION, secret, secret, secret)
    yield OriginalRecord(topic="raw", partition=0, offset=7, timestamp_ms=1, key=secret, value=secret)


RECORDS = list(personal_records())
IDS = [type(record).__name__ for record in RECORDS]


def rich_pretty(record):
    out = io.StringIO()
    Console(file=out, width=200).print(record, [record], {"record": record})
    return out.getvalue()


@pytest.mark.parametrize("record", RECORDS, ids=IDS)
@pytest.mark.parametrize("shown", [repr, str, "{}".format, pprint.pformat, rich_pretty, lambda one: repr([one])])
def test_a_record_shows_nothing_that_it_holds(record, shown):
    assert SECRET not in shown(record)


@pytest.mark.parametrize("record", RECORDS, ids=IDS)
def test_a_log_line_shows_nothing_that_a_record_holds(record, caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").warning("got %s and %r", record, record)
    assert SECRET not in caplog.text


def test_a_rejection_of_a_record_chains_nothing_that_holds_it():
    """A decoding error's context would hold the payload."""
    try:
        decode(event_bytes(SECRET, channel=SECRET, note=SECRET))
    except Exception as error:  # noqa: BLE001 - whatever is raised is looked at
        shown = "".join(traceback.format_exception(error))
    assert SECRET not in shown


def test_events_compare_by_what_they_hold():
    assert conversation_event("a") == conversation_event("a")
    assert conversation_event("a") != conversation_event("b")
    assert event_dict("a")["text"] == "a"
