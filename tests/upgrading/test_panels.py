"""Panels of old in the words of today: each thing that one could choose, where it stands now."""

import pytest

from gw2mon.upgrading import upgrade
from tests.upgrading import samples


def upgraded(*panels, **keys):
    return upgrade(samples.board(*panels, **keys))


def only(panel, **keys):
    (found,) = upgraded(panel, **keys).data["panels"]
    return found


def field(panel):
    return panel["fieldConfig"]["defaults"]


def overrides(panel):
    """Pattern -> property -> value."""
    return {
        entry["matcher"]["options"]: {item["id"]: item["value"] for item in entry["properties"]}
        for entry in panel["fieldConfig"]["overrides"]
    }


def told(panel, kind):
    return [(note.path, note.message) for note in upgraded(panel).notes if note.kind == kind]


def graph(**keys):
    return only({"type": "graph", "title": "G", "datasource": "P", "targets": [{"expr": "up", "refId": "A"}], **keys})


def single(**keys):
    return only({"type": "singlestat", "title": "S", "targets": [{"expr": "up", "refId": "A"}], **keys})


# --- graphs ----------------------------------------------------------------------------------------------------------


def test_a_graph_becomes_a_time_series_with_its_lines():
    panel = only(samples.GRAPH)
    assert panel["type"] == "timeseries"
    assert field(panel)["custom"] == {
        "axisLabel": "Requests", "drawStyle": "line", "fillOpacity": 20, "gradientMode": "none",
        "lineInterpolation": "linear", "lineWidth": 3, "pointSize": 12,
        "scaleDistribution": {"log": 10, "type": "log"}, "showPoints": "never", "spanNulls": True,
        "stacking": {"group": "A", "mode": "normal"}, "thresholdsStyle": {"mode": "line+area"},
    }  # fmt: skip
    assert field(panel)["unit"] == "reqps"
    assert field(panel)["min"] == 0
    assert "max" not in field(panel)


@pytest.mark.parametrize(
    ("old", "key", "value"),
    [
        ({"bars": True, "lines": False}, "drawStyle", "bars"),
        ({"lines": False, "points": True}, "drawStyle", "points"),
        ({"points": True}, "showPoints", "always"),
        ({"steppedLine": True}, "lineInterpolation", "stepAfter"),
        ({"nullPointMode": "null"}, "spanNulls", False),
        ({"stack": True, "percentage": True}, "stacking", {"group": "A", "mode": "percent"}),
        ({"fill": 0}, "fillOpacity", 0),
        ({"fillGradient": 4, "fill": 1}, "gradientMode", "opacity"),
        ({"dashes": True, "dashLength": 5}, "lineStyle", {"dash": [5, 10], "fill": "dash"}),
        ({"yaxes": [{"show": False}]}, "axisPlacement", "hidden"),
        ({"yaxes": [{"logBase": 2}]}, "scaleDistribution", {"type": "log", "log": 2}),
    ],
)
def test_how_a_graph_was_drawn(old, key, value):
    assert field(graph(**old))["custom"][key] == value


def test_what_a_graph_said_of_single_series():
    found = overrides(only(samples.GRAPH))
    assert found["5xx"] == {"color": {"fixedColor": "#BF1B00", "mode": "fixed"}}
    assert found["/p9\\d/"] == {
        "unit": "s", "max": 2.5, "custom.axisPlacement": "right", "custom.axisLabel": "Latency",
        "custom.fillOpacity": 0,
        "custom.lineWidth": 1, "custom.lineStyle": {"dash": [10, 10], "fill": "dash"},
    }  # fmt: skip
    assert found["limit"] == {
        "custom.drawStyle": "bars", "custom.fillOpacity": 100, "color": {"fixedColor": "red", "mode": "fixed"},
        "custom.hideFrom": {"legend": True, "tooltip": False, "viz": False},
        "custom.stacking": {"group": "A", "mode": "none"},
    }  # fmt: skip
    assert (
        "panels[0].seriesOverrides[0].zindex",
        "overrides of series no longer have zindex",
    ) in told(samples.GRAPH, "lost")


