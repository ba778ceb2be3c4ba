"""Defects of variables, queries and legends, and of the rules of Grafana's own dashboard linter."""

# ruff: noqa: FBT003 - values of data

from tests.planted.planting import (
    BARS,
    GRAPH,
    GRAPH_OF_SHARE,
    HEATMAP,
    QUANTILES,
    STAT,
    TABLE,
    Planted,
    asking,
    both,
    drop,
    dropping,
    put,
    replacing,
    setting,
    variable,
)

JOB, INSTANCE, SOURCE = variable("job"), variable("instance"), variable("datasource")
CHOSEN = 'job=~"$job", instance=~"$instance"'
REQUESTS = f"(rate(http_requests_total{{{CHOSEN}}}[$__rate_interval]))"
BUCKETS = f"(rate(http_request_duration_seconds_bucket{{{CHOSEN}}}[$__rate_interval]))"


def new_variable(**parts):
    base = {"name": "region", "label": "Region", "type": "custom", "query": "eu,us", "hide": 0, "multi": False}
    base |= {"includeAll": False, "skipUrlSync": False, "options": [], "current": {"text": "eu", "value": "eu"}}
    return lambda dashboard: dashboard["templating"]["list"].append(base | parts)


def _asks(find, query):
    return both(setting(find, "definition", query), setting(find, "query.query", query))


def _in_a_circle(dashboard):
    _asks(JOB, 'label_values(up{instance=~"$instance"}, job)')(dashboard)


def _without(name):
    def plant(dashboard):
        variables = dashboard["templating"]["list"]
        variables.remove(variable(name)(dashboard))

    return plant


def _all_hidden(dashboard):
    for target in QUANTILES(dashboard)["targets"]:
        target["hide"] = True


def log_panel(expr):
    """A panel of log lines, with a data source variable of its own."""

    def plant(dashboard):
        source = {"type": "loki", "uid": "${loki}"}
        new_variable(name="loki", label="Logs", type="datasource", query="loki")(dashboard)
        target = {"refId": "A", "datasource": source, "expr": expr, "queryType": "range", "editorMode": "code"}
        y = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in dashboard["panels"])
        defaults = {"unit": "short", "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": None}]}}
        panel = {"id": 9, "type": "timeseries", "title": "Log lines", "description": "Lines per second."}
        panel |= {"datasource": source, "targets": [target], "gridPos": {"h": 8, "w": 24, "x": 0, "y": y}}
        panel |= {"pluginVersion": "11.6.0", "fieldConfig": {"defaults": defaults, "overrides": []}}
        panel["options"] = {"legend": {"showLegend": True, "displayMode": "list", "placement": "bottom", "calcs": []}}
        dashboard["panels"].append(panel)

    return plant


VARIABLES = (
    Planted(
        "variable that is not declared",
        "the text $namespace is sent",
        replacing(GRAPH, "{job=", '{namespace="$namespace", job='),
    ),
    Planted(
        "misspelt built-in variable", "the text is sent", replacing(GRAPH, "$__rate_interval", "$__rate_intervall")
    ),
    Planted("variable of an unknown type", "dropped", setting(INSTANCE, "type", "querry")),
    Planted("variable without a choice", "throws at load", setting(INSTANCE, "current", None)),
    Planted("hidden in words", "a number is meant", setting(INSTANCE, "hide", "no")),
    Planted("query variable without a data source", "the default is asked", dropping(INSTANCE, "datasource")),
    Planted("variable by name of its source", "ignored at this schema", setting(INSTANCE, "datasource", "Prometheus")),
    Planted("never refreshed", "no values at all", setting(INSTANCE, "refresh", 0)),
    Planted("sorted in an unknown order", "0 to 8", setting(INSTANCE, "sort", 99)),
    Planted("two variables of one name", "the first is never seen", new_variable(name="job", label="Job 2")),
    Planted(
        "name with a dash",
        "$my-region is read as $my",
        both(new_variable(name="my-region"), replacing(GRAPH, "{job=", '{region="$my-region", job=')),
    ),
    Planted(
        "query of a variable does not parse", "no values", _asks(INSTANCE, 'label_values(up{job=~"$job", instance)')
    ),
    Planted("query of a variable is no query", "no values", _asks(INSTANCE, "instances")),
    Planted("several values with =", "only one of them ever matches", replacing(GRAPH, 'job=~"$job"', 'job="$job"')),
    Planted("variables in a circle", "neither gets values", _in_a_circle),
    Planted("variable that asks itself", "never gets values", _asks(JOB, 'label_values(up{job=~"$job"}, job)')),
    Planted(
        "variable without values",
        "an empty list",
        both(
            new_variable(query="", current={"text": "", "value": ""}),
            replacing(GRAPH, "{job=", '{region="$region", job='),
        ),
    ),
    Planted("variable that nothing uses", "choosing changes nothing", new_variable()),
    Planted("broken regular expression", "throws", setting(INSTANCE, "regex", "/(.*/")),
    Planted("data source of no kind", "an empty list", setting(SOURCE, "query", "")),
    Planted(
        "title with an unknown variable",
        "$cluster stands in the title",
        setting(GRAPH, "title", "Requests of $cluster"),
    ),
    Planted("options without a name", "throws", dropping(INSTANCE, "name")),
)

