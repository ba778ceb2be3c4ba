"""Moments that explain a bend in a graph: alerts that fire, processes that start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.compiler.dashboards.queries import narrowed
from gw2mon.compiler.expressions import selector
from gw2mon.model.promises import Mark

if TYPE_CHECKING:
    from gw2mon.compiler.dashboards.shown import Known

_START = "process_start_time_seconds"
_BEGINNING = 5 * 60 * 1000
"""Milliseconds: longer than the steps of a graph of a month, so that no beginning falls between two of them."""


def marks_of(known: Known) -> tuple[Mark, ...]:
    """The firing alerts of a service by severity, and where it is known, when its processes started."""
    critical = q.selector("ALERTS", alertstate="firing", service=known.service, severity="critical")
    warning = q.selector("ALERTS", alertstate="firing", service=known.service, severity="warning")
    alerts = (
        Mark("Critical alerts", "critical", critical, "{{alertname}}"),
        Mark("Warnings", "warning", beginning(warning), "{{alertname}}"),
    )
    return (*alerts, *(mark._replace(expr=narrowed(mark.expr)) for mark in started(known)))


def beginning(alerts: q.VectorSelector) -> q.Expr:
    """When alerts began: a warning may last for days, and would tint every graph for as long."""
    return q.unless(alerts, q.offset(alerts, _BEGINNING))


def started(known: Known) -> tuple[Mark, ...]:
    """When processes of a service started, if that is known: of all its jobs and instances."""
    metric = known.world.metrics.get(_START)
    if metric is None or not known.world.jobs_of(metric):
        return ()
    expr = selector(known.world, _START, ())
    return (Mark("Deployments and restarts", "start", expr, "{{job}} started on {{instance}}"),)
