"""Defects of the frame of a dashboard: what it is, which panels it has, where they lie, where they lead."""

# ruff: noqa: FBT003 - values of data

from copy import deepcopy

from tests.planted.planting import (
    GRAPH,
    GRAPH_OF_SHARE,
    HEATMAP,
    QUANTILES,
    STAT,
    STAT_OF_SHARE,
    TABLE,
    Planted,
    annotation,
    both,
    collapsed,
    drop,
    dropping,
    itself,
    put,
    setting,
)


def _as_sent_to_the_api(dashboard):
    inner = dict(dashboard)
    dashboard.clear()
    dashboard.update(dashboard=inner, overwrite=True)


def _as_old_rows(dashboard):
    dashboard["rows"] = [{"title": "Now", "panels": dashboard.pop("panels")}]


def text_panel(content):
    def plant(dashboard):
        last = dashboard["panels"][-1]
        place = {"h": 3, "w": 24, "x": 0, "y": last["gridPos"]["y"] + 1}
        options = {"mode": "markdown", "content": content}
        fields = {"defaults": {}, "overrides": []}
        panel = {"id": 7, "type": "text", "title": "Notes", "gridPos": place, "pluginVersion": "11.6.0"}
        dashboard["panels"].append(panel | {"options": options, "fieldConfig": fields})

    return plant


def _twice(path):
    """The second of two neighbours has what the first has."""

    def plant(dashboard):
        first, second = [one for one in dashboard["panels"] if one["type"] == "stat"][:2]
        put(second, path, deepcopy(first[path]))

    return plant


def _same_id_inside_a_row(dashboard):
    put(collapsed(dashboard), "panels.0.id", STAT(dashboard)["id"])


def _panel_after_the_next_row(dashboard):
    panels = dashboard["panels"]
    panels.insert(panels.index(GRAPH(dashboard)) + 12, panels.pop(panels.index(STAT(dashboard))))


def _row_in_a_row(dashboard):
    row = deepcopy(dashboard["panels"][0])
    row.update(id=8, gridPos={"h": 1, "w": 24, "x": 0, "y": collapsed(dashboard)["gridPos"]["y"] + 30})
    collapsed(dashboard)["panels"].append(row)


def _open_row_that_keeps_its_panels(dashboard):
    collapsed(dashboard)["collapsed"] = False


def _closed_row_without_panels(dashboard):
    dashboard["panels"][0].update(collapsed=True, panels=[])


def _overlap(dashboard):
    GRAPH(dashboard)["gridPos"].update(GRAPH_OF_SHARE(dashboard)["gridPos"])


def _link(**changes):
    def plant(dashboard):
        link = STAT_OF_SHARE(dashboard)["links"][0]
        link.update(changes)

    return plant


def _link_to_a_panel_that_is_not_there(dashboard):
    STAT_OF_SHARE(dashboard)["links"][0]["url"] = f"/d/{dashboard['uid']}?viewPanel=99"


