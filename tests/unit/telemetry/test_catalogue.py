"""Rules that every metric of the catalogue keeps."""

import re

import pytest

from pipeline.telemetry import catalogue
from pipeline.telemetry.catalogue import CATALOGUE
from pipeline.telemetry.metric import LABEL_DOMAINS, Kind, Metric


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
class TestEachMetric:
    """Asked of one metric at a time."""

    def test_is_named_as_prometheus_asks(self, metric):
        """Our prefix, snake case, and `_total` on counters alone."""
        assert re.fullmatch(r"redaction(_[a-z]+)+", metric.name)
        assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)

    def test_says_what_it_means_and_what_to_do(self, metric):
        """An operator finds a sentence for each."""
        assert metric.meaning.endswith(".")
        assert metric.remedy.endswith(".")
        assert metric.unit
        assert "|" not in metric.meaning + metric.remedy, "the sentences stand in a table"

    def test_has_labels_of_known_domains_only(self, metric):
        """No label is free, and a domain is a list or a form with a limit."""
        for label in metric.labels:
            domain = LABEL_DOMAINS[label]
            assert domain.values or (domain.form is not None and domain.distinct_max > 0)

    def test_has_buckets_exactly_when_it_is_a_histogram(self, metric):
        """Buckets rise."""
        assert bool(metric.buckets) == (metric.kind is Kind.HISTOGRAM)
        assert list(metric.buckets) == sorted(set(metric.buckets))


def test_holds_every_metric_once():
    """No two metrics share a name, and none is left out of the tuple."""
    declared = [value for value in vars(catalogue).values() if isinstance(value, Metric)]
    assert declared == list(CATALOGUE)
    assert len({metric.name for metric in CATALOGUE}) == len(CATALOGUE)


def test_every_label_domain_is_used():
    """The table of labels on the reference page names no label that no metric has."""
    assert set(LABEL_DOMAINS) == {label for metric in CATALOGUE for label in metric.labels}
