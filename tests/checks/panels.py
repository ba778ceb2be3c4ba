"""A panel that shows nothing, misleads, or that nobody can read."""

from tests.checks.mistakes import Mistake

RATE = 'sum(rate(shop_searches_total{job="shop"}[$__rate_interval]))'
PANEL = f"{{expr: '{RATE}', title: Searches}}"
BUCKETS = 'rate(shop_payment_duration_seconds_bucket{job="shop"}[$__rate_interval])'
P95 = f"histogram_quantile(0.95, sum by (le) ({BUCKETS}))"
PAID, ORDERS = (
    f'sum(rate(shop_orders_total{{job="shop"{more}}}[$__rate_interval]))' for more in (', result="paid"', "")
)


def _drawn(expr, *, title="Searches", **more):
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return f"{{expr: '{expr}', title: {title}{extra}}}"


def _wrong(code, story, expr, message, advice="", *, severity="error", twin="", **more):
    """A mistake in the panel in PromQL of the shop."""
    return Mistake(
        code, story, PANEL, "»" + _drawn(expr, **more), message, advice, severity, _drawn(twin, **more) if twin else ""
    )


VARIABLES = "a dashboard has the variables datasource, job and instance"

MISTAKES = [
    # shows nothing
    _wrong(
        "GW701", "a variable that the dashboard does not have",
        RATE.replace("{job", '{category=~"$category", job'),
        "panel Searches: shows nothing: there is no variable category", VARIABLES,
    ),
    _wrong(
        "GW701", "a variable of which several may be chosen, with =",
        RATE.replace('job="shop"', 'job="$job"'),
        "panel Searches: shows nothing: job may be several: write =~", twin=RATE.replace('job="shop"', 'job=~"$job"'),
    ),
    Mistake(
        "GW701", "a note without words", PANEL, "»{text: ' ', title: Note}",
        "panel Note: shows nothing: it says nothing", twin="{text: Read this., title: Note}",
    ),
    # misleads
    _wrong(
        "GW702", "percent where a ratio is said",
        f"100 * {PAID} / {ORDERS}",
        "panel Searches: A gives percent, shown as percentunit",
        "say the unit of the number, or leave it out where the name of the metric tells", severity="warning",
        twin=f"{PAID} / {ORDERS}", unit="ratio",
    ),
    Mistake(
        "GW702", "seconds where milliseconds are said", PANEL, f"»{_drawn(P95, unit='ms')}",
        "panel Searches: A gives seconds, shown as ms",
        "say the unit of the number, or leave it out where the name of the metric tells", "warning",
        _drawn(P95, unit="seconds"),
    ),
    _wrong(
        "GW702", "p99 in the legend, and 0.95 in the query",
        P95, "panel Searches: p99 is said, 0.95 is asked for", "let the legend name the quantile that is asked for",
        severity="warning", twin=P95.replace("0.95", "0.99"), legend="p99",
    ),
    _wrong(
        "GW702", "a window that may hold one sample",
        RATE.replace("$__rate_interval", "$__interval"),
        "panel Searches: rate over $__interval and not over $__rate_interval",
        "write [$__rate_interval]: it is never shorter than four scrapes", severity="warning", twin=RATE,
    ),
    # cannot be read
    _wrong(
        "GW703", "a label in the legend that the query adds away",
        RATE, "panel Searches: the query leaves no label category",
        "keep the label with by, or take it out of the legend", severity="warning",
        twin=RATE.replace("sum(", "sum by (category) ("), legend='"{{category}}"',
    ),
    Mistake(
        "GW703", "one bracket where two belong", PANEL, f"»{_drawn(RATE, legend=chr(34) + '{category}' + chr(34))}",
        "panel Searches: {category} is not of the form {{label}}", "write {{label}}", "warning",
    ),
    _wrong(
        "GW703", "one name for many lines",
        RATE.replace("sum(", "sum by (category) ("),
        "panel Searches: every series of this query is called found",
        "name a label in the legend: {{label}}", severity="warning", twin=RATE, legend="found",
    ),
    _wrong(
        "GW703", "a title with a variable that is not there",
        RATE, "panel Searches in $shop: there is no variable shop", VARIABLES, severity="warning",
        title="Searches in $shop",
    ),
    Mistake(
        "GW703", "a title that its neighbour has", PANEL, f"»{_drawn(RATE, title='Waiting orders')}",
        "panel Waiting orders: another timeseries of its section is called Waiting orders",
        "say in the title what is different", "warning",
    ),
    Mistake(
        "GW703", "a copied panel", PANEL, f"{PANEL}\n        - »{_drawn(RATE, title='Searches again')}",
        "panel Searches again: asks the same as Searches", "change the query, or drop one of them", "warning",
        f"{PANEL}\n        - {_drawn(RATE.replace('shop_searches_total', 'shop_orders_total'), title='Orders again')}",
    ),
    # how far it looks
    Mistake(
        "GW711", "a panel over a time of which half the samples are gone",
        PANEL, "»" + _drawn(RATE.replace("$__rate_interval", "60d")),
        "panel Searches looks back 60d, and samples are kept for 5w", "raise stack.retention, or look back less far",
        twin=_drawn(RATE.replace("$__rate_interval", "30d")),
    ),
]  # fmt: skip
