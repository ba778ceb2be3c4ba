"""Defects of how values are shown: thresholds, units, reducers, overrides, choices from closed lists."""

# ruff: noqa: FBT003 - values of data

from copy import deepcopy

from tests.planted.planting import (
    BARS,
    BYTES,
    GRAPH,
    GRAPH_OF_SHARE,
    HEATMAP,
    QUANTILES,
    STAT,
    STAT_OF_SHARE,
    TABLE,
    Planted,
    asking,
    both,
    dropping,
    itself,
    put,
    setting,
)

DEFAULTS = "fieldConfig.defaults"
STEPS = f"{DEFAULTS}.thresholds.steps"
CUSTOM = f"{DEFAULTS}.custom"


def _override(find, override):
    return lambda dashboard: find(dashboard)["fieldConfig"]["overrides"].insert(0, deepcopy(override))


def _property(find, name, value):
    return _override(
        find, {"matcher": {"id": "byRegexp", "options": ".*"}, "properties": [{"id": name, "value": value}]}
    )


def _matcher(find, name, options):
    green = {"id": "color", "value": {"mode": "fixed", "fixedColor": "green"}}
    return _override(find, {"matcher": {"id": name, "options": options}, "properties": [green]})


def _quantile_of_seconds(dashboard):
    put(QUANTILES(dashboard), f"{DEFAULTS}.unit", "ms")


THRESHOLDS = (
    Planted("base is the word null", "the colour never changes", setting(STAT_OF_SHARE, f"{STEPS}.0.value", "null")),
    Planted("steps are text", "the panel throws", setting(STAT_OF_SHARE, STEPS, "")),
    Planted("no steps", "grey", setting(STAT_OF_SHARE, STEPS, [])),
    Planted(
        "steps descend",
        "the last step is never reached",
        lambda d: STAT_OF_SHARE(d)["fieldConfig"]["defaults"]["thresholds"]["steps"].reverse(),
    ),
    Planted("two steps at one value", "one of them is never seen", setting(STAT_OF_SHARE, f"{STEPS}.2.value", 0.01)),
    Planted("no base", "values below have no colour", setting(STAT_OF_SHARE, f"{STEPS}.0.value", 0)),
    Planted("a step as text", "compared as text", setting(STAT_OF_SHARE, f"{STEPS}.2.value", "0.05")),
    Planted(
        "a null among the steps", "starts anew at minus infinity", setting(STAT_OF_SHARE, f"{STEPS}.1.value", None)
    ),
    Planted("unknown mode", "thresholds ignored", setting(STAT_OF_SHARE, f"{DEFAULTS}.thresholds.mode", "relative")),
    Planted("percent typed for a ratio", "80 is 8000 %: never reached", setting(STAT_OF_SHARE, f"{STEPS}.2.value", 80)),
    Planted(
        "an operator on a step",
        "ignored: a step is always a lower bound",
        setting(STAT_OF_SHARE, f"{STEPS}.2.op", "lt"),
    ),
    Planted("a step without a colour", "black", dropping(STAT_OF_SHARE, f"{STEPS}.2.color")),
    Planted("a colour that is none", "black", setting(STAT_OF_SHARE, f"{STEPS}.2.color", "rouge")),
    Planted("a broken hex colour", "black", setting(STAT_OF_SHARE, f"{STEPS}.2.color", "#12")),
    Planted(
        "percent of no range",
        "the colour depends on the zoom",
        setting(
            STAT_OF_SHARE,
            f"{DEFAULTS}.thresholds",
            {"mode": "percentage", "steps": [{"color": "green", "value": None}, {"color": "red", "value": 80}]},
        ),
    ),
    Planted("no thresholds", "the editor's own: red from 80", dropping(STAT, f"{DEFAULTS}.thresholds")),
)

