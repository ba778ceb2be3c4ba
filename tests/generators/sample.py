"""A stack close to the one of the guide, built by hand: what the compiler would make of its spec, and then some."""

from __future__ import annotations

from decimal import Decimal

from gw2mon.finding import Position
from gw2mon.model import (
    Absence,
    AlertingRule,
    Change,
    Email,
    Events,
    Example,
    Forecast,
    Job,
    Label,
    LabelFilter,
    LabelValues,
    Latency,
    Metric,
    Model,
    Notify,
    PagerDuty,
    Probe,
    PythonModule,
    Quantile,
    Rate,
    Raw,
    Receiver,
    RecordingRule,
    Route,
    RuleGroup,
    Service,
    Share,
    Slack,
    Stack,
    Staleness,
    Threshold,
    Value,
    Webhook,
)
from gw2mon.promql import parse

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
SPEC = "specs/gw2optimizer.yaml"


def job(name="gw2optimizer", targets=("backend:8000",), exposes=(), **changes):
    made = Job(name, targets, {}, (), (), "/metrics", "http", None, None, (), None, honor_labels=False, probe=None,
               labels=(), exposes=exposes, origin=Position(SPEC, 7, 3))  # fmt: skip
    return made._replace(**changes)


def metric(name, kind, *labels, unit="", buckets=()):
    made = tuple(Label(label, LabelValues(values)) for label, values in labels)
    bounds = tuple(Decimal(bound) for bound in buckets)
    return Metric(name, kind, name, made, unit, bounds, group="node" if name.startswith("node") else "app")


def alert(name, expr, condition, threshold, *, hold, **changes):
    """An alerting rule; `changes` may give severity, signal, annotations, and the line of the spec."""
    labels = (("service", "gw2optimizer"), ("team", "backend"), ("severity", changes.get("severity", "warning")),
              ("signal", changes.get("signal", "signal")))  # fmt: skip
    annotations = (("summary", name), ("description", f"{name} is {{{{ $value | humanize }}}}."),
                   ("runbook_url", f"https://example.org/runbook#{name}"))  # fmt: skip
    compared = threshold and Threshold(threshold[0], Decimal(threshold[1]), threshold[1])
    return AlertingRule(
        name, parse(expr), condition, compared, hold, 0, labels,
        changes.get("annotations", annotations), origin=Position(SPEC, changes.get("line", 50), 5),
    )  # fmt: skip


METRICS = (
    metric("http_requests_total", "counter", ("method", ("GET", "POST")), ("status", ("2xx", "4xx", "5xx"))),
    metric("http_request_duration_seconds", "histogram", ("handler", ("/builds",)), unit="seconds",
           buckets=("0.1", "0.2", "0.5", "1", "2", "5")),
    metric("gw2_cache_operations_total", "counter", ("operation", ("get", "set")),
           ("result", ("hit", "miss", "error"))),
    metric("gw2_db_up", "gauge"),
    metric("gw2_backup_last_success_timestamp_seconds", "gauge", unit="seconds"),
    metric("gw2_queue_length", "gauge", ("queue", ("builds", "mails"))),
    metric("node_filesystem_avail_bytes", "gauge", ("mountpoint", ("/",)), ("fstype", ("ext4", "tmpfs")), unit="bytes"),
    metric("node_filesystem_size_bytes", "gauge", ("mountpoint", ("/",)), ("fstype", ("ext4", "tmpfs")), unit="bytes"),
)  # fmt: skip
REQUESTS = Events("requests", "http_requests_total", (), (LabelFilter("status", "=", ("5xx",)),), "bad")
LOOKUPS = Events("cache-lookups", "gw2_cache_operations_total", (LabelFilter("operation", "=", ("get",)),),
                 (LabelFilter("result", "=", ("miss", "error")),), "bad")  # fmt: skip
RESPONSES = Latency("response-time", "http_request_duration_seconds", ())

_ALL = 'sum(rate(http_requests_total{job="gw2optimizer"}[5m]))'
_BAD = 'sum(rate(http_requests_total{job="gw2optimizer", status="5xx"}[5m]))'
_GETS = 'sum(rate(gw2_cache_operations_total{job="gw2optimizer", operation="get"}[15m]))'
_MISSES = 'sum(rate(gw2_cache_operations_total{job="gw2optimizer", operation="get", result=~"miss|error"}[15m]))'
_P95 = 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="gw2optimizer"}[5m])))'
_USED = (
    '1 - node_filesystem_avail_bytes{job="node", fstype!~"tmpfs|overlay"}'
    ' / node_filesystem_size_bytes{job="node", fstype!~"tmpfs|overlay"}'
)
_SIZE = 'node_filesystem_size_bytes{job="node", instance="n:9100", fstype="ext4", mountpoint="/"}'
_FREE = 'node_filesystem_avail_bytes{job="node", instance="n:9100", fstype="ext4", mountpoint="/"}'

RECORDS = (
    RecordingRule("gw2optimizer:requests_bad:ratio_rate5m", parse(f"({_BAD} or 0 * {_ALL}) / ({_ALL} > 0)")),
    RecordingRule("gw2optimizer:cache_lookups_good:ratio_rate15m",
                  parse(f"1 - ({_MISSES} or 0 * {_GETS}) / ({_GETS} > 0)")),
)  # fmt: skip


