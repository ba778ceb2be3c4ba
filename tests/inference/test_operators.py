"""Operators: labels that match, values that come of it, and what can never be."""

import pytest

from gw2mon import promql as q
from gw2mon.inference import infer, infer_all
from tests.inference.claims import claim, holds
from tests.inference.worlds import WORLD

BAD, ALL = 'sum(rate(orders_total{result="bad"}[5m]))', "sum(rate(orders_total[5m]))"
BY_REGION, BY_JOB = "sum by (region) (rate(orders_total[5m]))", "sum by (job) (rate(orders_total[5m]))"
FAST, COUNTED = 'order_seconds_bucket{le="0.5"}', "order_seconds_count"

EUROPE, WORLDWIDE = 'rate(orders_total{region="eu"}[5m])', "rate(orders_total[5m])"
CLAIMS = [
    # Shares, which lie between 0 and 1 whatever the data are.
    claim(f"sum by (region) ({EUROPE}) / sum by (region) ({WORLDWIDE})", values="[1, 1] nan"),
    claim(f"sum by (result) ({EUROPE}) / sum by (result) ({WORLDWIDE})", values="[0, 1] nan"),
    claim(f"sum({EUROPE}) / clamp_min(sum({WORLDWIDE}), 0.1)", values="[0, 1]"),
    claim("sum(queue_items > bool 5) / count(queue_items)", values="[0, 1]"),
    claim("sum(db_up == 0) / count(db_up)", values="[0, 0]"),
    # Numbers.
    claim("1 + 2 * 3", kind="scalar", meaning="number", values="[7, 7]"),
    claim("2 ^ 10", values="[1024, 1024]"),
    claim("-1 / 0", values="[-inf, -inf]"),
    claim("0 / 0", values="nan"),
    claim("5 % 0", values="[0, 0] nan"),
    claim("Inf - Inf", values="[-inf, inf] nan"),
    claim("1 > bool 2", values="[0, 0]", holds="never", meaning="boolean"),
    claim("NaN == bool NaN", values="[0, 0]", holds="never"),
    claim("NaN != bool NaN", values="[1, 1]", holds="always"),
    claim("$threshold * 2", values="[-inf, inf] nan"),
    # A vector and a number.
    claim("orders_total + 1", values="[1, inf)", labels="instance job region result", most=8),
    claim("-orders_total", values="(-inf, 0]"),
    claim("1 - used_ratio", values="[0, 1] nan", meaning="ratio"),
    claim("db_up * 100", values="[0, 100]", unit="100"),
    claim("order_seconds_sum * 1000", unit="1000 seconds"),
    claim("order_seconds_sum / 60", meaning="counter"),
    claim("order_seconds_sum * 3", unit="seconds"),
    claim("rate(orders_total[5m]) * 60", unit="60 seconds^-1", meaning="rate"),
    claim("rate(orders_total[5m]) * 7", unit=None),
    claim("queue_items ^ 2", values="[0, inf] nan"),
    claim("orders_total % 10", values="[0, 10]"),
    claim("orders_total / 0", values="[inf, inf] nan"),
    claim("db_up atan2 1", values="[-3.14159, 3.14159]"),
    # Comparisons with a number.
    claim("db_up == 0", values="[0, 0]", most=2, empty=None, holds=""),
    claim("db_up > 1", empty="comparison", values="", most=0, holds="never"),
    claim("db_up >= 0", empty=None, holds="always", always=False),
    claim("db_up > bool 1", values="[0, 0]", meaning="boolean", empty=None, holds="never"),
    claim("orders_total < 0", empty="comparison"),
    claim("orders_total <= 0", values="[0, 0]"),
    claim("0 > orders_total", empty="comparison"),
    claim("0 <= orders_total", values="[0, inf)"),
    claim("queue_items > -Inf < Inf", values="(-inf, inf)"),
    claim("queue_items != 0", values="[-inf, inf] nan"),
    claim("db_up != 0", values="(0, 1]"),
    claim("build_info == 2", empty="comparison"),
    claim("count(queue_items) == 0", empty="comparison"),
    claim("sum(queue_items == 0)", values="[0, 0]"),
    claim("queue_items > NaN", empty="comparison"),
    claim("vector(1) > 0", always=True, holds="always"),
    claim("vector(1) > bool 2", always=True, values="[0, 0]"),
    claim("time() - last_run_timestamp_seconds > 3600", meaning="duration", unit="seconds", values="(3600, inf]"),
    claim("time() - build_info", meaning="gauge"),
    claim("last_run_timestamp_seconds + 60", meaning="timestamp", unit="seconds"),
    claim("scalar(db_up) > bool 1", values="[0, 0]", kind="scalar"),
    # Two vectors.
    claim(f"{BAD} / {ALL}", values="[0, 1] nan", meaning="ratio", unit="", most=1, fails=False, labels=""),
    claim(f"100 * {BAD} / {ALL}", values="[0, inf] nan", unit="100"),
    claim(f"({BAD} or 0 * {ALL}) / ({ALL} > 0)", values="[0, 1]"),
    claim(f"1 - {BAD} / ({ALL} > 0)", values="[0, 1]"),
    claim(f"{BAD} / {ALL} > 5", empty="comparison"),
    claim(f"{ALL} / {BAD}", values="[0, inf] nan"),
    claim(f"sum by (region) (rate({FAST}[5m])) / sum by (region) (rate({COUNTED}[5m]))", fails=False,
          values="[0, 1] nan"),
    claim(f"sum(rate({FAST}[5m])) / sum(rate({COUNTED}[10m]))", values="[0, inf] nan"),
    claim(f"sum(rate(order_seconds_bucket[5m])) / sum(rate({COUNTED}[5m]))", values="[0, inf] nan"),
    claim(f"sum(rate({FAST}[5m])) / (sum(rate({COUNTED}[5m]) and on (job, instance, region) rate({FAST}[5m])))",
          values="[0, 1] nan"),
    claim("count(queue_items > 5) / count(queue_items)", values="[0, 1]"),
    claim("sum(queue_items > 5) / sum(queue_items)", values="[-inf, inf] nan"),
    claim(f"sum by (region, result) (rate(orders_total[5m])) / on (region) group_left {BY_REGION}",
          values="[0, 1] nan", labels="region result", fails=False),
    claim('rate(orders_total{result="bad"}[5m]) / rate(orders_total[5m])', values="[1, 1] nan"),
    claim('rate(orders_total{result="bad"}[5m]) / ignoring (result) rate(orders_total[5m])', fails=True,
          values="[0, inf] nan"),
    claim('rate(orders_total{result="bad"}[5m]) / ignoring (result) rate(orders_total{result="ok"}[5m])', fails=False,
          labels="instance job region", most=4),
    claim("rate(order_seconds_sum[5m]) / rate(order_seconds_count[5m])", unit="seconds", meaning="gauge",
          values="[0, inf] nan", fails=False),
    claim(f"{BY_REGION} / {BY_JOB}", empty="matching", why="label region never has the same value on both sides of /"),
    claim(f"{BY_REGION} / on () {BY_JOB}", fails=True, empty=None),
    claim(f"{BY_REGION} / on () group_left {BY_JOB}", fails=False, labels="region", most=2),
    claim(f"{BY_REGION} / on () group_left sum(up)", fails=False, labels="region"),
    claim(f"{BY_JOB} / on (job) sum by (job, region) (rate(orders_total[5m]))", fails=True),
    claim("orders_total * on (job, instance) group_left (version) build_info", fails=True,
          labels="instance job region result version"),
    claim('orders_total * on (job, instance) group_left (version) build_info{version="1.2"}', fails=False,
          sure="instance job region result version", most=8),
    claim("db_up * on (job, instance) group_right () orders_total", labels="instance job region result", fails=False),
    claim("orders_total * on (job, instance) group_left topk by (job, instance) (1, build_info)", fails=False),
    claim('orders_total{region="eu"} + on (job, instance, result) orders_total{region="us"}', most=4, fails=False,
          labels="instance job result"),
    claim("vector(1) + vector(2)", always=True, values="[3, 3]", most=1),
    claim("orders_total > on (nosuch) db_up", fails=True),
    claim("db_up > queue_items", empty="matching"),
    claim("sum(db_up) > sum(db_up) + 5", holds="never", empty="comparison"),
    claim("used_ratio > on (job, instance, region) (used_ratio + 2)", empty="comparison"),
    # Sets.
    claim("orders_total and on (job, instance) db_up == 0", labels="instance job region result", most=8,
          values="[0, inf)"),
    claim("db_up and queue_items", empty="matching"),
    claim("db_up and on () vector(1)", empty=None, always=False),
    claim('orders_total and orders_total{region="EU"}', empty="value"),
    claim('orders_total and orders_total{region="eu"}', most=4),
    claim("orders_total unless on () vector(1)", empty="presence"),
    claim('orders_total unless orders_total{region="EU"}', empty=None, most=8),
    claim("vector(1) unless vector(2) > 3", always=True),
    claim(f"{BAD} or vector(0)", values="[0, inf)", always=True, most=1, meaning="rate", unit="seconds^-1"),
    claim("orders_total or vector(0)", labels="instance job region result", sure="", most=9, always=True),
    claim("orders_total or on () vector(0)", most=8, always=True),
    claim('orders_total{region="EU"} or db_up', values="[0, 1]", labels="instance job", empty=None),
    claim("db_up == 2 or db_up == 3", empty="comparison"),
    claim("absent(db_up) or db_up == 0", values="[0, 1]", sure=""),
]  # fmt: skip


