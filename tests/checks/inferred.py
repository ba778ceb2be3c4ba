"""What only the types, labels, values and units of a query tell about it."""

from tests.checks.mistakes import Mistake
from tests.checks.panels import PANEL
from tests.checks.queries import marked

QUEUE = 'shop_queue_length{job="shop"}'
PROOF = '\'shop_queue_length{job="shop", instance="shop:8000", queue="parcels"}\''


def orders(matcher="", window="5m"):
    """How fast orders come, or some of them."""
    more = f", {matcher}" if matcher else ""
    return f'rate(shop_orders_total{{job="shop"{more}}}[{window}])'


FAILED, ALL = orders('result="failed"'), orders()
INCREASED = FAILED.replace("rate", "increase")
UP = 'sum(up{job="shop"})'
SHARE = f"sum({FAILED}) / sum({ALL})"
BUCKETS = 'rate(shop_payment_duration_seconds_bucket{job="shop"}[5m])'
BY_PAYMENT = f"histogram_quantile(0.95, sum by (le, payment) ({BUCKETS}))"
P95 = f"histogram_quantile(0.95, sum by (le) ({BUCKETS}))"


def _alert(code, story, query, message, advice, twin, severity="error"):
    """A mistake in an alert in PromQL; `query` is the whole of it, and the part that is shown to be at fault."""

    def written(text, mark=""):
        proof = f"proof: {{fires: {{{PROOF}: 1}}, silent: {{{PROOF}: 0}}}}"
        return f"alerts:\n  Odd: {{expr: {mark}'{text}', for: 5m, severity: warning, {proof}}}\n"

    help_text = f"{advice}\n{marked(*query)}"
    return Mistake(code, story, "alerts:\n", written(query[0], "»"), message, help_text, severity, written(twin))


def _panel(code, story, query, message, advice, twin, severity="warning"):
    """The same in a panel."""

    def written(text):
        return f"{{expr: '{text}', title: Searches}}"

    help_text = f"{advice}\n{marked(*query)}"
    return Mistake(code, story, PANEL, f"»{written(query[0])}", message, help_text, severity, written(twin))


def _slo(name, bad):
    return f"slos:\n  {name}: {{query: {{bad: '{bad}', total: '{SLO_TOTAL}'}}, objective: 99%, window: 30d}}\n"


SLO_TOTAL = "sum(" + orders(window="$window") + ")"
REFUNDS = "sum(" + orders('result="refunded"', "$window") + ")"
EXAMPLE = 'node_filesystem_size_bytes{job="host", instance="node-exporter:9100", mountpoint="/"}'
IMPOSSIBLE = EXAMPLE.replace('job="host"', 'job="hosts"')
INSIDE, BOTH_SIDES = "choose a bound inside", "use the same function on both sides"
FIRST = "add the buckets up first: sum by (le) (…)"
UNIT_OF_VALUE = "write the threshold in the unit of the value"
DISK = 'node_filesystem_avail_bytes{job="host"}'
MEMORY = 'node_memory_MemAvailable_bytes{job="host"}'
BOOT = 'node_boot_time_seconds{job="host"}'

DISK_SIZE = DISK.replace("avail", "size")
IN_PERCENT, LAST_WEEK, HOURLY = P95.replace("0.95", "95"), ALL.replace("])", "] offset 1w)"), orders(window="1h")
CONTRADICTION = "sum(" + orders('result="paid", result="failed"') + ")"
EXCLUDED = "sum(" + orders('result!~"paid|failed|refused"') + ")"
REJECTED = "sum(" + orders('result=~"failed|rejected"') + ")"
VARIABLE = 'sum(shop_queue_length{job="shop", queue!="$queue"}) > 100'
NO_KIND = 'sum(rate(shop_searches_total{job="shop", kind="books"}[5m]))'
MUSIC = 'sum(rate(shop_searches_total{job="shop", category="Music"}[5m]))'
FAIL = "sum(" + orders('result="fail"') + ")"

