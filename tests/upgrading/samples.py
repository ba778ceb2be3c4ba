"""Dashboards as Grafana wrote them in its time, and as people keep them in their repositories."""

import copy

GRAPH = {
    "type": "graph", "id": 1, "title": "Requests", "span": 8, "datasource": "Prometheus", "editable": True,
    "error": False,
    "lines": True, "bars": False, "points": False, "pointradius": 5, "fill": 2, "linewidth": 3, "stack": True,
    "percentage": False, "steppedLine": False, "nullPointMode": "connected", "renderer": "flot", "timeFrom": None,
    "aliasColors": {"5xx": "#BF1B00"},
    "seriesOverrides": [
        {"alias": "/p9\\d/", "yaxis": 2, "fill": 0, "linewidth": 1, "dashes": True, "zindex": 3},
        {"alias": "limit", "bars": True, "color": "red", "legend": False, "stack": False},
    ],
    "targets": [
        {"expr": 'sum by (code) (rate(http_requests_total{job=~"$job"}[$__interval]))', "intervalFactor": 2,
         "legendFormat": "{{code}}", "metric": "http_requests_total", "refId": "A", "step": 240},
        {"expr": "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))",
         "intervalFactor": 1, "legendFormat": "p95", "refId": "B", "hide": False},
    ],
    "thresholds": [
        {"colorMode": "critical", "fill": True, "line": True, "op": "gt", "value": 500},
        {"colorMode": "warning", "fill": True, "line": True, "op": "gt", "value": 200},
    ],
    "legend": {"show": True, "values": True, "current": True, "max": True, "avg": False, "min": False, "total": False,
               "alignAsTable": True, "rightSide": True, "sort": "max", "sortDesc": True, "hideZero": True},
    "tooltip": {"shared": True, "sort": 2, "value_type": "individual"},
    "xaxis": {"mode": "time", "name": None, "show": True, "values": []},
    "yaxes": [
        {"format": "reqps", "label": "Requests", "logBase": 10, "max": None, "min": "0", "show": True},
        {"format": "s", "label": "Latency", "logBase": 1, "max": "2.5", "min": None, "show": True},
    ],
}  # fmt: skip

SINGLESTAT = {
    "type": "singlestat", "id": 2, "title": "Instances up", "span": 4, "datasource": "Prometheus", "format": "none",
    "prefix": "", "postfix": " up", "nullText": None, "valueName": "current", "valueFontSize": "80%", "interval": None,
    "colorBackground": False, "colorValue": True, "thresholds": "1,2.5", "decimals": 1, "maxDataPoints": 100,
    "colors": ["rgba(245, 54, 54, 0.9)", "rgba(237, 129, 40, 0.89)", "rgba(50, 172, 45, 0.97)"],
    "gauge": {"maxValue": 100, "minValue": 0, "show": False, "thresholdLabels": False, "thresholdMarkers": True},
    "sparkline": {"show": True, "full": False, "lineColor": "rgb(31, 120, 193)",
                  "fillColor": "rgba(31, 118, 189, 0.18)"},
    "mappingType": 1, "mappingTypes": [{"name": "value to text", "value": 1}, {"name": "range to text", "value": 2}],
    "valueMaps": [{"op": "=", "text": "N/A", "value": "null"}, {"op": "=", "text": "none", "value": "0"}],
    "rangeMaps": [{"from": "null", "text": "N/A", "to": "null"}],
    "targets": [{"expr": 'count(up{job=~"$job"} == 1)', "intervalFactor": 1, "refId": "A", "step": 600}],
}  # fmt: skip

DISK = {
    **SINGLESTAT, "id": 3, "title": "Disk used", "format": "percent", "valueName": "avg", "postfix": "",
    "gauge": {"maxValue": 90, "minValue": 10, "show": True, "thresholdLabels": True, "thresholdMarkers": False},
    "mappingType": 2, "rangeMaps": [{"from": "0", "to": "20", "text": "empty"}],
}  # fmt: skip

