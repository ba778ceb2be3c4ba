# ruff: noqa: INP001 - a script, not a package
"""A repository of monitoring as a large team has it: 500 files, 200 dashboards and 3,000 rules among them.

Nearly all of it is right, as in a repository that is audited for the second time. Some metrics nobody exposes, and a
few rules never fire.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DASHBOARDS, RULE_FILES, RULES, MODULES, PAGES = 200, 150, 20, 100, 46
_METRICS, _PANELS = 12, 14
_QUERIES = (
    'sum by (route) (rate(shop{0}_requests_{1}_total{{job="shop"}}[$__rate_interval]))',
    'sum(rate(shop{0}_requests_{1}_total{{job="shop", route="r{1}"}}[5m])) / sum(rate(shop{0}_requests_{1}_total[5m]))',
    "histogram_quantile(0.95, sum by (le) (rate(shop{0}_duration_{1}_seconds_bucket[$__rate_interval])))",
    "max by (instance) (node_filesystem_avail_bytes / node_filesystem_size_bytes)",
    'sum by (mode) (rate(node_cpu_seconds_total{{instance=~"$instance"}}[$__rate_interval]))',
    "shop{0}_queue_{1}",
)
_EXPRESSIONS = (
    'sum(rate(shop{0}_requests_{1}_total{{route="r{1}"}}[5m])) / sum(rate(shop{0}_requests_{1}_total[5m])) > 0.05',
    "histogram_quantile(0.99, sum by (le, job) (rate(shop{0}_duration_{1}_seconds_bucket[5m]))) > 0.5",
    'node_filesystem_avail_bytes{{mountpoint="/m{1}"}} / node_filesystem_size_bytes{{mountpoint="/m{1}"}} < 0.{1}1',
    'up{{job="shop"}} == 0',
    'predict_linear(node_filesystem_avail_bytes{{device="/dev/sd{1}"}}[6h], 86400) < 0',
    "shop{0}_queue_{1} > 100 and deriv(shop{0}_queue_{1}[15m]) > 0",
    "rate(other{0}_failures_{1}_total[5m]) > 0.1",
)


def write(folder: Path) -> int:
    """Write all files, and return how many there are."""
    files = dict(_files())
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return len(files)


def _files() -> list[tuple[str, str]]:
    return [
        ("prometheus.yml", _PROMETHEUS),
        ("alertmanager.yml", _ALERTMANAGER),
        ("compose.yml", _COMPOSE),
        ("README.md", "# Shop\n"),
        *((f"dashboards/team{number % 9}/d{number}.json", _dashboard(number)) for number in range(DASHBOARDS)),
        *((f"rules/r{number}.yml", _rules(number)) for number in range(RULE_FILES)),
        *((f"shop/m{number}.py", _module(number)) for number in range(MODULES)),
        *((f"runbooks/p{number}.md", _page(number)) for number in range(PAGES)),
    ]


_OWN_MARKS = {
    "builtIn": 1, "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "enable": True, "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts", "type": "dashboard",
}  # fmt: skip
"""What Grafana itself puts into each dashboard."""


def _dashboard(number: int) -> str:
    panels = [_panel(number, place) for place in range(_PANELS)]
    choices = [
        {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source",
         "current": {"text": "Prometheus", "value": "prometheus"}},
        {"name": "instance", "type": "query", "query": "label_values(node_uname_info, instance)",
         "datasource": {"type": "prometheus", "uid": "${datasource}"}, "refresh": 2, "multi": True, "includeAll": True,
         "current": {"text": "All", "value": "$__all"}},
    ]  # fmt: skip
    board = {
        "title": f"Shop {number}", "uid": f"shop-{number}", "schemaVersion": 39, "editable": True, "tags": ["shop"],
        "time": {"from": "now-6h", "to": "now"}, "templating": {"list": choices}, "panels": panels,
        "annotations": {"list": [_OWN_MARKS]},
    }  # fmt: skip
    return json.dumps(board, indent=2)


def _panel(number: int, place: int) -> dict[str, object]:
    asked = [_QUERIES[(place + more) % len(_QUERIES)].format(number % MODULES, place % _METRICS) for more in range(2)]
    source = {"type": "prometheus", "uid": "${datasource}"}
    return {
        "id": place + 1, "type": "timeseries", "pluginVersion": "11.6.0", "title": f"Panel {place}",
        "description": "What it shows.",
        "datasource": source, "gridPos": {"x": place % 2 * 12, "y": place // 2 * 8, "w": 12, "h": 8},
        "fieldConfig": {"defaults": {"unit": "short", "min": 0, "thresholds": {"mode": "absolute", "steps": [
            {"color": "green", "value": None}, {"color": "red", "value": 80}]}}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True}},
        "targets": [
            {"refId": "AB"[more], "expr": text, "legendFormat": "__auto", "datasource": source, "range": True}
            for more, text in enumerate(asked)
        ],
    }  # fmt: skip


def _rules(number: int) -> str:
    rules = "".join(
        _RULE.format(
            number=number, place=place, expr=_EXPRESSIONS[place % 7].format(number % MODULES, place % _METRICS)
        )
        for place in range(RULES)
    )
    return f"groups:\n  - name: g{number}\n    rules:\n{rules}"


def _module(number: int) -> str:
    return "from prometheus_client import Counter, Gauge, Histogram\n\n" + "".join(
        _METRIC.format(number=number, place=place) for place in range(_METRICS)
    )


def _page(number: int) -> str:
    return f"# Runbook {number}\n\n" + "".join(f"## A{place}\n\nLook at the logs.\n\n" for place in range(RULES))


_RULE = """\
      - alert: Shop{number}A{place}
        expr: {expr}
        for: 5m
        labels:
          severity: warning
        annotations:
          summary: "{{{{ $labels.job }}}} of {{{{ $labels.instance }}}} is at {{{{ $value }}}}"
          runbook_url: https://example.org/runbooks/p{number}#a{place}
"""
_METRIC = """\
requests_{number}_{place} = Counter("shop{number}_requests_{place}_total", "Requests", ["route"])
duration_{number}_{place} = Histogram("shop{number}_duration_{place}_seconds", "Duration", ["route"])
queue_{number}_{place} = Gauge("shop{number}_queue_{place}", "Jobs that wait")


def serve_{number}_{place}(route):
    with duration_{number}_{place}.labels(route).time():
        requests_{number}_{place}.labels(route).inc()
        queue_{number}_{place}.set(len(route))


serve_{number}_{place}("r{place}")


"""
_PROMETHEUS = """\
global: {scrape_interval: 15s, evaluation_interval: 15s}
rule_files: [rules/*.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ["alertmanager:9093"]}]}]}
scrape_configs:
  - {job_name: shop, static_configs: [{targets: ["shop:8000"]}]}
  - {job_name: node, static_configs: [{targets: ["node-exporter:9100"]}]}
"""
_ALERTMANAGER = """\
route: {receiver: hook}
receivers: [{name: hook, webhook_configs: [{url: "http://hook.example.org/"}]}]
"""
_COMPOSE = """\
services:
  shop: {build: .}
  node-exporter: {image: "prom/node-exporter:v1.9.1"}
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro", "./rules:/etc/prometheus/rules:ro"]
  alertmanager:
    image: prom/alertmanager:v0.28.1
    volumes: ["./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro"]
"""
