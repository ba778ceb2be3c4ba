"""The single number of Grafana 1 to 6, as a stat or as a gauge, and the options of gauges and bars of Grafana 6."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gw2mon.parts import Part, record, sequence
from gw2mon.upgrading import words
from gw2mon.upgrading.drawn import Drawn

if TYPE_CHECKING:
    from gw2mon.upgrading.notes import Notes

READ = frozenset(
    "cacheTimeout colorBackground colorPostfix colorPrefix colorValue colors decimals format gauge mappingType "  # noqa: SIM905
    "mappingTypes nullPointMode nullText postfix postfixFontSize prefix prefixFontSize rangeMaps sparkline tableColumn "
    "thresholds valueFontSize valueMaps valueName".split()
)
_RANGES = 2
_OWN_UNITS = ("", "none", "short", "string")


def singlestat(old: Part, notes: Notes) -> Drawn:
    """A gauge if it was drawn as one, else a stat."""
    data = old.data
    field = _field(old, notes)
    column = old.text("tableColumn")
    fields = f"/^{re.escape(column)}$/" if column else ""
    reduced = words.reduced(_calculation(old, notes), fields)
    gauge = old.record("gauge").data
    if gauge.get("show"):
        ends = {"min": words.number(gauge.get("minValue", 0)), "max": words.number(gauge.get("maxValue", 100))}
        field |= {end: value for end, value in ends.items() if value is not None}
        options = {"reduceOptions": reduced, "showThresholdLabels": gauge.get("thresholdLabels") is True,
                   "showThresholdMarkers": gauge.get("thresholdMarkers", True) is not False}  # fmt: skip
        return Drawn("gauge", options, field, [])
    sparkline = old.record("sparkline").data
    options = {
        "colorMode": "background" if data.get("colorBackground") else "value" if data.get("colorValue") else "none",
        "graphMode": "area" if sparkline.get("show") else "none",
        "justifyMode": "auto",
        "orientation": "horizontal",
        "reduceOptions": reduced,
        "textMode": "name" if data.get("valueName") == "name" else "value",
    }
    return Drawn("stat", options, field, [])


def _calculation(old: Part, notes: Notes) -> str:
    name = old.text("valueName") or "avg"
    if name not in words.REDUCERS and name != "name":
        notes.lost(old, "valueName", f"no calculation is called {name}; the last value is shown", "choose another one")
    return words.REDUCERS.get(name, "lastNotNull")


def _field(old: Part, notes: Notes) -> dict[str, Any]:
    data = old.data
    field: dict[str, Any] = {
        "color": {"mode": "thresholds"},
        "mappings": words.mappings(*_maps(old)),
        "unit": _unit(old, notes),
    }
    if (digits := words.number(data.get("decimals"))) is not None:
        field["decimals"] = digits
    if isinstance(data.get("nullText"), str) and data["nullText"]:
        field["noValue"] = data["nullText"]
    listed = [entry for entry in sequence(data.get("thresholds")) if isinstance(entry, dict)]
    if steps := words.steps(data.get("thresholds"), data.get("colors")):
        field["thresholds"] = words.absolute(steps)
    elif listed:
        # As people write it who know the stats of today.
        field |= _judged({"thresholds": listed})
    return field


def _maps(old: Part) -> tuple[Any, Any]:
    """Texts for values or for ranges: only those of the chosen kind were ever shown."""
    by_range = words.number(old.data.get("mappingType")) == _RANGES
    return (None, old.data.get("rangeMaps")) if by_range else (old.data.get("valueMaps"), None)


def _unit(old: Part, notes: Notes) -> str:
    """The unit; what stood before or behind a number without one takes its place."""
    unit = old.text("format") or "none"
    around = {key: old.text(key).strip() for key in ("prefix", "postfix") if old.text(key).strip()}
    if unit in _OWN_UNITS and around:
        key, text = around.popitem()
        unit = f"{'suffix' if key == 'postfix' else key}:{text}"
    for key, text in around.items():
        notes.lost(old, key, f'"{text}" no longer stands beside the value', "say it in the title or in the unit")
    return unit


def of_grafana_6(old: Part, notes: Notes) -> Drawn:
    """A stat, gauge or bar gauge of Grafana 6, whose fields stood among its options."""
    options = dict(old.data.get("options") or {})
    inner = old.record("options", "fieldOptions")
    shown = old.record("options", "valueOptions").data
    for key in ("fieldOptions", "valueOptions", "thresholds", "valueMappings", "minValue", "maxValue", "sparkline"):
        options.pop(key, None)
    calculation = next(iter(sequence(inner.data.get("calcs"))), None) or shown.get("stat") or "mean"
    values = inner.data.get("values") is True
    options["reduceOptions"] = {**words.reduced(words.REDUCERS.get(str(calculation), "mean")), "values": values}
    if old.data.get("type") == "gauge":
        options.pop("orientation", None) if options.get("orientation") not in (
            "auto",
            "horizontal",
            "vertical",
        ) else None
    said = {**_older(old), **_defaults(inner)}
    for key in ("prefix", "suffix"):
        if text := str(shown.get(key) or "").strip():
            notes.lost(
                old, f"options.valueOptions.{key}", f'"{text}" no longer stands beside the value', "say it in the unit"
            )
    return Drawn(old.text("type"), options, {"color": {"mode": "thresholds"}, **said}, [])


def _older(old: Part) -> dict[str, Any]:
    """The fields of Grafana 6.0, before there were field options."""
    options = old.record("options").data
    shown = old.record("options", "valueOptions").data
    found = {"unit": shown.get("unit"), "decimals": words.number(shown.get("decimals")),
             "min": words.number(options.get("minValue")), "max": words.number(options.get("maxValue"))}  # fmt: skip
    return {**{key: value for key, value in found.items() if value is not None}, **_judged(options)}


def _defaults(inner: Part) -> dict[str, Any]:
    defaults = inner.record("defaults").data
    found = {
        key: value for key, value in defaults.items() if key not in ("thresholds", "mappings") and value is not None
    }
    if isinstance(title := found.pop("title", None), str):
        found["displayName"] = title
    return {**found, **_judged(inner.data), **_judged(defaults)}


def _judged(data: dict[str, Any]) -> dict[str, Any]:
    """Thresholds and mappings: a list of steps before Grafana 6.6, and a record since."""
    found: dict[str, Any] = {}
    listed = data.get("thresholds")
    steps = sequence(listed) or sequence(record(listed).get("steps"))
    if steps:
        ordered = [{"color": words.color(step.get("color")), "value": words.number(step.get("value"))}
                   for step in map(record, steps)]  # fmt: skip
        mode = record(listed).get("mode")
        found["thresholds"] = {"mode": mode if mode == "percentage" else "absolute", "steps": words.ascending(ordered)}
    if mapped := [*sequence(data.get("mappings")), *sequence(data.get("valueMappings"))]:
        found["mappings"] = typed_mappings(mapped)
    return found


def typed_mappings(mapped: list[Any]) -> list[dict[str, Any]]:
    """The mappings of Grafana 6 to 8.2, whose kind was a number."""
    kinds = [(entry, words.number(entry.get("type"))) for entry in map(record, mapped)]
    return words.mappings(
        [entry for entry, kind in kinds if kind != _RANGES], [entry for entry, kind in kinds if kind == _RANGES]
    )
