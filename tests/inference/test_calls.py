"""Aggregations and functions."""

import pytest

from gw2mon.promql.functions import AGGREGATORS, FUNCTIONS
from tests.inference.claims import claim, holds

RATE = "rate(orders_total[5m])"
BUCKETS = "sum by (le, region) (rate(order_seconds_bucket[5m]))"

AGGREGATIONS = [
    claim(f"sum({RATE})", labels="", most=1, values="[0, inf)", meaning="rate", unit="seconds^-1", key=""),
    claim(f"sum by (region) ({RATE})", labels="region", sure="region", most=2, key="region"),
    claim(f"sum by (region, nosuch) ({RATE})", labels="region"),
    claim(f"sum without (region, result) ({RATE})", labels="instance job", most=2),
    claim(f"sum without () ({RATE})", labels="instance job region result", most=8),
    claim("sum by ($dim) (orders_total)", labels="instance job region result", sure="", fails=False),
    claim("sum by (region) (nosuch)", labels="region", sure="", most=None),
    claim("sum without (region) (nosuch)", labels=" ..."),
    claim("sum(orders_total)", meaning="summed counter"),
    claim("sum(db_up)", values="[0, 2]", meaning="count"),
    claim("avg(db_up)", values="[0, 1]", meaning="ratio"),
    claim("min(db_up)", values="[0, 1]", meaning="boolean"),
    claim("max(used_ratio)", values="[0, 1] nan", meaning="ratio"),
    claim("sum(used_ratio)", values="[0, 4] nan"),
    claim("count(up)", values="[1, 3]", meaning="count", unit=""),
    claim("count(visits_total)", values="[1, inf)"),
    claim("group by (job) (up)", values="[1, 1]", most=2),
    claim("stddev(db_up)", values="[0, inf]"),
    claim("stdvar(order_seconds_sum)", unit=None),
    claim("stddev(build_info)", values="[0, 0]"),
    claim("quantile(0.9, db_up)", values="[0, 1]"),
    claim("quantile(2, db_up)", values="[0, inf]"),
    claim('count_values("value", db_up)', labels="value", sure="value", most=None, values="[1, 2]"),
    claim('count_values("value", up) by (job)', labels="job value"),
    claim('count_values("no-name", up)', fails=True),
    claim("topk(1, orders_total)", labels="instance job region result", most=1, key="", values="[0, inf)"),
    claim("topk(1, up) by (job)", most=2, key="job"),
    claim("topk(2, orders_total)", most=2),
    claim("topk by (region) (3, orders_total)", most=6),
    claim("topk(0, orders_total)", empty="parameter"),
    claim("bottomk(1, vector(3))", always=True),
    claim("topk(scalar(db_up), orders_total)", fails=True),
    claim('sum(orders_total{region="EU"})', empty="value", most=0),
    claim("sum(vector(1))", always=True, values="[1, 1]"),
    claim("sum by (region) (rate(order_seconds_bucket[5m]))", meaning="rate"),
    claim(BUCKETS, meaning="bucket rate"),
]  # fmt: skip

