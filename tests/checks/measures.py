"""Metrics, functions and jobs that do not fit together."""

from tests.checks.mistakes import Mistake
from tests.spec_editing import SHOP, SMALLEST

UNEXPOSED = SHOP.edited("exposes: [http, orders, jobs, about]", "exposes: [http, orders, jobs]")
PLAIN = SMALLEST._replace(text=f"{SMALLEST.text}scrape: {{app: {{targets: ['app:8000']}}}}\n# alerts follow\n")

REPORTING = "python: {{adapters: {{{}}}}}\n\nfunctions:\n".format
REPORTED = REPORTING("httpx: {request: track_order, arguments: {payment: service, result: method}}")
PARCELS = SHOP.edited(
    "  about:\n",
    "  parcels:\n"
    "    shop_parcels_total: {type: counter, help: Parcels, labels: {items: {ranges: [1, 5, 20]}}}\n"
    "    shop_returns_total: {type: counter, help: Returns, labels: {items: {known: [], limit: 20}}}\n  about:\n",
).edited("orders, jobs, about]", "orders, jobs, about, parcels]")

ORDERED = "      - {increment: shop_orders_total}\n"

MISTAKES = [
    Mistake(
        "GW211", "a metric that is declared in two groups",
        "  about:\n", "  returns:\n    »shop_orders_total: {type: counter, help: Orders}\n  about:\n",
        "shop_orders_total is declared twice, in orders and in returns",
        "drop one, or take it out of a group by its catalogue",
        twin="  returns:\n    shop_returns_total: {type: counter, help: Orders that came back}\n  about:\n",
    ),
    Mistake(
        "GW212", "a label that Prometheus sets itself",
        "labels: {category: {known", "labels: {»instance: {known",
        "label instance is reserved", "Prometheus sets it; choose another name",
    ),
    Mistake(
        "GW213", "a counter that does not say so",
        "  about:\n", "    »shop_returns: {type: counter, help: Orders that came back}\n  about:\n",
        "counter shop_returns does not end in _total", "the client exports it as shop_returns_total; write that name",
        twin="    shop_returns_total: {type: counter, help: Orders that came back}\n  about:\n",
    ),
    Mistake(
        "GW213", "a gauge that looks like part of a histogram",
        "    shop_disk_used_ratio:", "    »shop_disk_used_count:",
        "gauge shop_disk_used_count ends in _count, which belongs to another type", "rename it",
    ),
    Mistake(
        "GW213", "an info metric that does not say so",
        "    shop_build_info:", "    »shop_build:",
        "info metric shop_build does not end in _info", "write shop_build_info",
    ),
    Mistake(
        "GW214", "a bucket without unit",
        "250ms, 500ms, 1s]", "250ms, 500ms, »1]",
        "bucket 1 is not in seconds", "write a duration, such as 200ms",
    ),
    Mistake(
        "GW214", "buckets out of order",
        "      buckets: [100ms, 250ms, 500ms, 1s]", "      »buckets: [100ms, 500ms, 250ms, 1s]",
        "buckets are not in ascending order", "sort them, each bound once; +Inf is implied",
    ),
    Mistake(
        "GW214", "a histogram of anything but seconds without buckets",
        "    shop_basket_items:\n      type: summary", "    »shop_basket_items:\n      type: histogram",
        "a histogram of plain numbers needs buckets", "list upper bounds: buckets: […]",
        twin="    shop_basket_items:\n      type: histogram\n      buckets: [1, 5, 20]",
    ),
    Mistake(
        "GW215", "an object that takes the name of a function",
        "    shop_disk_used_ratio:\n", "    »shop_disk_used_ratio:\n      object: track_order\n",
        "shop_disk_used_ratio becomes the Python object track_order, which is already a function",
        "give it another name: object: …",
        twin="    shop_disk_used_ratio:\n      object: disk_used\n",
    ),
    Mistake(
        "GW216", "a function that leaves a label without value",
        "      - {increment: shop_orders_total}\n", f"{ORDERED}      - »{{increment: shop_searches_total}}\n",
        "label category of shop_searches_total gets no value",
        "add an argument with label: category, or a constant: labels: {category: …}",
        twin=f"{ORDERED}      - {{increment: shop_searches_total, labels: {{category: books}}}}\n",
    ),
    Mistake(
        "GW217", "an argument that nothing records",
        "      result: {label: result}\n", "      result: {label: result}\n      »items: {unit: count}\n",
        "argument items is used by no record", "drop it, or record it",
    ),
    Mistake(
        "GW217", "an argument that callers must give after one that they may leave out",
        "payment: {label: payment}\n      result", "payment: {label: payment, default: card}\n      »result",
        "argument result has no default but follows one that has", "move it to the front",
    ),
    Mistake(
        "GW218", "a catalogue with a parameter it does not have",
        "{catalog: node}", "{catalog: node, »exclude: [/]}",
        "catalogue node has no parameter exclude", "known parameters: runtime",
    ),
    Mistake(
        "GW204", "a library that reports to a function that is not there",
        "functions:\n", REPORTING("httpx: {request: »track_ordre}"),
        "unknown function track_ordre", "did you mean track_order?",
        twin=REPORTED,
    ),
    Mistake(
        "GW204", "a library that reports to an argument that is not there",
        "functions:\n", REPORTED.replace("payment: service", "payment: service, »peyment: service"),
        "track_order has no argument peyment", "did you mean payment?",
        twin=REPORTED,
    ),
    Mistake(
        "GW204", "a library that is asked for what it does not tell",
        "functions:\n", REPORTED.replace("service", "»servise"),
        "httpx tells no servise", "did you mean service?",
        twin=REPORTED,
    ),
    Mistake(
        "GW220", "an argument about which a library tells nothing",
        "functions:\n", REPORTED.replace("track_order", "»track_order").replace(", result: method", ""),
        "track_order needs result, which httpx does not tell",
        "say which of service, endpoint, method, status, duration it is: arguments: {result: …}; or give it a default",
        twin=REPORTED,
    ),
    Mistake(
        "GW220", "an error that a function wants of every query",
        "functions:\n", REPORTING("sqlalchemy: {query: »track_order, arguments: {payment: error}}"),
        "payment gets nothing where there is no error", "declare the argument with optional: true",
        twin=REPORTED, draft=SHOP.edited("result: {label: result}", "result: {label: result, default: paid}"),
    ),
    Mistake(
        "GW206", "a text as an amount",
        "functions:\n", REPORTED.replace("track_order,", "»track_order,").replace("method", "method, duration: status"),
        "status is a text; argument duration is an amount in seconds", "declare the argument with label: …",
        twin=REPORTED,
    ),
    Mistake(
        "GW203", "a label that does not take what a library tells",
        "functions:\n", REPORTED.replace("track_order", "»track_order").replace("method", "status"),
        "label result is never timeout or error, which status may be",
        "add timeout, error to the values of the label, or keep it open with known and limit",
        twin=REPORTED,
    ),
    Mistake(
        "GW201", "a gauge of connections that is not there",
        "functions:\n", REPORTING("sqlalchemy: {connections: »shop_connections}"),
        "unknown gauge shop_connections",
        "known gauges: shop_backup_last_success_timestamp_seconds, shop_disk_used_ratio, shop_queue_length",
        twin=REPORTING("sqlalchemy: {connections: shop_disk_used_ratio}"),
    ),
    Mistake(
        "GW205", "connections that are counted by a counter",
        "functions:\n", REPORTING("sqlalchemy: {connections: »shop_basket_items}"),
        "connections needs a gauge; shop_basket_items is a summary", "name a gauge",
        twin=REPORTED,
    ),
    Mistake(
        "GW216", "a gauge of connections with a label",
        "functions:\n", REPORTING("sqlalchemy: {connections: »shop_queue_length}"),
        "label queue of shop_queue_length gets no value", "name a gauge without labels",
        twin=REPORTED,
    ),
    Mistake(
        "GW108", "a library that moves nothing",
        "functions:\n", REPORTING("»sqlalchemy: {}"),
        "sqlalchemy: say what queries or connections move: query: track_db_query",
        twin=REPORTED,
    ),
    Mistake(
        "GW219", "an argument that one label puts into ranges and another one does not",
        "functions:\n",
        "functions:\n  track_parcel:\n    arguments: {»items: {label: items}}\n"
        "    records: [{increment: shop_parcels_total}, {increment: shop_returns_total}]\n",
        "argument items fills labels that replace values, or put them into ranges, in different ways",
        "let them share one entry under label-values, or give each an argument of its own",
        twin="functions:\n  track_parcel:\n    arguments: {items: {label: items}}\n"
        "    records: [{increment: shop_parcels_total}]\n",
        draft=PARCELS,
    ),
    Mistake(
        "GW221", "an alert on a metric that no job exposes",
        "  HostFull:\n", "  NoVersion: {absent: »shop_build_info, severity: warning}\n  HostFull:\n",
        "no job exposes shop_build_info", "add about to `exposes` of the job whose targets have it",
        draft=UNEXPOSED,
    ),
    Mistake(
        "GW225", "alerts, and nobody to tell",
        "# alerts follow\n", "alerts:\n  »Down: {absent: up, severity: warning}\n",
        "nobody is told when Down fires: no spec has notify",
        "add notify with receivers and routes, or leave alertmanager out of outputs",
        severity="warning",
        twin="alerts:\n  Down: {absent: up, severity: warning}\nnotify:\n"
        "  receivers: {mail: {webhook: {url: 'https://example.org/alerts'}}}\n"
        "  routes: [{severity: critical, to: mail}]\n",
        draft=PLAIN,
    ),
    Mistake(
        "GW226", "a scrape that may take longer than the time between two",
        "    interval: 30s\n    timeout: 10s", "    interval: 5s\n    »timeout: 10s",
        "timeout 10s is longer than interval 5s", "Prometheus refuses this; shorten the timeout",
        twin="    interval: 10s\n    timeout: 5s",
    ),
]  # fmt: skip
