"""Monitoring as people have it: what `gw2mon import` makes specs of, each file by its path."""

import json

SHOP_SECRETS = ("T0AAAAAAA/B0BBBBBBB/cccccccccccccccccccccccc", "0123456789abcdef0123456789abcdef", "hunter2hunter2")
"""What no spec, message or comment may repeat."""

METRICS_MODULE = '''\
"""Metrics of the shop."""
from prometheus_client import Counter, Gauge, Histogram, Info

REGION_LABELS = ["region"]

orders = Counter("shop_orders_total", "Orders that were placed.", ["status", "payment"])
order_time = Histogram(
    "shop_order_duration_seconds", "Time to place an order.", ["payment"], buckets=(0.1, 0.5, 1, 2, 5, 10)
)
queue_length = Gauge("shop_queue_length", "Orders that wait.")
stock = Gauge("shop_stock_items", "Items in stock.", ["warehouse"])
last_export = Gauge("shop_last_export_timestamp_seconds", "When the last export succeeded.")
emails = Counter("shop_emails_sent", "Mails that were sent.", REGION_LABELS)
build = Info("shop_build", "Version of the shop.")


def place(payment, status, seconds):
    orders.labels(status=status, payment=payment).inc()
    order_time.labels(payment).observe(seconds)


def watch(length, items):
    queue_length.set(length)
    stock.labels("north").set(items)
    last_export.set_to_current_time()
    emails.labels("eu").inc()
    build.info({"version": "1"})
'''

MAIN_MODULE = """\
from fastapi import FastAPI
from prometheus_fastapi_instrumentator import Instrumentator

app = FastAPI()
Instrumentator(excluded_handlers=["/metrics"], should_group_status_codes=False).instrument(app).expose(app)
"""

SHOP_RULES = """\
groups:
  - name: records
    rules:
      - record: shop:orders:rate5m
        expr: sum(rate(shop_orders_total[5m]))
      - record: shop:orders_failed:rate5m
        expr: sum(rate(shop_orders_total{status="failed"}[5m]))
  - name: shop
    rules:
      # A share, said twice.
      - alert: HighErrorRate
        expr: sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.05
        for: 5m
        labels: {severity: critical, team: backend}
        annotations:
          summary: Many requests fail
          description: "{{ $value | humanizePercentage }} of requests fail."
          runbook_url: https://wiki.example.org/runbook#HighErrorRate
      - alert: HighErrorRate
        expr: sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.01
        for: 10m
        labels: {severity: warning, team: backend}
        annotations:
          summary: Many requests fail
          description: "{{ $value | humanizePercentage }} of requests fail."
          runbook_url: https://wiki.example.org/runbook#HighErrorRate
      - alert: OrdersFail
        expr: shop:orders_failed:rate5m / shop:orders:rate5m > 0.1
        for: 5m
        labels: {severity: page, team: backend}
        annotations: {summary: Orders fail, runbook_url: https://wiki.example.org/runbook#OrdersFail}
      - alert: SlowOrders
        expr: histogram_quantile(0.95, sum by (le) (rate(shop_order_duration_seconds_bucket[5m]))) > 2
        for: 10m
        labels: {severity: warning, team: backend, component: orders}
        annotations: {summary: Orders are slow, runbook_url: https://wiki.example.org/runbook#SlowOrders}
      - alert: QueueLong
        expr: shop_queue_length > 100
        for: 15m
        labels: {severity: warning, team: backend}
        annotations: {summary: Orders wait, runbook_url: https://wiki.example.org/runbook#QueueLong}
      - alert: StockLow
        expr: min by (warehouse) (shop_stock_items) < 10
        labels: {severity: info, team: logistics}
        annotations:
          summary: "{{ $labels.warehouse }} runs out"
          runbook_url: https://wiki.example.org/runbook#StockLow
      - alert: ExportStale
        expr: time() - shop_last_export_timestamp_seconds > 26 * 3600
        labels: {severity: warning, team: backend}
        annotations: {summary: No export for a day, runbook_url: https://wiki.example.org/runbook#ExportStale}
      - alert: QueueUnknown
        expr: absent(shop_queue_length)
        for: 10m
        labels: {severity: critical, team: backend}
        annotations: {summary: Nobody counts the queue, runbook_url: https://wiki.example.org/runbook#QueueUnknown}
      - alert: Traffic Gone
        expr: sum(rate(http_requests_total{method="POST"}[10m])) < 0.1
        for: 10m
        labels: {severity: warning, team: backend}
        annotations: {summary: No orders come in, runbook_url: https://wiki.example.org/runbook#TrafficGone}
      - alert: DiskFull
        expr: |
          (1 - node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes{mountpoint="/"}) > 0.9
        for: 10m
        labels: {severity: critical, team: backend}
        annotations:
          summary: "Disk of {{ $labels.instance }} is full"
          runbook_url: https://wiki.example.org/runbook#DiskFull
      - alert: Flapping
        expr: avg_over_time(shop:orders:rate5m[1h]) > 10
        keep_firing_for: 5m
        labels: {severity: warning, team: backend}
        annotations: {summary: Many orders, dashboard: orders, runbook_url: https://wiki.example.org/runbook#Flapping}
      - alert: Watchdog
        expr: vector(1)
        labels: {severity: none}
"""