WINDOWS = [
    claim(RATE, labels="instance job region result", meaning="rate", unit="seconds^-1", values="[0, inf)", most=8),
    claim("rate(order_seconds_sum[5m])", unit="", meaning="rate"),
    claim("increase(orders_total[5m])", unit="", meaning="increase", values="[0, inf)"),
    claim("irate(queue_items[5m])", values="[-inf, inf] nan"),
    claim("rate(db_up[5m])", values="[0, inf)"),
    # Where NaN lies between two samples, a fall is no restart.
    claim("rate(used_ratio[5m])", values="(-inf, inf) nan"),
    claim("rate(order_seconds_bucket[5m])", meaning="bucket rate"),
    claim("delta(db_up[5m])", values="(-inf, inf)"),
    claim("idelta(db_up[5m])", values="[-1, 1]"),
    claim("deriv(disk_bytes[5m])", unit="bytes seconds^-1"),
    claim("predict_linear(db_up[5m], 3600)", values="(-inf, inf)", meaning="gauge"),
    claim("predict_linear(db_up[5m], NaN)", values="[-inf, inf] nan"),
    claim("avg_over_time(db_up[5m])", values="[0, 1]", meaning="ratio"),
    claim("max_over_time(db_up[5m])", values="[0, 1]", meaning="boolean"),
    claim("sum_over_time(db_up[5m])", values="[0, inf)"),
    claim("count_over_time(queue_items[5m])", values="[1, inf)"),
    claim("present_over_time(queue_items[5m])", values="[1, 1]", meaning="presence"),
    claim("stddev_over_time(queue_items[5m])", values="[0, inf] nan"),
    claim("quantile_over_time(0.5, db_up[5m])", values="[0, 1]"),
    claim("changes(queue_items[5m])", values="[0, inf)"),
    claim("resets(orders_total[5m])", values="[0, inf)"),
    claim("last_over_time(orders_total[5m])", meaning="counter", most=8),
    claim('rate({__name__=~"orders_total|visits_total"}[5m])', fails=True),
    claim('rate(orders_total{region="EU"}[5m])', empty="value"),
    claim("max_over_time(sum(rate(orders_total[5m]))[1h:1m])", most=1, values="[0, inf)"),
    # At each moment there is one, and over a window there are many.
    claim("max_over_time(topk(1, db_up)[1h:1m])", most=2, key=None),
    claim('absent_over_time(orders_total{region="eu"}[5m])', labels="region", values="[1, 1]"),
    claim("absent_over_time(vector(1)[5m:10m])", empty=None),
    claim("rate(sum(orders_total)[5m:1m])", meaning="rate"),
]  # fmt: skip

HISTOGRAMS = [
    claim(f"histogram_quantile(0.9, {BUCKETS})", labels="region", values="[0, 2] nan", meaning="quantile", most=2,
          unit="seconds"),
    claim(f"histogram_quantile(0.9, {BUCKETS}) > 2", empty="comparison"),
    claim(f"histogram_quantile(0.9, {BUCKETS}) >= 2", values="[2, 2]"),
    claim(f"histogram_quantile(9, {BUCKETS})", values="[0, inf] nan"),
    claim("histogram_quantile(0.9, sum(rate(order_seconds_bucket[5m])))", empty="kind"),
    claim("histogram_quantile(0.9, orders_total)", empty="kind"),
    claim("histogram_quantile(0.9, nosuch)", empty=None, values="[-inf, inf] nan"),
    claim('histogram_quantile(0.9, order_seconds_bucket{le=~"0.+|.Inf"})', values="[0, 0.5] nan"),
    claim("histogram_count(orders_total)", empty="kind"),
    claim("histogram_avg(nosuch)", empty=None),
    claim(f"histogram_fraction(0, 0.2, {BUCKETS})", values="[0, 1] nan", meaning="ratio"),
]  # fmt: skip

LABELS = [
    claim('label_replace(db_up, "kind", "db", "", "")', labels="instance job kind", sure="instance job kind", most=2),
    claim('label_replace(orders_total, "zone", "$1", "region", "(.*)")', most=8,
          sure="instance job region result zone"),
    claim('label_replace(orders_total, "zone", "$1", "region", "e(.)")', labels="instance job region result zone",
          sure="instance job region result"),
    claim('label_replace(orders_total, "region", "all", "region", "eu|us")', most=4, fails=True),
    claim('label_replace(orders_total, "region", "", "region", "eu|us")', labels="instance job result", fails=True),
    claim('label_replace(orders_total, "x", "y", "region", "asia")', labels="instance job region result"),
    claim('label_replace(sum(orders_total), "region", "eu", "", "")', sure="region", most=1, fails=False),
    claim('label_replace(orders_total, "no name", "x", "", "")', fails=True),
    claim('label_join(orders_total, "both", "-", "region", "result")', sure="both instance job region result"),
    claim("absent(orders_total)", labels="", values="[1, 1]", most=1, always=False, empty=None),
    claim('absent(orders_total{job="shop", region!="eu"})', labels="job", sure="job"),
    claim('absent(orders_total{job="shop", job=~"s.*"})', labels=""),
    claim('absent((orders_total{job="shop"}))', labels="job", sure=""),
    claim('absent(sum(orders_total{job="shop"}))', labels=""),
    claim('absent(orders_total{region="EU"})', always=True),
    claim("absent(vector(1))", empty="presence"),
    claim("absent(sum(orders_total) or vector(0))", empty="presence"),
]  # fmt: skip