NOTE = {"type": "text", "id": 4, "title": "Read this", "span": 12, "mode": "markdown", "content": "# Shop\nAsk *us*.",
        "height": "100px", "links": []}  # fmt: skip

GRAFANA_4 = {
    "id": 17, "title": "Shop", "schemaVersion": 14, "style": "dark", "editable": True, "hideControls": False,
    "sharedCrosshair": True, "gnetId": None, "refresh": "30s", "timezone": "browser", "version": 7, "tags": ["shop"],
    "time": {"from": "now-3h", "to": "now"},
    "timepicker": {"refresh_intervals": ["10s", "30s", "1m"], "time_options": ["5m", "1h"]},
    "links": [{"type": "dashboards", "title": "Others", "tags": ["shop"], "icon": "external link", "asDropdown": True}],
    "rows": [
        {"title": "Traffic", "collapse": False, "showTitle": True, "height": "300px", "editable": True,
         "panels": [GRAPH, SINGLESTAT, DISK]},
        {"title": "Notes", "collapse": True, "showTitle": False, "height": 200, "repeat": None, "panels": [NOTE]},
    ],
    "templating": {"list": [
        {"type": "query", "name": "job", "label": None, "datasource": "Prometheus", "query": "label_values(up, job)",
         "refresh": 1, "sort": 1, "hide": 0, "multi": True, "includeAll": True, "allValue": None, "regex": "",
         "options": [], "current": {"text": "All", "value": "$__all"}, "useTags": False, "tagsQuery": ""},
        {"type": "custom", "name": "zone", "query": "a,b", "includeAll": False, "multi": False, "current": {},
         "options": [{"text": "a", "value": "a", "selected": False}, {"text": "b", "value": "b", "selected": True}]},
    ]},
    "annotations": {"list": [
        {"name": "Restarts", "datasource": "Prometheus", "enable": True, "iconColor": "rgba(255, 96, 96, 1)",
         "expr": "changes(process_start_time_seconds[1m]) > 0", "step": "30s", "tagKeys": "job",
         "titleFormat": "restart",
         "showLine": True, "lineColor": "red"},
    ]},
}  # fmt: skip
"""Rows, graphs, singlestats; a variable of Prometheus; annotations in the old form."""

ENVELOPE = {
    "meta": {"type": "db", "canSave": True, "slug": "shop", "folderTitle": "Services"},
    "dashboard": {**GRAFANA_4, "uid": "shop-1"},
}
"""What GET /api/dashboards/db/shop answers."""

_CONDITIONS = [
    {"evaluator": {"params": [0.05], "type": "gt"}, "operator": {"type": "and"}, "type": "query",
     "query": {"params": ["A", "5m", "now"]}, "reducer": {"params": [], "type": "avg"}},
    {"evaluator": {"params": [1, 9], "type": "within_range"}, "operator": {"type": "or"}, "type": "query",
     "query": {"params": ["B", "10m", "now"]}, "reducer": {"params": [], "type": "max"}},
]  # fmt: skip
ALERT = {"name": "Requests fail", "conditions": _CONDITIONS, "executionErrorState": "alerting", "for": "5m",
         "frequency": "1m", "handler": 1, "noDataState": "no_data", "message": "Look",
         "notifications": [{"id": 3}]}  # fmt: skip
