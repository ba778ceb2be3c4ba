"""What grafanalib writes, and every defect of it that Grafana 11 to 13 would show."""

import pytest
from grafanalib import core as G  # noqa: N812 - its documentation calls it so

from gw2mon.generators.grafana import seam
from gw2mon.generators.grafana.modernise import UnknownKeyError, modernise

GRID = G.GridPos(h=8, w=12, x=0, y=0)


def modern(*panels, strict=True, **keys):
    made = G.Dashboard(title="Old", panels=list(panels), **keys).auto_panel_ids()
    return modernise(seam.to_data(made), strict=strict)


def only(panel):
    (found,) = modern(panel)["panels"]
    return found


def thresholds(panel):
    return panel["fieldConfig"]["defaults"]["thresholds"]["steps"]


def test_the_last_schema_and_nothing_dead():
    data = modern()
    assert data["schemaVersion"] == 42
    assert {"rows", "style", "hideControls", "gnetId", "__inputs", "sharedCrosshair"}.isdisjoint(data)
    assert set(data["timepicker"]) == {"refresh_intervals"}


def test_a_shared_crosshair_stays_shared():
    assert modern(sharedCrosshair=True)["graphTooltip"] == 1
    assert modern(graphTooltip=2)["graphTooltip"] == 2


@pytest.mark.parametrize(
    "kind", [G.Stat, G.TimeSeries, G.Table, G.BarGauge, G.GaugePanel, G.StateTimeline, G.Text, G.Logs]
)
def test_no_panel_keeps_a_key_for_which_grafana_would_migrate_it(kind):
    panel = only(kind(title="T", gridPos=GRID))
    assert {"editable", "error", "height", "span", "minSpan"}.isdisjoint(panel)
    assert not [key for key, value in panel.items() if value is None]
    assert panel["pluginVersion"] == "11.6.0"


def test_a_stat_without_thresholds_is_drawn():
    """Grafana 11 to 13 stop with `steps.find is not a function` at the empty text."""
    assert thresholds(only(G.Stat(title="T", gridPos=GRID))) == [{"color": "green", "value": None}]


def test_thresholds_begin_at_null_and_not_at_the_text_null():
    steps = [G.Threshold("green", 0, 0.0), G.Threshold("red", 1, 5.0)]
    assert thresholds(only(G.Stat(title="T", gridPos=GRID, thresholds=steps))) == [
        {"color": "green", "value": None},
        {"color": "red", "value": 5.0},
    ]


def test_a_stat_does_not_show_the_word_none():
    defaults = only(G.Stat(title="T", gridPos=GRID))["fieldConfig"]["defaults"]
    assert defaults["noValue"] == "No data"
    assert defaults["color"] == {"mode": "thresholds"}


def test_a_legend_is_shown_and_nothing_is_stacked():
    panel = only(G.TimeSeries(title="T", gridPos=GRID))
    assert panel["options"]["legend"]["showLegend"] is True
    assert panel["fieldConfig"]["defaults"]["custom"]["stacking"] == {"group": "A", "mode": "none"}


def test_the_legend_of_a_state_timeline_is_shown():
    panel = only(G.StateTimeline(title="T", gridPos=GRID))
    assert panel["options"]["legend"]["showLegend"] is True


def test_a_bar_gauge_leaves_grafana_6():
    panel = only(G.BarGauge(title="T", gridPos=GRID, calc="lastNotNull", format="bytes", decimals=1))
    assert "fieldOptions" not in panel["options"]
    assert panel["options"]["reduceOptions"]["calcs"] == ["lastNotNull"]
    assert panel["fieldConfig"]["defaults"]["unit"] == "bytes"


def test_a_gauge_keeps_its_calculation_and_its_title():
    panel = only(G.GaugePanel(title="T", gridPos=GRID, calc="max", label="Used"))
    assert panel["options"]["reduceOptions"]["calcs"] == ["max"]
    assert panel["fieldConfig"]["defaults"]["displayName"] == "Used"
    assert "overrides" in panel["fieldConfig"]


def test_a_table_keeps_mappings_and_cells():
    mapping = {"type": "value", "options": {"1": {"text": "up"}}}
    panel = only(G.Table(title="T", gridPos=GRID, displayMode="color-text", mappings=[mapping]))
    assert panel["fieldConfig"]["defaults"]["custom"]["cellOptions"] == {"type": "color-text"}
    assert panel["fieldConfig"]["defaults"]["mappings"] == [mapping]


def test_a_row_is_nothing_but_a_row():
    inside = G.Stat(title="T", gridPos=GRID)
    row = only(G.RowPanel(title="R", gridPos=GRID, collapsed=True, panels=[inside]))
    assert set(row) == {"id", "type", "title", "collapsed", "gridPos", "panels"}
    assert row["panels"][0]["pluginVersion"] == "11.6.0"


def test_queries_get_letters_and_the_data_source_of_their_panel():
    targets = [G.Target(expr="up"), G.Target(expr="up", refId="A"), G.Target(expr="up", instant=True)]
    panel = only(G.Stat(title="T", gridPos=GRID, targets=targets, dataSource=seam.PROMETHEUS))
    assert [(target["refId"], target["instant"], target["range"]) for target in panel["targets"]] == [
        ("B", False, True),
        ("A", False, True),
        ("C", True, False),
    ]
    assert all(target["datasource"] == seam.PROMETHEUS for target in panel["targets"])
    assert "intervalFactor" not in panel["targets"][0]


def test_a_data_source_is_never_a_bare_name():
    panel = only(G.Stat(title="T", gridPos=GRID, dataSource="prom", targets=[G.Target(expr="up")]))
    assert panel["datasource"] == {"uid": "prom"}
    assert panel["targets"][0]["datasource"] == {"uid": "prom"}


def test_a_variable_selects_something_and_follows_the_time():
    template = G.Template(name="job", query="label_values(up, job)", dataSource="prom", includeAll=True, multi=True)
    (variable,) = modern(templating=G.Templating(list=[template]))["templating"]["list"]
    assert variable["current"] == {"text": ["All"], "value": ["$__all"]}
    assert variable["refresh"] == 2
    assert variable["query"]["query"] == variable["definition"] == "label_values(up, job)"
    assert {"useTags", "tagsQuery", "auto", "auto_min"}.isdisjoint(variable)


def test_the_switch_for_annotations_is_there():
    entry = {"name": "Deploys", "datasource": seam.PROMETHEUS, "enable": True, "iconColor": "blue", "expr": "up"}
    built_in, deploys = modern(annotations=G.Annotations(list=[entry]))["annotations"]["list"]
    assert built_in["builtIn"] == 1
    assert deploys["target"] == {"expr": "up", "interval": "60s", "refId": "Anno"}


def test_what_nobody_knows_is_dropped_or_raised():
    panel = G.Stat(title="T", gridPos=GRID, extraJson={"tittle": "T"})
    with pytest.raises(UnknownKeyError, match="tittle"):
        modern(panel)
    assert "tittle" not in modern(panel, strict=False)["panels"][0]


def test_the_old_dashboard_stays_as_it_was():
    old = seam.to_data(G.Dashboard(title="Old", panels=[G.Stat(title="T", gridPos=GRID)]))
    before = repr(old)
    modernise(old)
    assert repr(old) == before
