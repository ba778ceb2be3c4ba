"""Metrics that nothing moves: counters that stay at 0, and gauges that nobody sets.

One look only tells that nothing happened so far, so people ask for it after a test that should have moved everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.finding import Finding
from gw2mon.verifying.families import recorders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gw2mon.exposition import Sample
    from gw2mon.model import Metric, Service

_PROGRESS = {"counter": "", "histogram": "_count", "summary": "_count"}
"""Suffix of the series that grow with each event."""


def unmoved(
    metric: Metric, now: Sequence[Sample], before: Sequence[Sample] | None, since: str, service: Service
) -> Iterator[Finding]:
    """GW647: a metric of the application that did not move, since an earlier look or at all."""
    told = _stillness(metric, now, before, since)
    if told:
        place = metric.origin or service.origin
        yield Finding("GW647", "warning", f"{metric.name} {told}", place, _way_to_move(metric, service))


def _stillness(metric: Metric, now: Sequence[Sample], before: Sequence[Sample] | None, since: str) -> str:
    """What shows that nothing moved it; "" if something did."""
    suffix = _PROGRESS.get(metric.type)
    if suffix is None:
        return _unset(metric, now)
    progress = _by_labels(now, metric.name + suffix)
    if before is None:
        return "" if any(progress.values()) else "never moved: nothing was counted so far"
    earlier = _by_labels(before, metric.name + suffix)
    moved = any(value != earlier.get(labels, 0) for labels, value in progress.items())
    return "" if moved else f"has not moved since {since}"


def _unset(metric: Metric, now: Sequence[Sample]) -> str:
    if metric.catalog:
        return ""  # at rest most of them are 0
    if not now:
        return "was never set"
    return "" if any(sample.value for sample in now) else "is 0 everywhere, as if nobody had set it"


def _by_labels(samples: Iterable[Sample], name: str) -> dict[tuple[tuple[str, str], ...], object]:
    return {tuple(sorted(sample.labels.items())): sample.value for sample in samples if sample.name == name}


def _way_to_move(metric: Metric, service: Service) -> str:
    calls = recorders(service, metric)
    how = f"call {' or '.join(calls[:2])} where it happens" if calls else "record it where it happens"
    return f"{how}, let the test go that way, or drop the metric"
