"""The alerts and panels of the published observability guide, word by word: what is wrong with each is said.

What no query tells is not here: that nothing sets a gauge such as gw2_db_connections_active, so that it stays 0.
"""

import pytest

from tests.spec_editing import Draft, findings_of

GUIDE = Draft(
    "guide.yaml",
    """\
version: 1
service: gw2optimizer
team: backend
runbooks: https://example.org/runbook#{alert}
scrape-defaults: {interval: 15s, timeout: 10s}
scrape:
  gw2optimizer: {targets: ["host.docker.internal:8000"], exposes: [http, own]}
metrics:
  http: {catalog: fastapi}
  own:
    gw2_ai_requests_total:
      type: counter
      help: Total number of AI requests
      labels: {model: {known: [mistral], limit: 10}, operation: {known: [compose_team], limit: 10}}
    gw2_ai_request_duration_seconds:
      type: histogram
      help: Duration of AI requests
      labels: {model: {known: [mistral], limit: 10}, operation: {known: [compose_team], limit: 10}}
      buckets: [100ms, 500ms, 1s, 2s, 5s, 10s, 30s, 60s]
    gw2_db_connections_active: {type: gauge, help: Active database connections}
    gw2_cache_hit_rate: {type: gauge, unit: ratio, help: Share of lookups that hit}
    gw2_users_active: {type: gauge, help: Users of the last day}
notify:
  receivers: {chat: {slack: {channel: "#alerts", api-url-file: /run/secrets/slack}}}
  routes: [{severity: critical, to: chat}, {severity: warning, to: chat}]
stack: {platform: compose}
""",
)
ALERTS = {
    "HighErrorRate": 'rate(http_requests_total{status=~"5.."}[5m]) / rate(http_requests_total[5m]) > 0.05',
    "SlowResponses": "histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 2",
    "DatabaseDown": "gw2_db_connections_active == 0",
    "ErrorRateAboveOnePercent": 'rate(http_requests_total{status=~"5.."}[5m]) / rate(http_requests_total[5m]) > 0.01',
    "ResponsesAboveOneSecond": "histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 1",
    "CacheHitRateBelowHalf": "gw2_cache_hit_rate < 50",
    "DiskUsage": "100 * (1 - node_filesystem_avail_bytes / node_filesystem_size_bytes) > 80",
    "LatencyOfTheObjective": "histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 0.2",
}
PANELS = {
    "Request Rate": "rate(http_requests_total[5m])",
    "Error Rate": 'rate(http_requests_total{status=~"5.."}[5m])',
    "Response Time P95": "histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m]))",
    "Active Users": "gw2_users_active",
    "AI Requests by Model": "rate(gw2_ai_requests_total[5m])",
    "AI Request Duration P95": "histogram_quantile(0.95, rate(gw2_ai_request_duration_seconds_bucket[5m]))",
    "DB Connections": "gw2_db_connections_active",
    "Cache Hit Rate": "gw2_cache_hit_rate",
    "Size of requests": "http_request_size_bytes",
}
EVERY_SERVICE, UNPROVEN = ("GW303", "warning"), ("GW406", "warning")
FOUND = {
    "HighErrorRate": [EVERY_SERVICE, EVERY_SERVICE, ("GW319", "error")],
    "SlowResponses": [EVERY_SERVICE, ("GW315", "warning"), ("GW401", "error")],
    "DatabaseDown": [EVERY_SERVICE, UNPROVEN],
    "ErrorRateAboveOnePercent": [EVERY_SERVICE, EVERY_SERVICE, ("GW319", "error")],
    "ResponsesAboveOneSecond": [EVERY_SERVICE, ("GW315", "warning"), ("GW401", "error")],
    "CacheHitRateBelowHalf": [EVERY_SERVICE, ("GW402", "error")],
    "DiskUsage": [("GW201", "error"), ("GW201", "error")],
    "LatencyOfTheObjective": [EVERY_SERVICE, ("GW315", "warning"), ("GW403", "warning"), UNPROVEN],
    "Request Rate": [],
    "Error Rate": [],
    "Response Time P95": [("GW315", "warning")],
    "Active Users": [],
    "AI Requests by Model": [],
    "AI Request Duration P95": [("GW315", "warning")],
    "DB Connections": [],
    "Cache Hit Rate": [],
    "Size of requests": [("GW201", "error")],
}


def _told(section: str) -> list[tuple[str, str]]:
    spec = GUIDE._replace(text=GUIDE.text + section)
    return sorted((found.code, found.severity) for found in findings_of(spec))


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_of_the_guide_is_explained(alert):
    assert _told(f"alerts:\n  {alert}: {{expr: '{ALERTS[alert]}', for: 5m, severity: critical}}\n") == FOUND[alert]


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_of_the_guide_is_explained(panel):
    rows = f"    rows:\n      - - {{expr: '{PANELS[panel]}', title: {panel}}}\n"
    assert _told(f"dashboards:\n  guide:\n    title: Guide\n{rows}") == FOUND[panel]
