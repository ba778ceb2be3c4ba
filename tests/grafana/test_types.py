"""Our dashboards in Grafana's own types: what TypeScript says of them, and of the defects that a person might plant."""

import copy

import pytest
from grafanalib import core as G  # noqa: N812 - its documentation calls it so

from gw2mon.generators.grafana import seam
from gw2mon.generators.grafana.modernise import modernise
from tests.grafana import judges, making
from tests.spec_editing import SHOP, SMALLEST

GOOD = making.dashboards(making.FORMS)["shop/every-form.json"]
KINDS = (G.BarGauge, G.GaugePanel, G.Logs, G.StateTimeline, G.Stat, G.Table, G.Text, G.TimeSeries)


def old(kind):
    """A dashboard of grafanalib with one panel, brought up to date."""
    panel = kind(
        title="T", gridPos=G.GridPos(8, 12, 0, 0), dataSource=seam.PROMETHEUS, targets=[G.Target(expr="up", refId="A")]
    )
    row = G.RowPanel(title="R", gridPos=G.GridPos(1, 24, 0, 8), collapsed=True, panels=[panel])
    made = G.Dashboard(title="Old", uid="old", panels=[panel, row]).auto_panel_ids()
    return modernise(seam.to_data(made), strict=True)


DASHBOARDS = {
    **making.every_dashboard(),
    **{f"alone/{name}": data for name, data in making.dashboards(SHOP).items()},
    **{f"smallest/{name}": data for name, data in making.dashboards(SMALLEST).items()},
    **{f"grafanalib/{kind.__name__}": old(kind) for kind in KINDS},
}


def put(value, *path):
    """A change: this value at that place, whatever stands there now."""

    def change(dashboard):
        *way, last = path
        for part in way:
            dashboard = dashboard[part]
        dashboard[last] = value

    return change


def drop(*path):
    def change(dashboard):
        *way, last = path
        for part in way:
            dashboard = dashboard[part]
        del dashboard[last]

    return change


def the(kind):
    """Where the first panel of a type stands."""
    return "panels", next(index for index, panel in enumerate(GOOD["panels"]) if panel["type"] == kind)


def unknown(key):
    """How TypeScript says that a type has no such key."""
    return f"'\"{key}\"' does not exist"


GRAPH, STAT, HEATMAP, TEXT = the("timeseries"), the("stat"), the("heatmap"), the("text")
FIELD = ("fieldConfig", "defaults")
STEPS = (*FIELD, "thresholds", "steps")
MARK = ("annotations", "list", 1)
JOB = ("templating", "list", next(n for n, item in enumerate(GOOD["templating"]["list"]) if item["name"] == "job"))

DEFECTS = {
    "a key that Grafana no longer has": (put(1, "sharedCrosshair"), unknown("sharedCrosshair")),
    "a refresh that is no text": (put(30, "refresh"), "Type 'number' is not assignable to type 'string'"),
    "a tooltip that no dashboard has": (put(3, "graphTooltip"), "Type '3' is not assignable"),
    "no uid": (drop("uid"), "Property 'uid' is missing"),
    "a link without tags": (drop("links", 0, "tags"), "Property 'tags' is missing"),
    "a key of old panels": (put(6, *GRAPH, "span"), unknown("span")),
    "a panel without a place": (drop(*GRAPH, "gridPos"), "Property 'gridPos' is missing"),
    "a place in words": (put("12", *GRAPH, "gridPos", "w"), "Type 'string' is not assignable to type 'number'"),
    "a panel without an id": (drop(*GRAPH, "id"), "Property 'id' is missing"),
    "a type of panel that is gone": (put("graph", *GRAPH, "type"), "Type '\"graph\"' is not assignable"),
    "the bare name of a data source": (put("Prometheus", *GRAPH, "datasource"), "Type 'string' is not assignable"),
    "a query that halves the resolution": (put(2, *GRAPH, "targets", 0, "intervalFactor"), unknown("intervalFactor")),
    "a query without its letter": (drop(*GRAPH, "targets", 0, "refId"), "Property 'refId' is missing"),
    "a misspelt option": (put("area", *STAT, "options", "graphMod"), unknown("graphMod")),
    "an option of another type of panel": (put("area", *GRAPH, "options", "graphMode"), unknown("graphMode")),
    "a choice that no stat has": (put("values", *STAT, "options", "colorMode"), "Type '\"values\"' is not assignable"),
    "a legend that is never shown": (
        drop(*GRAPH, "options", "legend", "showLegend"),
        "Property 'showLegend' is missing",
    ),
    "a heatmap in words": (put("true", *HEATMAP, "options", "calculate"), "Type 'string' is not assignable"),
    "a mode that no text has": (put("md", *TEXT, "options", "mode"), "Type '\"md\"' is not assignable"),
    "a misspelt key of a field": (put(2, *GRAPH, *FIELD, "decimal"), unknown("decimal")),
    "a misspelt key of a line": (put(2, *GRAPH, *FIELD, "custom", "lineWidht"), unknown("lineWidht")),
    "a line that nobody draws": (put("lines", *GRAPH, *FIELD, "custom", "drawStyle"), "Type '\"lines\"' is not"),
    "a field of another type of panel": (
        put({"drawStyle": "line"}, *STAT, *FIELD, "custom"),
        "Type 'string' is not assignable to type 'undefined'",
    ),
    "a colour mode that is none": (put({"mode": "palette"}, *GRAPH, *FIELD, "color"), "Type '\"palette\"' is not"),
    "a mapping of an old kind": (put([{"type": 1, "options": {}}], *STAT, *FIELD, "mappings"), "'number' is not"),
    "a threshold that is text": (put("0.05", *STAT, *STEPS, 0, "value"), "Type 'string' is not assignable"),
    "a threshold that begins at the text null": (put("null", *STAT, *STEPS, 0, "value"), "Type 'string' is not"),
    "thresholds that are empty text": (put("", *STAT, *STEPS), "Type 'string' is not assignable"),
    "no overrides": (drop(*STAT, "fieldConfig", "overrides"), "Property 'overrides' is missing"),
    "a row with queries": (put([], "panels", 0, "targets"), unknown("targets")),
    "a variable that hides in words": (put("", *JOB, "hide"), "Type 'string' is not assignable"),
    "a variable that selects nothing": (put({"text": None, "value": None}, *JOB, "current"), "Type 'null' is not"),
    "a type of variable that is none": (put("querry", *JOB, "type"), "Type '\"querry\"' is not assignable"),
    "a mark in the old form": (put("up", *MARK, "expr"), unknown("expr")),
    "a mark without a colour": (drop(*MARK, "iconColor"), "Property 'iconColor' is missing"),
}


def planted(name):
    change, _ = DEFECTS[name]
    broken = copy.deepcopy(GOOD)
    change(broken)
    return broken


@pytest.fixture(scope="session")
def complaints():
    """What TypeScript says of all of them, in one go."""
    return judges.complaints({**DASHBOARDS, **{name: planted(name) for name in DEFECTS}})


def test_the_types_are_sound_themselves(complaints):
    assert complaints[""] == []


@pytest.mark.parametrize("name", DASHBOARDS)
def test_grafanas_types_fit(complaints, name):
    assert complaints[name] == []


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_does_not_fit(complaints, name):
    _, said = DEFECTS[name]
    assert said in "\n".join(complaints[name])