def test_the_legend_and_the_tooltip_of_a_graph():
    options = only(samples.GRAPH)["options"]
    assert options["legend"] == {
        "calcs": ["max", "lastNotNull"], "displayMode": "table", "placement": "right", "showLegend": True,
        "sortBy": "Max", "sortDesc": True,
    }  # fmt: skip
    assert options["tooltip"] == {"mode": "multi", "sort": "desc"}
    assert graph(legend={"show": False})["options"]["legend"]["showLegend"] is False
    assert graph(tooltip={"shared": False})["options"]["tooltip"] == {"mode": "single", "sort": "none"}


def test_thresholds_of_a_graph_ascend_whatever_their_order_was():
    assert field(only(samples.GRAPH))["thresholds"]["steps"] == [
        {"color": "transparent", "value": None},
        {"color": "orange", "value": 200},
        {"color": "red", "value": 500},
    ]


def test_a_threshold_below_which_something_is_wrong_colours_what_is_below():
    panel = graph(thresholds=[{"op": "lt", "value": 10, "colorMode": "critical", "fill": True}])
    assert field(panel)["thresholds"]["steps"] == [
        {"color": "red", "value": None},
        {"color": "transparent", "value": 10},
    ]
    assert field(panel)["custom"]["thresholdsStyle"] == {"mode": "area"}


def test_the_axes_of_grafana_1():
    panel = graph(y_formats=["bytes", "short"], leftYAxisLabel="Memory", grid={"leftMin": 0, "threshold1": 5})
    assert (field(panel)["unit"], field(panel)["min"]) == ("bytes", 0)
    assert field(panel)["custom"]["axisLabel"] == "Memory"
    assert [step["value"] for step in field(panel)["thresholds"]["steps"]] == [None, 5]


def test_a_graph_of_series_becomes_a_bar_gauge_and_is_told():
    old = {"type": "graph", "title": "G", "xaxis": {"mode": "series", "values": ["max"]}}
    assert only(old)["type"] == "bargauge"
    assert only(old)["options"]["reduceOptions"]["calcs"] == ["max"]
    assert told(old, "look") == [("panels[0].xaxis.mode", "a bar for each series becomes a bar gauge")]


# --- single numbers --------------------------------------------------------------------------------------------------


def test_a_singlestat_becomes_a_stat():
    panel = only(samples.SINGLESTAT)
    assert panel["type"] == "stat"
    assert panel["options"] == {
        "colorMode": "value", "graphMode": "area", "justifyMode": "auto", "orientation": "horizontal",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "textMode": "value",
    }  # fmt: skip
    assert field(panel)["unit"] == "suffix:up"
    assert field(panel)["decimals"] == 1
    assert field(panel)["thresholds"]["steps"] == [
        {"color": "rgba(245, 54, 54, 0.9)", "value": None},
        {"color": "rgba(237, 129, 40, 0.89)", "value": 1},
        {"color": "rgba(50, 172, 45, 0.97)", "value": 2.5},
    ]
    assert field(panel)["mappings"] == [
        {"type": "value", "options": {"0": {"index": 1, "text": "none"}}},
        {"type": "special", "options": {"match": "null", "result": {"index": 0, "text": "N/A"}}},
    ]


def test_a_singlestat_drawn_as_a_gauge_becomes_a_gauge():
    panel = only(samples.DISK)
    assert panel["type"] == "gauge"
    assert (field(panel)["min"], field(panel)["max"]) == (10, 90)
    assert panel["options"] == {
        "reduceOptions": {"calcs": ["mean"], "fields": "", "values": False},
        "showThresholdLabels": True, "showThresholdMarkers": False,
    }  # fmt: skip
    assert field(panel)["mappings"] == [
        {"type": "range", "options": {"from": 0, "to": 20, "result": {"index": 0, "text": "empty"}}}
    ]


@pytest.mark.parametrize(
    ("name", "calculation"),
    [("avg", "mean"), ("total", "sum"), ("first", "firstNotNull"), ("diff", "diff"), (None, "mean"), ("name",
                                                                                                      "lastNotNull")],
)  # fmt: skip
def test_which_value_of_many_is_shown(name, calculation):
    assert single(valueName=name)["options"]["reduceOptions"]["calcs"] == [calculation]


