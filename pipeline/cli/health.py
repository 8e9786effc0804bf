"""`redact health`: ask a worker how it is."""

import http.client
import ipaddress
from http import HTTPStatus
from typing import Annotated, Final

import msgspec
import typer

from pipeline.cli import screen
from pipeline.cli.exits import finish
from pipeline.cli.invocation import invocation
from pipeline.cli.options import Json
from pipeline.errors import Unavailable

_ANSWER_BYTES_MAX: Final = 1 << 20


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker says of itself; more than is shown here may stand in the answer."""

    live: bool
    ready: bool
    causes: tuple[str, ...] = ()


def health(
    context: typer.Context,
    *,
    host: Annotated[
        str | None, typer.Option(help="Where the worker serves its health (default: the settings').")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Its port (default: the settings').")] = None,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="How long to wait for the answer.")] = 5.0,
    json: Json = False,
) -> None:
    """Ask a worker whether it makes progress (live) and is caught up (ready).

    Exit code 0: both. 1: one of them not, with the causes. 3: no worker answers there.
    """
    telemetry = invocation(context).settings().telemetry
    where = (reachable(host or telemetry.host), telemetry.port if port is None else port)
    body = _ask(*where, timeout)
    try:
        told = msgspec.json.decode(body, type=Health)
    except msgspec.DecodeError:
        told = None
    if told is None:
        raise Unavailable(f"{where[0]}:{where[1]}: what answers is no worker; check telemetry.port")
    if json:
        screen.show_json(msgspec.Raw(body.strip()))
    else:
        screen.show(f"live: {_word(told.live)}, ready: {_word(told.ready)}")
        for cause in told.causes:
            screen.show(f"  {screen.visible(cause)}")
    finish(found=not (told.live and told.ready))


def reachable(host: str) -> str:
    """Return the address to ask: a worker that listens everywhere is asked on loopback. Pure."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "::1" if isinstance(address, ipaddress.IPv6Address) else "127.0.0.1"


def _ask(host: str, port: int, timeout_s: float) -> bytes:
    connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        if answer.status in (HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE):
            return answer.read(_ANSWER_BYTES_MAX)
        problem = f"answered {answer.status}"
    except (OSError, http.client.HTTPException) as error:
        problem = getattr(error, "strerror", None) or type(error).__name__
    finally:
        connection.close()
    raise Unavailable(
        f"{host}:{port}: no health from a worker ({problem}); is one running, and telemetry.port its port?"
    )


def _word(good: bool) -> str:  # noqa: FBT001 - the value is what is rendered
    return "yes" if good else "no"
