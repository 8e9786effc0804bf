"""Renders the catalogue as the reference page `docs/metrics.md`: `python -m pipeline.telemetry.reference`."""

import sys
from typing import Final

from pipeline.telemetry.catalogue import CATALOGUE
from pipeline.telemetry.metric import LABEL_DOMAINS, OTHER, LabelDomain, Metric

_HEAD: Final = """\
# Metrics

Every worker serves these at `/metrics` (Prometheus' text format), on `telemetry.host` and `telemetry.port`, beside
`/health`, `/health/live` and `/health/ready`. The page is made from the catalogue in
`pipeline/telemetry/catalogue.py` by `python -m pipeline.telemetry.reference > docs/metrics.md`; a test holds the two
together. The usual metrics of a process (`process_resident_memory_bytes`, `process_cpu_seconds_total`, ...) stand
beside them.

"""


def render() -> str:
    """Return the page. Pure."""
    rows = "".join(map(_row, CATALOGUE))
    labels = "".join(_label_row(name, domain) for name, domain in LABEL_DOMAINS.items())
    return (
        f"{_HEAD}"
        f"| metric | kind, unit | labels | meaning | what to do |\n| --- | --- | --- | --- | --- |\n{rows}\n"
        f"## Labels\n\nNo label takes its value from an event. A word outside its list, or over its limit, is counted "
        f"as `{OTHER}`.\n\n| label | meaning | values |\n| --- | --- | --- |\n{labels}"
    )


def _row(metric: Metric) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return f"| `{metric.name}` | {metric.kind}, {metric.unit} | {labels} | {metric.meaning} | {metric.remedy} |\n"


def _label_row(name: str, domain: LabelDomain) -> str:
    words = ", ".join(f"`{value}`" for value in sorted(domain.values) if value)
    return f"| `{name}` | {domain.meaning} | {words or f'at most {domain.distinct_max}'} |\n"


if __name__ == "__main__":
    sys.stdout.write(render())