UNITS = (
    Planted(
        "unit that Grafana does not know",
        "the word is glued to the number",
        setting(STAT, f"{DEFAULTS}.unit", "milliseconds"),
    ),
    Planted("unit of another case", "units are told apart by case", setting(STAT, f"{DEFAULTS}.unit", "Bytes")),
    Planted("no unit", "requests, seconds or bytes?", dropping(STAT, f"{DEFAULTS}.unit")),
    Planted("no unit on a graph", "requests, seconds or bytes?", setting(GRAPH, f"{DEFAULTS}.unit", "")),
    Planted("percent of a ratio", "5 % reads 0.05 %", setting(GRAPH_OF_SHARE, f"{DEFAULTS}.unit", "percent")),
    Planted(
        "a ratio of percents",
        "5 % reads 500 %",
        lambda d: asking(GRAPH_OF_SHARE, f"100 * ({GRAPH_OF_SHARE(d)['targets'][0]['expr']})")(d),
    ),
    Planted("seconds as milliseconds", "a thousand times too fast", _quantile_of_seconds),
    Planted("bytes as seconds", "a size reads as a time", setting(BYTES, f"{DEFAULTS}.unit", "s")),
    Planted(
        "a moment in seconds as a date",
        "January 1970",
        both(
            asking(STAT, 'max(process_start_time_seconds{job=~"$job", instance=~"$instance"})'),
            setting(STAT, f"{DEFAULTS}.unit", "dateTimeAsIso"),
        ),
    ),
    Planted(
        "unit of the axis of a heatmap",
        "the word is glued to the number",
        setting(HEATMAP, "options.yAxis.unit", "sec"),
    ),
    Planted("decimals as text", "ignored or thrown", setting(STAT, f"{DEFAULTS}.decimals", "2")),
    Planted("decimals below zero", "throws", setting(STAT, f"{DEFAULTS}.decimals", -1)),
    Planted("min above max", "an axis upside down", lambda d: STAT(d)["fieldConfig"]["defaults"].update(min=10, max=1)),
    Planted("min as text", "compared as text", setting(STAT, f"{DEFAULTS}.min", "0")),
    Planted("max 100 on a ratio", "a flat line at the bottom", setting(GRAPH_OF_SHARE, f"{DEFAULTS}.max", 100)),
    Planted("unit in an override", "the word is glued to the number", _property(GRAPH, "unit", "requests/sec")),
)

REDUCERS = (
    Planted(
        "reducer of Grafana 6", "falls back without a word", setting(STAT, "options.reduceOptions.calcs", ["current"])
    ),
    Planted("avg for mean", "an empty column of the legend", setting(GRAPH, "options.legend.calcs", ["avg"])),
    Planted("reducer as text", "read letter by letter", setting(STAT, "options.reduceOptions.calcs", "lastNotNull")),
    Planted("every sample a tile", "hundreds of tiles", setting(STAT, "options.reduceOptions.values", True)),
    Planted(
        "samples of a rate added up",
        "the number depends on the zoom",
        setting(STAT, "options.reduceOptions.calcs", ["sum"]),
    ),
    Planted(
        "total of a rate in the legend",
        "the number depends on the zoom",
        setting(GRAPH, "options.legend.calcs", ["mean", "sum"]),
    ),
    Planted(
        "no reducer", "takes the last sample, which is often missing", setting(STAT, "options.reduceOptions.calcs", [])
    ),
)

OVERRIDES = (
    Planted("misspelt matcher", "the override throws", _matcher(GRAPH, "byNam", "5xx")),
    Planted("override without a matcher", "throws", _override(GRAPH, {"properties": []})),
    Planted("broken regular expression", "throws", _matcher(GRAPH, "byRegexp", "/(5../")),
    Planted("query that does not exist", "never applied", _matcher(GRAPH, "byFrameRefID", "Z")),
    Planted("name that no line has", "never applied", _matcher(GRAPH_OF_SHARE, "byName", "errors")),
    Planted("misspelt property", "never applied", _property(GRAPH, "unitt", "s")),
    Planted("misspelt property of the panel", "never applied", _property(GRAPH, "custom.lineWidht", 3)),
    Planted("colour as text", "a colour is a record", _property(GRAPH, "color", "red")),
    Planted("choice that does not exist", "nothing is drawn", _property(GRAPH, "custom.drawStyle", "dots")),
    Planted("overrides are no list", "throws", setting(GRAPH, "fieldConfig.overrides", {})),
)

