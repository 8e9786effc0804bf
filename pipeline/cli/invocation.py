"""What every command starts from: the configuration file, the environment, and what they lead to."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from pipeline.cli import screen
from pipeline.errors import InvariantBroken, Misconfigured
from pipeline.keys import KEYS_VARIABLE, KeyRing, load_key_ring, throwaway_keys
from pipeline.policy.compile import load_policy
from pipeline.policy.compiled import CompiledPolicy, Unidentified
from pipeline.policy.shipped import find_policy
from pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from pipeline.flow.rules import Rules
    from pipeline.operations.broker import Broker

DEFAULT_CONFIG: Final = Path("redact.toml")
_SLOW_TIERS: Final = "spacy:"
_MEANWHILE: Final = (
    "policy: this one is refused; workers that run keep the last good one. Correct the file, or name another with"
    " --policy, such as a copy of the last good one"
)


@dataclass(frozen=True, slots=True)
class Invocation:
    """One run of the program. `config` is the file named by `--config`, or None."""

    config: Path | None
    environment: Mapping[str, str]

    def settings(self) -> Settings:
        """Read the settings: from the file named, else from `redact.toml` where it exists. Raises `Misconfigured`."""
        path = self.config
        if path is None and DEFAULT_CONFIG.is_file():
            path = DEFAULT_CONFIG
        return load_settings(path, self.environment)

    def keys(self, settings: Settings) -> KeyRing:
        """Read the key ring. Raises `Misconfigured`."""
        return load_key_ring(Path(settings.keys_file) if settings.keys_file else None, self.environment)

    def keys_or_throwaway(self, settings: Settings) -> KeyRing:
        """Read the key ring, or make one for this run and say so, where none is configured. Raises `Misconfigured`."""
        if settings.keys_file or self.environment.get(KEYS_VARIABLE):
            return self.keys(settings)
        screen.say("no keys are configured: throwaway keys are used, tokens will differ on the next run")
        return throwaway_keys()


def invocation(context: typer.Context) -> Invocation:
    """Return what the root command put together for this run."""
    found = context.find_root().obj
    if not isinstance(found, Invocation):
        raise InvariantBroken("a command ran without the root command")
    return found


def policy_of(settings: Settings, name_or_path: str | None) -> CompiledPolicy:
    """Read the policy that was asked for, or else the one of the settings. Raises `Misconfigured`.

    Where that of the settings is refused, what helps meanwhile is told with its problems: nobody who opts out may wait.
    """
    try:
        return load_policy(find_policy(name_or_path or settings.policy))
    except Misconfigured as refusal:
        problems = refusal.problems
    raise Misconfigured(problems if name_or_path else (*problems, _MEANWHILE))


def tenant_of(tenants: Collection[str], tenant: str | None) -> str:
    """Return the tenant that was asked for, or the policy's only one. Raises `Misconfigured`."""
    known = ", ".join(sorted(tenants))
    if tenant is None and len(tenants) == 1:
        return next(iter(tenants))
    if tenant is None:
        raise Misconfigured([f"--tenant: is required, the policy has several: {known}"])
    if tenant not in tenants:
        raise Misconfigured([f"--tenant: must be a tenant of the policy: {known}"])
    return tenant


def local_rules(policy: CompiledPolicy, keys: KeyRing, *, names: bool, publish_unidentified: bool = True) -> "Rules":
    """Return the rules for work without Kafka. `names=False` leaves the names tier out. Raises `Misconfigured`.

    Without Kafka there is no opt-out list, so an event that names nobody is not withheld, unless told otherwise.
    """
    from pipeline.bootstrap import build_rules  # noqa: PLC0415 - third parties take a second to import

    if names and any(tier.startswith(_SLOW_TIERS) for tier in policy.names.values()):
        screen.say("loading the names model (a few seconds; --no-names goes without) ...")
    if publish_unidentified:
        policy = replace(policy, unidentified=Unidentified.PUBLISH)
    return build_rules(policy, keys, names=names)


@contextmanager
def connected(settings: Settings) -> Iterator["Broker"]:
    """Give the broker of the settings, and let its connections go at the end. Raises `Misconfigured`."""
    from pipeline.operations.kafka_broker import KafkaBroker  # noqa: PLC0415 - only some commands need Kafka's client

    broker = KafkaBroker(settings.kafka)
    try:
        yield broker
    finally:
        broker.close()