def _errors(severity, threshold, line):
    return alert("HighErrorRate", f"gw2optimizer:requests_bad:ratio_rate5m > {threshold}",
                 Share(REQUESTS, "bad", 5 * MINUTE), (">", threshold), hold=5 * MINUTE, severity=severity,
                 signal="requests", line=line)  # fmt: skip


def _slow(severity, threshold, line):
    return alert("SlowResponses", f"{_P95} > {threshold}", Quantile(RESPONSES, Decimal("0.95"), 5 * MINUTE),
                 (">", threshold), hold=5 * MINUTE, severity=severity, signal="response-time", line=line)  # fmt: skip


ALERTS = (
    _errors("critical", "0.05", 40),
    _errors("warning", "0.01", 41),
    _slow("critical", "2", 43),
    _slow("warning", "1", 44),
    alert("DatabaseDown", 'min(gw2_db_up{job="gw2optimizer"}) == 0', Value("gw2_db_up", (), ""), ("==", "0"),
          hold=MINUTE, severity="critical",
          annotations=(("summary", "The database is down"), ("description", '{{"{{"}} {{ $labels.job }}'))),
    alert("LowCacheHitRate", "gw2optimizer:cache_lookups_good:ratio_rate15m < 0.5",
          Share(LOOKUPS, "good", 15 * MINUTE), ("<", "0.5"), hold=15 * MINUTE),
    alert("DiskUsage", f"{_USED} > 0.8",
          Raw(f"{_USED} > 0.8", (Example(_SIZE, Decimal(100), per_second=False),
                                 Example(_FREE, Decimal(18), per_second=False)),
              (Example(_SIZE, Decimal(100), per_second=False), Example(_FREE, Decimal(22), per_second=False))),
          (">", "0.8"), hold=15 * MINUTE),
)  # fmt: skip

OTHER_ALERTS = (
    alert("FewErrorsGuarded",
          f"({_BAD} or 0 * {_ALL}) / ({_ALL} > 0) > 0.02"
          ' and sum(increase(http_requests_total{job="gw2optimizer"}[5m])) >= 50',
          Share(REQUESTS, "bad", 5 * MINUTE, 50), (">", "0.02"), hold=0),
    alert("SlowGuarded",
          f'{_P95} > 0.5 and sum(increase(http_request_duration_seconds_count{{job="gw2optimizer"}}[5m])) >= 20',
          Quantile(RESPONSES, Decimal("0.95"), 5 * MINUTE, 20), (">", "0.5"), hold=2 * MINUTE),
    alert("TrafficSurge", f"{_ALL} > 500", Rate(REQUESTS, 5 * MINUTE), (">", "500"), hold=5 * MINUTE),
    alert("NoTraffic", f"{_ALL} < 0.1", Rate(REQUESTS, 5 * MINUTE), ("<", "0.1"), hold=10 * MINUTE),
    alert("QueueLong", 'max(gw2_queue_length{job="gw2optimizer", queue="mails"}) > 100',
          Value("gw2_queue_length", (LabelFilter("queue", "=", ("mails",)),), "max"), (">", "100"), hold=5 * MINUTE),
    alert("QueueGone", 'absent(gw2_queue_length{job="gw2optimizer"})', Absence("gw2_queue_length", ()), None,
          hold=10 * MINUTE),
    alert("BackupOld", 'time() - max(gw2_backup_last_success_timestamp_seconds{job="gw2optimizer"}) > 93600',
          Staleness("gw2_backup_last_success_timestamp_seconds", ()), (">", "93600"), hold=15 * MINUTE),
    alert("DiskFull", 'min(predict_linear(node_filesystem_avail_bytes{job="node", mountpoint="/"}[6h], 345600)) < 0',
          Forecast("node_filesystem_avail_bytes", (LabelFilter("mountpoint", "=", ("/",)),), 6 * HOUR, 4 * DAY),
          ("<", "0"), hold=HOUR),
    alert("TrafficHalved",
          'sum(rate(http_requests_total{job="gw2optimizer"}[1h]))'
          ' / (sum(rate(http_requests_total{job="gw2optimizer"}[1h] offset 1w)) > 0) - 1 < -0.5',
          Change(REQUESTS, HOUR, 7 * DAY), ("<", "-0.5"), hold=HOUR),
)  # fmt: skip
"""Every form that the guide's own alerts do not use."""


def default(name, expr, *, hold=0, severity="warning", service="gw2optimizer", summary="", description=""):
    rule = alert(name, expr, None, None, hold=hold, severity=severity, signal="targets",
                 annotations=(("summary", summary or name), ("description", description or name)))  # fmt: skip
    return rule._replace(labels=(("service", service), *rule.labels[1:]))


