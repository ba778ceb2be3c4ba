"""Variables and annotations of a dashboard: what a person may choose, and what is marked on every graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon import promql as q
from gw2mon.generators.grafana import colors, fields, seam

if TYPE_CHECKING:
    from gw2mon.model import Dashboard
    from gw2mon.model.figures import Choice
    from gw2mon.model.promises import Mark

_ALL = {"text": ["All"], "value": ["$__all"]}


def variables(dashboard: Dashboard) -> list[dict[str, Any]]:
    """The data source, then job and instance, each narrowing the next; none offers what is not of this service.

    A dashboard about what has neither label has choices of its own instead.
    """
    source = _source("datasource", "Data source", "prometheus", {"text": "Prometheus", "value": names.DATA_SOURCE})
    if dashboard.choices:
        return [source, *map(_choice, dashboard.choices)]
    own = (q.one_of("job", dashboard.jobs),) if dashboard.jobs else ()
    jobs = q.to_text(q.selector("up", own))
    instances = q.to_text(q.selector("up", (*own, q.label_matches("job", "$job"))))
    has_logs = any(panel.kind == "logs" for row in dashboard.rows for panel in row.panels)
    return [
        source,
        *([_source("logs", "Logs", "loki", {"text": "Loki", "value": names.LOGS_DATA_SOURCE})] if has_logs else []),
        _query("job", "Job", f"label_values({jobs}, job)"),
        _query("instance", "Instance", f"label_values({instances}, instance)"),
    ]


def _source(name: str, label: str, kind: str, current: dict[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = seam.to_data(seam.variable(name, label, "datasource", None, kind))
    return {**data, "current": current, "multi": False, "refresh": 1, "regex": "", "skipUrlSync": False}


def _choice(choice: Choice) -> dict[str, Any]:
    data = _query(choice.name, choice.title, f"label_values({q.to_text(choice.series)}, {choice.label})")
    if not choice.first:
        return data
    del data["allValue"]
    return {**data, "current": {"text": choice.first, "value": choice.first}, "includeAll": False, "multi": False}


def _query(name: str, label: str, query: str) -> dict[str, Any]:
    record = {"qryType": 1, "query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery"}
    data: dict[str, Any] = seam.to_data(seam.variable(name, label, "query", seam.PROMETHEUS, record))
    more = {"allValue": ".+", "current": _ALL, "definition": query, "includeAll": True, "multi": True, "regex": ""}
    return {**data, **more, "skipUrlSync": False}


def marks_of(dashboard: Dashboard) -> list[dict[str, Any]]:
    """Grafana's own first, without which its switch would be missing; then the marks."""
    own = {
        "builtIn": 1,
        "datasource": seam.OWN,
        "enable": True,
        "hide": True,
        "iconColor": "rgba(0, 211, 255, 1)",
        "name": "Annotations & Alerts",
        "type": "dashboard",
    }
    return [own, *map(_annotation, dashboard.marks)]


def _annotation(mark: Mark) -> dict[str, Any]:
    starts = mark.kind == "start"
    # Grafana wants the moment itself in milliseconds.
    expr = q.mul(mark.expr, 1000) if starts else mark.expr
    return {
        "datasource": seam.PROMETHEUS,
        "enable": True,
        "hide": False,
        "iconColor": colors.NEUTRAL if starts else fields.severity_color(mark.kind),
        "name": mark.name,
        "tagKeys": "instance" if starts else "severity",
        "target": {"expr": q.to_text(expr), "interval": "60s", "refId": "Anno"},
        "titleFormat": mark.title,
        **({"useValueForTime": True} if starts else {}),
    }
