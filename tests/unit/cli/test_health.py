"""`redact health`: the worker's own words, and an exit code for probes."""

import http.server
import json
import threading
from contextlib import contextmanager

import pytest

from pipeline.cli.exits import ExitCode
from pipeline.cli.health import reachable
from pipeline.demo.brokers import free_port
from tests.support.command_line import redact


@contextmanager
def worker(status, body):
    """Serve one answer to everything, on loopback; yields the port."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status if self.path == "/health" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            """Keep the test's output clean."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_sound_worker_ends_with_0():
    with worker(200, b'{"live":true,"ready":true,"causes":[],"partitions":[0,1]}\n') as port:
        shown, told = redact("health", "--port", port), redact("health", "--port", port, "--json")
    assert (shown.exit_code, shown.stdout) == (ExitCode.DONE, "live: yes, ready: yes\n")
    assert json.loads(told.stdout)["partitions"] == [0, 1]


def test_a_worker_that_is_behind_ends_with_1_and_says_why():
    with worker(503, b'{"live":true,"ready":false,"causes":["opt-outs are not read to the end"]}') as port:
        ended = redact("health", "--port", port)
    assert ended.exit_code == ExitCode.FOUND
    assert "opt-outs are not read to the end" in ended.stdout


@pytest.mark.parametrize(("status", "body"), [(200, b"hello"), (200, b"{}"), (500, b"{}"), (302, b"")])
def test_what_is_no_worker_ends_with_3(status, body):
    with worker(status, body) as port:
        assert redact("health", "--port", port).exit_code == ExitCode.UNAVAILABLE


def test_nobody_there_ends_with_3():
    ended = redact("health", "--port", free_port(), "--timeout", "1")
    assert ended.exit_code == ExitCode.UNAVAILABLE
    assert "is one running" in ended.stderr


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104 - nothing listens in this test
        ("::", "::1"),
        ("10.0.0.7", "10.0.0.7"),
        ("worker-1", "worker-1"),
    ],
)
def test_a_worker_that_listens_everywhere_is_asked_on_loopback(host, asked):
    assert reachable(host) == asked