SHOP_PROMETHEUS = """\
global:
  scrape_interval: 30s
  evaluation_interval: 30s
  external_labels: {region: eu}
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - static_configs: [{targets: ["alertmanager:9093"]}]
scrape_configs:
  - job_name: shop
    scrape_interval: 15s
    static_configs:
      - targets: ["shop:8000"]
        labels: {env: prod}
  - job_name: node
    static_configs: [{targets: ["node-exporter:9100"]}]
  - job_name: prometheus
    static_configs: [{targets: ["localhost:9090"]}]
  - job_name: blackbox
    metrics_path: /probe
    params: {module: [http_2xx]}
    static_configs: [{targets: ["https://shop.example.org"]}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__param_target], target_label: instance}
      - {target_label: __address__, replacement: "blackbox-exporter:9115"}
remote_write:
  - url: https://store.example.org/write
"""

SHOP_ALERTMANAGER = f"""\
global:
  slack_api_url: https://hooks.slack.com/services/{SHOP_SECRETS[0]}
  smtp_smarthost: smtp.example.org:587
  smtp_from: alerts@example.org
  smtp_auth_username: alerts
  smtp_auth_password: {SHOP_SECRETS[2]}
route:
  receiver: mail
  group_by: [alertname]
  group_wait: 10s
  routes:
    - matchers: [alertname="Watchdog"]
      receiver: heartbeat
    - matchers: [severity=~"critical|page"]
      receiver: pager
      continue: true
    - matchers: ['severity="critical"']
      receiver: chat
    - match: {{team: logistics}}
      receiver: warehouse
      repeat_interval: 24h
      routes:
        - match_re: {{severity: info|none}}
          receiver: chat
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_matchers: [severity="warning"]
    equal: [alertname]
receivers:
  - name: mail
    email_configs: [{{to: ops@example.org}}]
  - name: pager
    pagerduty_configs: [{{routing_key: {SHOP_SECRETS[1]}, class: shop}}]
  - name: chat
    slack_configs: [{{channel: "#shop", send_resolved: true, title: "{{{{ .CommonLabels.alertname }}}}"}}]
  - name: warehouse
    webhook_configs: [{{url: "http://warehouse:9000/alerts"}}]
    opsgenie_configs: [{{api_key_file: /run/secrets/opsgenie}}]
  - name: heartbeat
    webhook_configs: [{{url: "http://deadman:9000/ping"}}]
"""


def panel(title, *exprs, kind="timeseries", x=0, y=0, w=12, unit="", **more):
    """A panel as Grafana saves it."""
    targets = [
        {"refId": "ABCDEFG"[number], "expr": expr, "legendFormat": more.get("legend", "__auto")}
        for number, expr in enumerate(exprs)
    ]
    return {
        "title": title, "type": kind, "gridPos": {"x": x, "y": y, "w": w, "h": 8}, "targets": targets,
        "datasource": {"type": "prometheus", "uid": "prom"},
        "fieldConfig": {"defaults": {"unit": unit}, "overrides": more.get("overrides", [])},
        **({"options": more["options"]} if "options" in more else {}),
    }  # fmt: skip


def quantile(level, window="$__rate_interval"):
    return f"histogram_quantile({level}, sum by (le) (rate(shop_order_duration_seconds_bucket[{window}])))"