QUERIES = (
    Planted("bracket not closed", "a parse error", replacing(GRAPH, "]))", "])")),
    Planted("query empty", "no data", asking(STAT, "")),
    Planted("query missing", "no data", dropping(STAT, "targets.0.expr")),
    Planted("rate of no range", "an error", replacing(GRAPH, "[$__rate_interval]", "")),
    Planted(
        "rate of a sum",
        "an error",
        asking(GRAPH, f"rate(sum by (status) (http_requests_total{{{CHOSEN}}})[$__rate_interval])"),
    ),
    Planted("function that does not exist", "an error", replacing(GRAPH, "rate(", "ratee(")),
    Planted(
        "number of arguments", "an error", replacing(QUANTILES, "histogram_quantile(0.95, ", "histogram_quantile(")
    ),
    Planted("quantile without le", "NaN for ever", replacing(QUANTILES, "by (le)", "by (job)")),
    Planted("quantile of no buckets", "no data", replacing(QUANTILES, "_bucket{", "_count{")),
    Planted("quantile of 95", "infinite", replacing(QUANTILES, "(0.95,", "(95,")),
    Planted(
        "average of percentiles",
        "a number that means nothing",
        asking(
            QUANTILES,
            f"avg(histogram_quantile(0.5, sum by (le, instance) {BUCKETS}))",
        ),
    ),
    Planted("two jobs at once", "never matches", replacing(GRAPH, "{job=", '{job="other", job=')),
    Planted("broken regular expression", "an error", replacing(GRAPH, "{job=", '{status=~"5(..", job=')),
    Planted(
        "division that matches nothing",
        "always empty",
        asking(
            GRAPH,
            f"sum by (status) {REQUESTS} / sum{REQUESTS}",
        ),
    ),
    Planted(
        "division by other labels",
        "always empty",
        asking(
            GRAPH,
            f"sum by (status) {REQUESTS} / sum by (handler) {REQUESTS}",
        ),
    ),
    Planted(
        "rate of a gauge",
        "each fall counts as a restart",
        asking(GRAPH, f"sum by (status) (rate(process_resident_memory_bytes{{{CHOSEN}}}[$__rate_interval]))"),
    ),
    Planted("instant query of a graph", "one dot", lambda d: GRAPH(d)["targets"][0].update(instant=True, range=False)),
    Planted("instant and range", "drawn twice", setting(GRAPH, "targets.0.instant", True)),
    Planted("neither instant nor range", "asked for nothing", setting(GRAPH, "targets.0.range", False)),
    Planted(
        "heatmap of series", "cumulative buckets drawn as they are", setting(HEATMAP, "targets.0.format", "time_series")
    ),
    Planted("heatmap without le", "one band", replacing(HEATMAP, "by (le)", "by (status)")),
    Planted("all queries hidden", "no data", _all_hidden),
    Planted(
        "same query twice",
        "two lines over each other",
        lambda d: put(QUANTILES(d), "targets.1.expr", QUANTILES(d)["targets"][0]["expr"]),
    ),
    Planted("LogQL sent to Prometheus", "a parse error", asking(GRAPH, '{job=~"$job"} |= "error"')),
    Planted("step in words", "an error", setting(GRAPH, "targets.0.interval", "5 minutes")),
    Planted("queries are no list", "throws", setting(GRAPH, "targets", {"A": "up"})),
    Planted(
        "table of time series",
        "a table with one column of time for each",
        setting(TABLE, "targets.0.format", "time_series"),
    ),
    Planted("comparison with text", "a parse error", asking(STAT, f'up{{{CHOSEN}}} == "1"')),
    Planted("negative matcher of everything", "never matches", replacing(GRAPH, "{job=", '{status!~".*", job=')),
)

