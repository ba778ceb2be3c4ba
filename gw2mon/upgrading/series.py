"""What a graph said of single series, as overrides of today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon.upgrading import words

if TYPE_CHECKING:
    from gw2mon.parts import Part
    from gw2mon.upgrading.notes import Notes

_SKIPPED = frozenset(
    {"alias", "$$hashKey", "dashLength", "spaceLength", "bars", "lines", "points", "legend", "hideTooltip"}
)
"""The name, what an editor left there, and what is read together with others."""
_RIGHT = 2
_BY_NUMBER = {
    "fill": ("custom.fillOpacity", 0, 10),
    "fillGradient": ("custom.fillOpacity", 0, 10),
    "linewidth": ("custom.lineWidth", 0, 1),
    "lineWidth": ("custom.lineWidth", 0, 1),
    "pointradius": ("custom.pointSize", 2, 2),
}
"""A number of old: the property of today, what that is at zero, and how much more for each one."""


def overrides(old: Part, right: dict[str, Any], notes: Notes) -> list[dict[str, Any]]:
    """The overrides of a graph; `right` is what its right axis says."""
    found = []
    for entry in old.records("seriesOverrides"):
        properties: dict[str, Any] = {**_style(entry.data), **_hidden(entry.data)}
        for key, value in entry.data.items():
            if key in _SKIPPED:
                continue
            said = _property(key, value, entry.data, right)
            if said is None:
                notes.lost(entry, key, f"overrides of series no longer have {key}", "override another property instead")
            else:
                properties |= said
        if entry.text("alias") and properties:
            found.append(words.override(entry.text("alias"), properties))
    return found


def _property(key: str, value: Any, entry: dict[str, Any], right: dict[str, Any]) -> dict[str, Any] | None:  # noqa: ANN401
    """The properties of today that a key stands for; None if there are none."""
    number = words.number(value)
    match key:
        case "yaxis":
            return _on_the_right(right) if number == _RIGHT else {}
        case "dashes":
            lengths = [words.number(entry.get(each)) or 10 for each in ("dashLength", "spaceLength")]
            return {"custom.lineStyle": {"dash": lengths, "fill": "dash"} if value else {"fill": "solid"}}
        case "fillBelowTo" if isinstance(value, str):
            return {"custom.fillBelowTo": value}
        case "transform" if value in ("constant", "negative-Y"):
            return {"custom.transform": value}
        case "nullPointMode" if value in ("connected", "null"):
            return {"custom.spanNulls": value == "connected"}
        case _ if key in _BY_NUMBER:
            name, at_zero, factor = _BY_NUMBER[key]
            return {name: min(at_zero + (number or 0) * factor, 100)}
        case _:
            return _by_word(key, value)


def _by_word(key: str, value: Any) -> dict[str, Any] | None:  # noqa: ANN401 - anything may stand there
    match key:
        case "color":
            return {"color": words.fixed(value)}
        case "steppedLine":
            return {"custom.lineInterpolation": "stepAfter" if value else "linear"}
        case "stack":
            group = value if isinstance(value, str) else "A"
            return {"custom.stacking": {"group": group, "mode": "normal" if value else "none"}}
        case _:
            return None


def _on_the_right(axis: dict[str, Any]) -> dict[str, Any]:
    custom = {f"custom.{key}": value for key, value in axis.get("custom", {}).items()}
    plain = {key: value for key, value in axis.items() if key != "custom"}
    return {**plain, "custom.axisPlacement": "right", **custom}


def _style(entry: dict[str, Any]) -> dict[str, Any]:
    """Lines, bars and points may be said of a series one by one."""
    found: dict[str, Any] = {}
    if entry.get("bars"):
        found |= {"custom.drawStyle": "bars", "custom.fillOpacity": 100}
    elif entry.get("lines"):
        found["custom.drawStyle"] = "line"
    elif entry.get("lines") is False:
        found |= {"custom.drawStyle": "points"} if entry.get("points") else {"custom.lineWidth": 0}
    if "points" in entry:
        found["custom.showPoints"] = "always" if entry["points"] else "never"
    return found


def _hidden(entry: dict[str, Any]) -> dict[str, Any]:
    hidden = {"legend": entry.get("legend") is False, "tooltip": entry.get("hideTooltip") is True, "viz": False}
    return {"custom.hideFrom": hidden} if any(hidden.values()) else {}
