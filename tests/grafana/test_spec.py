"""Panels as people write them, and what gw2mon says when a name in one refers to nothing."""

from decimal import Decimal

import pytest

from gw2mon import finding
from gw2mon import promql as q
from tests.grafana import making
from tests.spec_editing import SHOP

WAITING = "{value: shop_queue_length, by: [queue], title: Waiting orders}"


def panels_of(draft, dashboard="orders"):
    (service,) = making.compiled(draft)[0].services
    (entry,) = [each for each in service.dashboards if each.name == dashboard]
    return [panel for row in entry.rows for panel in row.panels]


def shown(panel):
    """The third panel of a spec that differs from the shop's in this one."""
    return panels_of(SHOP.edited(WAITING, panel))[2]


def texts(panel):
    return [q.to_text(query.expr).replace(', job=~"$job", instance=~"$instance"', "") for query in panel.queries]


@pytest.mark.parametrize(
    ("written", "queries", "unit"),
    [
        ("{rate-of: orders}", ['sum(rate(shop_orders_total{job="shop"}[$__rate_interval]))'], "per second"),
        ("{rate-of: requests, by: [handler]}",
         ['sum by (handler) (rate(http_requests_total{job="shop"}[$__rate_interval]))'], "requests per second"),
        ("{rate-of: shop_searches_total, only: {category: [books]}}",
         ['sum(rate(shop_searches_total{job="shop", category="books"}[$__rate_interval]))'], "per second"),
        ("{rate-of: orders, over: 5m}", ['sum(rate(shop_orders_total{job="shop"}[5m]))'], "per second"),
        ("{bad-share-of: orders, over: 5m}", ["shop:orders_bad:ratio_rate5m"], "ratio"),
        ("{top: 3, of: shop_searches_total, by: [category]}",
         ['topk(3, sum by (category) (rate(shop_searches_total{job="shop"}[$__range])))'], "per second"),
        ("{quantiles: [0.9], of: payment-time, by: [payment]}",
         [("histogram_quantile(0.9, sum by (le, payment) "
          '(rate(shop_payment_duration_seconds_bucket{job="shop"}[$__rate_interval])))')], "seconds"),
        ("{heatmap-of: payment-time}",
         ['sum by (le) (increase(shop_payment_duration_seconds_bucket{job="shop"}[$__rate_interval]))'], "seconds"),
        ("{average-of: shop_basket_items}",
         [('sum(rate(shop_basket_items_sum{job="shop"}[$__rate_interval])) / '
          '(sum(rate(shop_basket_items_count{job="shop"}[$__rate_interval])) > 0)')], ""),
        ("{value: shop_queue_length, as: stat, aggregate: sum}", ['sum(shop_queue_length{job="shop"})'], ""),
        ("{value: shop_queue_length}", ['max by (queue, instance) (shop_queue_length{job="shop"})'], ""),
        ("{value: shop_backup_last_success_timestamp_seconds}",
         ['time() - max(shop_backup_last_success_timestamp_seconds{job="shop"})'], "seconds"),
        ("{info: shop_build_info}", ['max by (version, instance) (shop_build_info{job="shop"})'], ""),
        ("{expr: 'sum(rate(shop_searches_total[5m]))', title: T, unit: per second}",
         ['sum(rate(shop_searches_total{job="shop"}[5m]))'], "per second"),
    ],
)  # fmt: skip
def test_each_form_becomes_a_query(written, queries, unit):
    panel = shown(written)
    assert texts(panel) == queries
    assert panel.unit == unit
    assert panel.title
    assert panel.description


def test_a_share_without_a_record_of_its_window_is_computed():
    (text,) = texts(shown("{bad-share-of: orders, over: 10m}"))
    assert text == (
        '(sum(rate(shop_orders_total{job="shop", result="failed"}[10m])) or '
        '0 * sum(rate(shop_orders_total{job="shop"}[10m]))) / (sum(rate(shop_orders_total{job="shop"}[10m])) > 0)'
    )


def test_a_share_by_label_keeps_both_sides_apart():
    (text,) = texts(shown("{bad-share-of: orders, by: [payment]}"))
    assert text.count("sum by (payment)") == 3


def test_every_selector_follows_what_is_chosen_and_stays_with_the_service():
    (query,) = shown("{rate-of: orders}").queries
    (selector,) = q.selectors(query.expr)
    assert [(item.op, item.value) for item in selector.matchers if item.name == "job"] == [
        ("=", "shop"),
        ("=~", "$job"),
    ]
    assert [(item.op, item.value) for item in selector.matchers if item.name == "instance"] == [("=~", "$instance")]


def test_lines_are_those_of_alerts_about_the_same_thing():
    def lines(written):
        return [(line.alert, line.severity, line.threshold.value) for line in shown(written).lines]

    assert lines("{quantiles: [0.5, 0.95], of: payment-time}") == [("PaymentSlow", "warning", Decimal("0.5"))]
    assert lines("{quantiles: [0.5, 0.99], of: payment-time}") == []
    assert lines("{good-share-of: orders}") == []
    assert lines("{value: shop_queue_length}") == [("QueueLong", "warning", Decimal(100))]
    assert lines("{value: shop_queue_length, only: {queue: [letters]}}") == []


def test_a_dashboard_of_the_name_overview_replaces_the_generated_one():
    edited = SHOP.edited("  orders:\n    title: Orders", "  overview:\n    title: Orders")
    names = [entry.name for entry in making.compiled(edited)[0].services[0].dashboards]
    assert names == ["overview", "slos"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{rate-of: »order}", "GW204 unknown order"),
        ("{rate-of: »shop_queue_length}", "GW205 shop_queue_length is a gauge"),
        ("{bad-share-of: »searches}", "GW204 events searches do not say which are bad"),
        ("{bad-share-of: »searchs}", "GW204 unknown events searchs"),
        ("{quantiles: [0.5], of: »payment-tim}", "GW204 unknown payment-tim"),
        ("{value: »shop_queue}", "GW201 unknown metric shop_queue"),
        ("{value: shop_queue_length, by: [»queues]}", "GW202 unknown label queues"),
        ("{rate-of: orders, by: [»paymnt]}", "GW202 unknown label paymnt"),
        ("{heatmap-of: payment-time, by: [»paymnt]}", "GW202 unknown label paymnt"),
        ("{value: shop_queue_length, only: {queue: [parcel]}}", "GW203 label queue is never parcel"),
        ("{expr: »'sum(rate(shop_searches[5m]))', title: T}", "GW201 unknown series shop_searches"),
        ("{expr: »'sum(rate(shop_searches_total[5m])', title: T}", "GW301"),
        ("{expr: 'max(up)', title: T, unit: »secnds}", "GW206 unknown unit secnds"),
        ("{logs: '{service=\"shop\"}'}", "GW108 logs can be shown only from Loki"),
    ],
)
def test_what_refers_to_nothing_is_reported_where_it_stands(written, said):
    draft = SHOP.edited(WAITING, written)
    found = making.compiled(draft)[1]
    assert said in finding.render_text(found)
    if "»" in written and "do not say" not in said:
        assert draft.place in [each.position for each in found]
