"""Alerts that never fire, always fire, or say nothing to those they wake."""

from tests.checks.mistakes import Mistake
from tests.checks.queries import EXPR, marked
from tests.spec_editing import SHOP

SIZE = 'node_filesystem_size_bytes{job="host", instance="node-exporter:9100", mountpoint="/"}: 100\n      silent'
PROOF = SHOP.text[SHOP.text.index("    proof:\n") : SHOP.text.index("dashboards:\n")]
WATCHING = (
    SHOP.edited("  host: {catalog: node}\n", "  host: {catalog: node}\n  watched: {catalog: prometheus}\n")
    .edited("exposes: [host]", "exposes: [host, watched]")
    .edited("latencies:\n", "latencies:\n  answers: {histogram: prometheus_http_request_duration_seconds}\n")
)

MISTAKES = [
    Mistake(
        "GW401", "a share that can never be exceeded",
        "above: {critical: 5%, warning: 1%}", "above: {»critical: 100%, warning: 1%}",
        "OrdersFail never fires: its value lies within 0 to 1", "choose a threshold inside",
    ),
    Mistake(
        "GW401", "a time that is never below nothing",
        "above: {critical: 26h}", "below: {»critical: 0s}",
        "BackupOld never fires: its value is 0 or more", "choose a threshold inside",
        twin="below: {critical: 1h}",
    ),
    Mistake(
        "GW401", "a warning that the critical alert always overtakes",
        "above: {critical: 5%, warning: 1%}", "above: {critical: 1%, »warning: 5%}",
        "the warning never shows: critical fires first, at 1%", "swap the two thresholds",
    ),
    Mistake(
        "GW402", "a time that is always above a negative one",
        "above: {critical: 26h}", "above: {»critical: -26h}",
        "BackupOld always fires: its value is 0 or more", "choose a threshold inside",
    ),
    Mistake(
        "GW403", "an objective between two buckets of a histogram that others expose",
        "slos:\n", "slos:\n  »answers: {of: answers, under: 300ms, objective: 99%, window: 30d}\n",
        "0.3 s of SLO answers is no bucket of prometheus_http_request_duration_seconds",
        "its neighbours are 0.2 s and 0.4 s; choose one, or have its exporter offer the bucket",
        twin="slos:\n  answers: {of: answers, under: 400ms, objective: 99%, window: 30d}\n", draft=WATCHING,
    ),
    Mistake(
        "GW403", "a quantile compared with what only interpolation tells",
        "alerts:\n", "alerts:\n  Slow: {quantile: 0.9, of: answers, over: 5m, above: {»warning: 300ms}}\n",
        "Slow compares with 0.3 s, which is no bucket of prometheus_http_request_duration_seconds",
        "the quantile is interpolated between 0.2 s and 0.4 s; choose one of them", severity="warning",
        twin="alerts:\n  Slow: {quantile: 0.9, of: answers, over: 5m, above: {warning: 400ms}}\n", draft=WATCHING,
    ),
    Mistake(
        "GW401", "a quantile above the largest bucket of a histogram that others expose",
        "alerts:\n", "alerts:\n  Slow: {quantile: 0.9, of: answers, over: 5m, above: {»warning: 2m}}\n",
        "Slow never fires: the largest bucket of prometheus_http_request_duration_seconds is 120 s, and no quantile "
        "exceeds it",
        "have its exporter offer a larger bucket, or lower the threshold",
        twin="alerts:\n  Slow: {quantile: 0.9, of: answers, over: 5m, above: {warning: 1m}}\n", draft=WATCHING,
    ),
    Mistake(
        "GW406", "PromQL of which nothing shows that it can fire",
        f"expr: {EXPR}\n    unit: ratio\n    for: 15m\n    above: {{warning: 80%}}\n"
        f'    summary: "{{{{ $labels.instance }}}} is filling up"\n{PROOF}',
        f"expr: »{EXPR}\n    unit: ratio\n    for: 15m\n    above: {{warning: 80%}}\n\n",
        "nothing proves that HostFull works: it is raw PromQL without `proof`, so nobody knows which inputs it is "
        "about",
        "add proof: {fires: {selector: value}, silent: {selector: value}}", severity="warning",
    ),
    Mistake(
        "GW407", "PromQL that compares nothing",
        f"expr: {EXPR}\n    unit: ratio\n    for: 15m\n    above: {{warning: 80%}}",
        f"expr: »{EXPR}\n    unit: ratio\n    for: 15m\n    severity: warning",
        "HostFull compares nothing: it fires whenever its series exist",
        f"add a comparison, or above: {{critical: …}}\n{marked(EXPR, EXPR)}",
        twin=f"expr: {EXPR} > 0.8\n    unit: ratio\n    for: 15m\n    severity: warning",
    ),
    Mistake(
        "GW408", "a proof whose input is not one series",
        SIZE, f"»{SIZE}".replace('job="host"', 'job=~"host"'),
        'node_filesystem_size_bytes{job=~"host", instance="node-exporter:9100", mountpoint="/"} in the proof of '
        "HostFull has job=~, and only = names one series",
        'name one series: metric{label="value", …}',
    ),
    Mistake(
        "GW408", "a proof whose input is no selector at all",
        SIZE, f"»{SIZE}".replace('job="host"', 'node-exporter="host"'),
        'node_filesystem_size_bytes{node-exporter="host", instance="node-exporter:9100", mountpoint="/"} in the proof '
        'of HostFull is no selector: unexpected "-" in label matching, expected label matching operator',
        'name one series: metric{label="value", …}',
    ),
    Mistake(
        "GW409", "an alert that takes the name of one that comes by default",
        "  HostFull:\n", "  »TargetDown: {absent: shop_queue_length, severity: warning}\n  HostFull:\n",
        "TargetDown also comes by default", "rename it, or leave that one out of default-alerts",
    ),
]  # fmt: skip
