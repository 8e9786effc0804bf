"""The compiled hot path: which modules, and never older than their sources."""

import os
from pathlib import Path

import pytest

from pipeline import native
from pipeline.errors import Misconfigured


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a package of one module and its compiled form."""
    package = tmp_path / "pipeline"
    package.mkdir()
    (package / "decide.py").touch()
    (package / "decide.cpython-311.so").touch()
    monkeypatch.setattr(native, "ROOT", tmp_path)
    monkeypatch.setattr(native, "MODULES", ("decide",))
    monkeypatch.setattr(native, "IN_C", ())
    return package


def set_age(path: Path, seconds: int) -> None:
    """Make a file look so old."""
    os.utime(path, (1_700_000_000 - seconds, 1_700_000_000 - seconds))


def test_a_program_refuses_to_run_compiled_code_that_is_older_than_its_source(tree):
    """Its source would go unread."""
    set_age(tree / "decide.py", 1)
    set_age(tree / "decide.cpython-311.so", 2)
    with pytest.raises(Misconfigured, match=r"decide\.py: changed after it was compiled: run `make native`"):
        native.check_fresh()


def test_compiled_code_as_old_as_its_source_is_fresh(tree):
    """An installed package gives all its files one time."""
    set_age(tree / "decide.py", 1)
    set_age(tree / "decide.cpython-311.so", 1)
    native.check_fresh()
    assert native.is_built()


def test_without_compiled_code_the_source_runs(tree):
    """Whoever has no C compiler loses speed and nothing else."""
    native.remove()
    native.check_fresh()
    assert not native.is_built()


def test_a_library_of_a_module_that_is_no_longer_compiled_calls_for_a_new_build(tree):
    """It would shadow its source for ever."""
    (tree / "other.cpython-311.so").touch()
    assert not native.is_built()


@pytest.mark.parametrize("source", native.sources(), ids=lambda source: source.stem)
def test_no_compiled_module_defines_a_struct(source: Path):
    """A compiled class loses the options of its struct, such as `frozen`."""
    text = source.read_text(encoding="utf-8")
    assert "Struct)" not in text
    assert "(Concealed" not in text
