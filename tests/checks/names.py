"""Names that refer to nothing: a metric, a label, a value, an event, a receiver."""

from tests.checks.mistakes import Mistake

BAD_RESULT = "count: shop_orders_total, bad: {result: [failed]}}"
EXPR = 'max by (instance) (1 - node_filesystem_avail_bytes{job="host"} / node_filesystem_size_bytes{job="host"})'

MISTAKES = [
    Mistake(
        "GW201", "an event that counts a metric with a slip of the finger",
        "searches: {count: shop_searches_total}", "searches: {count: »shop_serches_total}",
        "unknown metric shop_serches_total", "did you mean shop_searches_total?",
    ),
    Mistake(
        "GW201", "one series of a histogram in place of the histogram",
        "searches: {count: shop_searches_total}", "searches: {count: »shop_payment_duration_seconds_count}",
        "unknown metric shop_payment_duration_seconds_count", "name the histogram: shop_payment_duration_seconds",
        twin="searches: {count: shop_payment_duration_seconds}",
    ),
    Mistake(
        "GW201", "a function that counts what is not declared",
        "increment: shop_orders_total", "increment: »shop_order_total",
        "unknown metric shop_order_total", "did you mean shop_orders_total?",
    ),
    Mistake(
        "GW201", "PromQL that reads a series that nobody exposes",
        f"expr: {EXPR}", f"expr: »{EXPR.replace('size', 'sizes')}",
        "unknown series node_filesystem_sizes_bytes in HostFull",
        "did you mean node_filesystem_size_bytes?\n"
        f"{EXPR.replace('size', 'sizes')}\n" + " " * 65 + "^" * 39,
    ),
    Mistake(
        "GW202", "a label that the metric does not have",
        f"orders: {{{BAD_RESULT}\n  card", "orders: {count: shop_orders_total, bad: {»outcome: [failed]}}\n  card",
        "shop_orders_total has no label outcome", "known labels: instance, job, payment, result",
    ),
    Mistake(
        "GW204", "an output that no generator writes",
        "team: checkout\n", "team: checkout\noutputs: [prometheus/rules, »promethues]\n",
        "unknown output promethues", "did you mean prometheus?",
        twin="team: checkout\noutputs: [prometheus/rules, prometheus]\n",
    ),
    Mistake(
        "GW207", "a latency with the name of events",
        "  payment-time: {", "  »searches: {histogram: shop_payment_duration_seconds}\n  payment-time: {",
        "searches names events and a latency", "an SLO `of` it could be either; rename one",
        twin="  search-time: {histogram: shop_payment_duration_seconds}\n  payment-time: {",
    ),
    Mistake(
        "GW202", "a panel by a label that its metric does not have",
        "by: [queue], title", "by: [»queues], title",
        "unknown label queues", "did you mean queue?",
    ),
    Mistake(
        "GW202", "a constant for a label that the metric does not have",
        "- {increment: shop_orders_total}", "- {increment: shop_orders_total, labels: {»results: paid}}",
        "shop_orders_total has no label results", "did you mean result?",
    ),
    Mistake(
        "GW202", "PromQL that matches a label that the series does not have",
        f"expr: {EXPR}", "expr: »" + EXPR.replace('size_bytes{job="host"', 'size_bytes{job="host", fstyp="ext4"'),
        "node_filesystem_size_bytes has no label fstyp in HostFull",
        "did you mean fstype?\n" + EXPR.replace('size_bytes{job="host"', 'size_bytes{job="host", fstyp="ext4"')
        + "\n" + " " * 104 + "^" * 12,
        twin="expr: " + EXPR.replace('size_bytes{job="host"', 'size_bytes{job="host", fstype="ext4"'),
    ),
    Mistake(
        "GW203", "a value that the label never has",
        f" orders: {{{BAD_RESULT}", f" orders: {{{BAD_RESULT.replace('result: [failed', '»result: [fail')}",
        "label result is never fail", "did you mean failed?",
    ),
    Mistake(
        "GW203", "a pattern that no value matches",
        "only: {queue: [parcels]}", "only: {»queue: {matches: parcel}}",
        "no value of queue matches parcel", "did you mean parcels?",
        twin="only: {queue: {matches: parcel.*}}",
    ),
    Mistake(
        "GW203", "an SLO of a job that is not scraped",
        "only: {job: [shop]}", "only: {»job: [shops]}",
        "label job is never shops", "did you mean shop?",
    ),
    Mistake(
        "GW203", "a value that is nearly one of the known",
        "searches: {count: shop_searches_total}", "searches: {count: shop_searches_total, bad: {»category: [book]}}",
        "book is not among the known values of category", "did you mean books?", severity="warning",
    ),
    Mistake(
        "GW203", "a default that the label never has",
        "result: {label: result}\n", "result: {label: result, »default: failure}\n",
        "default failure of result is no value of label result", "did you mean failed?",
        twin="result: {label: result, default: failed}\n",
    ),
    Mistake(
        "GW203", "PromQL that waits for a value that never comes",
        f"expr: {EXPR}", "expr: »" + EXPR.replace('size_bytes{job="host"', 'size_bytes{job="hosts"'),
        'label job of node_filesystem_size_bytes is never "hosts" in HostFull',
        "did you mean host?\n" + EXPR.replace('size_bytes{job="host"', 'size_bytes{job="hosts"')
        + "\n" + " " * 92 + "^" * 11,
    ),
    Mistake(
        "GW204", "an alert on events that are not declared",
        "bad-share-of: orders\n", "bad-share-of: »order\n",
        "unknown event order", "did you mean orders?",
    ),
    Mistake(
        "GW204", "an alert on the bad among events of which none is bad",
        "bad-share-of: orders\n", "»bad-share-of: searches\n",
        "events searches do not say which are bad", "add bad: {label: [values]} to events.searches",
    ),
    Mistake(
        "GW204", "an SLO of events of which none is bad",
        "{of: orders, objective", "{»of: searches, objective",
        "events searches do not say which are bad", "add bad: {label: [values]} to events.searches",
    ),
    Mistake(
        "GW204", "a quantile of a latency that is not declared",
        "of: payment-time, over", "of: »payments, over",
        "unknown latency payments", "did you mean payment-time?",
    ),
    Mistake(
        "GW204", "label values that are not declared",
        "labels: {payment: payment, result", "labels: {payment: »payments, result",
        "unknown label values payments", "did you mean payment?",
    ),
    Mistake(
        "GW204", "a panel of events that are not declared",
        "- {rate-of: orders, by: [payment], title: Orders}", "- {rate-of: »order, title: Orders}",
        "unknown order", "did you mean orders?",
    ),
    Mistake(
        "GW204", "a receiver that is not declared",
        "to: [oncall, chat]", "to: [»oncal, chat]",
        "unknown receiver oncal", "did you mean oncall?",
    ),
    Mistake(
        "GW204", "a route of a service that is not there",
        "- {severity: warning, to: chat}", "- {severity: warning, service: »shops, to: chat}",
        "unknown service shops", "did you mean shop?",
    ),
    Mistake(
        "GW204", "a function that records an amount it is not given",
        "value: duration}", "value: »durations}",
        "unknown amount durations", "did you mean duration?",
    ),
    Mistake(
        "GW205", "a counter where a histogram is meant",
        "value: shop_queue_length, by: [queue]", "average-of: »shop_orders_total, by: [queue]",
        "shop_orders_total is a counter, not a histogram or summary",
        "known names: http_request_duration_highr_seconds, http_request_duration_seconds, http_request_size_bytes, "
        "http_response_size_bytes, shop_basket_items, shop_payment_duration_seconds",
    ),
    Mistake(
        "GW205", "a function that observes a counter",
        "observe: shop_payment_duration_seconds", "observe: »shop_orders_total",
        "observe needs a histogram or summary; shop_orders_total is a counter",
        "use increment, observe, set or info as the type asks",
    ),
    Mistake(
        "GW206", "a duration compared with a share",
        "above: {warning: 500ms}", "above: {warning: »5%}",
        "5% cannot be compared with a value in seconds", "write a duration, such as 200ms",
    ),
    Mistake(
        "GW206", "a function that is given bytes where seconds are meant",
        "duration: {unit: seconds, optional: true}\n    records:\n      - {increment: shop_orders_total}\n"
        "      - {observe: shop_payment_duration_seconds, value: duration}",
        "duration: {unit: bytes, optional: true}\n    records:\n      - {increment: shop_orders_total}\n"
        "      - {observe: shop_payment_duration_seconds, value: »duration}",
        "duration is in bytes, shop_payment_duration_seconds in seconds", "declare the argument with unit: seconds",
    ),
]  # fmt: skip
