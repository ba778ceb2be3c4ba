"""Panels of the Model in Grafana's words: what each kind is drawn with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import promql as q
from gw2mon.generators.grafana import fields, seam
from gw2mon.generators.grafana.layout import Size

if TYPE_CHECKING:
    from gw2mon.generators.grafana.layout import Box
    from gw2mon.model import Panel
    from gw2mon.model.promises import AlertLine, Query

_SIZES = {
    "stat": Size(4, 4), "bar": Size(6, 8), "graph": Size(12, 8), "heatmap": Size(12, 8), "table": Size(24, 8),
    "logs": Size(24, 10), "text": Size(24, 3),
}  # fmt: skip
_WIDTHS = {"quarter": 6, "third": 8, "half": 12, "full": 24}
_INSTANT = ("bar", "table")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_REDUCED = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_HIDDEN_NOWHERE = {"tooltip": False, "viz": False, "legend": False}


def size(panel: Panel) -> Size:
    """What a panel asks for: the width that the spec says, or what suits its kind."""
    usual = _SIZES[panel.kind]
    return usual if panel.width is None else Size(_WIDTHS[panel.width], usual.height)


def drawn(panel: Panel, number: int, box: Box) -> seam.Drawn:
    """The panel in its place."""
    frame = seam.Frame(number, panel.title, panel.description, box, tuple(_links(panel)))
    is_graph = panel.kind == "graph"
    steps = fields.line_steps(panel.lines) if is_graph else fields.zone_steps(panel.lines)
    extra = {"fieldConfig": _field_config(panel), "options": _options(panel), "transformations": _columns(panel)}
    return seam.panel(panel.kind, frame, _targets(panel), steps, extra)


def _targets(panel: Panel) -> list[seam.Target]:
    if panel.kind == "logs":
        return [seam.Target({"datasource": seam.LOKI, "editorMode": "code", "expr": panel.text, "queryType": "range",
                             "refId": "A"})]  # fmt: skip
    return [_target(panel, query, refid(number)) for number, query in enumerate(panel.queries)]


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
        "interval": "",
        "legendFormat": query.legend or "__auto",
        "range": not instant,
        "refId": name,
    })  # fmt: skip


def refid(number: int) -> str:
    """A, B … Z, AA, AB …, as Grafana itself counts queries."""
    return (refid(number // 26 - 1) if number >= len(_LETTERS) else "") + _LETTERS[number % 26]


def _field_config(panel: Panel) -> dict[str, Any]:
    if panel.kind in ("text", "logs"):
        return {"defaults": {}, "overrides": []}
    if panel.kind == "heatmap":
        custom: dict[str, Any] = {"hideFrom": _HIDDEN_NOWHERE, "scaleDistribution": {"type": "linear"}}
        return {"defaults": {"custom": custom, "unit": "short"}, "overrides": []}
    unit = fields.unit(panel)
    defaults = {
        "color": {"mode": "palette-classic" if panel.kind == "graph" else "thresholds"},
        "custom": _custom(panel),
        "decimals": fields.decimals(unit),
        "mappings": fields.mappings(panel.lines),
        "noValue": "No data",
        "unit": unit,
        **({} if panel.signed else {"min": 0}),
    }
    return {"defaults": defaults, "overrides": fields.value_overrides(panel)}


def _custom(panel: Panel) -> dict[str, Any]:
    """What only one kind of panel has for each field."""
    if panel.kind == "table":
        return {"align": "auto", "cellOptions": {"type": "auto"}, "filterable": False, "inspect": False}
    if panel.kind != "graph":
        return {}
    return {
        **({"axisSoftMin": 0} if panel.signed else {}),
        "axisLabel": "",
        "axisPlacement": "auto",
        "barAlignment": 0,
        "drawStyle": "line",
        "fillOpacity": 10,
        "gradientMode": "none",
        "hideFrom": _HIDDEN_NOWHERE,
        "lineInterpolation": "linear",
        "lineWidth": 2,
        "pointSize": 5,
        "scaleDistribution": {"type": "linear"},
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "none"},
        "thresholdsStyle": {"mode": "dashed" if panel.lines else "off"},
    }


def _options(panel: Panel) -> dict[str, Any]:
    match panel.kind:
        case "graph":
            legend = {"calcs": ["mean", "max", "lastNotNull"], "displayMode": "table", "placement": "bottom"}
            return {"legend": {**legend, "showLegend": True}, "tooltip": {"mode": "multi", "sort": "desc"}}
        case "stat":
            return {"colorMode": "value", "graphMode": "area", "justifyMode": "auto", "orientation": "auto",
                    "reduceOptions": _REDUCED, "showPercentChange": False, "textMode": "auto",
                    "wideLayout": True}  # fmt: skip
        case "bar":
            return {"displayMode": "basic", "minVizHeight": 16, "minVizWidth": 8, "namePlacement": "auto",
                    "orientation": "horizontal", "reduceOptions": _REDUCED, "showUnfilled": True, "sizing": "auto",
                    "valueMode": "color"}  # fmt: skip
        case "table":
            return {"cellHeight": "sm", "showHeader": True, "sortBy": []}
        case "heatmap":
            return _heatmap_options(fields.unit(panel))
        case "logs":
            return {"dedupStrategy": "none", "enableLogDetails": True, "prettifyLogMessage": False,
                    "showCommonLabels": False, "showLabels": False, "showTime": True, "sortOrder": "Descending",
                    "wrapLogMessage": True}  # fmt: skip
        case "text":
            return {"mode": "markdown", "content": panel.text}


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


def _columns(panel: Panel) -> list[dict[str, Any]]:
    """A table without the time of its rows; values are named after what they are, or left out if they say nothing."""
    if panel.kind != "table":
        return []
    several = len(panel.queries) > 1
    values = {f"Value #{refid(number)}" if several else "Value": query.legend or panel.title
              for number, query in enumerate(panel.queries)}  # fmt: skip
    only_labels = all(not query.legend for query in panel.queries)
    organize = {
        "excludeByName": {"Time": True, **(dict.fromkeys(values, True) if only_labels else {})},
        "indexByName": {},
        "renameByName": {} if only_labels else values,
    }
    merge = [{"id": "merge", "options": {}}] if several else []
    return [*merge, {"id": "organize", "options": organize}]


def _links(panel: Panel) -> list[dict[str, Any]]:
    """To the runbook of each alert that is drawn, and to the alert itself."""
    alerts: dict[str, AlertLine] = {line.alert: line for line in panel.lines}
    runbooks = [_link(f"Runbook: {name}", line.runbook, "doc") for name, line in alerts.items() if line.runbook]
    return [*runbooks, *(_link(f"Alert: {name}", f"/alerting/list?search=rule:{name}", "bolt") for name in alerts)]


def _link(title: str, url: str, icon: str) -> dict[str, Any]:
    return {"asDropdown": False, "icon": icon, "includeVars": False, "keepTime": False, "tags": [],
            "targetBlank": True, "title": title, "tooltip": "", "type": "link", "url": url}  # fmt: skip
