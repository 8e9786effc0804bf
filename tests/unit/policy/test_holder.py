"""The holder adopts new content that is right, and keeps the last good policy over anything else."""

import os

import pytest

from pipeline.errors import Misconfigured
from pipeline.policy.holder import PolicyHolder, Reload


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def path(tmp_path, small_policy):
    path = tmp_path / "policy.yaml"
    path.write_text(small_policy)
    return path


def test_the_first_load_of_a_bad_policy_is_refused(path, clock):
    path.write_text("name: x\n")
    with pytest.raises(Misconfigured, match=r"policy\.yaml:1: "):
        PolicyHolder(path, clock)


def test_the_first_load_of_a_missing_file_is_refused(tmp_path, clock):
    with pytest.raises(Misconfigured, match="cannot be read"):
        PolicyHolder(tmp_path / "absent.yaml", clock)


def test_unchanged_content_keeps_the_same_snapshot(path, clock):
    holder = PolicyHolder(path, clock)
    before = holder.current
    assert holder.reload() is Reload.UNCHANGED
    assert holder.current is before


def test_new_content_is_adopted_although_size_and_times_are_the_same(path, clock, small_policy):
    holder = PolicyHolder(path, clock)
    before, times = holder.current, path.stat()
    path.write_text(small_policy.replace("keep_last: 4", "keep_last: 3"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert holder.reload() is Reload.ADOPTED
    assert holder.version != before.version
    assert holder.current.version == holder.version


def test_the_age_counts_from_the_adoption(path, clock, small_policy):
    holder = PolicyHolder(path, clock)
    clock.now_s += 60
    assert holder.age_s == 60
    holder.reload()
    assert holder.age_s == 60
    path.write_text(small_policy + "# changed\n")
    holder.reload()
    assert holder.age_s == 0


def test_a_bad_policy_is_refused_once_and_the_last_good_stays(path, clock, small_policy):
    holder = PolicyHolder(path, clock)
    good = holder.current
    path.write_text(small_policy.replace("EMAIL: tokenize", "EMAIL: keep"))
    clock.now_s += 5
    assert holder.reload() is Reload.REFUSED
    assert holder.reload() is Reload.UNCHANGED
    assert holder.current is good
    assert holder.refusals == 1
    assert holder.refused is not None
    assert holder.refused.refused_at_s == 1005.0
    assert "purposes.research.labels.EMAIL" in holder.refused.problems[0]


def test_another_bad_policy_is_refused_anew(path, clock, small_policy):
    holder = PolicyHolder(path, clock)
    path.write_text("name: x\n")
    holder.reload()
    path.write_text("name: y\n")
    assert holder.reload() is Reload.REFUSED
    assert holder.refusals == 2


def test_a_file_that_disappears_is_refused_once_and_comes_back(path, clock, small_policy):
    holder = PolicyHolder(path, clock)
    good = holder.current
    path.unlink()
    assert [holder.reload(), holder.reload()] == [Reload.REFUSED, Reload.UNCHANGED]
    assert holder.current is good
    path.write_text(small_policy)
    assert holder.reload() is Reload.UNCHANGED
    assert holder.refused is None


def test_a_mended_policy_clears_the_refusal(path, clock, small_policy):
    holder = PolicyHolder(path, clock)
    path.write_text("name: x\n")
    holder.reload()
    path.write_text(small_policy.replace("keep_last: 4", "keep_last: 0"))
    assert holder.reload() is Reload.ADOPTED
    assert holder.refused is None
    assert holder.refusals == 1


def test_a_policy_that_the_installation_cannot_do_is_refused(path, clock, small_policy):
    def objections(policy):
        return [f"names.{language}: is not installed" for language in policy.names if language == "fr"]

    holder = PolicyHolder(path, clock, objections)
    path.write_text(small_policy.replace("de: off", "fr: spacy:fr_model"))
    assert holder.reload() is Reload.REFUSED
    assert holder.refused is not None
    assert holder.refused.problems == (f"{path}: names.fr: is not installed",)


def test_the_repr_shows_name_and_version_only(path, clock):
    holder = PolicyHolder(path, clock)
    assert repr(holder) == f"<PolicyHolder: small {holder.version}>"
