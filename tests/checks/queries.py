"""PromQL that does not work, or not as it was meant."""

from tests.checks.mistakes import Mistake

AVAILABLE, SIZE = 'node_filesystem_avail_bytes{job="host"}', 'node_filesystem_size_bytes{job="host"}'
EXPR = f"max by (instance) (1 - {AVAILABLE} / {SIZE})"


def marked(text: str, part: str) -> str:
    """The text with carets below a part of it."""
    return f"{text}\n{' ' * text.index(part)}{'^' * len(part)}"


UNCLOSED = EXPR.removesuffix(")")
UNBOUND = EXPR.replace(SIZE, "node_filesystem_size_bytes")
PANEL = 'sum(rate(shop_searches_total{job="shop"}[$__rate_interval]))'
FAST = "max by (instance) (rate(node_disk_io_time_seconds_total{job='host'}[1m]))"
TOO_FAST = FAST.replace("1m", "40s")
NEW = FAST.replace("1m", "2m * 3")
CALM = FAST.replace("1m", "5m")

MISTAKES = [
    Mistake(
        "GW301", "a bracket that is never closed",
        f"expr: {EXPR}", f"expr: »{UNCLOSED}",
        "1:19 of the PromQL: unclosed left parenthesis", f"{UNCLOSED}\n{' ' * 18}^",
    ),
    Mistake(
        "GW301", "a panel that takes the rate of no range",
        f"'{PANEL}'", f"»'{PANEL.replace('[$__rate_interval]', '')}'",
        'expected type range vector in call to function "rate", got instant vector',
        marked(PANEL.replace("[$__rate_interval]", ""), 'shop_searches_total{job="shop"}'),
    ),
    Mistake(
        "GW301", "a pattern that is no regular expression",
        "only: {queue: [parcels]}", "only: {»queue: {matches: (parcels}}",
        "(parcels is no regular expression: missing closing ): `(parcels`", "RE2 syntax, anchored at both ends",
        twin="only: {queue: {matches: (parcels)}}",
    ),
    Mistake(
        "GW302", "a range that only a new Prometheus computes",
        f"expr: {EXPR}", f"expr: »{NEW}",
        "HostFull does not work on every Prometheus from 2.42 to 3: a window that is no plain duration, [2m * 3], "
        "is new in Prometheus 2.54",
        f"write it without\n{marked(NEW, '[2m * 3]')}",
        twin=f"expr: {CALM}",
    ),
    Mistake(
        "GW303", "PromQL that reads the metric of every service",
        f"expr: {EXPR}", f"expr: »{UNBOUND}",
        "node_filesystem_size_bytes in HostFull is not narrowed to the service's jobs",
        f'add job="host"\n{marked(UNBOUND, "node_filesystem_size_bytes")}',
        severity="warning",
    ),
    Mistake(
        "GW305", "a window that one missed scrape empties",
        f"expr: {EXPR}", f"expr: »{FAST}",
        "a window of 1m at a scrape interval of 30s is fragile in HostFull",
        f"use 2m or more\n{marked(FAST, FAST[24:-2])}",
        severity="warning", twin=f"expr: {CALM}",
    ),
    Mistake(
        "GW305", "a window that never holds two samples",
        f"expr: {EXPR}", f"expr: »{TOO_FAST}",
        "a window of 40s at a scrape interval of 30s never returns anything in HostFull",
        f"use 2m or more\n{marked(TOO_FAST, TOO_FAST[24:-2])}",
        twin=f"expr: {CALM}",
    ),
    Mistake(
        "GW305", "a share over two scrapes",
        "over: 5m, for: 5m, above: {warning: 500ms}", "over: 30s, for: 5m, above: {»warning: 500ms}",
        "a window of 30s at a scrape interval of 15s is fragile in PaymentSlow", "use 1m or more",
        severity="warning",
    ),
]  # fmt: skip