LEGENDS = (
    Planted(
        "label that the query adds away",
        "every line is called nothing",
        setting(GRAPH, "targets.0.legendFormat", "{{instance}}"),
    ),
    Planted("one bracket for two", "shown as it is", setting(GRAPH, "targets.0.legendFormat", "{status}")),
    Planted("bracket not closed", "shown as it is", setting(GRAPH, "targets.0.legendFormat", "{{status}")),
    Planted(
        "written as in an alert", "shown as nothing", setting(GRAPH, "targets.0.legendFormat", "{{ $labels.status }}")
    ),
    Planted(
        "two queries of one name", "two lines, which is which?", setting(QUANTILES, "targets.1.legendFormat", "p50")
    ),
    Planted("one name for many lines", "which is which?", setting(GRAPH, "targets.0.legendFormat", "requests")),
    Planted(
        "says p99, asks for p95",
        "the wrong number is believed",
        lambda d: put(QUANTILES(d), "targets.2.expr", QUANTILES(d)["targets"][2]["expr"].replace("0.99", "0.9")),
    ),
    Planted(
        "unknown variable in a legend", "shown as it is", setting(GRAPH, "targets.0.legendFormat", "$region {{status}}")
    ),
    Planted(
        "label of a bar that is added away",
        "every bar is called nothing",
        setting(BARS, "targets.0.legendFormat", "{{table}}"),
    ),
)

LINTER = (
    Planted("template-datasource-rule: none", "nobody can choose the source", _without("datasource")),
    Planted("template-datasource-rule: label", "a name in place of words", setting(SOURCE, "label", "ds")),
    Planted("template-job-rule: none", "nobody can choose the job", _without("job")),
    Planted("template-job-rule: label", "a name in place of words", setting(JOB, "label", "job")),
    Planted("template-job-rule: multi", "one job at a time", setting(JOB, "multi", False)),
    Planted("template-job-rule: allValue", "All leaves out what lacks the label", setting(JOB, "allValue", ".*")),
    Planted(
        "template-job-rule: source", "asks another source than the panels", setting(JOB, "datasource.uid", "prometheus")
    ),
    Planted("template-instance-rule: none", "nobody can choose the instance", _without("instance")),
    Planted("template-instance-rule: label", "a name in place of words", setting(INSTANCE, "label", "instances")),
    Planted("template-instance-rule: type", "a list that nobody updates", setting(INSTANCE, "type", "custom")),
    Planted("template-label-promql-rule", "no values", _asks(JOB, "label_values(up{, job)")),
    Planted("template-on-time-change-reload-rule", "new instances are missing", setting(INSTANCE, "refresh", 1)),
    Planted(
        "panel-datasource-rule",
        "the chosen source is not asked",
        both(
            setting(GRAPH, "datasource.uid", "gw2mon-prometheus"),
            setting(GRAPH, "targets.0.datasource.uid", "gw2mon-prometheus"),
        ),
    ),
    Planted("panel-title-description-rule", "nobody knows what to do", setting(QUANTILES, "description", " ")),
    Planted(
        "panel-units-rule", "the word is glued to the number", setting(QUANTILES, "fieldConfig.defaults.unit", "second")
    ),
    Planted("panel-no-targets-rule: missing", "no data", dropping(GRAPH, "targets")),
    Planted("panel-no-targets-rule: empty", "no data", setting(GRAPH, "targets", [])),
    Planted(
        "target-promql-rule",
        "a parse error",
        asking(GRAPH_OF_SHARE, "sum(rate(http_requests_total{job=~'$job'}[$__rate_interval])"),
    ),
    Planted("target-logql-rule", "a parse error", log_panel('sum(rate({service_name="shop"} |= "error" [$__auto])')),
    Planted(
        "target-logql-auto-rule",
        "too coarse or too fine",
        log_panel('sum(rate({service_name="shop"} |= "error" [5m]))'),
    ),
    Planted(
        "target-rate-interval-rule: fixed",
        "gaps when zoomed in, spikes lost when out",
        replacing(GRAPH, "$__rate_interval", "5m"),
    ),
    Planted(
        "target-rate-interval-rule: $__interval",
        "no data when zoomed in",
        replacing(GRAPH, "$__rate_interval", "$__interval"),
    ),
    Planted(
        "target-job-rule",
        "mixes services",
        asking(GRAPH, 'sum by (status) (rate(http_requests_total{instance=~"$instance"}[$__rate_interval]))'),
    ),
    Planted(
        "target-instance-rule",
        "the choice of an instance changes nothing",
        asking(GRAPH, 'sum by (status) (rate(http_requests_total{job=~"$job"}[$__rate_interval]))'),
    ),
    Planted(
        "target-counter-agg-rule",
        "a line that only rises",
        asking(GRAPH, f"sum by (status) (http_requests_total{{{CHOSEN}}})"),
    ),
    Planted("uneditable-dashboard", "edits are lost", lambda d: drop(d, "editable")),
)
