"""The report of a run of the fault lab: JSON for scripts, a table for people."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.faults.rounds import Outcome

_COLUMNS = ("fault", "rounds", "kept", "published", "lost", "doubled", "disorder", "other", "resumed s (each round)")
_OTHERS = ("without_receipt", "receipts_doubled", "receipts_not_kept", "opted_out_published", "secrets_in_the_open")


def write(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write every round as JSON."""
    path.write_text(json.dumps([asdict(each) for each in outcomes], indent=1) + "\n", encoding="utf-8")


def table(outcomes: Sequence[Outcome]) -> str:
    """Return one line for each fault. Pure."""
    rows = [_COLUMNS]
    for fault in dict.fromkeys(each.fault for each in outcomes):
        rounds = [each for each in outcomes if each.fault == fault]
        judged = [each.verdict for each in rounds if each.verdict is not None]
        rows.append(
            (
                fault,
                str(len(rounds)),
                str(sum(each.faultless for each in rounds)),
                str(sum(verdict.published for verdict in judged)),
                str(sum(verdict.lost for verdict in judged)),
                str(sum(verdict.doubled for verdict in judged)),
                str(sum(verdict.out_of_order for verdict in judged)),
                str(sum(getattr(verdict, name) for verdict in judged for name in _OTHERS)),
                " ".join("-" if each.resumed_s is None else f"{each.resumed_s:.1f}" for each in rounds),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
