from collections.abc import Iterator

import pytest

from tests.support.pipeline_lab import PipelineLab


@pytest.fixture
def lab(kafka_bootstrap: str, tmp_path) -> Iterator[PipelineLab]:
    """Run a pipeline on Apache Kafka, exactly once."""
    lab = PipelineLab(kafka_bootstrap, tmp_path)
    yield lab
    lab.stop_all()


@pytest.fixture
def embedded_lab(tansu_bootstrap: str, tmp_path) -> Iterator[PipelineLab]:
    """Run a pipeline on the embedded broker, at least once."""
    lab = PipelineLab(tansu_bootstrap, tmp_path, exactly_once=False)
    yield lab
    lab.stop_all()


@pytest.fixture(
    params=[pytest.param("lab", marks=pytest.mark.kafka), pytest.param("embedded_lab", marks=pytest.mark.tansu)]
)
def each_lab(request) -> PipelineLab:
    """Run a pipeline on each broker in turn."""
    return request.getfixturevalue(request.param)