@pytest.mark.parametrize("item", CLAIMS, ids=str)
def test_an_operator_gives_what_its_sides_allow(item):
    holds(item)


def pairing(text):
    return infer(q.parse(text), WORLD).pairing


def test_a_match_that_must_fail_names_the_labels_that_repeat():
    found = pairing(f"{BY_JOB} / on (job) sum by (job, region) (rate(orders_total[5m]))")
    assert found.on == {"job"}
    assert (found.left_repeats, found.right_repeats) == (frozenset(), {"region"})


def test_a_match_of_unknown_series_cannot_be_told():
    found = pairing("stray + on (job) other")
    assert (found.left_repeats, found.right_repeats, found.disjoint) == (None, None, "")


def test_series_that_never_match_name_the_label():
    assert pairing('orders_total{region="eu"} - orders_total{region="us"}').disjoint == "region"
    assert pairing("orders_total unless db_up").disjoint == "region"


def test_each_expression_inside_has_its_own_claims():
    expr = q.parse("sum(rate(orders_total[5m])) > 1 or vector(0)")
    found = infer_all(expr, WORLD)
    assert len(found) == sum(1 for _ in q.walk(expr))
    assert {found[id(node)].meaning for node in q.walk(expr)} == {"counter", "rate", "number"}
    assert found[id(expr)] == infer(expr, WORLD)


def test_a_window_and_its_selector_are_both_known():
    expr = q.parse("rate(orders_total[5m])")
    window = expr.args[0]
    found = infer_all(expr, WORLD)
    assert (found[id(window)].kind, found[id(window.selector)].kind) == ("range vector", "instant vector")
