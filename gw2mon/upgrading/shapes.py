"""Whether the parts of a dashboard are records and lists where they must be; what is not is dropped, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon.parts import Part

if TYPE_CHECKING:
    from gw2mon.upgrading.notes import Notes

_FIELD: dict[str, Any] = {
    "color": {}, "custom": {"stacking": {}, "scaleDistribution": {}, "cellOptions": {}}, "links": [{}],
    "mappings": [{}], "thresholds": {"steps": [{}]},
}  # fmt: skip
_TARGETS = [{"datasource": None}]
_PANEL: dict[str, Any] = {
    "alert": {"conditions": [{"evaluator": {"params": []}, "operator": {}, "query": {"params": []}, "reducer": {}}],
              "notifications": [{}]},
    "aliasColors": {}, "cards": {}, "color": None, "columns": [{}], "gauge": {}, "grid": {}, "gridPos": {},
    "fieldConfig": {"defaults": _FIELD, "overrides": [{"matcher": {}, "properties": [{}]}]},
    "legend": {"values": None}, "links": [{}], "mappingTypes": [{}],
    "options": {"fieldOptions": {"defaults": _FIELD, "overrides": [], "thresholds": [{}], "mappings": [{}],
                                 "calcs": []},
                "legend": {}, "tooltip": {}, "reduceOptions": {}, "valueOptions": {}, "thresholds": None,
                "dataLinks": [{}]},
    "rangeMaps": [{}], "scopedVars": {}, "seriesOverrides": [{}], "sort": None, "sparkline": {}, "styles": [{}],
    "targets": _TARGETS, "thresholds": None, "timeRegions": [{}], "tooltip": {}, "transformations": [{}],
    "valueMaps": [{}], "xAxis": {}, "xaxis": {}, "yAxis": {}, "yaxes": [{}], "yaxis": {},
}  # fmt: skip
_NESTED = {**_PANEL, "panels": [_PANEL]}
_BOARD: dict[str, Any] = {
    "__inputs": [{}], "annotations": {"list": [{"target": {}}]}, "links": [{}], "panels": [_NESTED],
    "rows": [{"panels": [_PANEL]}], "tags": [], "templating": {"list": [{"current": {}, "options": [{}]}]}, "time": {},
    "timepicker": {"refresh_intervals": []},
}  # fmt: skip
"""Where a record or a list must stand. None: anything; an empty list: of anything."""


def shaped(board: Part, notes: Notes) -> Part:
    """The dashboard, in which every part that is walked through is a record or a list; places stay as they were."""
    return Part(board.path, _record(board, _BOARD, notes))


def _record(part: Part, shape: dict[str, Any], notes: Notes) -> dict[str, Any]:
    found = {}
    for key, value in part.data.items():
        wanted = shape.get(key)
        if wanted is None or value is None:
            found[key] = value
        elif not isinstance(value, type(wanted)):
            words = "a record" if isinstance(wanted, dict) else "a list"
            notes.lost(part, key, f"{key} is {words} in every dashboard, and here it is not", "mend it in the old file")
        elif isinstance(value, dict):
            found[key] = _record(part.record(key), wanted, notes)
        else:
            found[key] = _items(part, key, wanted, notes)
    return found


def _items(part: Part, key: str, wanted: list[Any], notes: Notes) -> list[Any]:
    items = part.data[key]
    if not wanted:
        return list(items)
    for number, item in enumerate(items):
        if not isinstance(item, dict):
            notes.lost(part, f"{key}[{number}]", f"an item of {key} is no record", "mend it in the old file")
    # What is no record becomes an empty one, since removing it would move all others to another place.
    return [_record(item, wanted[0], notes) for item in part.records(key)]
