"""What each kind of panel has outgrown: options that moved, and defaults that would show the wrong thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_LEGACY_GAUGE = ("calcs", "values", "limit", "override", "title")


def _graph(data: dict[str, Any]) -> dict[str, Any]:
    _show_legend(data)
    custom = data.setdefault("fieldConfig", {}).setdefault("defaults", {}).setdefault("custom", {})
    if not custom.get("stacking"):
        custom["stacking"] = {"group": "A", "mode": "none"}
    scale = custom.get("scaleDistribution")
    if scale and scale.get("type") == "linear":
        scale.pop("log", None)
    return data


def _show_legend(data: dict[str, Any]) -> dict[str, Any]:
    """From schema 37 on, a legend that does not say that it is shown is hidden."""
    options = data.setdefault("options", {})
    options["legend"] = {"calcs": [], "showLegend": True, **options.get("legend", {})}
    options["tooltip"] = {"sort": "none", **options.get("tooltip", {})}
    return data


def _stat(data: dict[str, Any]) -> dict[str, Any]:
    defaults = data.setdefault("fieldConfig", {}).setdefault("defaults", {})
    defaults["color"] = defaults.get("color") or {"mode": "thresholds"}
    if defaults.get("noValue") == "none":
        defaults["noValue"] = "No data"
    return data


def _bar(data: dict[str, Any]) -> dict[str, Any]:
    options = data.setdefault("options", {})
    old = options.pop("fieldOptions", None)
    options.pop("showThresholdLabels", None)
    options.pop("showThresholdMarkers", None)
    if old is None:
        return data
    options.setdefault(
        "reduceOptions", {"calcs": old.get("calcs", []), "fields": "", "values": bool(old.get("values"))}
    )
    fields = data.setdefault("fieldConfig", {}).setdefault("defaults", {})
    for key in ("decimals", "unit", "links"):
        if old.get("defaults", {}).get(key):
            fields.setdefault(key, old["defaults"][key])
    fields.setdefault("mappings", old.get("mappings") or [])
    return data


def _gauge(data: dict[str, Any]) -> dict[str, Any]:
    config = data.setdefault("fieldConfig", {})
    fields, options = config.setdefault("defaults", {}), data.setdefault("options", {})
    old = {key: fields.pop(key, None) for key in _LEGACY_GAUGE}
    options.setdefault("reduceOptions", {"calcs": old["calcs"] or [], "fields": "", "values": bool(old["values"])})
    if old["title"]:
        fields["displayName"] = old["title"]
    for key in ("showThresholdLabels", "showThresholdMarkers"):
        options.setdefault(key, bool(config.pop(key, False)))
    return data


def _table(data: dict[str, Any]) -> dict[str, Any]:
    defaults = data.setdefault("fieldConfig", {}).setdefault("defaults", {})
    custom = defaults.setdefault("custom", {})
    mode = custom.pop("displayMode", None)
    custom.setdefault("cellOptions", {"type": mode or "auto"})
    for key in ("mappings", "color"):
        moved = data.pop(key, None)
        if moved:
            defaults.setdefault(key, moved)
    return data


BY_KIND: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "timeseries": _graph,
    "state-timeline": _show_legend,
    "stat": _stat,
    "bargauge": _bar,
    "gauge": _gauge,
    "table": _table,
}
"""Type of a panel to what brings it up to date. Each changes the copy that `modernise` has made."""
