"""What is told of an exception: types and places, and a message only where it is ours."""

import secrets

import pytest

from pipeline.errors import Misconfigured, Unavailable
from pipeline.telemetry.exceptions import CHAIN_LENGTH_MAX, FRAMES_MAX, as_text, short_path, tell


@pytest.fixture
def planted() -> str:
    """Return a value that stands in no source file, as payload does."""
    return f"planted-{secrets.token_hex(8)}"


def test_exception_groups_are_told_with_their_members(planted):
    """Task groups raise groups; each member is named, none is quoted."""
    group = ExceptionGroup(planted, [ValueError(planted), ExceptionGroup(planted, [KeyError(planted)])])
    told = tell(group)
    assert [link.type for link in told] == ["ExceptionGroup", "ValueError", "ExceptionGroup", "KeyError"]
    assert planted not in as_text(told)


def test_a_chain_without_end_is_cut():
    """Neither a loop nor a very long chain can fill the log."""
    looped = ValueError()
    looped.__context__ = KeyError()
    looped.__context__.__context__ = looped
    assert len(tell(looped)) == 2
    long: Exception = ValueError()
    for _ in range(50):
        following = ValueError()
        following.__cause__ = long
        long = following
    assert len(tell(long)) == CHAIN_LENGTH_MAX


def test_a_suppressed_context_is_not_told():
    """`raise ... from None` means what it says."""
    ours = Unavailable("x")
    ours.__context__ = ValueError()
    ours.__suppress_context__ = True
    assert [link.type for link in tell(ours)] == ["pipeline.errors.Unavailable"]


def test_our_message_is_told_and_a_foreign_one_is_not(planted):
    """Problems of the configuration reach the reader; a library's words do not."""
    ours = Misconfigured(["telemetry.port: taken"])
    ours.__cause__ = OSError(planted)
    assert as_text(tell(ours)) == "pipeline.errors.Misconfigured: telemetry.port: taken\nOSError\n"


def test_deep_recursion_is_told_by_its_innermost_frames():
    """A traceback of a thousand frames makes a short line."""

    def descend() -> None:
        descend()

    with pytest.raises(RecursionError) as caught:
        descend()
    (told,) = tell(caught.value)
    assert len(told.frames) == FRAMES_MAX


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/a/b/c/d/e.py", "c/d/e.py"), ("/x.py", "x.py"), ("<string>", "<string>")],
)
def test_a_path_tells_nothing_of_the_machine(path, shown):
    """The last parts find the file."""
    assert short_path(path) == shown
