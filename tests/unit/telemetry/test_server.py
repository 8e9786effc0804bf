"""The telemetry server, asked over real sockets on loopback."""

import contextlib
import dataclasses
import http.client
import json
import logging
import socket
import threading
from collections.abc import Iterator

import pytest

from pipeline.errors import Misconfigured
from pipeline.settings import TelemetrySettings
from pipeline.telemetry.health import HealthState
from pipeline.telemetry.recorder import Telemetry
from pipeline.telemetry.server import REQUESTS_AT_ONCE_MAX, TelemetryServer
from tests.support.telemetry_traffic import healthy

SECRET = "planted-" + "value"
STUCK = dataclasses.replace(healthy(), backlog_records=5, since_progress_s=31.0)


@contextlib.contextmanager
def serving(state: HealthState) -> Iterator[TelemetryServer]:
    with TelemetryServer(Telemetry(), lambda: state, TelemetrySettings(port=0)) as server:
        yield server


def ask(port: int, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("state", "live", "ready", "all_of_it"),
    [
        (healthy(), 200, 200, 200),
        (STUCK, 503, 200, 503),
        (HealthState(), 200, 503, 503),
    ],
    ids=["healthy", "stuck", "just started"],
)
def test_health_answers_by_status(state, live, ready, all_of_it):
    """A prober needs no body: 200 is yes, 503 is no."""
    with serving(state) as server:
        assert ask(server.port, "/health/live")[0] == live
        assert ask(server.port, "/health/ready")[0] == ready
        assert ask(server.port, "/health")[0] == all_of_it


def test_health_tells_the_causes_as_json():
    """A person sees why."""
    with serving(STUCK) as server:
        _, headers, body = ask(server.port, "/health")
    report = json.loads(body)
    assert headers["content-type"] == "application/json"
    assert report["causes"] == ["a backlog, and no progress for over 30 s"]
    assert report["backlog_records"] == 5


def test_metrics_are_served_with_both_verdicts():
    """Prometheus gets its text format, and the alerts their gauges."""
    with serving(STUCK) as server:
        status, headers, body = ask(server.port, "/metrics?name[]=x")
    assert status == 200
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    assert b"\nredaction_live 0.0\n" in body
    assert b"\nredaction_ready 1.0\n" in body


@pytest.mark.parametrize("path", ["/metrics", "/health", "/health/live", "/nowhere"])
def test_every_answer_has_the_security_headers(path):
    """Fixed headers, also on errors; the server does not tell its versions."""
    with serving(healthy()) as server:
        _, headers, _ = ask(server.port, path)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "python" not in headers["server"].lower()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"])
def test_only_get_is_answered(method):
    """Any other method is refused by name of the one that is allowed."""
    with serving(healthy()) as server:
        status, headers, _ = ask(server.port, "/metrics", method)
    assert status == 405
    assert headers["allow"] == "GET"


@pytest.mark.parametrize(
    "request_bytes",
    [
        f"GET /{SECRET} HTTP/1.1\r\n\r\n".encode(),
        f"{SECRET} / HTTP/1.1\r\n\r\n".encode(),
        f"GET / {SECRET}\r\n\r\n".encode(),
        b"GET /" + SECRET.encode() * 10_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + f"X: {SECRET}\r\n".encode() * 200 + b"\r\n",
    ],
    ids=["unknown path", "unknown method", "bad version", "huge path", "too many headers"],
)
def test_an_answer_never_quotes_the_request(request_bytes):
    """Whatever is asked, nothing of it comes back."""
    with serving(healthy()) as server, socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(request_bytes)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while chunk := connection.recv(65536):
                answer += chunk
    assert SECRET.encode() not in answer


def test_connections_above_the_limit_are_closed_and_others_still_answered():
    """Idle connections cannot take every thread for ever: what is over the limit is closed, and a free place serves."""
    with serving(healthy()) as server, contextlib.ExitStack() as stack:
        idle = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5))
            for _ in range(REQUESTS_AT_ONCE_MAX)
        ]
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as refused:
            assert _closed_by_server(refused)
        for connection in idle:
            connection.sendall(b"GET /health/live HTTP/1.1\r\n\r\n")
            assert connection.recv(64).startswith(b"HTTP/1.1 200")


def _closed_by_server(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_failing_health_source_answers_nobody_and_shows_nothing(caplog):
    """The connection closes without an answer, which a prober reads as bad; the next request is served."""

    def broken() -> HealthState:
        raise ValueError(SECRET)

    server = TelemetryServer(Telemetry(), broken, TelemetrySettings(port=0))
    with caplog.at_level(logging.CRITICAL), server:
        with pytest.raises(http.client.RemoteDisconnected):
            ask(server.port, "/health/live")
        assert ask(server.port, "/nowhere")[0] == 404


def test_a_taken_port_is_a_setting_to_correct():
    """The error names the setting and the remedy."""
    with serving(healthy()) as server, pytest.raises(Misconfigured, match=r"telemetry\.port.*choose another port"):
        TelemetryServer(Telemetry(), healthy, TelemetrySettings(port=server.port))


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none_is_a_setting_to_correct(port):
    """Numbers outside the range are refused like taken ones."""
    with pytest.raises(Misconfigured, match=r"telemetry\.port"):
        TelemetryServer(Telemetry(), healthy, TelemetrySettings(port=port))


def test_serving_beyond_loopback_is_said_aloud(caplog):
    """Whoever opens it to the network reads so in the log."""
    server = TelemetryServer(Telemetry(), healthy, TelemetrySettings(host="0.0.0.0", port=0))  # noqa: S104 - what is tested
    with caplog.at_level(logging.WARNING), server:
        pass
    assert "served beyond this host" in caplog.text


def test_stop_ends_its_thread_and_frees_the_port():
    """A stopped worker leaves nothing behind."""
    with serving(healthy()) as server:
        port = server.port
    assert "telemetry" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(ConnectionRefusedError):
        ask(port, "/metrics")
