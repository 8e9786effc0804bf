"""The report of a run of the fault lab: JSON for scripts, a table for people."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.faults.rounds import Outcome

_COLUMNS = (
    "fault",
    "rounds",
    "kept",
    "published",
    "lost",
    "doubled",
    "disorder",
    "other",
    "ended",
    "first / all partitions again, s",
)
_OTHERS = (
    "under_two_ids",
    "without_receipt",
    "receipts_doubled",
    "receipts_not_kept",
    "opted_out_published",
    "requests_lost",
    "requests_doubled",
    "secrets_in_the_open",
)


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
                _ends(rounds),
                " ".join(map(_times, rounds)),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _ends(rounds: Sequence[Outcome]) -> str:
    """Return how many workers ended with which code."""
    codes = Counter[str]()
    for each in rounds:
        codes.update(each.worker_exits)
    return " ".join(f"{count}x{code}" for code, count in sorted(codes.items()))


def _times(each: Outcome) -> str:
    if each.resumed_s is None or each.all_resumed_s is None:
        return "-"
    return f"{each.resumed_s:.1f}/{each.all_resumed_s:.1f}"
