"""Panels of the Model in Grafana's words: what each kind is drawn with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import promql as q
from gw2mon.generators.grafana import colors, fields, figures, seam, tables
from gw2mon.generators.grafana.layout import Size

if TYPE_CHECKING:
    from gw2mon.generators.grafana.layout import Box
    from gw2mon.model import Panel
    from gw2mon.model.promises import AlertLine, Query

_SIZES = {
    "stat": Size(4, 5), "bar": Size(6, 9), "graph": Size(12, 9), "heatmap": Size(12, 9), "table": Size(24, 8),
    "states": Size(24, 8),
    "logs": Size(24, 10), "text": Size(24, 3),
}  # fmt: skip
_INFO = Size(24, 5)
"""Of a table with a line for each instance, and not for many things."""
_WIDTHS = {"quarter": 6, "third": 8, "half": 12, "full": 24}
_INSTANT = ("bar", "table")
_FEW = 3
"""As many lines have room in a legend below a graph."""
_CELLS = 120
"""Columns of a heatmap: of narrower ones most would be empty where little is going on."""
_NARROW = 90
"""Pixels of a column at the least, where many stand beside one another."""
_REDUCED = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_HIDDEN_NOWHERE = {"tooltip": False, "viz": False, "legend": False}


def size(panel: Panel) -> Size:
    """What a panel asks for: the width that the spec says, or what suits its kind."""
    usual = _INFO if tables.shows_labels_only(panel) else _SIZES[panel.kind]
    if panel.heads and panel.most is not None:
        usual = Size(usual.width, tables.height(panel.most))
    return usual if panel.width is None else Size(_WIDTHS[panel.width], usual.height)


def drawn(panel: Panel, number: int, box: Box) -> seam.Drawn:
    """The panel in its place."""
    frame = seam.Frame(number, panel.title, panel.description, box, tuple(_links(panel)))
    is_graph = panel.kind == "graph"
    alerts = fields.line_steps(panel.lines) if is_graph else fields.zone_steps(panel.lines)
    extra = {
        "fieldConfig": _field_config(panel),
        "options": _options(panel),
        "transformations": tables.transformations(panel),
        **({"timeFrom": q.format_duration(panel.span)} if panel.span else {}),
    }
    points = _CELLS if panel.kind == "heatmap" else None
    return seam.panel(panel.kind, frame, _targets(panel), figures.steps(panel) or alerts, extra, points)


def _targets(panel: Panel) -> list[seam.Target]:
    if panel.kind == "logs":
        return [seam.Target({"datasource": seam.LOKI, "editorMode": "code", "expr": panel.text, "queryType": "range",
                             "refId": "A"})]  # fmt: skip
    return [_target(panel, query, tables.refid(number)) for number, query in enumerate(panel.queries)]


def _target(panel: Panel, query: Query, name: str) -> seam.Target:
    instant = panel.kind in _INSTANT
    forms = {"table": "table", "heatmap": "heatmap"}
    return seam.Target({
        "datasource": seam.PROMETHEUS,
        "editorMode": "code",
        "exemplar": False,
        "expr": q.to_text(query.expr),
        "format": forms.get(panel.kind, "time_series"),
        "hide": False,
        "instant": instant,
        # Else the ranges of rates would follow the pace of the data source, and hold too few samples of a slow job.
        "interval": "" if query.pace is None else q.format_duration(query.pace),
        "legendFormat": query.legend or "__auto",
        "range": not instant,
        "refId": name,
    })  # fmt: skip


def _field_config(panel: Panel) -> dict[str, Any]:
    if panel.kind in ("text", "logs"):
        return {"defaults": {}, "overrides": []}
    if panel.kind == "heatmap":
        custom: dict[str, Any] = {"hideFrom": _HIDDEN_NOWHERE, "scaleDistribution": {"type": "linear"}}
        return {"defaults": {"custom": custom, "unit": "short"}, "overrides": []}
    unit = fields.unit(panel)
    defaults = {
        "color": colors.mode(panel),
        "custom": _custom(panel),
        "decimals": fields.decimals(panel),
        "mappings": [*fields.mappings(panel.lines), *(figures.mappings(panel.figure) if panel.kind != "graph" else ())],
        "noValue": panel.figure.nothing,
        "unit": unit,
        **({} if panel.signed else {"min": 0}),
    }
    overrides = [*colors.overrides(panel), *figures.overrides(panel), *tables.overrides(panel)]
    return {"defaults": defaults, "overrides": overrides}


def _custom(panel: Panel) -> dict[str, Any]:
    """What only one kind of panel has for each field."""
    if panel.kind == "table":
        narrow = {"minWidth": _NARROW} if panel.heads else {}
        return {"align": "auto", "cellOptions": {"type": "auto"}, "filterable": False, "inspect": False, **narrow}
    if panel.kind == "states":
        return {"fillOpacity": 80, "hideFrom": _HIDDEN_NOWHERE, "lineWidth": 0}
    if panel.kind != "graph":
        return {}
    return {
        **({"axisSoftMin": 0} if panel.signed else {}),
        "axisSoftMax": fields.soft_maximum(panel),
        "axisLabel": "",
        "axisPlacement": "auto",
        "barAlignment": 0,
        "drawStyle": "line",
        # The areas below many lines would only darken one another.
        "fillOpacity": 0 if colors.has_many_lines(panel) or _is_crowded(panel) else 10,
        "gradientMode": "none",
        "hideFrom": _HIDDEN_NOWHERE,
        "lineInterpolation": "stepAfter" if panel.unit == "bool" else "linear",
        "lineWidth": 1 if colors.has_many_lines(panel) and not colors.has_lines_by_place(panel) else 2,
        "pointSize": 5,
        "scaleDistribution": {"type": "linear"},
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "none"},
        "thresholdsStyle": {"mode": "dashed" if panel.lines or panel.figure.zones else "off"},
    }


def _options(panel: Panel) -> dict[str, Any]:
    match panel.kind:
        case "graph":
            return {"legend": _legend(panel), "tooltip": {"mode": "multi", "sort": "desc"}}
        case "stat":
            course = "none" if panel.figure.is_constant else "area"
            return {"colorMode": "value", "graphMode": course, "justifyMode": "auto", "orientation": "auto",
                    "reduceOptions": _REDUCED, "showPercentChange": False, "textMode": "auto",
                    "wideLayout": True}  # fmt: skip
        case "bar":
            return {"displayMode": "basic", "minVizHeight": 16, "minVizWidth": 8, "namePlacement": "auto",
                    "orientation": "horizontal", "reduceOptions": _REDUCED, "showUnfilled": True, "sizing": "auto",
                    "text": {"titleSize": 14, "valueSize": 18}, "valueMode": "color"}  # fmt: skip
        case "table":
            return {"cellHeight": "sm", "showHeader": True, "sortBy": tables.sort_by(panel)}
        case "states":
            return {"alignValue": "left", "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False},
                    "mergeValues": True, "rowHeight": 0.8, "showValue": "auto",
                    "tooltip": {"mode": "single", "sort": "none"}}  # fmt: skip
        case "heatmap":
            return _heatmap_options(fields.unit(panel))
        case "logs":
            return {"dedupStrategy": "none", "enableLogDetails": True, "prettifyLogMessage": False,
                    "showCommonLabels": False, "showLabels": False, "showTime": True, "sortOrder": "Descending",
                    "wrapLogMessage": True}  # fmt: skip
        case "text":
            return {"mode": "markdown", "content": panel.text}


def _legend(panel: Panel) -> dict[str, Any]:
    """A table of values, the greatest first: below a few lines, and beside many, where it hides none of them."""
    is_few = panel.most is not None and panel.most <= _FEW
    has_many = colors.has_many_lines(panel) and not (is_few or colors.has_lines_by_place(panel))
    calcs = ["min", "lastNotNull"] if panel.unit == "bool" else ["mean", "max", "lastNotNull"]
    return {
        "calcs": ["lastNotNull"] if has_many else calcs,
        "displayMode": "table",
        "placement": "right" if has_many or _is_crowded(panel) else "bottom",
        "showLegend": True,
        "sortBy": "Last *",
        "sortDesc": True,
    }


def _is_crowded(panel: Panel) -> bool:
    return len(panel.queries) > _FEW + 1


def _heatmap_options(unit: str) -> dict[str, Any]:
    return {
        "calculate": False,
        "cellGap": 1,
        "color": {"exponent": 0.5, "fill": "dark-orange", "mode": "scheme", "reverse": False, "scale": "exponential",
                  "scheme": "Oranges", "steps": 64},
        "exemplars": {"color": "rgba(255,0,255,0.7)"},
        # Buckets without a single observation are left blank instead of being painted in the lightest colour.
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "showValue": "never",
        "tooltip": {"mode": "single", "showColorScale": False, "yHistogram": True},
        "yAxis": {"axisPlacement": "left", "reverse": False, "unit": unit},
    }  # fmt: skip


def _links(panel: Panel) -> list[dict[str, Any]]:
    """To another dashboard, to the runbook of each alert that is drawn, and to the alert itself."""
    alerts: dict[str, AlertLine] = {line.alert: line for line in panel.lines}
    there = [_link(panel.link.title, tables.url(panel.link), "dashboard")] if panel.link and not panel.heads else []
    runbooks = [_link(f"Runbook: {name}", line.runbook, "doc") for name, line in alerts.items() if line.runbook]
    rules = [_link(f"Alert: {name}", f"/alerting/list?search=rule:{name}", "bolt") for name in alerts]
    return [*there, *runbooks, *rules]


def _link(title: str, url: str, icon: str) -> dict[str, Any]:
    return {"asDropdown": False, "icon": icon, "includeVars": False, "keepTime": False, "tags": [],
            "targetBlank": True, "title": title, "tooltip": "", "type": "link", "url": url}  # fmt: skip
