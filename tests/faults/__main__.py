"""The long run: `python -m tests.faults --rounds 22 --seed 1 --report faults.json`; one line a round, then a table."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.faults.clocks import clock_library
from tests.faults.faults import FAULTS
from tests.faults.report import table, write
from tests.faults.rounds import Outcome, lab, run_round

_SESSION_S = 10.0


def main() -> int:
    """Run the rounds; 1 says that a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3 * len(FAULTS), help="how many; the faults take turns")
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each round has the next")
    parser.add_argument("--fault", action="append", choices=sorted(FAULTS), help="only this one; may be repeated")
    parser.add_argument("--rate", type=int, default=150, help="events a second")
    parser.add_argument("--session", type=float, default=_SESSION_S, help="the group's session timeout in seconds")
    parser.add_argument("--at-least-once", action="store_true", help="without transactions: doubles only by id")
    parser.add_argument("--keep", type=Path, help="an empty directory for logs and topics, to look at afterwards")
    parser.add_argument("--report", type=Path, default=Path("faults.json"))
    arguments = parser.parse_args()
    faults = arguments.fault or list(FAULTS)
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="faults-") as scratch, lab(arguments.keep or Path(scratch)) as place:
        directory = arguments.keep or Path(scratch)
        if any(FAULTS[each].dated for each in faults):
            clock_library(directory)  # what is missing is better told now than after an hour
        for number in range(arguments.rounds):
            fault, seed = faults[number % len(faults)], arguments.seed + number
            outcome = run_round(
                place,
                directory / str(seed),
                fault,
                seed,
                session_s=arguments.session,
                rate_per_s=arguments.rate,
                exactly_once=not arguments.at_least_once,
            )
            outcomes.append(outcome)
            write(outcomes, arguments.report)
            sys.stdout.write(f"{outcome}\n")
            sys.stdout.flush()
    sys.stdout.write(table(outcomes) + "\n")
    return 0 if all(each.faultless for each in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
