"""The HTTP side of telemetry: `/metrics`, `/health`, `/health/live` and `/health/ready`, on loopback by default.

Only GET is answered, by at most a few threads at a time, each for a few seconds; every answer is made of metrics and
fixed words, never of what the request said.
"""

import http.server
import ipaddress
import logging
import socket
import socketserver
import threading
from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from pipeline.errors import Misconfigured
from pipeline.settings import TelemetrySettings
from pipeline.telemetry.health import HealthSource, Verdict, health_report, liveness, readiness
from pipeline.telemetry.recorder import EXPOSITION_TYPE, Telemetry

REQUESTS_AT_ONCE_MAX: Final = 8
REQUEST_S_MAX: Final = 5.0
_POLL_S: Final = 0.1
_JSON: Final = "application/json"
_TEXT: Final = "text/plain; charset=utf-8"
_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Connection": "close",
}

_log = logging.getLogger(__name__)


class TelemetryServer:
    """Serves one worker's telemetry from threads of its own between `start` and `stop` (or in a `with` block).

    `port` is the real one, also where the setting says 0 (any free one). Raises `Misconfigured` when the address cannot
    be listened on.
    """

    def __init__(self, telemetry: Telemetry, health: HealthSource, settings: TelemetrySettings) -> None:
        telemetry.observe_health(health, settings.stalled_s_max)
        pages = _Pages(telemetry, health, settings.stalled_s_max)
        reason: str | None = None
        try:
            self._server = _BoundedServer((settings.host, settings.port), pages)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "not a port"
        if reason is not None:
            where = f"telemetry.host, telemetry.port: cannot listen on {settings.host}:{settings.port} ({reason})"
            raise Misconfigured([f"{where}; choose another port, or 0 for any free one"])
        self.host = settings.host
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_S,), name="telemetry", daemon=True
        )

    def start(self) -> None:
        """Begin to answer."""
        if not _is_loopback(self.host):
            _log.warning("metrics and health are served beyond this host", extra={"fields": {"host": self.host}})
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Pages:
    """What each path answers."""

    def __init__(self, telemetry: Telemetry, health: HealthSource, stalled_s_max: float) -> None:
        self._telemetry = telemetry
        self._health = health
        self._stalled_s_max = stalled_s_max

    def answer(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        match path:
            case "/metrics":
                return HTTPStatus.OK, EXPOSITION_TYPE, self._telemetry.exposition()
            case "/health/live":
                return _spoken(liveness(self._health(), self._stalled_s_max), "live")
            case "/health/ready":
                return _spoken(readiness(self._health()), "ready")
            case "/health":
                state = self._health()
                sound = liveness(state, self._stalled_s_max).good and readiness(state).good
                body = msgspec.json.encode(health_report(state, self._stalled_s_max))
                return (HTTPStatus.OK if sound else HTTPStatus.SERVICE_UNAVAILABLE), _JSON, body + b"\n"
            case _:
                return HTTPStatus.NOT_FOUND, _TEXT, b"/metrics /health /health/live /health/ready\n"


def _spoken(verdict: Verdict, word: str) -> tuple[HTTPStatus, str, bytes]:
    if verdict.good:
        return HTTPStatus.OK, _TEXT, f"{word}\n".encode()
    causes = "".join(f"{cause}\n" for cause in verdict.causes)
    return HTTPStatus.SERVICE_UNAVAILABLE, _TEXT, f"not {word}\n{causes}".encode()


class _BoundedServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A thread for each request, up to a limit; a connection above it is closed unanswered."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 2 * REQUESTS_AT_ONCE_MAX

    def __init__(self, address: tuple[str, int], pages: _Pages) -> None:
        self.pages = pages
        self._slots = threading.BoundedSemaphore(REQUESTS_AT_ONCE_MAX)
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Exchange)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as socketserver declares it
        if not self._slots.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as socketserver declares it
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - as socketserver declares it
        """Log instead of printing a traceback; the connection closes unanswered, which every prober reads as bad."""
        _log.warning("a telemetry request failed", exc_info=True)


class _Exchange(http.server.BaseHTTPRequestHandler):
    """One request and its answer."""

    server: _BoundedServer
    timeout = REQUEST_S_MAX
    protocol_version = "HTTP/1.1"
    server_version = "redact"
    sys_version = ""

    def do_GET(self) -> None:
        self._send(*self.server.pages.answer(self.path.partition("?")[0]))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - may quote the request
        """Answer a malformed request or another method without quoting it."""
        only_get = code == HTTPStatus.NOT_IMPLEMENTED
        status = HTTPStatus.METHOD_NOT_ALLOWED if only_get else HTTPStatus(code)
        self._send(status, _TEXT, f"{status.phrase}\n".encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server names it
        """Log nothing: a probe every second would drown the log."""

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.close_connection = True
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
