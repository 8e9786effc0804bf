"""What the fuzzers once found, and random bytes, break nothing."""

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.run import CORPUS
from tests.fuzz.targets import TARGETS

KEPT = sorted(path for path in CORPUS.glob("*/*") if path.is_file())


def test_every_target_has_a_corpus():
    assert {path.parent.name for path in KEPT} == set(TARGETS)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_before_holds(path):
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_random_bytes_hold(name):
    """A short search without coverage; pieces of the corpus are joined with bytes and texts of any kind."""
    pieces = [path.read_bytes() for path in KEPT if path.parent.name == name]
    texts = st.text(max_size=40).map(str.encode)

    @seed(20261123)
    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.one_of(st.sampled_from(pieces), st.binary(max_size=40), texts), max_size=4).map(b"".join))
    def holds(content):
        TARGETS[name](content)

    holds()
