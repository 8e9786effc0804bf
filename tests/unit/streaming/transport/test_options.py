"""Options are checked before anything connects, all problems at once, and show no secret."""

import pytest

from pipeline.errors import Misconfigured
from pipeline.streaming.transport import TransportOptions


def test_defaults_are_valid():
    """A worker may be started without any option."""
    assert TransportOptions().batch_records_max == 500


def test_all_problems_are_reported_at_once():
    """One message per bad option, each naming it."""
    with pytest.raises(Misconfigured) as refused:
        TransportOptions(
            batch_records_max=0, pipeline_depth=0, stuck_s=0.1, transactional_id=" a", record_bytes_max=10**9
        )
    assert len(refused.value.problems) == 5
    for name in ("batch_records_max", "pipeline_depth", "stuck_s", "transactional_id", "message_bytes_max"):
        assert name in str(refused.value)


@pytest.mark.parametrize("name", ["group.id", "enable.auto.commit", "bootstrap.servers", "isolation.level"])
def test_security_cannot_carry_other_settings(name: str):
    """Delivery guarantees cannot be switched off by the way of security settings."""
    with pytest.raises(Misconfigured, match=name):
        TransportOptions(security={name: "x"})


def test_security_settings_are_accepted_and_not_shown():
    """TLS and SASL settings pass through; their values stay out of repr."""
    options = TransportOptions(
        security={"security.protocol": "sasl_ssl", "sasl.password": "hunter2", "ssl.ca.location": "/ca"}
    )
    assert "hunter2" not in repr(options)
