"""The weights file: written the same each time, read back, and refused where it is not whole."""

import time

import numpy as np
import pytest

from pipeline.errors import Misconfigured
from pipeline.tagger.labels import COLUMNS
from pipeline.tagger.weights import FILE, FILE_BYTES_MAX, SHAPES, Weights, as_written, read_weights, write_weights

LOAD_S_MAX = 2.0


def some_weights() -> Weights:
    """Return tables of random numbers."""
    random = np.random.Generator(np.random.PCG64(3))
    tables = {name: np.zeros(shape, dtype=np.float32) for name, shape in SHAPES.items()}
    for table in tables.values():
        table.reshape(-1, len(COLUMNS))[:50] = random.standard_normal(
            (min(50, table.size // len(COLUMNS)), len(COLUMNS))
        )
    worth = np.tile(np.linspace(0, 1, 5, dtype=np.float32), (len(COLUMNS), 1))
    return Weights(tables, frozenset({"order", "please"}), worth, "test-1")


def test_weights_survive_their_file(tmp_path):
    """What is read is what was written, to the step of its table."""
    written = some_weights()
    path = tmp_path / "weights.npz"
    path.write_bytes(write_weights(written))
    read = read_weights(path)
    assert (read.version, read.vocabulary) == (written.version, written.vocabulary)
    for name, table in written.tables.items():
        step = np.abs(table).max() / 127
        np.testing.assert_allclose(read.tables[name], table, atol=step)
    np.testing.assert_array_equal(read.calibration, written.calibration)


def test_scores_are_calibrated_on_what_a_file_keeps(tmp_path):
    """Rounded weights are those that the file gives back, to the last bit."""
    path = tmp_path / "weights.npz"
    path.write_bytes(write_weights(some_weights()))
    read, rounded = read_weights(path), as_written(some_weights())
    for name, table in rounded.tables.items():
        np.testing.assert_array_equal(read.tables[name], table)


def test_equal_weights_give_equal_bytes():
    """No clock and no order of a set is in the file."""
    assert write_weights(some_weights()) == write_weights(some_weights())


@pytest.mark.parametrize("damage", ["missing", "text", "cut", "shape"])
def test_a_file_that_is_not_whole_is_refused_with_what_to_do(tmp_path, damage):
    """A worker that cannot read the weights does not start."""
    path = tmp_path / "weights.npz"
    content = write_weights(some_weights())
    if damage == "text":
        path.write_bytes(b"no archive")
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "shape":
        np.savez(path, rich=np.zeros((2, 2), dtype=np.int8))
    with pytest.raises(Misconfigured, match="make model"):
        read_weights(path)


def test_the_shipped_weights_are_small_and_load_at_once():
    """At most 15 MB and 2 s."""
    began_s = time.perf_counter()
    weights = read_weights(FILE)
    assert time.perf_counter() - began_s < LOAD_S_MAX
    assert FILE.stat().st_size <= FILE_BYTES_MAX
    assert weights.version
