"""Selectors in the closed world: what they can find, and why they find nothing."""

import pytest

from gw2mon import promql as q
from gw2mon.inference import infer
from gw2mon.inference.values import ANYTHING, Values
from tests.inference.claims import claim, holds
from tests.inference.worlds import WORLD

TARGET = "instance job"

CLAIMS = [
    claim("orders_total", kind="instant vector", meaning="counter", unit="", values="[0, inf)", fails=False,
          labels=f"{TARGET} region result", sure=f"{TARGET} region result", most=8, empty=None, always=False),
    claim("visits_total", labels=f"{TARGET} page region", sure=f"{TARGET} region", most=None),
    claim("order_seconds_bucket", meaning="bucket", unit="", labels=f"{TARGET} le region", most=16),
    claim("order_seconds_sum", meaning="counter", unit="seconds", values="[0, inf)"),
    claim("order_seconds_count", meaning="counter", unit="", most=4),
    claim("queue_items", meaning="gauge", values="[-inf, inf] nan"),
    claim("used_ratio", meaning="ratio", values="[0, 1] nan"),
    claim("db_up", meaning="boolean", values="[0, 1]", most=2),
    claim("last_run_timestamp_seconds", meaning="timestamp", unit="seconds"),
    claim("build_info", meaning="info", values="[1, 1]", labels=f"{TARGET} version", sure=TARGET),
    claim("up", meaning="boolean", values="[0, 1]", labels=f"{TARGET} zone", sure=TARGET, most=3),
    claim("scrape_duration_seconds", unit="seconds", values="[0, inf)"),
    # The zone of the target wins over that of the disk.
    claim("disk_bytes", labels="exported_zone instance job zone", most=2, unit="bytes"),
    claim('disk_bytes{zone="inner"}', empty="value"),
    claim('disk_bytes{exported_zone="inner"}', most=1),
    # Matchers.
    claim('up{job="shop"}', most=2),
    claim('up{job="host"}', most=1, sure="instance job zone"),
    claim('up{job="shop", instance="host:1"}', empty="value", most=0, values=""),
    claim('orders_total{region="EU"}', empty="value", why='label region of orders_total is never "EU"'),
    claim('orders_total{region!="eu"}', most=4),
    claim('orders_total{region!~"eu|us"}', empty="value", why='label region of orders_total always matches "eu|us"'),
    claim('orders_total{region=~"eu|uk"}', most=4),
    claim('orders_total{region=~"e.*"}', most=4),
    claim('orders_total{region=~".*"}', most=8),
    claim('orders_total{region=""}', empty="value"),
    claim('orders_total{queue="letters"}', empty="label", why="orders_total has no label queue"),
    claim('orders_total{queue=""}', empty=None, most=8),
    claim('orders_total{queue!="letters"}', empty=None, most=8),
    claim('orders_total{queue=~".*"}', empty=None),
    claim('orders_total{queue=~".+"}', empty="label"),
    claim('orders_total{job="host"}', empty="value"),
    claim('visits_total{page=""}', labels=f"{TARGET} region", most=4),
    claim('visits_total{page="about"}', empty=None, most=4, sure=f"{TARGET} page region"),
    claim('visits_total{page!=""}', most=None, sure=f"{TARGET} page region"),
    claim('order_seconds_bucket{le="2"}', empty="value"),
    claim('order_seconds_bucket{le="2.0"}', empty=None, most=4),
    claim('order_seconds_bucket{le=~"0.+"}', most=8),
    claim("orders_total offset 1w @ 1600000000", most=8, values="[0, inf)"),
    # Variables of a dashboard rule nothing out.
    claim('orders_total{region=~"$region", job=~"$job"}', most=8, empty=None),
    claim('$metric{job="shop"}', meaning="unknown", labels="job ...", empty=None, most=None),
    # Names.
    claim('{__name__="orders_total"}', meaning="counter", most=8),
    claim('{__name__=~"orders_total|visits_total", page="home"}', most=4, meaning="counter"),
    claim('{__name__=~"orders_total|db_up"}', meaning="unknown", unit="", labels=f"{TARGET} region result", sure=TARGET,
          most=10),
    claim('{__name__=~"orders.*"}', meaning="unknown", labels=" ...", most=None, empty=None),
    claim('{job="shop"}', labels="job ...", sure="job", empty=None),
    claim("order_seconds", empty="series", why="order_seconds is a histogram, which has no series of that name"),
    # Nothing is said of what the world does not know.
    claim('nosuch_total{region="EU"}', empty=None, most=None, meaning="unknown", values="[-inf, inf] nan",
          labels="region ...", sure="region"),
    claim('ALERTS{alertstate="firing"}', values="[1, 1]", meaning="presence", empty=None),
    claim('ALERTS{alertstate="fired"}', empty="value"),
    # A window.
    claim("orders_total[5m]", kind="range vector", most=8, values="[0, inf)"),
    claim("(vector(1))[5m:1m]", kind="range vector", always=False, most=1, values="[1, 1]"),
    claim('orders_total{region="EU"}[5m]', empty="value", most=0),
]  # fmt: skip


@pytest.mark.parametrize("item", CLAIMS, ids=str)
def test_a_selector_finds_what_the_world_declares(item):
    holds(item)


def test_the_reason_points_at_the_matcher():
    text = 'orders_total{result="ok", region="EU"} > 0'
    found = infer(q.parse(text), WORLD).empty
    assert text[slice(*found.span)] == 'region="EU"'
    assert (found.label, found.value) == ("region", "EU")


def test_the_reason_points_at_the_selector_when_its_name_is_wrong():
    text = "sum(rate(order_seconds[5m]))"
    assert text[slice(*infer(q.parse(text), WORLD).empty.span)] == "order_seconds"


def test_the_same_selector_elsewhere_gets_a_place_of_its_own():
    text = 'orders_total{region="EU"} or orders_total{region="EU"}'
    found = infer(q.parse(text).rhs, WORLD).empty
    assert found.span[0] > len(text) // 2


def test_values_of_a_label_are_those_that_matchers_leave():
    labels = infer(q.parse('visits_total{region!="eu", page=~"[a-z]+"}'), WORLD).labels
    assert labels.of("region") == Values(frozenset({"us"}))
    assert labels.of("page") == Values(frozenset({"home"}), open=True, filters=(("=~", "[a-z]+"),))
    assert labels.of("page").admits("news")
    assert not labels.of("page").admits("News")
    assert labels.of("nosuch").known == {""}
    assert infer(q.parse("nosuch"), WORLD).labels.of("any") == ANYTHING
