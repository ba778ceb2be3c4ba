"""Promises that cannot be watched, or that do not say what their author means."""

from tests.checks.mistakes import Mistake
from tests.spec_editing import SHOP

AVAILABILITY = "  availability: {probe: up, only: {job: [shop]}, objective: 99.9%, window: 30d}\n"
QUERY = "  answered: {query: {bad: %s, total: %s}, objective: 99%%, window: 30d}\n"
ALL = "'sum(rate(shop_orders_total{job=\"shop\"}[$window]))'"
FAILED = '\'sum(rate(shop_orders_total{job="shop", result="failed"}[$window]))\''
ORDERS = "  orders-succeed: {of: orders, objective: 99%, window: 30d"

MISTAKES = [
    Mistake(
        "GW451", "a promise so modest that even a total outage does not page",
        f"{ORDERS}}}", "  »orders-succeed: {of: orders, objective: 90%, window: 30d}",
        "the page of SLO orders-succeed at 14.4 times the budget never fires: a total outage burns 10 times",
        "promise more than 93.06%, or write\n"
        "alerting: {windows: [{level: page, short: 5m, long: 1h, factor: 8}, "
        "{level: page, short: 30m, long: 6h, factor: 6}, {level: ticket, short: 2h, long: 1d, factor: 3}, "
        "{level: ticket, short: 6h, long: 3d, factor: 1}]}",
        twin="  orders-succeed: {of: orders, objective: 90%, window: 30d, "
        "alerting: {windows: [{level: page, short: 5m, long: 1h, factor: 8}]}}",
    ),
    Mistake(
        "GW301", "a share of bad events that is one number for ever",
        AVAILABILITY, "  half: {error-ratio: »'0.5', objective: 99.9%, window: 30d}\n",
        "error-ratio is a scalar, and an SLO counts series", "write a query that returns series",
        twin="  full: {error-ratio: 'shop_disk_used_ratio{job=\"shop\"}', objective: 99.9%, window: 30d}\n",
    ),
    Mistake(
        "GW405", "a runbook that Prometheus would read as a template",
        f"{ORDERS}}}", ORDERS + ", »runbook: 'https://example.org/{{ $labels.x'}",
        "the runbook of an SLO is no template", "write an address",
        twin=ORDERS + ", runbook: 'https://example.org/orders'}",
    ),
    Mistake(
        "GW403", "a threshold for a program that is not measured by the generated module, so nobody adds its bucket",
        "  payment-is-fast: {of: payment-time, under: 500ms,", "  »payment-is-fast: {of: payment-time, under: 300ms,",
        "0.3 s of SLO payment-is-fast is no bucket of shop_payment_duration_seconds",
        "its neighbours are 0.25 s and 0.5 s; choose one, or have its exporter offer the bucket",
        draft=SHOP.without("functions").edited(
            "stack: {platform: compose}\n", "stack: {platform: compose}\noutputs: [prometheus, grafana, alertmanager]\n"
        ),
    ),
    Mistake(
        "GW452", "a promise over days for which no windows are given",
        "objective: 99%, window: 30d}\n  payment", "objective: 99%, »window: 3d}\n  payment",
        "there are no burn windows for an SLO over 3d",
        "promise it over 7d or more, or name the windows in alerting.windows",
        twin="objective: 99%, window: 3d, alerting: {windows: [{level: page, short: 5m, long: 1h, budget: 10%}]}}\n"
        "  payment",
    ),
    Mistake(
        "GW453", "a probe of a target that is hardly ever scraped",
        AVAILABILITY, "  »hosts: {probe: up, only: {job: [host]}, objective: 99.9%, window: 30d}\n",
        "SLO hosts counts over 5m, but up is scraped every 2m", "scrape it every 1m15s or more often",
        draft=SHOP.edited("interval: 30s\n", "interval: 2m\n"), twin=AVAILABILITY,
    ),
    Mistake(
        "GW455", "a query that takes every event for a bad one",
        AVAILABILITY, "  »" + (QUERY % (ALL, ALL)).lstrip(),
        "bad and total of SLO answered are the same query: everything counts as bad",
        "let bad select only the bad events",
        twin=QUERY % (FAILED, ALL),
    ),
    Mistake(
        "GW456", "a strict promise about something that hardly ever happens",
        ORDERS, "  »orders-succeed: {of: orders, objective: 99%, window: 30d, expected-per-day: 20",
        "20 events a day let SLO orders-succeed have 6 bad ones in 30d: its budget is 1%",
        "promise less, over a longer window, or count more events as one promise", severity="warning",
        twin=f"{ORDERS}, expected-per-day: 2000",
    ),
    Mistake(
        "GW457", "a latency that takes quick refusals for quick answers",
        "  payment-is-fast: {of: payment-time, under: 500ms,", "  »payment-is-fast: {of: payment-time, under: 500ms,",
        "SLO payment-is-fast counts fast failures as good: shop_payment_duration_seconds has the label result",
        "count only successes, only: {result: […]}, or failures as bad, bad: {result: […]}", severity="warning",
        twin="  payment-is-fast: {of: payment-time, bad: {result: [failed]}, under: 500ms,",
        draft=SHOP.edited(
            "labels: {payment: payment}\n      buckets",
            "labels: {payment: payment, result: {closed: [paid, refused, failed]}}\n      buckets",
        ),
    ),
    Mistake(
        "GW458", "a promise that was renamed, and is still there under its former name",
        ORDERS, "  »orders-succeed: {of: orders, objective: 99%, window: 30d, formerly: availability",
        "SLO orders-succeed was formerly availability, which is still an SLO", "drop formerly, or the old SLO",
        twin=f"{ORDERS}, formerly: orders",
    ),
    Mistake(
        "GW459", "a promise for each value of a label that may have any number of them",
        AVAILABILITY, "  »hosts: {probe: up, only: {job: [host]}, objective: 99.9%, window: 30d, by: [instance]}\n",
        "SLO hosts is kept apart by instance, whose values nothing limits",
        "give the label a limit, or keep the SLO apart by another one", severity="warning",
        draft=SHOP.edited(
            'targets: ["node-exporter:9100"]',
            "discovery: {dns_sd_configs: [{names: [nodes.example.org], type: A, port: 9100}]}",
        ),
        twin=AVAILABILITY,
    ),
]  # fmt: skip
