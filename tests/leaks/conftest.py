from collections.abc import Iterator

import pytest

from pipeline.demo.brokers import free_port
from tests.support.pipeline_lab import PipelineLab


@pytest.fixture
def lab(tansu_bootstrap: str, tmp_path) -> Iterator[PipelineLab]:
    """Run a pipeline on the embedded broker, whose metrics can be read."""
    lab = PipelineLab(tansu_bootstrap, tmp_path, exactly_once=False, REDACT_TELEMETRY_PORT=str(free_port()))
    yield lab
    lab.stop_all()