OTHERS = [
    claim("vector(1)", labels="", most=1, always=True, values="[1, 1]", meaning="number"),
    claim("scalar(db_up)", kind="scalar", values="[0, 1] nan"),
    claim("scalar(vector(2))", values="[2, 2]"),
    claim('scalar(orders_total{region="EU"})', values="nan"),
    claim("time()", kind="scalar", meaning="timestamp", unit="seconds", values="[0, inf)"),
    claim("pi()", kind="scalar", values="[3.14159, 3.14159]"),
    claim("timestamp(up)", meaning="timestamp", unit="seconds", most=3),
    claim("hour()", always=True, values="[0, 23]", most=1),
    claim("day_of_week(last_run_timestamp_seconds)", values="[0, 6]", labels="instance job"),
    claim("day_of_month()", values="[1, 31]"),
    claim("days_in_month()", values="[28, 31]"),
    claim("month() == 13", empty="comparison"),
    claim("abs(queue_items)", values="[0, inf] nan"),
    claim("abs(-db_up)", values="[0, 1]"),
    claim("ceil(used_ratio / 2)", values="[0, 1] nan"),
    claim("floor(used_ratio / 2)", values="[0, 0] nan"),
    claim("round(used_ratio * 7.2)", values="[0, 7] nan"),
    claim("round(db_up, 0.1)", values="[0, 1.1]"),
    claim("sgn(queue_items)", values="[-1, 1] nan"),
    claim("sgn(orders_total > 0)", values="[1, 1]"),
    claim("sqrt(orders_total)", values="[0, inf)"),
    claim("sqrt(queue_items)", values="[0, inf] nan"),
    claim("ln(orders_total)", values="[-inf, inf)"),
    claim("exp(db_up)", values="[1, 2.71828]"),
    claim("sin(orders_total)", values="[-1, 1]"),
    claim("acos(db_up)", values="[0, 3.14159]"),
    claim("acos(orders_total)", values="[0, 3.14159] nan"),
    claim("deg(db_up)", values="[0, 57.2958]"),
    claim("clamp(queue_items, 0, 10)", values="[0, 10] nan", meaning="gauge"),
    claim("clamp(queue_items, 10, 0)", empty="parameter"),
    claim("clamp_min(orders_total, 5)", values="[5, inf)"),
    claim("clamp_max(used_ratio, 0.5)", values="[0, 0.5] nan"),
    claim("sort_desc(orders_total)", most=8, meaning="counter"),
    claim("abs(nosuch)", labels=" ...", empty=None, fails=False),
    claim('abs({__name__=~"orders_total|visits_total"})', fails=True),
]  # fmt: skip


@pytest.mark.parametrize("item", [*AGGREGATIONS, *WINDOWS, *HISTOGRAMS, *LABELS, *OTHERS], ids=str)
def test_a_function_gives_what_its_arguments_allow(item):
    holds(item)


EXAMPLES = {"scalar": "1", "string": '"x"', "instant vector": "nosuch", "range vector": "nosuch[5m]"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_known(name):
    function = FUNCTIONS[name]
    args = [EXAMPLES[kind] for kind in [*function.args, *function.args[-1:] * 12][: function.required]]
    holds(claim(f"{name}({', '.join(args)})", empty=None, kind=function.returns))


@pytest.mark.parametrize("op", AGGREGATORS)
def test_every_aggregation_is_known(op):
    param = AGGREGATORS[op].param
    holds(claim(f"{op}({EXAMPLES[param] + ', ' if param else ''}nosuch)", empty=None))
