"""The graph of Grafana 1 to 7, which Grafana 12 no longer draws, as a time series of today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon.parts import Part, record, sequence
from gw2mon.upgrading import words
from gw2mon.upgrading.drawn import Drawn
from gw2mon.upgrading.series import overrides

if TYPE_CHECKING:
    from gw2mon.upgrading.notes import Notes

READ = frozenset(
    "aliasColors alert bars dashLength dashes decimals fill fillGradient grid hiddenSeries leftYAxisLabel legend lines "  # noqa: SIM905
    "linewidth nullPointMode percentage pointradius points renderer rightYAxisLabel seriesOverrides spaceLength stack "
    "steppedLine thresholds timeRegions tooltip x-axis xaxis y-axis y_formats yaxes yaxis error".split()
)
_SORTS = {1: "asc", 2: "desc"}
_THRESHOLD_COLORS = {"critical": "red", "warning": "orange", "ok": "green"}
_CALCS = ("min", "max", "avg", "current", "total")
_SHOWN_CALCS = {"min": "Min", "max": "Max", "avg": "Mean", "current": "Last *", "total": "Total"}
_AGAINST = "look at the panel beside the old one"


def graph(old: Part, notes: Notes) -> Drawn:
    """A time series; a histogram or bars where the horizontal axis was none of time."""
    axes = _axes(old)
    mode = old.record("xaxis").text("mode")
    field: dict[str, Any] = _axis(axes[0])
    if (digits := words.number(old.data.get("decimals"))) is not None:
        field.setdefault("decimals", digits)
    if old.data.get("nullPointMode") == "null as zero":
        notes.lost(
            old, "nullPointMode", "gaps were drawn as zero; today they stay gaps", 'write "or vector(0)" if needed'
        )
    _tell_what_is_gone(old, notes)
    if mode == "series":
        calculation = words.REDUCERS.get(str(next(iter(sequence(old.record("xaxis").data.get("values"))), "")), "sum")
        notes.look(old, "xaxis.mode", "a bar for each series becomes a bar gauge", _AGAINST)
        options = {"displayMode": "basic", "orientation": "vertical", "reduceOptions": words.reduced(calculation)}
        return Drawn(
            "bargauge", options, {**_without_custom(field), "color": {"mode": "palette-classic"}}, _colors(old)
        )
    if mode == "histogram":
        notes.look(old, "xaxis.mode", "the graph of a distribution becomes a histogram", _AGAINST)
        return Drawn("histogram", {"legend": _legend(old)}, _without_custom(field), _colors(old))
    field["custom"] = {**_lines(old), **field.pop("custom", {})}
    _thresholds(old, field, notes)
    if links := [link.data for link in old.records("options", "dataLinks") if link.data]:
        field["links"] = links
    field.setdefault("color", {"mode": "palette-classic"})
    options = {"legend": _legend(old), "tooltip": _tooltip(old)}
    return Drawn("timeseries", options, field, [*_colors(old), *overrides(old, _axis(axes[1]), notes)])


def _without_custom(field: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in field.items() if key != "custom"}


def _axes(old: Part) -> tuple[dict[str, Any], dict[str, Any]]:
    """The left and the right axis; before Grafana 3 their parts were spread over the panel."""
    if found := [axis.data for axis in old.records("yaxes")]:
        return found[0], (found[1] if len(found) > 1 else {})
    formats = [*sequence(old.data.get("y_formats")), None, None]
    grid = old.record("grid").data
    return tuple(  # type: ignore[return-value]
        {"format": formats[number], "label": old.data.get(f"{side}YAxisLabel"), "logBase": grid.get(f"{side}LogBase"),
         "max": grid.get(f"{side}Max"), "min": grid.get(f"{side}Min"), "show": old.data.get("y-axis", True)}
        for number, side in enumerate(("left", "right"))
    )  # fmt: skip


def _axis(axis: dict[str, Any]) -> dict[str, Any]:
    """What an axis said, as properties of the fields that are drawn on it."""
    custom: dict[str, Any] = {}
    if axis.get("label"):
        custom["axisLabel"] = str(axis["label"])
    if axis.get("show") is False:
        custom["axisPlacement"] = "hidden"
    if (base := words.number(axis.get("logBase"))) is not None and base > 1:
        # Grafana has these two.
        custom["scaleDistribution"] = {"type": "log", "log": 2 if base == 2 else 10}  # noqa: PLR2004
    found: dict[str, Any] = {"unit": axis["format"]} if isinstance(axis.get("format"), str) and axis["format"] else {}
    for key in ("min", "max", "decimals"):
        if (value := words.number(axis.get(key))) is not None:
            found[key] = value
    return {**found, **({"custom": custom} if custom else {})}


def _lines(old: Part) -> dict[str, Any]:
    """How a series is drawn, where nothing else is said of it."""
    data = old.data
    style = "bars" if data.get("bars") else "line" if data.get("lines", True) else "points"
    gradient = words.number(data.get("fillGradient")) or 0
    fill = gradient or (words.number(data.get("fill", 1)) or 0)
    stacked = "percent" if data.get("percentage") else "normal"
    found: dict[str, Any] = {
        "drawStyle": style,
        # What bars are filled with was fixed, and is close to this.
        "fillOpacity": 100 if style == "bars" else min(fill * 10, 100),
        "gradientMode": "opacity" if gradient else "none",
        "lineInterpolation": "stepAfter" if data.get("steppedLine") else "linear",
        "lineWidth": words.number(data.get("linewidth", 1)) or 0,
        "pointSize": 2 + 2 * (words.number(data.get("pointradius")) or 2),
        "showPoints": "always" if data.get("points") else "never",
        "spanNulls": data.get("nullPointMode") == "connected",
        "stacking": {"group": "A", "mode": stacked if data.get("stack") else "none"},
    }
    if data.get("dashes"):
        lengths = (words.number(data.get("dashLength")) or 10, words.number(data.get("spaceLength")) or 10)
        found["lineStyle"] = {"dash": list(lengths), "fill": "dash"}
    return found


def _legend(old: Part) -> dict[str, Any]:
    legend = old.record("legend").data
    calcs = [words.REDUCERS[name] for name in _CALCS if legend.get(name)] if legend.get("values", True) else []
    found: dict[str, Any] = {
        "calcs": calcs,
        "displayMode": "table" if legend.get("alignAsTable") else "list",
        "placement": "right" if legend.get("rightSide") else "bottom",
        "showLegend": legend.get("show", True) is not False,
    }
    if (width := words.number(legend.get("sideWidth"))) and legend.get("rightSide"):
        found["width"] = width
    if (name := _SHOWN_CALCS.get(str(legend.get("sort")))) and legend.get(str(legend.get("sort"))):
        found |= {"sortBy": name, "sortDesc": legend.get("sortDesc") is True}
    return found


def _tooltip(old: Part) -> dict[str, Any]:
    tooltip = old.record("tooltip").data
    order = tooltip.get("sort")
    mode = "single" if tooltip.get("shared", True) is False else "multi"
    return {"mode": mode, "sort": _SORTS.get(order, "none") if isinstance(order, int) else "none"}


def _colors(old: Part) -> list[dict[str, Any]]:
    return [
        {"matcher": {"id": "byName", "options": name}, "properties": [{"id": "color", "value": words.fixed(shade)}]}
        for name, shade in old.record("aliasColors").data.items()
    ]


def _thresholds(old: Part, field: dict[str, Any], notes: Notes) -> None:
    """Lines and areas at values. What holds below a value is the colour of the step before it."""
    entries = [record(item) for item in sequence(old.data.get("thresholds"))]
    grid = old.record("grid").data
    entries += [{"value": grid[key], "op": "gt", "colorMode": "custom", "fill": True,
                 "fillColor": grid.get(f"{key}Color")}
                for key in ("threshold1", "threshold2") if grid.get(key) is not None]  # fmt: skip
    found: list[dict[str, Any]] = [{"color": "transparent", "value": None}]
    for entry in sorted(entries, key=lambda entry: words.number(entry.get("value")) or 0):
        value, shade = words.number(entry.get("value")), _shade(entry)
        if value is None:
            continue
        if entry.get("op") == "lt":
            found[-1] = {**found[-1], "color": shade}
            shade = "transparent"
        found.append({"color": shade, "value": value})
    if len(found) == 1:
        return
    if any(entry.get("yaxis") == "right" for entry in entries):
        notes.look(old, "thresholds", "a threshold of the right axis is drawn on the left one", _AGAINST)
    area, line = (any(entry.get(key) for entry in entries) for key in ("fill", "line"))
    field["custom"]["thresholdsStyle"] = {"mode": "line+area" if area and line else "area" if area else "line"}
    field["thresholds"] = words.absolute(words.ascending(found))


def _shade(entry: dict[str, Any]) -> str:
    mode = str(entry.get("colorMode"))
    own = entry.get("fillColor") if entry.get("fill") else entry.get("lineColor")
    return _THRESHOLD_COLORS.get(mode) or words.color(own, "red")


def _tell_what_is_gone(old: Part, notes: Notes) -> None:
    if old.data.get("timeRegions"):
        notes.lost(
            old, "timeRegions", "regions of time are not carried over", "make an annotation of the kind time region"
        )
    for key in ("hideEmpty", "hideZero"):
        if old.record("legend").data.get(key):
            notes.lost(old, f"legend.{key}", f"legends no longer have {key}", "leave such series out of the query")
    if old.data.get("stack") and old.record("tooltip").data.get("value_type") == "cumulative":
        notes.lost(old, "tooltip.value_type", "tooltips of stacks show each value, not the sum so far", _AGAINST)
    if old.record("xaxis").data.get("show") is False:
        notes.lost(old, "xaxis.show", "the axis of time was hidden, and is shown", "hide it by an override of the time")