MISTAKES = [
    # what panels read
    _panel(
        "GW202", "a label that its metric does not have, in a panel", (NO_KIND, 'kind="books"'),
        "shop_searches_total has no label kind in panel Searches", "known labels: category, instance, job",
        NO_KIND.replace("kind", "category"), "error",
    ),
    _panel(
        "GW202", "a panel grouped by a label that its metric does not have",
        (f"sum by (paymnt) ({ALL})", f"sum by (paymnt) ({ALL})"),
        "no series has label paymnt, by which panel Searches groups", "did you mean payment?",
        f"sum by (payment) ({ALL})", "error",
    ),
    _panel(
        "GW203", "a value that a label never has, in a panel", (FAIL, 'result="fail"'),
        'label result of shop_orders_total is never "fail" in panel Searches', "did you mean failed?",
        FAIL.replace("fail", "failed"), "error",
    ),
    _panel(
        "GW304", "a counter drawn as it is",
        ('sum(shop_orders_total{job="shop"})', 'shop_orders_total{job="shop"}'),
        "shop_orders_total in panel Searches is a counter: it grows until the next restart",
        "ask how fast it grows: rate(shop_orders_total[$__rate_interval])", f"sum({ALL})",
    ),

    # counters and gauges
    _alert(
        "GW306", "the rate of a gauge", (f"sum(rate({QUEUE}[5m])) > 1", f"rate({QUEUE}[5m])"),
        "rate() in Odd is of shop_queue_length, which is no counter: each fall is a restart to it",
        "use the value itself, its change, delta(…), or its trend, deriv(…)", f"sum(deriv({QUEUE}[5m])) > 1",
    ),
    _panel(
        "GW306", "the increase of what an exporter calls a gauge",
        ('sum(increase(node_load1{job="host"}[10m]))', 'increase(node_load1{job="host"}[10m])'),
        "increase() in panel Searches is of node_load1, which is no counter: each fall is a restart to it",
        "use the value itself, its change, delta(…), or its trend, deriv(…)", 'sum(delta(node_load1{job="host"}[10m]))',
    ),
    _alert(
        "GW307", "the rate of a rate", (f"sum(rate({ALL}[10m:1m])) > 1", f"rate({ALL}[10m:1m])"),
        "rate() in Odd is of a rate, which is no counter",
        "ask for its trend, deriv(…), or for the counter itself", f"sum(deriv({ALL}[10m:1m])) > 1",
    ),
    _alert(
        "GW308", "the rate of counters that are added up",
        ('rate(sum(shop_orders_total{job="shop"})[5m:15s]) > 100', 'rate(sum(shop_orders_total{job="shop"})[5m:15s])'),
        "rate() in Odd is of counters added up: each restart of one is taken for growth",
        "take the rate first: sum(rate(…[5m]))", f"sum({ALL}) > 100",
    ),
    _alert(
        "GW309", "the difference of a counter",
        ('sum(delta(shop_orders_total{job="shop"}[1h])) < 10', 'delta(shop_orders_total{job="shop"}[1h])'),
        "delta() in Odd is of a counter, which begins again at 0 after a restart",
        "ask how much it grew, rate(…) or increase(…)", 'sum(increase(shop_orders_total{job="shop"}[1h])) < 10',
    ),
    _panel(
        "GW309", "the average of a counter",
        ('sum(avg_over_time(shop_orders_total{job="shop"}[1h]))', 'avg_over_time(shop_orders_total{job="shop"}[1h])'),
        "avg_over_time() in panel Searches is of a counter, which begins again at 0 after a restart",
        "ask how much it grew, rate(…) or increase(…)", 'sum(increase(shop_orders_total{job="shop"}[1h]))',
    ),
    _panel(
        "GW310", "an increase over a rate",
        (f"sum({INCREASED}) / sum({ALL})",
        f"sum({INCREASED}) / sum({ALL})"),
        "/ in panel Searches has an increase on its left and a rate on its right", BOTH_SIDES, SHARE,
    ),
    _panel(
        "GW311", "a ratio over two windows",
        (f"sum({FAILED}) / sum({HOURLY})", f"sum({FAILED}) / sum({HOURLY})"),
        "the ratio in panel Searches has 5m above 1h", "look back over the same time on both sides", SHARE,
    ),
    _alert(
        "GW304", "a counter compared as it is",
        ('sum(shop_orders_total{job="shop"}) > 1000', 'shop_orders_total{job="shop"}'),
        "shop_orders_total in Odd is a counter: it grows until the next restart",
        "ask how fast it grows: rate(shop_orders_total[5m])", f"sum({ALL}) > 10", "warning",
    ),
    # buckets and quantiles
    _alert(
        "GW312", "a quantile whose buckets lost their bounds",
        (f"histogram_quantile(0.95, sum({BUCKETS})) > 0.5", f"histogram_quantile(0.95, sum({BUCKETS}))"),
        "histogram_quantile() in Odd is of series without le, so it returns nothing",
        "keep the bounds: sum by (le) (rate(…_bucket[5m]))", f"{P95} > 0.5",
    ),
    _alert(
        "GW313", "a quantile in percent", (f"{IN_PERCENT} > 0.5", "95"),
        "a quantile lies between 0 and 1; 95 in Odd does not", "write 0.95", f"{P95} > 0.5",
    ),
    _alert(
        "GW313", "a quantile of gauges beyond all of them", (f"quantile(2, {QUEUE}) > 5", "2"),
        "a quantile lies between 0 and 1; 2 in Odd does not", "write 0.02", f"quantile(0.5, {QUEUE}) > 5",
    ),
    _panel(
        "GW314", "the mean of quantiles",
        (f"avg({BY_PAYMENT})", f"avg({BY_PAYMENT})"),
        "avg of quantiles in panel Searches is a quantile of nothing",
        "add the buckets up first, or take the worst with max", f"max({BY_PAYMENT})",
    ),
    _panel(
        "GW315", "a quantile for each process and payment", (f"histogram_quantile(0.95, {BUCKETS})", BUCKETS),
        "the quantile in panel Searches is one for each payment", FIRST, P95,
    ),
    _alert(
        "GW403", "a quantile compared with what lies between two buckets", (f"{P95} > 0.7", "0.7"),
        "Odd compares with 0.7, which is no bucket",
        "the quantile is interpolated between 0.5 and 1; choose one of them", f"{P95} > 0.5", "warning",
    ),
    _alert(
        "GW401", "a quantile above the largest bucket", (f"{P95} > 5", f"{P95} > 5"),
        "Odd never fires: its value lies within 0 to 1",
        "the buckets end there: add one above the threshold, or choose one inside", f"{P95} > 0.5",
    ),
    # matching
    _alert(
        "GW316", "a share whose sides have different labels",
        (f"sum by (payment) ({FAILED}) / sum({ALL}) > 0.05", "/"),
        "/ in Odd returns nothing: only its left side has label payment",
        "keep the same labels on both sides, or match with on (…)", f"{SHARE} > 0.05",
    ),
    _alert(
        "GW316", "an exception that excepts nothing",
        (f"sum by (queue) ({QUEUE}) > 100 unless {UP} == 0", "unless"),
        "unless in Odd removes nothing: only its left side has label queue",
        "keep the same labels on both sides, or match with on (…)",
        f"sum by (queue) ({QUEUE}) > 100 unless on () {UP} == 0",
    ),
    _alert(
        "GW317", "many series for one, without group_left",
        (f"{QUEUE} / ignoring (queue) sum without (queue) ({QUEUE}) > 0.9", "/"),
        "/ in Odd fails: several series of its left side, by queue, meet one of the other",
        "add group_left (), or add the left side up first",
        f"{QUEUE} / ignoring (queue) group_left () sum without (queue) ({QUEUE}) > 0.9",
    ),
    _alert(
        "GW318", "a label that was added away",
        (f"sum by (queue) (sum by (instance) ({QUEUE})) > 100", f"sum by (queue) (sum by (instance) ({QUEUE}))"),
        "label queue, by which Odd groups, is added away before",
        "keep it in the inner aggregation: by (queue, …)", f"sum by (queue) ({QUEUE}) > 100",
    ),
    _alert(
        "GW202", "a label that no series has, to match on",
        (f"{QUEUE} > on (pod) group_left () {UP}",
        f"{QUEUE} > on (pod) group_left () {UP}"),
        "no series has label pod, by which > in Odd matches", "known labels: instance, job, queue",
        f"{QUEUE} > on () group_left () {UP}",
    ),
    _alert(
        "GW319", "each series divided by itself", (f"{FAILED} / {ALL} > 0.05", f"{FAILED} / {ALL}"),
        "the ratio in Odd is 1 whatever happens: each series is divided by itself",
        "add both sides up: sum(…) / sum(…)", f"{SHARE} > 0.05",
    ),
    _alert(
        "GW320", "less than itself", (f"sum({ALL}) < 0.5 * sum({ALL})", f"sum({ALL}) < 0.5 * sum({ALL})"),
        "both sides of < in Odd are the same at the same time",
        "compare with something else, or with the past: offset 1d",
        f"sum({ALL}) < 0.5 * sum({LAST_WEEK})",
    ),
    _panel(
        "GW321", "a fallback that stands beside what it is for",
        (f"sum by (queue) ({QUEUE}) or vector(0)", "vector(0)"),
        "vector(0) in panel Searches stands beside the series by queue, and replaces none of them",
        "write the same labels at 0: or sum by (…) (…) * 0, or or on ()", f"sum({QUEUE}) or vector(0)",
    ),
    # matchers
    _panel(
        "GW322", "two values of a label at once", (CONTRADICTION, 'result="failed"'),
        "the matchers of label result of shop_orders_total in panel Searches leave none of its values",
        "known values: failed, paid, refused", f"sum({FAILED})", "error",
    ),
    _panel(
        "GW322", "all values excluded but that of what is not declared",
        (EXCLUDED, 'result!~"paid|failed|refused"'),
        'result!~"paid|failed|refused" in panel Searches leaves no value of shop_orders_total',
        "known values: failed, paid, refused", EXCLUDED.replace("|refused", ""),
    ),
    _panel(
        "GW323", "an alternative that never occurs", (REJECTED, 'result=~"failed|rejected"'),
        'label result of shop_orders_total is never "rejected" in panel Searches',
        "known values: failed, paid, refused", REJECTED.replace("rejected", "refused"),
    ),
    _panel(
        "GW203", "a value that is nearly one of those known", (MUSIC, 'category="Music"'),
        'label category of shop_searches_total is not known to be "Music" in panel Searches',
        "did you mean music?", MUSIC.replace("Music", "maps"),
    ),
    _alert(
        "GW330", "a variable of a dashboard", (VARIABLE, 'queue!="$queue"'),
        "$queue in Odd is plain text: only dashboards have variables", "write the value itself",
        VARIABLE.replace("$queue", "letters"), "warning",
    ),
    # comparisons
    _alert(
        "GW401", "a count that is never 0", (f"count({QUEUE} > 100) == 0", f"count({QUEUE} > 100) == 0"),
        "Odd never fires: its value lies within 1 to 3", "choose a threshold inside", f"count({QUEUE} > 100) == 1",
    ),
    _alert(
        "GW402", "a share that is never negative", (f"{SHARE} >= 0", f"{SHARE} >= 0"),
        "Odd always fires: its value lies within 0 to 1", "choose a threshold inside", f"{SHARE} > 0",
    ),
    _alert(
        "GW324", "one of two conditions that never holds",
        (f"sum({QUEUE}) > 100 or sum({ALL}) < 0", f"sum({ALL}) < 0"),
        f"sum({ALL}) < 0 in Odd never holds: the value is 0 or more", INSIDE, f"sum({QUEUE}) > 100 or sum({ALL}) == 0",
    ),
    _panel(
        "GW325", "a condition that always holds",
        (f"sum({QUEUE}) > 100 and sum({ALL}) >= 0", f"sum({ALL}) >= 0"),
        f"sum({ALL}) >= 0 in panel Searches always holds: the value is 0 or more", INSIDE,
        f"sum({QUEUE}) > 100 and sum({ALL}) > 0",
    ),
    _panel(
        "GW326", "bytes compared with a time", (f"{MEMORY} < {BOOT}", f"{MEMORY} < {BOOT}"),
        "< in panel Searches has bytes on its left and seconds on its right", "compare and add what has the same unit",
        f"{MEMORY} < 1e9",
    ),
    _panel(
        "GW327", "milliseconds less seconds", (f"time() * 1000 - {BOOT}", f"time() * 1000 - {BOOT}"),
        "- in panel Searches has 1000 times seconds on its left and seconds on its right",
        "bring both sides to the same scale", f"time() - {BOOT}",
    ),
    _alert(
        "GW327", "percent of a share of 1", (f"max({DISK} / {DISK_SIZE}) < 10", "10"),
        "10 in Odd is of another scale: the value is a share of 1, and this looks like percent", UNIT_OF_VALUE,
        f"max({DISK} / {DISK_SIZE}) < 0.1", "warning",
    ),
    # windows
    _alert(
        "GW328", "a step beyond the range", (f"max_over_time(sum({QUEUE})[10m:15m]) > 100", f"sum({QUEUE})[10m:15m]"),
        "[10m:15m] in Odd is mostly empty: its step is above its range",
        "let the step be a part of the range: [10m:1m]", f"max_over_time(sum({QUEUE})[10m:1m]) > 100",
    ),
    _alert(
        "GW329", "tomorrow", (f"sum({QUEUE}) > 2 * sum({QUEUE} offset -1d)", f"{QUEUE} offset -1d"),
        "offset -1d in Odd asks for samples of the future", "look back: offset 1d",
        f"sum({QUEUE}) > 2 * sum({QUEUE} offset 1d)",
    ),
    # SLOs and proofs
    Mistake(
        "GW203", "an SLO that counts what never happens",
        "slos:\n", _slo("»refunds", REFUNDS),
        'label result of shop_orders_total is never "refunded" in SLO refunds',
        "did you mean refused?\n" + marked(f"{REFUNDS} / {SLO_TOTAL}", 'result="refunded"'), "warning",
        _slo("refunds", REFUNDS.replace("refunded", "refused")),
    ),
    Mistake(
        "GW203", "a proof with a series that cannot be", f"{EXAMPLE}: 100\n      silent",
        f"»{IMPOSSIBLE}: 100\n      silent",
        'label job of node_filesystem_size_bytes is never "hosts" in the proof of HostFull',
        "did you mean host?\n" + marked(IMPOSSIBLE, 'job="hosts"'),
    ),
    # conditions
    _alert(
        "GW421", "a condition that is only told", (f"sum({QUEUE}) > bool 100", f"sum({QUEUE}) > bool 100"),
        "Odd fires whenever its series exist: with bool a comparison returns 0 or 1, and drops nothing",
        "take bool away", f"sum({QUEUE}) > 100",
    ),
    _alert(
        "GW421", "a count of all instead of some", (f"count({QUEUE} > bool 100) > 1", f"{QUEUE} > bool 100"),
        "count in Odd counts all series: with bool a comparison drops none of them", "take bool away, or use sum",
        f"count({QUEUE} > 100) > 1",
    ),
    _alert(
        "GW422", "the absence of one among several", (f"absent(sum by (queue) ({QUEUE}))", f"sum by (queue) ({QUEUE})"),
        "absent() in Odd tells nothing of single groups: it is silent as long as one of them is left",
        "compare with what was there: … offset 1h unless …", f"absent(sum({QUEUE}))", "warning",
    ),
    _alert(
        "GW423", "an alert about what is well", ('up{job="shop"} == 1', 'up{job="shop"} == 1'),
        'up{job="shop"} == 1 in Odd holds while all is well: up is 1 then', "turn the comparison round",
        'up{job="shop"} == 0', "warning",
    ),
    Mistake(
        "GW424", "a wait that is over before the next evaluation",
        "for: 10m, above: {warning: 100}", "for: 5s, above: {»warning: 100}",
        "QueueLong waits 5s, but is evaluated every 15s", "wait for 15s or more, or not at all", "warning",
    ),
]  # fmt: skip
