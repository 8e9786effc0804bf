"""What a metric is, and where the values of its labels come from.

Labels take their values from closed lists of the code, from partition numbers, or from short words of the policy and
of detectors up to a limit: never from an event. A word outside its list or over its limit is counted as `other`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pipeline.errors import Reason
from pipeline.event.labels import Label
from pipeline.event.receipt import AmendmentOutcome, Outcome, WithheldReason
from pipeline.policy.compiled import Operator

OTHER: Final = "other"


class Kind(StrEnum):
    """How a metric behaves: a counter only grows, a gauge is the present value, a histogram counts by bucket."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Stage(StrEnum):
    """The parts of a batch's way whose time is measured. REDACT is decide, detect and de-identify together."""

    DECODE = "decode"
    NAMES = "names"
    REDACT = "redact"
    COMMIT = "commit"


class PauseReason(StrEnum):
    """Why a worker reads no raw records although it has partitions."""

    OPT_OUTS_BEHIND = "opt_outs_behind"
    RESTORING_STATE = "restoring_state"
    BATCHES_IN_FLIGHT = "batches_in_flight"
    UNAVAILABLE = "unavailable"


class TransactionResult(StrEnum):
    """How a transaction (or, without transactions, an acknowledged batch) ended."""

    COMMITTED = "committed"
    ABORTED = "aborted"


class RequestAnswer(StrEnum):
    """What became of a privacy request."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


METADATA_ONLY: Final = "metadata_only"
"""The outcome of an event of which the purpose got metadata alone: it stands on the topic, withheld for a reason."""


@dataclass(frozen=True, slots=True)
class LabelDomain:
    """Where a label's values come from: a closed list, or words of a form, at most `distinct_max` of them."""

    meaning: str
    values: frozenset[str] = frozenset()
    form: re.Pattern[str] | None = None
    distinct_max: int = 0


_WORD: Final = re.compile(r"[a-z][a-z0-9_.:-]{0,40}")
_TEXT: Final = re.compile(r"[A-Za-z0-9_.:+-]{1,80}")
_NUMBER: Final = re.compile(r"[0-9]{1,6}")


def _closed(meaning: str, *values: str) -> LabelDomain:
    return LabelDomain(meaning, frozenset(values))


LABEL_DOMAINS: Final[Mapping[str, LabelDomain]] = {
    "partition": LabelDomain("number of a raw partition", form=_NUMBER, distinct_max=10_000),
    "purpose": LabelDomain("purpose, as the policy names it", form=_WORD, distinct_max=64),
    "outcome": _closed("what the purpose got", *Outcome, METADATA_ONLY, *AmendmentOutcome),
    "reason": _closed("why; empty for `sanitized`", "", *WithheldReason, *Reason, *PauseReason),
    "label": _closed("kind of personal data", *Label),
    "operator": _closed("what was done to the value", *Operator),
    "detector": LabelDomain("which detector found it", form=_WORD, distinct_max=32),
    "stage": _closed("part of a batch's way", *Stage),
    "result": _closed("how it ended", *TransactionResult, *RequestAnswer),
    "name": LabelDomain("name of the policy", form=_TEXT, distinct_max=256),
    "version": LabelDomain("version of the policy or of the product", form=_TEXT, distinct_max=256),
    "python": LabelDomain("version of Python", form=_TEXT, distinct_max=1),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `name` is the exposed one; `unit` says what the value counts; `remedy` what to do when it moves.

    `starts_at_zero` holds the label values that exist before anything happened, so that the first event is an increase.
    """

    name: str
    kind: Kind
    unit: str
    meaning: str
    remedy: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    starts_at_zero: tuple[tuple[str, ...], ...] = ()


def each(values: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return one label value for each word, for a metric with a single label. Pure."""
    return tuple((value,) for value in values)
