"""The policy that the workers under measurement run."""

import pytest

from pipeline.bench.workers import PURPOSES, fast_policy
from pipeline.bench.workload import TENANT
from pipeline.policy.compile import load_policy
from pipeline.policy.shipped import find_policy


@pytest.mark.parametrize("name", PURPOSES)
def test_it_is_the_shipped_one_without_its_names_tier(name, tmp_path):
    """Labels are treated as analysts get them treated, or the figure would be of something nobody runs."""
    path = tmp_path / "policy.yaml"
    path.write_bytes(fast_policy(PURPOSES[name]))
    policy, shipped = load_policy(path), load_policy(find_policy("analytics"))
    assert tuple(purpose.name for purpose in policy.purposes) == PURPOSES[name]
    assert set(policy.names.values()) == {"off"}
    assert TENANT in policy.tenants
    assert [purpose.treatments for purpose in policy.purposes] == [
        purpose.treatments for purpose in shipped.purposes if purpose.name in PURPOSES[name]
    ]