GRAFANA_6 = {
    "id": 3, "uid": "errors-6", "title": "Errors", "schemaVersion": 18, "version": 3, "iteration": 1562071234567,
    "editable": True, "graphTooltip": 1, "style": "dark", "tags": [], "links": [], "refresh": False,
    "time": {"from": "now-6h", "to": "now"}, "timepicker": {}, "timezone": "",
    "annotations": {"list": [
        {"builtIn": 1, "datasource": "-- Grafana --", "enable": True, "hide": True, "iconColor": "rgba(0, 211, 255, 1)",
         "name": "Annotations & Alerts", "type": "dashboard"},
        {"datasource": "-- Grafana --", "enable": True, "iconColor": "#5794F2", "limit": 50, "name": "Deploys",
         "tags": ["deploy"], "type": "tags"},
    ]},
    "templating": {"list": [
        {"type": "datasource", "name": "source", "query": "prometheus", "current": {"text": "Main", "value": "Main"},
         "hide": 0, "options": [], "refresh": 1, "regex": ""},
    ]},
    "panels": [
        {"type": "graph", "id": 2, "title": "Errors", "datasource": "$source", "gridPos": {"x": 0, "y": 1, "w": 12,
                                                                                           "h": 8},
         "alert": ALERT, "bars": True, "lines": False, "nullPointMode": "null as zero", "legend": {"show": False},
         "targets": [{"expr": "sum(rate(errors_total[5m]))", "format": "time_series", "refId": "A"},
                     {"expr": "sum(queue_length)", "format": "time_series", "refId": "B"}],
         "thresholds": [{"colorMode": "critical", "fill": True, "line": False, "op": "lt", "value": 0.05}],
         "yaxes": [{"format": "percentunit", "show": True}, {"format": "short", "show": False}],
         "links": [{"dashboard": "Shop Details", "title": "Details", "type": "dashboard", "keepTime": True,
                    "params": "var-zone=a"}],
         "options": {"dataLinks": []}},
        {"type": "gauge", "id": 4, "title": "Memory", "datasource": "$source", "gridPos": {"x": 12, "y": 1, "w": 6,
                                                                                           "h": 8},
         "options": {"fieldOptions": {
             "calcs": ["last"], "values": False,
             "defaults": {"unit": "percent", "min": 0, "max": 100, "title": "Used", "decimals": 1},
             "mappings": [{"id": 1, "op": "=", "text": "none", "type": 1, "value": "0"}], "override": {},
             "thresholds": [{"color": "green", "index": 0, "value": None}, {"color": "red", "index": 1, "value": 80}]},
             "orientation": "auto", "showThresholdLabels": False, "showThresholdMarkers": True},
         "pluginVersion": "6.2.5", "targets": [{"expr": "memory_used_percent", "refId": "A"}]},
        {"type": "row", "id": 1, "title": "All", "collapsed": False, "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1},
         "panels": []},
        {"type": "row", "id": 8, "title": "More", "collapsed": True, "gridPos": {"x": 0, "y": 9, "w": 24, "h": 1},
         "panels": [
             {"type": "heatmap", "id": 5, "title": "Latency", "datasource": "$source",
              "gridPos": {"x": 0, "y": 10, "w": 12, "h": 8}, "dataFormat": "tsbuckets", "hideZeroBuckets": True,
              "cards": {"cardPadding": 2, "cardRound": None}, "heatmap": {}, "legend": {"show": True},
              "color": {"cardColor": "#b4ff00", "colorScale": "sqrt", "colorScheme": "interpolateSpectral",
                        "exponent": 0.5, "mode": "spectrum"},
              "highlightCards": True, "reverseYBuckets": False, "tooltip": {"show": True, "showHistogram": False},
              "xAxis": {"show": True}, "yAxis": {"decimals": 0, "format": "s", "logBase": 1, "show": True},
              "yBucketBound": "upper",
              "targets": [{"expr": "sum by (le) (increase(latency_seconds_bucket[$__interval]))", "format": "heatmap",
                           "legendFormat": "{{le}}", "refId": "A"}]},
             {"type": "grafana-piechart-panel", "id": 6, "title": "By code", "datasource": "$source",
              "gridPos": {"x": 12, "y": 10, "w": 12, "h": 8}, "pieType": "donut", "valueName": "total",
              "format": "short", "legendType": "Right side", "legend": {"show": True, "values": True,
                                                                        "percentage": True},
              "aliasColors": {"500": "red"}, "strokeWidth": 1, "fontSize": "80%", "breakPoint": "50%",
              "combine": {"label": "Others", "threshold": 0}, "cacheTimeout": None,
              "targets": [{"expr": "sum by (code) (errors_total)", "legendFormat": "{{code}}", "refId": "A"}]},
         ]},
    ],
}  # fmt: skip
"""A grid, a panel with an alert, options of gauges among the field options, a collapsed row."""

