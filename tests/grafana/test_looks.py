"""What a dashboard looks like from across the room: colours that mean something, axes and legends that can be read."""

import pytest

from tests.grafana import making
from tests.spec_editing import SHOP, STOCK

ALL = {**making.dashboards(making.GUIDE), **making.dashboards(making.FORMS, STOCK)}
OVERVIEW, SYSTEM = ALL["gw2optimizer/overview.json"], ALL["gw2optimizer/system-overview.json"]
AI, CACHE = ALL["gw2optimizer/ai-performance.json"], ALL["gw2optimizer/database-and-cache.json"]
ALARMING = {"red", "orange"}


def defaults(panel):
    return panel["fieldConfig"]["defaults"]


def colors(panel):
    """Name of a line to its colour."""
    return {rule["matcher"]["options"]: rule["properties"][0]["value"]["fixedColor"]
            for rule in panel["fieldConfig"]["overrides"]}  # fmt: skip


def steps(panel):
    return [(step["color"], step["value"]) for step in defaults(panel)["thresholds"]["steps"]]


def test_a_share_of_bad_events_is_red_of_good_ones_green_and_what_says_nothing_is_blue():
    good = making.panel(ALL["shop/every-form.json"], "Share of good orders")
    lines = {
        "bad": making.panel(SYSTEM, "Error Rate"),
        "good": good,
        "neither": making.panel(CACHE, "DB Connections"),
    }
    assert {name: defaults(panel)["color"] for name, panel in lines.items()} == {
        "bad": {"mode": "fixed", "fixedColor": "red"},
        "good": {"mode": "fixed", "fixedColor": "green"},
        "neither": {"mode": "fixed", "fixedColor": "blue"},
    }


def test_a_name_that_is_no_outcome_never_looks_like_an_alarm():
    professions = colors(making.panel(OVERVIEW, "Builds created by profession"))
    assert len(professions) == len(set(professions.values())) == 9
    assert not set(professions.values()) & {*ALARMING, "green"}


def test_beside_outcomes_other_names_get_colours_of_their_own():
    assert colors(making.panel(OVERVIEW, "AI training triggers by result")) == {
        "scheduled": "blue",
        "disabled": "purple",
        "error": "red",
    }


def test_names_of_two_labels_are_known_too():
    assert {"get hit", "get miss", "delete error"} <= colors(making.panel(CACHE, "Cache Operations")).keys()


def test_lines_that_differ_by_place_only_are_shades_of_one_colour():
    memory = making.panel(OVERVIEW, "Memory")
    assert defaults(memory)["color"] == {"mode": "shades", "fixedColor": "blue"}
    assert memory["options"]["legend"]["placement"] == "bottom"


def test_a_higher_quantile_has_a_colour_of_its_own():
    assert colors(making.panel(SYSTEM, "Response Time")) == {"p50": "light-blue", "p95": "blue", "p99": "purple"}


def test_no_target_down_and_no_alert_firing_is_green_and_anything_else_as_bad_as_it_is():
    assert steps(making.panel(OVERVIEW, "Targets up")) == [("red", None), ("green", 1)]
    assert steps(making.panel(OVERVIEW, "Critical alerts")) == [("green", None), ("red", 1)]
    assert steps(making.panel(OVERVIEW, "Warnings")) == [("green", None), ("orange", 1)]


def test_the_first_threshold_is_on_the_graph_before_it_is_reached():
    assert defaults(making.panel(SYSTEM, "Error Rate"))["custom"]["axisSoftMax"] == 0.011
    assert defaults(making.panel(SYSTEM, "Response Time"))["custom"]["axisSoftMax"] == 1.1
    assert "axisSoftMax" not in defaults(making.panel(CACHE, "DB Connections"))["custom"]


@pytest.mark.parametrize("title", ["Host CPU in use", "Disk in use", "Disk Usage", "File descriptors in use"])
def test_what_fills_up_is_shown_against_the_whole(title):
    panel = making.panel(OVERVIEW, title)
    assert defaults(panel)["custom"]["axisSoftMax"] == 1
    assert "decimals" not in defaults(panel)


def test_nearly_all_is_not_rounded_to_all():
    hits = making.panel(CACHE, "Cache Hit Rate")
    assert defaults(hits)["decimals"] == 2


def test_a_legend_of_many_lines_stands_beside_the_graph_and_hides_none():
    handlers = making.panel(SYSTEM, "Request Rate")["options"]["legend"]
    assert (handlers["placement"], handlers["calcs"]) == ("right", ["lastNotNull"])
    quantiles = making.panel(SYSTEM, "Response Time")["options"]["legend"]
    assert (quantiles["placement"], quantiles["calcs"]) == ("bottom", ["mean", "max", "lastNotNull"])
    few = making.panel(AI, "AI Feedback Rate")["options"]["legend"]
    assert few["placement"] == "bottom"


def test_every_legend_begins_with_the_greatest():
    legends = [panel["options"]["legend"] for data in ALL.values() for panel in making.panels(data)
               if panel["type"] == "timeseries"]  # fmt: skip
    assert {(legend["sortBy"], legend["sortDesc"]) for legend in legends} == {("Last *", True)}


def test_lines_of_an_alert_in_promql_are_named_by_its_labels():
    (target,) = making.panel(OVERVIEW, "Disk Usage")["targets"]
    assert target["legendFormat"] == "{{instance}} {{mountpoint}}"


def test_the_columns_of_an_info_metric_have_the_order_of_the_spec():
    (organize,) = making.panel(OVERVIEW, "GW2Optimizer application information")["transformations"]
    assert organize["options"]["indexByName"] == {"version": 0, "environment": 1, "instance": 2}


def test_nothing_is_shown_twice_in_finer_buckets():
    asked = [target["expr"] for panel in making.panels(OVERVIEW) for target in panel.get("targets", ())]
    assert not [expr for expr in asked if "_highr_" in expr]


def test_a_heatmap_has_cells_that_can_be_seen():
    heatmaps = [panel for panel in making.panels(OVERVIEW) if panel["type"] == "heatmap"]
    assert {panel["maxDataPoints"] for panel in heatmaps} == {120}


def test_the_ranges_of_a_job_with_a_pace_of_its_own_follow_it():
    spec = SHOP.edited("interval: 30s\n", "interval: 2m\n").edited(
        "{expr: 'sum(rate(shop_searches_total{job=\"shop\"}[$__rate_interval]))', title: Searches}",
        "{expr: 'sum(rate(node_network_receive_bytes_total{job=\"host\"}[$__rate_interval]))', title: Received}",
    )
    dashboard = making.dashboards(spec)["shop/orders.json"]
    intervals = {panel["title"]: panel["targets"][0]["interval"] for panel in dashboard["panels"]}
    assert intervals["Received"] == "2m"
    assert intervals["Orders"] == ""
