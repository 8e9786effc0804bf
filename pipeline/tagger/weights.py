"""The weights of the tagger: what training writes into a file, and what a worker reads from it."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.errors import Misconfigured
from pipeline.tagger.labels import COLUMNS
from pipeline.tagger.layout import PAIR_ROWS, TURN_FEATURES, Scores
from pipeline.tagger.words import CLASSES, FAR_ROWS, NEAR_ROWS, RICH_ROWS

FILE: Final = Path(__file__).parent / "english.npz"
FILE_BYTES_MAX: Final = 15 << 20
_WIDTH: Final = len(COLUMNS)
SHAPES: Final[Mapping[str, tuple[int, ...]]] = {
    "rich": (RICH_ROWS, _WIDTH),
    "near": (2, NEAR_ROWS, _WIDTH),
    "far": (4, FAR_ROWS, _WIDTH),
    "pairs": (PAIR_ROWS, _WIDTH),
    "turns": (TURN_FEATURES, CLASSES, _WIDTH),
    "transitions": (_WIDTH, _WIDTH),
}
"""The tables and their shapes: of the word itself; of its neighbours at -1, 1; at -3, -2, 2, 3; ..."""
_STEPS: Final = 127
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Weights:
    """The tables by the names of `SHAPES`; everyday words in lower case; and what a raw confidence is worth.

    `calibration` has a row for each column of the tables: the share of right findings at equally spaced raw
    confidences from 0 to 1. `version` tells the weights of two releases apart.
    """

    tables: Mapping[str, Scores]
    vocabulary: frozenset[str]
    calibration: Scores
    version: str


def write_weights(weights: Weights) -> bytes:
    """Return the content of a weights file: the tables in steps of 1/127 of their greatest value. Pure.

    Equal weights give equal bytes: the archive has a fixed order and a fixed time.
    """
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for name in SHAPES:
        arrays[name], scale = _in_steps(weights.tables[name])
        arrays[f"{name}_scale"] = np.array(scale)
    arrays["calibration"] = weights.calibration.astype(np.float32)
    arrays["vocabulary"] = np.frombuffer("\n".join(sorted(weights.vocabulary)).encode(), dtype=np.uint8)
    arrays["version"] = np.frombuffer(weights.version.encode(), dtype=np.uint8)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            content = BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content.getvalue())
    return out.getvalue()


def as_written(weights: Weights) -> Weights:
    """Return the weights as a file of them is read: each table in the steps that `write_weights` keeps. Pure."""
    steps = {name: _in_steps(weights.tables[name]) for name in SHAPES}
    return replace(weights, tables={name: table.astype(np.float32) * scale for name, (table, scale) in steps.items()})


def _in_steps(table: Scores) -> tuple[npt.NDArray[np.int8], np.float32]:
    scale = np.float32(max(float(np.abs(table).max()), 1e-6) / _STEPS)
    return np.rint(table / scale).astype(np.int8), scale


def read_weights(path: Path = FILE) -> Weights:
    """Read a weights file. Raises `Misconfigured` where it is missing, damaged, or of another version's layout."""
    problem = ""
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except OSError as error:
        problem = f"cannot be read ({error.strerror or 'not an archive'})"
    except (ValueError, zipfile.BadZipFile):
        problem = "is damaged"
    if not problem and any(name not in arrays or arrays[name].shape != shape for name, shape in SHAPES.items()):
        problem = "has tables of another shape"
    if problem:
        raise Misconfigured(
            [f"names: own: the weights {path} {problem}: run `make model`, or install the product again"]
        )
    tables = {name: arrays[name].astype(np.float32) * arrays[f"{name}_scale"].astype(np.float32) for name in SHAPES}
    return Weights(
        tables=tables,
        vocabulary=frozenset(arrays["vocabulary"].tobytes().decode().split("\n")),
        calibration=arrays["calibration"].astype(np.float32),
        version=arrays["version"].tobytes().decode(),
    )