STYLED_TABLE = {
    "type": "table", "id": 1, "title": "Instances", "datasource": "Prometheus", "columns": [], "fontSize": "100%",
    "gridPos": {"x": 0, "y": 0, "w": 24, "h": 8}, "pageSize": 20, "scroll": True, "showHeader": True, "links": [],
    "sort": {"col": 2, "desc": True}, "transform": "table",
    "styles": [
        {"alias": "When", "dateFormat": "YYYY-MM-DD HH:mm", "pattern": "Time", "type": "date"},
        {"alias": "", "pattern": "/__name__|job/", "type": "hidden", "unit": "short"},
        {"alias": "Used", "colorMode": "cell", "colors": ["green", "orange", "red"], "decimals": 1,
         "pattern": "Value #A",
         "thresholds": ["70", "90"], "type": "number", "unit": "percent", "align": "right"},
        {"alias": "State", "colorMode": "value", "pattern": "Value #B", "type": "string", "mappingType": 1,
         "valueMaps": [{"text": "up", "value": "1"}, {"text": "down", "value": "0"}], "colors": [], "thresholds": []},
        {"alias": "Host", "link": True, "linkTargetBlank": True, "linkTooltip": "Open it", "pattern": "instance",
         "linkUrl": "/d/host?var-instance=$__cell", "type": "string"},
        {"alias": "", "decimals": 2, "pattern": "/.*/", "type": "number", "unit": "short", "colorMode": None},
    ],
    "targets": [
        {"expr": "disk_used_percent", "format": "table", "instant": True, "intervalFactor": 1, "refId": "A"},
        {"expr": "up", "format": "table", "instant": True, "intervalFactor": 1, "refId": "B"},
    ],
}  # fmt: skip
TABLES = {"uid": "tables", "title": "Tables", "schemaVersion": 16, "panels": [STYLED_TABLE], "time": {}, "rows": []}

EXPORTED = {
    "__inputs": [{"name": "DS_PROMETHEUS", "label": "Prometheus", "type": "datasource", "pluginId": "prometheus"}],
    "__requires": [{"type": "grafana", "id": "grafana", "name": "Grafana", "version": "5.0.0"}],
    "uid": "exported", "title": "Exported", "schemaVersion": 16, "annotations": {"list": []}, "tags": [],
    "panels": [
        {"type": "graph", "id": 1, "title": "Up", "datasource": "${DS_PROMETHEUS}",
         "gridPos": {"x": 0, "y": 0, "w": 24, "h": 8}, "targets": [{"expr": "up", "refId": "A"}]},
        {"type": "graph", "id": 1, "title": "Up again", "datasource": "${DS_PROMETHEUS}",
         "gridPos": {"x": 0, "y": 4, "w": 24, "h": 8}, "targets": [{"expr": "up", "refId": "A"}]},
    ],
}  # fmt: skip
"""For sharing at grafana.com; two panels have one id, and lie over one another."""

EVERY = {"Grafana 4": GRAFANA_4, "envelope": ENVELOPE, "Grafana 6": GRAFANA_6, "tables": TABLES, "exported": EXPORTED}


def board(*panels, **keys):
    """A dashboard of Grafana 5 with these panels, one below the other."""
    placed = [{"gridPos": {"x": 0, "y": 8 * number, "w": 24, "h": 8}, "id": number + 1, "targets": [], **panel}
              for number, panel in enumerate(panels)]  # fmt: skip
    return copy.deepcopy({"uid": "old", "title": "Old", "schemaVersion": 16, "panels": placed, **keys})
