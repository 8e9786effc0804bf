"""The profiles that come with the product, and how a policy is found by name or path."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from pipeline.errors import Misconfigured
from pipeline.policy.problems import suggest

PROFILES: Final = ("analytics", "pci")
"""Names of the shipped profiles; each is `profiles/NAME.yaml` beside this module."""

_SUFFIXES: Final = frozenset({".yaml", ".yml"})


def find_policy(name_or_path: str) -> Path:
    """Return the file of a shipped profile (`pci`) or of a policy (`policies/mine.yaml`, `./mine.yaml`).

    Raises `Misconfigured` where a bare word names no profile. Whether the file exists shows when it is read.
    """
    if name_or_path in PROFILES:
        return Path(str(files(__package__).joinpath("profiles", f"{name_or_path}.yaml")))
    path = Path(name_or_path)
    if path.suffix in _SUFFIXES or "/" in name_or_path:
        return path
    raise Misconfigured(
        [f"policy: must be a shipped profile ({', '.join(PROFILES)}) or a path; {suggest(name_or_path, PROFILES)}"]
    )
