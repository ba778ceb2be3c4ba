"""Panels: each in the words of today, with what it showed, asked and was called; what is left over is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon.parts import Part, record, sequence
from gw2mon.upgrading import graphs, others, singlestats, tables, words
from gw2mon.upgrading.alerts import tell_alert
from gw2mon.upgrading.drawn import Drawn
from gw2mon.upgrading.links import links
from gw2mon.upgrading.notes import named, says_nothing
from gw2mon.upgrading.targets import targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon.upgrading.notes import Notes
    from gw2mon.upgrading.places import Placed
    from gw2mon.upgrading.sources import Sources

_KEPT = (
    "cacheTimeout description hideTimeOverride interval libraryPanel maxDataPoints maxPerRow queryCachingTTL repeat "  # noqa: SIM905
    "repeatDirection timeCompare timeFrom timeShift title transformations transparent".split()
)
_SILENT = frozenset(
    "$$hashKey collapse collapsed columns editable error fieldConfig fontSize fullscreen gridPos hasRefresh height id "  # noqa: SIM905
    "isNew isEditing links minSpan options panels pluginVersion renderer repeatIteration repeatPanelId scopedVars span "
    "targets type datasource autoMigrateFrom snapshotData".split()
)
"""What is carried over elsewhere, or was never more than a trace of the editor."""
_GRAFANA_6 = ("fieldOptions", "valueOptions")
_CELLS: dict[str, dict[str, Any]] = {
    "basic": {"mode": "basic", "type": "gauge"}, "gradient-gauge": {"mode": "gradient", "type": "gauge"},
    "lcd-gauge": {"mode": "lcd", "type": "gauge"},
    "color-background-solid": {"mode": "basic", "type": "color-background"},
}  # fmt: skip
"""How a cell of a table was displayed, where its name is another today."""

_CONVERTERS: dict[str, tuple[Callable[[Part, Notes], Drawn], frozenset[str]]] = {
    "graph": (graphs.graph, graphs.READ),
    "singlestat": (singlestats.singlestat, singlestats.READ),
    "grafana-singlestat-panel": (singlestats.singlestat, singlestats.READ),
    "table-old": (tables.table, tables.READ),
    "grafana-piechart-panel": (others.pie, others.PIE),
}
"""Panels that Grafana 12 does not draw, and the keys that are read from them."""
_WITHOUT_OPTIONS: dict[str, tuple[Callable[[Part, Notes], Drawn], frozenset[str]]] = {
    "table": (tables.table, tables.READ),
    "text": (others.text, others.TEXT),
    "heatmap": (others.heatmap, others.HEATMAP),
    "dashlist": (others.dashboards, others.DASHBOARDS),
    "alertlist": (others.alerts, others.ALERTS),
}
"""Panels that kept their name when their options moved into a record of their own."""
_TRACES = frozenset().union(*(read for _, read in (*_CONVERTERS.values(), *_WITHOUT_OPTIONS.values())))
"""Keys that an editor, or a generator of dashboards, has left at a panel when it changed its type."""
_TELLTALE = {"table": "styles", "text": "content", "heatmap": "dataFormat", "dashlist": "headings",
             "alertlist": "stateFilter"}  # fmt: skip


def modern_panel(placed: Placed, number: int, sources: Sources, notes: Notes) -> dict[str, Any]:
    """A panel in its place, as `modernise` wants it."""
    old = placed.old
    drawn, read = _drawn(old, notes)
    kept = {key: old.data[key] for key in _KEPT if old.data.get(key) is not None}
    if (least := words.number(old.data.get("minSpan"))) and old.data.get("repeat"):
        kept.setdefault("maxPerRow", max(int(12 // least), 1))
    if drawn.transformations is not None:
        kept["transformations"] = [*sequence(kept.get("transformations")), *drawn.transformations]
    data = {**kept, "id": number, "type": drawn.type, "title": old.text("title"), "gridPos": placed.place,
            "links": links(old, notes), "options": drawn.options,
            "fieldConfig": {"defaults": drawn.field, "overrides": drawn.overrides}}  # fmt: skip
    data["targets"] = targets(old, drawn.type, sources, notes)
    if data["targets"] or old.data.get("datasource"):
        data["datasource"] = sources.modern(old.data.get("datasource"))
    tell_alert(old, notes)
    _tell_left_over(old, read, notes)
    _tell_foreign(old, drawn, notes)
    _drop_wrong_types(data, "panel", old, notes)
    _drop_wrong_types(data["fieldConfig"]["defaults"], "field", old, notes)
    return data


def _drawn(old: Part, notes: Notes) -> tuple[Drawn, frozenset[str]]:
    kind = old.text("type")
    converter, read = _CONVERTERS.get(kind, (None, frozenset()))
    if converter is None and kind in _WITHOUT_OPTIONS and _TELLTALE[kind] in old.data:
        converter, read = _WITHOUT_OPTIONS[kind]
    if converter is None and any(key in old.record("options").data for key in _GRAFANA_6):
        converter = singlestats.of_grafana_6
    if converter is None:
        return _as_it_was(old, notes), frozenset()
    drawn = converter(old, notes)
    what = (
        f"{kind} becomes {drawn.type}"
        if kind != drawn.type
        else f"the options of {kind} move to where they stand today"
    )
    notes.changed(old, f"{named(old)}: {what}", "type")
    return drawn, read


def _as_it_was(old: Part, notes: Notes) -> Drawn:
    """A panel of Grafana 7 and later: only single words have changed."""
    options = dict(old.data.get("options") or {})
    legend = dict(old.record("options", "legend").data)
    if legend.get("displayMode") == "hidden":
        notes.changed(old, f"{named(old)}: its legend is hidden in today's words", "options.legend")
        options["legend"] = {**legend, "displayMode": "list", "showLegend": False}
    field = dict(old.record("fieldConfig", "defaults").data)
    if any(isinstance(record(entry).get("type"), int) for entry in sequence(field.get("mappings"))):
        notes.changed(old, f"{named(old)}: its mappings are written in today's words", "fieldConfig.defaults.mappings")
        field["mappings"] = singlestats.typed_mappings(field["mappings"])
    custom = dict(record(field.get("custom")))
    if isinstance(mode := custom.pop("displayMode", None), str):
        notes.changed(old, f"{named(old)}: its cells are described in today's words", "fieldConfig.defaults.custom")
        field["custom"] = {**custom, "cellOptions": _CELLS.get(mode, {"type": mode})}
    overrides = [{**entry.data, "properties": [_property(item.data) for item in entry.records("properties")
                                                  if item.data.get("value") is not None]}
                 for entry in old.records("fieldConfig", "overrides") if entry.data]  # fmt: skip
    return Drawn(old.text("type"), options, field, overrides)


def _property(item: dict[str, Any]) -> dict[str, Any]:
    if item.get("id") == "custom.displayMode":
        mode = str(item.get("value"))
        return {"id": "custom.cellOptions", "value": _CELLS.get(mode, {"type": mode})}
    if item.get("id") == "thresholds":
        return {**item, "value": record(item.get("value"))}
    return item


def _tell_left_over(old: Part, read: frozenset[str], notes: Notes) -> None:
    is_foreign = not read and old.text("type") not in vocabulary.words("panel types")
    # What panels of another type have, Grafana did not read at this one.
    traces = frozenset() if is_foreign else _TRACES
    known = {*_KEPT, *_SILENT, *read, *traces, "alert"}
    for key, value in old.data.items():
        if key not in known and not says_nothing(value) and key not in vocabulary.words("panel keys"):
            notes.lost(old, key, f"{named(old)}: {key} is no key of a panel today", "nothing, if nobody misses it")


def _tell_foreign(old: Part, drawn: Drawn, notes: Notes) -> None:
    if drawn.type not in vocabulary.words("panel types"):
        said = f"{named(old)}: {drawn.type or 'a panel without type'} is none of Grafana's own panels"
        notes.look(old, "type", said, "see whether its plugin runs without Angular, or choose another panel")
    if "libraryPanel" in old.data:
        said = f"{named(old)} lies in the library of one Grafana"
        notes.look(old, "libraryPanel", said, "unlink it there, and export again")


def _drop_wrong_types(data: dict[str, Any], kind: str, old: Part, notes: Notes) -> None:
    """A value of another type than Grafana's makes a panel fail."""
    for key, wanted in vocabulary.load()["types"][kind].items():
        value = data.get(key)
        if value is None or words.fits(value, wanted):
            continue
        del data[key]
        if not says_nothing(value):
            notes.lost(old, key, f"{named(old)}: {key} is {wanted}, and here it is not", "mend it in the old file")
