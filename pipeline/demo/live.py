"""The live view: rate, outcomes and findings, from the receipts as they are written."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final, Self

from rich.columns import Columns
from rich.console import Console, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table

from pipeline.event.receipt import Receipt, decode
from pipeline.operations.broker import Broker, Partition

REFRESH_S: Final = 0.5
LINE_EVERY_S: Final = 3.0
_LABELS_SHOWN: Final = 12


class Watched:
    """What was seen of the receipts so far; written by one thread, read by another."""

    def __init__(self) -> None:
        self.started_at_s = time.monotonic()
        self.receipts: list[Receipt] = []
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.findings: Counter[str] = Counter()
        self.rates_per_s: list[float] = []

    def add(self, receipt: Receipt) -> None:
        """Count a receipt; findings are counted for its first purpose, since the purposes share them."""
        self.receipts.append(receipt)
        if receipt.dead_letter is not None:
            self.outcomes["dead letter", receipt.dead_letter.value] += 1
        for purpose in receipt.purposes:
            self.outcomes[purpose.purpose, purpose.reason.value if purpose.reason else purpose.outcome.value] += 1
        for finding in receipt.purposes[0].findings if receipt.purposes else ():
            self.findings[finding.label] += finding.count


class ReceiptWatch:
    """Follows the receipts topic in a thread, and draws until told to stop.

    On a terminal a live table, elsewhere one line every few seconds. `note` sets the line that says what goes on.
    """

    def __init__(self, broker: Callable[[], Broker], topic: str, expected: int, console: Console) -> None:
        self._broker = broker
        self._topic = topic
        self._expected = expected
        self._console = console
        self._stopping = threading.Event()
        self._follower = threading.Thread(target=self._follow, name="receipt-watch", daemon=True)
        self._painter = threading.Thread(target=self._paint, name="receipt-painter", daemon=True)
        self.watched = Watched()
        self.note = ""

    def __enter__(self) -> Self:
        self._follower.start()
        self._painter.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._painter.join()
        self._follower.join()

    def _follow(self) -> None:
        broker = self._broker()
        starts = {at: bounds.start for at, bounds in broker.bounds([self._topic]).items()}
        while not self._stopping.is_set():
            for record in broker.tail(starts, wait_s_max=REFRESH_S):
                starts[Partition(record.topic, record.partition)] = record.offset + 1
                if record.value is not None:
                    self.watched.add(decode(record.value))
                if self._stopping.is_set():
                    break
        broker.close()

    def _paint(self) -> None:
        interval_s = REFRESH_S if self._console.is_terminal else LINE_EVERY_S
        before = 0
        live = Live(console=self._console, auto_refresh=False, transient=True) if self._console.is_terminal else None
        if live is not None:
            live.start()
        while not self._stopping.wait(interval_s):
            count = len(self.watched.receipts)
            self.watched.rates_per_s.append((count - before) / interval_s)
            before = count
            if live is not None:
                live.update(self._picture(), refresh=True)
            else:
                self._console.print(f"{count:,} of {self._expected:,} records decided; {self.note}")
        if live is not None:
            live.stop()

    def _picture(self) -> RenderableType:
        watched = self.watched
        rate = watched.rates_per_s[-1] if watched.rates_per_s else 0.0
        title = f"{len(watched.receipts):,} of {self._expected:,} records, {rate:,.0f} a second"
        panels = [_table("Outcomes", outcome_rows(watched)), _table("Findings", finding_rows(watched))]
        return Panel(Columns(panels, padding=(0, 4)), title=title, subtitle=self.note)


def outcome_rows(watched: Watched) -> list[tuple[str, int]]:
    """Return the outcomes by purpose and reason, as words and counts. Pure."""
    return [(f"{purpose}: {outcome}", count) for (purpose, outcome), count in sorted(watched.outcomes.items())]


def finding_rows(watched: Watched) -> list[tuple[str, int]]:
    """Return the labels found most often, with their counts. Pure."""
    return watched.findings.most_common(_LABELS_SHOWN)


def _table(title: str, rows: Sequence[tuple[str, int]]) -> Table:
    table = Table(title=title, box=None, show_header=False)
    for words, count in list(rows):
        table.add_row(words, f"{count:,}")
    return table
