"""The catalogue turned into prometheus_client's objects, with bounded labels and cached children."""

import threading
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from pipeline.telemetry.metric import LABEL_DOMAINS, OTHER, LabelDomain, Metric

Child = TypeVar("Child", Counter, Gauge, Histogram)


class LabelBound:
    """Maps a word to itself or, outside its domain or over its limit, to `other`."""

    def __init__(self, domain: LabelDomain) -> None:
        self._domain = domain
        self._admitted: set[str] = set(domain.values)

    def __call__(self, word: str) -> str:
        """Return the label value to count the word under."""
        if word in self._admitted:
            return word
        form = self._domain.form
        if form is None or len(self._admitted) >= self._domain.distinct_max or not form.fullmatch(word):
            return OTHER
        self._admitted.add(word)
        return word


class Family(Generic[Child]):
    """One metric with its labelled children. Looking a child up by the same words again costs a dictionary access."""

    def __init__(self, metric: Metric, parent: Child) -> None:
        self._metric = metric
        self._parent: Child = parent
        self._children: dict[tuple[str, ...], Child] = {}
        self._bounds = self._fresh_bounds()
        for words in metric.starts_at_zero:
            self.child(*words)

    def child(self, *words: str) -> Child:
        """Return the child for these label words, in the catalogue's order of labels."""
        found = self._children.get(words)
        if found is not None:
            return found
        bounded = tuple(bound(word) for bound, word in zip(self._bounds, words, strict=True))
        child: Child = self._parent.labels(*bounded) if bounded else self._parent
        if bounded == words:  # a refused word is not remembered, so hostile words cannot fill the cache
            self._children[words] = child
        return child

    def keep_only(self, kept: frozenset[tuple[str, ...]]) -> None:
        """Forget every other child: a partition that was revoked, a policy that was replaced."""
        self._bounds = self._fresh_bounds()
        for words in [words for words in list(self._children) if words not in kept]:
            del self._children[words]
            self._parent.remove(*words)
        for words in list(self._children):
            for bound, word in zip(self._bounds, words, strict=True):
                bound(word)

    def _fresh_bounds(self) -> tuple[LabelBound, ...]:
        return tuple(LabelBound(LABEL_DOMAINS[label]) for label in self._metric.labels)


class Distribution(Collector):
    """A histogram without labels that takes many equal values in one call."""

    def __init__(self, metric: Metric) -> None:
        self._metric = metric
        self._lock = threading.Lock()
        self._counts = [0] * (len(metric.buckets) + 1)
        self._sum = 0.0

    def observe(self, value: float, times: int) -> None:
        """Count a value so many times."""
        with self._lock:
            self._counts[bisect_left(self._metric.buckets, value)] += times
            self._sum += value * times

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """Yield what was counted."""
        with self._lock:
            below, total = list(accumulate(self._counts)), self._sum
        bounds = [*map(str, self._metric.buckets), "+Inf"]
        yield HistogramMetricFamily(
            self._metric.name, self._metric.meaning, list(zip(bounds, below, strict=True)), sum_value=total
        )


class Instruments:
    """Makes families in one registry. A counter's exposed name ends in `_total`, which prometheus_client appends."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def counter(self, metric: Metric) -> Family[Counter]:
        """Register a counter of the catalogue."""
        return Family(metric, Counter(metric.name, metric.meaning, metric.labels, registry=self._registry))

    def gauge(self, metric: Metric) -> Family[Gauge]:
        """Register a gauge of the catalogue."""
        return Family(metric, Gauge(metric.name, metric.meaning, metric.labels, registry=self._registry))

    def distribution(self, metric: Metric) -> Distribution:
        """Register a histogram of the catalogue that has no labels."""
        distribution = Distribution(metric)
        self._registry.register(distribution)
        return distribution

    def histogram(self, metric: Metric) -> Family[Histogram]:
        """Register a histogram of the catalogue."""
        parent = Histogram(metric.name, metric.meaning, metric.labels, registry=self._registry, buckets=metric.buckets)
        return Family(metric, parent)
