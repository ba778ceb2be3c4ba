"""The rules of each kind of SLI, as a reviewer reads them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from gw2mon import promql as q
from gw2mon.model import AlertingRule, RecordingRule
from gw2mon.promql import to_text
from tests.slos.promising import PROMISES, REFERENCE, alerts_of, compiled, model, promising, records_of, rules_of

EVENTS = "x: {of: requests, objective: 99.9%, window: 30d}"
TOTAL, ERRORS = 'slo:sli_total:rate5m{slo_id="promises-x"}', 'slo:sli_errors:rate5m{slo_id="promises-x"}'
ALL = 'shop_requests_total{job="promises"}'
BAD = 'shop_requests_total{job="promises", status=~"4xx|5xx"}'
BOTH = pytest.mark.parametrize("spec", [PROMISES, REFERENCE], ids=lambda spec: spec.file)


def every_rule(spec):
    return [rule for group in model(spec).services[0].slo_groups for rule in group.rules]


# --- order, labels, numbers ------------------------------------------------------------------------------------------


def test_records_come_in_the_order_in_which_they_need_one_another_and_alerts_last():
    assert [getattr(rule, "record", None) or rule.alert for rule in rules_of(EVENTS)] == [
        "slo:sli_total:rate5m",
        "slo:sli_errors:rate5m",
        *(f"slo:sli_error:ratio_rate{window}" for window in ("5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d")),
        "slo:objective:ratio",
        "slo:error_budget:ratio",
        "slo:time_period:days",
        "slo:current_burn_rate:ratio",
        "slo:period_burn_rate:ratio",
        "slo:period_error_budget_remaining:ratio",
        "slo:period_coverage:ratio",
        "slo_info",
        "SLOErrorBudgetBurn",
        "SLOErrorBudgetBurn",
        "SLOAllFailing",
        "SLOErrorBudgetExhausted",
        "SLODataMissing",
    ]


@BOTH
def test_no_rule_reads_a_record_of_its_group_that_comes_later(spec):
    for group in model(spec).services[0].slo_groups:
        records = [rule.record for rule in group.rules if isinstance(rule, RecordingRule)]
        known = set()
        for rule in group.rules:
            assert set(q.metric_names(rule.expr)) & set(records) <= known, (group.name, rule)
            known.add(getattr(rule, "record", ""))


def test_each_slo_has_a_group_of_its_own_evaluated_every_minute():
    groups = model(PROMISES).services[0].slo_groups
    assert [(group.name, group.interval) for group in groups] == [
        (f"slo-{promise.id}", 60_000) for promise in model(PROMISES).services[0].slos
    ]


def test_every_record_has_the_three_labels_of_identity_and_only_slo_info_says_more():
    identity = {"slo_id": "promises-x", "slo_service": "promises", "slo_name": "x"}
    for rule in rules_of(EVENTS):
        if isinstance(rule, RecordingRule) and rule.record != "slo_info":
            assert dict(rule.labels) == identity
    info = next(rule for rule in rules_of(EVENTS) if getattr(rule, "record", "") == "slo_info")
    assert dict(info.labels) == {
        **identity, "slo_objective": "99.9", "slo_period": "30d", "slo_type": "events", "team": "shop",
    }  # fmt: skip


def test_alerts_say_whom_they_concern_and_how_urgent_they_are():
    alerts = alerts_of(EVENTS)
    assert dict(alerts["page SLOErrorBudgetBurn"].labels) == {
        "service": "promises", "team": "shop", "severity": "critical", "signal": "requests", "slo_id": "promises-x",
        "slo_service": "promises", "slo_name": "x", "slo_severity": "page",
    }  # fmt: skip
    assert {name.partition(" ")[0]: rule.severity for name, rule in alerts.items()} == {
        "page": "critical", "ticket": "warning",
    }  # fmt: skip


@BOTH
def test_numbers_are_those_that_people_write(spec):
    """0.001 and never 0.0010000000000000009; at most four digits that came from rounding a factor."""
    for rule in every_rule(spec):
        for node in q.walk(rule.expr):
            if isinstance(node, q.NumberLiteral):
                assert re.fullmatch(r"\d+(\.\d{1,7})?", node.text), (node.text, to_text(rule.expr))


@BOTH
def test_expressions_are_parsed_back_as_they_were_built(spec):
    for rule in every_rule(spec):
        assert q.parse(q.pretty(rule.expr)) == q.parse(to_text(rule.expr))


# --- each kind -------------------------------------------------------------------------------------------------------


def test_events_of_which_some_are_bad():
    records = records_of(EVENTS)
    assert records["slo:sli_total:rate5m"] == f"sum(rate({ALL}[5m]))"
    assert records["slo:sli_errors:rate5m"] == f"sum(rate({BAD}[5m])) or on () 0 * {TOTAL}"
    assert records["slo:sli_error:ratio_rate5m"] == f"{ERRORS} / ({TOTAL} > 0)"
    for window in ("30m", "1h"):
        assert records[f"slo:sli_error:ratio_rate{window}"] == (
            f"(sum(rate({BAD}[{window}])) or vector(0)) / (sum(rate({ALL}[{window}])) > 0)"
        )
    for window in ("2h", "6h", "1d", "3d", "30d"):
        over = "30d:5m" if window == "30d" else window
        assert records[f"slo:sli_error:ratio_rate{window}"] == (
            f"sum_over_time({ERRORS}[{over}]) / (sum_over_time({TOTAL}[{over}]) > 0)"
        )


def test_what_follows_from_the_objective():
    records = records_of(EVENTS)
    period = 'slo:sli_error:ratio_rate30d{slo_id="promises-x"}'
    assert records["slo:objective:ratio"] == "vector(0.999)"
    assert records["slo:error_budget:ratio"] == "vector(0.001)"
    assert records["slo:time_period:days"] == "vector(30)"
    assert records["slo:period_burn_rate:ratio"] == f"{period} / 0.001"
    assert records["slo:period_error_budget_remaining:ratio"] == '1 - slo:period_burn_rate:ratio{slo_id="promises-x"}'
    assert records["slo:period_coverage:ratio"] == f"clamp_max(count_over_time({TOTAL}[30d:5m]) / 8640, 1)"


def test_events_of_which_some_are_good():
    records = records_of("x: {of: orders, objective: 99%, window: 30d}")
    good = 'sum(rate(shop_orders_total{job="promises", result="paid"}[5m]))'
    assert records["slo:sli_errors:rate5m"] == f"clamp_min({TOTAL} - on () ({good} or on () 0 * {TOTAL}), 0)"
    assert records["slo:sli_error:ratio_rate1h"] == (
        'clamp_min(1 - (sum(rate(shop_orders_total{job="promises", result="paid"}[1h])) or vector(0))'
        ' / (sum(rate(shop_orders_total{job="promises"}[1h])) > 0), 0)'
    )


def test_events_kept_apart_by_a_label():
    records = records_of("x: {of: requests, objective: 99.9%, window: 30d, by: [region]}")
    assert records["slo:sli_total:rate5m"] == f"sum by (region) (rate({ALL}[5m]))"
    bad = f"sum by (region) (rate({BAD}[5m]))"
    assert records["slo:sli_errors:rate5m"] == f"{bad} or on (region) 0 * {TOTAL}"
    assert records["slo:sli_error:ratio_rate1h"] == (
        f"({bad} or on (region) 0 * {TOTAL}) / on (region) (sum by (region) (rate({ALL}[5m])) > 0)"
    ).replace("[5m]", "[1h]")


def test_a_latency_under_a_fraction_of_a_second():
    records = records_of("x: {of: durations, under: 200ms, objective: 95%, window: 30d}")
    bucket = 'rate(shop_request_duration_seconds_bucket{job="promises", le="0.2"}[5m])'
    count = 'rate(shop_request_duration_seconds_count{job="promises"}[5m])'
    assert records["slo:sli_total:rate5m"] == f"sum({count} and ignoring (le) {bucket})"
    # No fallback: a bucket that is not there must give nothing, and not a perfect SLO.
    assert records["slo:sli_errors:rate5m"] == f"clamp_min({TOTAL} - on () sum({bucket}), 0)"
    assert records["slo:sli_error:ratio_rate30m"] == (
        f"clamp_min(1 - sum({bucket}) / (sum({count} and ignoring (le) {bucket}) > 0), 0)"
    ).replace("[5m]", "[30m]")


@pytest.mark.parametrize(
    ("under", "matcher"),
    [("1s", r'le=~"1(\\.0)?"'), ("10s", r'le=~"10(\\.0)?"'), ("200ms", 'le="0.2"'), ("1500ms", 'le="1.5"')],
)
def test_whole_seconds_are_read_in_both_spellings(under, matcher):
    records = records_of(f"x: {{of: durations, under: {under}, objective: 95%, window: 30d}}")
    assert f"{matcher}}}" in records["slo:sli_total:rate5m"]


def test_a_latency_whose_failures_are_bad_however_fast():
    records = records_of("x: {of: durations, under: 200ms, bad: {status: [5xx]}, objective: 95%, window: 30d}")
    good = 'sum(rate(shop_request_duration_seconds_bucket{job="promises", status!="5xx", le="0.2"}[5m]))'
    assert records["slo:sli_errors:rate5m"] == f"clamp_min({TOTAL} - on () ({good} or on () 0 * {TOTAL}), 0)"


def test_a_probe():
    records = records_of("x: {probe: shop_ready, objective: 99%, window: 30d}")
    ready = 'shop_ready{job="promises"}'
    assert records["slo:sli_total:rate5m"] == f"sum(count_over_time({ready}[5m]))"
    assert records["slo:sli_errors:rate5m"] == f"clamp_min({TOTAL} - on () sum(sum_over_time({ready}[5m])), 0)"


MAILS = """x:
    query:
      bad: {bad}
      total: {total}
    objective: 99%
    window: 30d"""


def test_promql_that_is_a_sum_stands_as_it_was_written():
    bad, total = ('sum(rate(shop_mail_failures_total{job="promises"}[$window]))',
                  'sum(rate(shop_mails_total{job="promises"}[$window]))')  # fmt: skip
    records = records_of(MAILS.format(bad=bad, total=total))
    assert records["slo:sli_total:rate5m"] == total.replace("$window", "5m")
    assert records["slo:sli_errors:rate5m"] == f"{bad.replace('$window', '5m')} or on () 0 * {TOTAL}"
    assert records["slo:sli_error:ratio_rate1h"] == f"({bad} or vector(0)) / ({total} > 0)".replace("$window", "1h")


def test_promql_that_leaves_labels_is_added_up_so_that_its_records_pair():
    bad, total = ('rate(shop_mail_failures_total{job="promises"}[$window])',
                  'sum by (instance) (rate(shop_mails_total{job="promises"}[$window]))')  # fmt: skip
    records = records_of(MAILS.format(bad=bad, total=total))
    assert records["slo:sli_total:rate5m"] == f"sum({total})".replace("$window", "5m")
    assert records["slo:sli_errors:rate5m"] == f"sum({bad}) or on () 0 * {TOTAL}".replace("$window", "5m")


def test_a_share_that_somebody_else_computes_is_averaged_over_time():
    records = records_of("x: {error-ratio: 'shop_disk_share{job=\"promises\"}', objective: 99%, window: 30d}")
    share = '(shop_disk_share{job="promises"} >= 0)'
    assert records["slo:sli_total:rate5m"] == f"sum(count_over_time({share}[5m:1m]))"
    assert records["slo:sli_errors:rate5m"] == f"sum(sum_over_time({share}[5m:1m]))"


# --- ways to keep them -----------------------------------------------------------------------------------------------


def test_with_accuracy_raw_every_window_reads_every_sample():
    records = records_of("x: {of: requests, objective: 99.9%, window: 30d, accuracy: raw}")
    for window in ("30m", "1h", "2h", "6h", "1d", "3d", "30d"):
        assert records[f"slo:sli_error:ratio_rate{window}"] == (
            f"(sum(rate({BAD}[{window}])) or vector(0)) / (sum(rate({ALL}[{window}])) > 0)"
        )


def test_after_a_renaming_long_windows_go_on_with_the_former_records():
    records = records_of("x: {of: requests, objective: 99.9%, window: 30d, formerly: old}")
    both = 'slo_id=~"promises-x|promises-old"'
    assert records["slo:sli_error:ratio_rate1d"] == (
        f"sum(sum_over_time(slo:sli_errors:rate5m{{{both}}}[1d]))"
        f" / (sum(sum_over_time(slo:sli_total:rate5m{{{both}}}[1d])) > 0)"
    )
    assert f"sum(count_over_time(slo:sli_total:rate5m{{{both}}}[30d:5m]))" in records["slo:period_coverage:ratio"]
    assert "promises-old" not in records["slo:sli_error:ratio_rate5m"]


def test_sloth_s_labels_stand_beside_ours_and_part_no_alert_by_its_window():
    rules = rules_of("x: {of: requests, objective: 99.9%, window: 30d, compat: sloth}")
    by_name = {rule.record: dict(rule.labels) for rule in rules if isinstance(rule, RecordingRule)}
    sloth = {"sloth_id": "promises-x", "sloth_service": "promises", "sloth_slo": "x"}
    assert sloth.items() <= by_name["slo:sli_total:rate5m"].items()
    assert "sloth_window" not in by_name["slo:sli_total:rate5m"]
    assert by_name["slo:sli_error:ratio_rate3d"]["sloth_window"] == "3d"
    page = next(rule for rule in rules if isinstance(rule, AlertingRule))
    ratio = 'max without (sloth_window) (slo:sli_error:ratio_rate1h{slo_id="promises-x"})'
    assert to_text(page.expr).startswith(f"{ratio} > 0.0144 and ")
    assert dict(page.labels)["sloth_severity"] == "page"


# --- alerts ----------------------------------------------------------------------------------------------------------


def test_a_page_asks_two_pairs_of_windows_and_a_few_bad_events():
    ratio = {window: f'slo:sli_error:ratio_rate{window}{{slo_id="promises-x"}}' for window in ("5m", "30m", "1h", "6h")}
    assert to_text(alerts_of(EVENTS)["page SLOErrorBudgetBurn"].expr) == (
        f"{ratio['1h']} > 0.0144 and {ratio['5m']} > 0.0144"
        f" and {ratio['1h']} * sum_over_time({TOTAL}[1h:1m]) * 60 > 2.5"
        f" or {ratio['6h']} > 0.006 and {ratio['30m']} > 0.006"
        f" and {ratio['6h']} * sum_over_time({TOTAL}[6h:1m]) * 60 > 2.5"
    )


def test_that_everything_fails_is_told_from_two_events_on():
    ratio = 'slo:sli_error:ratio_rate30m{slo_id="promises-x"}'
    assert to_text(alerts_of(EVENTS)["ticket SLOAllFailing"].expr) == (
        f"{ratio} > 0.999 and {ratio} * sum_over_time({TOTAL}[30m:1m]) * 60 > 1.5"
    )


@pytest.mark.parametrize(
    ("window", "limits"),
    [
        ("30d", ["0.0144", "0.006", "0.003", "0.001"]),
        ("28d", ["0.01344", "0.0056", "0.0028", "0.0009333"]),
        ("7d", ["0.01344", "0.0035", "0.0014", "0.00098"]),
    ],
)
def test_thresholds_are_exact(window, limits):
    alerts = alerts_of(f"x: {{of: requests, objective: 99.9%, window: {window}}}")
    found = []
    for level in ("page", "ticket"):
        text = to_text(alerts[f"{level} SLOErrorBudgetBurn"].expr)
        found += re.findall(r"ratio_rate\w+\{[^}]*\} > ([\d.]+)", text)[::2]
    assert found == limits


def test_one_bad_event_is_enough_where_min_errors_says_so():
    alerts = alerts_of("x: {of: requests, objective: 99.9%, window: 30d, alerting: {min-errors: 1}}")
    assert "sum_over_time" not in to_text(alerts["page SLOErrorBudgetBurn"].expr)


@pytest.mark.parametrize("kind", ["probe: shop_ready", "error-ratio: 'shop_disk_share{job=\"promises\"}'"])
def test_what_counts_no_events_asks_for_no_number_of_them(kind):
    alerts = alerts_of(f"x: {{{kind}, objective: 99.9%, window: 30d}}")
    assert "sum_over_time" not in to_text(alerts["page SLOErrorBudgetBurn"].expr)
    assert "ticket SLOAllFailing" not in alerts


def test_a_pair_that_nothing_can_reach_is_left_out_of_its_alert():
    alerts = alerts_of("x: {of: requests, objective: 90%, window: 30d}")
    page = to_text(alerts["page SLOErrorBudgetBurn"].expr)
    assert "ratio_rate1h" not in page
    assert 'slo:sli_error:ratio_rate6h{slo_id="promises-x"} > 0.6' in page
    assert "page SLOErrorBudgetBurn" not in alerts_of("x: {of: requests, objective: 80%, window: 30d}")


def test_windows_of_one_s_own():
    alerts = alerts_of(PROMISES, "special")
    page, ticket = (to_text(alerts[f"{level} SLOErrorBudgetBurn"].expr) for level in ("page", "ticket"))
    # 2.5 % of a budget for 30 days, spent in 3 hours: six times as fast as evenly.
    for text in ('ratio_rate20m{slo_id="promises-special"} > 0.02', 'ratio_rate3h{slo_id="promises-special"} > 0.006'):
        assert text in page
    assert 'ratio_rate10d{slo_id="promises-special"} > 0.0015' in ticket
    assert 'ratio_rate1h30m{slo_id="promises-special"} > 0.0015' in ticket
    assert "ticket SLOErrorBudgetExhausted" not in alerts


@pytest.mark.parametrize(
    ("alerting", "left"),
    [
        ("{no-data: none}", {"page SLOErrorBudgetBurn", "ticket SLOErrorBudgetBurn", "ticket SLOAllFailing",
                             "ticket SLOErrorBudgetExhausted"}),
        ("{page: false, exhausted: false, no-data: page}",
         {"ticket SLOErrorBudgetBurn", "ticket SLOAllFailing", "page SLODataMissing"}),
        ("{page: false, ticket: false}", {"ticket SLOErrorBudgetExhausted", "ticket SLODataMissing"}),
    ],
)  # fmt: skip
def test_an_slo_has_the_alerts_that_it_asks_for(alerting, left):
    assert set(alerts_of(f"x: {{of: requests, objective: 99.9%, window: 30d, alerting: {alerting}}}")) == left


def test_missing_data_are_told_by_the_bad_events_and_for_groups_by_what_was_there_an_hour_ago():
    alone = alerts_of(EVENTS)["ticket SLODataMissing"]
    assert to_text(alone.expr) == f"absent({ERRORS})"
    assert alone.hold == 15 * 60_000
    grouped = alerts_of("x: {of: requests, objective: 99.9%, window: 30d, by: [region]}")["ticket SLODataMissing"]
    assert to_text(grouped.expr) == f"absent({TOTAL}) or {TOTAL} offset 1h unless {TOTAL}"


def test_burn_alerts_wait_for_nothing_and_a_spent_budget_for_a_quarter_of_an_hour():
    holds = {name: rule.hold // 60_000 for name, rule in alerts_of(EVENTS).items()}
    assert holds == {
        "page SLOErrorBudgetBurn": 0, "ticket SLOErrorBudgetBurn": 0, "ticket SLOAllFailing": 0,
        "ticket SLOErrorBudgetExhausted": 15, "ticket SLODataMissing": 15,
    }  # fmt: skip


def test_braces_in_a_description_are_no_template():
    page = dict(alerts_of(PROMISES, "orders")["page SLOErrorBudgetBurn"].annotations)
    assert page["description"].startswith('Of a hundred orders {{"{{"}} one }} may fail. ')


def test_thresholds_become_buckets_of_the_generated_module():
    histogram = next(
        metric
        for metric in compiled(promising("x: {of: durations, under: 333ms, objective: 95%, window: 30d}"))
        .services[0]
        .metrics
        if metric.name == "shop_request_duration_seconds"
    )
    assert Decimal("0.333") in histogram.buckets
