"""Each rule of the linter has a defect that only a broken dashboard has; the good one has none."""

import copy

import pytest

from gw2mon.dashboard_lint import lint
from tests.grafana import making

WINDOWS = ("5m",)
GOOD = making.dashboards(making.FORMS)["shop/every-form.json"]


def field(dashboard, number=1):
    return dashboard["panels"][number]["fieldConfig"]["defaults"]


def target(dashboard, number=1):
    return dashboard["panels"][number]["targets"][0]


def variable(dashboard, name):
    return next(item for item in dashboard["templating"]["list"] if item["name"] == name)


def titled(dashboard, kind):
    return next(panel for panel in dashboard["panels"] if panel["type"] == kind)


def put(place, key, value):
    return lambda dashboard: place(dashboard).update({key: value})


def drop(place, key):
    return lambda dashboard: place(dashboard).pop(key)


def whole(dashboard):
    return dashboard


def first(dashboard):
    return dashboard["panels"][1]


def expr(old, new):
    def change(dashboard):
        before = target(dashboard)["expr"]
        assert old in before
        target(dashboard)["expr"] = before.replace(old, new)

    return change


def step(number, key, value):
    return lambda dashboard: field(dashboard, 3)["thresholds"]["steps"][number].update({key: value})


def override(**keys):
    item = {"matcher": {"id": "byName", "options": "x"}, "properties": [{"id": "unit", "value": "s"}]}
    return lambda dashboard: first(dashboard)["fieldConfig"]["overrides"].append({**item, **keys})


def swap(dashboard):
    panels = dashboard["panels"]
    panels[1], panels[2] = panels[2], panels[1]


def hide_in_open_row(dashboard):
    dashboard["panels"][0]["panels"] = [dashboard["panels"].pop()]


def collapse_above(dashboard):
    row = dashboard["panels"][0]
    inside = {**dashboard["panels"].pop(1), "gridPos": {"x": 0, "y": 0, "w": 24, "h": 8}}
    row.update(collapsed=True, panels=[inside])


def only_rows(dashboard):
    dashboard["panels"] = [panel for panel in dashboard["panels"] if panel["type"] == "row"]


def late_job(dashboard):
    dashboard["templating"]["list"].reverse()


