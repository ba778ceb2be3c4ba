"""How many series a service may have, and how many its declared labels allow."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from gw2mon.finding import Finding
from gw2mon.world import series_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Metric, Service, Stack
    from gw2mon.world import World

_SHOWN = 3
"""Metrics that a finding names: the largest are those to look at."""


def series_budget_exceeded(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW227: the labels allow more series than the budget."""
    if service.series_budget is None:
        return
    counted = {metric.name: series_bound(metric, world) for metric in service.metrics if world.jobs_of(metric)}
    # Some metrics of exporters have as many series as a machine has disks; what no spec can limit is not counted.
    bounds = {name: bound for name, bound in counted.items() if bound is not None}
    total = sum(bounds.values())
    largest = sorted(bounds, key=lambda name: (-bounds[name], name))[:_SHOWN]
    if total > service.series_budget:
        yield Finding(
            "GW227",
            "error",
            f"{service.name} may have {total:,} series, and its budget is {service.series_budget:,}",
            service.budget_origin,
            "largest are " + ", ".join(f"{name} ({bounds[name]:,})" for name in largest),
        )


def series_bound(metric: Metric, world: World) -> int | None:
    """The greatest number of series of a metric on all targets, or None where a label has no limit."""
    targets = sum(max(len(world.jobs[name].targets), 1) for name in world.jobs_of(metric))
    found = 0
    for series in series_of(metric):
        bounds = [label.values.bound for label in series.labels]
        if any(bound is None for bound in bounds):
            return None
        found += prod(bound for bound in bounds if bound is not None)
    return found * targets