SHOP_DASHBOARD = {
    "title": "Shop", "uid": "shop", "schemaVersion": 39, "description": "What the shop does.",
    "templating": {"list": [
        {"name": "payment", "type": "query", "query": "label_values(shop_orders_total, payment)"},
        {"name": "instance", "type": "query", "query": "label_values(up, instance)"},
    ]},
    "panels": [
        panel("Requests", "sum(rate(http_requests_total[5m]))"),
        panel("Errors", 'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))',
              x=12, unit="percentunit"),
        {"type": "row", "title": "Orders", "gridPos": {"x": 0, "y": 8, "w": 24, "h": 1}, "panels": []},
        panel("Order time", quantile("0.5"), quantile("0.95"), y=9, unit="s"),
        panel("Orders by payment", 'sum by (payment) (rate(shop_orders_total{payment=~"$payment"}[$__rate_interval]))',
              x=12, y=9),
        panel("Queue", 'shop_queue_length{instance=~"$instance"}', kind="gauge", y=17, w=6),
        panel("Stock", "sum by (warehouse) (shop_stock_items)", kind="bargauge", x=6, y=17, w=6),
        panel("Lookups", "rate(shop_emails_sent_total[5m])", "shop:orders:rate5m", x=12, y=17, unit="reqps",
              legend="{{region}}"),
        panel("Duration", "sum by (le) (increase(shop_order_duration_seconds_bucket[$__rate_interval]))",
              kind="heatmap", y=25),
        panel("Notes", kind="text", x=12, y=25, options={"content": "Call the warehouse."}),
        panel("Memory", 'process_resident_memory_bytes{job="shop"} / 2', y=33, unit="bytes",
              overrides=[{"matcher": {"id": "byName"}}]),
        panel("Alerts", kind="alertlist", x=12, y=33),
    ],
    "annotations": {"list": [{"builtIn": 1, "name": "Annotations"}, {"name": "Deployments", "enable": True}]},
}  # fmt: skip

SHOP = {
    "app/metrics.py": METRICS_MODULE,
    "app/main.py": MAIN_MODULE,
    "monitoring/rules.yml": SHOP_RULES,
    "monitoring/prometheus.yml": SHOP_PROMETHEUS,
    "monitoring/alertmanager.yml": SHOP_ALERTMANAGER,
    "monitoring/dashboards/shop.json": json.dumps(SHOP_DASHBOARD, indent=2),
    "docker-compose.yml": "services:\n  prometheus: {image: prom/prometheus}\n",
}
"""A FastAPI service with a metrics module, the usual rules, and a dashboard that grew."""

GUIDE_PROMETHEUS = """\
global:
  scrape_interval: 15s
  evaluation_interval: 15s

scrape_configs:
  - job_name: 'gw2optimizer'
    static_configs:
      - targets: ['host.docker.internal:8000']
    metrics_path: '/metrics'
"""

GUIDE_ALERTS = """\
alert: HighErrorRate
expr: rate(http_requests_total{status=~"5.."}[5m]) / rate(http_requests_total[5m]) > 0.05
for: 5m
annotations:
  summary: "High error rate detected"
""", """\
alert: SlowResponses
expr: histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 2
for: 5m
""", """\
alert: DatabaseDown
expr: gw2_db_connections_active == 0
for: 1m
"""  # fmt: skip

GUIDE_DASHBOARDS = {
    "System Overview": (
        ("Request Rate", "graph", "rate(http_requests_total[5m])"),
        ("Error Rate", "graph", 'rate(http_requests_total{status=~"5.."}[5m])'),
        ("Response Time P95", "graph", "histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m]))"),
        ("Active Users", "stat", "gw2_users_active"),
    ),
    "AI Performance": (
        ("AI Requests by Model", "graph", "rate(gw2_ai_requests_total[5m])"),
        ("AI Request Duration P95", "graph",
         "histogram_quantile(0.95, rate(gw2_ai_request_duration_seconds_bucket[5m]))"),
        ("Tokens Used", "graph", "rate(gw2_ai_tokens_used_total[5m])"),
        ("AI Feedback Rate", "graph", "rate(gw2_ai_feedback_total[5m])"),
    ),
    "Database & Cache": (
        ("DB Query Duration P95", "graph", "histogram_quantile(0.95, rate(gw2_db_query_duration_seconds_bucket[5m]))"),
        ("DB Connections", "graph", "gw2_db_connections_active"),
        ("Cache Hit Rate", "gauge", "gw2_cache_hit_rate"),
        ("Cache Operations", "graph", "rate(gw2_cache_operations_total[5m])"),
    ),
}  # fmt: skip


def _as_rules(alerts):
    items = ("      - " + alert.strip().replace("\n", "\n        ") for alert in alerts)
    return "groups:\n  - name: guide\n    rules:\n" + "\n".join(items) + "\n"


GUIDE = {
    "prometheus.yml": GUIDE_PROMETHEUS,
    "rules.yml": _as_rules(GUIDE_ALERTS),
    **{
        f"dashboards/{number}.json": json.dumps(
            {
                "title": title,
                "panels": [
                    panel(name, query, kind=kind, x=12 * (place % 2), y=8 * (place // 2))
                    for place, (name, kind, query) in enumerate(panels)
                ],
            }
        )
        for number, (title, panels) in enumerate(GUIDE_DASHBOARDS.items(), 1)
    },
}
"""What the observability guide of GW2Optimizer shows, in files as Prometheus and Grafana load them."""