def test_words_around_a_number_are_its_unit_where_it_has_none_and_else_lost():
    assert field(single(prefix="$", format="none"))["unit"] == "prefix:$"
    old = {"type": "singlestat", "title": "S", "format": "bytes", "postfix": "left"}
    assert field(only(old))["unit"] == "bytes"
    assert told(old, "lost") == [("panels[0].postfix", '"left" no longer stands beside the value')]


def test_a_gauge_of_grafana_6_finds_its_fields():
    panel = only(samples.GRAFANA_6["panels"][1])
    assert "fieldOptions" not in panel["options"]
    assert panel["options"]["reduceOptions"] == {"calcs": ["last"], "fields": "", "values": False}
    assert {key: field(panel)[key] for key in ("unit", "min", "max", "displayName", "decimals")} == {
        "unit": "percent", "min": 0, "max": 100, "displayName": "Used", "decimals": 1,
    }  # fmt: skip
    assert field(panel)["thresholds"]["steps"] == [{"color": "green", "value": None}, {"color": "red", "value": 80}]
    assert field(panel)["mappings"] == [{"type": "value", "options": {"0": {"index": 0, "text": "none"}}}]


# --- tables, heatmaps, pies, texts, lists ----------------------------------------------------------------------------


def test_styles_of_columns_become_overrides():
    panel = only(samples.STYLED_TABLE)
    found = overrides(panel)
    assert found["Time"] == {"unit": "time:YYYY-MM-DD HH:mm", "displayName": "When"}
    assert found["/__name__|job/"]["custom.hidden"] is True
    assert found["Value #A"] == {
        "unit": "percent", "decimals": 1, "displayName": "Used", "custom.align": "right",
        "custom.cellOptions": {"type": "color-background"},
        "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": None}, {"color": "orange",
                                                                                         "value": 70},
                                                     {"color": "red", "value": 90}]},
    }  # fmt: skip
    assert found["Value #B"]["mappings"][0]["options"]["1"]["text"] == "up"
    assert found["instance"]["links"] == [
        {"targetBlank": True, "title": "Open it", "url": "/d/host?var-instance=${__value.text}"}
    ]
    assert (field(panel)["unit"], field(panel)["decimals"]) == ("short", 2)
    assert panel["transformations"] == [{"id": "merge", "options": {}}]


def test_the_first_style_of_a_column_wins_over_later_ones():
    styles = [{"pattern": "Value", "type": "number", "unit": unit} for unit in ("s", "bytes")]
    found = only({"type": "table-old", "title": "T", "styles": styles})["fieldConfig"]["overrides"]
    assert [entry["properties"][0]["value"] for entry in found][-1] == "s"


@pytest.mark.parametrize(
    ("transform", "made"),
    [
        ("timeseries_to_columns", {"id": "joinByField", "options": {"byField": "Time", "mode": "outer"}}),
        ("timeseries_to_rows", {"id": "seriesToRows", "options": {}}),
        ("timeseries_aggregations", {"id": "reduce", "options": {"reducers": ["mean", "lastNotNull"]}}),
    ],
)
def test_what_made_a_table_of_series(transform, made):
    columns = [{"text": "Avg", "value": "avg"}, {"text": "Current", "value": "current"}]
    panel = only({"type": "table", "title": "T", "styles": [], "transform": transform, "columns": columns})
    assert panel["transformations"] == [made]


def test_a_heatmap_of_buckets():
    panel = upgrade(samples.GRAFANA_6).data["panels"][-1]["panels"][0]
    options = panel["options"]
    assert (options["calculate"], options["color"]["scheme"], options["cellGap"]) == (False, "Spectral", 2)
    assert options["filterValues"] == {"le": 1e-9}
    assert options["rowsFrame"] == {"layout": "le"}
    assert options["yAxis"] == {"axisPlacement": "left", "reverse": False, "unit": "s", "decimals": 0}


def test_a_pie_of_the_plugin_becomes_grafanas_own():
    panel = upgrade(samples.GRAFANA_6).data["panels"][-1]["panels"][1]
    assert panel["type"] == "piechart"
    assert panel["options"]["pieType"] == "donut"
    assert panel["options"]["reduceOptions"]["calcs"] == ["sum"]
    assert panel["options"]["legend"]["values"] == ["value", "percent"]
    assert overrides(panel) == {"500": {"color": {"fixedColor": "red", "mode": "fixed"}}}


