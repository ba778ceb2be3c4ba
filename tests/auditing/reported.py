"""What the tests of the report audit: a few files of a person who has just begun."""

from gw2mon.auditing import audit, baselines, summing, telling

PROMETHEUS = b"""\
global: {scrape_interval: 15s, evaluation_interval: 15s}
rule_files: ["r*.yml"]
scrape_configs:
  - {job_name: shop, static_configs: [{targets: ["shop:8000"]}]}
"""
METRICS = b"""\
from fastapi import FastAPI
from prometheus_client import Counter, Gauge, Histogram
app = FastAPI()
REQUESTS = Counter("http_requests_total", "Requests", ["method", "status"])
DURATION = Histogram("http_request_duration_seconds", "Duration", ["method"], buckets=(0.1, 1))
CONNECTIONS = Gauge("shop_db_connections", "Connections")

def answered(method, status, seconds):
    REQUESTS.labels(method, status).inc()
    DURATION.labels(method).observe(seconds)
"""
WORKS = ('up{job="shop"} == 0', "ShopDown")
NEVER = ("histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 2", "SlowResponses")
ALWAYS = ("shop_db_connections == 0", "DatabaseDown")
WRONG = ('rate(http_requests_total{status="500"}[5m]) / rate(http_requests_total[5m]) > 0.05', "HighErrorRate")
UNKNOWN = ("node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.1", "DiskFull")


def rules(*alerts, extra=""):
    """A rule file of these alerts, each an expression and a name."""
    listed = "".join(f"      - alert: {name}\n        expr: '{expr}'\n        for: 1m\n" for expr, name in alerts)
    return f"groups:\n  - name: shop\n    rules:\n{listed}{extra}".encode()


def audited(rule_file, *others, prometheus=PROMETHEUS):
    """The audit of a rule file in a world that is closed."""
    files = [("metrics.py", METRICS), ("prometheus.yml", prometheus), ("rules.yml", rule_file), *others]
    return audit(file for file in files if file[1])


def told(found, *, everything=False):
    """The report in lines."""
    return telling.text(found, found.told, tuple(summing.notes(found)), everything=everything).splitlines()


def accepted(found):
    """A baseline of all that was found."""
    return baselines.parse(baselines.written(found.told, str))