STRUCTURE = (
    Planted("no title", "Grafana refuses the file", dropping(itself, "title")),
    Planted("no uid", "each start gives a new address, and links die", dropping(itself, "uid")),
    Planted("uid too long", "Grafana refuses more than 40 characters", setting(itself, "uid", "shop-" * 9)),
    Planted("uid with a slash", "Grafana refuses the character", setting(itself, "uid", "shop/overview")),
    Planted("database id left in", "it is the id of another Grafana's row", setting(itself, "id", 17)),
    Planted("schema of 2016", "thirty migrations rewrite it at load", setting(itself, "schemaVersion", 12)),
    Planted("schema version as text", "compared as a number", setting(itself, "schemaVersion", "42")),
    Planted("schema from the future", "the back end refuses it", setting(itself, "schemaVersion", 99)),
    Planted("refresh is false", "the schema wants text", setting(itself, "refresh", False)),
    Planted(
        "refresh each second", "faster than the data, and below what Grafana allows", setting(itself, "refresh", "1s")
    ),
    Planted("refresh in words", "no such interval: it never refreshes", setting(itself, "refresh", "30 seconds")),
    Planted("editable", "edits are lost at the next start", setting(itself, "editable", True)),
    Planted("export for sharing", "placeholders of an import dialogue stay unfilled", setting(itself, "__inputs", [])),
    Planted("dead key on the dashboard", "does nothing since Grafana 5", setting(itself, "hideControls", True)),
    Planted("wrapped for the API", "a file has no wrapper: no title, no panels", _as_sent_to_the_api),
    Planted("rows of Grafana 4", "no panel is shown at this schema", _as_old_rows),
    Planted("no panels", "an empty page", setting(itself, "panels", [])),
    Planted("time runs backwards", "every panel is empty", setting(itself, "time", {"from": "now", "to": "now-6h"})),
    Planted("time in words", "an invalid date: every panel is empty", setting(itself, "time.from", "now-6hours")),
    Planted("unknown time zone", "times are shown in another zone", setting(itself, "timezone", "Europe-Paris")),
    Planted("tags are one text", "the list of tags breaks", setting(itself, "tags", "gw2mon")),
    Planted("unknown key on a panel", "Grafana 13 takes the panel for an Angular one", setting(STAT, "span", 6)),
    Planted("Angular graph", "the plugin is gone", setting(GRAPH, "type", "graph")),
    Planted("Angular singlestat", "the plugin is gone", setting(STAT, "type", "singlestat")),
    Planted("misspelt panel type", "panel plugin not found", setting(GRAPH, "type", "timeserie")),
    Planted("panel without a type", "panel plugin not found", dropping(GRAPH, "type")),
    Planted(
        "library panel",
        "it is in another Grafana's database",
        setting(STAT, "libraryPanel", {"uid": "abc", "name": "Up"}),
    ),
    Planted("no plugin version", "taken for version 6.1 and migrated", dropping(STAT, "pluginVersion")),
    Planted("no overrides", "the panel's editor throws", dropping(STAT, "fieldConfig.overrides")),
    Planted("panel without a title", "nobody knows what it shows", setting(GRAPH, "title", "")),
    Planted("title of blanks", "nobody knows what it shows", setting(STAT, "title", "  ")),
    Planted("panel without a description", "nobody knows what to do", dropping(GRAPH, "description")),
    Planted("section without a name", "a closed row with no words", setting(collapsed, "title", "")),
    Planted("two panels of one name side by side", "which is which?", _twice("title")),
    Planted("copied panel, query not changed", "two titles over the same numbers", _twice("targets")),
    Planted("empty text panel", "a blank box", text_panel("")),
    Planted(
        "text panel never written",
        "the text that Grafana puts there",
        text_panel("# Title\n\nFor markdown syntax help"),
    ),
    Planted("panel is no record", "Grafana stops with an error", lambda d: d["panels"].append("stat")),
)

IDS = (
    Planted("two panels with one id", "the second takes the first's place in links", _twice("id")),
    Planted("same id in a closed row", "opening the row breaks one of them", _same_id_inside_a_row),
    Planted("panel without an id", "dropped by Grafana 13", dropping(STAT, "id")),
    Planted("panel with id null", "dropped by Grafana 13", setting(STAT, "id", None)),
    Planted("panel with id 0", "counts as none", setting(STAT, "id", 0)),
    Planted("id too large", "does not fit 32 bits", setting(STAT, "id", 2**40)),
    Planted("id as text", "not found by links", setting(STAT, "id", "5")),
    Planted("two queries A", "one of them is shown twice", setting(QUANTILES, "targets.1.refId", "A")),
    Planted("query with an empty name", "answers cannot be told apart", setting(QUANTILES, "targets.1.refId", "")),
    Planted("query without a name", "answers cannot be told apart", dropping(QUANTILES, "targets.1.refId")),
    Planted("repeated over nothing", "no such variable", setting(STAT, "repeat", "region")),
    Planted(
        "repeated to a side that is none",
        "h or v",
        both(setting(STAT, "repeat", "instance"), setting(STAT, "repeatDirection", "x")),
    ),
)

GEOMETRY = (
    Planted("overlap", "one panel hides the other", _overlap),
    Planted("beyond the right edge", "cut off or moved", setting(GRAPH, "gridPos.w", 25)),
    Planted("left of the left edge", "cut off or moved", setting(GRAPH, "gridPos.x", -1)),
    Planted("no height", "invisible", setting(STAT, "gridPos.h", 0)),
    Planted("no width", "invisible", setting(STAT, "gridPos.w", 0)),
    Planted("graph of one row's height", "only its title fits", setting(GRAPH, "gridPos.h", 1)),
    Planted("half a column", "the grid has whole columns", setting(GRAPH, "gridPos.w", 11.5)),
    Planted("place as text", "counted as no place", setting(GRAPH, "gridPos.y", "6")),
    Planted("no place", "lands at the top left, over others", dropping(GRAPH, "gridPos")),
    Planted("nested above its row", "jumps into another section", setting(collapsed, "panels.0.gridPos.y", 0)),
    Planted("out of order", "Grafana 13 puts it into another section", _panel_after_the_next_row),
    Planted("row in a row", "not shown", _row_in_a_row),
    Planted("open row that keeps its panels", "they are not shown", _open_row_that_keeps_its_panels),
    Planted("closed row without panels", "opens to nothing", _closed_row_without_panels),
)