CHOICES = (
    Planted("draw style", "nothing is drawn", setting(GRAPH, f"{CUSTOM}.drawStyle", "staircase")),
    Planted("line interpolation", "nothing is drawn", setting(GRAPH, f"{CUSTOM}.lineInterpolation", "step")),
    Planted("stacking", "not stacked", setting(GRAPH, f"{CUSTOM}.stacking.mode", "stacked")),
    Planted("points", "no points", setting(GRAPH, f"{CUSTOM}.showPoints", True)),
    Planted(
        "style of thresholds", "no line of the limit", setting(GRAPH_OF_SHARE, f"{CUSTOM}.thresholdsStyle.mode", "dash")
    ),
    Planted("place of the axis", "no axis", setting(GRAPH, f"{CUSTOM}.axisPlacement", "outside")),
    Planted("legend without showLegend", "no legend", dropping(GRAPH, "options.legend.showLegend")),
    Planted("form of the legend", "no legend", setting(GRAPH, "options.legend.displayMode", "hide")),
    Planted("place of the legend", "bottom or right only", setting(GRAPH, "options.legend.placement", "top")),
    Planted("tooltip", "none", setting(GRAPH, "options.tooltip.mode", "all")),
    Planted("colour mode of a stat", "no colour", setting(STAT, "options.colorMode", "text")),
    Planted("graph mode of a stat", "no line", setting(STAT, "options.graphMode", "sparkline")),
    Planted("text mode of a stat", "no text", setting(STAT, "options.textMode", "title")),
    Planted("orientation", "falls back", setting(BARS, "options.orientation", "vertikal")),
    Planted("look of a bar gauge", "no bars", setting(BARS, "options.displayMode", "retro")),
    Planted("colour scheme", "throws", setting(STAT, f"{DEFAULTS}.color.mode", "palette")),
    Planted("shared crosshair", "0, 1 or 2", setting(itself, "graphTooltip", 5)),
    Planted("shared crosshair as true", "a number is meant", setting(itself, "graphTooltip", True)),
    Planted("transformation in British", "throws", setting(TABLE, "transformations.0.id", "organise")),
    Planted(
        "mapping of an unknown kind",
        "not applied",
        setting(STAT, f"{DEFAULTS}.mappings", [{"type": "text", "options": {}}]),
    ),
    Planted(
        "mapping of Grafana 7",
        "not applied at this schema",
        setting(STAT, f"{DEFAULTS}.mappings", [{"id": 0, "op": "=", "type": 1, "value": "1", "text": "UP"}]),
    ),
    Planted("form of the answer", "an error of the data source", setting(TABLE, "targets.0.format", "tables")),
    Planted("cells of Grafana 8", "not applied at this schema", setting(TABLE, f"{CUSTOM}.displayMode", "color-text")),
    Planted(
        "percentiles stacked", "p99 reads p50 + p95 + p99", setting(QUANTILES, f"{CUSTOM}.stacking.mode", "normal")
    ),
    Planted(
        "renamed column that is not there",
        "the column keeps its name",
        setting(TABLE, "transformations.0.options.renameByName", {"versoin": "Version"}),
    ),
    Planted(
        "sorted by a column that is not there",
        "not sorted",
        setting(TABLE, "options.sortBy", [{"displayName": "Severity", "desc": True}]),
    ),
    Planted("one point for a graph", "a dot in an empty frame", setting(GRAPH, "maxDataPoints", 1)),
    Planted("time of a panel in words", "an invalid time range", setting(GRAPH, "timeFrom", "one hour")),
)
