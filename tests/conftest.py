"""What holds for every test: a known environment, and fast runs that say the same thing each time."""

import os

import pytest
from hypothesis import settings

from pipeline.native import check_fresh

pytest_plugins = ["tests.support.brokers"]

settings.register_profile("redact", deadline=None, derandomize=True, database=None)
settings.load_profile("redact")


def pytest_configure():
    """Refuse to test compiled modules that are older than their sources."""
    check_fresh()


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch):
    """Keep the settings of whoever runs the tests out of them."""
    for name in list(os.environ):
        if name.startswith("REDACT_"):
            monkeypatch.delenv(name)