DATA_SOURCES = (
    Planted(
        "data source by name", "ignored at this schema: the default is asked", setting(STAT, "datasource", "Prometheus")
    ),
    Planted("panel without a data source", "whatever is the default is asked", dropping(STAT, "datasource")),
    Planted(
        "query with data source null", "whatever is the default is asked", setting(STAT, "targets.0.datasource", None)
    ),
    Planted("uid of another Grafana", "data source not found", setting(STAT, "datasource.uid", "PBFA97CFB590B2093")),
    Planted("placeholder of an export", "data source not found", setting(STAT, "datasource.uid", "${DS_PROMETHEUS}")),
    Planted(
        "PromQL sent to Loki",
        "a parse error",
        both(setting(STAT, "datasource.type", "loki"), setting(STAT, "targets.0.datasource.type", "loki")),
    ),
    Planted(
        "query to another source than its panel",
        "overwritten by the panel's",
        setting(STAT, "targets.0.datasource.uid", "other"),
    ),
    Planted("a variable that is no data source", "data source not found", setting(HEATMAP, "datasource.uid", "${job}")),
    Planted("data source without a uid", "the default is asked", dropping(TABLE, "datasource.uid")),
)

ANNOTATIONS = (
    Planted("no built-in annotation", "no switch for alerts", lambda d: drop(d, "annotations.list.0")),
    Planted("annotation without a query", "no mark ever", dropping(annotation("Warnings"), "target")),
    Planted(
        "annotation whose query does not parse",
        "an error at each load",
        setting(annotation("Warnings"), "target.expr", "ALERTS{severity="),
    ),
    Planted(
        "annotation by name of its source",
        "the default is asked",
        setting(annotation("Warnings"), "datasource", "Prometheus"),
    ),
    Planted("annotation without a name", "a switch with no words", setting(annotation("Warnings"), "name", "")),
    Planted(
        "two annotations of one name",
        "two switches, which is which?",
        setting(annotation("Warnings"), "name", "Critical alerts"),
    ),
    Planted(
        "marks in 1970",
        "Grafana wants milliseconds",
        setting(
            annotation("Deployments and restarts"),
            "target.expr",
            'process_start_time_seconds{job=~"$job", instance=~"$instance"}',
        ),
    ),
    Planted(
        "annotation off and hidden",
        "nobody can switch it on",
        lambda d: annotation("Warnings")(d).update(enable=False, hide=True),
    ),
    Planted(
        "annotation with a variable that is not there",
        "never matches",
        setting(annotation("Warnings"), "target.expr", 'ALERTS{alertstate="firing", cluster="$cluster"}'),
    ),
    Planted(
        "annotation with an unknown key", "lost in the next format", setting(annotation("Warnings"), "colour", "red")
    ),
)

LINKS = (
    Planted("link of an unknown kind", "not shown", setting(itself, "links.0.type", "dashboard")),
    Planted("link without an address", "leads nowhere", _link(url="")),
    Planted("link without a title", "an icon without words", _link(title="")),
    Planted("address without a scheme", "read as a path of Grafana: not found", _link(url="wiki.example.org/runbook")),
    Planted(
        "address on the author's machine", "opens the reader's own machine", _link(url="http://localhost:3000/d/abc")
    ),
    Planted("address that runs a script", "removed by Grafana", _link(url="javascript:alert(1)")),
    Planted(
        "link with an unknown variable",
        "the text $region stays in the address",
        _link(url="https://example.org/?region=${region}"),
    ),
    Planted("link to a panel that is not there", "panel not found", _link_to_a_panel_that_is_not_there),
    Planted(
        "data link without an address",
        "a click does nothing",
        setting(GRAPH, "fieldConfig.defaults.links", [{"title": "Logs", "url": ""}]),
    ),
    Planted("list of dashboards by no tag", "a dropdown of everything there is", setting(itself, "links.0.tags", [])),
)
