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


def marks_of(known: Known) -> tuple[Mark, ...]:
    """The firing alerts of a service by severity, and where it is known, when its processes started."""
    critical = q.selector("ALERTS", alertstate="firing", service=known.service, severity="critical")
    warning = q.selector("ALERTS", alertstate="firing", service=known.service, severity="warning")
    alerts = (
        Mark("Critical alerts", "critical", critical, "{{alertname}}"),
        Mark("Warnings", "warning", warning, "{{alertname}}"),
    )
    started = known.world.metrics.get(_START)
    if started is None or not known.world.jobs_of(started):
        return alerts
    expr = narrowed(selector(known.world, _START, ()))
    return (*alerts, Mark("Deployments and restarts", "start", expr, "{{job}} started on {{instance}}"))
