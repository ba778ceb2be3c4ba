"""Documents of both formats, part by part: what stands in the spec that comes of them."""

import pytest

from tests.importing.documents import (
    BASKET_OPENSLO,
    CHECKOUT_SLOTH,
    SEARCH_RESOURCE,
    imported,
    openslo,
    openslo_ratio,
    sloth,
    spec_of,
)


def slo(document, **options):
    ((_, entry),) = spec_of(document, **options)["slos"].items()
    return entry


def test_a_document_of_sloth_becomes_a_spec_that_says_all_of_it():
    spec = spec_of(CHECKOUT_SLOTH)
    assert (spec["service"], spec["team"]) == ("checkout", "payments")
    assert spec["slos"] == {
        "orders-answered": {
            "of": "shop-orders",
            "objective": "99.9%",
            "window": "30d",
            "description": "Customers get an answer to their orders.",
            "runbook": "https://runbooks.example.org/orders",
        },
        "orders-quick": {"of": "shop-order-time", "under": "400ms", "objective": "99%", "window": "30d"},
    }


def test_each_slo_says_where_it_comes_from():
    text = imported(CHECKOUT_SLOTH).text
    assert "  # From a.yml:6\n  orders-answered:" in text
    assert "  # From a.yml:20\n  orders-quick:" in text


def test_what_had_to_be_guessed_is_marked():
    text = imported(sloth()).text
    assert "# CHANGE: hosts and ports" in text
    assert "team: checkout" in text
    assert "# CHANGE: the team that is woken" in text
    assert "CHANGE: the team" not in imported(CHECKOUT_SLOTH).text


def test_a_resource_of_kubernetes_reads_like_a_file():
    assert slo(SEARCH_RESOURCE)["objective"] == "99.5%"
    assert slo(SEARCH_RESOURCE)["alerting"] == {"page": False}


def test_a_list_of_resources_reads_like_its_items():
    indented = SEARCH_RESOURCE.replace("\n", "\n    ")
    assert slo(f"apiVersion: v1\nkind: List\nitems:\n  - {indented}\n") == slo(SEARCH_RESOURCE)


def test_several_documents_and_files_become_one_spec():
    spec = spec_of(f"{sloth(name='a')}---\n{sloth(name='b')}", sloth(name="c"))
    assert list(spec["slos"]) == ["a", "b", "c"]


def test_without_alerts_of_sloth_there_are_none():
    off = slo(sloth(alerting="{page_alert: {disable: true}, ticket_alert: {disable: true}}"))
    assert off["alerting"] == {"page": False, "ticket": False, "exhausted": False, "no-data": "none"}


def test_the_team_of_an_slo_comes_before_that_of_the_service():
    document = sloth(document="labels: {owner: shop}\n", slo="    labels: {team: web}\n")
    assert "team" not in slo(document)
    other = sloth(document="labels: {owner: shop}\n", name="second")
    spec = spec_of(other, document)
    assert (spec["team"], spec["slos"]["answered"]["team"]) == ("shop", "web")


def test_burn_windows_of_sloth_are_kept():
    pace = "{errorBudgetPercent: %s, shortWindow: %s, longWindow: %s}"
    windows = (
        "---\napiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec:\n  sloPeriod: 28d\n"
        f"  page: {{quick: {pace % (2, '5m', '1h')}, slow: {pace % (5, '30m', '6h')}}}\n"
        f"  ticket: {{quick: {pace % (10, '2h', '1d')}, slow: {pace % (10, '6h', '3d')}}}\n"
    )
    pairs = slo(sloth() + windows, days=28)["alerting"]["windows"]
    assert [(pair["level"], pair["short"], pair["long"], float(pair["factor"])) for pair in pairs] == [
        ("page", "5m", "1h", 13.44),
        ("page", "30m", "6h", 5.6),
        ("ticket", "2h", "1d", 2.8),
        ("ticket", "6h", "3d", 0.9333),
    ]


def test_an_objective_may_be_written_as_text():
    assert slo(sloth(objective='"99.95"'))["objective"] == "99.95%"


def test_a_document_of_openslo_becomes_a_spec_that_says_all_of_it():
    spec = spec_of(BASKET_OPENSLO)
    assert (spec["service"], spec["team"]) == ("basket", "shop")
    assert spec["events"] == {"basket-writes": {"count": "basket_writes_total", "good": {"result": ["stored"]}}}
    assert spec["slos"] == {
        "items-kept": {
            "of": "basket-writes",
            "objective": "99.5%",
            "window": "28d",
            "description": "Whatever was chosen is still there.",
        }
    }
    text = imported(BASKET_OPENSLO).text
    assert "# What customers have chosen so far.\n" in text
    assert "  # Items stay in the basket, from a.yml:26\n" in text


def test_indicators_may_stand_in_another_file():
    service, source, sli, promise = BASKET_OPENSLO.split("---\n")
    assert spec_of(promise, sli, source, service)["slos"] == spec_of(BASKET_OPENSLO)["slos"]


def test_every_objective_of_openslo_is_an_slo():
    document = openslo(objectives="[{displayName: strict, target: 0.999}, {targetPercent: 95}]")
    assert {name: entry["objective"] for name, entry in spec_of(document)["slos"].items()} == {
        "kept-strict": "99.9%",
        "kept-2": "95%",
    }


@pytest.mark.parametrize(("duration", "window"), [("30d", "30d"), ("2w", "14d"), ("1M", "30d"), ("1Q", "90d")])
def test_a_window_of_openslo_is_one_of_days(duration, window):
    assert slo(openslo(window=f"[{{duration: {duration}, isRolling: true}}]"))["window"] == window


def test_bad_events_of_openslo_are_bad_ones():
    bad = openslo_ratio('sum(x_total{job="a",ok="no"})', 'sum(x_total{job="a"})', part_is="bad")
    assert spec_of(openslo(bad))["events"]["x"]["bad"] == {"ok": ["no"]}


def test_good_events_that_are_another_metric_are_taken_from_all():
    good = openslo_ratio("sum(rate(y_total[{{.window}}]))", "sum(rate(x_total[{{.window}}]))")
    assert slo(openslo(good))["query"]["bad"] == (
        "sum(rate(x_total[$window])) - (sum(rate(y_total[$window])) or 0 * sum(rate(x_total[$window])))"
    )


def test_numbers_that_are_no_counters_are_added_up_over_the_window():
    levels = openslo_ratio('sum(jobs{job="a",ok="yes"})', 'sum(jobs{job="a"})', counter="false")
    assert slo(openslo(levels))["query"]["total"] == 'sum_over_time(sum(jobs{job="a"})[$window:1m])'


@pytest.mark.parametrize(("kind", "expected"), [("failure", "lost_ratio"), ("success", "1 - lost_ratio")])
def test_a_raw_ratio_of_openslo_is_the_share_of_bad_events(kind, expected):
    raw = f"        rawType: {kind}\n        raw: {{metricSource: {{type: Prometheus, spec: {{query: lost_ratio}}}}}}\n"
    assert slo(openslo(raw))["error-ratio"] == expected