MUTANTS = [
    ("unknown-key", lambda d: d.update(sharedCrosshair=True)),
    ("unknown-key", put(first, "span", 6)),
    ("unknown-key", put(target, "intervalFactor", 2)),
    ("unknown-key", put(lambda d: field(d)["custom"], "lineWidht", 2)),
    ("missing-key", drop(first, "gridPos")),
    ("missing-key", drop(whole, "annotations")),
    ("wrong-type", lambda d: d.update(refresh=False)),
    ("wrong-type", put(first, "datasource", "Prometheus")),
    ("wrong-type", put(lambda d: first(d)["gridPos"], "w", "12")),
    ("wrong-type", put(lambda d: variable(d, "job"), "hide", "")),
    ("empty-title", put(whole, "title", " ")),
    ("bad-uid", put(whole, "uid", "with space")),
    ("bad-uid", put(whole, "uid", "x" * 41)),
    ("bad-schema-version", put(whole, "schemaVersion", 12)),
    ("bad-refresh", put(whole, "refresh", "30 seconds")),
    ("bad-time", put(whole, "time", {"from": "now-6h"})),
    ("database-id", put(whole, "id", 7)),
    ("unknown-panel-type", put(first, "type", "graph")),
    ("missing-overrides", drop(lambda d: first(d)["fieldConfig"], "overrides")),
    ("bad-plugin-version", put(first, "pluginVersion", "")),
    ("duplicate-id", lambda d: first(d).update(id=d["panels"][2]["id"])),
    ("bad-id", put(first, "id", 0)),
    ("duplicate-ref-id", lambda d: first(d)["targets"].append(dict(target(d)))),
    ("duplicate-variable", lambda d: d["templating"]["list"].append(variable(d, "job"))),
    ("bad-data-source", put(target, "datasource", {"uid": "${datasource}"})),
    ("bad-link", put(lambda d: d["links"][0], "tags", [])),
    ("bad-link", put(lambda d: d["panels"][3]["links"][0], "url", "example.org")),
    ("outside-grid", put(lambda d: first(d)["gridPos"], "x", 20)),
    ("outside-grid", put(lambda d: first(d)["gridPos"], "h", 0)),
    ("overlap", put(lambda d: d["panels"][2]["gridPos"], "x", 2)),
    ("out-of-order", swap),
    ("lost-in-row", hide_in_open_row),
    ("empty-row", lambda d: d["panels"][0].update(collapsed=True)),
    ("above-its-row", collapse_above),
    ("bad-thresholds", step(0, "value", "null")),
    ("bad-thresholds", step(1, "value", "0.01")),
    ("bad-thresholds", step(2, "value", 0.001)),
    ("bad-thresholds", step(1, "line", "true")),
    ("bad-thresholds", lambda d: field(d)["thresholds"].update(steps="")),
    ("bad-thresholds", lambda d: field(d)["thresholds"].update(mode="relative")),
    ("unknown-color", step(1, "color", "organge")),
    ("unknown-color", put(lambda d: d["annotations"]["list"][1], "iconColor", "rde")),
    ("unknown-unit", put(field, "unit", "requests/s")),
    ("unknown-color-mode", put(field, "color", {"mode": "palette"})),
    ("unknown-matcher", override(matcher={"id": "byTitle", "options": "x"})),
    ("unknown-matcher", override(matcher={"id": "byRegexp", "options": "("})),
    ("unknown-property", override(properties=[{"id": "colour", "value": {}}])),
    ("unknown-unit", override(properties=[{"id": "unit", "value": "seconds"}])),
    ("unknown-mapping", put(field, "mappings", [{"type": 1, "options": {"1": {}}}])),
    ("bad-range", lambda d: field(d).update(min=2, max=1)),
    ("unknown-transformation", put(first, "transformations", [{"id": "organise", "options": {}}])),
    ("unknown-reducer", put(lambda d: first(d)["options"]["legend"], "calcs", ["average"])),
    ("unknown-reducer", lambda d: titled(d, "stat")["options"]["reduceOptions"].update(calcs=["current"])),
    ("unknown-choice", put(lambda d: field(d)["custom"], "drawStyle", "lines")),
    ("unknown-choice", put(lambda d: field(d)["custom"], "stacking", {"mode": "on"})),
    ("unknown-choice", put(lambda d: titled(d, "stat")["options"], "colorMode", "values")),
    ("unknown-choice", put(whole, "graphTooltip", 3)),
    ("unknown-choice", put(lambda d: variable(d, "job"), "sort", 9)),
    ("hidden-legend", drop(lambda d: first(d)["options"]["legend"], "showLegend")),
    ("unknown-variable-type", put(lambda d: variable(d, "job"), "type", "querry")),
    ("no-selection", put(lambda d: variable(d, "job"), "current", {"text": None, "value": None})),
    ("template-datasource-rule", put(lambda d: variable(d, "datasource"), "label", "Source")),
    ("template-datasource-rule", put(lambda d: variable(d, "datasource"), "name", "ds")),
    ("template-job-rule", lambda d: variable(d, "job").update(multi=False)),
    ("template-job-rule", put(lambda d: variable(d, "job"), "allValue", ".*")),
    ("template-instance-rule", put(lambda d: variable(d, "instance"), "label", "Host")),
    ("template-label-promql-rule", put(lambda d: variable(d, "job"), "query", {"query": "label_values(job)"})),
    ("template-label-promql-rule", put(lambda d: variable(d, "job"), "query", {"query": "label_values(up{, job)"})),
    ("template-on-time-change-reload-rule", put(lambda d: variable(d, "job"), "refresh", 1)),
    ("late-variable", late_job),
    ("uneditable-dashboard", lambda d: d.update(editable=True)),
    ("panel-title-description-rule", put(first, "title", "")),
    ("panel-title-description-rule", put(first, "description", "")),
    ("panel-units-rule", put(field, "unit", "")),
    ("panel-no-targets-rule", put(first, "targets", [])),
    ("empty-text", lambda d: titled(d, "text")["options"].update(content="")),
    ("panel-datasource-rule", put(first, "datasource", {"type": "prometheus", "uid": "gw2mon-prometheus"})),
    ("panel-datasource-rule", put(first, "datasource", {"type": "prometheus", "uid": "${logs}"})),
    ("bad-target", put(target, "format", "heatmap")),
    ("bad-target", lambda d: target(d).update(instant=True, range=True)),
    ("bad-target", put(target, "refId", "a1")),
    ("hidden-refresh", put(whole, "refresh", "5s")),
    ("no-built-in-annotation", lambda d: d["annotations"]["list"].pop(0)),
    ("bad-annotation", lambda d: d["annotations"]["list"][1].pop("target")),
    ("no-panels", only_rows),
    ("target-promql-rule", expr("sum(", "summ(")),
    ("target-promql-rule", expr("sum(rate(", "(rate((")),
    ("target-promql-rule", put(target, "expr", 'up{job=~"$job", instance=~"$instance"}[5m]')),
    ("undeclared-variable", expr("$instance", "$instanz")),
    ("undeclared-variable", put(first, "title", "Requests of $service")),
    ("target-rate-interval-rule", expr("$__rate_interval", "10m")),
    ("target-rate-interval-rule", expr("$__rate_interval", "$__interval")),
    ("target-job-rule", expr('job=~"$job"', 'job="$job"')),
    ("target-instance-rule", expr(', instance=~"$instance"', "")),
    ("target-counter-agg-rule", put(target, "expr", 'sum(http_requests_total{job=~"$job", instance=~"$instance"})')),
    ("legend-without-label", put(target, "legendFormat", "{{handler}}")),
    ("target-logql-rule", lambda d: titled(d, "logs")["targets"][0].update(expr='{service="shop" |= "x"')),
    ("target-logql-rule", lambda d: titled(d, "logs")["targets"][0].update(expr='|= "error"')),
    ("target-logql-auto-rule",
     lambda d: titled(d, "logs")["targets"][0].update(expr='sum(rate({service="shop"}[5m]))')),
]  # fmt: skip


