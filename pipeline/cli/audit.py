"""`redact audit`: prove that every raw record was accounted for, and seal the receipts that say so."""

import time
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.audit.checkpoint import Checkpoint
from pipeline.audit.report import REMEDIES, AuditProblem, AuditReport
from pipeline.cli import screen
from pipeline.cli.exits import finish
from pipeline.cli.invocation import connected, invocation, policy_of
from pipeline.cli.options import Json, PolicyName
from pipeline.errors import Misconfigured
from pipeline.operations.audit import audit as audit_topics
from pipeline.operations.signing_key import (
    load_public_key,
    load_signing_key,
    make_signing_key,
    read_checkpoint,
    write_checkpoint,
)


def audit(
    context: typer.Context,
    *,
    checkpoint: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Verify the receipts against this file, then seal what is new into it."),
    ] = None,
    signing_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The auditor's private key, which signs the checkpoint.")
    ] = None,
    public_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Verify only: the public key; the checkpoint is not renewed.")
    ] = None,
    make_key: Annotated[
        bool, typer.Option("--make-key", help="Make the signing key named by --signing-key, and end.")
    ] = False,
    policy: PolicyName = None,
    json: Json = False,
) -> None:
    """Match raw records, receipts, outputs and dead letters, and say what is missing, doubled or unexplained.

    With `--checkpoint` and `--signing-key` the receipts are sealed: the next audit detects whether one of them was
    changed or removed. A broken seal leaves the checkpoint as it is. Exit code 1 says that something does not fit.
    """
    if make_key:
        _make(signing_key)
        return
    private, sealed = _sealed(checkpoint, signing_key, public_key)
    run = invocation(context)
    settings = run.settings()
    keys = run.keys(settings)
    purposes = [one.name for one in policy_of(settings, policy).purposes]
    with connected(settings) as broker, screen.counting("partitions") as note:
        audited = audit_topics(
            broker,
            settings,
            keys,
            purposes,
            sealed=sealed,
            now_ms=time.time_ns() // 1_000_000,
            on_partition=lambda done, _of: note(done),
        )
    report = audited.report
    renewed = checkpoint is not None and private is not None and not report.totals.get(AuditProblem.SEAL_BROKEN)
    if renewed and checkpoint is not None and private is not None:
        write_checkpoint(checkpoint, audited.checkpoint, private)
    if json:
        screen.show_json({"sound": report.sound, "checkpoint_renewed": renewed, "report": report})
    else:
        _show(report, checkpoint if renewed else None)
    finish(found=not report.sound)


def _make(signing_key: Path | None) -> None:
    if signing_key is None:
        raise Misconfigured(["--make-key: name the file with --signing-key FILE"])
    public = make_signing_key(signing_key)
    screen.show(f"{signing_key}: made; {public} is for whoever verifies")


def _sealed(
    checkpoint: Path | None, signing_key: Path | None, public_key: Path | None
) -> tuple[Ed25519PrivateKey | None, Checkpoint | None]:
    """Return the key to sign with, if any, and the checkpoint to verify against, if there is one yet."""
    if checkpoint is None:
        if signing_key is not None or public_key is not None:
            raise Misconfigured(["--checkpoint: is required with --signing-key and --public-key"])
        return None, None
    if (signing_key is None) is (public_key is None):
        raise Misconfigured(["--checkpoint: needs --signing-key, or --public-key to verify only"])
    if public_key is not None:
        return None, read_checkpoint(checkpoint, load_public_key(public_key))
    private = load_signing_key(signing_key) if signing_key is not None else None
    return private, read_checkpoint(checkpoint, private.public_key()) if private is not None else None


def _show(report: AuditReport, renewed: Path | None) -> None:
    counts = report.counts
    rows = [
        ("raw records", counts.raw_records),
        ("waiting for a worker", counts.waiting),
        ("receipts", counts.receipts),
        ("sanitized", counts.sanitized),
        ("withheld", counts.withheld),
        ("amended", counts.amended),
        ("retracted", counts.retracted),
        ("dead letters", counts.dead_lettered),
        ("replays", counts.replays),
        ("redelivered", counts.redelivered),
        ("raw records expired before this audit", counts.expired_raw),
        ("outputs expired", counts.expired_outputs),
        ("dead letters expired", counts.expired_dead_letters),
        ("outputs not checked", counts.unchecked_outputs),
    ]
    screen.show_table(("what", "count"), ((name, f"{count:,}") for name, count in rows))
    for problem, count in report.totals.items():
        screen.show(f"{problem.value}: {count:,}; {REMEDIES[problem]}")
    for finding in report.findings:
        where = f"partition {finding.partition}" + (f" offset {finding.offset}" if finding.offset is not None else "")
        named = "".join(f", {word}" for word in (finding.purpose, finding.id) if word)
        screen.show(f"  {finding.problem.value}: {where}{named}")
    for seal in report.seals:
        lost = f", {seal.no_longer_verifiable:,} expired" if seal.no_longer_verifiable else ""
        screen.show(
            f"receipts partition {seal.partition}: {seal.verified:,} verified, {seal.sealed_anew:,} new{lost}, "
            f"chain {seal.chain[:16]}"
        )
    if renewed is not None:
        screen.show(f"{renewed}: sealed and signed")
    screen.show("an audit cannot tell: " + "; ".join(report.cannot_tell))
    screen.show("complete: every record is accounted for" if report.sound else "not complete: see above")
