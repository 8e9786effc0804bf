"""How the program equips a Faust app for this transport, and steers and watches it while it runs."""

import threading

import faust

from pipeline.errors import Misconfigured
from pipeline.streaming.transport.listener import NoState, PartitionListener
from pipeline.streaming.transport.options import TransportOptions
from pipeline.streaming.transport.progress import Progress, ProgressSnapshot

_ATTRIBUTE = "transport_controls"


class TransportControls:
    """What a Faust app carries for its transport. Every method may be called from any thread, at any time."""

    def __init__(self, options: TransportOptions, listener: PartitionListener) -> None:
        self.options = options
        self.listener = listener
        self.progress = Progress()
        self._paused = threading.Event()

    def pause_intake(self) -> None:
        """Deliver no new batch until `resume_intake`, without leaving the group.

        Batches that were cut before, at most `pipeline_depth`, still reach the agent and are committed. Calls do not
        nest: one `resume_intake` ends any number of pauses.
        """
        self._paused.set()

    def resume_intake(self) -> None:
        """Deliver again."""
        self._paused.clear()

    @property
    def intake_paused(self) -> bool:
        """True between `pause_intake` and `resume_intake`."""
        return self._paused.is_set()

    def snapshot(self) -> ProgressSnapshot:
        """Return positions of all assigned partitions and counts since the start."""
        return self.progress.snapshot(intake_paused=self.intake_paused)


def equip(app: faust.App, options: TransportOptions, listener: PartitionListener | None = None) -> TransportControls:
    """Give a Faust app the options and the listener of its transport, before the app starts.

    This is the only way to set them: the broker URL carries scheme and addresses, and no query.
    """
    controls = TransportControls(options, listener or NoState())
    setattr(app, _ATTRIBUTE, controls)
    return controls


def controls_of(app: faust.App) -> TransportControls:
    """Return what `equip` gave the app; raises `Misconfigured` when it was not called."""
    controls = getattr(app, _ATTRIBUTE, None)
    if not isinstance(controls, TransportControls):
        raise Misconfigured(["the Faust app has no transport options: call equip(app, options) before it starts"])
    return controls
