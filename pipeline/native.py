"""The hot path compiled to machine code: the same modules, half as long a turn.

`python -m pipeline.native` compiles `MODULES` with mypyc and puts the results beside their sources, where Python
prefers them. Without a C compiler it says so and changes nothing: the sources run as they are. Once compiled, a
module's source is no longer read, so a program refuses to start when a source is newer (`check_fresh`).
"""

import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pipeline.errors import Misconfigured

ROOT: Final = Path(__file__).resolve().parents[1]
MODULES: Final = (
    "consent/identifiers",
    "consent/opt_outs",
    "conversation/bounds",
    "conversation/fingerprints",
    "conversation/recent",
    "deidentification/deidentifier",
    "deidentification/generalization",
    "deidentification/tokens",
    "detection/detector",
    "detection/known_values",
    "detection/names/remembered",
    "detection/normalization",
    "detection/overlap",
    "detection/patterns/answering",
    "detection/patterns/asked",
    "detection/patterns/asked_back",
    "detection/patterns/detector",
    "detection/patterns/entry",
    "detection/patterns/locator",
    "detection/patterns/pieces",
    "detection/patterns/prefilter",
    "detection/patterns/waiting",
    "detection/seen_values",
    "detection/spoken/atoms",
    "detection/spoken/runs",
    "detection/spoken/view",
    "event/canonical",
    "event/records",
    "event/subject",
    "flow/amend",
    "flow/decide",
    "flow/decode_record",
    "flow/detect",
    "flow/learn",
    "flow/people",
    "flow/pieces",
    "flow/publication",
    "flow/redact_batch",
    "flow/redact_event",
    "flow/remember",
    "flow/rules",
    "flow/sanitize",
    "flow/stages",
    "keyed_hash",
    "streaming/committed_states",
    "streaming/effects",
    "streaming/source_records",
    "streaming/state_store",
    "streaming/suspects",
    "tagger/own_names",
    "tagger/scoring",
    "tagger/words",
    "telemetry/tally",
)
"""What a profile of the core names. None defines a struct of msgspec, whose options a compiled class would lose."""


IN_C: Final = ("tagger/chain", "tagger/sums")
"""What is written in C as well as in Python, which is read where nothing is compiled."""


def sources() -> list[Path]:
    """Return the sources of the modules that are compiled."""
    return [ROOT / "pipeline" / f"{module}.py" for module in MODULES] + _sources_in_c()


def libraries() -> list[Path]:
    """Return all compiled modules that stand beside sources. Effects: reads the file system."""
    return sorted((ROOT / "pipeline").rglob("*.so"))


def stale(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the sources that changed after they were compiled. Effects: reads the file system."""
    for source in paths:
        changed_at = source.stat().st_mtime
        if any(library.stat().st_mtime < changed_at for library in _compiled(source)):
            yield source


def check_fresh() -> None:
    """Raise `Misconfigured` where a compiled module is older than its source, which would go unread."""
    names = [str(source.relative_to(ROOT)) for source in stale(sources())]
    if names:
        raise Misconfigured(
            [f"{name}: changed after it was compiled: run `make native` or `make interpreted`" for name in names]
        )


def is_built() -> bool:
    """Say whether every module is compiled from its present source, and no other one is."""
    expected = {library for source in sources() for library in _compiled(source)}
    every = all(map(_compiled, sources()))
    return every and expected == set(libraries()) and not any(stale(sources()))


def remove() -> None:
    """Delete the compiled modules, so that the sources are read again."""
    for library in libraries():
        library.unlink()


def build() -> bool:
    """Compile the modules beside their sources; False where there is no C compiler. Effects: writes the libraries."""
    remove()
    if not any(map(shutil.which, ("cc", "gcc", "clang"))):
        return False
    from mypyc.build import mypycify  # noqa: PLC0415 - only whoever compiles needs the compiler
    from setuptools import Distribution, Extension  # noqa: PLC0415 - see above

    with TemporaryDirectory(prefix="redact-native-") as directory:
        paths = [f"pipeline/{module}.py" for module in MODULES]
        extensions = mypycify(paths, separate=True, opt_level="3", target_dir=directory)
        extensions += [
            Extension(
                f"pipeline.{module.replace('/', '.')}",
                [f"pipeline/{module}.c"],
                extra_compile_args=["-O3", "-ffp-contract=off"],  # rounded as numpy rounds
            )
            for module in IN_C
        ]
        distribution = Distribution({"name": "redaction-pipeline", "ext_modules": extensions})
        command = distribution.get_command_obj("build_ext")
        command.inplace, command.build_temp, command.parallel = True, directory, 2
        distribution.run_command("build_ext")
    return True


def _sources_in_c() -> list[Path]:
    return [ROOT / "pipeline" / f"{module}.c" for module in IN_C]


def _compiled(source: Path) -> list[Path]:
    """Return what a source was compiled to: the module, and the code that mypyc keeps beside it."""
    return [*source.parent.glob(f"{source.stem}.*.so"), *source.parent.glob(f"{source.stem}__mypyc.*.so")]


if __name__ == "__main__":
    if sys.argv[1:] == ["remove"]:
        remove()
    elif is_built():
        print("the hot path is compiled")  # noqa: T201 - a program of the build
    elif build():
        print(f"compiled {len(sources())} modules of the hot path")  # noqa: T201 - see above
    else:
        print("no C compiler: the sources run as they are, at about two thirds of the speed")  # noqa: T201 - see above
