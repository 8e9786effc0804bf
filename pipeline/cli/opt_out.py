"""`redact opt-out`: ask that somebody's conversations are kept out of purposes, or let in again; look it up."""

import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from pipeline.cli import screen
from pipeline.cli.exits import finish
from pipeline.cli.invocation import connected, invocation, policy_of, tenant_of
from pipeline.cli.options import Json, PolicyName, Tenant
from pipeline.errors import Misconfigured
from pipeline.event.privacy_request import EVERY_PURPOSE, Choice, IdentifierKind
from pipeline.operations.opt_outs import Canonical, Identity, ask, demand_form, make_request
from pipeline.operations.opt_outs import status as look_up
from pipeline.policy.compiled import CompiledPolicy

_REQUEST_ID_BYTES: Final = 12
_IDENTIFIER_BYTES_MAX: Final = 4_096

Kind = Annotated[IdentifierKind, typer.Option(help="What kind of identifier it is.")]
Purposes = Annotated[
    list[str] | None, typer.Option("--purpose", help="A purpose; may be repeated (default: every purpose).")
]
IdentifierFile = Annotated[
    Path | None,
    typer.Option("--file", metavar="FILE", help="Read the identifier from a file (default: ask, or read stdin)."),
]
Evidence = Annotated[str, typer.Option(help="A reference such as a ticket number; never a text.")]
Wait = Annotated[float, typer.Option("--wait", metavar="SECONDS", help="How long to wait for a worker's answer.")]


class PurposeStatus(msgspec.Struct, frozen=True):
    """Whether one purpose is kept from somebody's conversations."""

    purpose: str
    out: bool


def add(
    context: typer.Context,
    *,
    kind: Kind,
    tenant: Tenant = None,
    purposes: Purposes = None,
    file: IdentifierFile = None,
    evidence: Evidence = "",
    wait: Wait = 30.0,
    policy: PolicyName = None,
    json: Json = False,
) -> None:
    """Opt somebody out and wait until a worker has taken it over.

    The identifier is asked for, or read from stdin or a file: never an argument, which other users of the machine could
    read. Exit code 1 says that the request was refused.
    """
    _request(
        context,
        Choice.OUT,
        _identity(context, kind, tenant, file, policy),
        purposes=purposes,
        evidence=evidence,
        wait=wait,
        policy=policy,
        json=json,
    )


def remove(
    context: typer.Context,
    *,
    kind: Kind,
    tenant: Tenant = None,
    purposes: Purposes = None,
    file: IdentifierFile = None,
    evidence: Evidence = "",
    wait: Wait = 30.0,
    policy: PolicyName = None,
    json: Json = False,
) -> None:
    """Opt somebody in again and wait until a worker has taken it over.

    It lifts the opt-out of this identifier alone, and conversations that were withheld stay so. Exit code 1 says that
    the request was refused.
    """
    _request(
        context,
        Choice.IN,
        _identity(context, kind, tenant, file, policy),
        purposes=purposes,
        evidence=evidence,
        wait=wait,
        policy=policy,
        json=json,
    )


def status(
    context: typer.Context,
    *,
    kind: Kind,
    tenant: Tenant = None,
    file: IdentifierFile = None,
    policy: PolicyName = None,
    json: Json = False,
) -> None:
    """Say which purposes somebody is out of. Needs the key file: the list holds keyed hashes, no identifiers."""
    run = invocation(context)
    settings = run.settings()
    chosen = policy_of(settings, policy)
    keys = run.keys(settings)
    identity = _identity(context, kind, tenant, file, policy)
    with connected(settings) as broker:
        found = look_up(broker, settings, keys, identity, _canonical(chosen))
    rows = [PurposeStatus(one.name, found.out_of(one.name)) for one in chosen.purposes]
    if json:
        decisions = {
            name: {
                "choice": one.choice,
                "requested_at": one.requested_at,
                "source": one.source,
                "evidence": one.evidence,
            }
            for name, one in found.decisions.items()
        }
        screen.show_json(
            {"listed": found.listed, "unreadable": found.unreadable, "purposes": rows} | {"decisions": decisions}
        )
        return
    for row in rows:
        screen.show(f"{row.purpose}: {'out' if row.out else 'in'}")
    if found.unreadable:
        screen.show("the entry on the list cannot be read, which means out of every purpose")


def read_identifier(kind: IdentifierKind, file: Path | None) -> str:
    """Read one identifier from a file, by asking on a terminal, or from stdin. Raises `Misconfigured`."""
    where = str(file) if file is not None else "stdin"
    try:
        if file is not None:
            raw = _head(file)
        elif sys.stdin.isatty():
            raw = typer.prompt(kind.value, hide_input=True, err=True).encode()
        else:
            raw = sys.stdin.buffer.read(_IDENTIFIER_BYTES_MAX)
        identifier = raw.decode("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        identifier = ""
    if not identifier or "\n" in identifier:
        raise Misconfigured([f"{where}: must hold one {kind.value}, in UTF-8, and nothing else"])
    return identifier


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_IDENTIFIER_BYTES_MAX)


def _identity(
    context: typer.Context, kind: IdentifierKind, tenant: str | None, file: Path | None, policy: str | None
) -> Identity:
    chosen = policy_of(invocation(context).settings(), policy)
    return Identity(tenant_of(chosen.tenants, tenant), kind, read_identifier(kind, file))


def _canonical(policy: CompiledPolicy) -> Canonical:
    return Canonical(strip_email_tags=policy.strip_email_tags, default_region=policy.default_region)


def _request(
    context: typer.Context,
    choice: Choice,
    identity: Identity,
    *,
    purposes: Sequence[str] | None,
    evidence: str,
    wait: float,
    policy: str | None,
    json: bool,
) -> None:
    settings = invocation(context).settings()
    chosen = policy_of(settings, policy)
    demand_form(identity, _canonical(chosen))
    known = {EVERY_PURPOSE, *(one.name for one in chosen.purposes)}
    if unknown := sorted(set(purposes or ()) - known):
        names = ", ".join(sorted(known - {EVERY_PURPOSE}))
        raise Misconfigured([f"--purpose: policy {chosen.name} has no {name}; it has {names}" for name in unknown])
    request = make_request(
        identity,
        choice,
        request_id=secrets.token_hex(_REQUEST_ID_BYTES),
        requested_at=datetime.now(UTC),
        purposes=list(purposes or (EVERY_PURPOSE,)),
        evidence=evidence,
    )
    with connected(settings) as broker:
        screen.say(f"request {request.request_id}: waiting for a worker ...")
        result = ask(broker, settings, request, wait_s_max=wait)
    if json:
        screen.show_json(result)
    elif result.accepted:
        screen.show(f"request {result.request_id}: accepted, {choice.value} of {', '.join(request.purposes)}")
    else:
        screen.complain(f"request {result.request_id}: refused, {result.reason or 'no reason given'} {result.field}")
    finish(found=not result.accepted)
