"""The metrics module of the shop as somebody wrote it by hand: once as the spec says, once with mistakes."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, Summary, generate_latest

PAYMENTS = ("card", "invoice", "voucher")
RESULTS = ("paid", "refused", "failed")
HIGHR = (.01, .025, .05, .075, .1, .25, .5, .75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30, 60)  # fmt: skip


def http(registry):
    """What the instrumented application shows of its requests."""
    requests = Counter("http_requests", "Requests", ["method", "status", "handler"], registry=registry)
    durations = Histogram(
        "http_request_duration_seconds", "Durations", ["method", "handler"], buckets=(0.1, 0.5, 1), registry=registry
    )
    finely = Histogram("http_request_duration_highr_seconds", "Durations", buckets=HIGHR, registry=registry)
    for name in ("http_request_size_bytes", "http_response_size_bytes"):
        Summary(name, "Length", ["handler"], registry=registry).labels("/orders").observe(512)
    Gauge("http_requests_in_progress", "In progress", registry=registry).set(1)
    requests.labels("GET", "2xx", "/orders").inc()
    durations.labels("GET", "/orders").observe(0.2)
    finely.observe(0.2)


def as_declared():
    """Every metric as the spec says, and one order placed."""
    registry = CollectorRegistry()
    http(registry)
    orders = Counter("shop_orders", "Orders placed", ["payment", "result"], registry=registry)
    searches = Counter("shop_searches", "Searches", ["category"], registry=registry)
    payments = Histogram(
        "shop_payment_duration_seconds", "Time", ["payment"], buckets=(0.1, 0.25, 0.5, 1), registry=registry
    )
    for payment in PAYMENTS:
        payments.labels(payment)
        for result in RESULTS:
            orders.labels(payment, result)
    searches.labels("books").inc()
    searches.labels("music")
    orders.labels("card", "paid").inc()
    payments.labels("card").observe(0.2)
    Summary("shop_basket_items", "Items in a basket", registry=registry).observe(3)
    queue = Gauge("shop_queue_length", "Orders that wait", ["queue"], registry=registry)
    queue.labels("parcels").set(4)
    queue.labels("letters").set(0)
    Gauge("shop_backup_last_success_timestamp_seconds", "Last backup", registry=registry).set(1.7e9)
    Gauge("shop_disk_used_ratio", "Disk", registry=registry).set(0.4)
    Info("shop_build", "Version", registry=registry).info({"version": "1.4"})
    return registry


def with_mistakes():
    """The same module after a year without a spec."""
    registry = CollectorRegistry()
    http(registry)
    # A label was renamed, GW644 twice; nothing else can then be said of its values.
    orders = Counter("shop_orders", "Orders placed", ["payment", "outcome"], registry=registry)
    orders.labels("card", "paid").inc()
    # Category is open and allows 20 values, GW645.
    searches = Counter("shop_searches", "Searches", ["category"], registry=registry)
    for number in range(25):
        searches.labels(f"c{number}").inc()
    # The bucket of the SLO and of an alert is gone, GW646, and another one stands in its place, GW646.
    # The payment provider takes bitcoin, which the spec does not know, GW645.
    payments = Histogram(
        "shop_payment_duration_seconds", "Time", ["payment"], buckets=(0.1, 0.25, 0.4, 1), registry=registry
    )
    for payment in (*PAYMENTS, "bitcoin"):
        payments.labels(payment).observe(0.2)
    # A summary where a gauge is declared, GW643.
    Summary("shop_disk_used_ratio", "Disk", registry=registry).observe(0.4)
    Summary("shop_basket_items", "Items in a basket", registry=registry).observe(3)
    Gauge("shop_queue_length", "Orders that wait", ["queue"], registry=registry).labels("parcels").set(4)
    # shop_backup_last_success_timestamp_seconds is set by nobody, GW641: an alert rests on it.
    # Info without its labels, GW644.
    Gauge("shop_build_info", "Version", registry=registry).set(1)
    # Nobody declared it, GW642.
    Counter("shop_coupons", "Coupons used", ["kind"], registry=registry).labels("gift").inc()
    return registry


def text_of(registry):
    """The registry as it is scraped."""
    return generate_latest(registry).decode()