DEFAULTS = (
    default("TargetDown", 'max by (job) (up{job="gw2optimizer"}) == 0 or absent(up{job="gw2optimizer"})',
            hold=2 * MINUTE, severity="critical", summary="No target of {{ $labels.job }} is up"),
    default("TargetDown", 'min by (job) (up{job=~"gw2optimizer|node"}) == 0', hold=5 * MINUTE),
    default("MetricMissing",
            '(label_replace(absent(gw2_db_up{job="gw2optimizer"}), "metric", "gw2_db_up", "", "")'
            ' or label_replace(absent(http_requests_total{job="gw2optimizer"}), "metric", "http_requests_total", "",'
            ' "")) and on (job) (max by (job) (up{job=~"gw2optimizer|node"}) == 1)', hold=10 * MINUTE,
            summary="Metric {{ $labels.metric }} is missing"),
    default("UnknownLabelValues",
            'sum by (metric, label) (increase(gw2mon_unknown_label_values_total{job="gw2optimizer"}[15m])) > 0',
            summary="{{ $labels.metric }} got undeclared values of {{ $labels.label }}"),
)  # fmt: skip
STACK_DEFAULTS = tuple(rule._replace(origin=Position(SPEC, 2, 1)) for rule in (
    default("Watchdog", "vector(1)", severity="none", service="monitoring"),
    default("PrometheusRuleFailures",
            'sum(increase(prometheus_rule_evaluation_failures_total{job="prometheus"}[5m])) > 0', service="monitoring"),
    default("PrometheusNotificationFailures",
            'sum(increase(prometheus_notifications_errors_total{job="prometheus"}[5m])'
            ' + on () increase(prometheus_notifications_dropped_total{job="prometheus"}[5m])) > 0',
            hold=5 * MINUTE, service="monitoring"),
    default("PrometheusConfigReloadFailed",
            'min(prometheus_config_last_reload_successful{job="prometheus"}) == 0', hold=5 * MINUTE,
            service="monitoring"),
    default("AlertmanagerNotificationFailures",
            'sum by (integration) (increase(alertmanager_notifications_failed_total{job="alertmanager"}[5m])) > 0',
            hold=5 * MINUTE, service="monitoring", summary="No notification through {{ $labels.integration }}"),
))  # fmt: skip

RECEIVERS = (
    Receiver("oncall", (PagerDuty("/run/secrets/pagerduty"),)),
    Receiver("chat", (Slack("#gw2-alerts", "/run/secrets/slack"),)),
    Receiver("mail", (Email("ops@example.org", "alerts@example.org", "smtp.example.org:587", "alerts",
                            "/run/secrets/smtp", require_tls=True),)),
    Receiver("deadman", (Webhook("https://example.org/ping", "/run/secrets/deadman"),)),
)  # fmt: skip
NOTIFY = Notify(
    RECEIVERS,
    (Route((("severity", "critical"),), ("oncall", "chat"), HOUR, Position(SPEC, 90, 5)),
     Route((("severity", "warning"),), ("mail",), 12 * HOUR, Position(SPEC, 91, 5))),
    ("mail",), "deadman", 30_000, 300_000, Position(SPEC, 80, 1),
)  # fmt: skip

JOBS = (
    job(exposes=("app",)),
    job("node", ("n:9100",), ("node",), interval=30_000, labels=(Label("zone", LabelValues(("a$b",))),),
        fixed=(("zone", "a$b"),)),
    job("site", ("https://example.org/",), probe=Probe("http_2xx", "blackbox:9115")),
    job("pods", (), discovery={"kubernetes_sd_configs": [{"role": "pod"}]}, scheme="https", path="/internal/metrics",
        fixed=(("tier", "web"),),
        labels=(Label("tier", LabelValues(("web",))), Label("pod", LabelValues((), 50, closed=False))),
        relabel=({"source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod"},),
        authorization=("Bearer", "/run/secrets/token"), params=(("match", ("a", "b")),), honor_labels=True,
        metric_relabel=({"regex": "go_.*", "action": "drop", "source_labels": ["__name__"]},)),
)  # fmt: skip


def service(alerts=(*ALERTS, *OTHER_ALERTS), records=RECORDS, defaults=DEFAULTS, **changes):
    python = PythonModule(METRICS, (), (), None, "single")
    groups = (
        RuleGroup("gw2optimizer-alerts", None, (*records, *alerts), Position(SPEC, 38, 1)),
        *((RuleGroup("gw2optimizer-monitoring", None, defaults),) if defaults else ()),
    )
    made = Service("gw2optimizer", "backend", SPEC, JOBS, METRICS, (REQUESTS, LOOKUPS), (RESPONSES,), python, groups,
                   (), (), ())  # fmt: skip
    return made._replace(**changes)


def stack(**changes):
    labels = (("cluster", "prod"), ("money", "$HOME"))
    made = Stack(15_000, 10_000, 15_000, labels, ("alertmanager:9093",), (0, 25), (2, 42),
                 (job("prometheus", ("localhost:9090",), ("prometheus",)),
                  job("alertmanager", ("alertmanager:9093",), ("alertmanager",))), (),
                 (RuleGroup("stack-monitoring", None, STACK_DEFAULTS),), NOTIFY, "compose", SPEC)  # fmt: skip
    return made._replace(**changes)


MODEL = Model((service(),), stack())
