"""One policy for components that a machine may lack: in CI their absence fails the test, elsewhere it is said aloud."""

import os
from typing import NoReturn

import pytest


def missing(component: str, remedy: str) -> NoReturn:
    """Fail where `CI` is set; elsewhere skip, saying what was left out and how to get it."""
    message = f"LEFT OUT: {component} is not on this machine ({remedy})"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