@pytest.mark.parametrize(("code", "change"), MUTANTS, ids=[f"{n}-{code}" for n, (code, _) in enumerate(MUTANTS)])
def test_a_planted_defect_is_found(code, change):
    broken = copy.deepcopy(GOOD)
    change(broken)
    assert code in {problem.code for problem in lint(broken, WINDOWS)}


def test_the_dashboard_before_it_was_broken_has_none():
    assert lint(GOOD, WINDOWS) == []


def test_a_window_that_the_spec_fixes_is_no_mistake():
    broken = copy.deepcopy(GOOD)
    expr("$__rate_interval", "15m")(broken)
    assert lint(broken, fixed_windows=(*WINDOWS, "15m")) == []


@pytest.mark.parametrize("nothing", [None, [], "", 3, {}, {"panels": 3}, {"panels": [None, 3, {"targets": "x"}]},
                                     {"templating": [], "panels": [{"type": "row", "panels": {}}]}])  # fmt: skip
def test_what_is_no_dashboard_is_a_problem_and_no_crash(nothing):
    assert lint(nothing)


def test_a_problem_says_where():
    broken = copy.deepcopy(GOOD)
    expr("sum(", "summ(")(broken)
    (problem,) = [each for each in lint(broken) if each.code == "target-promql-rule"]
    assert problem.path == "panels[1].targets[0].expr"
