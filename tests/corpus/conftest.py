"""The default policy's detector, loaded once for all the corpora."""

import pytest

from pipeline.cli.detect import detection_rules
from pipeline.cli.invocation import Invocation
from pipeline.flow.rules import Rules


@pytest.fixture(scope="session")
def default_rules() -> Rules:
    """Return what `redact detect` detects with when nobody names a policy."""
    return detection_rules(Invocation(None, {}), None, names=True)
