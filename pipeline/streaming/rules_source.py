"""The rules in force, made anew when the policy file changes."""

import asyncio
import logging
from collections.abc import Callable

from pipeline.errors import Misconfigured
from pipeline.flow.rules import Rules
from pipeline.policy.compiled import CompiledPolicy
from pipeline.policy.holder import PolicyHolder, Reload
from pipeline.telemetry.recorder import Telemetry

_log = logging.getLogger(__name__)


class ReloadingRules:
    """Holds the rules of the last good policy. `build` makes rules of a policy; it may load models and take seconds."""

    def __init__(self, holder: PolicyHolder, build: Callable[[CompiledPolicy], Rules], telemetry: Telemetry) -> None:
        self._holder = holder
        self._build = build
        self._telemetry = telemetry
        self.current = build(holder.current)
        self._observe()

    async def reload(self) -> None:
        """Look at the policy file. Effects: replaces `current`, between two batches; a bad policy changes nothing."""
        match await asyncio.to_thread(self._holder.reload):
            case Reload.ADOPTED:
                self.current = await asyncio.to_thread(self._build, self._holder.current)
                self._observe()
                _log.info("policy adopted: %s version %s", self._holder.current.name, self._holder.version)
            case Reload.REFUSED:
                self._telemetry.observe_policy_refused()
                problems = self._holder.refused.problems if self._holder.refused else ()
                _log.error("policy refused, version %s stays in force: %s", self._holder.version, "; ".join(problems))
            case Reload.UNCHANGED:
                if self._holder.refused is None:
                    self._telemetry.observe_policy_unchanged()

    def _observe(self) -> None:
        policy = self._holder.current
        self._telemetry.observe_policy(policy.name, policy.version, [purpose.name for purpose in policy.purposes])
        self._telemetry.observe_key_version(self.current.keys.version)


def objections_to(
    first: CompiledPolicy, loadable: Callable[[str, str], object]
) -> Callable[[CompiledPolicy], list[str]]:
    """Return what a running worker objects to in a policy after its `first` one.

    That are purposes without a topic yet, models that `loadable` (of a tier and its language) refuses, and another way
    to write identifiers: the opt-out list holds keyed hashes of them as they were written before, so nobody on it would
    be found again.
    """
    purposes = [purpose.name for purpose in first.purposes]

    def objections(policy: CompiledPolicy) -> list[str]:
        found = [
            f"purposes.{purpose.name}: is new; create its topic with `redact topics create` and restart the workers"
            for purpose in policy.purposes
            if purpose.name not in purposes
        ]
        if (policy.strip_email_tags, policy.default_region) != (first.strip_email_tags, first.default_region):
            found.append(
                "identifiers.email_plus_tags, default_region: opt-outs were filed under the old and would be missed;"
                " keep them, or import the opt-outs again and restart the workers"
            )
        for language, tier in policy.names.items():
            try:
                loadable(tier, language)
            except Misconfigured as error:
                found += error.problems
        return found

    return objections
