"""Health: what a worker knows about itself, and the two verdicts drawn from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.telemetry.metric import PauseReason


@dataclass(frozen=True, slots=True)
class HealthState:
    """A snapshot of one worker; it holds numbers and fixed words only, so any of it may be shown.

    `since_progress_s` counts from the last commit, or from the last step of start-up (an assignment, state restored,
    opt-outs read) where that is later. `backlog_records` are raw records that are there and not committed; None while
    the brokers have not been asked, which takes a second after an assignment.
    `joined_group` is true from the first assignment on, also an empty one: such a worker stands by.
    `intake_paused` is a `PauseReason`.
    """

    joined_group: bool = False
    partitions: tuple[int, ...] = ()
    state_restored: bool = False
    opt_outs_read: bool = False
    backlog_records: int | None = 0
    since_progress_s: float = 0.0
    intake_paused: str | None = None
    stopping: bool = False


HealthSource = Callable[[], HealthState]
"""Asked by the server's threads at each request: must answer at once, from memory, and be safe to call anywhere."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes, or no with every cause (fixed sentences)."""

    causes: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """True when nothing speaks against it."""
        return not self.causes


def liveness(state: HealthState, stalled_s_max: float) -> Verdict:
    """Say whether the worker makes offset progress: false means that only a restart helps. Pure."""
    if state.backlog_records and state.since_progress_s > stalled_s_max:
        return Verdict((f"a backlog, and no progress for over {stalled_s_max:g} s",))
    return Verdict()


def readiness(state: HealthState) -> Verdict:
    """Say whether the worker is caught up: it joined (with partitions or as a standby), restored and read. Pure."""
    causes = {
        "is stopping": state.stopping,
        "has not joined the consumer group": not state.joined_group,
        "conversation state is not restored": not state.state_restored,
        "opt-outs are not read to the end": not state.opt_outs_read,
        "intake is paused: opt-outs are behind": state.intake_paused == PauseReason.OPT_OUTS_BEHIND,
        "intake is paused: a dependency is unavailable": state.intake_paused == PauseReason.UNAVAILABLE,
    }
    return Verdict(tuple(cause for cause, holds in causes.items() if holds))


def health_report(state: HealthState, stalled_s_max: float) -> Mapping[str, object]:
    """Return what `/health` shows, ready for JSON. Pure."""
    live, ready = liveness(state, stalled_s_max), readiness(state)
    return {
        "live": live.good,
        "ready": ready.good,
        "causes": [*live.causes, *ready.causes],
        "joined_group": state.joined_group,
        "partitions": sorted(state.partitions),
        "state_restored": state.state_restored,
        "opt_outs_read": state.opt_outs_read,
        "backlog_records": state.backlog_records,
        "since_progress_s": round(state.since_progress_s, 3),
        "intake_paused": state.intake_paused,
        "stopping": state.stopping,
    }
