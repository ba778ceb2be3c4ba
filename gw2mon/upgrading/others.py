"""Texts, heatmaps, pies and lists, whose options once stood in the panel itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon.parts import Part, texts
from gw2mon.upgrading import words
from gw2mon.upgrading.drawn import Drawn

if TYPE_CHECKING:
    from gw2mon.upgrading.notes import Notes

TEXT = frozenset({"content", "mode", "style"})
HEATMAP = frozenset(
    "cards color dataFormat heatmap hideZeroBuckets highlightCards legend reverseYBuckets tooltip tooltipDecimals "  # noqa: SIM905
    "xAxis xBucketNumber xBucketSize yAxis yBucketBound yBucketNumber yBucketSize".split()
)
PIE = frozenset(
    "aliasColors breakPoint combine decimals fontSize format legend legendType nullPointMode pieType strokeWidth "  # noqa: SIM905
    "valueName maxDataPoints".split()
)
DASHBOARDS = frozenset("folderId headings limit query recent search starred tags".split())  # noqa: SIM905
ALERTS = frozenset(
    "dashboardFilter dashboardTags folderId limit nameFilter onlyAlertsOnDashboard show sortOrder stateFilter".split()  # noqa: SIM905
)
_LAYOUTS = {"upper": "le", "lower": "ge", "middle": "unknown"}
_SIDES = {"Right side": "right", "On graph": "right"}


def text(old: Part, notes: Notes) -> Drawn:
    """A text."""
    mode = old.text("mode") or "markdown"
    if mode == "text":
        notes.look(old, "mode", "plain text becomes markdown", "mark what must stand as it is as code")
    return Drawn("text", {"content": old.text("content"), "mode": mode if mode == "html" else "markdown"}, {}, [])


def heatmap(old: Part, notes: Notes) -> Drawn:
    """A heatmap of buckets that are asked for, or of those that it makes itself."""
    if old.data.get("highlightCards") is False:
        notes.changed(old, "cells under the pointer are marked", "highlightCards")
    data, axis, shades = old.data, old.record("yAxis").data, old.record("color").data
    scheme = str(shades.get("colorScheme") or "interpolateOranges").removeprefix("interpolate")
    color: dict[str, Any] = {
        "exponent": words.number(shades.get("exponent")) or 0.5,
        "fill": words.color(shades.get("cardColor"), "dark-orange"),
        "mode": "opacity" if shades.get("mode") == "opacity" else "scheme", "reverse": False,
        "scale": "linear" if shades.get("colorScale") == "linear" else "exponential", "scheme": scheme, "steps": 64,
    }  # fmt: skip
    color |= {end: value for end in ("min", "max") if (value := words.number(shades.get(end))) is not None}
    y: dict[str, Any] = {"axisPlacement": "hidden" if axis.get("show") is False else "left",
                         "reverse": data.get("reverseYBuckets") is True,
                         "unit": str(axis.get("format") or "short")}  # fmt: skip
    y |= {key: value for key in ("min", "max", "decimals") if (value := words.number(axis.get(key))) is not None}
    options: dict[str, Any] = {
        "calculate": data.get("dataFormat") != "tsbuckets",
        "cellGap": words.number(old.record("cards").data.get("cardPadding")) or 1,
        "color": color,
        "exemplars": {"color": "rgba(255,0,255,0.7)"},
        "filterValues": {"le": 1e-9} if data.get("hideZeroBuckets") else {},
        "legend": {"show": old.record("legend").data.get("show") is not False},
        "rowsFrame": {"layout": _LAYOUTS.get(old.text("yBucketBound"), "auto")},
        "showValue": "never",
        "tooltip": {"mode": "none" if old.record("tooltip").data.get("show") is False else "single",
                    "showColorScale": False,
                    "yHistogram": old.record("tooltip").data.get("showHistogram") is True},
        "yAxis": y,
    }  # fmt: skip
    if options["calculate"]:
        options["calculation"] = _buckets(old)
    custom = {"hideFrom": {"legend": False, "tooltip": False, "viz": False}, "scaleDistribution": {"type": "linear"}}
    return Drawn("heatmap", options, {"custom": custom, "unit": "short"}, [])


def _buckets(old: Part) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, letter in (("xBuckets", "x"), ("yBuckets", "y")):
        for mode, key in (("size", f"{letter}BucketSize"), ("count", f"{letter}BucketNumber")):
            if (value := old.data.get(key)) not in (None, ""):
                found.setdefault(name, {"mode": mode, "value": str(value)})
    base = words.number(old.record("yAxis").data.get("logBase"))
    if base is not None and base > 1:
        found.setdefault("yBuckets", {})["scale"] = {"log": base, "type": "log"}
    return found


def pie(old: Part, notes: Notes) -> Drawn:
    """The pie of a plugin, which is now Grafana's own."""
    legend = old.record("legend").data
    kind = old.text("legendType")
    if old.record("combine").data.get("threshold") or old.text("combine"):
        notes.lost(old, "combine", "small shares are no longer put together", "ask with topk() for the largest")
    shown = [name for name, key in (("value", "values"), ("percent", "percentage")) if legend.get(key)]
    options: dict[str, Any] = {
        "displayLabels": ["name"] if kind == "On graph" else [],
        "legend": {"calcs": [], "displayMode": "table" if shown else "list", "placement": _SIDES.get(kind, "bottom"),
                   "showLegend": legend.get("show", True) is not False and kind != "On graph", "values": shown},
        "pieType": "donut" if old.text("pieType") == "donut" else "pie",
        "reduceOptions": words.reduced(words.REDUCERS.get(old.text("valueName"), "lastNotNull")),
        "tooltip": {"mode": "single", "sort": "none"},
    }  # fmt: skip
    overrides = [words.override(name, {"color": words.fixed(shade)})
                 for name, shade in old.record("aliasColors").data.items()]  # fmt: skip
    field: dict[str, Any] = {"color": {"mode": "palette-classic"}, "unit": old.text("format") or "short"}
    if (digits := words.number(old.data.get("decimals"))) is not None:
        field["decimals"] = digits
    return Drawn("piechart", options, field, overrides)


def dashboards(old: Part, notes: Notes) -> Drawn:
    """A list of dashboards."""
    data = old.data
    if data.get("folderId"):
        notes.lost(old, "folderId", "folders have a uid today, and this one only its number", "choose the folder again")
    flags = {"showHeadings": data.get("headings") is True, "showRecentlyViewed": data.get("recent") is True,
             "showSearch": data.get("search") is True, "showStarred": data.get("starred") is True}  # fmt: skip
    options = {**flags, "maxItems": words.number(data.get("limit")) or 10, "query": old.text("query"),
               "tags": texts(data.get("tags"))}  # fmt: skip
    return Drawn("dashlist", options, {}, [])


def alerts(old: Part, notes: Notes) -> Drawn:
    """A list of alerts. Those of panels are gone, so its filters cannot be carried over one by one."""
    said = sorted(key for key in ALERTS & old.data.keys() if old.data[key])
    if said:
        notes.lost(
            old, said[0], f"a list of alerts chooses otherwise today: {', '.join(said)}", "choose again what it lists"
        )
    states = {"error": True, "firing": True, "noData": False, "normal": False, "pending": True}
    options = {"alertName": old.text("nameFilter"), "dashboardAlerts": old.data.get("onlyAlertsOnDashboard") is True,
               "groupMode": "default", "maxItems": words.number(old.data.get("limit")) or 10, "sortOrder": 1,
               "stateFilter": states, "viewMode": "list"}  # fmt: skip
    return Drawn("alertlist", options, {}, [])
