"""Write what the default policy gets wrong in the hard cases now: `python -m tests.corpus.hard_cases.update`.

Run it from the root of the repository after a change to detection, and read the difference before it is committed:
a line that goes is a case won, a line that comes is one lost.
"""

from pipeline.cli import screen
from pipeline.cli.detect import detection_rules
from pipeline.cli.invocation import Invocation
from tests.support.hard_cases import all_cases, failures, listed_failures, write_failures


def update() -> None:
    """Rewrite the list of known failures and say how many cases were won and lost."""
    judged = all_cases()
    before = listed_failures()
    now = failures(judged, detection_rules(Invocation(None, {}), None, names=True))
    write_failures(now)
    screen.show(
        f"{len(now)} of {len(judged)} cases fail: {len(before.keys() - now.keys())} won, "
        f"{len(now.keys() - before.keys())} lost, "
        f"{sum(before[case] != now[case] for case in before.keys() & now.keys())} fail in another way"
    )


if __name__ == "__main__":
    update()