def test_a_text_keeps_what_it_says():
    assert only(samples.NOTE)["options"] == {"content": "# Shop\nAsk *us*.", "mode": "markdown"}
    assert only({"type": "text", "title": "", "mode": "html", "content": "<b>x</b>"})["options"]["mode"] == "html"


def test_cells_and_legends_of_grafana_8():
    table = only({"type": "table", "title": "T", "options": {},
                  "fieldConfig": {"defaults": {"custom": {"displayMode": "gradient-gauge"}}, "overrides": [
                      {"matcher": {"id": "byName", "options": "A"},
                       "properties": [{"id": "custom.displayMode", "value": "color-text"}]}]}})  # fmt: skip
    assert field(table)["custom"] == {"cellOptions": {"mode": "gradient", "type": "gauge"}}
    assert overrides(table) == {"A": {"custom.cellOptions": {"type": "color-text"}}}
    lines = only({"type": "timeseries", "title": "T", "options": {"legend": {"displayMode": "hidden"}}})
    assert lines["options"]["legend"]["showLegend"] is False


# --- what is told ----------------------------------------------------------------------------------------------------


def test_an_alert_of_a_panel_is_told_with_all_that_its_rule_needs():
    lost = [note for note in upgrade(samples.GRAFANA_6).notes if note.path == "panels[0].alert"]
    conditions = (
        "avg of sum(rate(errors_total[5m])) from 5m to now is above 0.05",
        "max of sum(queue_length) from 10m to now is within 1 and 9",
    )
    said = f'the alert "Requests fail" is not carried over: {" or ".join(conditions)}, for 5m'
    assert [note.message for note in lost] == [said]


def test_a_panel_of_a_plugin_stays_and_what_grafana_drops_of_it_is_told():
    old = {"type": "jdbranham-diagram-panel", "title": "D", "content": "graph LR", "options": {"a": 1}}
    assert only(old)["type"] == "jdbranham-diagram-panel"
    assert only(old)["options"] == {"a": 1}
    assert told(old, "lost") == [("panels[0].content", '"D": content is no key of a panel today')]
    assert told(old, "look") == [("panels[0].type", '"D": jdbranham-diagram-panel is none of Grafana\'s own panels')]


def test_the_query_of_another_data_source_stays_as_it_is():
    target = {"refId": "A", "rawSql": "SELECT 1", "format": "table", "rawQuery": True, "step": 5}
    panel = only({"type": "table", "title": "T", "datasource": "Orders", "options": {}, "targets": [target]})
    assert panel["targets"] == [{**target, "datasource": {"uid": "Orders"}}]


def test_panels_repeat_as_they_did_and_copies_go():
    found = upgraded(
        {"type": "text", "title": "$zone", "content": "x", "mode": "markdown", "repeat": "zone", "minSpan": 4},
        {"type": "text", "title": "b", "content": "x", "mode": "markdown", "repeatPanelId": 1, "scopedVars": {}},
    )
    (panel,) = found.data["panels"]
    assert (panel["repeat"], panel["maxPerRow"]) == ("zone", 3)
    assert any("it is a copy" in note.message for note in found.notes)


def test_traces_of_a_graph_at_a_time_series_are_no_loss():
    nothing = {"matcher": {"id": "byName", "options": "A"}, "properties": [{"id": "custom.align", "value": None}]}
    panel = {
        "type": "timeseries", "title": "T", "fill": 10, "stack": True, "yaxes": [{"format": "s"}], "interval": "",
        "maxDataPoints": "", "fieldConfig": {"defaults": {"unit": "reqps"}, "overrides": [nothing]},
    }  # fmt: skip
    assert told(panel, "lost") == []
    assert field(only(panel))["unit"] == "reqps"
    assert overrides(only(panel)) == {"A": {}}


def test_thresholds_of_a_singlestat_as_people_write_them_who_know_stats():
    panel = single(thresholds=[{"value": 5, "color": "red"}, {"value": 1, "color": "yellow"}])
    assert field(panel)["thresholds"]["steps"] == [
        {"color": "green", "value": None},
        {"color": "yellow", "value": 1},
        {"color": "red", "value": 5},
    ]
