"""The table of Grafana 2 to 6, whose columns had styles, as a table with overrides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gw2mon.parts import Part, sequence
from gw2mon.upgrading import words
from gw2mon.upgrading.drawn import Drawn

if TYPE_CHECKING:
    from gw2mon.upgrading.notes import Notes

READ = frozenset("columns fontSize pageSize scroll showHeader sort styles table transform".split())  # noqa: SIM905
_CELLS = {"cell": "color-background", "row": "color-background", "value": "color-text"}
_ALL = ("/.*/", "/.+/", "/(.*)/")
_STYLE = frozenset(
    "$$hashKey alias align colorMode colors dateFormat decimals link linkTargetBlank linkTooltip linkUrl mappingType "  # noqa: SIM905
    "pattern preserveFormat rangeMaps sanitize thresholds type unit valueMaps".split()
)
_RANGES = 2
_COLUMN, _VALUE = re.compile(r"\$__cell_(\d+)\b"), re.compile(r"\$__cell\b")
"""A cell of the same line, by the number of its column, and the cell itself."""


def table(old: Part, notes: Notes) -> Drawn:
    """A table: the style of all columns is its field, and each other one an override."""
    field: dict[str, Any] = {"custom": {"align": "auto", "cellOptions": {"type": "auto"}}}
    overrides: list[dict[str, Any]] = []
    for style in reversed(list(old.records("styles"))):
        properties = _properties(style, notes)
        pattern = style.text("pattern")
        if pattern in _ALL:
            # The first style that fitted a column was the only one, and that of all columns stood last.
            field |= {key: value for key, value in properties.items() if not key.startswith("custom.")}
            own = {key.removeprefix("custom."): value for key, value in properties.items() if key.startswith("custom.")}
            field["custom"] |= own
        elif pattern and properties:
            overrides.append(words.override(pattern, properties))
    options: dict[str, Any] = {"cellHeight": "sm", "showHeader": old.data.get("showHeader", True) is not False}
    if words.number(old.record("sort").data.get("col")) is not None:
        notes.lost(old, "sort", "the order of lines named a column by its number", "click on the head of the column")
    if words.number(old.data.get("pageSize")) is not None:
        notes.lost(old, "pageSize", "pages of a table have no fixed length today", "switch pagination on")
    return Drawn("table", options, field, overrides, _transformations(old, notes))


def _properties(style: Part, notes: Notes) -> dict[str, Any]:
    data = style.data
    for key in data:
        if key not in _STYLE:
            notes.lost(style, key, f"columns of tables no longer have {key}", "override another property instead")
    found = _shown(style)
    if style.text("alias"):
        found["displayName"] = style.text("alias")
    if style.text("align") in ("auto", "left", "center", "right"):
        found["custom.align"] = style.text("align")
    mode = style.text("colorMode")
    if mode in _CELLS and "thresholds" in found:
        cells: dict[str, Any] = {"type": _CELLS[mode]}
        found["custom.cellOptions"] = {**cells, "applyToRow": True} if mode == "row" else cells
    if style.data.get("link") and style.text("linkUrl"):
        found["links"] = [_link(style)]
        if "$__pattern" in style.text("linkUrl"):
            notes.look(
                style, "linkUrl", "links of cells no longer have $__pattern", "write ${__value.text} or a column"
            )
    return found


def _shown(style: Part) -> dict[str, Any]:
    """How values of a column are put into words."""
    match style.data.get("type"):
        case "hidden":
            hidden = {"legend": True, "tooltip": True, "viz": True}
            return {"custom.hidden": True, "custom.hideFrom": hidden}
        case "date":
            form = style.text("dateFormat")
            return {"unit": f"time:{form}" if form else "dateTimeAsIso"}
        case "number":
            return _number(style)
        case "string" if mapped := _mappings(style):
            return {"mappings": mapped}
        case _:
            return {}


def _number(style: Part) -> dict[str, Any]:
    found: dict[str, Any] = {"unit": style.text("unit") or "short"}
    if (digits := words.number(style.data.get("decimals"))) is not None:
        found["decimals"] = digits
    bounds = [value for value in sequence(style.data.get("thresholds")) if words.number(value) is not None]
    if bounds and (steps := words.steps(bounds, style.data.get("colors"))):
        found["thresholds"] = words.absolute(steps)
    return found


def _mappings(style: Part) -> list[dict[str, Any]]:
    by_range = words.number(style.data.get("mappingType")) == _RANGES
    return words.mappings(*((None, style.data.get("rangeMaps")) if by_range else (style.data.get("valueMaps"), None)))


def _link(style: Part) -> dict[str, Any]:
    url = _COLUMN.sub(r"${__data.fields[\1]}", style.text("linkUrl"))
    return {"targetBlank": style.data.get("linkTargetBlank") is True, "title": style.text("linkTooltip") or "Open",
            "url": _VALUE.sub("${__value.text}", url)}  # fmt: skip


def _transformations(old: Part, notes: Notes) -> list[dict[str, Any]] | None:
    """What made a table of the answers."""
    match old.data.get("transform"):
        case "timeseries_to_columns":
            return [{"id": "joinByField", "options": {"byField": "Time", "mode": "outer"}}]
        case "timeseries_to_rows":
            return [{"id": "seriesToRows", "options": {}}]
        case "timeseries_aggregations":
            asked = [words.REDUCERS.get(column.text("value"), "") for column in old.records("columns")]
            return [{"id": "reduce", "options": {"reducers": [name for name in asked if name] or ["mean"]}}]
        case "table" | None | "":
            several = len(list(old.records("targets"))) > 1
            return [{"id": "merge", "options": {}}] if several else None
        case other:
            notes.lost(old, "transform", f"tables of {other} are not carried over", "choose a transformation")
            return None
